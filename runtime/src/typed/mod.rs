//! What the types of generated modules read and write with.

mod index;
mod listed;
mod record;
mod writer;

pub use listed::{Listed, position, read_listed, write_listed};
pub use record::{FURTHER, Members, Record, absent, read};
pub use writer::Writer;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A member that may be absent, `null`, or a value: what a partial update is made of.
///
/// - `None`: not sent, so the API leaves it as it is.
/// - `Some(None)`: sent as `null`, so the API clears it.
/// - `Some(Some(value))`: sent with the value.
///
/// Generated modules have it where arguments hold a member that is optional and nullable at once.
/// `.flatten()` is the value for whoever doesn't care why there is none.
///
/// ```
/// use toolwright::Patch;
///
/// fn say(nickname: &Patch<String>) -> String {
///     match nickname {
///         None => "keep the nickname".to_owned(),
///         Some(None) => "drop the nickname".to_owned(),
///         Some(Some(name)) => format!("call it {name}"),
///     }
/// }
/// assert_eq!(say(&Some(None)), "drop the nickname");
/// ```
pub type Patch<T> = Option<Option<T>>;

/// Reads a member that is there; with `default`, `null` and absent stay apart.
///
/// # Errors
/// The value is no `T`.
pub fn sent<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Writes a variant of a union with the member that tells which one it is, unless the value has
/// the member itself.
///
/// # Errors
/// What the serializer says.
pub fn tagged<T, S>(
    value: &T,
    member: &str,
    tag: impl Into<Value>,
    serializer: S,
) -> Result<S::Ok, S::Error>
where
    T: Serialize,
    S: Serializer,
{
    let mut value = serde_json::to_value(value).map_err(serde::ser::Error::custom)?;
    if let Value::Object(members) = &mut value {
        members.entry(member).or_insert_with(|| tag.into());
    }
    value.serialize(serializer)
}

/// Positions of the variants in the order in which to try them: those first that lose none of the
/// members of `value` (of its first item, if it is an array), then those that know most of them.
/// A variant is what it knows, and whether it keeps the rest.
pub fn closest(value: &Value, variants: &[(&[&str], bool)]) -> impl Iterator<Item = usize> + use<> {
    let members = value.as_object().or_else(|| value.get(0)?.as_object());
    let mut order: Vec<(usize, usize, usize)> = variants
        .iter()
        .enumerate()
        .map(|(position, (known, keeps))| {
            let total = members.map_or(0, serde_json::Map::len);
            let named = members.map_or(0, |members| {
                known.iter().filter(|name| members.contains_key(**name)).count()
            });
            let lost = if *keeps { 0 } else { total - named };
            (lost, total - named, position)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, _, position)| position)
}

#[cfg(test)]
mod tests;
