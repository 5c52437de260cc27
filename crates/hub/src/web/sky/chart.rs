//! What a sky chart needs and what rarely changes, made once.

use std::sync::OnceLock;

use axum::body::Bytes;
use schemars::JsonSchema;
use serde::Serialize;
use skyhelm_sky::{Catalogue, DeepSkyObject, Star};
use skyhelm_units::{Angle, Equatorial, J2000};

/// Stars the naked eye sees, visual magnitude.
const FAINTEST_STAR: f64 = 6.5;
/// The catalogue's own magnitude, which is of another colour, lies at most so far from the visual one.
const COLOUR_MARGIN: f64 = 2.0;
/// Objects without a name are drawn down to this.
const FAINTEST_OBJECT: f64 = 11.0;
/// Cells of the Milky Way's map, in degrees.
const CELL_DEG: usize = 3;

/// Right ascension and declination in degrees, magnitude, colour, name.
#[derive(Serialize, JsonSchema)]
pub(super) struct StarRow(f64, f64, f64, f64, Option<String>);

#[derive(Serialize, JsonSchema)]
struct ObjectRow {
    id: String,
    name: String,
    kind: &'static str,
    ra_deg: f64,
    dec_deg: f64,
    magnitude: Option<f64>,
    size_arcmin: Option<f64>,
    minor_arcmin: Option<f64>,
    position_angle_deg: Option<f64>,
}

/// Catalogue stars per square degree: rows of declination from the south, right ascension from 0 h.
#[derive(Serialize, JsonSchema)]
struct MilkyWay {
    width: usize,
    height: usize,
    density: Vec<f32>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Chart {
    stars: Vec<StarRow>,
    objects: Vec<ObjectRow>,
    lines: Vec<[[f64; 2]; 2]>,
    milky_way: MilkyWay,
}

/// The chart as JSON.
pub(super) fn chart() -> Bytes {
    static CHART: OnceLock<Bytes> = OnceLock::new();
    CHART
        .get_or_init(|| {
            let json = serde_json::to_vec(&make(Catalogue::embedded()));
            Bytes::from(json.unwrap_or_default())
        })
        .clone()
}

/// A star as the chart lists it; rounded to what a chart can show.
pub(super) fn row(catalogue: &Catalogue, star: &Star) -> StarRow {
    StarRow(
        rounded(star.position.ra.angle().degrees(), 1e4),
        rounded(star.position.dec.angle().degrees(), 1e4),
        rounded(star.visual_magnitude(), 1e2),
        rounded(star.colour.b_minus_v(), 1e2),
        catalogue
            .name_of(star.id)
            .map(|named| named.name().to_owned()),
    )
}

fn make(catalogue: &Catalogue) -> Chart {
    let whole_sky = Angle::from_degrees(180.0);
    let mut stars: Vec<Star> = catalogue
        .stars_in_cone(
            Equatorial::default(),
            whole_sky,
            FAINTEST_STAR + COLOUR_MARGIN,
        )
        .filter(|star| star.visual_magnitude() <= FAINTEST_STAR)
        .collect();
    stars.sort_by(|a, b| a.visual_magnitude().total_cmp(&b.visual_magnitude()));
    Chart {
        stars: stars.iter().map(|star| row(catalogue, star)).collect(),
        objects: catalogue
            .objects()
            .iter()
            .filter(|object| is_drawn(object))
            .map(object_row)
            .collect(),
        lines: lines(catalogue),
        milky_way: milky_way(catalogue),
    }
}

fn is_drawn(object: &DeepSkyObject) -> bool {
    object.messier.is_some()
        || !object.names.is_empty()
        || object
            .magnitude()
            .is_some_and(|magnitude| magnitude < FAINTEST_OBJECT)
}

fn object_row(object: &DeepSkyObject) -> ObjectRow {
    ObjectRow {
        id: object.designation.clone(),
        name: object.title(),
        kind: object.kind.description(),
        ra_deg: rounded(object.position.ra.angle().degrees(), 1e4),
        dec_deg: rounded(object.position.dec.angle().degrees(), 1e4),
        magnitude: object.magnitude(),
        size_arcmin: object
            .major_axis
            .map(|axis| rounded(axis.arcminutes(), 1e2)),
        minor_arcmin: object
            .minor_axis
            .map(|axis| rounded(axis.arcminutes(), 1e2)),
        position_angle_deg: object
            .position_angle
            .map(|angle| rounded(angle.degrees(), 1.0)),
    }
}

/// The constellations' figures, from star to star.
fn lines(catalogue: &Catalogue) -> Vec<[[f64; 2]; 2]> {
    let place = |star: &Star| {
        [
            rounded(star.position.ra.angle().degrees(), 1e4),
            rounded(star.position.dec.angle().degrees(), 1e4),
        ]
    };
    catalogue
        .constellations()
        .iter()
        .flat_map(|constellation| catalogue.figure(constellation))
        .flat_map(|path| {
            let pairs = path
                .windows(2)
                .map(|pair| [place(&pair[0]), place(&pair[1])]);
            pairs.collect::<Vec<_>>()
        })
        .collect()
}

fn milky_way(catalogue: &Catalogue) -> MilkyWay {
    let (width, height) = (360 / CELL_DEG, 180 / CELL_DEG);
    let middle = |cell: usize| (cell as f64 + 0.5) * CELL_DEG as f64;
    let cells = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let density = cells.map(|(x, y)| {
        let place = Equatorial::<J2000>::from_degrees(middle(x), middle(y) - 90.0);
        let density = place.map_or(0.0, |place| catalogue.density(place));
        (density * 10.0).round() / 10.0
    });
    MilkyWay {
        width,
        height,
        density: density.collect(),
    }
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}
