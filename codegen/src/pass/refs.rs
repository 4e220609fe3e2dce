//! References: found inside the document, never fetched, never followed for ever.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use crate::json::Value;

use crate::pointer::{join, percent_decode, tokens, unescape};
use crate::source::{self, Document};

/// Where schemas have names, today and in Swagger 2.0.
const SCHEMAS: [&str; 2] = ["components/schemas", "definitions"];
/// Likewise what else has names.
const PLACES: [[&str; 2]; 3] =
    [SCHEMAS, ["components/parameters", "parameters"], ["components/responses", "responses"]];

/// What a reference names.
#[derive(Debug, Clone)]
pub(crate) struct Found<'d> {
    pub(crate) value: &'d Value,
    pub(crate) pointer: String,
}

/// A reference that names nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) why: Why,
    /// The reference as written, and where it stands, if that is another one than was asked for.
    pub(crate) link: Option<(String, String)>,
}

/// Why a reference names nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It points to another document.
    Remote,
    /// It points to nothing.
    Missing,
    /// It leads back to itself.
    Circular,
}

impl From<Why> for Lost {
    fn from(why: Why) -> Self {
        Self { why, link: None }
    }
}

/// Finds what references name.
pub(crate) struct Resolver<'d> {
    document: &'d Document,
    anchors: OnceCell<HashMap<&'d str, String>>,
    /// Where schemas stand that say by `$id` what they are called.
    ids: OnceCell<HashMap<&'d str, String>>,
    /// Where references lead that are written wrong.
    guesses: RefCell<HashMap<String, String>>,
    /// Where chains of references end, by the pointer of each link.
    ends: HashMap<String, Result<String, Lost>>,
    /// Likewise for chains of pure aliases.
    alias_ends: HashMap<String, Result<String, Lost>>,
}

impl<'d> Resolver<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        Self {
            document,
            anchors: OnceCell::new(),
            ids: OnceCell::new(),
            guesses: RefCell::default(),
            ends: HashMap::new(),
            alias_ends: HashMap::new(),
        }
    }

    /// What `reference` names. `base` is the pointer of the schema that is a resource of its own
    /// (a tool's schema), or empty: fragments are tried there first.
    pub(crate) fn locate(&self, reference: &str, base: &str) -> Result<Found<'d>, Lost> {
        self.written(reference, base).or_else(|lost| self.meant(reference).ok_or(lost))
    }

    /// Where a reference was found to lead that names nothing as it is written.
    pub(crate) fn guess(&self, reference: &str) -> Option<String> {
        self.guesses.borrow().get(reference).cloned()
    }

    /// Likewise, taken by the letter.
    fn written(&self, reference: &str, base: &str) -> Result<Found<'d>, Lost> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let own = self.document.file().rsplit(['/', '\\']).next().unwrap_or_default();
        if !file.is_empty() && file.trim_start_matches("./") != own {
            return self.by_id(file, fragment).ok_or_else(|| Why::Remote.into());
        }
        let fragment = percent_decode(fragment);
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.anchor(&fragment);
        }
        // The closest schema with a name of its own, what it stands in, and the document.
        let mut base = base;
        loop {
            let mut hops = 64;
            if let Some(found) = self.walk(&format!("{base}{fragment}"), &mut hops) {
                return Ok(found);
            }
            if base.is_empty() {
                return Err(Why::Missing.into());
            }
            base = base.rsplit_once('/').map_or("", |(around, _)| around);
        }
    }

    /// The schema that has a `$id`, or a part of it.
    fn by_id(&self, id: &str, fragment: &str) -> Option<Found<'d>> {
        let ids = self.ids.get_or_init(|| {
            let mut ids = HashMap::new();
            for (id, pointer) in source::ids(self.document.root()) {
                // The last part alone, as others of the same folder name it.
                let last = id.rsplit('/').next().unwrap_or_default();
                for name in [id, last] {
                    ids.entry(name).or_insert_with(|| pointer.clone());
                }
            }
            ids
        });
        let pointer = ids.get(id)?;
        let fragment = percent_decode(fragment);
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.anchor(&fragment).ok();
        }
        self.walk(&format!("{pointer}{fragment}"), &mut 64)
    }

    /// What a reference means that is written wrong: by the path of the other version, without `#`
    /// or slash, or by the name of a schema alone, as Swagger 1.2 had it.
    fn meant(&self, reference: &str) -> Option<Found<'d>> {
        let path = reference.trim().trim_start_matches(['#', '/']).trim_end_matches('/');
        let place = |[new, old]: &[&'static str; 2]| {
            let inside = |folder: &str| path.strip_prefix(folder)?.strip_prefix('/');
            let name = inside(new).or_else(|| inside(old))?;
            Some((name, [*new, *old]))
        };
        let alone = || (!path.contains(['/', '#'])).then_some((path, SCHEMAS));
        let (name, folders) = PLACES.iter().find_map(place).or_else(alone)?;
        let name = percent_decode(name);
        let found = folders.iter().find_map(|folder| {
            let pointer = join(&format!("/{folder}"), &unescape(&name));
            let whole = self.document.root().pointer(&pointer);
            let whole = whole.map(|value| Found { value, pointer });
            whole.or_else(|| self.walk(&format!("/{folder}/{name}"), &mut 64))
        })?;
        self.guesses.borrow_mut().insert(reference.to_owned(), found.pointer.clone());
        Some(found)
    }

    /// The end of a chain of `{"$ref": …}` objects that begins at `start`.
    pub(crate) fn follow(&mut self, start: Found<'d>, base: &str) -> Result<Found<'d>, Lost> {
        let mut ends = std::mem::take(&mut self.ends);
        let found = self.chain(start, base, link, &mut ends);
        self.ends = ends;
        found
    }

    /// Likewise, but a schema that says more than the reference in it is an end.
    pub(crate) fn follow_alias(&mut self, start: Found<'d>, base: &str) -> Result<Found<'d>, Lost> {
        let mut ends = std::mem::take(&mut self.alias_ends);
        let found = self.chain(start, base, alias, &mut ends);
        self.alias_ends = ends;
        found
    }

    fn chain(
        &self,
        start: Found<'d>,
        base: &str,
        link: fn(&Value) -> Option<&str>,
        ends: &mut HashMap<String, Result<String, Lost>>,
    ) -> Result<Found<'d>, Lost> {
        if link(start.value).is_none() {
            return Ok(start);
        }
        let mut here = start;
        let mut passed: HashSet<String> = HashSet::new();
        let end = loop {
            if let Some(end) = ends.get(&here.pointer) {
                break end.clone();
            }
            let Some(reference) = link(here.value) else {
                break Ok(here.pointer);
            };
            if !passed.insert(here.pointer.clone()) {
                break Err(at_link(Why::Circular, reference, &here));
            }
            match self.locate(reference, base) {
                Ok(next) => here = next,
                Err(lost) => break Err(at_link(lost.why, reference, &here)),
            }
        };
        for pointer in passed {
            ends.insert(pointer, end.clone());
        }
        let pointer = end?;
        let value = self.document.root().pointer(&pointer).ok_or(Why::Missing)?;
        Ok(Found { value, pointer })
    }

    /// Walks a pointer; steps over references that stand in the way.
    fn walk(&self, pointer: &str, hops: &mut u32) -> Option<Found<'d>> {
        let mut here = Found { value: self.document.root(), pointer: String::new() };
        for token in tokens(pointer) {
            while child(here.value, &token).is_none() {
                let reference = link(here.value)?;
                *hops = hops.checked_sub(1)?;
                let fragment = reference.strip_prefix('#')?;
                here = self.walk(&percent_decode(fragment), hops)?;
            }
            here =
                Found { value: child(here.value, &token)?, pointer: join(&here.pointer, &token) };
        }
        Some(here)
    }

    fn anchor(&self, name: &str) -> Result<Found<'d>, Lost> {
        let anchors = self.anchors.get_or_init(|| {
            let mut anchors = HashMap::new();
            collect_anchors(self.document.root(), "", &mut anchors);
            anchors
        });
        let pointer = anchors.get(name).ok_or(Why::Missing)?.clone();
        let value = self.document.root().pointer(&pointer).ok_or(Why::Missing)?;
        Ok(Found { value, pointer })
    }
}

