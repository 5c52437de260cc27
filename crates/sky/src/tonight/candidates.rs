use skyhelm_units::Angle;

use crate::{Body, Catalogue, DeepSkyObject, Found, ObjectKind};

/// Something that may be suggested, with what does not change in a night.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) found: Found<'static>,
    /// How rewarding it is by itself, 0 to 1.
    pub(super) reward: f64,
    /// How much a bright sky takes from it, 0 to 1.
    pub(super) delicacy: f64,
    /// Its longer axis.
    pub(super) size: Option<Angle>,
}

/// Fainter than this, or unnamed, only surveys look at it.
const FAINTEST: f64 = 10.5;
/// Smaller than this it is a dot at 2.75 arc-seconds a pixel.
const SMALLEST_ARCMIN: f64 = 2.0;
/// Larger than this it is a region, not an object.
const LARGEST_DEG: f64 = 6.0;

/// Everything worth a look in a small telescope: the Moon and the bright planets, the showpieces, the
/// Messier list, and what is bright and has a name.
pub(super) fn all() -> impl Iterator<Item = Candidate> {
    const BODIES: [Body; 5] = [
        Body::Moon,
        Body::Jupiter,
        Body::Saturn,
        Body::Mars,
        Body::Venus,
    ];
    let objects = Catalogue::embedded().objects().iter();
    BODIES
        .into_iter()
        .map(|body| of(Found::Body(body)))
        .chain(objects.filter_map(|object| {
            let reward = reward(object)?;
            Some(candidate(object, reward))
        }))
}

/// Whatever a person asks about, worthy or not.
pub(super) fn of(found: Found<'static>) -> Candidate {
    match found {
        Found::Object(object) => candidate(object, reward(object).unwrap_or(0.25)),
        Found::Star(..) => Candidate {
            found,
            reward: 0.3,
            delicacy: 0.1,
            size: None,
        },
        Found::Body(body) => Candidate {
            found,
            // A disc of half a degree is a picture; discs of half an arc-minute are a curiosity here.
            reward: match body {
                Body::Moon => 0.75,
                Body::Jupiter | Body::Saturn => 0.5,
                Body::Sun => 0.0,
                _ => 0.35,
            },
            delicacy: 0.0,
            size: None,
        },
    }
}

fn candidate(object: &'static DeepSkyObject, reward: f64) -> Candidate {
    Candidate {
        found: Found::Object(object),
        reward,
        delicacy: delicacy(object.kind),
        size: object.major_axis,
    }
}

/// Stars stand out of moonlight, a nebula's lines do with a filter, a galaxy's arms drown.
fn delicacy(kind: ObjectKind) -> f64 {
    match kind {
        ObjectKind::OpenCluster | ObjectKind::Association => 0.3,
        ObjectKind::GlobularCluster | ObjectKind::PlanetaryNebula => 0.45,
        ObjectKind::EmissionNebula
        | ObjectKind::HiiRegion
        | ObjectKind::ClusterWithNebula
        | ObjectKind::SupernovaRemnant => 0.7,
        _ => 1.0,
    }
}

/// `None` for what is not worth a place in any list.
fn reward(object: &'static DeepSkyObject) -> Option<f64> {
    let size = object.major_axis?;
    if size.arcminutes() < SMALLEST_ARCMIN && object.messier.is_none() {
        return None;
    }
    let magnitude = object.magnitude();
    if size.degrees() > LARGEST_DEG || magnitude.is_some_and(|m| m > FAINTEST) {
        return None;
    }
    let rank = Catalogue::embedded()
        .showpieces()
        .position(|piece| piece.designation == object.designation);
    if let Some(rank) = rank {
        // The first of the list is worth half as much again as the last.
        return Some(1.0 - 0.008 * rank as f64);
    }
    // A bright magnitude counts the stars; of the nebulae only the well known are rewarding.
    let named = !object.names.is_empty();
    let known = match (object.messier.is_some(), named) {
        (true, true) => 0.62,
        (true, false) => 0.55,
        (false, true) => 0.42,
        (false, false) => return None,
    };
    // Ten times fainter costs a tenth.
    let faintness = (magnitude.unwrap_or(9.0) - 6.0).clamp(-2.0, 5.0);
    Some(known - 0.04 * faintness)
}
