use skyhelm_imaging::wcs::{FitsPoint, Wcs};
use skyhelm_sky::SkyFrame;
use skyhelm_units::{Equatorial, J2000, Site, UnitVector};

use super::{Conditions, View};
use crate::optics::{Lens, Orientation};
use crate::vector;

/// From the stars to the pixels at one moment, exactly; and from the pixels to the stars by the plane
/// that fits the field best, which is what a frame's header can say.
#[derive(Debug)]
pub(crate) struct FieldMap {
    pub(crate) frame: SkyFrame,
    pub(crate) orientation: Orientation,
    pub(crate) lens: Lens,
    /// East, north and outward at the field's centre, in J2000.
    basis: [UnitVector; 3],
    /// Pixel to plane: `plane = offset + x * across + y * down`.
    plane: Affine,
    /// And back.
    from_plane: Affine,
}

/// A map of the pixels to some plane: constant, per x, per y.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Affine {
    pub(crate) constant: [f64; 2],
    pub(crate) per_x: [f64; 2],
    pub(crate) per_y: [f64; 2],
}

impl FieldMap {
    pub(crate) fn new(lens: &Lens, site: &Site, view: &View, conditions: &Conditions) -> Self {
        let frame = SkyFrame::new(site, view.utc, &conditions.atmosphere);
        let orientation = view.orientation;
        let outward = frame.j2000(orientation.direction()).to_vector();
        let mut map = Self {
            frame,
            orientation,
            lens: *lens,
            basis: tangent_basis(outward),
            plane: Affine::default(),
            from_plane: Affine::default(),
        };
        map.plane = map.fit(|_, pixel| Some(pixel));
        map.from_plane = map.plane.inverse();
        map
    }

    /// The field's centre.
    pub(crate) fn center(&self) -> Equatorial<J2000> {
        Equatorial::from_vector(self.basis[2])
    }

    /// Where a place among the stars falls.
    pub(crate) fn pixel(&self, direction: UnitVector) -> Option<[f64; 2]> {
        let seen = self.frame.horizontal_vector(direction);
        self.lens.project(self.orientation.to_camera(seen))
    }

    /// Where a place among the stars falls by the plane: quicker, and off by what the air bends unevenly
    /// across the field (a tenth of a pixel in the tele well above the horizon).
    pub(crate) fn near_pixel(&self, direction: UnitVector) -> Option<[f64; 2]> {
        Some(self.from_plane.at(self.to_plane(direction)?))
    }

    /// The direction a pixel looks in, of any length: among the stars.
    pub(crate) fn direction(&self, pixel: [f64; 2]) -> UnitVector {
        let [xi, eta] = self.plane.at(pixel);
        let [east, north, outward] = self.basis;
        vector::add_scaled(vector::add_scaled(outward, east, xi), north, eta)
    }

    /// The direction a pixel looks in, on the ground.
    pub(crate) fn ground_direction(&self, pixel: [f64; 2]) -> UnitVector {
        self.orientation.to_world(self.lens.unproject(pixel))
    }

    /// The pixels' directions along some vector: `(constant, per x, per y)` of the dot product with
    /// [`FieldMap::direction`].
    pub(crate) fn along(&self, vector: UnitVector) -> [f64; 3] {
        let [east, north, outward] = self.basis.map(|axis| vector::dot(axis, vector));
        let plane = &self.plane;
        [
            outward + east * plane.constant[0] + north * plane.constant[1],
            east * plane.per_x[0] + north * plane.per_x[1],
            east * plane.per_y[0] + north * plane.per_y[1],
        ]
    }

    /// The truth for the header of a frame that was exposed from `self` to `closed`: the plane that
    /// fits best where the stars were in the mean.
    pub(crate) fn wcs(&self, closed: &Self) -> Wcs {
        let plane = self.fit(|star, pixel| {
            let end = closed.pixel(star)?;
            Some([0, 1].map(|axis| f64::midpoint(pixel[axis], end[axis])))
        });
        let ([a, c], [b, d]) = (plane.per_x, plane.per_y);
        // The pixel where the plane touches the sky.
        let [x, y] = plane.inverse().constant;
        Wcs {
            crval: self.center(),
            crpix: FitsPoint {
                x: x + 1.0,
                y: y + 1.0,
            },
            cd: [
                [a.to_degrees(), b.to_degrees()],
                [c.to_degrees(), d.to_degrees()],
            ],
        }
    }

