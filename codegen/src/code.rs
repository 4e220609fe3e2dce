//! The table of diagnostic codes: stable names for everything generation has to say.

use crate::diagnostic::{Diagnostic, Severity};

/// One kind of finding. The identifier never changes its meaning and is never used again.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable identifier such as `TW0103`.
    pub id: &'static str,
    /// How grave findings of this kind are.
    pub severity: Severity,
    /// What this kind of finding is about, in a few words.
    pub title: &'static str,
    /// What an author can do about it; empty where nothing has to be done.
    pub help: &'static str,
}

impl Code {
    /// A finding of this kind in `file`.
    pub fn diagnostic(
        &self,
        file: &str,
        line: Option<u32>,
        pointer: &str,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            code: self.id,
            severity: self.severity,
            file: file.to_owned(),
            line,
            pointer: pointer.to_owned(),
            message: message.into(),
            help: (!self.help.is_empty()).then(|| self.help.to_owned()),
        }
    }
}

macro_rules! codes {
    ($($name:ident = $id:literal $severity:ident $title:literal, $help:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: &Code = &Code {
                id: $id,
                severity: Severity::$severity,
                title: $title,
                help: $help,
            };
        )*

        /// Every code, in order.
        pub const ALL: &[&Code] = &[$($name),*];
    };
}

