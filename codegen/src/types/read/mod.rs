//! Reads JSON Schema into [`Shape`]s: everything that Rust types can't say is left to the runtime
//! validator, and what changes a type is reported.

mod keyword;
mod merge;
mod object;
mod overlap;
mod share;
mod union;

use std::collections::BTreeMap;

use crate::json::{Text, Value};

use super::name::{self, Names};
use super::shape::{Body, Item, Items, Shape};
use crate::ir::Schema;

/// Deeper schemas are read as any value. Documents nest a dozen levels at most, and a type nested
/// twice as deep as this takes more stack to parse than a thread usually has.
const MAX_DEPTH: usize = 32;

/// Something that the types don't say although the schema does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Note {
    /// The definition or operation being read.
    pub(crate) place: Place,
    /// What was simplified, and to what.
    pub(crate) message: String,
}

/// Where a schema belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// A named definition.
    Definition(String),
    /// The operation at this JSON pointer.
    Operation(String),
}

/// Reads schemas that share definitions and one namespace of Rust types.
pub(crate) struct Reader<'a> {
    definitions: &'a BTreeMap<String, Schema>,
    /// Rust names of all definitions, given out beforehand: nothing inline may take one.
    rust_names: BTreeMap<&'a str, String>,
    states: BTreeMap<&'a str, State>,
    /// Definitions that are structs for sure, still to be read: referring to them takes no look
    /// inside, so that long chains of definitions need no deep stack.
    waiting: Vec<&'a str>,
    names: Names,
    items: Items,
    place: Place,
    notes: Vec<Note>,
    /// Whether there is no HTTP API behind the schemas. Then `default` shows in the types.
    described_only: bool,
}

enum State {
    Reading { referred: bool },
    Done(Shape),
}

/// What to call a type if the schema turns out to need a declaration.
#[derive(Debug, Clone)]
struct Hint {
    name: String,
    /// The name is already reserved for exactly this schema.
    reserved: bool,
    /// What it is called where it stands, which is the end of the name; `None` at a root.
    member: Option<String>,
    depth: usize,
}

impl Hint {
    fn inner(&self, suffix: &str) -> Self {
        Self {
            name: format!("{}{suffix}", self.name),
            reserved: false,
            member: Some(suffix.to_owned()),
            depth: self.depth + 1,
        }
    }

    /// For a schema that stands for the same value.
    fn same(&self) -> Self {
        Self { depth: self.depth + 1, ..self.clone() }
    }
}

impl<'a> Reader<'a> {
    /// A reader over `definitions`. Types are named around those already in `names`; `described_only`
    /// says that no upstream service fills in its own defaults: an absent member with a simple one
    /// is filled in on reading.
    pub(crate) fn new(
        definitions: &'a BTreeMap<String, Schema>,
        mut names: Names,
        described_only: bool,
    ) -> Self {
        let rust_names = definitions
            .keys()
            .map(|key| {
                let wanted = name::pascal(key, "Unnamed");
                (key.as_str(), names.take(&wanted, &["Model"]))
            })
            .collect();
        Self {
            definitions,
            rust_names,
            states: BTreeMap::new(),
            waiting: Vec::new(),
            names,
            items: Items::new(),
            place: Place::Definition(String::new()),
            notes: Vec::new(),
            described_only,
        }
    }

    /// The shape of an operation's arguments or result, called `name` if it needs a declaration;
    /// `reserved` says that the name is already out of the namespace.
    pub(crate) fn root(
        &mut self,
        schema: &Schema,
        name: &str,
        reserved: bool,
        place: Place,
    ) -> Shape {
        self.place = place;
        let hint = Hint { name: name.to_owned(), reserved, member: None, depth: 0 };
        let shape = self.read(&schema.0, &hint);
        while let Some(key) = self.waiting.pop() {
            self.waiting_definition(key);
        }
        shape
    }

