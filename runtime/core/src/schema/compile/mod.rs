//! From schema text to the arena of nodes.
//!
//! Subschemas are compiled off a work list, not by recursion, so neither nesting nor circles of
//! references matter here.

mod cycle;
mod index;
mod keywords;
mod read;
mod reference;

use std::collections::HashMap;
use std::rc::Rc;

use super::instance::Instance;
use super::node::{Arena, Node, NodeId, Rules};
use super::{MAX_SCHEMA_DEPTH, MAX_SUBSCHEMAS, SchemaError};

use index::Index;

/// Compiles a whole schema document.
pub(super) fn compile(root: &Instance<'_>) -> Result<Arena, SchemaError> {
    let mut compiler = Compiler {
        index: Index::new(root)?,
        nodes: Vec::new(),
        pointers: Vec::new(),
        known: HashMap::new(),
        queue: Vec::new(),
        tracks: false,
    };
    let base = compiler.index.base_of(root).unwrap_or_else(|| Rc::from(""));
    let root = compiler.node(Place { schema: root, pointer: String::new(), base, depth: 0 })?;
    while let Some((id, place)) = compiler.queue.pop() {
        let node = compiler.compile_one(&place)?;
        if let Some(slot) = compiler.nodes.get_mut(id) {
            *slot = node;
        }
    }
    cycle::check(&compiler.nodes, &compiler.pointers)?;
    Ok(Arena { nodes: compiler.nodes, root, tracks: compiler.tracks })
}

/// A subschema and where it stands.
#[derive(Debug, Clone)]
struct Place<'a, 't> {
    schema: &'a Instance<'t>,
    /// JSON pointer, for messages.
    pointer: String,
    /// URI that references in it are relative to.
    base: Rc<str>,
    /// Subschemas around it.
    depth: usize,
}

#[derive(Debug)]
struct Compiler<'a, 't> {
    index: Index<'a, 't>,
    nodes: Vec<Node>,
    /// Where each node stands, for messages.
    pointers: Vec<String>,
    /// Nodes by the address of their subschema.
    known: HashMap<usize, NodeId>,
    queue: Vec<(NodeId, Place<'a, 't>)>,
    tracks: bool,
}

impl<'a, 't> Compiler<'a, 't> {
    /// The node of a subschema, which is put on the work list the first time.
    fn node(&mut self, place: Place<'a, 't>) -> Result<NodeId, SchemaError> {
        let address = std::ptr::from_ref(place.schema).addr();
        if let Some(id) = self.known.get(&address) {
            return Ok(*id);
        }
        if place.depth > MAX_SCHEMA_DEPTH {
            return Err(SchemaError::TooDeep { pointer: place.pointer });
        }
        if self.nodes.len() >= MAX_SUBSCHEMAS {
            return Err(SchemaError::TooMany);
        }
        let id = self.nodes.len();
        self.nodes.push(Node::Always(true));
        self.pointers.push(place.pointer.clone());
        self.known.insert(address, id);
        self.queue.push((id, place));
        Ok(id)
    }

    fn compile_one(&mut self, place: &Place<'a, 't>) -> Result<Node, SchemaError> {
        match place.schema {
            Instance::Bool(value) => return Ok(Node::Always(*value)),
            Instance::Object(_) => {}
            other => {
                return Err(read::shape(
                    &place.pointer,
                    "a schema (an object or a boolean)",
                    other,
                ));
            }
        }
        let base = self.index.base_of(place.schema).unwrap_or_else(|| place.base.clone());
        let place = Place { base, ..place.clone() };
        let mut rules = Rules {
            types: keywords::types(&place)?,
            choice: keywords::choice(&place)?,
            number: keywords::number(&place)?,
            string: keywords::string(&place)?,
            array: self.array(&place)?,
            object: self.object(&place)?,
            in_place: self.in_place(&place)?,
            unevaluated_items: self.child(&place, "unevaluatedItems")?,
            unevaluated_properties: self.child(&place, "unevaluatedProperties")?,
        };
        self.references(&place, &mut rules.in_place)?;
        self.tracks |= rules.unevaluated_items.is_some() || rules.unevaluated_properties.is_some();
        Ok(if rules.is_empty() { Node::Always(true) } else { Node::Rules(Box::new(rules)) })
    }
}

impl Rules {
    fn is_empty(&self) -> bool {
        self.types.is_none()
            && self.choice.is_none()
            && self.number.is_none()
            && self.string.is_none()
            && self.array.is_none()
            && self.object.is_none()
            && self.in_place.is_empty()
            && self.unevaluated_items.is_none()
            && self.unevaluated_properties.is_none()
    }
}
