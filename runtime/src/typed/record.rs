//! Objects with known members: one reader and one writer for all types that are declared so.
//!
//! What serde derives for a struct is a page of code, and takes the compiler several times as long
//! as everything else of a generated module. Here it stands once, and a type only says which members
//! it has and where they go. What is read and written is the same, and so is what errors say, but
//! for one thing: an array is no struct, however many items it has.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::index::Index;

/// A struct that is read from an object.
pub trait Record<'de>: Sized {
    /// Its name, for errors.
    const NAME: &'static str;
    /// What its members are called on the wire, by position.
    const MEMBERS: &'static [&'static str];
    /// Where they stand.
    const INDEX: &'static Index = &Index::new(Self::MEMBERS);
    /// Whether it keeps members that have no field of their own.
    const OPEN: bool = false;

    /// Reads all members.
    ///
    /// # Errors
    /// A member is of another kind, there twice, or missing.
    fn members<A: MapAccess<'de>>(from: &mut Members<A>) -> Result<Self, A::Error>;
}

/// Reads an object.
///
/// # Errors
/// It is none, and what [`Record::members`] says.
pub fn read<'de, T: Record<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_struct(T::NAME, T::MEMBERS, Whole(PhantomData))
}

/// How `Serialize` and `Deserialize` are implemented for a struct. Each member has its position,
/// its name on the wire, how it is when absent (a method of [`Members`] and of
/// [`Writer`](super::Writer)), and its field; behind them stand those that have to be there, and the
/// field for further members.
///
/// ```
/// # use std::collections::BTreeMap;
/// #[derive(Debug, PartialEq)]
/// struct Pet {
///     id: u64,
///     nick_name: Option<String>,
///     legs: i64,
///     extra: BTreeMap<String, bool>,
/// }
///
/// toolwright::__rt::record! { Pet {
///     0 "id" => required id,
///     1 "nickName" => optional nick_name,
///     2 "legs" => preset legs = 4,
/// } needs 0 id .. extra }
///
/// let pet: Pet = serde_json::from_str(r#"{"id":1,"tame":true}"#)?;
/// let extra = BTreeMap::from([("tame".to_owned(), true)]);
/// assert_eq!(pet, Pet { id: 1, nick_name: None, legs: 4, extra });
/// assert_eq!(serde_json::to_string(&pet)?, r#"{"id":1,"legs":4,"tame":true}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    ($name:ident {
        $($at:literal $wire:literal => $kind:ident $field:ident $(= $preset:expr)?,)*
    } $(needs $($need:literal $needed:ident)+)? $(.. $extra:ident)?) => {
        impl $crate::__rt::serde::Serialize for $name {
            fn serialize<S: $crate::__rt::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut)]
                let mut to = $crate::__rt::Writer::new(
                    serializer,
                    <Self as $crate::__rt::Record<'_>>::MEMBERS,
                );
                $(to.$kind(&self.$field);)*
                $(to.extra(&self.$extra);)?
                to.end()
            }
        }

        impl<'de> $crate::__rt::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__rt::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__rt::read(deserializer)
            }
        }

        impl<'de> $crate::__rt::Record<'de> for $name {
            const NAME: &'static str = ::core::stringify!($name);
            const MEMBERS: &'static [&'static str] = &[$($wire),*];
            $(const OPEN: bool = !::core::stringify!($extra).is_empty();)?

            fn members<A: $crate::__rt::serde::de::MapAccess<'de>>(
                from: &mut $crate::__rt::Members<A>,
            ) -> ::core::result::Result<Self, A::Error> {
                $(let mut $field = $crate::__rt::absent::$kind($($preset)?);)*
                $(let mut $extra = ::core::default::Default::default();)?
                while let ::core::option::Option::Some(member) = from.next()? {
                    match member {
                        $($at => from.$kind(&mut $field),)*
                        $($crate::__rt::FURTHER => from.extra(&mut $extra),)?
                        _ => from.skip(),
                    }?;
                }
                $($(let ::core::option::Option::Some($needed) = $needed else {
                    return from.missing($need);
                };)+)?
                ::core::result::Result::Ok(Self { $($field,)* $($extra)? })
            }
        }
    };
}

/// What a field is before its member was read: functions called as the methods that read it.
pub mod absent {
    /// A member that has to be there.
    pub const fn required<T>() -> Option<T> {
        None
    }

    /// A member that may be absent or `null`, which mean the same.
    pub const fn optional<T>() -> Option<T> {
        None
    }

    /// A member that may be `null`, and is always written.
    pub const fn nullable<T>() -> Option<T> {
        None
    }

    /// A member for which `null` is something else than absence.
    pub const fn patch<T>() -> Option<T> {
        None
    }

    /// A member with a default.
    pub fn preset<T>(value: T) -> T {
        value
    }
}

/// The position of members that have no field of their own.
pub const FURTHER: usize = usize::MAX;

/// The position of members that nobody wants to know.
const NOWHERE: usize = usize::MAX - 1;

struct Whole<T>(PhantomData<T>);

impl<'de, T: Record<'de>> Visitor<'de> for Whole<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::members(&mut Members {
            map,
            names: T::MEMBERS,
            index: T::INDEX,
            open: T::OPEN,
            next: 0,
            key: String::new(),
            seen: 0,
            more: Vec::new(),
        })
    }
}

