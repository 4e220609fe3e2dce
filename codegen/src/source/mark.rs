//! Where the parts of a document stand: a shadow of its tree, in document order.

use crate::pointer::tokens;

/// The line of a node and of everything in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Mark {
    line: u32,
    inner: Inner,
}

#[derive(Debug, Clone, Default)]
enum Inner {
    #[default]
    Leaf,
    Sequence(Vec<Mark>),
    Mapping(Vec<(Box<str>, Mark)>),
}

impl Mark {
    pub(super) fn leaf(line: u32) -> Self {
        Self { line, inner: Inner::Leaf }
    }

    pub(super) fn sequence(line: u32, items: Vec<Mark>) -> Self {
        Self { line, inner: Inner::Sequence(items) }
    }

    /// Members in document order; a key may occur once only.
    pub(super) fn mapping(line: u32, members: Vec<(Box<str>, Mark)>) -> Self {
        Self { line, inner: Inner::Mapping(members) }
    }

    /// The same node, said to stand in `line`: the line of its key.
    pub(super) fn at(mut self, line: u32) -> Self {
        self.line = line;
        self
    }

    pub(super) fn line(&self) -> u32 {
        self.line
    }

    pub(super) fn keys(&self) -> Vec<&str> {
        match &self.inner {
            Inner::Mapping(members) => members.iter().map(|(key, _)| &**key).collect(),
            _ => Vec::new(),
        }
    }

    /// The node that a pointer names, or the closest one around it.
    pub(super) fn find(&self, pointer: &str) -> Option<&Mark> {
        let mut here = self;
        for token in tokens(pointer) {
            match here.child(&token) {
                Some(child) => here = child,
                None => break,
            }
        }
        (here.line > 0).then_some(here)
    }

    pub(super) fn find_exactly(&self, pointer: &str) -> Option<&Mark> {
        tokens(pointer).try_fold(self, |here, token| here.child(&token))
    }

    fn child(&self, token: &str) -> Option<&Mark> {
        match &self.inner {
            Inner::Leaf => None,
            Inner::Sequence(items) => items.get(token.parse::<usize>().ok()?),
            Inner::Mapping(members) => {
                members.iter().find(|(key, _)| **key == *token).map(|(_, mark)| mark)
            }
        }
    }
}
