//! Curation: which operations become tools, and what these look like, said in a `toolwright.toml`
//! beside the document or by `x-mcp` in it. Both say the same, with the same members.
//!
//! ```
//! use toolwright_codegen::source::Document;
//! use toolwright_codegen::{curate, pass, select::Options};
//!
//! let document = "{openapi: 3.1.0, paths: {/pets: {get: {operationId: listPets, parameters: [
//!     {name: limit, in: query, schema: {type: integer}}]}, delete: {x-mcp: false}}}}";
//! let file = "
//! [tools.listPets]
//! name = 'pets'
//! parameters.limit = { preset = 20 }
//! ";
//! let rules = curate::parse("toolwright.toml", file.as_bytes()).unwrap();
//! let document = Document::parse("pets.yaml", document.as_bytes()).unwrap();
//! let api = pass::lower(&document, &Options { rules, ..Options::default() }).api.unwrap();
//! assert_eq!(api.operations.len(), 1);
//! assert_eq!(api.operations[0].name, "pets");
//! assert!(!api.operations[0].input_schema.as_str().contains("limit"));
//! ```

mod file;
mod reader;
mod reply;
mod rules;
mod tool;

use crate::json::Value;

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::select::{ParameterRule, Rules, ToolRule};
use crate::source::Document;
pub(crate) use file::no_overlays;
pub use file::{Change, File};
use reader::Reader;

/// Name of the file that is looked for beside a document.
pub const FILE: &str = "toolwright.toml";

/// The member of documents that says the same.
pub(crate) const EXTENSION: &str = "x-mcp";

/// Reads a `toolwright.toml`. `file_name` is what diagnostics call it.
///
/// # Errors
/// All that is wrong with it: where, what, and what to do.
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Rules, Vec<Diagnostic>> {
    let file = Document::parse_toml(file_name, bytes)?;
    let mut reader = Reader::new(&file, code::CONFIGURATION);
    let rules = rules::read(&mut reader, file.root(), "", true);
    let faults = reader.into_faults();
    if faults.is_empty() { Ok(rules) } else { Err(faults) }
}

/// What a document says of itself as a whole.
pub(crate) fn of_document(document: &Document) -> (Rules, Vec<Diagnostic>) {
    let mut reader = Reader::new(document, code::EXTENSION);
    let value = document.root().get(EXTENSION);
    let rules = value.map(|value| rules::read(&mut reader, value, "/x-mcp", false));
    (rules.unwrap_or_default(), reader.into_faults())
}

/// What the `x-mcp` at the pointer `at` says of an operation or of all operations of a path.
pub(crate) fn of_tool(document: &Document, value: &Value, at: &str) -> (ToolRule, Vec<Diagnostic>) {
    let mut reader = Reader::new(document, code::EXTENSION);
    let rule = tool::read(&mut reader, value, at);
    (rule, reader.into_faults())
}

/// What the `x-mcp` at the pointer `at` says of a parameter or of a member of a schema.
pub(crate) fn of_parameter(
    document: &Document,
    value: &Value,
    at: &str,
) -> (ParameterRule, Vec<Diagnostic>) {
    let mut reader = Reader::new(document, code::EXTENSION);
    let rule = tool::parameter(&mut reader, value, at);
    (rule, reader.into_faults())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_said_at_once_and_where() {
        let text = "kep = ['tag:a']\nkeep = ['colour:red', 'tag:b']\nbudget = -1\n\n\
                    [tools.getPet]\nnmae = 'x'\nread-only = 'yes'\n\
                    [tools.getPet.parameters.q]\nhidden = true\npreset = '${}'\n";
        let faults = parse("toolwright.toml", text.as_bytes()).unwrap_err();
        let found: Vec<_> = faults.iter().map(|one| (one.code, one.line.unwrap())).collect();
        let expected = [1, 2, 3, 6, 7, 9, 10].map(|line| ("TW0910", line));
        assert_eq!(found, expected, "{faults:#?}");
        assert!(faults[3].message.contains("`name`"), "{}", faults[3]);
    }

    #[test]
    fn everything_can_be_said() {
        let text = "
name = 'shop'
keep = 'tag:books'
drop = ['method:delete']
group = 'shop'
overlays = ['a.overlay.yaml']
profile = 'openai'
budget = 9000
groups = { books = 'b' }
parameters.X-Currency = { preset = '${CURRENCY}', hide = true }
[tools.a]
name = 'x'
title = 't'
description = 'd'
group = ''
read-only = true
destructive = false
idempotent = true
open-world = false
scopes = ['shop:read', 'shop:write']
resource = { uri = 'shop://a', media-type = 'text/plain', tool = true }
parameters.limit = { description = 'd' }
[tools]
b = false
'tag:c' = { readOnly = true }
";
        let rules = parse("toolwright.toml", text.as_bytes()).unwrap();
        assert_eq!(rules.tools.len(), 3);
        assert_eq!(rules.overlays(), ["a.overlay.yaml"]);
        assert_eq!(
            (rules.profile().map(crate::Profile::name), rules.budget()),
            (Some("openai"), Some(9000))
        );
        assert_eq!(rules.parameters[0].origin.line, Some(10));
    }
}
