//! JSON objects whose members know their line and their pointer.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::error::ConfigError;
use crate::pointer;

/// A value in its text.
#[derive(Debug, Clone)]
pub(super) struct Value<'a> {
    /// All of it, to know lines by.
    text: &'a str,
    raw: &'a str,
    pub(super) pointer: String,
}

impl<'a> Value<'a> {
    /// The whole text.
    pub(super) fn whole(text: &'a str) -> Result<Self, ConfigError> {
        match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) => Ok(Self { text, raw: raw.get(), pointer: String::new() }),
            Err(error) => {
                let message = error.to_string();
                let reason = message.split(" at line ").next().unwrap_or_default();
                let reason = format!("this is no JSON: {reason}, in column {}", error.column());
                Err(ConfigError { line: error.line(), pointer: String::new(), reason })
            }
        }
    }

    pub(super) fn error(&self, reason: impl Into<String>) -> ConfigError {
        let pointer = self.pointer.clone();
        ConfigError { line: self.line(), pointer, reason: reason.into() }
    }

    pub(super) fn expected(&self, what: &str) -> ConfigError {
        self.error(format!("expected {what}"))
    }

    /// The line it begins in.
    pub(super) fn line(&self) -> usize {
        let offset = self.raw.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let before = self.text.get(..offset).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    pub(super) fn is_null(&self) -> bool {
        self.raw == "null"
    }

    pub(super) fn text(&self) -> Result<String, ConfigError> {
        serde_json::from_str(self.raw).map_err(|_| self.expected("text"))
    }

    /// Text, or a number or boolean as it is written.
    pub(super) fn scalar(&self) -> Result<String, ConfigError> {
        match self.raw.as_bytes().first() {
            Some(b'"') => self.text(),
            Some(b'{' | b'[' | b'n') | None => Err(self.expected("text")),
            Some(_) => Ok(self.raw.to_owned()),
        }
    }

    pub(super) fn boolean(&self) -> Result<bool, ConfigError> {
        serde_json::from_str(self.raw).map_err(|_| self.expected("true or false"))
    }

    pub(super) fn number(&self) -> Result<f64, ConfigError> {
        serde_json::from_str(self.raw).map_err(|_| self.expected("a number"))
    }

    pub(super) fn is_object(&self) -> bool {
        self.raw.starts_with('{')
    }

    pub(super) fn is_list(&self) -> bool {
        self.raw.starts_with('[')
    }

    pub(super) fn list(&self) -> Result<Vec<Self>, ConfigError> {
        let items: Vec<&'a RawValue> =
            serde_json::from_str(self.raw).map_err(|_| self.expected("a list"))?;
        let items = items.into_iter().enumerate();
        Ok(items.map(|(index, raw)| self.below(&index.to_string(), raw)).collect())
    }

    /// The members in their order. One that is there twice is an error: hosts disagree about which
    /// one counts.
    pub(super) fn object(&self) -> Result<Vec<(String, Self)>, ConfigError> {
        let mut reader = serde_json::Deserializer::from_str(self.raw);
        let members = reader.deserialize_map(Members).map_err(|_| self.expected("an object"))?;
        let mut seen: Vec<(String, Self)> = Vec::with_capacity(members.len());
        for (name, raw) in members {
            let value = self.below(&name, raw);
            if seen.iter().any(|(known, _)| *known == name) {
                return Err(value.error("this member is there twice"));
            }
            seen.push((name.into_owned(), value));
        }
        Ok(seen)
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.raw).unwrap_or_default()
    }

    fn below(&self, name: &str, raw: &'a RawValue) -> Self {
        let pointer = format!("{}/{}", self.pointer, pointer::escape(name));
        Self { text: self.text, raw: raw.get(), pointer }
    }
}

/// Reads members, all of them.
struct Members;

impl<'a> Visitor<'a> for Members {
    type Value = Vec<(Cow<'a, str>, &'a RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            members.push((Cow::Owned(name), map.next_value()?));
        }
        Ok(members)
    }
}
