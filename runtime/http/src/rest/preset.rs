//! Values that the operator has chosen: sent with every call, whatever the arguments say.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::Error;
use super::descriptor::{Binding, Preset};
use super::json::Members;
use crate::secret::Secret;

/// The step into the items of a list.
const ITEMS: &str = "[]";

/// What a tool always sends. Printing it shows nothing of the values.
#[derive(Default)]
pub(crate) struct Presets {
    /// By position of the parameter.
    parameters: BTreeMap<usize, Box<RawValue>>,
    body: Option<Box<RawValue>>,
    members: Tree,
    secrets: Vec<Secret>,
}

/// Members of an object, those of objects in it included.
#[derive(Default)]
struct Tree {
    values: BTreeMap<String, Box<RawValue>>,
    inside: BTreeMap<String, Tree>,
}

impl fmt::Debug for Presets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Presets([redacted])")
    }
}

impl Presets {
    /// The presets of a tool, with the values of the variables that they name.
    ///
    /// # Errors
    /// Names the variable that is not set, or that holds no JSON where JSON is meant.
    pub(crate) fn new(
        binding: &Binding,
        tool: &str,
        values: &BTreeMap<String, Secret>,
    ) -> Result<Self, Error> {
        let filled = |preset: &Preset| {
            filled(preset, values).map_err(|(variable, reason)| Error::Preset {
                tool: tool.to_owned(),
                variable,
                reason,
            })
        };
        let mut presets = Self::default();
        for (index, parameter) in binding.parameters.iter().enumerate() {
            if let Some(preset) = &parameter.preset {
                presets.parameters.insert(index, filled(preset)?);
            }
        }
        if let Some(body) = &binding.body {
            presets.body = body.preset.as_ref().map(filled).transpose()?;
            for (pointer, preset) in &body.presets {
                presets.members.insert(pointer, filled(preset)?);
            }
        }
        let used = variables(binding);
        presets.secrets = used.iter().filter_map(|name| values.get(name)).cloned().collect();
        Ok(presets)
    }

    /// The value of the parameter at a position.
    pub(crate) fn parameter(&self, index: usize) -> Option<&RawValue> {
        self.parameters.get(&index).map(|value| &**value)
    }

    /// The body in place of the one that was given, where anything of it is preset.
    ///
    /// # Errors
    /// What is given is no object, and members of it are preset.
    pub(crate) fn body(&self, given: Option<&RawValue>) -> Result<Option<Box<RawValue>>, String> {
        if let Some(body) = &self.body {
            return Ok(Some(body.clone()));
        }
        if self.members.is_empty() || (given.is_none() && self.members.values.is_empty()) {
            return Ok(None);
        }
        let given = given.map_or("{}", RawValue::get);
        let text = match given.starts_with('[') && self.members.inside.contains_key(ITEMS) {
            true => self.members.inside(given)?,
            false => self.members.within(given)?,
        };
        RawValue::from_string(text).map(Some).map_err(|error| error.to_string())
    }

    /// Values of variables, to be kept out of what is shown.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secrets.iter()
    }
}

impl Tree {
    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.inside.is_empty()
    }

    fn insert(&mut self, pointer: &str, value: Box<RawValue>) {
        let mut tokens =
            pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"));
        let mut here = self;
        let Some(mut name) = tokens.next() else { return };
        for next in tokens {
            here = here.inside.entry(name).or_default();
            name = next;
        }
        here.values.insert(name, value);
    }

    /// A value with these members in place of its own, where it is an object or a list of such.
    /// Objects inside that are not there are not made: what else they need is not known.
    fn inside(&self, text: &str) -> Result<String, String> {
        match (text.as_bytes().first(), self.inside.get(ITEMS)) {
            (Some(b'{'), _) => self.within(text),
            (Some(b'['), Some(each)) => {
                let items: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
                let items = items.into_iter().map(|item| each.inside(item.get()));
                Ok(format!("[{}]", items.collect::<Result<Vec<_>, _>>()?.join(",")))
            }
            _ => Ok(text.to_owned()),
        }
    }

    fn within(&self, object: &str) -> Result<String, String> {
        let given = Members::parse(object).map_err(|_| "it has to be an object".to_owned())?;
        let mut members: Vec<(&str, String)> = Vec::new();
        for (name, value) in &given.0 {
            match (self.values.get(name), self.inside.get(name)) {
                (Some(_), _) => {}
                (None, Some(inside)) => members.push((name, inside.inside(value.get())?)),
                (None, None) => members.push((name, value.get().to_owned())),
            }
        }
        members.extend(self.values.iter().map(|(name, value)| (&**name, value.get().to_owned())));
        let members: Vec<String> = members
            .into_iter()
            .map(|(name, value)| format!("{}:{value}", Value::from(name)))
            .collect();
        Ok(format!("{{{}}}", members.join(",")))
    }
}

