//! Three-vectors and rotations, in the (north, east, up) and equatorial frames alike.

/// A 3 x 3 matrix by rows.
pub(crate) type Matrix3 = [[f64; 3]; 3];

pub(crate) const IDENTITY: Matrix3 = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

pub(crate) fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

pub(crate) fn normalize(v: [f64; 3]) -> [f64; 3] {
    let length = dot(v, v).sqrt();
    if length > 0.0 {
        v.map(|c| c / length)
    } else {
        [1.0, 0.0, 0.0]
    }
}

pub(crate) fn add_scaled(a: [f64; 3], b: [f64; 3], factor: f64) -> [f64; 3] {
    [
        a[0] + b[0] * factor,
        a[1] + b[1] * factor,
        a[2] + b[2] * factor,
    ]
}

pub(crate) fn apply(m: &Matrix3, v: [f64; 3]) -> [f64; 3] {
    [dot(m[0], v), dot(m[1], v), dot(m[2], v)]
}

pub(crate) fn transpose(m: &Matrix3) -> Matrix3 {
    std::array::from_fn(|row| std::array::from_fn(|column| m[column][row]))
}

pub(crate) fn multiply(a: &Matrix3, b: &Matrix3) -> Matrix3 {
    let columns = transpose(b);
    std::array::from_fn(|row| std::array::from_fn(|column| dot(a[row], columns[column])))
}

/// The rotation by a vector: its direction the axis, its length the angle.
pub(crate) fn rotation(by: [f64; 3]) -> Matrix3 {
    let angle = dot(by, by).sqrt();
    if angle < 1e-15 {
        return IDENTITY;
    }
    let [x, y, z] = by.map(|c| c / angle);
    let (s, c) = angle.sin_cos();
    let t = 1.0 - c;
    [
        [t * x * x + c, t * x * y - s * z, t * x * z + s * y],
        [t * x * y + s * z, t * y * y + c, t * y * z - s * x],
        [t * x * z - s * y, t * y * z + s * x, t * z * z + c],
    ]
}

/// Solves `m x = b`; `None` when the matrix is as good as singular.
pub(crate) fn solve(m: &Matrix3, b: [f64; 3]) -> Option<[f64; 3]> {
    let determinant = dot(m[0], cross(m[1], m[2]));
    let scale = m.iter().flatten().fold(0.0_f64, |a, v| a.max(v.abs()));
    if determinant.abs() <= 1e-9 * scale.powi(3) {
        return None;
    }
    let columns = transpose(m);
    Some([
        dot(b, cross(columns[1], columns[2])) / determinant,
        dot(columns[0], cross(b, columns[2])) / determinant,
        dot(columns[0], cross(columns[1], b)) / determinant,
    ])
}

/// Between the corners of a square (upper left, upper right, lower left, lower right), at parts of the way
/// to the right and down.
#[inline]
pub(crate) fn between<const N: usize>(
    [a, b, c, d]: [[f32; N]; 4],
    right: f32,
    down: f32,
) -> [f32; N] {
    std::array::from_fn(|i| {
        let upper = a[i] + (b[i] - a[i]) * right;
        let lower = c[i] + (d[i] - c[i]) * right;
        upper + (lower - upper) * down
    })
}

/// Some vector of length one across `v`.
pub(crate) fn any_across(v: [f64; 3]) -> [f64; 3] {
    let other = if v[2].abs() < 0.9 {
        [0.0, 0.0, 1.0]
    } else {
        [1.0, 0.0, 0.0]
    };
    normalize(cross(v, other))
}
