//! What a person calls a target.

use skyhelm_device::{Body, MountCommand};
use skyhelm_sky::Catalogue;
use skyhelm_units::Equatorial;

use crate::failure::Failure;

/// The command that goes to what is called so, or to a place under that name.
pub(super) fn command(name: &str, place: Option<(f64, f64)>) -> Result<MountCommand, Failure> {
    if let Some((ra_hours, dec_degrees)) = place {
        let target = Equatorial::from_hours_degrees(ra_hours, dec_degrees)
            .map_err(|error| Failure::invalid(error.to_string()))?;
        return Ok(MountCommand::Goto {
            target,
            name: name.to_owned(),
        });
    }
    let asked = name.trim().to_lowercase();
    if let Some(body) = Body::ALL
        .into_iter()
        .find(|body| body.name().to_lowercase() == asked)
    {
        return Ok(MountCommand::GotoBody { body });
    }
    let matches = Catalogue::embedded().search(name);
    let found = matches.first().and_then(|best| {
        let target = best.found.position()?;
        Some((target, best.found.title()))
    });
    let (target, title) =
        found.ok_or_else(|| Failure::invalid(format!("nothing in the sky is called {name}")))?;
    Ok(MountCommand::Goto {
        target,
        name: title,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_body_an_object_or_a_place() {
        let goto = |name| command(name, None).unwrap();
        let body = Body::Jupiter;
        assert_eq!(goto("Jupiter"), MountCommand::GotoBody { body });
        assert!(matches!(goto("m 81"), MountCommand::Goto { target, .. }
            if (target.dec.angle().degrees() - 69.07).abs() < 0.1));
        let place = command("mine", Some((1.5, -10.0))).unwrap();
        assert!(matches!(place, MountCommand::Goto { name, .. } if name == "mine"));
        assert!(command("no such thing at all", None).is_err());
        assert!(command("mine", Some((1.5, -91.0))).is_err());
    }
}
