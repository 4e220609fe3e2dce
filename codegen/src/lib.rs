//! From OpenAPI documents and tool descriptions to typed MCP servers, as Rust text.
//!
//! Use it in a `build.rs`, where one line is enough ([`build()`]), or through the command line
//! (`toolwright new`, `toolwright generate`) and the `openapi!` macro, which are thin front ends
//! of [`generate()`]: a pure function from a document's bytes to a module's text and to
//! diagnostics.
//!
//! ```
//! use toolwright_codegen::{Options, generate};
//!
//! let document = "{openapi: 3.1.0, paths: {/pets: {get: {operationId: listPets}}}}";
//! let outcome = generate("petstore.yaml", document.as_bytes(), &Options::default());
//! let module = outcome.module.ok_or("no module")?;
//! assert!(module.text.contains("fn list_pets("));
//! # Ok::<(), &str>(())
//! ```
//!
//! # Map
//! - [`source`] reads JSON and YAML and knows the line of each part.
//! - [`mod@pass`] normalises a document into [`ir`], the format-neutral description of an API that
//!   the Rust emitter and the interpreter behind `toolwright serve` both read. [`select`] says
//!   which operations take part.
//! - [`json`]: the tree of values that all of them work on.
//! - `types` makes Rust types of schemas, `emit` prints the module, [`write`](mod@write) writes
//!   it.
//! - [`diagnostic`] and [`code`]: findings as data, with stable codes.
//! - [`curate`] reads `toolwright.toml` and `x-mcp`, which choose and change tools.
//! - `overlay` (a feature) changes documents by OpenAPI overlays before they are used.
//! - [`profile`]: what the tool calling of each provider takes.
//! - [`suggest`] guesses how pages could be gathered, for tools that make suggestions.
//! - [`project`]: the files of a whole crate.
//!
//! The generated text names nothing but the crate `toolwright`, of the same version.

mod build;
mod emit;
mod generate;
mod pointer;
mod types;

pub mod code;
pub mod curate;
pub mod diagnostic;
pub mod ir;
pub mod json;
mod near;
#[cfg(feature = "overlay")]
pub mod overlay;
pub mod pass;
pub mod profile;
pub mod project;
pub mod select;
pub mod source;
pub mod suggest;
mod words;
pub mod write;

pub use build::{Builder, Built, Error, build};
pub use curate::Change;
pub use emit::{Form, Outline, Side, Signature};
pub use generate::{Module, Options, Outcome, generate, generate_from};
pub use profile::Profile;

/// What applies an overlay; `None` without the feature `overlay`.
#[cfg(feature = "overlay")]
pub const OVERLAY: Option<Change> = Some(overlay::apply);
/// What applies an overlay; `None` without the feature `overlay`.
#[cfg(not(feature = "overlay"))]
pub const OVERLAY: Option<Change> = None;
