//! Refusing schemas that apply themselves to the same value without end.

use crate::schema::node::{Node, NodeId};
use crate::schema::{MAX_SCHEMA_DEPTH, SchemaError};

#[derive(Debug, Clone, Copy)]
enum State {
    New,
    Open,
    /// Done; the longest chain of nodes below that apply to the same value.
    Done(usize),
}

/// Walks the nodes along the keywords that stay at the same value. Circles through `properties`,
/// `items` and so on are fine: they end with the document.
pub(super) fn check(nodes: &[Node], pointers: &[String]) -> Result<(), SchemaError> {
    let edges: Vec<Vec<NodeId>> = nodes.iter().map(in_place).collect();
    let mut states = vec![State::New; nodes.len()];
    let pointer = |id: NodeId| pointers.get(id).cloned().unwrap_or_default();
    for start in 0..nodes.len() {
        let mut open = vec![start];
        while let Some(id) = open.last().copied() {
            let targets = edges.get(id).map(Vec::as_slice).unwrap_or_default();
            let mut longest = 0;
            let mut waiting = None;
            for target in targets {
                match states.get(*target) {
                    Some(State::Done(length)) => longest = longest.max(length + 1),
                    Some(State::Open) => {
                        return Err(SchemaError::Endless { pointer: pointer(*target) });
                    }
                    Some(State::New) => waiting = Some(*target),
                    None => {}
                }
            }
            if longest > MAX_SCHEMA_DEPTH {
                return Err(SchemaError::TooDeep { pointer: pointer(id) });
            }
            let state = match waiting {
                Some(target) => {
                    open.push(target);
                    State::Open
                }
                None => {
                    open.pop();
                    State::Done(longest)
                }
            };
            if let Some(slot) = states.get_mut(id) {
                *slot = state;
            }
        }
    }
    Ok(())
}

fn in_place(node: &Node) -> Vec<NodeId> {
    match node {
        Node::Always(_) => Vec::new(),
        Node::Rules(rules) => rules.in_place.iter().flat_map(|rule| rule.nodes()).collect(),
    }
}
