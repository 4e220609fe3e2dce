//! Generates modules exactly as a user's build script would.

fn main() {
    toolwright_codegen::build("../cli/assets/bookshop.yaml");
    toolwright_codegen::build("it/farm.tools.json");
}