codes! {
    UNREADABLE = "TW0101" Error "The document is neither JSON nor YAML.",
        "check the document with a JSON or YAML parser";
    TOO_LARGE = "TW0102" Error "The document is larger than the limit.",
        "split the document, or drop what no tool needs";
    TOO_DEEP = "TW0103" Error "The document nests or expands beyond the limits.",
        "name deep parts as components, and expand fewer YAML aliases";
    DUPLICATE_KEY = "TW0104" Warning "A mapping has the same key twice.",
        "remove one of the two";
    EXTRA_DOCUMENT = "TW0105" Warning "The file holds more than one YAML document.",
        "put each document into a file of its own";
    ODD_YAML = "TW0106" Warning "A YAML construct has no counterpart in JSON.",
        "write it as a plain mapping, sequence or scalar";
    ODD_TEXT = "TW0107" Warning "The text of the document is not as JSON or YAML prescribe.",
        "save it as UTF-8, and have a JSON parser check it";

    UNKNOWN_FORMAT = "TW0201" Error "The document is no API description that is understood.",
        "give an OpenAPI 3 or Swagger 2.0 document (`openapi: 3.1.0`), or tool descriptions (`tools: [...]`)";
    SWAGGER = "TW0202" Note "Swagger 2.0 is read as OpenAPI 3.0.", "";
    VERSION = "TW0203" Note "The version is read as a neighbouring one.", "";
    NO_TOOLS = "TW0204" Warning "The document describes nothing that can become a tool.",
        "tools are made of the operations under `paths`";
    MALFORMED = "TW0205" Warning "A part of the document is of the wrong kind.",
        "see the OpenAPI specification for what belongs here";
    TOOL_WITHOUT_NAME = "TW0206" Warning "A tool description has no name.",
        "give every tool a `name`";

    REMOTE_REF = "TW0301" Warning "A reference leaves the document.",
        "put what it names into the document's folder, or choose a wider one (`--root`, `Builder::root`), and name it by a relative path";
    BROKEN_REF = "TW0302" Warning "A reference leads nowhere.",
        "correct the reference, or add what it names";
    CIRCULAR_REF = "TW0303" Warning "A reference leads back to itself.",
        "let one of the references name a schema of its own";
    UNREAD_FILE = "TW0304" Warning "A file that a reference names is not used.",
        "put the file beside the document, in its folder or below, as readable JSON or YAML; `--root` and `Builder::root` choose a wider folder";

    WRONG_KIND = "TW0401" Warning "A schema keyword has a value of the wrong kind.",
        "see JSON Schema 2020-12 for what the keyword takes";
    UNKNOWN_TYPE = "TW0402" Warning "A schema names a type that does not exist.",
        "the types are string, number, integer, boolean, array, object and null";
    ENUM = "TW0403" Warning "An enumeration does not fit its schema.",
        "list at least one value, each once, of the schema's type";
    REQUIRED = "TW0404" Warning "`required` does not fit the properties.",
        "name each required property once, and declare it under `properties`";
    MISSING_TYPE = "TW0405" Note "A schema leaves out its type.", "";
    DIALECT = "TW0406" Warning "A schema keyword belongs to another version of OpenAPI.",
        "write what the version named in `openapi` prescribes";
    DEFAULT = "TW0407" Warning "A default value does not fit its schema.",
        "give a value of the schema's type";
    ALL_OF = "TW0408" Note "An `allOf` cannot be merged into one schema.", "";
    PATTERN = "TW0409" Warning "A pattern needs more than a regular expression.",
        "patterns with look-around or back-references are not checked; describe them in words as well";
    TEXT_CLEANED = "TW0410" Note "Invisible or control characters were taken out of a text.",
        "remove them from the document: they can hide instructions from readers";
    TEXT_CUT = "TW0411" Note "A text is longer than the limit.", "";

    MISSING_PARAMETER = "TW0501" Warning "A placeholder of the path has no parameter.",
        "declare a parameter with `in: path` of that name";
    IGNORED_HEADER = "TW0502" Note "OpenAPI ignores this header parameter.", "";
    PARAMETER = "TW0503" Warning "A parameter cannot be used as declared.",
        "see the Parameter Object of the OpenAPI specification";
    BODY = "TW0504" Note "One of several media types was chosen.", "";
    SECURITY = "TW0505" Warning "A security scheme cannot be used as declared.",
        "see the Security Scheme Object of the OpenAPI specification";
    SERVER = "TW0506" Warning "A server cannot be used as declared.",
        "give an http or https URL; every variable needs a default";
    RESPONSE = "TW0507" Warning "A response cannot be used as declared.",
        "responses are keyed by status code, range (`2XX`) or `default`";

    NAME_CLASH = "TW0601" Warning "Two tools would have the same name.",
        "give each operation an `operationId` of its own, or rename one in the options";
    NAME_CHANGED = "TW0602" Note "A name was changed to fit what tool names allow.",
        "tool names are 1 to 64 of A-Z, a-z, 0-9, `_` and `-`; a rename option can choose another";
    NAME_MADE = "TW0603" Note "An operation without `operationId` got a name.",
        "give the operation an `operationId`, or rename it in the options";
    ARGUMENT_CHANGED = "TW0604" Note "A parameter has another name as an argument.", "";
    SELECTION = "TW0605" Warning "An option applies to nothing in the document.",
        "check the spelling";

    SCHEMA_CUT = "TW0701" Note "A tool's schema was cut to the budget.", "";
    ROOT_UNION = "TW0702" Note "A union at the root of a tool's schema was flattened.", "";
    PROFILE = "TW0703" Note "A tool's schema was simplified for a provider.",
        "calls are still held to all of it; `full` shows it whole";

    TYPE_WIDER = "TW0801" Note "A Rust type accepts more than its schema.", "";
    TYPE_LOST = "TW0802" Warning "A schema could not become a Rust type.",
        "the value is passed on as it is; simplify the schema if a type is wanted";
    OUTPUT = "TW0803" Error "The Rust text could not be put together.",
        "this is a bug in the generator: please report it with the document";

    OVERLAY = "TW0901" Error "An overlay cannot be applied.",
        "see the OpenAPI Overlay Specification for what an overlay looks like";
    OVERLAY_TARGET = "TW0902" Warning "An overlay changes nothing.",
        "check the spelling of the target, and that earlier actions left it there";
    CONFIGURATION = "TW0910" Error "A configuration file says what is not understood.",
        "the chapter `Curate` of the documentation lists what can be said";
    EXTENSION = "TW0911" Warning "An `x-mcp` says what is not understood.",
        "the chapter `Curate` of the documentation lists what can be said";
    CURATION = "TW0912" Warning "What is said of a tool or parameter can't be done.",
        "change it, or take it out";
    BUDGET = "TW0913" Warning "The definitions of all tools take more than their budget.",
        "leave operations out, or serve the tools behind `toolwright::tool::Searchable`";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_unique_and_sorted() {
        let ids: Vec<_> = ALL.iter().map(|code| code.id).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(ids, sorted);
    }

    #[test]
    fn everything_but_notes_says_what_to_do() {
        for code in ALL {
            assert!(
                code.severity == Severity::Note || !code.help.is_empty(),
                "{} has no help",
                code.id
            );
        }
    }
}
