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
        members(root, key, source);
    }
    root.update_one("paths", |paths| {
        if let Value::Object(paths) = paths {
            paths.update(|_, item| path_item(item, source));
        }
    });
}

fn path_item(item: &mut Value, source: &Value) {
    let Value::Object(item) = item else { return };
    parameters(item, source);
    for method in METHODS {
        item.update_one(method, |operation| {
            resolve(operation, source);
            let Value::Object(operation) = operation else { return };
            parameters(operation, source);
            members(operation, "responses", source);
        });
    }
}

fn parameters(holder: &mut Object, source: &Value) {
    holder.update_one("parameters", |list| {
        if let Value::Array(list) = list {
            list.update(|parameter| resolve(parameter, source));
        }
    });
}

/// Resolves what is in a member, an object which may itself be a reference to a file.
fn members(holder: &mut Object, key: &str, source: &Value) {
    holder.update_one(key, |object| {
        resolve(object, source);
        if let Value::Object(object) = object {
            object.update(|_, member| resolve(member, source));
        }
    });
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
