//! Sets of scopes.

/// So many scopes are ever asked for.
const MOST: usize = 64;

/// Scopes, each once, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scopes(Vec<String>);

impl Scopes {
    /// Scopes between spaces. What is no scope is left out.
    ///
    /// Specification: RFC 6749, section 3.3.
    pub(crate) fn read(text: &str) -> Self {
        Self::from_iter(text.split(' '))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn has(&self, scope: &str) -> bool {
        self.0.iter().any(|known| known == scope)
    }

    /// Whether all of `others` are in it.
    pub(crate) fn covers(&self, others: &Self) -> bool {
        others.0.iter().all(|scope| self.has(scope))
    }

    /// Adds one, if it is a scope and there is room.
    pub(crate) fn add(&mut self, scope: &str) {
        let is_letter = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        let is_scope = !scope.is_empty() && scope.len() <= 256 && scope.bytes().all(is_letter);
        if is_scope && !self.has(scope) && self.0.len() < MOST {
            self.0.push(scope.to_owned());
        }
    }

    /// These, and those of `others`.
    pub(crate) fn union(&self, others: &Self) -> Self {
        Self::from_iter(self.0.iter().chain(&others.0).map(String::as_str))
    }

    pub(crate) fn text(&self) -> String {
        self.0.join(" ")
    }
}

impl<'a> FromIterator<&'a str> for Scopes {
    fn from_iter<I: IntoIterator<Item = &'a str>>(scopes: I) -> Self {
        let mut all = Self::default();
        scopes.into_iter().for_each(|scope| all.add(scope));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words_and_few() {
        let some = Scopes::read("a  b:c a \u{1} x\"y é z\\");
        assert_eq!(some.text(), "a b:c");
        assert_eq!(some.union(&Scopes::read("b:c d")).text(), "a b:c d");
        assert!(some.covers(&Scopes::read("a")) && !some.covers(&Scopes::read("a d")));
        let many: String = (0..1000).map(|number| format!("s{number} ")).collect();
        assert_eq!(Scopes::read(&many).0.len(), MOST);
        assert_eq!(Scopes::read(&"x".repeat(10_000)).text(), "");
    }
}
