//! Reading: from the bytes of a JSON or YAML file to a tree that knows its lines.

mod bundle;
mod decode;
mod folder;
mod json;
mod mark;
mod mend;
mod references;
mod relative;
mod scalar;
mod spelling;
mod toml;
mod yaml;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::json::{Text, Value};

use crate::code::{self, Code};
use crate::diagnostic::Diagnostic;
use crate::pointer;
pub use folder::Folder;
use mark::{Mark, Marks};

/// Member of the root that holds the other files of a document, by path.
pub(crate) const FILES: &str = "x-toolwright-files";

/// Where schemas have names.
const SCHEMAS: [&str; 2] = ["/components/schemas", "/definitions"];

/// What named schemas call themselves by `$id`, and where they stand.
pub(crate) fn ids(root: &Value) -> Vec<(&str, String)> {
    let mut ids = Vec::new();
    for at in SCHEMAS {
        let schemas = root.pointer(at).and_then(Value::as_object);
        for (name, schema) in schemas.into_iter().flatten() {
            let id = schema.get("$id").and_then(Value::as_str);
            let id = id.map(|id| id.trim_end_matches('#')).filter(|id| !id.is_empty());
            ids.extend(id.map(|id| (id, pointer::join(at, name))));
        }
    }
    ids
}

/// Largest document that is read, in bytes.
const SIZE_LIMIT: usize = 20 * 1024 * 1024;
/// Deepest nesting that is read.
const DEPTH_LIMIT: usize = 120;
/// Most nodes that a document may have once its aliases are expanded.
const NODE_LIMIT: usize = 2_000_000;
const TOO_DEEP: &str =
    "the document nests more than 120 levels, or has more than two million nodes";

/// Why a text cannot be read.
#[derive(Debug)]
struct Failure {
    code: &'static Code,
    line: Option<u32>,
    message: String,
}

impl Failure {
    fn new(code: &'static Code, line: Option<u32>, message: impl Into<String>) -> Self {
        Self { code, line, message: message.into() }
    }

    fn diagnostic(self, file: &str) -> Diagnostic {
        self.code.diagnostic(file, self.line, "", self.message)
    }
}

/// A document in memory, with the line of each of its parts.
#[derive(Debug, Clone)]
pub struct Document {
    file: String,
    root: Value,
    marks: Arc<Marks>,
    findings: Vec<Diagnostic>,
    /// What people read before the paths of the other files.
    folder: String,
    /// Lines of the other files, by path.
    files: BTreeMap<String, Arc<Marks>>,
}

/// Where a part of a document stands, for people.
struct Place<'d, 'p> {
    file: String,
    marks: &'d Marks,
    pointer: &'p str,
}

impl Document {
    fn new(file: &str, root: Value, mark: Mark, findings: Vec<Diagnostic>) -> Self {
        let (file, folder, files) = (file.to_owned(), String::new(), BTreeMap::new());
        Self { file, root, marks: Arc::new(Marks::new(mark)), findings, folder, files }
    }

    /// Reads JSON or YAML; which of the two is told from the text, not from the name.
    ///
    /// `file_name` is what diagnostics call the document. YAML is read by the core schema of
    /// YAML 1.2 (dates and `yes` are strings), keys are always strings, merge keys are applied.
    ///
    /// # Errors
    ///
    /// Diagnostics with the place where the text is no JSON or YAML, or with the limit that it
    /// breaks: 20 MB, 120 levels, two million nodes after expanding aliases.
    pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        if bytes.len() > SIZE_LIMIT {
            let message =
                format!("the document has {} bytes, the limit is {SIZE_LIMIT}", bytes.len());
            return Err(vec![code::TOO_LARGE.diagnostic(file_name, None, "", message)]);
        }
        let (text, odd) = decode::decode(file_name, bytes)?;
        let read = read(file_name, &text);
        let mut document = read.map_err(|failure| vec![failure.diagnostic(file_name)])?;
        document.findings.splice(..0, odd);
        Ok(document)
    }

    /// Reads TOML, which no document is written in, but configuration.
    ///
    /// # Errors
    /// A diagnostic with the place where the text is no TOML.
    pub fn parse_toml(file_name: &str, bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        let (text, _) = decode::decode(file_name, bytes)?;
        toml::read(file_name, &text).map_err(|failure| vec![failure.diagnostic(file_name)])
    }

    /// Name of the document as the user gave it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The whole document as JSON. Where a key stands twice, this holds the last one.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The same document, lines included, with another tree in place of its own.
    pub(crate) fn with_root(&self, root: Value) -> Self {
        Self { root, ..self.clone() }
    }

    /// The same document after its tree was changed to `root`, with what there was to say about
    /// that. Lines stay known for what was there before.
    #[must_use]
    pub fn changed(mut self, root: Value, findings: Vec<Diagnostic>) -> Self {
        self.root = root;
        self.findings.extend(findings);
        self
    }

    /// One-based line of the part that a JSON pointer names, or of the closest part around it, in
    /// the file that it stands in.
    pub fn line(&self, pointer: &str) -> Option<u32> {
        let place = self.place(pointer);
        place.marks.line(place.pointer)
    }

    /// Keys of the mapping that a JSON pointer names, in document order; those that no text has
    /// come last.
    pub fn keys(&self, pointer: &str) -> Vec<&str> {
        let place = self.place(pointer);
        let written = place.marks.keys(place.pointer);
        let Some(Value::Object(members)) = self.root.pointer(pointer) else {
            return Vec::new();
        };
        let mut keys: Vec<&str> =
            written.into_iter().filter(|key| members.contains_key(key)).collect();
        if keys.len() < members.len() {
            let known: HashSet<&str> = keys.iter().copied().collect();
            keys.extend(members.keys().map(Text::as_str).filter(|key| !known.contains(key)));
        }
        keys
    }

    /// A finding about the part that a JSON pointer names: it says in which file that stands.
    pub(crate) fn finding(&self, code: &Code, at: &str, message: impl Into<String>) -> Diagnostic {
        let place = self.place(at);
        let line = place.marks.line(place.pointer);
        code.diagnostic(&place.file, line, place.pointer, message)
    }

    /// Paths of the other files that were read, relative to the document, or to where else
    /// [`Document::bundle_from`] was told to begin.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    fn place<'d, 'p>(&'d self, pointer: &'p str) -> Place<'d, 'p> {
        let own = || Place { file: self.file.clone(), marks: &self.marks, pointer };
        let Some(rest) = pointer.strip_prefix('/').and_then(|rest| rest.strip_prefix(FILES)) else {
            return own();
        };
        let rest = rest.strip_prefix('/').unwrap_or_default();
        let end = rest.find('/').unwrap_or(rest.len());
        let (name, inside) = rest.split_at(end);
        let name = pointer::unescape(name);
        match self.files.get(&name) {
            Some(marks) => Place { file: format!("{}{name}", self.folder), marks, pointer: inside },
            None => own(),
        }
    }

    /// What there was to say about the text itself, such as duplicate keys.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }
}

