//! What the tool calling of each provider takes, as a table of data.
//!
//! A [`Profile`] is chosen by name (`--profile gemini`), has [`Rules`], and `pass` holds the
//! schema of every tool to them, one rule after the other. What could not be kept is reported as
//! TW0703. The runtime goes on holding calls to the schema that the tool would have without.
//!
//! ```
//! use toolwright_codegen::source::Document;
//! use toolwright_codegen::{Profile, pass, select::Options};
//!
//! let text = "{openapi: 3.1.0, paths: {/pets: {get: {operationId: listPets, parameters: [
//!     {name: limit, in: query, schema: {type: integer}}]}}}}";
//! let document = Document::parse("pets.yaml", text.as_bytes()).unwrap();
//! let options = Options { profile: Some(Profile::Strict), ..Options::default() };
//! let api = pass::lower(&document, &options).api.unwrap();
//! let schema = &api.operations[0].input_schema.value();
//! assert_eq!(schema["required"][0], "limit"); // every member is required…
//! assert_eq!(schema["properties"]["limit"]["type"][1], "null"); // …and null stands for absent
//! assert_eq!(schema["additionalProperties"], false);
//! ```

use std::str::FromStr;

/// Whose rules the schemas and names of tools follow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// What nearly all clients read well, the default: no union at the root, few formats, at most
    /// 24 KiB for each schema.
    #[default]
    Common,
    /// Function calling of OpenAI without `strict`.
    OpenAi,
    /// Tool use of Anthropic without `strict`.
    Anthropic,
    /// Function declarations of Gemini.
    Gemini,
    /// Structured outputs: calls are made under a grammar, by OpenAI and by Anthropic.
    Strict,
    /// Nothing but what MCP itself needs: complete schemas, however large.
    Full,
}

/// A name that no profile has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no profile: there are `common`, `openai`, `anthropic`, `gemini`, `strict` and `full`"
)]
pub struct ProfileError(String);

impl FromStr for Profile {
    type Err = ProfileError;

    fn from_str(text: &str) -> Result<Self, ProfileError> {
        Self::ALL
            .into_iter()
            .find(|profile| profile.name() == text)
            .ok_or_else(|| ProfileError(text.to_owned()))
    }
}

impl std::fmt::Display for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 6] =
        [Self::Common, Self::OpenAi, Self::Anthropic, Self::Gemini, Self::Strict, Self::Full];

    /// Its name in options: `openai`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Strict => "strict",
            Self::Full => "full",
        }
    }

    /// What it asks for beyond [`Profile::Common`]; `None` for that one and for [`Profile::Full`].
    #[must_use]
    pub const fn rules(self) -> Option<&'static Rules> {
        match self {
            Self::Common | Self::Full => None,
            Self::OpenAi => Some(&OPENAI),
            Self::Anthropic => Some(&ANTHROPIC),
            Self::Gemini => Some(&GEMINI),
            Self::Strict => Some(&STRICT),
        }
    }
}

/// What a provider takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Longest name of a tool, in characters.
    pub name_limit: usize,
    /// Names begin with a letter or an underscore.
    pub name_letter: bool,
    /// Longest description of a tool, in characters.
    pub description_limit: usize,
    /// Names of arguments are 1 to 64 of `[A-Za-z0-9_.-]`.
    pub plain_arguments: bool,
    /// Names of arguments have neither dots nor dashes; those of HTTP APIs are given others.
    pub word_arguments: bool,
    /// The keywords of schemas that are taken; `None`: all.
    pub keywords: Option<&'static [&'static str]>,
    /// The formats that are taken, by the type that they qualify; `None`: all.
    pub formats: Option<&'static [(&'static str, &'static str)]>,
    /// Every array says what its items are.
    pub items: bool,
    /// There are no references, and so no recursion: definitions stand where they are used.
    pub inline: bool,
    /// Every schema has a type or alternatives.
    pub typed: bool,
    /// A type is one name, not a list.
    pub single_type: bool,
    /// Values of enumerations are strings.
    pub string_enums: bool,
    /// Objects take the members that they list, have all of them, and are never without any.
    pub closed: bool,
    /// Nested objects list at least one member.
    pub members: bool,
    /// Most levels of objects and arrays within each other.
    pub depth: usize,
    /// Most members of all objects of a schema together.
    pub properties: usize,
    /// Most values of all enumerations of a schema together.
    pub enum_values: usize,
    /// Most characters of one enumeration that has more than 250 values.
    pub enum_text: usize,
}

