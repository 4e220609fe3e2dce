//! Where the parts of a document stand. While it is read, a shadow of its tree ([`Mark`]), and
//! afterwards a table ([`Marks`]) with twelve bytes for each node.

use std::collections::HashMap;

use crate::json::Text;
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
    /// In document order; a key may occur once only.
    Mapping(Vec<(Text, Mark)>),
}

impl Mark {
    pub(super) fn leaf(line: u32) -> Self {
        Self { line, inner: Inner::Leaf }
    }

    pub(super) fn sequence(line: u32, items: Vec<Mark>) -> Self {
        Self { line, inner: Inner::Sequence(items) }
    }

    /// Members in document order; a key may occur once only.
    pub(super) fn mapping(line: u32, members: Vec<(Text, Mark)>) -> Self {
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
}

/// The nodes of a document, each before what is in it, in document order.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    nodes: Vec<Node>,
    /// The names of members, each once.
    names: Vec<Text>,
    /// What is in the containers that have much, by their positions. A document of thousands of
    /// paths and schemas asks for each of them by name.
    many: HashMap<u32, Box<[u32]>>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    line: u32,
    /// Position of its name; [`ITEM`] where it has none.
    name: u32,
    /// Position of the first node that is not in it.
    end: u32,
}

/// The name of what is no member.
const ITEM: u32 = u32::MAX;
/// Most nodes in a container among which each is looked at.
const FEW: usize = 16;

impl Marks {
    pub(super) fn new(root: Mark) -> Self {
        let mut writer = Writer::default();
        writer.node(root, ITEM);
        let Writer { mut marks, .. } = writer;
        marks.nodes.shrink_to_fit();
        marks.names.shrink_to_fit();
        marks
    }

    /// The line of the node that a pointer names, or of the closest one around it.
    pub(super) fn line(&self, pointer: &str) -> Option<u32> {
        let mut here = 0;
        for token in tokens(pointer) {
            match self.child(here, &token) {
                Some(child) => here = child,
                None => break,
            }
        }
        self.node(here).map(|node| node.line).filter(|line| *line > 0)
    }

    /// The names of the members of the mapping that a pointer names, in document order.
    pub(super) fn keys(&self, pointer: &str) -> Vec<&str> {
        let here = tokens(pointer).try_fold(0, |here, token| self.child(here, &token));
        let inside = here.map(|here| self.inside(here)).into_iter().flatten();
        inside.filter_map(|child| self.name(child)).collect()
    }

    fn child(&self, parent: u32, token: &str) -> Option<u32> {
        let is_sequence = self.name(self.inside(parent).next()?).is_none();
        let many = self.many.get(&parent);
        if is_sequence {
            let index = token.parse::<usize>().ok()?;
            return match many {
                Some(items) => items.get(index).copied(),
                None => self.inside(parent).nth(index),
            };
        }
        match many {
            Some(sorted) => {
                let place = sorted.binary_search_by(|child| self.name(*child).cmp(&Some(token)));
                sorted.get(place.ok()?).copied()
            }
            None => self.inside(parent).find(|child| self.name(*child) == Some(token)),
        }
    }

    /// The nodes directly inside of one.
    fn inside(&self, parent: u32) -> impl Iterator<Item = u32> {
        let end = self.node(parent).map_or(0, |node| node.end);
        let mut next = parent + 1;
        std::iter::from_fn(move || {
            let child = next;
            next = self.node(child).filter(|_| child < end)?.end;
            Some(child)
        })
    }

    fn node(&self, position: u32) -> Option<&Node> {
        self.nodes.get(usize::try_from(position).ok()?)
    }

    fn name(&self, position: u32) -> Option<&str> {
        let name = self.node(position)?.name;
        self.names.get(usize::try_from(name).ok()?).map(Text::as_str)
    }
}

/// Writes a tree into the table.
#[derive(Default)]
struct Writer {
    marks: Marks,
    known: HashMap<Text, u32>,
}

impl Writer {
    fn node(&mut self, mark: Mark, name: u32) {
        let here = count(self.marks.nodes.len());
        self.marks.nodes.push(Node { line: mark.line, name, end: 0 });
        let mut inside: Vec<u32> = Vec::new();
        match mark.inner {
            Inner::Leaf => {}
            Inner::Sequence(items) => {
                let is_large = items.len() > FEW;
                for item in items {
                    inside.extend(is_large.then(|| count(self.marks.nodes.len())));
                    self.node(item, ITEM);
                }
            }
            Inner::Mapping(members) => {
                let is_large = members.len() > FEW;
                for (name, member) in members {
                    inside.extend(is_large.then(|| count(self.marks.nodes.len())));
                    let name = self.name(name);
                    self.node(member, name);
                }
                inside.sort_by_key(|child| self.marks.name(*child));
            }
        }
        if !inside.is_empty() {
            self.marks.many.insert(here, inside.into());
        }
        let end = count(self.marks.nodes.len());
        if let Some(node) = usize::try_from(here).ok().and_then(|at| self.marks.nodes.get_mut(at)) {
            node.end = end;
        }
    }

    fn name(&mut self, name: Text) -> u32 {
        if let Some(known) = self.known.get(&name) {
            return *known;
        }
        let place = count(self.marks.names.len());
        self.marks.names.push(name.clone());
        self.known.insert(name, place);
        place
    }
}

/// Documents have two million nodes at most.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(ITEM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_among_few_and_among_many() {
        for count in [0, 1, 16, 17, 500] {
            let member = |n: u32| {
                let inside = Mark::mapping(n + 2, vec![("in".into(), Mark::leaf(n + 3))]);
                (Text::from(format!("k{}", n * 7 % 1000)), inside.at(n + 1))
            };
            let members: Vec<_> = (0..count).map(member).collect();
            let items = members.iter().map(|(_, mark)| mark.clone()).collect();
            let both = vec![
                ("m".into(), Mark::mapping(1, members)),
                ("s".into(), Mark::sequence(1, items)),
            ];
            let marks = Marks::new(Mark::mapping(1, both));
            let names: Vec<String> = (0..count).map(|n| format!("k{}", n * 7 % 1000)).collect();
            assert_eq!(marks.keys("/m"), names);
            for (n, name) in (0..count).zip(&names) {
                for parent in [format!("/m/{name}"), format!("/s/{n}")] {
                    assert_eq!(marks.line(&parent), Some(n + 1), "{parent} of {count}");
                    assert_eq!(marks.line(&format!("{parent}/in")), Some(n + 3), "{parent}");
                    assert_eq!(marks.keys(&parent), ["in"]);
                }
            }
            assert_eq!(marks.line("/m/other/more"), Some(1));
            assert!(marks.keys("/m/other").is_empty() && marks.keys("/s").is_empty());
        }
    }

    #[test]
    fn what_has_no_line_is_nowhere() {
        assert_eq!(Marks::new(Mark::default()).line(""), None);
        assert_eq!(Marks::default().line("/a"), None);
    }
}
