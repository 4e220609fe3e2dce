//! YAML: events of the parser become a tree, without recursion and within limits.

use std::collections::HashMap;

use crate::json::{Interner, Map, Text, Value};
use granit_parser::{Event, Parser, ScalarStyle, Span};

use super::mark::Mark;
use super::spelling::{Spelling, Spellings};
use super::{DEPTH_LIMIT, Document, Failure, NODE_LIMIT, TOO_DEEP, scalar};
use crate::code::{self, Code};
use crate::diagnostic::Diagnostic;
use crate::pointer;

pub(super) fn read(file: &str, text: &str) -> Result<Document, Failure> {
    let mut builder = Builder::new(file);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let line = u32::try_from(error.marker().line()).ok();
            let message = format!("this is no YAML: {}", error.kind());
            Failure::new(code::UNREADABLE, line, message)
        })?;
        if builder.event(event, span)? {
            break;
        }
    }
    let node = builder.root.unwrap_or_default();
    Ok(Document::new(file, node.value, node.mark, builder.findings))
}

/// A finished part of the tree.
#[derive(Debug, Clone, Default)]
struct Node {
    value: Value,
    mark: Mark,
    /// Nodes in it, itself included.
    size: usize,
    depth: usize,
    spelling: Spelling,
}

/// A mapping or sequence whose end has not come yet.
struct Open {
    anchor: usize,
    line: u32,
    size: usize,
    depth: usize,
    kind: OpenKind,
}

enum OpenKind {
    Sequence(Vec<Value>, Vec<Mark>, Spelling),
    Mapping {
        members: Vec<(Text, Value)>,
        marks: Vec<(Text, Mark)>,
        places: HashMap<Text, usize>,
        key: Option<(Text, u32)>,
        merges: Vec<Node>,
        spellings: Spellings,
    },
}

struct Builder<'t> {
    file: &'t str,
    texts: Interner,
    stack: Vec<Open>,
    anchors: HashMap<usize, Node>,
    size: usize,
    root: Option<Node>,
    findings: Vec<Diagnostic>,
}

impl<'t> Builder<'t> {
    fn new(file: &'t str) -> Self {
        Self {
            file,
            texts: Interner::default(),
            stack: Vec::new(),
            anchors: HashMap::new(),
            size: 0,
            root: None,
            findings: Vec::new(),
        }
    }

