//! Reads JSON Schema into [`Shape`]s: everything that Rust types can't say is left to the runtime
//! validator, and what changes a type is reported.

mod keyword;
mod merge;
mod object;
mod overlap;
mod union;

use std::collections::BTreeMap;

use serde_json::Value;

use super::name::{self, Names};
use super::shape::{Body, Item, Items, Shape};
use crate::ir::Schema;

/// Deeper schemas are read as any value. Documents nest a dozen levels at most.
const MAX_DEPTH: usize = 64;

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
    /// By reference.
    states: BTreeMap<String, State>,
    names: Names,
    items: Items,
    place: Place,
    notes: Vec<Note>,
    /// Whether `default` shows in the types.
    defaults: bool,
}

enum State {
    Reading { name: String, referred: bool },
    Done(Shape),
}

/// What to call a type if the schema turns out to need a declaration.
#[derive(Debug, Clone)]
struct Hint {
    name: String,
    /// The name is already reserved for exactly this schema.
    reserved: bool,
    /// The reference that leads to the schema, where there is one.
    origin: Option<String>,
    depth: usize,
}

impl Hint {
    fn inner(&self, suffix: &str) -> Self {
        Self {
            name: format!("{}{suffix}", self.name),
            reserved: false,
            origin: None,
            depth: self.depth + 1,
        }
    }

    /// For another schema that stands for the same value.
    fn same(&self) -> Self {
        Self {
            origin: None,
            depth: self.depth + 1,
            ..self.clone()
        }
    }
}

impl<'a> Reader<'a> {
    /// A reader over `definitions`. Types are named around those already in `names`; `defaults`
    /// says whether an absent member with a simple default is filled in on reading.
    pub(crate) fn new(
        definitions: &'a BTreeMap<String, Schema>,
        mut names: Names,
        defaults: bool,
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
            names,
            items: Items::new(),
            place: Place::Definition(String::new()),
            notes: Vec::new(),
            defaults,
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
        self.read(
            &schema.0,
            &Hint {
                name: name.to_owned(),
                reserved,
                origin: None,
                depth: 0,
            },
        )
    }

    /// Declares `body` under a name already reserved.
    fn declare_as(&mut self, name: &str, doc: Option<String>, body: Body) -> Shape {
        self.items.insert(name.to_owned(), Item { doc, body });
        Shape::Named(name.to_owned())
    }

    /// What has been declared so far.
    fn item(&self, name: &str) -> Option<&Item> {
        self.items.get(name)
    }

    /// All declarations and notes. Unions whose members can't be told apart are any value;
    /// `roots` are adapted to that.
    pub(crate) fn finish(mut self, roots: &mut [Shape]) -> (Items, Vec<Note>) {
        overlap::resolve(&mut self.items, roots, &mut self.notes);
        self.notes.sort();
        self.notes.dedup();
        (self.items, self.notes)
    }

    fn note(&mut self, message: impl Into<String>) {
        self.notes.push(Note {
            place: self.place.clone(),
            message: message.into(),
        });
    }

    /// The shape of what a reference leads to: its name where it needs a declaration, else what it
    /// stands for. Read once.
    fn reference(&mut self, reference: &str) -> Shape {
        let found = merge::split(reference)
            .and_then(|(key, rest)| Some((self.definitions.get_key_value(&key)?, rest)))
            .and_then(|((key, schema), rest)| Some((key, schema.0.pointer(rest)?, rest)));
        let Some((key, schema, rest)) = found else {
            self.note(format!(
                "the reference `{reference}` leads nowhere; any value is accepted"
            ));
            return Shape::Any;
        };
        match self.states.get_mut(reference) {
            Some(State::Done(shape)) => return shape.clone(),
            Some(State::Reading { name, referred }) => {
                *referred = true;
                let shape = Shape::Named(name.clone());
                return if keyword::admits_null(schema) {
                    shape.nullable()
                } else {
                    shape
                };
            }
            None => {}
        }
        let definition = self
            .rust_names
            .get(key.as_str())
            .cloned()
            .unwrap_or_default();
        let name = match rest.rsplit_once('/') {
            None => definition,
            Some((_, member)) => {
                let wanted = format!("{definition}{}", name::pascal(member, "Field"));
                self.names.take(&name::pascal(&wanted, "Unnamed"), &[])
            }
        };
        let state = State::Reading {
            name: name.clone(),
            referred: false,
        };
        self.states.insert(reference.to_owned(), state);
        let outer = std::mem::replace(&mut self.place, Place::Definition(key.clone()));
        let origin = Some(reference.to_owned());
        let read = self.read(
            schema,
            &Hint {
                name: name.clone(),
                reserved: true,
                origin,
                depth: 0,
            },
        );
        let referred = matches!(
            self.states.get(reference),
            Some(State::Reading { referred: true, .. })
        );
        let shape = self.settle(&name, read, referred, schema);
        self.place = outer;
        self.states
            .insert(reference.to_owned(), State::Done(shape.clone()));
        shape
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
        self.declare_as(own, merge::text(schema, "description"), Body::Alias(alias))
    }

    fn declare(&mut self, hint: &Hint, schema: &Value, body: Body) -> Shape {
        let name = if hint.reserved {
            hint.name.clone()
        } else {
            self.names.take(&name::pascal(&hint.name, "Unnamed"), &[])
        };
        let doc = merge::text(schema, "description").or_else(|| merge::text(schema, "title"));
        self.declare_as(&name, doc, body)
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
