//! What cameras and stacker are set to, by names.

use serde_json::{Value, json};
use skyhelm_device::state::{CameraState, Choice, DeviceState, Parameter, Setting};
use skyhelm_device::{CameraAction, CameraCommand, Exposure, Lens, ParameterValue, StackerCommand};

use super::follow::done;
use super::session::Session;
use crate::failure::Failure;

/// A setting under its full name: `tele.exposure`.
struct Named {
    name: String,
    parameter: Parameter,
}

fn all(state: &DeviceState) -> Vec<Named> {
    let mut all = Vec::new();
    for (lens, camera) in &state.cameras {
        all.extend(of_camera(*lens, camera));
    }
    let stacker = state.stacker.iter().flat_map(|stacker| &stacker.parameters);
    all.extend(stacker.map(|parameter| Named {
        name: format!("stack.{}", parameter.name),
        parameter: parameter.clone(),
    }));
    all
}

fn of_camera(lens: Lens, camera: &CameraState) -> impl Iterator<Item = Named> {
    let table = [
        ("exposure", "Exposure", &camera.exposure),
        ("gain", "Gain", &camera.gain),
        ("filter", "Filter", &camera.filter),
    ];
    let tables = table.into_iter().filter_map(|(name, title, setting)| {
        let setting = setting.as_ref()?;
        Some(of_table(name, title, setting))
    });
    tables
        .chain(camera.parameters.iter().cloned())
        .map(move |parameter| Named {
            name: format!("{lens}.{}", parameter.name),
            parameter,
        })
        .collect::<Vec<_>>()
        .into_iter()
}

fn of_table(name: &str, title: &str, setting: &Setting) -> Parameter {
    Parameter {
        name: name.to_owned(),
        title: title.to_owned(),
        has_auto: setting.has_auto,
        auto: setting.auto,
        choices: setting.choices.clone(),
        index: setting.index,
        ..Parameter::default()
    }
}

pub(super) fn get(session: &Session, name: Option<&str>, json: bool) -> Result<(), Failure> {
    let state = session.state();
    let mut named = all(&state);
    if let Some(name) = name {
        named.retain(|one| one.name == name);
        if named.is_empty() {
            return Err(unknown(name));
        }
    }
    if json {
        let values: serde_json::Map<String, Value> = named
            .iter()
            .map(|one| (one.name.clone(), json!(one.parameter)))
            .collect();
        println!("{}", Value::Object(values));
        return Ok(());
    }
    for one in &named {
        println!(
            "{:<26} {:<14} {}",
            one.name,
            shown(&one.parameter),
            offered(&one.parameter)
        );
    }
    Ok(())
}

fn unknown(name: &str) -> Failure {
    Failure::invalid(format!(
        "there is no setting {name}; `skyhelm dwarf get` lists them"
    ))
}

fn shown(parameter: &Parameter) -> String {
    let chosen = parameter
        .choices
        .iter()
        .find(|choice| Some(choice.index) == parameter.index);
    if parameter.auto {
        String::from("auto")
    } else if let Some(choice) = chosen {
        choice.name.clone()
    } else {
        let number = parameter.value.map(|value| value.to_string());
        number.unwrap_or_else(|| String::from("-"))
    }
}

fn offered(parameter: &Parameter) -> String {
    let auto = if parameter.has_auto { "auto, " } else { "" };
    if let Some(range) = parameter.range {
        return format!("({auto}{} to {})", range.min, range.max);
    }
    match &*parameter.choices {
        [] => String::new(),
        [first, .., last] if parameter.choices.len() > 6 => {
            format!("({auto}{} to {})", first.name, last.name)
        }
        few => {
            let names: Vec<_> = few.iter().map(|choice| &*choice.name).collect();
            format!("({auto}{})", names.join(", "))
        }
    }
}

pub(super) async fn put(
    session: &Session,
    name: &str,
    value: &str,
    json: bool,
) -> Result<(), Failure> {
    let state = session.state();
    let one = all(&state).into_iter().find(|one| one.name == name);
    let one = one.ok_or_else(|| unknown(name))?;
    let value = read(&one, value)?;
    let (owner, key) = name.split_once('.').ok_or_else(|| unknown(name))?;
    match owner {
        "tele" => camera(session, Lens::Tele, key, value).await?,
        "wide" => camera(session, Lens::Wide, key, value).await?,
        _ => {
            let name = key.to_owned();
            session
                .give(StackerCommand::SetParameter { name, value })
                .await?;
        }
    }
    done(
        json,
        &json!({ "set": name, "value": value }),
        &format!("{name} is set."),
    );
    Ok(())
}

fn read(one: &Named, value: &str) -> Result<ParameterValue, Failure> {
    let parameter = &one.parameter;
    let wanted = value.trim();
    if wanted.eq_ignore_ascii_case("auto") && parameter.has_auto {
        return Ok(ParameterValue::Auto);
    }
    let number = wanted
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite());
    if let (Some(_), Some(number)) = (parameter.range, number) {
        return Ok(ParameterValue::Number(number));
    }
    let same = |choice: &&Choice| {
        let by_name = choice.name.eq_ignore_ascii_case(wanted);
        let by_value = choice
            .value
            .zip(number)
            .is_some_and(|(a, b)| (a - b).abs() < 1e-9);
        by_name || by_value
    };
    let choice = parameter.choices.iter().find(same);
    choice
        .map(|choice| ParameterValue::Choice(choice.index))
        .ok_or_else(|| {
            let name = &one.name;
            Failure::invalid(format!("{name} cannot be {wanted} {}", offered(parameter)))
        })
}

async fn camera(
    session: &Session,
    lens: Lens,
    key: &str,
    value: ParameterValue,
) -> Result<(), Failure> {
    let action = match (key, value) {
        ("exposure", ParameterValue::Auto) => CameraAction::SetExposure(Exposure::Auto),
        ("exposure", ParameterValue::Choice(index)) => {
            CameraAction::SetExposure(Exposure::Choice(index))
        }
        ("gain", ParameterValue::Choice(index)) => CameraAction::SetGain(index),
        ("filter", ParameterValue::Choice(index)) => CameraAction::SetFilter(index),
        _ => CameraAction::SetParameter {
            name: key.to_owned(),
            value,
        },
    };
    session.give(CameraCommand { lens, action }).await?;
    Ok(())
}