/// Reads text as what it looks like.
fn read(file: &str, text: &str) -> Result<Document, Failure> {
    let unreadable = |message: &str| Err(Failure::new(code::UNREADABLE, None, message.to_owned()));
    match text.trim_start().chars().next() {
        None => return unreadable("the document is empty"),
        Some('<') => return unreadable("this is HTML or XML: a page about the document, perhaps"),
        Some('{' | '[' | '/') => {}
        Some(_) => return yaml::read(file, text),
    }
    // YAML in flow style starts like JSON; if it is neither, JSON was meant.
    json::read(file, text).or_else(|failure| match mended(file, text) {
        Some(document) => Ok(document),
        None => yaml::read(file, text).map_err(|_| failure),
    })
}

/// JSON that is nearly right.
fn mended(file: &str, text: &str) -> Option<Document> {
    let (text, faults) = mend::mend(text)?;
    let mut document = json::read(file, &text).ok()?;
    let findings = faults.into_iter();
    let findings = findings
        .map(|(fault, line)| code::ODD_TEXT.diagnostic(file, Some(line), "", fault.message()));
    document.findings.splice(..0, findings);
    Some(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Document {
        Document::parse("t", text.as_bytes()).unwrap()
    }

    #[test]
    fn json_and_yaml_give_the_same_tree_and_lines() {
        let json = parse("{\n  \"b\": [1,\n 2.5],\n  \"a\": {\"x/y\": null}\n}");
        let yaml = parse("b:\n  - 1\n  - 2.5\na:\n  x/y: ~\n");
        assert_eq!(json.root(), yaml.root());
        assert_eq!(json.line("/b/1"), Some(3));
        assert_eq!(yaml.line("/b/1"), Some(3));
        assert_eq!(json.line("/a/x~1y"), Some(4));
        assert_eq!(yaml.line("/a/x~1y/none"), Some(5));
        assert_eq!(json.keys(""), ["b", "a"]);
        assert_eq!(yaml.keys(""), ["b", "a"]);
    }

    #[test]
    fn flow_yaml_is_read_and_broken_json_is_called_json() {
        assert_eq!(parse("{a: 1, b: [x]}").root()["b"][0], "x");
        let errors = Document::parse("t", b"{\"a\": 1,,}").unwrap_err();
        assert_eq!(errors[0].code, "TW0101");
        assert!(errors[0].message.contains("JSON"), "{}", errors[0]);
    }

    #[test]
    fn json_that_is_nearly_right_is_mended_with_its_lines() {
        let document = parse("{ // a \"b\": comment\n \"a\": [1,],\n \"b\": \"\\d\"}");
        assert_eq!(*document.root(), crate::json::json!({"a": [1], "b": "\\d"}));
        assert_eq!(document.line("/b"), Some(3));
        let lines: Vec<_> = document.findings().iter().map(|one| (one.code, one.line)).collect();
        assert_eq!(lines, [("TW0107", Some(1)), ("TW0107", Some(2)), ("TW0107", Some(3))]);
        assert!(parse("{'a': 1,}").findings().is_empty(), "flow YAML is no broken JSON");
    }

    #[test]
    fn limits_hold() {
        let deep = "[".repeat(5000);
        assert_eq!(Document::parse("t", deep.as_bytes()).unwrap_err().len(), 1);
        let big = vec![b' '; SIZE_LIMIT + 1];
        assert_eq!(Document::parse("t", &big).unwrap_err()[0].code, "TW0102");
        for (text, word) in [("<!DOCTYPE html><html></html>", "HTML"), (" \n", "empty")] {
            let errors = Document::parse("t", text.as_bytes()).unwrap_err();
            assert!(errors[0].message.contains(word), "{}", errors[0]);
        }
        let latin = Document::parse("t", b"a: 1\nb: \xE4\n").unwrap_err();
        assert_eq!(latin[0].line, Some(2));
    }
}
