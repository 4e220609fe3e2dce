//! `openapi!("petstore.yaml")`: a typed MCP server from an OpenAPI document, at compile time.
//!
//! Use it through `toolwright` with its feature `openapi`. A `build.rs` with
//! `toolwright_codegen::build` does the same and is kinder to compile times and editors; the macro
//! needs no build script.

mod input;

use std::path::{Path, PathBuf};

use proc_macro::TokenStream;
use toolwright_codegen::curate::File;
use toolwright_codegen::diagnostic::{Diagnostic, Severity};
use toolwright_codegen::source::{Document, Folder};
use toolwright_codegen::{Change, Form, Options, generate_from};

use input::Input;

/// Generates `pub mod NAME` from an OpenAPI document or a file of tool descriptions: the trait with
/// a method per operation, argument and result types, `tools()` and, for OpenAPI, `Proxy`.
///
/// The path is relative to the package. The module is called after the file, or after the
/// document's title where the file is called `openapi.yaml` or the like.
///
/// ```ignore
/// toolwright::openapi!("petstore.yaml");
/// toolwright::openapi!("shop.json", name = "store", include = ["tag:orders"], exclude = ["method:delete"]);
/// toolwright::openapi!("bank.json", profile = "gemini");
/// ```
///
/// References of the document lead to files of its own folder, or of `root = "apis"`, a folder
/// relative to the package that the document lies in or below.
///
/// A `toolwright.toml` beside the document, or the file given by `config = "file.toml"`, says more
/// about which operations become tools and what these look like; what stands in the macro goes
/// before it. The file has to be there at first: one that comes later is seen at the next change of
/// a source or of the document (a build script sees it at once), so begin with an empty one. Overlays,
/// those of that file and those of `overlay = ["changes.yaml"]` after them, take
/// the feature `openapi-overlay` of `toolwright`.
///
/// Filters are `id:`, `tag:`, `path:` and `method:` with a pattern. Profiles, whose rules the tools
/// follow, are `common` (the default), `openai`, `anthropic`, `gemini`, `strict` and `full`. What makes the document unusable is
/// a compile error.
#[proc_macro]
pub fn openapi(tokens: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(tokens as Input);
    match expand(&input, toolwright_codegen::OVERLAY) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// `apply`: what applies an overlay, if anything does.
fn expand(input: &Input, apply: Option<Change>) -> syn::Result<proc_macro2::TokenStream> {
    let fail = |message: String| syn::Error::new(input.path.span(), message);
    let relative = input.path.value();
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let path = root.join(&relative);
    let listed = |diagnostics: &[Diagnostic]| {
        let grave = diagnostics.iter().filter(|one| one.severity == Severity::Error);
        let lines: Vec<String> = grave.map(ToString::to_string).collect();
        fail(lines.join("\n\n"))
    };
    let named = input.config.as_ref().map(|config| root.join(config.value()));
    let shown = |path: &Path| path.strip_prefix(&root).unwrap_or(path).display().to_string();
    let unread = |(path, error): (PathBuf, std::io::Error)| {
        fail(format!("can't read {}: {error}", shown(&path)))
    };
    let file = File::find(&path, named.as_deref(), shown)
        .map_err(unread)?
        .map_err(|diagnostics| listed(&diagnostics))?;
    let failed = |error| fail(format!("can't read {relative}: {error}"));
    let beside = match &input.root {
        Some(directory) => root.join(directory.value()),
        None => path.parent().unwrap_or(&path).to_path_buf(),
    };
    let folder = Folder::within(&beside, &path).map_err(failed)?;
    let bytes = std::fs::read(&path).map_err(failed)?;
    let mut document = Document::parse(&relative, &bytes).map_err(|found| listed(&found))?;
    let mut select = input.select.clone();
    let mut tracked = vec![path.clone()];
    if let Some(file) = &file {
        select.rules = file.rules.clone();
        let changed = file.changed(document, shown).map_err(unread)?;
        document = changed.map_err(|diagnostics| listed(&diagnostics))?;
        tracked.extend(file.overlays().chain([file.path.clone()]));
    }
    for overlay in &input.overlays {
        let fail = |message: String| syn::Error::new(overlay.span(), message);
        let missing = "overlays need a feature: say `features = [\"openapi-overlay\"]` at toolwright \
                       in Cargo.toml";
        let apply = apply.ok_or_else(|| fail(missing.to_owned()))?;
        let name = overlay.value();
        let path = root.join(&name);
        let bytes = std::fs::read(&path);
        let bytes = bytes.map_err(|error| fail(format!("can't read {name}: {error}")))?;
        let changed = Document::parse(&name, &bytes).and_then(|overlay| apply(document, &overlay));
        document = changed.map_err(|diagnostics| listed(&diagnostics))?;
        tracked.push(path);
    }
    let document = folder.bundle(document);
    let options = Options { select, form: Form::File, ..Options::default() };
    let outcome = generate_from(&document, &options);
    let Some(module) = outcome.module else {
        return Err(listed(&outcome.diagnostics));
    };
    let name: syn::Ident = syn::parse_str(&module.name)?;
    let text: proc_macro2::TokenStream =
        module.text.parse().map_err(|error| fail(format!("{error}")))?;
    // Naming the files in the expansion makes the compiler look at them again when they change.
    tracked.extend(document.files().map(|name| beside.join(name)));
    let tracked = tracked.iter().map(|path| path.display().to_string());
    Ok(quote::quote! {
        pub mod #name {
            #text
            #(const _: &[u8] = ::core::include_bytes!(#tracked);)*
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Input, expand};

    /// Whether the feature is on or not: the rest of the workspace may have turned it on.
    #[test]
    fn an_overlay_without_the_feature_is_refused_with_advice() {
        let folder = std::env::temp_dir().join(format!("toolwright-macro-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let document = folder.join("pets.yaml");
        std::fs::write(&document, "{openapi: 3.1.0, paths: {/pets: {get: {}}}}").unwrap();
        let refused = |options: &str| {
            let text = format!("{:?}{options}", document.display().to_string());
            let input: Input = syn::parse_str(&text).unwrap();
            expand(&input, None).map(|_| ()).map_err(|error| error.to_string())
        };
        let error = refused(", overlay = [\"changes.yaml\"]").unwrap_err();
        assert!(error.contains("features = [\"openapi-overlay\"]` at toolwright"), "{error}");
        assert_eq!(refused(""), Ok(()));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