/// The variables that the presets of an operation name.
pub(crate) fn variables(binding: &Binding) -> Vec<String> {
    let body = binding.body.iter();
    let of_body = body.flat_map(|body| body.preset.iter().chain(body.presets.values()));
    let of_parameters = binding.parameters.iter().filter_map(|one| one.preset.as_ref());
    let mut names = Vec::new();
    for preset in of_parameters.chain(of_body) {
        texts(&preset.value, &mut |text| {
            // Nothing is wrong with what is not set yet.
            let _ = expanded(text, &mut |name| {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
                Some(String::new())
            });
        });
    }
    names
}

fn texts(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, visit)),
        Value::Object(members) => members.values().for_each(|member| texts(member, visit)),
        _ => {}
    }
}

type Unfit = (String, &'static str);

fn filled(preset: &Preset, values: &BTreeMap<String, Secret>) -> Result<Box<RawValue>, Unfit> {
    let value = with_variables(&preset.value, values)?;
    let first = || {
        let mut name = String::new();
        texts(&preset.value, &mut |text| {
            let _ = expanded(text, &mut |found| {
                name = found.to_owned();
                Some(String::new())
            });
        });
        name
    };
    if let (true, Value::String(text)) = (preset.json, &value) {
        return RawValue::from_string(text.trim().to_owned())
            .map_err(|_| (first(), "has to hold JSON, such as a number, and does not"));
    }
    to_raw_value(&value).map_err(|_| (first(), "can't be sent"))
}

fn with_variables(value: &Value, values: &BTreeMap<String, Secret>) -> Result<Value, Unfit> {
    Ok(match value {
        Value::String(text) => Value::String(
            expanded(text, &mut |name| values.get(name).map(|value| value.expose().to_owned()))
                .map_err(|name| (name, "is not set"))?,
        ),
        Value::Array(items) => {
            let items = items.iter().map(|item| with_variables(item, values));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| Ok((name.clone(), with_variables(value, values)?)));
            Value::Object(members.collect::<Result<_, Unfit>>()?)
        }
        other => other.clone(),
    })
}

/// A text with the values of its `${NAME}`s; `$${` stands for `${`. The error is the name that has
/// no value.
fn expanded(text: &str, value: &mut dyn FnMut(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(before) = before.strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = after;
            continue;
        }
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push_str("${");
            rest = after;
            break;
        };
        out.push_str(&value(name).ok_or_else(|| name.to_owned())?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presets(binding: &str, values: &[(&str, &str)]) -> Result<Presets, Error> {
        let binding: Binding = serde_json::from_str(binding).unwrap();
        let values = values.iter().map(|(name, value)| (name.to_string(), Secret::from(*value)));
        Presets::new(&binding, "t", &values.collect())
    }

    const BODY: &str = r#"{"method":"POST","path":"/","body":{"argument":"body","mediaType":
        "application/json","kind":"json","presets":{"/a":{"value":"${A}-$${B}"},
        "/in/n":{"value":"${N}","json":true},"/list/[]/n":{"value":5}}}}"#;

    #[test]
    fn members_replace_what_is_given() {
        let presets = presets(BODY, &[("A", "canary"), ("N", "7")]).unwrap();
        for (given, sent) in [
            (None, r#"{"a":"canary-${B}"}"#),
            (Some(r#"{"a":1,"b":1.50}"#), r#"{"b":1.50,"a":"canary-${B}"}"#),
            (Some(r#"{"in":{"n":1,"m":2}}"#), r#"{"in":{"m":2,"n":7},"a":"canary-${B}"}"#),
            (
                Some(r#"{"list":[{"n":1,"m":2},{},3],"in":[1]}"#),
                r#"{"list":[{"m":2,"n":5},{"n":5},3],"in":[1],"a":"canary-${B}"}"#,
            ),
        ] {
            let given: Option<&RawValue> = given.map(|text| serde_json::from_str(text).unwrap());
            assert_eq!(presets.body(given).unwrap().unwrap().get(), sent);
        }
        let list: &RawValue = serde_json::from_str("[1]").unwrap();
        assert_eq!(presets.body(Some(list)).unwrap_err(), "it has to be an object");
        assert!(!format!("{presets:?}").contains("canary"));
    }

    #[test]
    fn a_list_of_objects_gets_its_members() {
        let body = r#"{"method":"POST","path":"/","body":{"argument":"body","mediaType":
            "application/json","kind":"json","presets":{"/[]/n":{"value":1}}}}"#;
        let presets = presets(body, &[]).unwrap();
        let list: &RawValue = serde_json::from_str(r#"[{"m":2.0},[]]"#).unwrap();
        assert_eq!(presets.body(Some(list)).unwrap().unwrap().get(), r#"[{"m":2.0,"n":1},[]]"#);
        assert!(presets.body(None).unwrap().is_none());
    }

    #[test]
    fn variables_have_to_be_set_and_are_never_shown() {
        let unset = presets(BODY, &[("A", "x")]).unwrap_err().to_string();
        assert_eq!(unset, "the environment variable N, which the tool `t` sends, is not set");
        let wrong = presets(BODY, &[("A", "x"), ("N", "canary")]).unwrap_err().to_string();
        assert!(wrong.contains(" N, ") && !wrong.contains("canary"), "{wrong}");
        let binding: Binding = serde_json::from_str(BODY).unwrap();
        assert_eq!(variables(&binding), ["A", "N"]);
    }
}
