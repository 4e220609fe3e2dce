//! What callers need to read a resource.

use std::collections::HashMap;

use super::wanted::Wanted;
use crate::resource::UriTemplate;
use crate::scopes::Scopes;

/// Scopes by URI. A resource that is listed takes what its definition says; any other what all
/// templates say that make its URI, whichever of them is asked in the end.
#[derive(Default)]
pub(super) struct Gate {
    listed: HashMap<String, Scopes>,
    families: Vec<(UriTemplate, Scopes)>,
    /// What the server was told of URIs that are not listed.
    told: HashMap<String, Scopes>,
}

impl Gate {
    /// A listed resource takes this.
    pub(super) fn listed(&mut self, uri: &str, scopes: &Scopes) {
        let known = self.listed.entry(uri.to_owned()).or_default();
        *known = known.and(scopes);
    }

    /// What a template makes takes this.
    pub(super) fn family(&mut self, template: UriTemplate, scopes: &Scopes) {
        if !scopes.is_empty() {
            self.families.push((template, scopes.clone()));
        }
    }

    /// Everything is in.
    pub(super) fn close(&mut self, wanted: &Wanted) {
        let others = wanted.names().filter(|(name, _)| !self.listed.contains_key(*name));
        self.told = others.map(|(name, scopes)| (name.clone(), scopes.clone())).collect();
        if self.families.is_empty() {
            // Then those that take nothing need not be known.
            self.listed.retain(|_, scopes| !scopes.is_empty());
        }
    }

    /// Whether callers may see different resources.
    pub(super) fn is_scoped(&self) -> bool {
        !self.families.is_empty()
            || !self.told.is_empty()
            || self.listed.values().any(|scopes| !scopes.is_empty())
    }

    /// What callers need for the resource under a URI.
    pub(super) fn scopes(&self, uri: &str) -> Scopes {
        if let Some(scopes) = self.listed.get(uri) {
            return scopes.clone();
        }
        let families = self.families.iter().filter(|(template, _)| template.matches(uri).is_some());
        let told = self.told.get(uri).into_iter();
        let all = families.map(|(_, scopes)| scopes).chain(told);
        all.fold(Scopes::default(), |sum, scopes| sum.and(scopes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(scopes: &[&str]) -> Scopes {
        Scopes::new(scopes.iter().map(|scope| (*scope).to_owned()).collect())
    }

    #[test]
    fn what_is_listed_goes_before_templates_and_these_add_up() {
        let mut gate = Gate::default();
        gate.listed("a:open", &Scopes::default());
        gate.listed("a:plan", &scopes(&["plan"]));
        gate.family(UriTemplate::new("a:{+any}").unwrap(), &scopes(&["any"]));
        gate.family(UriTemplate::new("a:secret/{name}").unwrap(), &scopes(&["secret"]));
        let told = [("a:secret/1".to_owned(), vec!["one".to_owned()])];
        gate.close(&Wanted::new(told.into()).unwrap());
        assert!(gate.is_scoped());
        for (uri, expected) in [
            ("a:open", &[][..]),
            ("a:plan", &["plan"]),
            ("a:else", &["any"]),
            ("a:secret/1", &["any", "secret", "one"]),
            ("b:else", &[]),
        ] {
            assert_eq!(gate.scopes(uri), scopes(expected), "{uri}");
        }
    }
}
