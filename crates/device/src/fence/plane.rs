use skyhelm_units::{Angle, GroundPoint};

/// Mean radius of the Earth. Over the few kilometres of a flight the plane that touches the ground
/// errs by less than a metre in a thousand.
const EARTH_M: f64 = 6_371_008.8;

/// From one place to another on the ground: metres east and north.
pub fn offset_m(from: GroundPoint, to: GroundPoint) -> [f64; 2] {
    let north = (to.latitude - from.latitude).radians() * EARTH_M;
    let turn = (to.longitude - from.longitude).normalized_signed();
    let east = turn.radians() * EARTH_M * from.latitude.cos();
    [east, north]
}

/// The place so many metres east and north of another.
pub fn moved(from: GroundPoint, [east, north]: [f64; 2]) -> GroundPoint {
    // At the poles east has no meaning; nobody flies there.
    let parallel = EARTH_M * from.latitude.cos().max(1e-6);
    let longitude = from.longitude + Angle::from_radians(east / parallel);
    GroundPoint {
        latitude: from.latitude + Angle::from_radians(north / EARTH_M),
        longitude: longitude.normalized_signed(),
    }
}

/// Metres between two places on the ground.
pub fn distance_m(from: GroundPoint, to: GroundPoint) -> f64 {
    let [east, north] = offset_m(from, to);
    east.hypot(north)
}

/// Whether a place lies inside a polygon; its edge counts by rounding.
pub(super) fn contains(polygon: &[GroundPoint], place: GroundPoint) -> bool {
    let mut inside = false;
    for [[ax, ay], [bx, by]] in edges(polygon, place) {
        // A ray to the east crosses the edge.
        if (ay > 0.0) != (by > 0.0) && ax - ay * (bx - ax) / (by - ay) > 0.0 {
            inside = !inside;
        }
    }
    inside
}

/// Whether the straight way crosses an edge.
pub(super) fn crosses(polygon: &[GroundPoint], from: GroundPoint, to: GroundPoint) -> bool {
    let way = [[0.0, 0.0], offset_m(from, to)];
    edges(polygon, from).any(|edge| {
        let apart = |line: [[f64; 2]; 2], points: [[f64; 2]; 2]| {
            side(line, points[0]) * side(line, points[1]) < 0.0
        };
        apart(edge, way) && apart(way, edge)
    })
}

/// How far outside a polygon a place is; 0 inside.
pub(super) fn outside_m(polygon: &[GroundPoint], place: GroundPoint) -> f64 {
    if polygon.is_empty() || contains(polygon, place) {
        return 0.0;
    }
    edges(polygon, place)
        .map(|[[ax, ay], [bx, by]]| {
            let (dx, dy) = (bx - ax, by - ay);
            let length = (dx * dx + dy * dy).max(1e-9);
            let part = (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0);
            (ax + part * dx).hypot(ay + part * dy)
        })
        .fold(f64::INFINITY, f64::min)
}

fn side([[ax, ay], [bx, by]]: [[f64; 2]; 2], [x, y]: [f64; 2]) -> f64 {
    (bx - ax) * (y - ay) - (by - ay) * (x - ax)
}

/// The edges in metres as seen from a place.
fn edges(polygon: &[GroundPoint], origin: GroundPoint) -> impl Iterator<Item = [[f64; 2]; 2]> + '_ {
    let corners = polygon.iter().map(move |corner| offset_m(origin, *corner));
    let next = polygon
        .iter()
        .cycle()
        .skip(1)
        .map(move |corner| offset_m(origin, *corner));
    corners.zip(next).map(|(a, b)| [a, b])
}