    /// Takes one event; `true` when nothing more is wanted.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<bool, Failure> {
        let line = u32::try_from(span.start.line()).unwrap_or(0);
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                self.note(code::EXTRA_DOCUMENT, line, "only the first document is read");
                return Ok(true);
            }
            Event::Scalar(text, style, anchor, tag) => {
                let suffix = tag.as_deref().and_then(|tag| tag.core_suffix());
                let value = match (suffix, style) {
                    (Some(suffix), _) => scalar::tagged(suffix, &text),
                    (None, ScalarStyle::Plain) => scalar::plain(&text),
                    (None, _) => None,
                };
                let plain = style == ScalarStyle::Plain;
                self.scalar(&text, plain, value, anchor, line)?;
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open(
                    anchor,
                    line,
                    OpenKind::Sequence(Vec::new(), Vec::new(), Spelling::default()),
                )?;
            }
            Event::MappingStart(_, anchor, _) => {
                let kind = OpenKind::Mapping {
                    members: Vec::new(),
                    marks: Vec::new(),
                    places: HashMap::new(),
                    key: None,
                    merges: Vec::new(),
                    spellings: Spellings::default(),
                };
                self.open(anchor, line, kind)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.stack.pop() {
                    let anchor = open.anchor;
                    let node = close(open, self.in_variables());
                    self.complete(node, anchor, line)?;
                }
            }
            Event::Alias(anchor) => self.alias(anchor, line)?,
            _ => {}
        }
        Ok(false)
    }

    fn open(&mut self, anchor: usize, line: u32, kind: OpenKind) -> Result<(), Failure> {
        if self.stack.len() >= DEPTH_LIMIT {
            return Err(too_deep(line));
        }
        self.stack.push(Open { anchor, line, size: 1, depth: 1, kind });
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        plain: bool,
        value: Option<Value>,
        anchor: usize,
        line: u32,
    ) -> Result<(), Failure> {
        if let Some(Open { kind: OpenKind::Mapping { key, .. }, .. }) = self.stack.last_mut()
            && key.is_none()
        {
            // A quoted `<<` is an ordinary key; the mark tells the two apart.
            let name = if text == "<<" && plain { MERGE } else { text };
            let name = self.texts.key(name);
            if anchor != 0 {
                let value = value.unwrap_or_else(|| Value::String(self.texts.text(text)));
                self.anchors.insert(anchor, leaf(value, line));
            }
            *key = Some((name, line));
            return Ok(());
        }
        let value = value.unwrap_or_else(|| Value::String(self.texts.text(text)));
        let spelling = if plain { Spelling::of(text, &value) } else { Spelling::default() };
        self.complete(Node { spelling, ..leaf(value, line) }, anchor, line)
    }

    fn alias(&mut self, anchor: usize, line: u32) -> Result<(), Failure> {
        let Some(node) = self.anchors.get(&anchor) else {
            let message = "an alias stands inside the node that it names; null is read";
            self.note(code::ODD_YAML, line, message);
            return self.complete(leaf(Value::Null, line), 0, line);
        };
        if self.size + node.size > NODE_LIMIT {
            return Err(too_deep(line));
        }
        let mut node = node.clone();
        if let Some(Open { kind: OpenKind::Mapping { key: key @ None, .. }, .. }) =
            self.stack.last_mut()
        {
            let text = match &node.value {
                Value::String(text) => text.clone(),
                other => other.to_string().into(),
            };
            *key = Some((text, line));
            return Ok(());
        }
        if self.stack.len() + node.depth > DEPTH_LIMIT {
            return Err(too_deep(line));
        }
        self.size += node.size;
        node.mark = node.mark.at(line);
        self.put(node, line);
        Ok(())
    }

    fn complete(&mut self, node: Node, anchor: usize, line: u32) -> Result<(), Failure> {
        self.size += 1;
        if self.size > NODE_LIMIT {
            return Err(too_deep(line));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        self.put(node, line);
        Ok(())
    }

    /// Hands a finished node to what is open around it.
    fn put(&mut self, node: Node, line: u32) {
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        open.size += node.size;
        open.depth = open.depth.max(node.depth + 1);
        let (finding, line) = match &mut open.kind {
            OpenKind::Sequence(values, marks, spelling) => {
                spelling.item(values.len(), node.spelling);
                values.push(node.value);
                marks.push(node.mark);
                return;
            }
            OpenKind::Mapping { members, marks, places, key, merges, spellings } => {
                match key.take() {
                    None => {
                        // The key of a member that follows; JSON has none of the kind.
                        *key = Some((node.value.to_string().into(), line));
                        let message =
                            "a mapping or sequence is used as a key, which is read as text";
                        (Some((code::ODD_YAML, message.to_owned())), line)
                    }
                    Some((name, line)) if name.as_str() == MERGE => {
                        if can_merge(&node.value) {
                            merges.push(node);
                            return;
                        }
                        let message =
                            "`<<` takes a mapping or a list of mappings; this is left out";
                        (Some((code::ODD_YAML, message.to_owned())), line)
                    }
                    Some((name, line)) => {
                        let first = places.get(&name).copied();
                        spellings.member(&name, node.spelling);
                        members.push((name.clone(), node.value));
                        let mark = node.mark.at(line);
                        let message = match first.and_then(|place| marks.get_mut(place)) {
                            Some(member) => {
                                let before = member.1.line();
                                member.1 = mark;
                                format!(
                                    "the key `{name}` already stands in line {before}; this one is used"
                                )
                            }
                            None => {
                                places.insert(name.clone(), marks.len());
                                marks.push((name, mark));
                                return;
                            }
                        };
                        (Some((code::DUPLICATE_KEY, message)), line)
                    }
                }
            }
        };
        if let Some((code, message)) = finding {
            self.note(code, line, &message);
        }
    }

    fn note(&mut self, code: &Code, line: u32, message: &str) {
        let pointer = self.pointer();
        let finding = code.diagnostic(self.file, Some(line), &pointer, message);
        self.findings.push(finding);
    }

    /// Whether what was open belongs to the variables of a server.
    fn in_variables(&self) -> bool {
        let around = self.stack.len().checked_sub(2).and_then(|index| self.stack.get(index));
        matches!(
            around,
            Some(Open { kind: OpenKind::Mapping { key: Some((key, _)), .. }, .. })
                if key.as_str() == "variables"
        )
    }

    /// Pointer of what is open.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for open in self.stack.iter().take(self.stack.len().saturating_sub(1)) {
            match &open.kind {
                OpenKind::Sequence(values, ..) => {
                    pointer::push(&mut pointer, &values.len().to_string());
                }
                OpenKind::Mapping { key, .. } => {
                    pointer::push(&mut pointer, key.as_ref().map_or("", |(key, _)| key));
                }
            }
        }
        pointer
    }
}

fn too_deep(line: u32) -> Failure {
    Failure::new(code::TOO_DEEP, Some(line), TOO_DEEP)
}

/// Stands for the merge key while a mapping is open; no YAML key can contain it.
const MERGE: &str = "\u{0}<<";

fn leaf(value: Value, line: u32) -> Node {
    Node { value, mark: Mark::leaf(line), size: 1, depth: 1, spelling: Spelling::default() }
}

