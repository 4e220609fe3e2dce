//! typify, on a leash: the only file that names it.

extern crate proc_macro;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use proc_macro2::TokenStream;
use serde_json::Value;
use typify::{TypeSpace, TypeSpaceSettings};

/// Deep schemas recurse deeply inside typify.
const STACK: usize = 64 << 20;

thread_local! {
    /// A panic on this thread is an answer, not a message for the terminal.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// The Rust declarations of named schemas that refer to each other as `#/definitions/NAME`.
///
/// # Errors
/// What typify said, also where it panicked.
pub(super) fn print(definitions: Vec<(String, Value)>) -> Result<TokenStream, String> {
    install_hook();
    // Inside a procedural macro tokens exist on the compiler's thread only, which has a deep
    // stack of its own.
    let text = if proc_macro::is_available() {
        contained(definitions)
    } else {
        // Token streams can't cross threads, text can.
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn(move || contained(definitions))
            .map_err(|error| format!("no thread for typify: {error}"))?
            .join()
            .map_err(|_| "typify's thread died".to_owned())?
    };
    text?.parse().map_err(|error| format!("typify printed what is no Rust: {error}"))
}

fn contained(definitions: Vec<(String, Value)>) -> Result<String, String> {
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(|| convert(definitions)));
    QUIET.set(false);
    result.unwrap_or_else(|_| Err("typify panicked".to_owned()))
}

fn convert(definitions: Vec<(String, Value)>) -> Result<String, String> {
    let mut settings = TypeSpaceSettings::default();
    settings.with_map_type("::std::collections::BTreeMap");
    let mut space = TypeSpace::new(&settings);
    let definitions = definitions
        .into_iter()
        .map(|(name, schema)| Ok((name, serde_json::from_value(schema)?)))
        .collect::<Result<Vec<(String, schemars::schema::Schema)>, serde_json::Error>>()
        .map_err(|error| error.to_string())?;
    space.add_ref_types(definitions).map_err(|error| error.to_string())?;
    Ok(space.to_stream().to_string())
}

fn install_hook() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                previous(info);
            }
        }));
    });
}
