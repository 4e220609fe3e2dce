//! `toolwright demo`: the whole way from a document to a used server, offline.

mod build;
mod screen;
mod session;

use std::sync::Arc;

use clap::Args;

use super::block_on;
use super::new::{source_tree, write_crate};
use crate::failure::Failure;
use crate::input::Loaded;
use screen::Screen;
use toolwright_codegen::project::Dependency;
use toolwright_codegen::{Form, Side};

/// A made-up API with something of everything.
const DOCUMENT: &[u8] = include_bytes!("../../../assets/bookshop.yaml");
const FILE: &str = "bookshop.yaml";

/// See it work: a server is generated from a bundled document, built, started and used
#[derive(Debug, Args)]
pub(crate) struct Demo {}

impl Demo {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let root = source_tree().ok_or_else(|| {
            Failure::Other("the demo builds a crate and needs the source tree for it".to_owned())
        })?;
        let mut screen = Screen::new();
        let loaded = Loaded::bundled(FILE, DOCUMENT);

        screen.step("Read the OpenAPI document")?;
        let module = loaded.generate(Form::Include, Side::Server)?;
        let api = &module.api;
        screen.line(&format!(
            "{} {}: {} operations, {} bytes of YAML",
            api.title,
            api.version,
            api.operations.len(),
            loaded.bytes.len()
        ))?;

        screen.step("Write a crate that serves it")?;
        let place = build::Place::new(&root)?;
        let package = Some(build::PACKAGE);
        write_crate(&loaded, &module, &place.directory, package, Dependency::Path(root))?;
        screen.line(&format!("in {}; its build.rs is one line:", place.directory.display()))?;
        screen.file(&place.directory.join("build.rs"))?;

        screen.step("Build it with cargo")?;
        let program = place.build()?;
        screen.line(&format!("built {}", program.display()))?;
        let lines = module.text.lines().count();
        screen.line(&format!("from {lines} lines of generated Rust, with methods such as"))?;
        for line in method(&module.text, "async fn get_book(") {
            screen.line(&format!("    {line}"))?;
        }

        block_on(session::run(&mut screen, Arc::new(module.api), &program))
    }
}

/// The lines of a method's signature and body.
fn method<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
    let mut lines =
        text.lines().skip_while(|line| !line.trim_start().starts_with(start)).peekable();
    let first = lines.peek().copied().unwrap_or_default();
    let indent = first.len() - first.trim_start().len();
    let mut found = Vec::new();
    for line in lines {
        found.push(line.get(indent..).unwrap_or_default());
        if found.last() == Some(&"}") {
            break;
        }
    }
    found
}
