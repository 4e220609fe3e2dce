//! Facts that `schema.json` lost: read from `schema.ts`, kept in `spec/overlay/<revision>.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The facts of one revision.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Overlay {
    /// Numeric constants: the error codes.
    #[serde(default)]
    pub(crate) constants: BTreeMap<String, i64>,
    /// Facts by official definition name.
    #[serde(default)]
    pub(crate) types: BTreeMap<String, TypeFacts>,
}

/// Facts about a definition.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct TypeFacts {
    /// Documentation category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) category: Option<String>,
    /// Marked as deprecated.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) deprecated: bool,
    /// Marked as internal.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) internal: bool,
    /// What it inherits from, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) extends: Vec<String>,
    /// Its own members in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) order: Vec<String>,
    /// Facts about the definition itself, where it is no object.
    #[serde(default, skip_serializing_if = "NodeFacts::is_empty")]
    pub(crate) root: NodeFacts,
    /// Facts by path below it: member names, `*` for further members, `[]` for items,
    /// joined by `/` (a `/` in a name is `~1`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) members: BTreeMap<String, NodeFacts>,
}

/// Facts about one place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct NodeFacts {
    /// Marked as deprecated.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) deprecated: bool,
    /// The named string type that stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) alias: Option<String>,
    /// The named strings, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<String>,
    /// Further strings are legal.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) open: bool,
    /// Those of the named strings that are marked as deprecated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) deprecated_values: Vec<String>,
    /// A number with a fraction is legal (in a union).
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) number: bool,
    /// `null` is legal.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) null: bool,
    /// The named alternatives of a union, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) variants: Vec<String>,
    /// Members of an anonymous object, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) order: Vec<String>,
}

impl NodeFacts {
    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

/// One step of a path, as it is written in an overlay.
pub(crate) fn step(name: &str) -> String {
    name.replace('/', "~1")
}

impl Overlay {
    /// Facts about a place, its own or inherited.
    pub(crate) fn node(&self, owner: &str, path: &[String]) -> Option<&NodeFacts> {
        if path.is_empty() {
            return self.types.get(owner).map(|facts| &facts.root);
        }
        let declaring = self.declares(owner, path).unwrap_or(owner);
        self.types.get(declaring)?.members.get(&path.join("/"))
    }

    /// The definition that declares the first step of `path`: `owner` or one it inherits from.
    pub(crate) fn declares<'a>(&'a self, owner: &'a str, path: &[String]) -> Option<&'a str> {
        let first = path.first()?;
        let facts = self.types.get(owner)?;
        if facts.order.iter().any(|name| &step(name) == first) {
            return Some(owner);
        }
        facts.extends.iter().find_map(|base| self.declares(base, path))
    }

    /// The members of a place in order, inherited ones first.
    pub(crate) fn order(&self, owner: &str, path: &[String]) -> Vec<&str> {
        let mut out = Vec::new();
        if path.is_empty() {
            self.inherited_order(owner, &mut out);
        } else if let Some(node) = self.node(owner, path) {
            out.extend(node.order.iter().map(String::as_str));
        }
        out
    }

    fn inherited_order<'a>(&'a self, owner: &str, out: &mut Vec<&'a str>) {
        let Some(facts) = self.types.get(owner) else {
            return;
        };
        for base in &facts.extends {
            self.inherited_order(base, out);
        }
        for name in &facts.order {
            if !out.contains(&name.as_str()) {
                out.push(name);
            }
        }
    }

    /// Whether some definition inherits from `name`.
    pub(crate) fn is_base(&self, name: &str) -> bool {
        self.types.values().any(|facts| facts.extends.iter().any(|base| base == name))
    }
}