/// The members of an object on their way into a struct.
#[derive(Debug)]
pub struct Members<A> {
    map: A,
    names: &'static [&'static str],
    index: &'static Index,
    open: bool,
    /// Behind the last one that was known: what comes in order is found at once.
    next: usize,
    /// The name of one that has no field.
    key: String,
    /// A bit for each of the first members that were there, and for the others.
    seen: u64,
    more: Vec<u64>,
}

impl<'de, A: MapAccess<'de>> Members<A> {
    /// Position of the next member to read. What nobody wants to know is skipped.
    ///
    /// # Errors
    /// The text is no object, or has a member twice.
    #[allow(clippy::should_implement_trait)]
    #[inline]
    pub fn next(&mut self) -> Result<Option<usize>, A::Error> {
        loop {
            let further = self.open.then_some(&mut self.key);
            let key = Key { names: self.names, index: self.index, next: self.next, further };
            match self.map.next_key_seed(key)? {
                None => return Ok(None),
                Some(NOWHERE) => self.skip()?,
                Some(FURTHER) => return Ok(Some(FURTHER)),
                Some(position) => {
                    if self.twice(position) {
                        return Err(de::Error::duplicate_field(self.name(position)));
                    }
                    self.next = position + 1;
                    return Ok(Some(position));
                }
            }
        }
    }

    /// Reads a member that has to be there.
    ///
    /// # Errors
    /// It is of another kind.
    pub fn required<T: Deserialize<'de>>(&mut self, field: &mut Option<T>) -> Result<(), A::Error> {
        *field = Some(self.map.next_value()?);
        Ok(())
    }

    /// Reads a member for which `null` is nothing.
    ///
    /// # Errors
    /// It is of another kind.
    pub fn optional<T: Deserialize<'de>>(&mut self, field: &mut Option<T>) -> Result<(), A::Error> {
        self.preset(field)
    }

    /// Reads a member that may be `null`.
    ///
    /// # Errors
    /// It is of another kind.
    pub fn nullable<T: Deserialize<'de>>(&mut self, field: &mut Option<T>) -> Result<(), A::Error> {
        self.preset(field)
    }

    /// Reads a member for which `null` is something.
    ///
    /// # Errors
    /// It is of another kind.
    pub fn patch<T: Deserialize<'de>>(&mut self, field: &mut Option<T>) -> Result<(), A::Error> {
        self.required(field)
    }

    /// Reads a member in the place of its default.
    ///
    /// # Errors
    /// It is of another kind.
    pub fn preset<T: Deserialize<'de>>(&mut self, field: &mut T) -> Result<(), A::Error> {
        *field = self.map.next_value()?;
        Ok(())
    }

    /// Reads a member that has no field of its own.
    ///
    /// # Errors
    /// It is of another kind.
    pub fn extra<T, E>(&mut self, field: &mut E) -> Result<(), A::Error>
    where
        T: Deserialize<'de>,
        E: Extend<(String, T)>,
    {
        let value = self.map.next_value()?;
        field.extend([(std::mem::take(&mut self.key), value)]);
        Ok(())
    }

    /// Passes over a member.
    ///
    /// # Errors
    /// It is not well-formed.
    pub fn skip(&mut self) -> Result<(), A::Error> {
        self.map.next_value().map(|IgnoredAny| ())
    }

    /// Says that a member is not there.
    ///
    /// # Errors
    /// Always.
    pub fn missing<T>(&self, position: usize) -> Result<T, A::Error> {
        Err(de::Error::missing_field(self.name(position)))
    }

    fn name(&self, position: usize) -> &'static str {
        self.names.get(position).copied().unwrap_or_default()
    }

    /// Notes that a member is there, and tells whether it was before.
    fn twice(&mut self, position: usize) -> bool {
        let bit = 1 << (position % 64);
        let bits = match position / 64 {
            0 => &mut self.seen,
            word => {
                if self.more.is_empty() {
                    self.more.resize(self.names.len() / 64, 0);
                }
                match self.more.get_mut(word - 1) {
                    Some(bits) => bits,
                    None => return false,
                }
            }
        };
        let twice = *bits & bit != 0;
        *bits |= bit;
        twice
    }
}

/// Looks for a name among those of the members.
struct Key<'a> {
    names: &'static [&'static str],
    index: &'static Index,
    /// Where to look first: members often come in the order in which they are declared.
    next: usize,
    /// Where to put a name that no member has.
    further: Option<&'a mut String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = usize;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    fn visit_str<E>(self, name: &str) -> Result<usize, E> {
        if self.names.get(self.next).is_some_and(|next| *next == name) {
            return Ok(self.next);
        }
        Ok(match (self.index.find(self.names, name), self.further) {
            (Some(position), _) => position,
            (None, Some(further)) => {
                name.clone_into(further);
                FURTHER
            }
            (None, None) => NOWHERE,
        })
    }

    fn visit_bytes<E: de::Error>(self, name: &[u8]) -> Result<usize, E> {
        match std::str::from_utf8(name) {
            Ok(name) => self.visit_str(name),
            Err(_) => Ok(NOWHERE),
        }
    }
}
