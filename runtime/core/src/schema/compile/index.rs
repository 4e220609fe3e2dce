//! Finding what references can name: `$id`, `$anchor`, `$dynamicAnchor`.

use std::collections::HashMap;
use std::rc::Rc;

use crate::schema::instance::Instance;
use crate::schema::{SchemaError, uri};

/// Keywords whose value is a schema.
const SINGLE: [&str; 12] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords whose value is an array of schemas, or an object of them.
const SEVERAL: [&str; 11] = [
    "$defs",
    "allOf",
    "anyOf",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "items",
    "oneOf",
    "patternProperties",
    "prefixItems",
    "properties",
];

/// Start of every official dialect's URI, without the scheme.
const DIALECTS: [&str; 4] = [
    "//json-schema.org/draft/2020-12/schema",
    "//json-schema.org/draft/2019-09/schema",
    "//json-schema.org/draft-07/schema",
    "//json-schema.org/draft-06/schema",
];

/// Named places of a schema document.
#[derive(Debug)]
pub(super) struct Index<'a, 't> {
    /// Schema resources by URI without fragment; the root also as the empty one.
    resources: HashMap<String, &'a Instance<'t>>,
    /// Anchors by URI and name; whether it is a dynamic one.
    anchors: HashMap<(String, String), (&'a Instance<'t>, bool)>,
    /// Base URI of each schema by its address.
    bases: HashMap<usize, Rc<str>>,
    root_base: Rc<str>,
}

impl<'a, 't> Index<'a, 't> {
    pub(super) fn new(root: &'a Instance<'t>) -> Result<Self, SchemaError> {
        let mut index = Self {
            resources: HashMap::from([(String::new(), root)]),
            anchors: HashMap::new(),
            bases: HashMap::new(),
            root_base: Rc::from(""),
        };
        index.walk(root, &Rc::from(""))?;
        index.root_base = index.base_of(root).unwrap_or_else(|| Rc::from(""));
        Ok(index)
    }

    /// Base URI for references within that schema, if it is where a schema is expected.
    pub(super) fn base_of(&self, schema: &Instance<'_>) -> Option<Rc<str>> {
        self.bases.get(&address(schema)).cloned()
    }

    /// The resource with that URI.
    pub(super) fn resource(&self, uri: &str) -> Option<&'a Instance<'t>> {
        self.resources.get(uri).copied()
    }

    /// The schema with that anchor, and whether the anchor is dynamic.
    pub(super) fn anchor(&self, uri: &str, name: &str) -> Option<(&'a Instance<'t>, bool)> {
        self.anchors.get(&(uri.to_owned(), name.to_owned())).copied()
    }

    /// The dynamic anchor of the root resource, which is the outermost scope there is.
    pub(super) fn outermost(&self, name: &str) -> Option<&'a Instance<'t>> {
        let (schema, dynamic) = self.anchor(&self.root_base, name)?;
        dynamic.then_some(schema)
    }

    /// Enters everything below a schema.
    pub(super) fn walk(
        &mut self,
        schema: &'a Instance<'t>,
        base: &Rc<str>,
    ) -> Result<(), SchemaError> {
        let mut open = vec![(schema, base.clone())];
        while let Some((schema, base)) = open.pop() {
            let Instance::Object(members) = schema else {
                continue;
            };
            let base = self.enter(schema, base)?;
            for (name, value) in members {
                let name = name.as_ref();
                match value {
                    Instance::Array(items) if SEVERAL.contains(&name) => {
                        open.extend(items.iter().map(|item| (item, base.clone())));
                    }
                    Instance::Object(named) if SEVERAL.contains(&name) && name != "items" => {
                        open.extend(named.iter().map(|(_, item)| (item, base.clone())));
                    }
                    value if SINGLE.contains(&name) => open.push((value, base.clone())),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Enters one schema; the base URI within it.
    fn enter(&mut self, schema: &'a Instance<'t>, base: Rc<str>) -> Result<Rc<str>, SchemaError> {
        let text = |name| match schema.member(name) {
            Some(Instance::String(text)) => Some(text.as_ref()),
            _ => None,
        };
        if let Some(dialect) = text("$schema") {
            known_dialect(dialect)?;
        }
        let mut base = base;
        if let Some(id) = text("$id") {
            let (uri, fragment) = uri::split(id);
            if !uri.is_empty() {
                base = Rc::from(uri::resolve(&base, uri));
                self.resources.insert(base.to_string(), schema);
            }
            // The anchors of draft-07.
            if let Some(name) = fragment.filter(|name| !name.is_empty()) {
                self.anchors.insert((base.to_string(), name.to_owned()), (schema, false));
            }
        }
        for (keyword, dynamic) in [("$anchor", false), ("$dynamicAnchor", true)] {
            if let Some(name) = text(keyword) {
                self.anchors.insert((base.to_string(), name.to_owned()), (schema, dynamic));
            }
        }
        self.bases.insert(address(schema), base.clone());
        Ok(base)
    }
}

fn known_dialect(dialect: &str) -> Result<(), SchemaError> {
    let plain = dialect.trim_end_matches('#');
    let rest = plain.strip_prefix("https:").or_else(|| plain.strip_prefix("http:"));
    if rest.is_some_and(|rest| DIALECTS.contains(&rest)) {
        Ok(())
    } else {
        Err(SchemaError::Dialect { dialect: dialect.to_owned() })
    }
}

fn address(schema: &Instance<'_>) -> usize {
    std::ptr::from_ref(schema).addr()
}
