//! One change of an overlay. JSONPath knows the values of serde_json only.

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::json;

/// What to do with the parts that a path names.
pub(super) struct Action<'o> {
    source: &'o str,
    target: JsonPath,
    change: Change,
}

enum Change {
    Nothing,
    Remove,
    Update(Value),
    Copy(JsonPath),
}

/// What is wrong with an action, and in which member of it; an empty one is the action itself.
pub(super) struct Fault {
    pub(super) member: &'static str,
    pub(super) message: String,
}

fn fault(member: &'static str, message: impl Into<String>) -> Fault {
    Fault { member, message: message.into() }
}

impl<'o> Action<'o> {
    pub(super) fn read(source: &'o json::Value) -> Result<Self, Fault> {
        let Some(members) = source.as_object() else {
            return Err(fault("", "an action is an object with a `target`"));
        };
        let text = match members.get("target") {
            Some(json::Value::String(text)) => text.as_str(),
            _ => {
                return Err(fault(
                    "target",
                    "an action has a `target`, a JSONPath such as `$.info`",
                ));
            }
        };
        let target = path(text).map_err(|message| fault("target", message))?;
        let change = match (members.get("remove"), members.get("update"), members.get("copy")) {
            (Some(json::Value::Bool(true)), _, _) => Change::Remove,
            (Some(json::Value::Bool(false)) | None, Some(update), _) => {
                Change::Update(update.into())
            }
            (Some(json::Value::Bool(false)) | None, None, Some(json::Value::String(from))) => {
                Change::Copy(path(from).map_err(|message| fault("copy", message))?)
            }
            (_, None, Some(_)) => return Err(fault("copy", "`copy` is a JSONPath")),
            (Some(json::Value::Bool(false)), None, None) => Change::Nothing,
            (Some(_), _, _) => return Err(fault("remove", "`remove` is `true` or `false`")),
            (None, None, None) => {
                return Err(fault("update", "an action has `update`, `remove` or `copy`"));
            }
        };
        Ok(Self { source: text, target, change })
    }

    /// The path as it is written.
    pub(super) fn target(&self) -> &str {
        self.source
    }

    /// Makes the change; says how many parts were named.
    pub(super) fn run(&self, root: &mut Value) -> Result<usize, Fault> {
        let located = self.target.query_located(root);
        let mut places: Vec<String> =
            located.locations().map(|location| location.to_json_pointer()).collect();
        places.dedup();
        let count = places.len();
        match &self.change {
            Change::Nothing => {}
            Change::Remove => remove(root, &mut places)?,
            Change::Update(update) => change(root, &places, update, "update")?,
            Change::Copy(from) => {
                let one = from.query(root).exactly_one().cloned();
                let copied =
                    one.map_err(|_| fault("copy", "`copy` names one part of the document"))?;
                change(root, &places, &copied, "copy")?;
            }
        }
        Ok(count)
    }
}

fn path(text: &str) -> Result<JsonPath, String> {
    JsonPath::parse(text).map_err(|error| format!("`{text}` is no JSONPath: {error}"))
}

fn change(
    root: &mut Value,
    places: &[String],
    update: &Value,
    member: &'static str,
) -> Result<(), Fault> {
    for place in places {
        let Some(target) = root.pointer_mut(place) else { continue };
        if target.is_object() && !update.is_object() {
            return Err(fault(member, "an object is merged with an object, with nothing else"));
        }
        merge(target, update);
    }
    Ok(())
}

/// Objects become one, lists become longer, and everything else is replaced.
fn merge(target: &mut Value, update: &Value) {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            for (key, value) in update {
                match target.get_mut(key) {
                    Some(present) => merge(present, value),
                    None => {
                        target.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(target), Value::Array(update)) => target.extend(update.iter().cloned()),
        (Value::Array(target), update) => target.push(update.clone()),
        (target, update) => *target = update.clone(),
    }
}

/// Removes from the last place to the first, so that those still to come stay where they are.
fn remove(root: &mut Value, places: &mut [String]) -> Result<(), Fault> {
    places.sort_by_key(|place| {
        let tokens = place.split('/').skip(1);
        tokens.map(|token| (token.parse::<usize>().ok(), token.to_owned())).collect::<Vec<_>>()
    });
    for place in places.iter().rev() {
        let Some((parent, token)) = place.rsplit_once('/') else {
            return Err(fault("target", "the document as a whole is not removed"));
        };
        match root.pointer_mut(parent) {
            Some(Value::Object(members)) => {
                members.remove(&crate::pointer::unescape(token));
            }
            Some(Value::Array(items)) => {
                if let Ok(index) = token.parse::<usize>()
                    && index < items.len()
                {
                    items.remove(index);
                }
            }
            _ => {}
        }
    }
    Ok(())
}
