//! The pure function behind all front ends: a document's bytes to Rust text.

use crate::code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::{self, Form, Outline, Side, Target};
use crate::ir::Api;
use crate::pass;
use crate::select;
use crate::source::Document;
use crate::types::{Finding, Place};

/// What to generate, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which operations become tools, and under which names.
    pub select: select::Options,
    /// What the text is for.
    pub form: Form,
    /// Whether a server or a client is wanted.
    pub side: Side,
}

/// What came out of a run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The module; `None` where an error among the diagnostics says why there is none.
    pub module: Option<Module>,
    /// Everything there is to say about the document.
    pub diagnostics: Vec<Diagnostic>,
}

/// A generated module.
#[derive(Debug, Clone)]
pub struct Module {
    /// Its name, in snake case. A client's ends in `_client`, unless the options name it.
    pub name: String,
    /// Its Rust text.
    pub text: String,
    /// What it was made from.
    pub api: Api,
    /// What it declares for users to implement, or to call.
    pub outline: Outline,
}

impl Outcome {
    /// Whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Generates the module for an OpenAPI document or a file of tool descriptions, in JSON or YAML.
///
/// `file_name` is what diagnostics and the first line of the text call the document, and where
/// the module gets its name unless the options give one. The same input gives the same output,
/// whatever the environment.
///
/// ```
/// use toolwright_codegen::{Options, generate};
///
/// let tools = br#"{ "tools": [{ "name": "ping", "inputSchema": { "type": "object" } }] }"#;
/// let outcome = generate("farm.tools.json", tools, &Options::default());
/// let module = outcome.module.ok_or("no module")?;
/// assert_eq!(module.name, "farm");
/// assert!(module.text.contains("pub trait Farm"));
/// # Ok::<(), &str>(())
/// ```
pub fn generate(file_name: &str, bytes: &[u8], options: &Options) -> Outcome {
    match Document::parse(file_name, bytes) {
        Ok(document) => generate_from(&document, options),
        Err(diagnostics) => Outcome { module: None, diagnostics },
    }
}

/// As [`generate`], from a document that was read already: one of several files, for example.
pub fn generate_from(document: &Document, options: &Options) -> Outcome {
    let file_name = document.file();
    let lowered = pass::lower(document, &options.select);
    let mut diagnostics = lowered.diagnostics;
    let Some(api) = lowered.api else {
        return Outcome { module: None, diagnostics };
    };
    if options.side == Side::Client {
        diagnostics.retain(|diagnostic| concerns_clients(diagnostic, &api));
    }
    let name = match (options.side, &options.select.name) {
        (Side::Client, None) => format!("{}_client", api.name),
        _ => api.name.clone(),
    };
    let (form, side) = (options.form, options.side);
    let target = Target { name: &name, source: base_name(file_name), form, side };
    match emit::module(&api, target) {
        Ok(emitted) => {
            diagnostics.extend(emitted.findings.iter().map(|finding| report(document, finding)));
            let module = Module { name, text: emitted.text, api, outline: emitted.outline };
            Outcome { module: Some(module), diagnostics }
        }
        Err(error) => {
            diagnostics.push(code::OUTPUT.diagnostic(file_name, None, "", error.to_string()));
            Outcome { module: None, diagnostics }
        }
    }
}

/// Whether a finding is about what a client sees, too. A server that is only described has its
/// names and schemas already; what a server generated from the description would change about them
/// does not happen.
fn concerns_clients(diagnostic: &Diagnostic, api: &Api) -> bool {
    let served = [code::NAME_CLASH, code::NAME_CHANGED, code::SCHEMA_CUT, code::ROOT_UNION];
    let described_only = api.operations.iter().all(|operation| operation.http.is_none());
    !(described_only && served.iter().any(|code| code.id == diagnostic.code))
}

/// The last part of a path: generated text must not depend on where the document lies.
fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn report(document: &Document, finding: &Finding) -> Diagnostic {
    let code = if finding.gave_up { code::TYPE_LOST } else { code::TYPE_WIDER };
    let at = |pointer: &str, message: String| {
        if pointer.is_empty() {
            return code.diagnostic(document.file(), None, "", message);
        }
        document.finding(code, pointer, message)
    };
    let (pointer, message) = match &finding.place {
        Place::Operation(pointer) => (pointer.as_str(), finding.message.clone()),
        Place::Definition(name) if name.is_empty() => ("", finding.message.clone()),
        Place::Definition(name) => {
            let message = format!("in the schema `{name}`: {}", finding.message);
            let pointer = format!("/components/schemas/{name}");
            // Definitions also come from places without a name; then only the message tells.
            let known = document.root().pointer(&pointer).is_some();
            return at(if known { &pointer } else { "" }, message);
        }
    };
    at(pointer, message)
}
