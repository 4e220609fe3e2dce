//! The members of an object while it is read.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::Object;
use super::constant::{Constant, ConstantSeed};
use super::error::without_position;
use super::extra::Extra;
use super::raw::RawObject;
use super::trail::{self, Problem};
use super::wire::{OrNull, Seed, Wire};

/// The members of an object, one after the other.
///
/// A union may look ahead for its discriminator ([`Members::tag`], [`Members::has`]); what it saw
/// is held back as raw text and comes again when the chosen type reads.
pub struct Members<'de, A> {
    /// The discriminator, once it has been looked at; it comes again before all others.
    pub(super) tag: Option<(&'static str, Cow<'static, str>)>,
    /// Other members seen while looking ahead.
    pub(super) front: VecDeque<(String, Box<RawValue>)>,
    /// Those not seen yet; `None` once they are used up.
    rest: Option<A>,
    /// Value of the member at hand, where it comes from `front`.
    held: Option<Held>,
    /// Name of the member at hand.
    name: &'static str,
    /// One bit for each known member that was there.
    seen: u64,
    /// Members that the type does not know.
    extra: Object,
    lifetime: PhantomData<&'de ()>,
}

/// A member's value, held back.
enum Held {
    /// The discriminator.
    Tag(Cow<'static, str>),
    /// Any other.
    Raw(Box<RawValue>),
}

/// A member's name, looked up among those a type knows.
pub(super) enum Name {
    Known(usize, &'static str),
    Other(String),
}

impl<'de, A: MapAccess<'de>> Members<'de, A> {
    pub(super) fn new(map: A) -> Self {
        Self {
            tag: None,
            front: VecDeque::new(),
            rest: Some(map),
            held: None,
            name: "",
            seen: 0,
            extra: Object::new(),
            lifetime: PhantomData,
        }
    }

    /// Goes to the next member among `known` (at most 64) and says which it is. Others are put
    /// aside for [`Members::extra`].
    ///
    /// # Errors
    /// A member occurs twice, or the input is not JSON.
    pub fn next(&mut self, known: &'static [&'static str]) -> Result<Option<usize>, A::Error> {
        loop {
            match self.next_name(known)? {
                None => return Ok(None),
                Some(Name::Known(index, name)) => {
                    let bit = bit(index);
                    if self.seen & bit != 0 {
                        return Err(trail::fail(Problem::Duplicate(name.into())));
                    }
                    self.seen |= bit;
                    self.name = name;
                    return Ok(Some(index));
                }
                Some(Name::Other(name)) => self.keep(name)?,
            }
        }
    }

    /// Reads the member at hand into a field that has to be there.
    ///
    /// # Errors
    /// It is not of the field's type.
    pub fn fill<T: Wire>(&mut self, slot: &mut Option<T>) -> Result<(), A::Error> {
        *slot = Some(self.value().map_err(|error| trail::at(self.name, error))?);
        Ok(())
    }

    /// Reads the member at hand into an optional field; `null` leaves it absent, unless it is a
    /// value of the field's type.
    ///
    /// # Errors
    /// It is not of the field's type.
    pub fn fill_if<T: Wire>(&mut self, slot: &mut Option<T>) -> Result<(), A::Error> {
        let value = if T::NULL {
            self.value().map(Some)
        } else {
            match self.held.take() {
                None => self.rest()?.next_value_seed(OrNull::new()),
                Some(Held::Raw(raw)) if raw.get() == "null" => Ok(None),
                Some(held) => held.decode().map(Some),
            }
        };
        *slot = value.map_err(|error| trail::at(self.name, error))?;
        Ok(())
    }

    /// [`Members::fill`] for raw JSON that has to be an object.
    ///
    /// # Errors
    /// It is something else.
    pub fn fill_object<T: Wire + RawObject>(
        &mut self,
        slot: &mut Option<T>,
    ) -> Result<(), A::Error> {
        self.fill(slot)?;
        match slot {
            Some(value) if !value.is_object() => {
                Err(trail::at(self.name, trail::mismatch("an object", value.shown())))
            }
            _ => Ok(()),
        }
    }

    /// [`Members::fill_if`] for raw JSON that has to be an object; `null` leaves it absent.
    ///
    /// # Errors
    /// It is something else.
    pub fn fill_object_if<T: Wire + RawObject>(
        &mut self,
        slot: &mut Option<T>,
    ) -> Result<(), A::Error> {
        let mut value: Option<T> = None;
        self.fill(&mut value)?;
        match value {
            Some(value) if value.shown() == "null" => Ok(()),
            Some(value) if !value.is_object() => {
                Err(trail::at(self.name, trail::mismatch("an object", value.shown())))
            }
            value => {
                *slot = value;
                Ok(())
            }
        }
    }

