//! From a document to an [`Api`]: the passes, in order.

mod access;
mod all_of;
mod arguments;
mod circles;
mod combine;
mod context;
mod curation;
mod dedupe;
mod definitions;
mod depth;
mod files;
mod heirs;
mod names;
mod openapi;
mod profile;
mod recognise;
mod refs;
mod refusals;
mod required;
mod schema;
mod selection;
mod shape;
mod swagger;
mod text;
mod tool_schema;
mod tools;
mod walk;

use crate::json::Value;

use crate::code;
use crate::curate;
use crate::diagnostic::Diagnostic;
use crate::ir::{Api, Schema};
use crate::profile::Profile;
use crate::select::{self, Options};
use crate::source::Document;
use context::{Context, Dialect};
use recognise::{Format, recognise};
use selection::Selection;
pub(crate) use tool_schema::size;

/// What came of a document.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The API; `None` only where the document is none, which an error in `diagnostics` explains.
    pub api: Option<Api>,
    /// Everything there is to say about the document, in the order of finding.
    pub diagnostics: Vec<Diagnostic>,
}

/// Lowers an OpenAPI document (3.0, 3.1, 3.2; Swagger 2.0 as 3.0) or a list of tool descriptions.
///
/// Nothing odd in one operation keeps the others from becoming tools. Nothing is fetched.
///
/// ```
/// use toolwright_codegen::{pass, select::Options, source::Document};
///
/// let text = "{openapi: 3.1.0, paths: {'/pets/{id}': {get: {operationId: getPet}}}}";
/// let document = Document::parse("pets.yaml", text.as_bytes()).unwrap();
/// let outcome = pass::lower(&document, &Options::default());
/// let api = outcome.api.unwrap();
/// assert_eq!(api.operations[0].name, "getPet");
/// assert_eq!(outcome.diagnostics[0].code, "TW0501"); // `id` has no parameter
/// ```
pub fn lower(document: &Document, options: &Options) -> Outcome {
    let mut diagnostics = document.findings().to_vec();
    let file = document.file();
    let (format, remark) = match recognise(document) {
        Ok(recognised) => recognised,
        Err((code, at, message)) => {
            diagnostics.push(code.diagnostic(file, document.line(at), at, message));
            return Outcome { api: None, diagnostics };
        }
    };
    let upgraded;
    let document = if format == Format::Swagger {
        upgraded = document.with_root(swagger::upgrade(document.root()));
        &upgraded
    } else {
        document
    };
    let united;
    let document = match heirs::unite(document.root()) {
        Some(root) => {
            united = document.with_root(root);
            &united
        }
        None => document,
    };
    let dialect = match format {
        Format::OpenApi30 | Format::Swagger => Dialect::OpenApi30,
        Format::OpenApi31 | Format::Tools(_) => Dialect::Json,
    };
    let mut cx = Context::new(document, dialect);
    if let Some((code, at, message)) = remark {
        cx.report(code, at, message);
    }
    let api = read(&mut cx, format, options);
    diagnostics.extend(cx.into_findings());
    Outcome { api: Some(api), diagnostics }
}

/// Holds the tools of `api`, which was lowered from `document` for [`Profile::Common`], to the
/// rules of another profile, and says what was lost. [`lower`] does so itself where its options
/// name the profile. For [`Profile::Full`] it is too late: what it keeps is gone already.
pub fn shape(document: &Document, api: &mut Api, profile: Profile) -> Vec<Diagnostic> {
    let mut cx = Context::new(document, Dialect::Json);
    profile::build(&mut cx, api, profile);
    cx.into_findings()
}

/// All passes, once the format is known.
fn read(cx: &mut Context<'_>, format: Format, options: &Options) -> Api {
    let (own, faults) = curate::of_document(cx.document);
    cx.note(faults);
    let name = options.name.as_deref().or(options.rules.name()).or(own.name());
    let name = names::api_name(cx.document, name);
    let mut selection = Selection::new(options, own);
    for reserved in names::reserved_types(&name) {
        cx.definitions.reserve(&reserved);
    }
    let mut api = match format {
        Format::Tools(at) => tools::read(cx, &name, at, &mut selection),
        _ => openapi::read(cx, &name, &mut selection),
    };
    if api.operations.is_empty() {
        let message = match selection.has_dropped() {
            true => "every operation of the document is left out; there will be no tools",
            false => "the document describes no operation; there will be no tools",
        };
        cx.report(code::NO_TOOLS, "", message);
    }
    read_definitions(cx);
    api.definitions = cx.definitions.take();
    if let Format::Tools(_) = format {
        dedupe::definitions(&mut api);
    }
    curation::apply(cx, &mut api, &mut selection);
    all_of::merge(cx, &mut api);
    circles::cut(cx, &mut api);
    depth::limit(cx, &mut api);
    required::mend(cx, &mut api);
    access::split(&mut api);
    files::mark(&mut api);
    names::assign(cx, &mut api);
    let profile = options.profile();
    arguments::build(cx, &mut api, profile.rules().is_some_and(|rules| rules.word_arguments));
    shape::build(cx, &mut api, &selection);
    cx.tell_refusals();
    curation::resources(cx, &mut api, &mut selection);
    let tokens = options.budget().unwrap_or(select::BUDGET);
    tool_schema::build(cx, &mut api, profile, tokens);
    profile::build(cx, &mut api, profile);
    arguments::keep_nulls(&mut api);
    selection.report(cx);
    api
}

/// Reads the schemas that others refer to, and those that they refer to in turn.
fn read_definitions(cx: &mut Context<'_>) {
    let document = cx.document;
    while let Some(pending) = cx.definitions.next() {
        let source = document.root().pointer(&pending.pointer);
        let schema =
            schema::normalise(cx, source.unwrap_or(&Value::Null), &pending.pointer, &pending.base);
        cx.definitions.finish(pending.name, Schema(schema));
    }
}
