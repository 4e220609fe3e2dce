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
    Mapping(Members),
}

/// Members in document order, and where they stand in the order of their keys: a document of
/// thousands of paths and schemas asks for each of them by name.
#[derive(Debug, Clone)]
struct Members {
    written: Vec<(Box<str>, Mark)>,
    /// Positions in `written`. Few members have none: they are found by looking at each.
    sorted: Box<[u32]>,
}

/// Most members among which each is looked at.
const FEW: usize = 16;

impl Members {
    fn new(written: Vec<(Box<str>, Mark)>) -> Self {
        let mut sorted: Vec<u32> = Vec::new();
        if written.len() > FEW {
            sorted.extend((0..).take(written.len()));
            sorted.sort_by_key(|&position| key(&written, position));
        }
        Self { written, sorted: sorted.into() }
    }

    fn find(&self, name: &str) -> Option<&Mark> {
        if self.sorted.is_empty() {
            return self.written.iter().find(|(key, _)| **key == *name).map(|(_, mark)| mark);
        }
        let place =
            self.sorted.binary_search_by_key(&Some(name), |&position| key(&self.written, position));
        let position = *self.sorted.get(place.ok()?)?;
        self.written.get(usize::try_from(position).ok()?).map(|(_, mark)| mark)
    }
}

fn key(written: &[(Box<str>, Mark)], position: u32) -> Option<&str> {
    written.get(usize::try_from(position).ok()?).map(|(key, _)| &**key)
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
        Self { line, inner: Inner::Mapping(Members::new(members)) }
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
            Inner::Mapping(members) => members.written.iter().map(|(key, _)| &**key).collect(),
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
            Inner::Mapping(members) => members.find(token),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_among_few_and_among_many() {
        for count in [0, 1, 16, 17, 500] {
            let members =
                (0..count).map(|n| (format!("k{}", n * 7 % 1000).into(), Mark::leaf(n + 1)));
            let mark = Mark::mapping(1, members.collect());
            for n in 0..count {
                let found = mark.find_exactly(&format!("/k{}", n * 7 % 1000));
                assert_eq!(found.map(Mark::line), Some(n + 1), "{n} of {count}");
            }
            assert!(mark.find_exactly("/other").is_none());
        }
    }
}