    /// Reads the member at hand and checks that it is `expected`.
    ///
    /// # Errors
    /// It is something else.
    pub fn constant<C: Constant>(&mut self, expected: C) -> Result<(), A::Error> {
        let checked = match self.held.take() {
            None => self.rest()?.next_value_seed(ConstantSeed(expected)),
            Some(Held::Raw(raw)) => {
                ConstantSeed(expected).deserialize(&*raw).map_err(|error| again(&error))
            }
            Some(Held::Tag(tag)) => ConstantSeed(expected).deserialize(text(&tag)),
        };
        checked.map_err(|error| trail::at(self.name, error))
    }

    /// Whether the member at `index` was there.
    #[must_use]
    pub fn saw(&self, index: usize) -> bool {
        self.seen & bit(index) != 0
    }

    /// The value of a field that has to be there.
    ///
    /// # Errors
    /// It was not.
    pub fn required<T>(&self, name: &'static str, slot: Option<T>) -> Result<T, A::Error> {
        slot.ok_or_else(|| trail::fail(Problem::Missing(name.into())))
    }

    /// Checks that the constant at `index` was there.
    ///
    /// # Errors
    /// It was not.
    pub fn required_constant(&self, index: usize, name: &'static str) -> Result<(), A::Error> {
        self.required(name, self.saw(index).then_some(()))
    }

    /// The members that the type does not know.
    #[must_use]
    pub fn extra(&mut self) -> Extra {
        std::mem::take(&mut self.extra).into()
    }

    /// The text of a number, if this is how serde_json presents one under its feature
    /// `arbitrary_precision`: as a map with one private member.
    pub(super) fn arbitrary_number(&mut self) -> Result<Option<String>, A::Error> {
        match self.next_unseen(&["$serde_json::private::Number"])? {
            Some(Name::Known(..)) => self.value().map(Some),
            Some(Name::Other(name)) => self.hold(name).map(|()| None),
            None => Ok(None),
        }
    }

    /// Goes to the next member.
    pub(super) fn next_name(
        &mut self,
        known: &'static [&'static str],
    ) -> Result<Option<Name>, A::Error> {
        if let Some((name, tag)) = self.tag.take() {
            self.held = Some(Held::Tag(tag));
            return Ok(Some(look_up(known, name)));
        }
        if let Some((name, raw)) = self.front.pop_front() {
            self.held = Some(Held::Raw(raw));
            return Ok(Some(look_up(known, &name)));
        }
        self.next_unseen(known)
    }

    /// Goes to the next member that nobody has looked at.
    pub(super) fn next_unseen(
        &mut self,
        known: &'static [&'static str],
    ) -> Result<Option<Name>, A::Error> {
        let Some(rest) = &mut self.rest else {
            return Ok(None);
        };
        let name = rest.next_key_seed(NameSeed(known))?;
        if name.is_none() {
            self.rest = None;
        }
        Ok(name)
    }

    /// Reads the value of the member at hand.
    pub(super) fn value<T: Wire>(&mut self) -> Result<T, A::Error> {
        match self.held.take() {
            None => self.rest()?.next_value_seed(Seed::new()),
            Some(held) => held.decode(),
        }
    }

    /// Reads the value of the member at hand as it is, and holds it back.
    pub(super) fn hold(&mut self, name: String) -> Result<(), A::Error> {
        let raw = self.rest()?.next_value().map_err(|error| trail::at(&*name, error))?;
        self.front.push_back((name, raw));
        Ok(())
    }

    fn keep(&mut self, name: String) -> Result<(), A::Error> {
        let value: Value = self.value().map_err(|error| trail::at(&*name, error))?;
        if self.extra.contains_key(&name) {
            return Err(trail::fail(Problem::Duplicate(name)));
        }
        self.extra.insert(name, value);
        Ok(())
    }

    pub(super) fn rest(&mut self) -> Result<&mut A, A::Error> {
        self.rest.as_mut().ok_or_else(|| A::Error::custom("no member at hand"))
    }
}

impl Held {
    fn decode<T: Wire, E: Error>(self) -> Result<T, E> {
        match self {
            Self::Raw(raw) => T::decode(&*raw).map_err(|error| again(&error)),
            Self::Tag(tag) => T::decode(text(&tag)),
        }
    }
}

struct NameSeed(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        Ok(look_up(self.0, name))
    }
}

fn look_up(known: &'static [&'static str], name: &str) -> Name {
    match known.iter().enumerate().find(|(_, known)| **known == name) {
        Some((index, known)) => Name::Known(index, known),
        None => Name::Other(name.to_owned()),
    }
}

fn bit(index: usize) -> u64 {
    1 << (index & 63)
}

fn text<E: Error>(tag: &str) -> StrDeserializer<'_, E> {
    tag.into_deserializer()
}

/// The failure of reading a held value, in the outer deserializer's type.
pub(super) fn again<E: Error>(error: &serde_json::Error) -> E {
    E::custom(without_position(&error.to_string()))
}
