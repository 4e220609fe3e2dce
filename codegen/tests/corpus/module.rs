//! What every generated module has to be, whatever the document says.

use std::collections::HashSet;

use toolwright_codegen::{Options, Outcome, generate};

/// What is wrong with the module: it is no Rust, or declares what no module declares.
pub(crate) fn problems(text: &str) -> Vec<String> {
    let file = match syn::parse_file(text) {
        Ok(file) => file,
        Err(error) => return vec![format!("the module is no Rust: {error}")],
    };
    let mut problems = Vec::new();
    let mut types = HashSet::new();
    let inner = file.attrs.iter().filter(|attribute| !attribute.path().is_ident("doc")).count();
    if inner != 1 {
        problems.push(format!("{inner} inner attributes"));
    }
    for item in &file.items {
        let name = match item {
            syn::Item::Struct(item) => Some(item.ident.to_string()),
            syn::Item::Enum(item) => Some(item.ident.to_string()),
            syn::Item::Trait(item) => Some(item.ident.to_string()),
            syn::Item::Use(_) | syn::Item::Impl(_) => None,
            syn::Item::Fn(item) if item.sig.ident == "descriptor" || item.sig.ident == "tools" => {
                None
            }
            syn::Item::Mod(item) if item.ident == "defaults" => None,
            // How types are read and written.
            syn::Item::Macro(item) if is_ours(&item.mac.path) => None,
            _ => {
                problems.push("an item of a kind that no module has".to_owned());
                None
            }
        };
        if let Some(name) = name
            && !types.insert(name.clone())
        {
            problems.push(format!("{name} is declared twice"));
        }
    }
    problems
}

/// Whether a macro is one of those that only generated modules call.
fn is_ours(path: &syn::Path) -> bool {
    let names: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
    path.leading_colon.is_some()
        && names.len() == 3
        && names.starts_with(&["toolwright".to_owned(), "__rt".to_owned()])
}

/// The module of a document, which has to be a good one.
#[track_caller]
pub(crate) fn of(document: &str) -> (String, Outcome) {
    let outcome = generate("odd.yaml", document.as_bytes(), &Options::default());
    let Some(module) = &outcome.module else {
        panic!("no module: {:?}", outcome.diagnostics);
    };
    assert_eq!(problems(&module.text), [""; 0], "{}", module.text);
    (module.text.clone(), outcome)
}