fn at_link(why: Why, reference: &str, here: &Found<'_>) -> Lost {
    Lost { why, link: Some((reference.to_owned(), here.pointer.clone())) }
}

/// The target of an object that is a reference.
pub(crate) fn link(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// The target of a schema that is nothing but another name for it.
fn alias(value: &Value) -> Option<&str> {
    let map = value.as_object()?;
    let alone = map.keys().all(|key| {
        matches!(
            key.as_str(),
            "$ref" | "title" | "description" | "summary" | "$comment" | "examples" | "example"
        ) || key.starts_with("x-")
    });
    if alone { link(value) } else { None }
}

fn child<'v>(value: &'v Value, token: &str) -> Option<&'v Value> {
    match value {
        Value::Object(map) => map.get(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    }
}

fn collect_anchors<'d>(value: &'d Value, at: &str, anchors: &mut HashMap<&'d str, String>) {
    match value {
        Value::Object(map) => {
            for key in ["$anchor", "$dynamicAnchor"] {
                if let Some(Value::String(name)) = map.get(key) {
                    anchors.entry(name).or_insert_with(|| at.to_owned());
                }
            }
            if let Some(Value::String(id)) = map.get("$id")
                && let Some(name) = id.strip_prefix('#')
            {
                anchors.entry(name).or_insert_with(|| at.to_owned());
            }
            for (key, member) in map {
                collect_anchors(member, &join(at, key), anchors);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_anchors(item, &join(at, &index.to_string()), anchors);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::parse("dir/api.json", text.as_bytes()).unwrap()
    }

    fn locate(text: &str, reference: &str) -> Result<String, Why> {
        let document = document(text);
        let mut resolver = Resolver::new(&document);
        let found = resolver.locate(reference, "").map_err(|lost| lost.why)?;
        let found = resolver.follow(found, "").map_err(|lost| lost.why)?;
        Ok(found.pointer)
    }

    #[test]
    fn finds_pointers_however_they_are_written() {
        let text = r##"{"paths": {"/a/{b}": {"x": [{"y": 1}]}}, "c~d": {"$anchor": "here"},
            "via": {"$ref": "#/paths"}, "own": {"$ref": "api.json#/c~0d"}}"##;
        for reference in [
            "#/paths/~1a~1{b}/x/0/y",
            "#/paths/~1a~1%7Bb%7D/x/0/y",
            "#%2Fpaths%2F~1a~1%7bb%7d/x/0/y",
            "api.json#/paths/~1a~1{b}/x/0/y",
            "./api.json#/via/~1a~1{b}/x/0/y",
        ] {
            assert_eq!(locate(text, reference).unwrap(), "/paths/~1a~1{b}/x/0/y", "{reference}");
        }
        assert_eq!(locate(text, "#here").unwrap(), "/c~0d");
        assert_eq!(locate(text, "#/own").unwrap(), "/c~0d");
        assert_eq!(locate(text, "#").unwrap(), "");
    }

    #[test]
    fn identifiers_name_schemas_of_the_document() {
        let text = r##"{"components": {"schemas": {"P": {"$id": "https://e.x/s/person",
            "$defs": {"home": {}, "a": {"$anchor": "addr"}}}}}}"##;
        let at = "/components/schemas/P";
        for (reference, place) in [
            ("https://e.x/s/person", ""),
            ("person", ""),
            ("https://e.x/s/person#/$defs/home", "/$defs/home"),
            ("https://e.x/s/person#addr", "/$defs/a"),
        ] {
            assert_eq!(locate(text, reference).unwrap(), format!("{at}{place}"), "{reference}");
        }
        assert_eq!(locate(text, "https://e.x/s/address"), Err(Why::Remote));
        let document = document(text);
        let inside = Resolver::new(&document).locate("#/$defs/home", &format!("{at}/$defs/a"));
        assert_eq!(inside.unwrap().pointer, format!("{at}/$defs/home"));
    }

    #[test]
    fn what_is_written_wrong_is_found_where_it_is_meant() {
        let text = r##"{"components": {"schemas": {"Pet": {"properties": {"id": {}}}, "a/b": {}},
            "parameters": {"P": {}}}}"##;
        let at = "/components/schemas";
        for (reference, place) in [
            ("#/definitions/Pet", format!("{at}/Pet")),
            ("#/definitions/Pet/properties/id", format!("{at}/Pet/properties/id")),
            ("components/schemas/Pet", format!("{at}/Pet")),
            ("/components/schemas/Pet", format!("{at}/Pet")),
            ("#components/schemas/Pet", format!("{at}/Pet")),
            (" #/components/schemas/Pet/ ", format!("{at}/Pet")),
            ("#/components/schemas/a%2Fb", format!("{at}/a~1b")),
            ("#Pet", format!("{at}/Pet")),
            ("#/parameters/P", "/components/parameters/P".to_owned()),
        ] {
            assert_eq!(locate(text, reference).unwrap(), place, "{reference}");
        }
        let document = document(text);
        let resolver = Resolver::new(&document);
        resolver.locate("#/components/schemas/Pet", "").unwrap();
        assert_eq!(resolver.guess("#/components/schemas/Pet"), None);
        resolver.locate("Pet", "").unwrap();
        assert_eq!(resolver.guess("Pet").as_deref(), Some("/components/schemas/Pet"));
        assert_eq!(locate(text, "#/definitions/Dog"), Err(Why::Missing));
    }

    #[test]
    fn names_alone_are_those_of_schemas() {
        let text = r#"{"definitions": {"Pet": {}, "x.y": {}}}"#;
        assert_eq!(locate(text, "Pet").unwrap(), "/definitions/Pet");
        assert_eq!(locate(text, "x.y").unwrap(), "/definitions/x.y");
        assert_eq!(locate(text, "Dog"), Err(Why::Remote));
    }

    #[test]
    fn says_why_nothing_is_found() {
        let text = r##"{"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}, "c": {"$ref": "#/c/d"}}"##;
        for (reference, lost) in [
            ("https://example.com/x.json#/a", Why::Remote),
            ("file:///etc/passwd", Why::Remote),
            ("../x.yaml", Why::Remote),
            ("#/z", Why::Missing),
            ("#z", Why::Missing),
            ("#/a", Why::Circular),
            ("#/a/x", Why::Missing),
            ("#/c/d", Why::Missing),
        ] {
            assert_eq!(locate(text, reference), Err(lost), "{reference}");
        }
    }

    #[test]
    fn long_chains_end() {
        let links: Vec<String> =
            (0..10_000).map(|i| format!("\"s{i}\": {{\"$ref\": \"#/s{}\"}}", i + 1)).collect();
        let text = format!("{{{}, \"s10000\": true}}", links.join(","));
        let document = document(&text);
        let mut resolver = Resolver::new(&document);
        for i in 0..10_000 {
            let found = resolver.locate(&format!("#/s{i}"), "").unwrap();
            assert_eq!(resolver.follow(found, "").unwrap().pointer, "/s10000");
        }
    }
}
