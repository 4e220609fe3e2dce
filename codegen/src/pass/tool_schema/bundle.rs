//! Puts a root and the definitions it uses into one schema, within a budget.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::super::walk::{children_mut, reference, references};
use super::tame::tame;
use crate::ir::Schema;

/// Tame definitions with their sizes, shared by all tools of an API.
pub(super) struct Library<'a> {
    definitions: &'a BTreeMap<String, Schema>,
    tame: HashMap<String, Entry>,
}

struct Entry {
    schema: Value,
    size: usize,
    uses: Vec<String>,
}

/// A self-contained schema and what it would have weighed in full, in bytes of JSON.
pub(super) struct Bundle {
    pub(super) schema: Map<String, Value>,
    pub(super) full_size: usize,
    pub(super) size: usize,
}

impl<'a> Library<'a> {
    pub(super) fn new(definitions: &'a BTreeMap<String, Schema>) -> Self {
        Self {
            definitions,
            tame: HashMap::new(),
        }
    }

    /// The tame form of a definition.
    pub(super) fn definition(&mut self, name: &str) -> Option<&Value> {
        self.entry(name).map(|entry| &entry.schema)
    }

    /// Adds to a tame `root` the definitions that it reaches, closest first, as far as `budget`
    /// bytes go; references to others become open schemas that say so.
    pub(super) fn bundle(&mut self, root: Map<String, Value>, budget: usize) -> Bundle {
        let root = Value::Object(root);
        let root_size = size(&root);
        let order = self.reach(&root);
        let mut used = root_size;
        let mut full_size = root_size;
        let mut kept: HashSet<&str> = HashSet::new();
        let mut open = true;
        for name in &order {
            let entry_size = self
                .entry(name)
                .map_or(0, |entry| entry.size + name.len() + 4);
            full_size += entry_size;
            open = open && used + entry_size <= budget;
            if open {
                used += entry_size;
                kept.insert(name);
            }
        }
        let whole = kept.len() == order.len();
        let mut root = root;
        if !whole {
            self.cut(&mut root, &kept);
        }
        let mut definitions = Map::new();
        for name in order.iter().filter(|name| kept.contains(name.as_str())) {
            let Some(mut schema) = self.entry(name).map(|entry| entry.schema.clone()) else {
                continue;
            };
            if !whole {
                self.cut(&mut schema, &kept);
            }
            definitions.insert(name.clone(), schema);
        }
        let mut schema = match root {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        if !definitions.is_empty() {
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
        let size = size(&Value::Object(schema.clone()));
        Bundle {
            schema,
            full_size,
            size,
        }
    }

    /// Names of the definitions that a schema reaches, breadth first.
    fn reach(&mut self, root: &Value) -> Vec<String> {
        let mut order: Vec<String> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        references(root, &mut |name| {
            if seen.insert(name.to_owned()) {
                order.push(name.to_owned());
            }
        });
        let mut next = 0;
        while let Some(name) = order.get(next).cloned() {
            next += 1;
            for used in self
                .entry(&name)
                .map(|entry| entry.uses.clone())
                .unwrap_or_default()
            {
                if seen.insert(used.clone()) {
                    order.push(used);
                }
            }
        }
        order
    }

    fn entry(&mut self, name: &str) -> Option<&Entry> {
        if !self.tame.contains_key(name) {
            let schema = tame(&self.definitions.get(name)?.0);
            let mut uses: Vec<String> = Vec::new();
            references(&schema, &mut |used| {
                if !uses.iter().any(|known| known == used) {
                    uses.push(used.to_owned());
                }
            });
            let size = size(&schema);
            self.tame
                .insert(name.to_owned(), Entry { schema, size, uses });
        }
        self.tame.get(name)
    }

    /// Replaces references to definitions that are not kept.
    fn cut(&mut self, schema: &mut Value, kept: &HashSet<&str>) {
        let Value::Object(members) = schema else {
            return;
        };
        if let Some(name) = reference(members)
            && !kept.contains(name)
        {
            let name = name.to_owned();
            members.remove("$ref");
            let target = self.entry(&name).map(|entry| &entry.schema);
            if let Some(kind) = target.and_then(|schema| schema.get("type")) {
                members.insert("type".to_owned(), kind.clone());
            }
            members
                .entry("description")
                .or_insert_with(|| json!(format!("A {name}; its members are not shown.")));
        }
        children_mut(members, &mut |child| self.cut(child, kept));
    }
}

/// Bytes of a schema as JSON.
pub(super) fn size(schema: &Value) -> usize {
    struct Counter(usize);
    impl std::io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    match serde_json::to_writer(&mut counter, schema) {
        Ok(()) => counter.0,
        Err(_) => usize::MAX,
    }
}
