//! Documents of several files: the others become parts of the first.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::io;

use crate::json::{Map, Value};

use super::relative::{self, resolve};
use super::{Document, FILES, SCHEMAS, references};
use crate::code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::pointer;

/// Most bytes that the other files of a document may have together.
const SIZE_LIMIT: usize = 64 * 1024 * 1024;
/// Most files that belong to a document.
const COUNT_LIMIT: usize = 10_000;

impl Document {
    /// The document together with every file that it refers to by a relative path, and that those
    /// refer to in turn: afterwards all these references lead to places within it. `read` gives the
    /// bytes of the file at a path relative to the document's folder; nothing outside of that
    /// folder is ever asked for. [`Folder`](super::Folder) has such a function for files on disk.
    ///
    /// A file that cannot be read is a warning, and references to it stay as they are. Where the
    /// document says by `$self` under which address it is known, references to that address, and to
    /// its neighbours, are as good as relative ones.
    ///
    /// ```
    /// use toolwright_codegen::source::Document;
    ///
    /// let text = "components: {schemas: {Pet: {$ref: models/pet.yaml}}}";
    /// let document = Document::parse("api.yaml", text.as_bytes()).unwrap();
    /// let document = document.bundle(&mut |path| {
    ///     assert_eq!(path, "models/pet.yaml");
    ///     Ok(b"type: object".to_vec())
    /// });
    /// assert_eq!(document.files().collect::<Vec<_>>(), ["models/pet.yaml"]);
    /// ```
    #[must_use]
    pub fn bundle(self, read: &mut dyn FnMut(&str) -> io::Result<Vec<u8>>) -> Self {
        let own = relative::name(&self.file).to_owned();
        self.bundle_from(&own, read)
    }

    /// Likewise with a wider folder, from which the document's own path is `own`: all other paths
    /// start there, too, and nothing outside of it is ever asked for.
    ///
    /// ```
    /// use toolwright_codegen::source::Document;
    ///
    /// let text = "components: {schemas: {Pet: {$ref: ../models/pet.yaml}}}";
    /// let document = Document::parse("api.yaml", text.as_bytes()).unwrap();
    /// let document = document.bundle_from("v1/api.yaml", &mut |path| {
    ///     assert_eq!(path, "models/pet.yaml");
    ///     Ok(b"type: object".to_vec())
    /// });
    /// assert_eq!(document.files().collect::<Vec<_>>(), ["models/pet.yaml"]);
    /// ```
    #[must_use]
    pub fn bundle_from(
        mut self,
        own: &str,
        read: &mut dyn FnMut(&str) -> io::Result<Vec<u8>>,
    ) -> Self {
        self.folder = relative::folder(&self.file, own).to_owned();
        let mut bundle = Bundle {
            own,
            folder: &self.folder.clone(),
            identity: Identity::of(&self.root),
            read,
            known: BTreeMap::new(),
            queue: VecDeque::new(),
            bytes: 0,
            findings: Vec::new(),
            unread: Vec::new(),
        };
        bundle.rewrite(&mut self.root, own, "");
        let mut files = Map::new();
        while let Some((name, document)) = bundle.queue.pop_front() {
            let mut root = document.root;
            bundle.rewrite(&mut root, &name, &place_of(&name));
            bundle.findings.extend(document.findings);
            files.insert(name.clone(), root);
            self.files.insert(name, document.marks);
        }
        let Bundle { findings, unread, .. } = bundle;
        self.findings.extend(findings);
        for (at, message) in unread {
            let finding = self.finding(code::UNREAD_FILE, &at, message);
            self.findings.push(finding);
        }
        if let (Value::Object(root), false) = (&mut self.root, files.is_empty()) {
            root.insert(FILES.to_owned(), Value::Object(files));
        }
        self
    }
}

/// How references that name no file begin, although there is no `#`.
const PLACES: [&str; 3] = [" ", "components/", "definitions/"];