/// The rules of a provider that sets none.
const OPEN: Rules = Rules {
    name_limit: 64,
    name_letter: false,
    description_limit: 1024,
    plain_arguments: false,
    word_arguments: false,
    keywords: None,
    formats: None,
    items: false,
    inline: false,
    typed: false,
    single_type: false,
    string_enums: false,
    closed: false,
    members: false,
    depth: usize::MAX,
    properties: usize::MAX,
    enum_values: usize::MAX,
    enum_text: usize::MAX,
};

/// Function calling of OpenAI. Reported by its API, and so confirmed: an array without `items` is
/// refused ("array schema missing items"). In references made from its own: names of at most 64 of
/// `[a-zA-Z0-9_-]`. Not confirmed: descriptions of at most 1024 characters.
const OPENAI: Rules = Rules { items: true, ..OPEN };

/// Tool use of Anthropic. Reported by its API, and so confirmed: no `oneOf`, `allOf` or `anyOf` at the
/// root, and names of properties there are `^[a-zA-Z0-9_.-]{1,64}$` (nobody looks further down). Not
/// confirmed: descriptions of at most 1024 characters.
const ANTHROPIC: Rules = Rules { plain_arguments: true, ..OPEN };

/// Function declarations of Gemini, whose `parameters` are a part of the Schema Object of OpenAPI 3.0.
/// Reported by its API, and so confirmed: no keyword that this does not have, values of `enum` only
/// for strings and only strings, no format of strings but `date-time` and `enum`, no object
/// without properties. In the references of Gemini and Vertex AI: the formats of numbers; names that
/// begin with a letter or underscore and have at most 64 characters, 63 in one of them; arguments
/// that are words (Vertex AI only). Not confirmed: ten levels, and that `null` is taken as a type
/// among alternatives (it means the same to JSON Schema, as `nullable` does not).
///
/// A tool without arguments has an empty object at the root, as MCP wants it; hosts leave
/// `parameters` out then. Those that send `parametersJsonSchema`, which takes JSON Schema, need none
/// of this.
const GEMINI: Rules = Rules {
    name_limit: 63,
    name_letter: true,
    plain_arguments: true,
    word_arguments: true,
    keywords: Some(&[
        "type",
        "format",
        "title",
        "description",
        "enum",
        "maxItems",
        "minItems",
        "properties",
        "required",
        "minProperties",
        "maxProperties",
        "minLength",
        "maxLength",
        "pattern",
        "anyOf",
        "default",
        "items",
        "minimum",
        "maximum",
    ]),
    formats: Some(&[
        ("string", "date-time"),
        ("number", "float"),
        ("number", "double"),
        ("integer", "int32"),
        ("integer", "int64"),
    ]),
    items: true,
    inline: true,
    typed: true,
    single_type: true,
    string_enums: true,
    members: true,
    depth: 10,
    ..OPEN
};

/// Structured outputs: what both OpenAI and Anthropic take. In copies of their guides, of February 2026
/// and later: objects are closed and (OpenAI) require all members, so that optional ones take null;
/// `anyOf`, but not at the root; no `allOf`, `not`, `if`; at most 5000 properties, 10 levels, 1000
/// values of enumerations, 15000 characters in one of more than 250, and 120000 in all names and
/// values, which a schema of 24 KiB cannot have; Anthropic takes no recursion, no bounds of numbers
/// and strings, and no lists of at least two; its formats are those below and `uri`, which OpenAI
/// does not name. Not confirmed: that OpenAI takes neither `default` nor keywords beside `$ref`.
/// Anthropic bounds how many optional and nullable arguments all strict tools of a request have
/// together: not known well enough to hold anybody to it.
const STRICT: Rules = Rules {
    plain_arguments: true,
    keywords: Some(&[
        "type",
        "format",
        "description",
        "enum",
        "const",
        "properties",
        "required",
        "additionalProperties",
        "anyOf",
        "items",
    ]),
    formats: Some(&[
        ("string", "date-time"),
        ("string", "time"),
        ("string", "date"),
        ("string", "duration"),
        ("string", "email"),
        ("string", "hostname"),
        ("string", "ipv4"),
        ("string", "ipv6"),
        ("string", "uuid"),
    ]),
    items: true,
    inline: true,
    typed: true,
    closed: true,
    members: true,
    depth: 10,
    properties: 5000,
    enum_values: 1000,
    enum_text: 15_000,
    ..OPEN
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_have_names() {
        for profile in Profile::ALL {
            assert_eq!(profile.name().parse(), Ok(profile));
        }
        let error = "claude".parse::<Profile>().unwrap_err().to_string();
        assert!(error.contains("claude") && error.contains("anthropic"), "{error}");
    }
}
