//! Definitions, put where they are used.

use crate::json::{Map, Value};

use super::super::tool_schema::size;
use super::super::walk::{children_mut, reference};
use super::typed::each;
use super::{Lost, text};

/// Replaces every reference by what it stands for. Where that would never end, or take more than
/// `room` bytes, the value is written as JSON in a string.
pub(super) fn references(schema: &mut Value, room: usize, lost: &mut Lost) {
    let definitions = match schema.as_object_mut().and_then(|members| members.remove("$defs")) {
        Some(Value::Object(definitions)) => definitions,
        _ => Map::new(),
    };
    let mut left = room.saturating_sub(size(schema));
    // A pass for each level: what stands near the root gets its room first.
    let mut inliner = Inliner { definitions: &definitions, left: &mut left, lost, cut: false };
    for pass in 1..=PASSES {
        inliner.cut = pass == PASSES;
        inliner.level(schema, &mut Vec::new());
    }
    each(schema, &mut |members| {
        members.remove(TRAIL);
    });
}

/// Definitions within definitions; more than any profile has levels.
const PASSES: usize = 16;

/// Beside a replaced reference, the name of what it led to, so that a circle is seen in the next
/// pass.
const TRAIL: &str = "x-trail";

struct Inliner<'a> {
    definitions: &'a Map,
    left: &'a mut usize,
    lost: &'a mut Lost,
    /// Whether whatever is still a reference has to go.
    cut: bool,
}

impl Inliner<'_> {
    fn level(&mut self, schema: &mut Value, trail: &mut Vec<String>) {
        let Value::Object(members) = schema else {
            return;
        };
        if let Some(name) = reference(members).map(str::to_owned) {
            return self.replace(members, &name, trail);
        }
        let own = members.get(TRAIL).and_then(Value::as_str).map(str::to_owned);
        let length = trail.len();
        trail.extend(own);
        children_mut(members, &mut |child| self.level(child, trail));
        trail.truncate(length);
    }

    fn replace(&mut self, members: &mut Map, name: &str, trail: &[String]) {
        members.remove("$ref");
        let Some(Value::Object(target)) = self.definitions.get(name) else {
            return;
        };
        let needed = size(target) + name.len() + 16;
        let circular = trail.iter().any(|known| known == name);
        if circular || needed > *self.left || self.cut {
            let description = members.get("description").or_else(|| target.get("description"));
            *members = text::cut(description, text::scalar(target));
            self.lost.one(if circular { "recursion" } else { "deep definitions" });
            return;
        }
        *self.left -= needed;
        for (key, value) in target {
            if !members.contains_key(key) {
                members.insert(key.clone(), value.clone());
            }
        }
        if !members.contains_key("$ref") {
            members.insert(TRAIL, name);
        }
    }
}
