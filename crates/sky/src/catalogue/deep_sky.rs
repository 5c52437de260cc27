use skyhelm_units::{Angle, Equatorial, J2000, UnitVector};

use super::format::{FormatError, parsed};
use super::search::folded;
use crate::vector::dot;

/// What a deep-sky object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum ObjectKind {
    Galaxy,
    GalaxyPair,
    GalaxyTriplet,
    GalaxyGroup,
    OpenCluster,
    GlobularCluster,
    ClusterWithNebula,
    Association,
    PlanetaryNebula,
    HiiRegion,
    EmissionNebula,
    ReflectionNebula,
    DarkNebula,
    Nebula,
    SupernovaRemnant,
    Nova,
    Star,
    DoubleStar,
    Other,
}

impl ObjectKind {
    const CODES: [(&'static str, Self, &'static str); 19] = [
        ("G", Self::Galaxy, "galaxy"),
        ("GPair", Self::GalaxyPair, "pair of galaxies"),
        ("GTrpl", Self::GalaxyTriplet, "triplet of galaxies"),
        ("GGroup", Self::GalaxyGroup, "group of galaxies"),
        ("OCl", Self::OpenCluster, "open cluster"),
        ("GCl", Self::GlobularCluster, "globular cluster"),
        ("Cl+N", Self::ClusterWithNebula, "cluster with nebula"),
        ("*Ass", Self::Association, "association of stars"),
        ("PN", Self::PlanetaryNebula, "planetary nebula"),
        ("HII", Self::HiiRegion, "ionised region"),
        ("EmN", Self::EmissionNebula, "emission nebula"),
        ("RfN", Self::ReflectionNebula, "reflection nebula"),
        ("DrkN", Self::DarkNebula, "dark nebula"),
        ("Neb", Self::Nebula, "nebula"),
        ("SNR", Self::SupernovaRemnant, "supernova remnant"),
        ("Nova", Self::Nova, "nova"),
        ("*", Self::Star, "star"),
        ("**", Self::DoubleStar, "double star"),
        ("Other", Self::Other, "other object"),
    ];

    /// From the code of `OpenNGC`, such as `GCl`.
    pub fn from_code(code: &str) -> Option<Self> {
        let row = Self::CODES.iter().find(|row| row.0 == code)?;
        Some(row.1)
    }

    /// The code of `OpenNGC`.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// In plain words.
    pub fn description(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> &'static (&'static str, Self, &'static str) {
        let row = Self::CODES.iter().find(|row| row.1 == self);
        row.unwrap_or(&Self::CODES[Self::CODES.len() - 1])
    }

    /// Whether it is one galaxy or several.
    pub fn is_galaxy(self) -> bool {
        matches!(
            self,
            Self::Galaxy | Self::GalaxyPair | Self::GalaxyTriplet | Self::GalaxyGroup
        )
    }
}

/// A galaxy, cluster or nebula.
#[derive(Clone, Debug, PartialEq)]
pub struct DeepSkyObject {
    /// Its first designation, such as `NGC 224`.
    pub designation: String,
    /// What it is.
    pub kind: ObjectKind,
    /// Its middle (ICRS, J2000.0).
    pub position: Equatorial<J2000>,
    /// Its longer diameter.
    pub major_axis: Option<Angle>,
    /// Its shorter diameter; none when it is round or not known.
    pub minor_axis: Option<Angle>,
    /// Position angle of the longer axis, from north through east.
    pub position_angle: Option<Angle>,
    /// Integrated V magnitude.
    pub magnitude_v: Option<f64>,
    /// Integrated B magnitude.
    pub magnitude_b: Option<f64>,
    /// Mean surface brightness within the 25th isophote, B magnitudes per square arc-second.
    pub surface_brightness: Option<f64>,
    /// Galaxy type (Hubble), such as `Sb`; empty when not known.
    pub hubble_type: String,
    /// Constellation, three letters.
    pub constellation: String,
    /// Messier number.
    pub messier: Option<u8>,
    /// Common names, the best known first.
    pub names: Vec<String>,
    /// Other designations.
    pub aliases: Vec<String>,
}

impl DeepSkyObject {
    /// How a person would call it: `M 31`, else its designation.
    pub fn label(&self) -> String {
        self.messier
            .map_or_else(|| self.designation.clone(), |number| format!("M {number}"))
    }

