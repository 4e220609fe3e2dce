//! Our own documentation of the model, in `spec/docs/*.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::Derived;
use super::error::Error;
use super::model::{Model, Shape, Type};
use super::source::read_file;

/// Documentation by type and by method.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Docs {
    /// By Rust name of the type.
    pub(crate) types: BTreeMap<String, TypeDocs>,
    /// By wire name of the method.
    pub(crate) methods: BTreeMap<String, String>,
}

/// Documentation of a type and of what is in it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypeDocs {
    /// The type itself.
    pub(crate) doc: String,
    /// Members of a struct by wire name.
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, String>,
    /// Alternatives of a union by Rust name.
    #[serde(default)]
    pub(crate) variants: BTreeMap<String, String>,
    /// Values of a string enum by wire name.
    #[serde(default)]
    pub(crate) values: BTreeMap<String, String>,
}

/// Where the documentation is.
const DOCS: &str = "spec/docs";
/// The file with the methods.
const METHODS: &str = "methods.toml";

/// Reads all documentation.
///
/// # Errors
/// Where a file is broken or documents a type that another one documents too.
pub(crate) fn load(root: &Path) -> Result<Docs, Error> {
    let mut out = Docs::default();
    let dir = root.join(DOCS);
    for entry in fs::read_dir(&dir).map_err(|source| Error::io(&dir, source))? {
        let path = entry.map_err(|source| Error::io(&dir, source))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if !name.ends_with(".toml") {
            continue;
        }
        let text = read_file(&path)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        if name == METHODS {
            out.methods = parse(&name, &text)?;
            continue;
        }
        for (key, docs) in parse::<TypeDocs>(&name, &text)? {
            if out.types.insert(key.clone(), docs).is_some() {
                return Err(Error::syntax(name, format!("`{key}` is documented twice")));
            }
        }
    }
    Ok(out)
}

fn parse<T: for<'de> Deserialize<'de>>(
    name: &str,
    text: &str,
) -> Result<BTreeMap<String, T>, Error> {
    toml::from_str(text).map_err(|problem| Error::syntax(name, problem))
}

/// Checks that all of the superset and of the extensions is documented, and nothing else.
///
/// # Errors
/// Lists everything that is missing or left over.
pub(crate) fn check(docs: &Docs, derived: &Derived) -> Result<(), Error> {
    let needed: BTreeSet<String> = needed(derived).into_iter().collect();
    let found: BTreeSet<String> = documented(docs).collect();
    let missing: Vec<String> = needed.difference(&found).cloned().collect();
    let stale: Vec<String> = found.difference(&needed).cloned().collect();
    if missing.is_empty() && stale.is_empty() {
        Ok(())
    } else {
        Err(Error::Docs { missing, stale })
    }
}

/// The keys that need documentation: `Type`, `Type.part`, and `method:` with the wire name.
pub(crate) fn needed(derived: &Derived) -> Vec<String> {
    let models = || std::iter::once(&derived.superset).chain(&derived.extensions);
    let mut out: BTreeSet<String> = models().flat_map(types).collect();
    let methods = models().flat_map(|model| &model.methods);
    out.extend(methods.map(|method| format!("method:{}", method.name)));
    out.into_iter().collect()
}

fn types(model: &Model) -> Vec<String> {
    let mut out = Vec::new();
    for (name, def) in &model.types {
        out.push(name.clone());
        match &def.shape {
            Shape::Struct { fields } => {
                let documented = fields.iter().filter(|field| !matches!(field.ty, Type::Const(_)));
                out.extend(documented.map(|field| format!("{name}.{}", field.wire)));
            }
            Shape::Union { variants, .. } => {
                out.extend(variants.iter().map(|variant| format!("{name}.{}", variant.name)));
            }
            Shape::StringEnum { values, .. } => {
                out.extend(values.iter().map(|value| format!("{name}.{}", value.wire)));
            }
            Shape::Alias { .. } => {}
        }
    }
    out
}

fn documented(docs: &Docs) -> impl Iterator<Item = String> {
    let types = docs.types.iter().flat_map(|(name, docs)| {
        let parts = docs.fields.keys().chain(docs.variants.keys()).chain(docs.values.keys());
        std::iter::once(name.clone()).chain(parts.map(move |part| format!("{name}.{part}")))
    });
    types.chain(docs.methods.keys().map(|name| format!("method:{name}")))
}
