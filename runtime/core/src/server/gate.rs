//! What callers need to read a resource.

use std::collections::HashMap;

use super::wanted::Wanted;
use crate::resource::UriTemplate;
use crate::scopes::Scopes;
use crate::uri::{is_uri, meaning};

/// Scopes by URI. A resource that is listed takes what its definition says; any other what all
/// templates say that make its URI, whichever of them is asked in the end, and what a single URI
/// takes that may mean the same, spelled in another way.
#[derive(Default)]
pub(super) struct Gate {
    listed: HashMap<String, Scopes>,
    families: Vec<Family>,
    /// What single URIs take, by what they mean.
    meanings: HashMap<Vec<u8>, Scopes>,
    is_scoped: bool,
}

/// What a template makes.
struct Family {
    /// The position of the set that has the template.
    set: usize,
    template: UriTemplate,
    scopes: Scopes,
    /// What single URIs take that the template makes too, by the values of its variables.
    singles: HashMap<Vec<(String, String)>, Scopes>,
}

impl Gate {
    /// A listed resource takes this.
    pub(super) fn listed(&mut self, uri: &str, scopes: &Scopes) {
        let known = self.listed.entry(uri.to_owned()).or_default();
        *known = known.and(scopes);
    }

    /// What a template of a set makes takes this.
    pub(super) fn family(&mut self, set: usize, template: UriTemplate, scopes: &Scopes) {
        let (scopes, singles) = (scopes.clone(), HashMap::new());
        self.families.push(Family { set, template, scopes, singles });
    }

    /// Everything is in.
    pub(super) fn close(&mut self, wanted: &Wanted) {
        let listed = self.listed.iter().filter(|(_, scopes)| !scopes.is_empty());
        let told = wanted.names().filter(|(uri, scopes)| {
            is_uri(uri) && !scopes.is_empty() && !self.listed.contains_key(*uri)
        });
        for (uri, scopes) in listed.chain(told) {
            add(self.meanings.entry(meaning(uri)).or_default(), scopes);
            for family in &mut self.families {
                if let Some(values) = family.values(uri) {
                    add(family.singles.entry(values).or_default(), scopes);
                }
            }
        }
        let takes = |family: &Family| !family.scopes.is_empty();
        self.is_scoped = !self.meanings.is_empty() || self.families.iter().any(takes);
        if !self.is_scoped {
            // Then those that take nothing need not be known.
            self.listed.clear();
        }
    }

    /// Whether callers may see different resources.
    pub(super) fn is_scoped(&self) -> bool {
        self.is_scoped
    }

    /// What callers need for the resource under a URI.
    pub(super) fn scopes(&self, uri: &str) -> Scopes {
        if !self.is_scoped {
            return Scopes::default();
        }
        if let Some(scopes) = self.listed.get(uri) {
            return scopes.clone();
        }
        let (mut families, mut singles) = (Scopes::default(), Scopes::default());
        for family in &self.families {
            if let Some(values) = family.values(uri) {
                add(&mut families, &family.scopes);
                family.singles.get(&values).into_iter().for_each(|it| add(&mut singles, it));
            }
        }
        self.meanings.get(&meaning(uri)).into_iter().for_each(|it| add(&mut singles, it));
        families.and(&singles)
    }

    /// Whether a template of a set makes both of two URIs.
    pub(super) fn are_kin(&self, set: usize, first: &str, second: &str) -> bool {
        let makes = |family: &Family, uri| family.template.matches(uri).is_some();
        let mut own = self.families.iter().filter(|family| family.set == set);
        own.any(|family| makes(family, first) && makes(family, second))
    }
}

impl Family {
    /// What handlers are given for a URI, whatever its spelling and the order of its query.
    fn values(&self, uri: &str) -> Option<Vec<(String, String)>> {
        let mut values = self.template.matches(uri)?;
        values.retain(|(_, value)| !value.is_empty());
        values.iter_mut().for_each(|(_, value)| value.make_ascii_lowercase());
        values.sort_unstable();
        Some(values)
    }
}

fn add(sum: &mut Scopes, more: &Scopes) {
    *sum = sum.and(more);
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
        gate.family(0, UriTemplate::new("a:{+any}").unwrap(), &scopes(&["any"]));
        gate.family(0, UriTemplate::new("a:secret/{name}").unwrap(), &scopes(&["secret"]));
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

    #[test]
    fn no_spelling_of_a_single_uri_goes_by_its_scopes() {
        let mut gate = Gate::default();
        gate.listed("a:open", &Scopes::default());
        gate.listed("a:p%6can", &Scopes::default());
        gate.listed("a:plan", &scopes(&["plan"]));
        gate.listed("a:page/1?b=2&c=3", &scopes(&["page"]));
        gate.family(0, UriTemplate::new("a:{name}").unwrap(), &Scopes::default());
        gate.family(1, UriTemplate::new("a:page/{n}{?b,c}").unwrap(), &Scopes::default());
        let told = [("a:told/x".to_owned(), vec!["told".to_owned()])];
        gate.close(&Wanted::new(told.into()).unwrap());
        for (uri, expected) in [
            ("a:%70lan", &["plan"][..]),
            ("a:%70l%61n", &["plan"]),
            ("a:PLAN", &["plan"]),
            ("A:plan", &["plan"]),
            ("a:told%2fx", &["told"]),
            ("a:%54old/%78", &["told"]),
            ("a:page/1?c=3&b=2", &["page"]),
            ("a:page/%31?x&b=2&c=%33", &["page"]),
            ("a:page/1?b=2", &[]),
            ("a:plans", &[]),
            ("a:p%6can", &[]),
        ] {
            assert_eq!(gate.scopes(uri), scopes(expected), "{uri}");
        }
        assert!(gate.are_kin(0, "a:x", "a:%78") && !gate.are_kin(1, "a:x", "a:y"));
    }

    #[test]
    fn scopes_of_tools_make_no_resource_private() {
        let mut gate = Gate::default();
        gate.listed("a:open", &Scopes::default());
        gate.close(&Wanted::new([("tool".to_owned(), vec!["x".to_owned()])].into()).unwrap());
        assert!(!gate.is_scoped());
    }
}
