use std::collections::HashMap;
use std::sync::Arc;

use skyhelm_sky::{Body, Catalogue, DeepSkyObject, ObjectKind};
use skyhelm_units::{Angle, UnitVector, UtcMillis};

use super::FaintStar;
use super::field_map::FieldMap;
use super::luminaries::{self, MoonLook};
use crate::deep_sky::{self, Kind, Subject, Texture};
use crate::pictures::Pictures;
use crate::vector;

/// What is in one field besides single stars.
#[derive(Debug, Default)]
pub(crate) struct Field {
    pub(crate) textures: Vec<Arc<Texture>>,
    /// Stars of clusters.
    pub(crate) members: Vec<FaintStar>,
    /// Discs that stars cannot shine through: the cosine of their radius.
    discs: Vec<(UnitVector, f64)>,
}

impl Field {
    /// Whether the Moon or the Sun stands before a direction (of any length).
    pub(crate) fn hides(&self, direction: UnitVector) -> bool {
        self.discs
            .iter()
            .any(|&(center, cos)| vector::dot(vector::normalize(direction), center) > cos)
    }
}

/// Painted textures, kept while they are in use; the least recently used go first.
#[derive(Debug, Default)]
pub(crate) struct TextureCache {
    pub(crate) pictures: Option<Arc<Pictures>>,
    kept: HashMap<(String, i32), Kept>,
    /// Stars of the clusters that came into view.
    members: HashMap<String, Members>,
    clock: u64,
}

#[derive(Debug)]
struct Kept {
    texture: Arc<Texture>,
    used: u64,
}

#[derive(Debug)]
struct Members {
    stars: Vec<FaintStar>,
    used: u64,
}

/// Listed by themselves, but painted with the larger nebula they are a part of.
const PART_OF_ANOTHER: [&str; 16] = [
    "M43", "NGC1432", "NGC1435", "IC349", "NGC2238", "NGC2239", "NGC2244", "NGC2246", "NGC6995",
    "IC4703", "IC5067", "IC5068", "NGC6526", "NGC6530", "NGC1977", "IC432",
];

const MEMORY_LIMIT: usize = 64 << 20;
/// Stars of clusters that are kept, some 40 bytes each.
const MOST_MEMBERS: usize = 60_000;

impl TextureCache {
    /// Everything in a field, with textures as fine as `texel`.
    pub(crate) fn field(
        &mut self,
        catalogue: &Catalogue,
        map: &FieldMap,
        texel: Angle,
        utc: UtcMillis,
    ) -> Field {
        self.clock += 1;
        let mut field = Field::default();
        let pictures = self.pictures.clone();
        let center = map.center();
        let radius = super::field_radius(&map.lens);
        for object in catalogue.objects_in_cone(center, radius) {
            let Some(subject) = subject_of(object) else {
                continue;
            };
            // What would be smaller than two texels is a faint smudge at most.
            if subject.major < texel * 2.0
                || PART_OF_ANOTHER.contains(&subject.designation.as_str())
            {
                continue;
            }
            let key = subject.designation.clone();
            let members = self.members.entry(key.clone());
            let members = members.or_insert_with(|| Members {
                stars: deep_sky::members(&subject, 17.5),
                used: 0,
            });
            members.used = self.clock;
            field.members.extend_from_slice(&members.stars);
            field.textures.extend(self.painted(key, texel, || {
                let photograph = pictures.as_ref().and_then(|p| p.paint(&subject, texel));
                photograph.or_else(|| subject.paint(texel))
            }));
        }
        self.add_luminaries(&mut field, map, texel, utc);
        self.add_planets(&mut field, map, texel, utc);
        self.forget();
        field
    }

    /// Forgets all textures; the pictures' list is kept.
    pub(crate) fn clear(&mut self) {
        self.kept = HashMap::new();
        self.members = HashMap::new();
    }

