//! Puts a root and the definitions it uses into one schema, within a budget.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::json::{Map, Text, Value};

use super::super::walk::{children_mut, reference, references};
use super::prune::{prune, shorten};
use super::size::size;
use super::tame::tame;
use crate::ir::Schema;

/// Longest description inside a definition of a schema that is over budget, in characters.
const BRIEF: usize = 100;
/// Bytes below which a part of a definition is not worth showing.
pub(super) const LEAST_SHARE: usize = 120;
/// Definitions this many times over the room don't fit with short descriptions either.
pub(super) const HOPELESS: usize = 8;

/// Tame definitions with their sizes, shared by all tools of an API.
pub(super) struct Library<'a> {
    definitions: &'a BTreeMap<String, Schema>,
    tame: HashMap<String, Entry>,
}

pub(super) struct Entry {
    pub(super) schema: Value,
    pub(super) size: usize,
    uses: Vec<String>,
    /// The same with short descriptions and its size, once anyone asked.
    brief: OnceCell<(Value, usize)>,
}

impl Entry {
    pub(super) fn brief(&self) -> &(Value, usize) {
        self.brief.get_or_init(|| {
            let mut schema = self.schema.clone();
            if let Value::Object(members) = &mut schema {
                shorten(members, BRIEF);
            }
            let size = size(&schema);
            (schema, size)
        })
    }
}

/// A self-contained schema and what it would have weighed in full, in bytes of JSON; far over the
/// budget, the least that it would have weighed.
pub(super) struct Bundle {
    pub(super) schema: Map,
    pub(super) full_size: usize,
}

/// A root with the names of the definitions that it reaches, by distance, and what all together
/// weigh in full.
pub(super) struct Fitted {
    pub(super) root: Value,
    pub(super) levels: Vec<Vec<String>>,
    pub(super) full_size: usize,
}

impl<'a> Library<'a> {
    pub(super) fn new(definitions: &'a BTreeMap<String, Schema>) -> Self {
        Self { definitions, tame: HashMap::new() }
    }

    /// The tame form of a definition.
    pub(super) fn definition(&mut self, name: &str) -> Option<&Value> {
        self.entry(name).map(|entry| &entry.schema)
    }

