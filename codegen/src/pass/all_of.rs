//! `allOf` becomes one schema where that is safe: bases are copied in, members are joined.

use std::collections::{BTreeMap, VecDeque};

use crate::json::{List, Map, Text, Value};

use super::combine::combine;
use super::context::Context;
use super::schema::ANNOTATIONS;
use super::walk::{self, children_mut, reference};
use crate::code;
use crate::ir::{Api, Schema};

/// Deepest chain of bases that is followed.
const DEPTH: usize = 48;

/// Merges every `allOf`, and every union of one, in definitions and operations.
pub(crate) fn merge(cx: &mut Context<'_>, api: &mut Api) {
    let mut merger = Merger::new(std::mem::take(&mut api.definitions));
    let mut names: VecDeque<String> = merger.source.keys().cloned().collect();
    while let Some(name) = names.pop_front() {
        merger.definition(&name);
        // What was met half way is merged once more, now that what it builds on is there.
        for name in std::mem::take(&mut merger.again) {
            if merger.done.remove(&name).is_some() {
                names.push_front(name);
            }
        }
        let at = cx.definitions.pointer(&name);
        merger.report(cx, &at);
    }
    walk::operation_schemas_mut(api, &mut |schema, at| {
        merger.simplify(schema);
        merger.report(cx, at);
    });
    api.definitions = merger.done.into_iter().map(|(name, value)| (name, Schema(value))).collect();
}

struct Merger {
    source: BTreeMap<String, Schema>,
    done: BTreeMap<String, Value>,
    /// Definitions being merged.
    stack: Vec<Frame>,
    /// How far below the root of the innermost one.
    depth: usize,
    /// Definitions that could not be finished, as others were being merged.
    again: Vec<String>,
    /// Reasons for `allOf`s that stay.
    kept: Vec<String>,
    circular: Vec<String>,
}

struct Frame {
    name: String,
    /// It was reached through a part of the one before, and not as its base.
    inside: bool,
}

impl Merger {
    fn new(source: BTreeMap<String, Schema>) -> Self {
        Self {
            source,
            done: BTreeMap::new(),
            stack: Vec::new(),
            depth: 0,
            again: Vec::new(),
            kept: Vec::new(),
            circular: Vec::new(),
        }
    }

    fn report(&mut self, cx: &mut Context<'_>, at: &str) {
        for reason in self.kept.drain(..) {
            cx.report(code::ALL_OF, at, format!("an `allOf` stays as it is: {reason}"));
        }
        for name in self.circular.drain(..) {
            let message = format!("`{name}` is a base of itself; that base is left out");
            cx.report(code::CIRCULAR_REF, at, message);
        }
    }

    fn definition(&mut self, name: &str) -> Option<&Value> {
        if !self.done.contains_key(name) {
            let mut schema = self.source.get(name)?.0.clone();
            let depth = std::mem::take(&mut self.depth);
            self.stack.push(Frame { name: name.to_owned(), inside: depth > 0 });
            self.simplify(&mut schema);
            self.stack.pop();
            self.depth = depth;
            self.done.insert(name.to_owned(), schema);
        }
        self.done.get(name)
    }

    fn simplify(&mut self, schema: &mut Value) {
        let Value::Object(members) = schema else {
            return;
        };
        self.depth += 1;
        children_mut(members, &mut |child| self.simplify(child));
        self.depth -= 1;
        for union in ["anyOf", "oneOf"] {
            let single = matches!(members.get(union), Some(Value::Array(list)) if list.len() == 1);
            if single
                && !members.contains_key("allOf")
                && let Some(list) = members.remove(union)
            {
                members.insert("allOf", list);
            }
        }
        if let Some(Value::Array(branches)) = members.remove("allOf") {
            let outer = std::mem::take(members);
            *members = self.all_of(outer, branches);
        }
    }