    fn add_luminaries(&mut self, field: &mut Field, map: &FieldMap, texel: Angle, utc: UtcMillis) {
        let reach = super::field_radius(&map.lens) + Angle::from_degrees(0.5);
        let (moon, sun) = (map.frame.moon(), map.frame.sun());
        if moon.position.separation(&map.center()) < reach {
            let look = MoonLook {
                center: moon.position,
                radius: moon.angular_radius,
                lit: moon.illuminated,
                bright_limb: moon.bright_limb,
            };
            // The shadow line moves by its own width in some ten minutes.
            let key = format!("Moon {}", utc.millis().div_euclid(600_000));
            let subject = luminaries::subject(look.center);
            let pictures = self.pictures.clone();
            let map = pictures.as_deref().and_then(Pictures::moon);
            let texture = self.painted(key, texel, || Some(luminaries::moon(&look, texel, map)));
            field
                .textures
                .extend(texture.map(|t| Arc::new((*t).clone().moved_to(&subject))));
            field
                .discs
                .push((moon.position.to_vector(), moon.angular_radius.cos()));
        }
        if sun.position.separation(&map.center()) < reach {
            let day = utc.millis().div_euclid(86_400_000);
            let subject = luminaries::subject(sun.position);
            let texture = self.painted(format!("Sun {day}"), texel, || {
                Some(luminaries::sun(
                    sun.position,
                    sun.angular_radius,
                    texel,
                    day,
                ))
            });
            field
                .textures
                .extend(texture.map(|t| Arc::new((*t).clone().moved_to(&subject))));
            field
                .discs
                .push((sun.position.to_vector(), sun.angular_radius.cos()));
        }
    }

    /// Planets: discs where they span a few texels, points of light where they do not.
    fn add_planets(&mut self, field: &mut Field, map: &FieldMap, texel: Angle, utc: UtcMillis) {
        let reach = super::field_radius(&map.lens);
        let planets = Body::ALL.into_iter();
        for body in planets.filter(|body| !matches!(body, Body::Sun | Body::Moon)) {
            let place = map.frame.body(body);
            if place.position.separation(&map.center()) > reach {
                continue;
            }
            if body == Body::Jupiter {
                let moons = map.frame.jovian_moons(&place).into_iter();
                let seen = moons.filter(|moon| !moon.is_hidden);
                field.members.extend(seen.map(|moon| FaintStar {
                    direction: moon.position.to_vector(),
                    magnitude: moon.magnitude as f32,
                    b_minus_v: 1.0,
                }));
            }
            if place.angular_radius < texel {
                field.members.push(FaintStar {
                    direction: place.position.to_vector(),
                    magnitude: place.magnitude as f32,
                    b_minus_v: if body == Body::Mars { 1.36 } else { 0.8 },
                });
                continue;
            }
            let key = format!("{} {}", body.name(), utc.millis().div_euclid(3_600_000));
            let subject = luminaries::subject(place.position);
            let texture = self.painted(key, texel, || Some(luminaries::planet(&place, texel)));
            field
                .textures
                .extend(texture.map(|t| Arc::new((*t).clone().moved_to(&subject))));
        }
    }

    fn painted(
        &mut self,
        name: String,
        texel: Angle,
        paint: impl FnOnce() -> Option<Texture>,
    ) -> Option<Arc<Texture>> {
        let key = (name, (texel.arcseconds() * 100.0) as i32);
        if let Some(kept) = self.kept.get_mut(&key) {
            kept.used = self.clock;
            return Some(Arc::clone(&kept.texture));
        }
        let texture = Arc::new(paint()?);
        self.kept.insert(
            key,
            Kept {
                texture: Arc::clone(&texture),
                used: self.clock,
            },
        );
        Some(texture)
    }

