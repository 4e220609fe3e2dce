//! Schemas that nest deeper than the validator of calls goes.

use super::context::Context;
use super::walk::{children, children_mut, operation_schemas_mut};
use crate::code;
use crate::ir::Api;
use crate::json::{Value, json};

/// Levels that a schema may have. Tools put theirs into an object of arguments, and validators of
/// calls take 64.
const LEVELS: usize = 56;

/// Leaves open what lies deeper than the limit, in definitions and operations.
pub(crate) fn limit(cx: &mut Context<'_>, api: &mut Api) {
    let mut deep = Vec::new();
    for (name, schema) in &mut api.definitions {
        if cut(&mut schema.0) {
            deep.push(cx.definitions.pointer(name));
        }
    }
    operation_schemas_mut(api, &mut |schema, at| {
        if cut(schema) {
            deep.push(at.to_owned());
        }
    });
    deep.dedup();
    for at in deep {
        let message =
            format!("the schema nests deeper than {LEVELS} levels; what lies deeper is left open");
        cx.report(code::SCHEMA_CUT, &at, message);
    }
}

/// Whether there was something to cut.
fn cut(schema: &mut Value) -> bool {
    let is_deep = reaches(schema, LEVELS + 1);
    if is_deep {
        open(schema, LEVELS);
    }
    is_deep
}

/// Whether a schema has so many levels.
fn reaches(schema: &Value, levels: usize) -> bool {
    let Value::Object(members) = schema else { return false };
    let mut found = levels <= 1;
    children(members, &mut |child| found = found || reaches(child, levels - 1));
    found
}

fn open(schema: &mut Value, levels: usize) {
    let Value::Object(members) = schema else { return };
    if levels == 0 {
        *schema = json!({});
        return;
    }
    children_mut(members, &mut |child| open(child, levels - 1));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> Value {
        (1..levels).fold(json!({"type": "string"}), |inner, _| json!({"items": inner}))
    }

    #[test]
    fn what_lies_too_deep_is_left_open() {
        for levels in [1, 2, LEVELS] {
            let mut schema = nested(levels);
            assert!(!cut(&mut schema), "{levels}");
            assert_eq!(schema, nested(levels));
        }
        for levels in [LEVELS + 1, LEVELS + 9] {
            let mut schema = nested(levels);
            assert!(cut(&mut schema) && !reaches(&schema, LEVELS + 2), "{levels}");
            let end = (1..=LEVELS).fold(&schema, |inner, _| &inner["items"]);
            assert_eq!(*end, json!({}), "{levels}");
        }
    }
}
