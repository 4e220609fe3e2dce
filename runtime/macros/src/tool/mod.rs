//! `#[tools]`: an `impl` block as a `ToolSet`.

mod options;
mod print;

use proc_macro2::TokenStream;
use syn::spanned::Spanned;
use syn::{Attribute, Error, ImplItemFn, Type};

use self::options::Options;
use crate::block;
use crate::errors::{Errors, both};
use crate::method::{Method, unique};
use crate::subject::Subject;

const TOOLS: Subject = Subject {
    attribute: "#[tools]",
    mark: "tool",
    noun: "a tool",
    arguments: &[
        "name",
        "default",
        "header",
        "not_a_secret",
        "min",
        "max",
        "range(…)",
        "multiple_of",
        "length(…)",
        "pattern",
    ],
};

pub(crate) fn expand(options: &TokenStream, item: TokenStream) -> TokenStream {
    let check = |tools: &[Tool], errors: &mut Errors| {
        unique(TOOLS.noun, tools.iter().map(|tool| &tool.method), errors);
    };
    block::expand(&TOOLS, options, item, Tool::read, check, print::tool_set)
}

/// A method marked `#[tool]`.
struct Tool {
    method: Method,
    options: Options,
}

impl Tool {
    fn read(mark: &Attribute, item: &ImplItemFn) -> syn::Result<Self> {
        let options = Options::read(mark);
        let name = options.as_ref().ok().and_then(|options| options.name.as_ref());
        let method = Method::read(&TOOLS, name, item);
        let (options, method) = both(options, method)?;
        let mut errors = Errors::default();
        check_name(&method, &mut errors);
        check_headers(&method, &mut errors);
        errors.into_result(Self { method, options })
    }
}

fn check_name(method: &Method, errors: &mut Errors) {
    let name = &method.name;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty() || name.len() > 128 || !name.chars().all(allowed) {
        let message = format!(
            "the tool name `{name}` is not 1 to 128 letters, digits, `_`, `-` or `.` of ASCII; \
             set another with #[tool(name = \"…\")]"
        );
        errors.push(Error::new(method.name_span, message));
    }
}

/// Headers that mirror parameters: their names, and what can be mirrored at all.
fn check_headers(method: &Method, errors: &mut Errors) {
    let mut known: Vec<String> = Vec::new();
    for parameter in method.parameters() {
        let Some(header) = &parameter.header else { continue };
        let name = header.value();
        let legal = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(legal) {
            let message = "this is no name of a header: take letters, digits and `-`";
            errors.push(Error::new(header.span(), message));
        }
        let name = name.to_ascii_lowercase();
        if known.contains(&name) {
            errors.push(Error::new(header.span(), "another parameter has this header"));
        }
        known.push(name);
        let ty = parameter.optional.as_ref().unwrap_or(&parameter.ty);
        if let Type::Path(path) = ty
            && let Some(last) = path.path.segments.last()
            && ["f32", "f64", "Vec", "HashMap", "BTreeMap"].iter().any(|name| last.ident == name)
        {
            let message = "a header mirrors text, whole numbers and booleans only";
            errors.push(Error::new(ty.span(), message));
        }
    }
}
