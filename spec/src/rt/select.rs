//! How a union of objects finds its alternative.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::{RawValue, to_raw_value};

use super::members::{Members, Name, again};
use super::trail::{self, Problem};

/// What a union's discriminating member says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// One of the constants asked for.
    Known(&'static str),
    /// Another string.
    Other(String),
    /// The member is not there.
    Absent,
}

impl<'de, A: MapAccess<'de>> Members<'de, A> {
    /// Looks for the member `name`, compares its value with `cases` and puts all back.
    ///
    /// # Errors
    /// The member is not a string, or the input is not JSON.
    pub fn tag(
        &mut self,
        name: &'static [&'static str; 1],
        cases: &'static [&'static str],
    ) -> Result<Tag, A::Error> {
        let member = name[0];
        let seed = TagSeed(cases);
        if let Some((_, text)) = self.tag.as_ref().filter(|(key, _)| *key == member) {
            return Ok(seed.of(text));
        }
        if let Some((_, raw)) = self.front.iter().find(|(key, _)| key == member) {
            let tag = seed.deserialize(&**raw).map_err(|error| again(&error));
            return tag.map_err(|error| trail::at(member, error));
        }
        while let Some(next) = self.next_unseen(name)? {
            if let Name::Other(key) = next {
                self.hold(key)?;
                continue;
            }
            let tag = self.rest()?.next_value_seed(seed);
            let tag = tag.map_err(|error| trail::at(member, error))?;
            let text = match &tag {
                Tag::Known(text) => Cow::Borrowed(*text),
                Tag::Other(text) => Cow::Owned(text.clone()),
                Tag::Absent => return Ok(tag),
            };
            if let Some((earlier, text)) = self.tag.replace((member, text)) {
                let raw = to_raw_value(&text).map_err(|error| again(&error))?;
                self.front.push_front((earlier.to_owned(), raw));
            }
            return Ok(tag);
        }
        Ok(Tag::Absent)
    }

    /// Whether there is a member at `path`; looks at all members and puts them back.
    ///
    /// # Errors
    /// The input is not JSON.
    pub fn has(&mut self, path: &[&str]) -> Result<bool, A::Error> {
        let Some((first, inner)) = path.split_first() else { return Ok(true) };
        if self.tag.as_ref().is_some_and(|(key, _)| key == first) {
            return Ok(inner.is_empty());
        }
        if let Some((_, raw)) = self.front.iter().find(|(key, _)| key == first) {
            return Ok(has_path(raw, inner));
        }
        while let Some(Name::Other(key)) = self.next_unseen(&[])? {
            let found = key == *first;
            self.hold(key)?;
            if found {
                return Ok(self.front.back().is_some_and(|(_, raw)| has_path(raw, inner)));
            }
        }
        Ok(false)
    }

    /// The failure of a union whose discriminator `member` says something it does not know.
    #[must_use]
    pub fn unknown_tag(&self, member: &'static str, cases: &[&str], tag: Tag) -> A::Error {
        match tag {
            Tag::Other(found) => {
                trail::at(member, trail::mismatch(one_of(cases), format_args!("{found:?}")))
            }
            Tag::Absent | Tag::Known(_) => trail::fail(Problem::Missing(member.into())),
        }
    }

    /// The failure of a union none of whose distinguishing members is there.
    #[must_use]
    pub fn no_key(&self, keys: &[&str]) -> A::Error {
        trail::mismatch(format!("a member out of {}", list(keys)), "none of them")
    }
}

/// `cases` in words: "`a`, `b` or `c`".
pub(super) fn one_of(cases: &[&str]) -> String {
    match cases {
        [one] => format!("`{one}`"),
        _ => format!("one of {}", list(cases)),
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Whether the raw value has objects nested as `path` says. What is not an object has none; its
/// type reports that when it reads.
fn has_path(raw: &RawValue, path: &[&str]) -> bool {
    let Some((first, inner)) = path.split_first() else {
        return true;
    };
    let Ok(members) =
        serde_json::from_str::<std::collections::BTreeMap<String, &RawValue>>(raw.get())
    else {
        return false;
    };
    members.get(*first).is_some_and(|raw| has_path(raw, inner))
}

#[derive(Clone, Copy)]
struct TagSeed(&'static [&'static str]);

impl TagSeed {
    fn of(self, text: &str) -> Tag {
        match self.0.iter().find(|case| **case == text) {
            Some(case) => Tag::Known(case),
            None => Tag::Other(text.to_owned()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for TagSeed {
    type Value = Tag;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tag, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for TagSeed {
    type Value = Tag;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tag, E> {
        Ok(self.of(text))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Object, Record, from_str};
    use super::*;
    use serde::ser::SerializeMap;

    /// Asks for two discriminators and a nested member, then reads everything.
    #[derive(Debug, PartialEq)]
    struct Asked(Tag, Tag, bool, Object);

    impl Record for Asked {
        const NAME: &'static str = "Asked";

        fn read<'de, A: MapAccess<'de>>(members: &mut Members<'de, A>) -> Result<Self, A::Error> {
            let first = members.tag(&["a"], &["x", "y"])?;
            let second = members.tag(&["b"], &["x", "y"])?;
            let nested = members.has(&["c", "d"])?;
            assert_eq!(members.tag(&["a"], &["x", "y"])?, first);
            Object::read(members).map(|all| Self(first, second, nested, all))
        }

        fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
            self.3.write(out)
        }
    }

    crate::rt::records!(Asked);

    #[test]
    fn questions_in_any_order_lose_nothing() {
        for text in [
            r#"{"a":"x","b":"z","c":{"d":1},"e":2}"#,
            r#"{"e":2,"c":{"d":1},"b":"z","a":"x"}"#,
            r#"{"b":"z","e":2,"a":"x","c":{"d":1}}"#,
        ] {
            let Asked(first, second, nested, all) = from_str(text).unwrap();
            assert_eq!(first, Tag::Known("x"));
            assert_eq!(second, Tag::Other("z".into()));
            assert!(nested);
            assert_eq!(
                serde_json::to_value(&all).unwrap(),
                from_str::<serde_json::Value>(text).unwrap()
            );
        }
        let Asked(first, second, nested, all) = from_str(r#"{"c":{}}"#).unwrap();
        assert_eq!((first, second, nested, all.len()), (Tag::Absent, Tag::Absent, false, 1));
    }

    #[test]
    fn a_discriminator_is_a_string() {
        for text in [r#"{"a":1}"#, r#"{"c":2,"a":1}"#] {
            let error = from_str::<Asked>(text).unwrap_err();
            assert_eq!(error.to_string(), "at /a: expected a string, found 1");
        }
        let error = from_str::<Asked>(r#"{"c":{},"b":"x","b":"y"}"#).unwrap_err();
        assert_eq!(error.to_string(), "at the root: member `b` occurs twice");
    }
}