    /// Adds to a tame `root` the definitions that it reaches. Over `budget` bytes, descriptions
    /// become short, and then the definitions furthest from the root are cut: the first level that
    /// does not fit shares what is left, references to all further ones become open schemas.
    pub(super) fn bundle(&mut self, root: Map, budget: usize) -> Bundle {
        let Fitted { mut root, levels, full_size } = self.fitted(root, budget);
        let mut definitions = Map::new();
        if full_size <= budget {
            for name in levels.iter().flatten() {
                if let Some(entry) = self.entry(name) {
                    definitions.insert(name.clone(), entry.schema.clone());
                }
            }
        } else {
            let room = budget.saturating_sub(size(&root) + 12);
            definitions = self.select(&levels, room);
            cut(&mut root, &definitions);
            drop_unused(&root, &mut definitions);
        }
        let mut schema = match root {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        if !definitions.is_empty() {
            schema.insert("$defs", Value::Object(definitions));
        }
        Bundle { schema, full_size }
    }

    /// A root that leaves room for definitions, and those that it reaches.
    pub(super) fn fitted(&mut self, root: Map, budget: usize) -> Fitted {
        let mut root = Value::Object(root);
        let mut levels = self.reach(&root, budget);
        let mut full_size = size(&root);
        for name in levels.iter().flatten() {
            full_size += self.entry(name).map_or(0, |entry| entry.size + cost(name));
        }
        let part = budget / 4 * 3;
        if full_size > budget
            && let Value::Object(members) = &mut root
            && size(members) > part
        {
            prune(members, part, false);
            levels = self.reach(&root, budget);
        }
        Fitted { root, levels, full_size }
    }

    /// Names of the definitions that a schema reaches, by distance. A level that is hopelessly
    /// over budget is the last one, and not a whole one: where all definitions of a large API reach
    /// each other, looking at all of them for each tool would take the square of their number.
    fn reach(&mut self, root: &Value, budget: usize) -> Vec<Vec<String>> {
        let mut seen: HashSet<String> = HashSet::new();
        let mut level: Vec<String> = Vec::new();
        references(root, &mut |name| {
            if !seen.contains(name) {
                seen.insert(name.to_owned());
                level.push(name.to_owned());
            }
        });
        let mut levels = Vec::new();
        while !level.is_empty() {
            let mut next = Vec::new();
            let (mut sum, mut looked_at) = (0, 0);
            for name in &level {
                looked_at += 1;
                let Some(entry) = self.entry(name) else {
                    continue;
                };
                sum += entry.size;
                if sum / HOPELESS > budget {
                    next.clear();
                    break;
                }
                for used in &entry.uses {
                    if !seen.contains(used) {
                        seen.insert(used.clone());
                        next.push(used.clone());
                    }
                }
            }
            level.truncate(looked_at);
            levels.push(std::mem::replace(&mut level, next));
        }
        levels
    }

    pub(super) fn entry(&mut self, name: &str) -> Option<&Entry> {
        if !self.tame.contains_key(name) {
            let schema = tame(&self.definitions.get(name)?.0);
            let mut uses: Vec<String> = Vec::new();
            references(&schema, &mut |used| {
                if !uses.iter().any(|known| known == used) {
                    uses.push(used.to_owned());
                }
            });
            let size = size(&schema);
            let entry = Entry { schema, size, uses, brief: OnceCell::new() };
            self.tame.insert(name.to_owned(), entry);
        }
        self.tame.get(name)
    }

    /// The definitions that fit into `room` bytes, closest first; of the first level that does not
    /// fit, the first ones get a share each.
    fn select(&mut self, levels: &[Vec<String>], mut room: usize) -> Map {
        let mut kept = Map::new();
        for level in levels {
            let full: usize = level.iter().filter_map(|name| Some(self.entry(name)?.size)).sum();
            // Short descriptions save a part only; a level far over the room need not be tried.
            let hopeless = full / HOPELESS > room;
            let candidates = if hopeless { room / LEAST_SHARE } else { level.len() };
            let mut brief: Vec<(&String, Value)> = Vec::new();
            let mut needed = 0;
            for name in level.iter().take(candidates) {
                if let Some(entry) = self.entry(name) {
                    let (schema, size) = entry.brief();
                    needed += size + cost(name);
                    brief.push((name, schema.clone()));
                }
            }
            if !hopeless && needed <= room {
                room -= needed;
                kept.extend(brief.into_iter().map(|(name, schema)| (name.clone(), schema)));
                continue;
            }
            share(&mut kept, brief, room);
            break;
        }
        let names: Vec<Text> = kept.keys().cloned().collect();
        for name in names {
            if let Some(mut schema) = kept.remove(&name) {
                // A definition may refer to itself, so it counts as kept while it is cut.
                kept.insert(name.clone(), Value::Null);
                cut(&mut schema, &kept);
                kept.insert(name, schema);
            }
        }
        kept
    }
}

/// Adds what fits of each definition, in equal parts of `room` bytes.
fn share(kept: &mut Map, mut brief: Vec<(&String, Value)>, mut room: usize) {
    brief.truncate(room / LEAST_SHARE);
    let mut left = brief.len();
    for (name, mut schema) in brief {
        let share = (room / left.max(1)).saturating_sub(cost(name));
        left -= 1;
        if let Value::Object(members) = &mut schema {
            prune(members, share, true);
        }
        let used = size(&schema) + cost(name);
        if used <= room {
            room -= used;
            kept.insert(name.clone(), schema);
        }
    }
}

/// Replaces references to definitions that are not kept; never by anything longer.
fn cut(schema: &mut Value, kept: &Map) {
    let Value::Object(members) = schema else {
        return;
    };
    if reference(members).is_some_and(|name| !kept.contains_key(name)) {
        members.remove("$ref");
    }
    children_mut(members, &mut |child| cut(child, kept));
}

/// Drops definitions that nothing refers to any more.
fn drop_unused(root: &Value, definitions: &mut Map) {
    let mut open: Vec<String> = Vec::new();
    references(root, &mut |name| open.push(name.to_owned()));
    let mut used: HashSet<String> = HashSet::new();
    while let Some(name) = open.pop() {
        if let Some(definition) = definitions.get(&name)
            && used.insert(name)
        {
            references(definition, &mut |name| open.push(name.to_owned()));
        }
    }
    definitions.retain(|name, _| used.contains(name.as_str()));
}

/// Bytes that a definition takes beside its schema.
pub(super) fn cost(name: &str) -> usize {
    name.len() + 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn definitions(value: Value) -> BTreeMap<String, Schema> {
        let members = value.as_object().unwrap().clone();
        members.into_iter().map(|(name, schema)| (name.into(), Schema(schema))).collect()
    }

    fn bundle(defs: Value, root: Value, budget: usize) -> (Value, usize) {
        let definitions = definitions(defs);
        let mut library = Library::new(&definitions);
        let bundle = library.bundle(root.as_object().unwrap().clone(), budget);
        (Value::Object(bundle.schema), bundle.full_size)
    }

    #[test]
    fn only_used_definitions_come_along() {
        let defs = json!({
            "Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}},
            "Other": {"type": "string"},
        });
        let root = json!({"type": "object", "properties": {"node": {"$ref": "#/$defs/Node"}}});
        let (schema, _) = bundle(defs.clone(), root, 10_000);
        assert_eq!(schema["$defs"], json!({"Node": defs["Node"]}));
    }

    #[test]
    fn the_furthest_definitions_are_cut_first() {
        let long = "x".repeat(90);
        let defs = json!({
            "A": {"type": "object", "description": long, "properties": {"b": {"$ref": "#/$defs/B"}}},
            "B": {"type": "object", "description": long, "properties": {"c": {"$ref": "#/$defs/C"}}},
            "C": {"type": "object", "description": long},
        });
        let root = json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}});
        let (schema, full) = bundle(defs, root, 400);
        assert!(full > 400);
        assert!(size(&schema) <= 400, "{schema}");
        assert_eq!(schema["$defs"]["A"]["properties"]["b"], json!({"$ref": "#/$defs/B"}));
        assert!(schema["$defs"].get("C").is_none());
    }

    #[test]
    fn definitions_that_all_reach_each_other_are_not_all_looked_at() {
        let links = |to: usize| -> Map {
            let link =
                |n| (format!("p{n}"), json!({"$ref": format!("#/$defs/D{}", (to + n) % 3000)}));
            (1..40).map(link).collect()
        };
        let all = (0..3000).map(|n| {
            (format!("D{n}"), Schema(json!({"type": "object", "properties": links(n * 37)})))
        });
        let definitions: BTreeMap<String, Schema> = all.collect();
        let mut library = Library::new(&definitions);
        let root = json!({"type": "object", "properties": links(0)});
        let bundle = library.bundle(root.as_object().unwrap().clone(), 4000);
        assert!(size(&bundle.schema) <= 4000 && bundle.full_size > 8 * 4000);
        assert!(library.tame.len() < 300, "{}", library.tame.len());
    }

    #[test]
    fn a_definition_too_large_by_itself_keeps_what_fits() {
        let properties: Map = (0..200)
            .map(|i| {
                (format!("p{i}"), json!({"type": "string", "description": "some words about it"}))
            })
            .collect();
        let defs = json!({"Big": {"type": "object", "properties": properties, "additionalProperties": false}});
        let root = json!({"type": "object", "properties": {"body": {"$ref": "#/$defs/Big"}}});
        let (schema, _) = bundle(defs, root, 4000);
        assert!(size(&schema) <= 4000);
        let kept = schema["$defs"]["Big"]["properties"].as_object().unwrap();
        assert!(kept.len() > 80, "{}", kept.len());
        assert!(schema["$defs"]["Big"].get("additionalProperties").is_none());
    }
}