/// Names of schemas, which some take for references (files have a suffix), and what they call
/// themselves.
fn names(root: &Value) -> HashSet<String> {
    let schemas = SCHEMAS.into_iter().filter_map(|at| root.pointer(at)?.as_object());
    let names = schemas.flat_map(Map::keys).map(|name| name.as_str());
    let names = names.filter(|name| !name.contains(['.', '/', '#']));
    let ids = super::ids(root).into_iter();
    let ids = ids.flat_map(|(id, _)| [id, id.rsplit('/').next().unwrap_or_default()]);
    names.chain(ids).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

struct Bundle<'r> {
    /// The document's own path.
    own: &'r str,
    /// What people read before paths.
    folder: &'r str,
    identity: Option<Identity>,
    read: &'r mut dyn FnMut(&str) -> io::Result<Vec<u8>>,
    /// The files that were asked for, and whether they are there.
    known: BTreeMap<String, bool>,
    queue: VecDeque<(String, Document)>,
    bytes: usize,
    findings: Vec<Diagnostic>,
    /// Where files are named that are not read, and why; lines are known in the end only.
    unread: Vec<(String, String)>,
}

impl Bundle<'_> {
    /// Makes the references of a file, which will stand under `place`, local to the whole.
    fn rewrite(&mut self, root: &mut Value, name: &str, place: &str) {
        let own = self.own;
        let names = names(root);
        references::each(root, &mut place.to_owned(), &mut |reference, at| {
            let path = reference.trim_start_matches('/');
            let is_place = PLACES.iter().any(|place| path.starts_with(place));
            let is_file = [".json", ".yaml", ".yml"].iter().any(|end| reference.contains(end));
            if names.contains(reference.split('#').next().unwrap_or_default())
                || (is_place && !is_file)
            {
                return None;
            }
            let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
            let known = self.identity.as_ref().and_then(|identity| identity.local(file, own));
            let target = match file {
                "" => Some(name.to_owned()),
                file => known.or_else(|| resolve(name, &pointer::percent_decode(file))),
            };
            let target = target?;
            let anchor = !fragment.is_empty() && !fragment.starts_with('/');
            if target == own {
                Some(format!("#{fragment}"))
            } else if target == name || self.load(&target, at) {
                let place = if anchor { "#".to_owned() } else { encoded(&place_of(&target)) };
                Some(format!("{place}{fragment}"))
            } else {
                None
            }
        });
    }

    /// Whether there is such a file; it is read when it is asked for first.
    fn load(&mut self, target: &str, at: &str) -> bool {
        if let Some(there) = self.known.get(target) {
            return *there;
        }
        let document = self.document(target);
        self.known.insert(target.to_owned(), document.is_ok());
        match document {
            Ok(document) => self.queue.push_back((target.to_owned(), document)),
            Err(why) => {
                let message = format!("the file `{target}` cannot be used: {why}");
                self.unread.push((at.to_owned(), message));
            }
        }
        self.known.get(target) == Some(&true)
    }

    fn document(&mut self, target: &str) -> Result<Document, String> {
        if self.known.len() >= COUNT_LIMIT {
            return Err(format!("more than {COUNT_LIMIT} files belong to the document"));
        }
        let bytes = (self.read)(target).map_err(|error| error.to_string())?;
        self.bytes = self.bytes.saturating_add(bytes.len());
        if self.bytes > SIZE_LIMIT {
            return Err(format!("the files have more than {SIZE_LIMIT} bytes together"));
        }
        Document::parse(&format!("{}{target}", self.folder), &bytes).map_err(|diagnostics| {
            // The rest of the document is still of use, so this is no error.
            self.findings.extend(
                diagnostics
                    .into_iter()
                    .map(|diagnostic| Diagnostic { severity: Severity::Warning, ..diagnostic }),
            );
            "it cannot be read as JSON or YAML".to_owned()
        })
    }
}

/// What a document says of its own address: `$self` of OpenAPI 3.2.
struct Identity {
    address: String,
    /// All of it up to the last slash.
    folder: String,
}

impl Identity {
    fn of(root: &Value) -> Option<Self> {
        let address = root.get("$self")?.as_str()?.split('#').next()?.to_owned();
        let (folder, _) = address.rsplit_once('/')?;
        Some(Self { folder: format!("{folder}/"), address })
    }

    /// The path of what `reference` names by address; `own` is that of the document.
    fn local(&self, reference: &str, own: &str) -> Option<String> {
        if reference == self.address {
            return Some(own.to_owned());
        }
        let rest = reference.strip_prefix(&self.folder)?;
        resolve(own, &pointer::percent_decode(rest))
    }
}

/// Where a file stands in the whole.
fn place_of(name: &str) -> String {
    pointer::join(&pointer::join("", FILES), name)
}

