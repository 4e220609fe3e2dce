//! Compares toolwright-spec with the protocol types of rmcp and rust-mcp-schema.
//!
//! Prints Markdown: which official examples survive reading and writing, and what that costs.
//! `cargo run --release -- examples` or `-- speed` prints one half only.

mod examples;
mod inputs;
mod speed;
mod ways;

fn main() {
    let half = std::env::args().nth(1);
    if half.as_deref() != Some("speed") {
        examples::report();
    }
    if half.as_deref() != Some("examples") {
        speed::report();
    }
}