fn close(open: Open, is_variable: bool) -> Node {
    let (value, mark, spelling) = match open.kind {
        OpenKind::Sequence(values, marks, spelling) => {
            (Value::Array(values.into()), Mark::sequence(open.line, marks), spelling)
        }
        OpenKind::Mapping { members, mut marks, merges, spellings, .. } => {
            // Of equal names the last one counts.
            let mut members: Map = members.into_iter().collect();
            spellings.settle(&mut members, is_variable);
            for merged in merges {
                merge(&mut members, &mut marks, merged);
            }
            (Value::Object(members), Mark::mapping(open.line, marks), Spelling::default())
        }
    };
    Node { value, mark, size: open.size, depth: open.depth, spelling }
}

fn can_merge(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(Value::is_object),
        value => value.is_object(),
    }
}

/// Adds the members of a merged mapping, or of each mapping in a sequence, that are not there yet.
fn merge(members: &mut Map, marks: &mut Vec<(Text, Mark)>, node: Node) {
    let sources = match node.value {
        Value::Object(source) => vec![source],
        Value::Array(items) => items
            .into_iter()
            .filter_map(|item| match item {
                Value::Object(source) => Some(source),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    for source in sources {
        for (key, value) in source {
            if !members.contains_key(&key) {
                marks.push((key.clone(), Mark::leaf(node.mark.line())));
                members.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn parse(text: &str) -> Document {
        read("t", text).unwrap()
    }

    #[test]
    fn keys_are_text_and_duplicates_are_reported() {
        let document = parse("r:\n  200: a\n  default: b\n  '200': c\nnull: 1\n");
        assert_eq!(*document.root(), json!({"r": {"200": "c", "default": "b"}, "null": 1}));
        let [finding] = document.findings() else { panic!("{:?}", document.findings()) };
        assert_eq!((finding.code, finding.line), ("TW0104", Some(4)));
        assert!(finding.message.contains("line 2"), "{finding}");
    }

    #[test]
    fn anchors_and_merge_keys() {
        let document = parse("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\nc: *x\n");
        assert_eq!(document.root()["b"], json!({"p": 1, "q": 3}));
        assert_eq!(document.root()["c"], json!({"p": 1, "q": 2}));
        assert_eq!(document.line("/c"), Some(5));
        let odd = parse("a: {<<: 5, b: 1}\n");
        assert_eq!(*odd.root(), json!({"a": {"b": 1}}));
        assert_eq!(odd.findings()[0].code, "TW0106");
    }

    #[test]
    fn alias_bombs_end_early() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for i in 1..12 {
            let items = vec![format!("*a{}", i - 1); 10].join(", ");
            text.push_str(&format!("a{i}: &a{i} [{items}]\n"));
        }
        assert_eq!(read("t", &text).unwrap_err().code.id, "TW0103");
        let inside = parse("a: &x [*x]\nb: 1\n");
        assert_eq!(*inside.root(), json!({"a": [null], "b": 1}));
        assert_eq!(inside.findings()[0].code, "TW0106");
    }

    #[test]
    fn letters_are_kept_where_text_is_meant() {
        let document = parse(
            "info: {title: t, version: 1.10}\n\
             servers: [{variables: {v: {default: 2.10, enum: [2.10, 01]}}}]\n\
             p: {in: query, name: 012, schema: {enum: [0644, 0755, 8], type: string, default: 0644}}\n\
             n: {type: number, default: 1.10}\n\
             b: {type: [string, 'null'], enum: [True, no, 1e3, 0x1F, null]}\n\
             d: {version: 1.10, name: 007}\n",
        );
        assert_eq!(
            *document.root(),
            json!({
                "info": {"title": "t", "version": "1.10"},
                "servers": [{"variables": {"v": {"default": "2.10", "enum": ["2.10", "01"]}}}],
                "p": {"in": "query", "name": "012",
                    "schema": {"enum": ["0644", "0755", 8], "type": "string", "default": "0644"}},
                "n": {"type": "number", "default": 1.1},
                "b": {"type": ["string", "null"], "enum": ["True", "no", "1e3", "0x1F", null]},
                "d": {"version": 1.1, "name": 7},
            })
        );
    }

    #[test]
    fn odd_documents() {
        assert_eq!(*parse("").root(), Value::Null);
        assert_eq!(parse("? {a: b}\n: c\n").findings()[0].code, "TW0106");
        assert_eq!(parse("a: 1\n---\nb: 2\n").findings()[0].code, "TW0105");
        assert_eq!(
            *parse("d: 2020-01-01\nt: !!str 12\n").root(),
            json!({"d": "2020-01-01", "t": "12"})
        );
        assert_eq!(read("t", "a: b: c\n").unwrap_err().line, Some(1));
    }
}
