//! Scopes that include others.

use std::collections::HashMap;

/// What each scope includes.
#[derive(Debug, Clone, Default)]
pub(super) struct Hierarchy(HashMap<String, Vec<String>>);

impl Hierarchy {
    pub(super) fn add(&mut self, broad: String, narrow: impl IntoIterator<Item = String>) {
        self.0.entry(broad).or_default().extend(narrow);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All scopes that it names.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.iter().flat_map(|(broad, narrow)| std::iter::once(broad).chain(narrow))
    }

    /// These scopes and all that they include, however indirectly; circles do no harm.
    pub(super) fn widen(&self, scopes: &[String]) -> Vec<String> {
        let mut all: Vec<String> = Vec::with_capacity(scopes.len());
        let mut left: Vec<&String> = scopes.iter().rev().collect();
        while let Some(scope) = left.pop() {
            if !all.contains(scope) {
                all.push(scope.clone());
                left.extend(self.0.get(scope).into_iter().flatten());
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_include_what_others_include() {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let mut hierarchy = Hierarchy::default();
        hierarchy.add("admin".into(), own(&["write", "admin"]));
        hierarchy.add("write".into(), own(&["read"]));
        hierarchy.add("read".into(), own(&["write"]));
        let widen = |names: &[&str]| {
            let mut wide = hierarchy.widen(&own(names));
            wide.sort();
            wide
        };
        assert_eq!(widen(&["admin"]), ["admin", "read", "write"]);
        assert_eq!(widen(&["other"]), ["other"]);
        assert!(widen(&[]).is_empty());
    }
}