    fn to_plane(&self, direction: UnitVector) -> Option<[f64; 2]> {
        let depth = vector::dot(direction, self.basis[2]);
        (depth > 0.2).then(|| {
            [
                vector::dot(direction, self.basis[0]) / depth,
                vector::dot(direction, self.basis[1]) / depth,
            ]
        })
    }

    /// Fits the plane to where `seen_at(star, pixel)` says a star is that falls on `pixel` at first.
    fn fit(&self, seen_at: impl Fn(UnitVector, [f64; 2]) -> Option<[f64; 2]>) -> Affine {
        let (width, height) = (self.lens.width as f64, self.lens.height as f64);
        let mut affine = [Normal::<3>::new(), Normal::<3>::new()];
        for column in 0..11 {
            for row in 0..9 {
                let pixel = [
                    width * f64::from(column) / 10.0,
                    height * f64::from(row) / 8.0,
                ];
                let star = self.frame.j2000_vector(self.ground_direction(pixel));
                if let (Some(plane), Some([x, y])) = (self.to_plane(star), seen_at(star, pixel)) {
                    for axis in 0..2 {
                        affine[axis].add(&[1.0, x / width, y / height], plane[axis]);
                    }
                }
            }
        }
        let [xi, eta] = affine.map(Normal::solve);
        Affine {
            constant: [xi[0], eta[0]],
            per_x: [xi[1] / width, eta[1] / width],
            per_y: [xi[2] / height, eta[2] / height],
        }
    }
}

/// East, north and outward at a place of the sky.
pub(super) fn tangent_basis(outward: UnitVector) -> [UnitVector; 3] {
    let pole = [0.0, 0.0, 1.0];
    let along = vector::dot(pole, outward);
    let mut north = vector::add_scaled(pole, outward, -along);
    if vector::dot(north, north) < 1e-16 {
        north = vector::any_across(outward);
    }
    let north = vector::normalize(north);
    [vector::cross(north, outward), north, outward]
}

impl Affine {
    pub(crate) fn at(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        std::array::from_fn(|i| self.constant[i] + self.per_x[i] * x + self.per_y[i] * y)
    }

    fn inverse(&self) -> Self {
        let ([a, c], [b, d]) = (self.per_x, self.per_y);
        let determinant = a * d - b * c;
        let [u, v] = self.constant;
        Self {
            constant: [
                -(d * u - b * v) / determinant,
                -(a * v - c * u) / determinant,
            ],
            per_x: [d / determinant, -c / determinant],
            per_y: [-b / determinant, a / determinant],
        }
    }
}

/// Normal equations of a least-squares fit.
struct Normal<const N: usize> {
    matrix: [[f64; N]; N],
    right: [f64; N],
}

impl<const N: usize> Normal<N> {
    fn new() -> Self {
        Self {
            matrix: [[0.0; N]; N],
            right: [0.0; N],
        }
    }

    fn add(&mut self, terms: &[f64; N], value: f64) {
        for (row, &a) in terms.iter().enumerate() {
            for (column, &b) in terms.iter().enumerate() {
                self.matrix[row][column] += a * b;
            }
            self.right[row] += a * value;
        }
    }

    /// Gauss-Jordan with pivoting; a term the data say nothing about comes out as zero.
    fn solve(mut self) -> [f64; N] {
        for pivot in 0..N {
            let best = (pivot..N)
                .max_by(|&a, &b| {
                    let (a, b) = (self.matrix[a][pivot].abs(), self.matrix[b][pivot].abs());
                    a.total_cmp(&b)
                })
                .unwrap_or(pivot);
            self.matrix.swap(pivot, best);
            self.right.swap(pivot, best);
            let lead = self.matrix[pivot][pivot];
            if lead.abs() < 1e-14 {
                continue;
            }
            for row in (0..N).filter(|&row| row != pivot) {
                let factor = self.matrix[row][pivot] / lead;
                for column in pivot..N {
                    self.matrix[row][column] -= factor * self.matrix[pivot][column];
                }
                self.right[row] -= factor * self.right[pivot];
            }
        }
        std::array::from_fn(|i| {
            let lead = self.matrix[i][i];
            if lead.abs() < 1e-14 {
                0.0
            } else {
                self.right[i] / lead
            }
        })
    }
}
