//! The schemas that others refer to: a name for each, and a queue of those still to be read.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use heck::ToUpperCamelCase;

use crate::ir::Schema;
use crate::pointer::tokens;
use crate::source::FILES;

/// Longest name of a definition.
const LIMIT: usize = 60;

/// Named schemas of an API.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    names: HashMap<String, String>,
    pointers: HashMap<String, String>,
    /// Names as Rust types will spell them, so that no two fall together.
    taken: HashSet<String>,
    queue: VecDeque<Pending>,
    done: BTreeMap<String, Schema>,
}

/// A definition that something refers to, not read yet.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) name: String,
    pub(crate) pointer: String,
    pub(crate) base: String,
}

impl Definitions {
    /// Keeps a Rust type name free of definitions.
    pub(crate) fn reserve(&mut self, type_name: &str) {
        self.taken.insert(type_name.to_owned());
    }

    /// The name of what stands at `pointer`; asks for it to be read when it is new.
    pub(crate) fn name(&mut self, pointer: &str, base: &str) -> String {
        if let Some(name) = self.names.get(pointer) {
            return name.clone();
        }
        let name = self.free(&proposal(pointer));
        self.names.insert(pointer.to_owned(), name.clone());
        self.pointers.insert(name.clone(), pointer.to_owned());
        let base = if pointer.starts_with(base) { base } else { "" };
        self.queue.push_back(Pending {
            name: name.clone(),
            pointer: pointer.to_owned(),
            base: base.to_owned(),
        });
        name
    }

    pub(crate) fn next(&mut self) -> Option<Pending> {
        self.queue.pop_front()
    }

    /// Where a definition stands in the document.
    pub(crate) fn pointer(&self, name: &str) -> String {
        self.pointers.get(name).cloned().unwrap_or_default()
    }

    pub(crate) fn finish(&mut self, name: String, schema: Schema) {
        self.done.insert(name, schema);
    }

    pub(crate) fn take(&mut self) -> BTreeMap<String, Schema> {
        std::mem::take(&mut self.done)
    }

    fn free(&mut self, proposal: &str) -> String {
        let mut name = proposal.to_owned();
        let mut number = 2;
        while !self.taken.insert(name.to_upper_camel_case()) {
            name = format!("{proposal}{number}");
            number += 1;
        }
        name
    }
}

/// A name made of the last telling parts of a pointer.
fn proposal(pointer: &str) -> String {
    let mut tokens: Vec<String> = tokens(pointer).collect();
    if let [files, file, ..] = tokens.as_mut_slice()
        && files == FILES
    {
        *file = stem(file).to_owned();
        tokens.remove(0);
        // A file of schemas, one for each member.
        if let [_, name] = tokens.as_slice() {
            return sanitise(name);
        }
    }
    if let [.., parent, last] = tokens.as_slice()
        && matches!(parent.as_str(), "schemas" | "definitions" | "$defs")
    {
        return sanitise(last);
    }
    let telling = tokens.iter().filter(|token| {
        !matches!(
            token.as_str(),
            "paths"
                | "components"
                | "schemas"
                | "definitions"
                | "$defs"
                | "properties"
                | "responses"
                | "requestBodies"
                | "parameters"
                | "requestBody"
                | "content"
                | "schema"
                | "application/json"
                | "tools"
                | "inputSchema"
                | "outputSchema"
        )
    });
    let joined: String = telling.map(|token| token.to_upper_camel_case()).collect();
    sanitise(&joined)
}

/// The name of a file without directories and suffixes.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(name)
}

fn sanitise(name: &str) -> String {
    let legal: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '_' })
        .take(LIMIT)
        .collect();
    let legal = legal.trim_matches(['_', '.', '-']);
    if !legal.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return format!("Schema{legal}");
    }
    legal.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_where_they_come_from() {
        for (pointer, name) in [
            ("/components/schemas/Pet", "Pet"),
            ("/components/schemas/a.b-C_d", "a.b-C_d"),
            ("/components/schemas/Ünder «x»", "nder__x"),
            ("/components/schemas/404", "Schema404"),
            ("/components/schemas/Pet/properties/name", "PetName"),
            (
                "/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema",
                "PetsIdGet200",
            ),
            ("/tools/0/inputSchema", "Schema0"),
            ("/x-toolwright-files/models~1pet.yaml", "Pet"),
            ("/x-toolwright-files/models~1all.v1.yaml/definitions/Toy", "Toy"),
            ("/x-toolwright-files/models~1all.yaml/Toy", "Toy"),
            ("/x-toolwright-files/pet.yaml/properties/name", "PetName"),
            ("", "Schema"),
        ] {
            assert_eq!(proposal(pointer), name, "{pointer}");
        }
    }

    #[test]
    fn names_stay_apart_as_rust_types() {
        let mut definitions = Definitions::default();
        definitions.reserve("Tools");
        assert_eq!(definitions.name("/components/schemas/pet", ""), "pet");
        assert_eq!(definitions.name("/components/schemas/Pet", ""), "Pet2");
        assert_eq!(definitions.name("/components/schemas/pet", ""), "pet");
        assert_eq!(definitions.name("/components/schemas/tools", ""), "tools2");
        assert_eq!(definitions.next().unwrap().pointer, "/components/schemas/pet");
    }
}
