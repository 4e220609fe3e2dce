//! Where in a schema something stands.

use std::fmt;

use crate::regen::names;
use crate::regen::overlay::{NodeFacts, Overlay, step};

/// A definition and a path below it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    owner: String,
    /// A definition merged into the owner, whose facts also hold.
    merged: Option<String>,
    path: Vec<String>,
}

impl Place {
    /// A definition itself.
    pub(super) fn definition(name: &str) -> Self {
        Self { owner: name.to_owned(), merged: None, path: Vec::new() }
    }

    /// The member `name`, or `*` for further members, or `[]` for items.
    pub(super) fn below(&self, name: &str) -> Self {
        let mut out = self.clone();
        out.path.push(step(name));
        out
    }

    /// The same place with another definition merged into it.
    pub(super) fn with(&self, merged: &str) -> Self {
        Self { merged: Some(merged.to_owned()), ..self.clone() }
    }

    /// What the overlay knows about it.
    pub(super) fn facts(&self, overlay: &Overlay) -> NodeFacts {
        let also = || overlay.node(self.merged.as_deref()?, &self.path);
        overlay.node(&self.owner, &self.path).or_else(also).cloned().unwrap_or_default()
    }

    /// Member names in order, as far as known.
    pub(super) fn order<'a>(&self, overlay: &'a Overlay) -> Vec<&'a str> {
        let mut out = overlay.order(&self.owner, &self.path);
        if let Some(merged) = &self.merged {
            out.extend(overlay.order(merged, &self.path));
        }
        out
    }

    /// The Rust name of an anonymous type here: what is inherited is named where it is declared.
    pub(super) fn type_name(&self, overlay: &Overlay) -> String {
        names::anonymous(self.declaring(overlay), &self.path)
    }

    /// The definition that declares what is here: the owner or one it inherits from.
    pub(super) fn declaring<'a>(&'a self, overlay: &'a Overlay) -> &'a str {
        overlay
            .declares(&self.owner, &self.path)
            .or_else(|| overlay.declares(self.merged.as_deref()?, &self.path))
            .unwrap_or(&self.owner)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.owner)?;
        self.path.iter().try_for_each(|step| write!(f, "/{step}"))
    }
}
