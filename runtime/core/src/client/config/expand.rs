//! Variables in the values of a configuration.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::error::ConfigError;

/// What variables stand for. Nothing, unless it is said.
///
/// ```
/// use toolwright_core::client::config::Variables;
///
/// let variables = Variables::of_process()      // `${HOME}`, `${env:HOME}`
///     .set("workspaceFolder", "/home/ada/shop") // `${workspaceFolder}`
///     .input("api-key", "…");                   // `${input:api-key}`
/// ```
#[derive(Clone, Default)]
pub struct Variables {
    names: BTreeMap<String, String>,
    inputs: BTreeMap<String, String>,
    of_process: bool,
}

impl Variables {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The environment of this process. Whoever writes a configuration can send any of it to the
    /// servers named there.
    #[must_use]
    pub fn of_process() -> Self {
        Self { of_process: true, ..Self::default() }
    }

    /// What `${name}` and `${env:name}` stand for.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.names.insert(name.into(), value.into());
        self
    }

    /// What `${input:id}` stands for: something that the user was asked, such as a key.
    #[must_use]
    pub fn input(mut self, id: impl Into<String>, value: impl Into<String>) -> Self {
        self.inputs.insert(id.into(), value.into());
        self
    }

    fn find(&self, name: &str) -> Option<Cow<'_, str>> {
        if let Some(value) = self.names.get(name) {
            return Some(Cow::Borrowed(value));
        }
        match name {
            "userHome" => return self.home(),
            "/" | "pathSeparator" => return Some(std::path::MAIN_SEPARATOR_STR.into()),
            _ => {}
        }
        let value = self.of_process.then(|| std::env::var(name).ok()).flatten();
        value.map(Cow::Owned)
    }

    fn home(&self) -> Option<Cow<'_, str>> {
        self.find("HOME").or_else(|| self.find("USERPROFILE"))
    }

    /// The value of what stands between `${` and `}`; or why there is none.
    fn resolve(&self, inside: &str) -> Result<Cow<'_, str>, String> {
        if let Some(id) = inside.strip_prefix("input:") {
            let value = self.inputs.get(id).map(|value| Cow::Borrowed(&**value));
            return value.ok_or_else(|| format!("the input `{id}` was not given"));
        }
        let name = inside.strip_prefix("env:").unwrap_or(inside);
        let (name, otherwise) = match name.split_once(":-") {
            Some((name, otherwise)) => (name, Some(otherwise)),
            None => (name, None),
        };
        if name.is_empty() || name.contains([':', '$', '{', ' ']) {
            return Err(format!("`${{{inside}}}` is no variable that is known here"));
        }
        match (self.find(name), otherwise) {
            (Some(value), _) if !value.is_empty() => Ok(value),
            (_, Some(otherwise)) => Ok(otherwise.to_owned().into()),
            (Some(empty), None) => Ok(empty),
            (None, None) => Err(format!("the variable `{name}` is not set")),
        }
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may be secrets.
        f.debug_struct("Variables")
            .field("names", &self.names.keys())
            .field("inputs", &self.inputs.keys())
            .field("of_process", &self.of_process)
            .finish()
    }
}

/// A value that may hold variables, and where it stands.
#[derive(Clone)]
pub(super) struct Template {
    pub(super) text: String,
    pub(super) line: usize,
    pub(super) pointer: String,
}

impl Template {
    /// The value with everything put in.
    pub(super) fn expand(&self, variables: &Variables) -> Result<String, ConfigError> {
        let mut out = String::with_capacity(self.text.len());
        let mut rest = &*self.text;
        while let Some((before, variable)) = rest.split_once("${") {
            out.push_str(before);
            let Some((inside, after)) = variable.split_once('}') else {
                return Err(self.error("`${` is not closed with `}`".to_owned()));
            };
            let value = variables.resolve(inside).map_err(|reason| self.error(reason))?;
            out.push_str(&value);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// As [`Self::expand`]; `~` at the beginning is the home directory.
    pub(super) fn path(&self, variables: &Variables) -> Result<String, ConfigError> {
        match self.text.strip_prefix('~') {
            Some(below) if below.is_empty() || below.starts_with(['/', '\\']) => {
                let home = variables.home();
                let home = home.ok_or_else(|| {
                    self.error("`~` needs the variable `HOME`, which is not set".to_owned())
                })?;
                let below = Self { text: below.to_owned(), ..self.clone() };
                Ok(format!("{home}{}", below.expand(variables)?))
            }
            _ => self.expand(variables),
        }
    }

    fn error(&self, reason: String) -> ConfigError {
        ConfigError { line: self.line, pointer: self.pointer.clone(), reason }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text may be a secret.
        f.debug_tuple("Template").field(&self.pointer).finish()
    }
}
