//! Generates modules exactly as a user's build script would.

fn main() {
    toolwright_codegen::build("../cli/assets/bookshop.yaml");
    toolwright_codegen::build("it/farm.tools.json");
    toolwright_codegen::build("openapi/requests.yaml");
    toolwright_codegen::build("openapi/shelf/shelf.yaml");
    toolwright_codegen::Builder::new("../cli/assets/bookshop.yaml").client(true).build();
    toolwright_codegen::Builder::new("it/farm.tools.json").client(true).build();
}
