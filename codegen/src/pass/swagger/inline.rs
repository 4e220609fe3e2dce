//! What stands in other files becomes part of the document, where it has to be rewritten.

use crate::json::Value;

use super::{METHODS, Object};
use crate::pass::refs::link;
use crate::pointer::percent_decode;
use crate::source::FILES;

/// Longest chain of references that is followed.
const HOPS: usize = 16;

/// Replaces references to other files by what they name: paths, parameters and responses. Schemas
/// are the same in both versions and stay where they are.
pub(super) fn files(root: &mut Object, source: &Value) {
    if !root.contains_key(FILES) {
        return;
    }
    for key in ["paths", "parameters", "responses", "securityDefinitions"] {
        for member in members(root.get_mut(key), source) {
            resolve(member, source);
        }
    }
    for item in root.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten() {
        path_item(item.1, source);
    }
}

fn path_item(item: &mut Value, source: &Value) {
    let Value::Object(item) = item else { return };
    parameters(item.get_mut("parameters"), source);
    for method in METHODS {
        let Some(operation) = item.get_mut(method) else { continue };
        resolve(operation, source);
        let Value::Object(operation) = operation else { continue };
        parameters(operation.get_mut("parameters"), source);
        for response in members(operation.get_mut("responses"), source) {
            resolve(response, source);
        }
    }
}

fn parameters(list: Option<&mut Value>, source: &Value) {
    let items = list.and_then(Value::as_array_mut);
    for parameter in items.into_iter().flatten() {
        resolve(parameter, source);
    }
}

/// The members of an object, which may itself be a reference to a file.
fn members<'v>(
    object: Option<&'v mut Value>,
    source: &Value,
) -> impl Iterator<Item = &'v mut Value> {
    let object = object.and_then(|object| {
        resolve(object, source);
        object.as_object_mut()
    });
    object.into_iter().flat_map(|object| object.values_mut())
}

fn resolve(value: &mut Value, source: &Value) {
    for _ in 0..HOPS {
        let fragment = link(value).and_then(|reference| reference.strip_prefix('#'));
        let inside = fragment.filter(|fragment| {
            fragment.strip_prefix('/').is_some_and(|rest| rest.starts_with(FILES))
        });
        let found = inside.and_then(|fragment| source.pointer(&percent_decode(fragment)));
        let Some(found) = found.cloned() else { return };
        *value = found;
    }
}
