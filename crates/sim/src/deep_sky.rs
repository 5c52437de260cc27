//! Galaxies, clusters and nebulae: painted once as textures on the sky, or as lists of member stars.

mod cluster;
mod galaxy;
mod nebula;
mod planetary;
mod texture;

use skyhelm_units::{Angle, Equatorial, J2000};

pub(crate) use cluster::members;
pub(crate) use texture::{Texel, TexelLight, TexelLine, Texture, axes};

/// What kind of thing an object is, as far as its look goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Spiral,
    Elliptical,
    Irregular,
    GlobularCluster,
    OpenCluster,
    PlanetaryNebula,
    EmissionNebula,
    ReflectionNebula,
    SupernovaRemnant,
    /// Nothing of its own to see.
    Nothing,
}

/// One object of the catalogue as the painter needs it.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// Seed of its random details: always the same for the object.
    pub(crate) seed: u32,
    /// Designation without spaces and leading zeros: `M31`, `NGC7000`, `IC434`.
    pub(crate) designation: String,
    pub(crate) kind: Kind,
    pub(crate) center: Equatorial<J2000>,
    /// Full axes.
    pub(crate) major: Angle,
    pub(crate) minor: Angle,
    /// Of the major axis, from north through east.
    pub(crate) position_angle: Angle,
    /// Visual magnitude of the whole.
    pub(crate) magnitude: f32,
}

impl Subject {
    /// Magnitude of its own light where the catalogue's is that of the stars in it.
    pub(crate) fn light(&self) -> f32 {
        nebula::total_magnitude(&self.designation).unwrap_or(self.magnitude)
    }

    /// Paints it with texels of about this size; `None` for what has no light but its stars.
    pub(crate) fn paint(&self, texel: Angle) -> Option<Texture> {
        match self.kind {
            Kind::Spiral | Kind::Elliptical | Kind::Irregular => Some(galaxy::paint(self, texel)),
            Kind::GlobularCluster => Some(cluster::paint_glow(self, texel)),
            Kind::PlanetaryNebula => Some(planetary::paint(self, texel)),
            Kind::EmissionNebula | Kind::ReflectionNebula | Kind::SupernovaRemnant => {
                Some(nebula::paint(self, texel))
            }
            Kind::OpenCluster => nebula::around_cluster(self, texel),
            Kind::Nothing => None,
        }
    }
}

/// Brightness of the whole relative to a star of magnitude 0.
fn flux(magnitude: f32) -> f32 {
    crate::starlight::flux(magnitude.clamp(-2.0, 20.0))
}