    /// The label, and the first common name where there is one: `M 31 Andromeda Galaxy`.
    pub fn title(&self) -> String {
        self.names
            .first()
            .map_or_else(|| self.label(), |name| format!("{} {name}", self.label()))
    }

    /// Its magnitude in V, else in B.
    pub fn magnitude(&self) -> Option<f64> {
        self.magnitude_v.or(self.magnitude_b)
    }

    /// Whether a text, however spaced and capitalised, is one of its designations or names.
    pub fn is_called(&self, text: &str) -> bool {
        let text = folded(text);
        self.calls().any(|call| folded(&call) == text)
    }

    /// Everything it goes by, designations first.
    pub(super) fn calls(&self) -> impl Iterator<Item = String> + '_ {
        let messier = self
            .messier
            .into_iter()
            .flat_map(|number| [format!("M {number}"), format!("Messier {number}")]);
        core::iter::once(self.designation.clone())
            .chain(messier)
            .chain(self.aliases.iter().cloned())
            .chain(self.names.iter().cloned())
    }
}

/// The rows of `deep-sky.tsv`.
#[derive(Debug)]
pub(super) struct ObjectTable {
    objects: Vec<DeepSkyObject>,
    directions: Vec<UnitVector>,
}

impl ObjectTable {
    pub(super) fn parse(text: &str) -> Result<Self, FormatError> {
        let objects = text.lines().map(row).collect::<Result<Vec<_>, _>>()?;
        let directions = objects
            .iter()
            .map(|object| object.position.to_vector())
            .collect();
        Ok(Self {
            objects,
            directions,
        })
    }

    pub(super) fn all(&self) -> &[DeepSkyObject] {
        &self.objects
    }

    pub(super) fn by_designation(&self, designation: &str) -> Option<&DeepSkyObject> {
        self.objects
            .iter()
            .find(|object| object.designation == designation)
    }

    pub(super) fn in_cone(
        &self,
        center: Equatorial<J2000>,
        radius: Angle,
    ) -> impl Iterator<Item = &DeepSkyObject> {
        let axis = center.to_vector();
        // Nothing is larger than the Large Magellanic Cloud's eleven degrees: most are far away,
        // and a look at the plain cosine spares the rest.
        let farthest = super::cos_of_radius(radius + Angle::from_degrees(6.0));
        let directions = self.objects.iter().zip(&self.directions);
        directions
            .filter(move |(object, direction)| {
                let cosine = dot(direction, &axis);
                let reach = radius + object.major_axis.unwrap_or_default() / 2.0;
                cosine >= farthest && cosine >= super::cos_of_radius(reach)
            })
            .map(|(object, _)| object)
    }
}

fn row(line: &str) -> Result<DeepSkyObject, FormatError> {
    let spoilt = || FormatError::Row(line.to_owned());
    let fields: Vec<&str> = line.split('\t').collect();
    let [
        designation,
        kind,
        ra,
        dec,
        major,
        minor,
        angle,
        magnitude_v,
        magnitude_b,
        surface,
        hubble,
        constellation,
        messier,
        names,
        aliases,
    ] = fields[..]
    else {
        return Err(spoilt());
    };
    let number = |field: &str| optional::<f64>(field, line);
    Ok(DeepSkyObject {
        designation: designation.to_owned(),
        kind: ObjectKind::from_code(kind).ok_or_else(spoilt)?,
        position: Equatorial::from_degrees(parsed(ra, line)?, parsed(dec, line)?)
            .map_err(|_| spoilt())?,
        major_axis: number(major)?.map(Angle::from_arcminutes),
        minor_axis: number(minor)?.map(Angle::from_arcminutes),
        position_angle: number(angle)?.map(Angle::from_degrees),
        magnitude_v: number(magnitude_v)?,
        magnitude_b: number(magnitude_b)?,
        surface_brightness: number(surface)?,
        hubble_type: hubble.to_owned(),
        constellation: constellation.to_owned(),
        messier: optional(messier, line)?,
        names: listed(names),
        aliases: listed(aliases),
    })
}

fn optional<T: core::str::FromStr>(field: &str, line: &str) -> Result<Option<T>, FormatError> {
    if field.is_empty() {
        return Ok(None);
    }
    parsed(field, line).map(Some)
}

fn listed(field: &str) -> Vec<String> {
    field
        .split('|')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
