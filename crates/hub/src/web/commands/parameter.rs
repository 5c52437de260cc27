//! What a parameter is set to, as a request says it.

use schemars::JsonSchema;
use serde::Deserialize;
use skyhelm_device::ParameterValue;

use super::super::problem::{Answer, Problem};

/// One of: `auto`, an `index` of the parameter's choices, a `value` within its range.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetParameter {
    #[serde(default)]
    auto: bool,
    index: Option<i32>,
    value: Option<f64>,
}

impl SetParameter {
    pub(super) fn value(&self) -> Answer<ParameterValue> {
        match (self.auto, self.index, self.value) {
            (true, None, None) => Ok(ParameterValue::Auto),
            (false, Some(index), None) => Ok(ParameterValue::Choice(index)),
            (false, None, Some(value)) => Ok(ParameterValue::Number(value)),
            _ => Err(Problem::invalid(
                "Give one of `auto: true`, an `index` and a `value`.",
            )),
        }
    }
}
