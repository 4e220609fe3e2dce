//! Where a type needs a `Box` because it contains itself.

use std::collections::{BTreeSet, HashSet};

use super::shape::{Body, Item, Items, Shape, in_order};

/// A type that can be part of a cycle: a declared one, or an `Option` of one. The `Option`s of a
/// type are one node, so that all of them are printed alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Node<'a> {
    Named(&'a str),
    Optional(&'a str),
}

/// Which members of which types are boxed.
#[derive(Debug, Default)]
pub(super) struct Boxes<'a> {
    cut: BTreeSet<(Node<'a>, Node<'a>)>,
}

impl<'a> Boxes<'a> {
    /// Cuts every cycle at the member that closes it, in the order of the items' names. Without
    /// recursion, as chains of types can be long.
    pub(super) fn of(items: &'a Items) -> Self {
        let mut boxes = Self::default();
        let mut visited = HashSet::new();
        for name in items.keys() {
            let start = Node::Named(name);
            if !visited.contains(&start) {
                boxes.walk(start, items, &mut visited);
            }
        }
        boxes
    }

    fn walk(&mut self, start: Node<'a>, items: &'a Items, visited: &mut HashSet<Node<'a>>) {
        let mut path = HashSet::from([start]);
        let mut open = vec![(start, self.enter(start, items, &path, visited))];
        while let Some((node, members)) = open.last_mut() {
            if let Some(next) = members.pop() {
                path.insert(next);
                let members = self.enter(next, items, &path, visited);
                open.push((next, members));
            } else {
                path.remove(node);
                open.pop();
            }
        }
    }

    /// The members to follow from a node seen for the first time; those that lead back are cut.
    fn enter(
        &mut self,
        node: Node<'a>,
        items: &'a Items,
        path: &HashSet<Node<'a>>,
        visited: &mut HashSet<Node<'a>>,
    ) -> Vec<Node<'a>> {
        if !visited.insert(node) {
            return Vec::new();
        }
        let (back, onward) =
            members(node, items).into_iter().partition::<Vec<_>, _>(|member| path.contains(member));
        self.cut.extend(back.into_iter().map(|member| (node, member)));
        onward
    }

    /// Whether `owner` boxes its members of the type `name`.
    pub(super) fn member(&self, owner: &str, name: &str) -> bool {
        self.cut.contains(&(Node::Named(owner), Node::Named(name)))
    }

    /// Whether `Option`s of the type hold it in a box, in `owner` or anywhere.
    pub(super) fn optional(&self, owner: Option<&str>, name: &str) -> bool {
        let inside = (Node::Optional(name), Node::Named(name));
        self.cut.contains(&inside)
            || owner
                .is_some_and(|owner| self.cut.contains(&(Node::Named(owner), Node::Optional(name))))
    }
}

fn members<'a>(node: Node<'a>, items: &'a Items) -> Vec<Node<'a>> {
    match node {
        Node::Optional(name) => vec![Node::Named(name)],
        Node::Named(name) => items.get(name).map_or_else(Vec::new, inside),
    }
}

/// What a value of the item holds without a detour through an array or a map.
fn inside(item: &Item) -> Vec<Node<'_>> {
    match &item.body {
        Body::Struct { fields, .. } => in_order(fields)
            .into_iter()
            .filter_map(|(_, field)| {
                let always = field.required || field.default.is_some();
                node_of(&field.shape, !always)
            })
            .collect(),
        Body::Enum(_) => Vec::new(),
        Body::Union { variants, .. } => {
            variants.iter().filter_map(|variant| node_of(&variant.shape, false)).collect()
        }
        Body::Alias(shape) => node_of(shape, false).into_iter().collect(),
    }
}

fn node_of(shape: &Shape, optional: bool) -> Option<Node<'_>> {
    match shape {
        Shape::Named(name) if optional => Some(Node::Optional(name)),
        Shape::Named(name) => Some(Node::Named(name)),
        Shape::Nullable(inner) => node_of(inner, true),
        _ => None,
    }
}