    /// One schema for what stands beside `allOf` and for its branches, or both as they were.
    fn all_of(&mut self, outer: Map, branches: List) -> Map {
        let is_annotation = |key: &Text| ANNOTATIONS.contains(&key.as_str());
        let mut telling: Vec<Map> = Vec::new();
        let mut annotations = Map::new();
        for branch in &branches {
            match branch {
                Value::Object(members) if members.keys().all(is_annotation) => {
                    annotations.extend(members.clone());
                }
                Value::Object(members) => telling.push(members.clone()),
                _ => return kept(outer, branches),
            }
        }
        let plain_outer = outer.iter().all(|(key, value)| {
            is_annotation(key) || (key == "type" && value.as_str() == Some("object"))
        });
        if let [only] = telling.as_slice()
            && plain_outer
        {
            return self.alone(only.clone(), annotations, outer);
        }
        let mut parts: Vec<Map> = Vec::new();
        for branch in telling {
            match self.inlined(branch) {
                Ok(Some(part)) => parts.push(part),
                Ok(None) => {}
                Err(reason) => {
                    self.kept.extend(Some(reason).filter(|reason| !reason.is_empty()));
                    return kept(outer, branches);
                }
            }
        }
        parts.push(annotations);
        match parts.into_iter().try_fold(outer.clone(), combine) {
            Ok(merged) => merged,
            Err(reason) => {
                self.kept.push(reason);
                kept(outer, branches)
            }
        }
    }

    /// The only branch that says anything: a reference stays one.
    fn alone(&mut self, mut only: Map, annotations: Map, mut outer: Map) -> Map {
        if let Some(name) = reference(&only).map(str::to_owned)
            && self.depth == 0
            && self.stack.last().is_some_and(|current| current.name == name)
        {
            self.circular.push(name);
            only.remove("$ref");
        }
        if only.contains_key("$ref") || only.contains_key("type") {
            outer.remove("type");
        }
        only.extend(annotations);
        only.extend(outer);
        only
    }

    /// A branch with its reference replaced by what it names; `None` for a base of itself.
    fn inlined(&mut self, branch: Map) -> Result<Option<Map>, String> {
        let Some(name) = reference(&branch).map(str::to_owned) else {
            return Ok(Some(branch));
        };
        if let Some(index) = self.stack.iter().position(|frame| frame.name == name) {
            let (_, between) = self.stack.split_at(index + 1);
            if self.depth == 0 && between.iter().all(|frame| !frame.inside) {
                self.circular.push(name);
                return Ok(None);
            }
            // A part of itself, such as a child that is a little more than its parent.
            if between.is_empty() {
                return Err(format!("`{name}` has it inside"));
            }
            self.again.extend(between.iter().map(|frame| frame.name.clone()));
            return Err(String::new());
        }
        if self.stack.len() >= DEPTH {
            return Err("bases nest too deep".to_owned());
        }
        let stack: Vec<String> = self.stack.iter().map(|frame| frame.name.clone()).collect();
        let Some(Value::Object(target)) = self.definition(&name) else {
            return Err(format!("`{name}` accepts nothing"));
        };
        let mut target = target.clone();
        // An alias of another definition.
        if target.contains_key("$ref") {
            return match self.inlined(target)? {
                Some(inner) => Ok(Some(over(inner, branch))),
                None => Ok(None),
            };
        }
        // A base that lists its own heirs: the heir is one of them already.
        for union in ["oneOf", "anyOf"] {
            let lists_heir = target.get(union).and_then(Value::as_array).is_some_and(|heirs| {
                heirs
                    .iter()
                    .filter_map(Value::as_object)
                    .filter_map(reference)
                    .any(|heir| stack.iter().any(|name| name == heir))
            });
            if lists_heir {
                target.remove(union);
            }
        }
        target.remove("title");
        Ok(Some(over(target, branch)))
    }
}

/// What a reference names, with what stood beside the reference.
fn over(mut target: Map, mut branch: Map) -> Map {
    branch.remove("$ref");
    target.extend(branch);
    target
}

