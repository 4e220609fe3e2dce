//! What presets send where nobody has set their variables: a mock takes anything.

use std::collections::BTreeMap;

use toolwright_codegen::ir::{Api, Binding, Preset};
use toolwright_codegen::json::Value;

/// Values for the variables that presets name and the environment has not.
pub(crate) fn unset(api: &Api) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for preset in api.operations.iter().filter_map(|one| one.http.as_ref()).flat_map(presets) {
        // What has to be JSON is, and as text it is one, too.
        let usual = if preset.json { "0" } else { "mock" };
        for name in variables(&preset.value) {
            let is_set = std::env::var(&name).is_ok_and(|value| !value.trim().is_empty());
            if !is_set {
                let value = values.entry(name).or_insert(usual);
                *value = if preset.json { usual } else { value };
            }
        }
    }
    values.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

fn presets(http: &Binding) -> impl Iterator<Item = &Preset> {
    let of_body = http.body.iter().flat_map(|body| body.preset.iter().chain(body.presets.values()));
    http.parameters.iter().filter_map(|parameter| parameter.preset.as_ref()).chain(of_body)
}

/// The names of `${NAME}` in the texts of a value; `$${` is none.
fn variables(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => {
            let text = text.replace("$${", "");
            let names = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
            names.map(|(name, _)| name.to_owned()).collect()
        }
        Value::Array(items) => items.iter().flat_map(variables).collect(),
        Value::Object(members) => members.values().flat_map(variables).collect(),
        _ => Vec::new(),
    }
}
