//! Which operations become tools, and under which names: options as data.

mod rule;

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::ir::{Fields, Paging};
use crate::near::meant;
use crate::profile::Profile;
pub use rule::Rules;
pub(crate) use rule::{Origin, ParameterRule, Placed, ResourceRule, ToolRule};

/// Tokens of definitions above which tools are looked for and not listed, unless another number is
/// asked for.
pub const BUDGET: usize = 20_000;

/// What a user may ask of a conversion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Name of the generated module; without it, the file name or the title decides.
    pub name: Option<String>,
    /// Only operations that one of these filters matches; empty: all.
    pub include: Vec<Filter>,
    /// No operation that one of these filters matches.
    pub exclude: Vec<Filter>,
    /// Tool names by `operationId` (or by the name that the operation would have without this).
    pub rename: BTreeMap<String, String>,
    /// How the pages of the operations that a filter matches are gathered; the last one counts.
    pub paging: Vec<(Filter, Paging)>,
    /// Which parts of the replies of the operations that a filter matches are kept; likewise.
    pub fields: Vec<(Filter, Fields)>,
    /// Whose rules the tools follow; without it those that `rules` name, or [`Profile::Common`].
    pub profile: Option<Profile>,
    /// Tokens that the definitions of all tools may take; without it what `rules` say. Above it, or
    /// else above [`BUDGET`], tools are looked for: schemas that had to be shortened for the list
    /// can be had in full then ([`Whole`](crate::ir::Whole)).
    pub budget: Option<usize>,
    /// What a `toolwright.toml` says ([`curate::parse`](crate::curate::parse)); all of the above
    /// goes before it, and it before what the document says of itself.
    pub rules: Rules,
}

impl Options {
    /// Whose rules the tools follow, everything considered.
    pub fn profile(&self) -> Profile {
        self.profile.or(self.rules.profile()).unwrap_or_default()
    }

    /// Tokens that the definitions of all tools may take, if anything is said of that.
    pub fn budget(&self) -> Option<usize> {
        self.budget.or(self.rules.budget())
    }
}

/// Matches operations by one of their properties. In text: `id:getPet`, `tag:pets`,
/// `path:/pets/**`, `method:get`; patterns take `*` (within a path segment), `**` and `?`.
///
/// ```
/// use toolwright_codegen::select::Filter;
///
/// assert_eq!("tag:pets".parse(), Ok(Filter::Tag("pets".to_owned())));
/// assert!("colour:red".parse::<Filter>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// `operationId`, or the tool's name where the document gives none.
    Id(String),
    /// One of the operation's tags.
    Tag(String),
    /// The path template.
    Path(String),
    /// The HTTP method, in any case.
    Method(String),
}

/// A filter that is none of `id:`, `tag:`, `path:` and `method:`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no filter: write `id:`, `tag:`, `path:` or `method:` and a pattern{1}")]
pub struct FilterError(String, String);

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let error = || {
            let near = match text.split_once(':') {
                Some((kind, _)) => meant(kind, ["id", "tag", "path", "method"]),
                None if text.starts_with('/') => format!(": `path:{text}`"),
                None => format!(", such as `id:{text}`"),
            };
            FilterError(text.to_owned(), near)
        };
        let (kind, pattern) = text.split_once(':').ok_or_else(error)?;
        let pattern = pattern.trim().to_owned();
        match kind.trim() {
            _ if pattern.is_empty() => Err(error()),
            "id" | "operation" | "operationId" => Ok(Self::Id(pattern)),
            "tag" => Ok(Self::Tag(pattern)),
            "path" => Ok(Self::Path(pattern)),
            "method" => Ok(Self::Method(pattern)),
            _ => Err(error()),
        }
    }
}

impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(pattern) => write!(f, "id:{pattern}"),
            Self::Tag(pattern) => write!(f, "tag:{pattern}"),
            Self::Path(pattern) => write!(f, "path:{pattern}"),
            Self::Method(pattern) => write!(f, "method:{pattern}"),
        }
    }
}

/// The properties of an operation that filters look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    pub(crate) id: &'a str,
    pub(crate) tags: &'a [String],
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
}

impl Filter {
    pub(crate) fn matches(&self, candidate: Candidate<'_>) -> bool {
        match self {
            Self::Id(pattern) => glob(pattern, candidate.id),
            Self::Tag(pattern) => candidate.tags.iter().any(|tag| glob(pattern, tag)),
            Self::Path(pattern) => glob(pattern, candidate.path),
            Self::Method(pattern) => pattern.eq_ignore_ascii_case(candidate.method),
        }
    }
}

/// Whether a pattern matches the whole text; linear in text times pattern.
fn glob(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // `reached[i]`: the pattern so far can match the first `i` characters.
    let mut reached = vec![false; text.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    let mut pattern = pattern.chars().peekable();
    while let Some(symbol) = pattern.next() {
        let star = symbol == '*';
        let any = star && pattern.next_if_eq(&'*').is_some();
        let mut next = Vec::with_capacity(reached.len());
        let mut before = None;
        for (place, &here) in reached.iter().enumerate() {
            let last = place.checked_sub(1).and_then(|i| text.get(i)).copied();
            let from_before = match (before, last) {
                (Some((was, now)), Some(c)) if star => (any || c != '/') && (was || now),
                (Some((was, _)), Some(c)) => was && (symbol == '?' || symbol == c),
                _ => false,
            };
            let now = from_before || (star && here);
            next.push(now);
            before = Some((here, now));
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, text, matches) in [
            ("/pets", "/pets", true),
            ("/pets", "/pet", false),
            ("/pets/*", "/pets/{id}", true),
            ("/pets/*", "/pets/{id}/toys", false),
            ("/pets/**", "/pets/{id}/toys", true),
            ("**", "", true),
            ("*", "", true),
            ("*", "a/b", false),
            ("get?et", "getPet", true),
            ("get*", "getPet", true),
            ("*Pet", "getPet", true),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(glob(pattern, text), matches, "{pattern} on {text}");
        }
    }

    #[test]
    fn filters_read_and_print() {
        for text in ["id:get*", "tag:a b", "path:/x:y", "method:get"] {
            assert_eq!(text.parse::<Filter>().unwrap().to_string(), text);
        }
        for text in ["get", "tag:", "x:y", ""] {
            assert!(text.parse::<Filter>().is_err(), "{text}");
        }
    }
}