fn kept(mut outer: Map, branches: List) -> Map {
    outer.insert("allOf", Value::Array(branches));
    outer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn merged(definitions: Value, schema: Value) -> Value {
        let source = definitions.as_object().unwrap().iter();
        let source = source.map(|(name, value)| (name.to_string(), Schema(value.clone())));
        let mut merger = Merger::new(source.collect());
        let mut schema = schema;
        merger.simplify(&mut schema);
        schema
    }

    #[test]
    fn bases_are_copied_in() {
        let definitions = json!({
            "Pet": {"type": "object", "description": "any", "properties": {"id": {"type": "integer"}}, "required": ["id"],
                    "oneOf": [{"$ref": "#/$defs/Cat"}]},
            "Cat": {"description": "a cat", "allOf": [{"$ref": "#/$defs/Pet"},
                    {"type": "object", "properties": {"claws": {"type": "boolean"}}, "required": ["claws"]}]},
        });
        let mut merger_input = json!({"allOf": [{"$ref": "#/$defs/Cat"}, {"required": ["name"], "properties": {"name": {}}}]});
        merger_input = merged(definitions, merger_input);
        assert_eq!(
            merger_input,
            json!({"type": "object", "description": "a cat", "required": ["id", "claws", "name"],
                "properties": {"id": {"type": "integer"}, "claws": {"type": "boolean"}, "name": {}}})
        );
    }

    #[test]
    fn a_single_reference_stays_a_reference() {
        let definitions = json!({"A": {"type": "string"}});
        for (schema, expected) in [
            (
                json!({"allOf": [{"$ref": "#/$defs/A"}], "description": "d"}),
                json!({"$ref": "#/$defs/A", "description": "d"}),
            ),
            (
                json!({"allOf": [{"$ref": "#/$defs/A"}, {"description": "d"}]}),
                json!({"$ref": "#/$defs/A", "description": "d"}),
            ),
            (json!({"oneOf": [{"type": "string"}]}), json!({"type": "string"})),
        ] {
            assert_eq!(merged(definitions.clone(), schema), expected);
        }
    }

    #[test]
    fn circles_are_cut() {
        let definitions = json!({
            "A": {"allOf": [{"$ref": "#/$defs/B"}, {"type": "object", "properties": {"a": {}}}]},
            "B": {"allOf": [{"$ref": "#/$defs/A"}, {"type": "object", "properties": {"b": {}}}]},
            "C": {"allOf": [{"$ref": "#/$defs/C"}]},
        });
        assert_eq!(
            merged(
                definitions.clone(),
                json!({"allOf": [{"$ref": "#/$defs/A"}, {"properties": {}}]})
            ),
            json!({"type": "object", "properties": {"a": {}, "b": {}}})
        );
        let c = json!({"allOf": [{"$ref": "#/$defs/C"}, {"type": "object"}]});
        assert_eq!(merged(definitions, c), json!({"type": "object"}));
    }

    #[test]
    fn parts_of_itself_are_no_bases() {
        let node = json!({"$ref": "#/$defs/Node"});
        let extended = json!({"allOf": [node, {"type": "object", "properties": {"x": {}}}]});
        let definitions = json!({"Node": {"type": "object", "properties": {
            "parent": {"allOf": [node], "description": "above"},
            "maybe": {"anyOf": [{"allOf": [node]}, {"type": "null"}]},
            "child": extended}}});
        let expected = json!({"type": "object", "properties": {
            "parent": {"$ref": "#/$defs/Node", "description": "above"},
            "maybe": {"anyOf": [node, {"type": "null"}]},
            "child": extended}});
        let merged = merged(definitions, json!({"allOf": [node, {"properties": {}}]}));
        assert_eq!(merged, expected);
    }

    #[test]
    fn what_is_met_half_way_is_merged_once_more() {
        let text = "{openapi: 3.1.0, paths: {/a: {get: {operationId: a, responses: {200: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}}, components: {schemas: {
            A: {type: object, properties: {id: {type: integer}, b: {allOf: [{$ref: '#/components/schemas/B'}, {required: [more]}]}}},
            B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {more: {type: string}}}]}}}}";
        let document = crate::source::Document::parse("t", text.as_bytes()).unwrap();
        let lowered = crate::pass::lower(&document, &crate::select::Options::default());
        assert!(lowered.diagnostics.is_empty(), "{:#?}", lowered.diagnostics);
        let definitions = lowered.api.unwrap().definitions;
        let names = |schema: &Value| -> Vec<String> {
            let properties = schema["properties"].as_object().unwrap();
            properties.keys().map(ToString::to_string).collect()
        };
        assert_eq!(names(&definitions["B"].0), ["b", "id", "more"]);
    }

    #[test]
    fn what_cannot_be_merged_stays() {
        let schema = json!({"allOf": [{"type": "string"}, {"type": "integer"}]});
        assert_eq!(merged(json!({}), schema.clone()), schema);
    }
}
