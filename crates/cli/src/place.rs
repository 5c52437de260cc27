//! Where the station stands when nobody said: the town its time zone is named after.

use jiff::tz::TimeZone;
use skyhelm_hub::SiteConfig;
use skyhelm_units::Site;

/// A site with its name and time zone.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// What people call it.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) site: Site,
    /// Name of its time zone.
    pub(crate) zone: String,
}

impl Place {
    /// As the hub's configuration has it.
    pub(crate) fn site_config(&self) -> SiteConfig {
        SiteConfig {
            latitude: self.site.latitude.degrees(),
            longitude: self.site.longitude.degrees(),
            height: self.site.height.metres,
            place: self.name.clone(),
        }
    }
}

/// Zone names and towns, from tzdata.
const ZONES: &str = include_str!("../data/zones.tsv");

/// The machine's own time zone tells no town when it is set to UTC; UTC is at home in Greenwich.
fn greenwich() -> Place {
    Place {
        name: String::from("Greenwich"),
        site: Site::from_degrees(51.48, 0.0, 45.0),
        zone: String::from("Europe/London"),
    }
}

/// The town of the machine's time zone.
pub(crate) fn of_this_machine() -> Place {
    let zone = TimeZone::system();
    zone.iana_name().and_then(of_zone).unwrap_or_else(greenwich)
}

/// The town of a zone; `None` for a zone without one (UTC, fixed offsets).
pub(crate) fn of_zone(zone: &str) -> Option<Place> {
    ZONES.lines().find_map(|line| {
        let mut columns = line.split('\t');
        if columns.next()? != zone {
            return None;
        }
        let latitude = columns.next()?.parse().ok()?;
        let longitude = columns.next()?.parse().ok()?;
        Some(Place {
            name: String::from(columns.next()?),
            site: Site::from_degrees(latitude, longitude, 100.0),
            zone: String::from(zone),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn berlin_stands_where_berlin_is() {
        let berlin = of_zone("Europe/Berlin").unwrap();
        assert_eq!(berlin.name, "Berlin");
        assert!((berlin.site.latitude.degrees() - 52.5).abs() < 0.1);
        assert!((berlin.site.longitude.degrees() - 13.37).abs() < 0.1);
    }

    #[test]
    fn south_and_west_are_negative() {
        let lima = of_zone("America/Lima").unwrap();
        assert!(lima.site.latitude.degrees() < 0.0 && lima.site.longitude.degrees() < 0.0);
        assert!(of_zone("Etc/UTC").is_none());
    }
}
