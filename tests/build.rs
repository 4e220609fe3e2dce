//! Generates the bookshop module exactly as a user's build script would.

fn main() {
    toolwright_codegen::build("../cli/assets/bookshop.yaml");
}
