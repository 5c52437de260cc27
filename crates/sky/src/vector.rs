//! Three numbers and nine numbers: the little linear algebra the frames need.

use skyhelm_units::UnitVector;

/// A 3 x 3 matrix, row after row.
pub(crate) type Matrix = [f64; 9];

pub(crate) fn dot(a: &UnitVector, b: &UnitVector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn scaled(a: &UnitVector, factor: f64) -> UnitVector {
    [a[0] * factor, a[1] * factor, a[2] * factor]
}

pub(crate) fn sum(a: &UnitVector, b: &UnitVector) -> UnitVector {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(crate) fn difference(a: &UnitVector, b: &UnitVector) -> UnitVector {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(crate) fn length(a: &UnitVector) -> f64 {
    dot(a, a).sqrt()
}

pub(crate) fn normalized(a: &UnitVector) -> UnitVector {
    scaled(a, 1.0 / length(a))
}

pub(crate) fn cross(a: &UnitVector, b: &UnitVector) -> UnitVector {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

pub(crate) fn turned(m: &Matrix, v: &UnitVector) -> UnitVector {
    [
        m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
        m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
        m[6] * v[0] + m[7] * v[1] + m[8] * v[2],
    ]
}

/// By the transpose, which for a rotation is the inverse.
pub(crate) fn turned_back(m: &Matrix, v: &UnitVector) -> UnitVector {
    [
        m[0] * v[0] + m[3] * v[1] + m[6] * v[2],
        m[1] * v[0] + m[4] * v[1] + m[7] * v[2],
        m[2] * v[0] + m[5] * v[1] + m[8] * v[2],
    ]
}

pub(crate) fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let mut out = [0.0; 9];
    for (index, cell) in out.iter_mut().enumerate() {
        let (row, column) = (index / 3 * 3, index % 3);
        *cell = a[row] * b[column] + a[row + 1] * b[column + 3] + a[row + 2] * b[column + 6];
    }
    out
}

/// Turns the axes by an angle about z: right ascensions get smaller by it.
pub(crate) fn about_z(radians: f64) -> Matrix {
    let (sin, cos) = radians.sin_cos();
    [cos, sin, 0.0, -sin, cos, 0.0, 0.0, 0.0, 1.0]
}