/// A pointer as the fragment of a reference.
fn encoded(pointer: &str) -> String {
    format!("#{}", pointer.replace('%', "%25"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundled(files: &[(&str, &str)]) -> Document {
        let text = files.first().map_or("", |(_, text)| text);
        Document::parse("dir/api.yaml", text.as_bytes()).unwrap().bundle(&mut |path| {
            let found = files.iter().find(|(name, _)| *name == path);
            let missing = io::Error::new(io::ErrorKind::NotFound, "no such file");
            found.map(|(_, text)| text.as_bytes().to_vec()).ok_or(missing)
        })
    }

    #[test]
    fn references_become_local() {
        let document = bundled(&[
            ("api.yaml", "a: {$ref: m/b.yaml}\nb: {$ref: './m/b.yaml#/x/y'}\nc: {$ref: '#/a'}"),
            (
                "m/b.yaml",
                "x: {y: {$ref: '#/z'}}\nz: {$ref: 'c%20d.json#/q'}\nw: {$ref: ../api.yaml#/c}",
            ),
            ("m/c d.json", r##"{"q": {"$ref": "b.yaml#anchor"}}"##),
        ]);
        let at = |pointer: &str| document.root().pointer(pointer).unwrap().as_str().unwrap();
        assert_eq!(at("/a/$ref"), "#/x-toolwright-files/m~1b.yaml");
        assert_eq!(at("/b/$ref"), "#/x-toolwright-files/m~1b.yaml/x/y");
        assert_eq!(at("/c/$ref"), "#/a");
        let b = "/x-toolwright-files/m~1b.yaml";
        assert_eq!(at(&format!("{b}/x/y/$ref")), "#/x-toolwright-files/m~1b.yaml/z");
        assert_eq!(at(&format!("{b}/z/$ref")), "#/x-toolwright-files/m~1c d.json/q");
        assert_eq!(at(&format!("{b}/w/$ref")), "#/c");
        assert_eq!(at("/x-toolwright-files/m~1c d.json/q/$ref"), "#anchor");
        let finding = document.finding(code::ENUM, &format!("{b}/z"), "text");
        assert_eq!((finding.file.as_str(), finding.line), ("dir/m/b.yaml", Some(2)));
        assert_eq!(finding.pointer, "/z");
        assert!(document.findings().is_empty());
    }

    #[test]
    fn addresses_beside_its_own_are_files_beside_it() {
        let document = bundled(&[
            (
                "api.yaml",
                "$self: https://example.com/v1/openapi.yaml\n\
                 a: {$ref: 'https://example.com/v1/openapi.yaml#/b'}\n\
                 b: {$ref: 'https://example.com/v1/m/b.yaml#/x'}\n\
                 c: {$ref: 'https://example.com/v1/../../etc/passwd'}\n\
                 d: {$ref: 'https://example.org/v1/m/b.yaml'}",
            ),
            ("m/b.yaml", "x: {$ref: 'https://example.com/v1/openapi.yaml#/a'}"),
        ]);
        let at = |pointer: &str| document.root().pointer(pointer).unwrap().as_str().unwrap();
        assert_eq!(at("/a/$ref"), "#/b");
        assert_eq!(at("/b/$ref"), "#/x-toolwright-files/m~1b.yaml/x");
        assert_eq!(at("/x-toolwright-files/m~1b.yaml/x/$ref"), "#/a");
        assert_eq!(at("/c/$ref"), "https://example.com/v1/../../etc/passwd");
        assert_eq!(at("/d/$ref"), "https://example.org/v1/m/b.yaml");
    }

    #[test]
    fn what_cannot_be_read_is_said_once_and_where() {
        let document = bundled(&[
            (
                "api.yaml",
                "a: {$ref: none.yaml}\nb: {$ref: none.yaml}\n\
                 c: {$ref: ../up.yaml}\nd: {$ref: bad.yaml}",
            ),
            ("bad.yaml", "x: [\n"),
        ]);
        let found: Vec<_> =
            document.findings().iter().map(|one| (one.code, one.line, one.severity)).collect();
        assert_eq!(
            found,
            [
                ("TW0101", Some(1), Severity::Warning),
                ("TW0304", Some(1), Severity::Warning),
                ("TW0304", Some(4), Severity::Warning),
            ]
        );
        assert_eq!(document.root().pointer("/c/$ref").unwrap(), "../up.yaml");
    }
}
