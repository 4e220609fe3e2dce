//! typify, on a leash: the only file that names it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use proc_macro2::TokenStream;
use serde_json::Value;
use typify::{TypeSpace, TypeSpaceSettings};

/// Deep schemas recurse deeply inside typify.
const STACK: usize = 64 << 20;
const THREAD: &str = "toolwright-types";

/// The Rust declarations of named schemas that refer to each other as `#/definitions/NAME`.
///
/// # Errors
/// What typify said, also where it panicked.
pub(super) fn print(definitions: Vec<(String, Value)>) -> Result<TokenStream, String> {
    silence_panics();
    let run = move || {
        catch_unwind(AssertUnwindSafe(|| convert(definitions)))
            .map_err(|_| "typify panicked".to_owned())
    };
    // Token streams can't cross threads, text can.
    let text = std::thread::Builder::new()
        .name(THREAD.to_owned())
        .stack_size(STACK)
        .spawn(run)
        .map_err(|error| format!("no thread for typify: {error}"))?
        .join()
        .map_err(|_| "typify's thread died".to_owned())???;
    text.parse().map_err(|error| format!("typify printed what is no Rust: {error}"))
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

/// A panic on our thread is an answer, not a message for the terminal.
fn silence_panics() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() != Some(THREAD) {
                previous(info);
            }
        }));
    });
}