    fn forget(&mut self) {
        // What this field shows stays, whatever it takes: or it would be painted for each frame anew.
        let now = self.clock;
        let stars: usize = self.members.values().map(|kept| kept.stars.len() + 1).sum();
        if stars > MOST_MEMBERS {
            self.members.retain(|_, kept| kept.used == now);
        }
        let mut bytes: usize = self.kept.values().map(|k| k.texture.size_bytes()).sum();
        while bytes > MEMORY_LIMIT {
            let unused = self.kept.iter().filter(|(_, kept)| kept.used < now);
            let oldest = unused.min_by_key(|(_, kept)| kept.used);
            let oldest = oldest.map(|(key, _)| key.clone());
            let Some(kept) = oldest.and_then(|key| self.kept.remove(&key)) else {
                return;
            };
            bytes -= kept.texture.size_bytes();
        }
    }
}

/// What the painter needs of a catalogue's object; `None` for what has nothing to paint.
fn subject_of(object: &DeepSkyObject) -> Option<Subject> {
    let designation = match object.messier {
        Some(number) => format!("M{number}"),
        None => object.designation.replace(' ', ""),
    };
    let kind = kind_of(object, &designation);
    if kind == Kind::Nothing {
        return None;
    }
    let typical = Angle::from_arcminutes(match kind {
        Kind::PlanetaryNebula => 0.4,
        Kind::EmissionNebula | Kind::ReflectionNebula | Kind::SupernovaRemnant => 1.5,
        Kind::OpenCluster => 8.0,
        _ => 1.0,
    });
    let major = object.major_axis.unwrap_or(typical);
    let minor = object.minor_axis.unwrap_or(major);
    let area = (major.arcseconds() * minor.arcseconds()).max(1.0);
    let faintest = 23.3 - 2.5 * area.log10();
    let gas = matches!(
        kind,
        Kind::EmissionNebula | Kind::ReflectionNebula | Kind::SupernovaRemnant
    );
    let magnitude = match object.magnitude() {
        // Catalogues count the stars within; the gas alone is never that bright over so wide a field.
        Some(magnitude) if gas => magnitude.max(faintest - 1.3),
        Some(magnitude) => magnitude,
        None => faintest,
    };
    // Wide patches of the old catalogues that no photograph shows.
    let doubtful = object.kind == ObjectKind::Nebula
        && object.magnitude().is_none()
        && major.arcminutes() > 30.0;
    if magnitude > 17.0 || doubtful {
        return None;
    }
    let seed = designation.bytes().fold(2_166_136_261_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    });
    Some(Subject {
        seed,
        designation,
        kind,
        center: object.position,
        major,
        minor,
        position_angle: object.position_angle.unwrap_or_default(),
        magnitude: magnitude as f32,
    })
}

fn kind_of(object: &DeepSkyObject, designation: &str) -> Kind {
    // The Magellanic Clouds have a bar and patches, no core.
    let cloud = object.major_axis.unwrap_or_default().degrees() > 4.0;
    match object.kind {
        ObjectKind::Galaxy if cloud => Kind::Irregular,
        ObjectKind::Galaxy => match (designation, object.hubble_type.as_bytes()) {
            ("M82", _) | (_, [b'I', ..]) => Kind::Irregular,
            ("M32" | "M110", _) | (_, [b'E', ..]) => Kind::Elliptical,
            // Lenticulars have no arms to speak of; the Sombrero has its lane.
            (name, [b'S', b'0', ..]) if name != "M104" => Kind::Elliptical,
            _ => Kind::Spiral,
        },
        ObjectKind::GlobularCluster => Kind::GlobularCluster,
        ObjectKind::OpenCluster => Kind::OpenCluster,
        ObjectKind::PlanetaryNebula => Kind::PlanetaryNebula,
        ObjectKind::EmissionNebula
        | ObjectKind::HiiRegion
        | ObjectKind::Nebula
        | ObjectKind::ClusterWithNebula => Kind::EmissionNebula,
        ObjectKind::ReflectionNebula => Kind::ReflectionNebula,
        ObjectKind::SupernovaRemnant => Kind::SupernovaRemnant,
        _ => Kind::Nothing,
    }
}
