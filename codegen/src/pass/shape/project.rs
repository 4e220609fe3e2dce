//! The schema of what is left of a reply once only some fields are kept.

use std::collections::{BTreeMap, BTreeSet};

use crate::json::{Map, Value, json};

use crate::ir::Schema;
use crate::pointer::unescape;

/// Lists of lists and references to references end here.
const DEPTH: usize = 48;

/// What a reduced value may break.
const BROKEN: [&str; 16] = [
    "const",
    "contains",
    "default",
    "dependentRequired",
    "dependentSchemas",
    "discriminator",
    "else",
    "enum",
    "if",
    "maxProperties",
    "minProperties",
    "not",
    "patternProperties",
    "then",
    "unevaluatedProperties",
    "uniqueItems",
];

/// Reduces schemas to the paths that are kept.
pub(super) struct Projection<'a> {
    definitions: &'a BTreeMap<String, Schema>,
    paths: Vec<(String, Vec<String>)>,
    found: BTreeSet<usize>,
    /// Any of the fields may be left out.
    optional: bool,
}

impl<'a> Projection<'a> {
    pub(super) fn new(
        definitions: &'a BTreeMap<String, Schema>,
        keep: &[String],
        optional: bool,
    ) -> Self {
        let steps = |path: &String| path.split('/').skip(1).map(unescape).collect();
        let paths = keep.iter().map(|path| (path.clone(), steps(path))).collect();
        Self { definitions, paths, found: BTreeSet::new(), optional }
    }

    /// What is left of `schema`.
    pub(super) fn of(&mut self, schema: &Value) -> Value {
        let all = (0..self.paths.len()).collect();
        self.reduced(schema, &all, 0, 0)
    }

    /// The paths that lead nowhere.
    pub(super) fn lost(self) -> Vec<String> {
        let found = self.found;
        let paths = self.paths.into_iter().enumerate();
        paths.filter(|(index, _)| !found.contains(index)).map(|(_, (path, _))| path).collect()
    }

    /// `open`: the paths that lead here; `level`: how many of their steps are taken.
    fn reduced(
        &mut self,
        schema: &Value,
        open: &BTreeSet<usize>,
        level: usize,
        depth: usize,
    ) -> Value {
        let ends = |index: &usize| self.paths.get(*index).is_some_and(|path| path.1.len() <= level);
        if open.iter().any(ends) {
            self.found.extend(open.iter().copied());
            return schema.clone();
        }
        let resolved = resolve(schema, self.definitions);
        let Some(Value::Object(source)) = resolved.filter(|_| depth < DEPTH) else {
            self.found.extend(open.iter().copied());
            return json!({});
        };
        let mut out = Map::new();
        for (key, value) in source {
            if BROKEN.contains(&key.as_str()) || key == "required" || key == "properties" {
                continue;
            }
            let value = match (key.as_str(), value) {
                ("items", value) => self.reduced(value, open, level, depth + 1),
                ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(branches)) => {
                    let branches: Vec<Value> = branches
                        .iter()
                        .map(|branch| self.reduced(branch, open, level, depth + 1))
                        .collect();
                    let key = if key == "oneOf" { "anyOf" } else { key };
                    out.insert(key, branches);
                    continue;
                }
                ("additionalProperties", Value::Object(_)) => {
                    self.reduced(value, open, level + 1, depth + 1)
                }
                (_, value) => value.clone(),
            };
            out.insert(key.clone(), value);
        }
        self.members(source, open, level, depth, &mut out);
        Value::Object(out)
    }

    fn members(
        &mut self,
        source: &Map,
        open: &BTreeSet<usize>,
        level: usize,
        depth: usize,
        out: &mut Map,
    ) {
        let Some(Value::Object(properties)) = source.get("properties") else {
            if !source.contains_key("items") && !source.contains_key("anyOf") {
                // Nothing is said about the members: any may be there.
                self.found.extend(open.iter().copied());
            }
            return;
        };
        let mut kept = Map::new();
        for (name, value) in properties {
            let step = |index: &&usize| {
                let step = self.paths.get(**index).and_then(|path| path.1.get(level));
                step.is_some_and(|step| step == name || step == "*")
            };
            let below: BTreeSet<usize> = open.iter().filter(step).copied().collect();
            if !below.is_empty() {
                kept.insert(name.clone(), self.reduced(value, &below, level + 1, depth + 1));
            }
        }
        if let Some(Value::Array(required)) = source.get("required")
            && !self.optional
        {
            let kept = |name: &&Value| name.as_str().is_some_and(|name| kept.contains_key(name));
            let required: Vec<Value> = required.iter().filter(kept).cloned().collect();
            if !required.is_empty() {
                out.insert("required", required);
            }
        }
        out.insert("properties", Value::Object(kept));
    }
}

/// A schema for anything that may be left of `schema`: only its kind stays.
pub(super) fn open(schema: &Value, definitions: &BTreeMap<String, Schema>) -> Value {
    let kind = resolve(schema, definitions).and_then(|schema| schema.get("type"));
    match kind.and_then(Value::as_str) {
        Some(kind @ ("object" | "array")) => json!({"type": kind}),
        _ => json!({}),
    }
}

fn resolve<'v>(
    mut schema: &'v Value,
    definitions: &'v BTreeMap<String, Schema>,
) -> Option<&'v Value> {
    for _ in 0..DEPTH {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
            return Some(schema);
        };
        schema = &definitions.get(reference.strip_prefix("#/$defs/")?)?.0;
    }
    None
}
