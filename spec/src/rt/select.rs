//! How a union of objects finds its alternative.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::members::{Held, Members, Name};
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
        if let Some((_, held)) = self.front.iter().find(|(key, _)| key == member) {
            return match held {
                Held::Tag(text) => Ok(seed.of(text)),
                Held::Raw(raw) => seed.deserialize(&**raw).map_err(A::Error::custom),
            }
            .map_err(|error| trail::at(member, error));
        }
        while let Some(next) = self.next_unseen(name)? {
            let key = match next {
                Name::Known(..) => {
                    let Some(rest) = &mut self.rest else { break };
                    let tag =
                        rest.next_value_seed(seed).map_err(|error| trail::at(member, error))?;
                    let held = match &tag {
                        Tag::Known(text) => Cow::Borrowed(*text),
                        Tag::Other(text) => Cow::Owned(text.clone()),
                        Tag::Absent => return Ok(tag),
                    };
                    self.front.push_front((Cow::Borrowed(member), Held::Tag(held)));
                    return Ok(tag);
                }
                Name::Other(key) => key,
            };
            let held = self.hold().map_err(|error| trail::at(&*key, error))?;
            self.front.push_back((Cow::Owned(key), held));
        }
        Ok(Tag::Absent)
    }

    /// Whether there is a member at `path`; looks at all members and puts them back.
    ///
    /// # Errors
    /// The input is not JSON.
    pub fn has(&mut self, path: &[&str]) -> Result<bool, A::Error> {
        let Some((first, inner)) = path.split_first() else {
            return Ok(true);
        };
        if !self.front.iter().any(|(key, _)| key == first) {
            while let Some(next) = self.next_unseen(&[])? {
                let Name::Other(key) = next else { break };
                let found = key == *first;
                let held = self.hold().map_err(|error| trail::at(&*key, error))?;
                self.front.push_back((Cow::Owned(key), held));
                if found {
                    break;
                }
            }
        }
        let held = self.front.iter().find(|(key, _)| key == first);
        Ok(match held {
            Some((_, Held::Raw(raw))) => has_path(raw, inner),
            Some((_, Held::Tag(_))) => inner.is_empty(),
            None => false,
        })
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

    /// The next member that has not been looked at, past those held back.
    fn next_unseen(&mut self, known: &'static [&'static str]) -> Result<Option<Name>, A::Error> {
        let front = std::mem::take(&mut self.front);
        let next = self.next_name(known);
        self.front = front;
        next
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