    /// Declares `body` under a name already reserved.
    fn declare_as(
        &mut self,
        name: &str,
        inline: Option<String>,
        doc: Option<Text>,
        body: Body,
    ) -> Shape {
        let order = self.items.len();
        self.items.insert(name.to_owned(), Item { inline, order, doc, body, open: false });
        Shape::Named(name.to_owned())
    }

    /// What has been declared so far.
    fn item(&self, name: &str) -> Option<&Item> {
        self.items.get(name)
    }

    /// All declarations and notes; `roots` are adapted to types that turned out to be one.
    pub(crate) fn finish(mut self, roots: &mut [Shape]) -> (Items, Vec<Note>) {
        overlap::resolve(&mut self.items);
        share::resolve(&mut self.items, roots);
        self.notes.sort();
        self.notes.dedup();
        (self.items, self.notes)
    }

    fn note(&mut self, message: impl Into<String>) {
        self.notes.push(Note { place: self.place.clone(), message: message.into() });
    }

    /// The shape of a definition: its name where it needs a declaration, else what it stands for.
    fn definition(&mut self, key: &str, depth: usize) -> Shape {
        let Some((key, schema)) = self.definitions.get_key_value(key) else {
            self.note(format!("the definition `{key}` does not exist; any value is accepted"));
            return Shape::Any;
        };
        let own = self.rust_names.get(key.as_str()).cloned().unwrap_or_default();
        match self.states.get_mut(key.as_str()) {
            Some(State::Done(shape)) => return shape.clone(),
            Some(State::Reading { referred }) => {
                *referred = true;
                let shape = Shape::Named(own);
                return if keyword::admits_null(&schema.0) { shape.nullable() } else { shape };
            }
            None => {}
        }
        if object::is_plain(&schema.0) {
            self.states.insert(key, State::Done(Shape::Named(own.clone())));
            self.waiting.push(key);
            return Shape::Named(own);
        }
        if depth > MAX_DEPTH {
            self.note("too many schemas lead through each other; any value is accepted");
            return Shape::Any;
        }
        self.states.insert(key, State::Reading { referred: false });
        let outer = std::mem::replace(&mut self.place, Place::Definition(key.clone()));
        let hint = Hint { name: own.clone(), reserved: true, member: None, depth };
        let read = self.read(&schema.0, &hint);
        let referred =
            matches!(self.states.get(key.as_str()), Some(State::Reading { referred: true }));
        let shape = self.settle(&own, read, referred, &schema.0);
        self.place = outer;
        self.states.insert(key, State::Done(shape.clone()));
        shape
    }

    fn waiting_definition(&mut self, key: &str) {
        let Some(schema) = self.definitions.get(key) else { return };
        let name = self.rust_names.get(key).cloned().unwrap_or_default();
        self.place = Place::Definition(key.to_owned());
        self.read(&schema.0, &Hint { name, reserved: true, member: None, depth: 0 });
    }

    /// A definition that refers to itself needs a declaration even if it is only an alias.
    fn settle(&mut self, own: &str, read: Shape, referred: bool, schema: &Value) -> Shape {
        if self.items.contains_key(own) || !referred {
            return read;
        }
        let alias = if mentions(&read, own) {
            self.note("a definition that is nothing but itself; any value is accepted");
            Shape::Any
        } else {
            read
        };
        self.declare_as(own, None, merge::text(schema, "description"), Body::Alias(alias))
    }

    fn declare(&mut self, hint: &Hint, schema: &Value, body: Body) -> Shape {
        let name = if hint.reserved {
            hint.name.clone()
        } else {
            self.names.take(&name::pascal(&hint.name, "Unnamed"), &[])
        };
        let doc = merge::text(schema, "description").or_else(|| merge::text(schema, "title"));
        let inline = hint.member.clone().filter(|_| !hint.reserved);
        self.declare_as(&name, inline, doc, body)
    }
}

/// Whether the shape holds `name` directly, where a type of finite size can't hold itself.
fn mentions(shape: &Shape, name: &str) -> bool {
    match shape {
        Shape::Named(other) => other == name,
        Shape::Nullable(inner) => mentions(inner, name),
        _ => false,
    }
}
