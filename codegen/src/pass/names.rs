//! Names of tools, of methods of the generated trait, and stems of generated types.

use std::collections::HashSet;

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::context::Context;
use crate::code;
use crate::ir::Api;
use crate::source::Document;
use crate::words::joined;

/// Longest tool name that LLM clients take.
const LIMIT: usize = 64;
/// Method names that the generated proxy and tool set have themselves.
const RESERVED_METHODS: [&str; 8] =
    ["proxy", "tools", "call", "new", "from_env", "descriptor", "invoke", "upstream"];
/// Type names that generated code or the prelude uses.
const RESERVED_TYPES: [&str; 22] = [
    "Tools",
    "Proxy",
    "Self",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Vec",
    "String",
    "Box",
    "Send",
    "Sync",
    "Future",
    "Default",
    "Context",
    "ToolError",
    "Descriptor",
    "Upstream",
    "Binary",
    "Json",
];
const KEYWORDS: [&str; 53] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "union", "raw",
];

/// The name of the generated module: the option, the file name where it tells anything, the
/// title, or `api`.
pub(crate) fn api_name(document: &Document, option: Option<&str>) -> String {
    let file = document.file().rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.split_once('.').map_or(file, |(stem, rest)| {
        // `petstore-3.0.yaml`: the dot belongs to the name.
        match rest.rsplit_once('.') {
            Some((middle, _)) if middle.starts_with(|c: char| c.is_ascii_digit()) => {
                file.get(..stem.len() + 1 + middle.len()).unwrap_or(stem)
            }
            _ => stem,
        }
    });
    let title = document.root().pointer("/info/title").and_then(|title| title.as_str());
    let says_nothing = [
        "openapi", "swagger", "api", "spec", "index", "schema", "tools", "main", "openapi3",
        "stdin",
    ];
    let candidates = [
        option,
        Some(stem).filter(|stem| !says_nothing.contains(&stem.to_ascii_lowercase().as_str())),
        title,
        Some(stem),
    ];
    candidates
        .into_iter()
        .flatten()
        .map(module_name)
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "api".to_owned())
}

fn module_name(source: &str) -> String {
    let ascii: String =
        source.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let snake: String = ascii.to_snake_case().chars().take(40).collect();
    let snake = snake.trim_matches('_');
    if snake.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("api_{snake}");
    }
    if KEYWORDS.contains(&snake) { format!("{snake}_api") } else { snake.to_owned() }
}

/// Names of types that definitions must not have.
pub(crate) fn reserved_types(api_name: &str) -> Vec<String> {
    let service = api_name.to_upper_camel_case();
    let mut names: Vec<String> = RESERVED_TYPES.iter().map(|name| (*name).to_owned()).collect();
    names.push(format!("{service}Override"));
    names.push(service);
    names
}

/// Gives every operation its names, all unique; what had to be changed is reported.
pub(crate) fn assign(cx: &mut Context<'_>, api: &mut Api) {
    let mut names = Vec::with_capacity(api.operations.len());
    for operation in &api.operations {
        let wanted = &operation.name;
        let name = match &operation.http {
            // What little is left would tell nobody anything.
            Some(http) if is_foreign(wanted) => {
                sanitise(&format!("{}_{}", http.method.to_ascii_lowercase(), http.path))
            }
            _ => sanitise(wanted),
        };
        if name != *wanted {
            let shown: String = wanted.chars().take(100).collect();
            let message = format!(
                "`{}` cannot be the name of a tool; it is called {name}",
                shown.escape_debug()
            );
            cx.report(code::NAME_CHANGED, &operation.pointer, message);
        }
        names.push(name);
    }
    let tools = unique(&names, HashSet::new(), "_");
    for ((wanted, name), operation) in names.iter().zip(&tools).zip(&api.operations) {
        if wanted != name {
            let message =
                format!("there is already a tool named {wanted}; this one is called {name}");
            cx.report(code::NAME_CLASH, &operation.pointer, message);
        }
    }
    let methods: Vec<String> = tools.iter().map(|name| method(name)).collect();
    let methods = unique(&methods, owned(&RESERVED_METHODS), "_");
    let mut taken: HashSet<String> = reserved_types(&api.name).into_iter().collect();
    taken.extend(api.definitions.keys().map(|name| name.to_upper_camel_case()));
    let stems: Vec<String> = tools
        .iter()
        .map(|name| stem(name))
        .map(|stem| if taken.contains(&stem) { format!("{stem}Tool") } else { stem })
        .collect();
    let stems = unique(&stems, taken, "");
    let named = tools.into_iter().zip(methods).zip(stems);
    for (operation, ((name, method), stem)) in api.operations.iter_mut().zip(named) {
        if operation.title.as_deref() == Some(&name) {
            operation.title = None;
        }
        operation.name = name;
        operation.method = method;
        operation.stem = stem;
    }
}

/// Reduces a name to `[A-Za-z0-9_-]{1,64}`, keeping its spelling where that is legal.
pub(crate) fn sanitise(source: &str) -> String {
    let mut name = String::new();
    for c in source.chars() {
        if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
            name.push(c);
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    if name != source {
        name = name.trim_matches(['_', '-']).to_owned();
    }
    name.truncate(LIMIT);
    if name.is_empty() { "tool".to_owned() } else { name }
}

/// Makes names unique by numbering all but the first of each; no number takes a name that
/// another one has by itself.
fn unique(wanted: &[String], mut taken: HashSet<String>, separator: &str) -> Vec<String> {
    let natural: HashSet<&String> = wanted.iter().collect();
    let mut next_numbers = std::collections::HashMap::new();
    let mut names = Vec::with_capacity(wanted.len());
    for name in wanted {
        if taken.insert(name.clone()) {
            names.push(name.clone());
            continue;
        }
        let number = next_numbers.entry(name).or_insert(2_usize);
        loop {
            let suffix = format!("{separator}{number}");
            let kept: String = name.chars().take(LIMIT - suffix.len()).collect();
            let numbered = format!("{}{suffix}", kept.trim_end_matches('_'));
            *number += 1;
            if !natural.contains(&numbered) && taken.insert(numbered.clone()) {
                names.push(numbered);
                break;
            }
        }
    }
    names
}

/// Whether most letters of a name are none that a tool's name may have.
fn is_foreign(name: &str) -> bool {
    let letters = || name.chars().filter(|c| c.is_alphanumeric());
    let legal = letters().filter(char::is_ascii).count();
    legal == 0 || legal * 2 < letters().count()
}

fn method(tool: &str) -> String {
    let snake = joined(tool).to_snake_case();
    let name = if snake.starts_with(|c: char| c.is_ascii_alphabetic()) {
        snake
    } else {
        format!("call_{snake}").trim_end_matches('_').to_owned()
    };
    let taken = KEYWORDS.contains(&name.as_str()) || RESERVED_METHODS.contains(&name.as_str());
    if taken { format!("{name}_") } else { name }
}

fn stem(tool: &str) -> String {
    let pascal = tool.to_upper_camel_case();
    if pascal.starts_with(|c: char| c.is_ascii_alphabetic()) {
        pascal
    } else {
        format!("Call{pascal}")
    }
}

fn owned(names: &[&str]) -> HashSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_names_stay() {
        for (source, name) in [
            ("getPetById", "getPetById"),
            ("get-pet_2", "get-pet_2"),
            ("_x", "_x"),
            ("repos/get", "repos_get"),
            ("a  b..c", "a_b_c"),
            ("../x", "x"),
            ("r#self", "r_self"),
            ("🐈", "tool"),
            ("***", "tool"),
            ("Ünï", "n"),
        ] {
            assert_eq!(sanitise(source), name, "{source}");
        }
        assert_eq!(sanitise(&"x".repeat(500)).len(), 64);
    }

    #[test]
    fn names_of_which_little_is_left_are_foreign() {
        for (name, foreign) in [
            ("获取用户", true),
            ("🐈", true),
            ("größe", false),
            ("getПитомец", true),
            ("x_é", false),
        ] {
            assert_eq!(is_foreign(name), foreign, "{name}");
        }
    }

    #[test]
    fn numbering_is_stable_and_takes_no_name_of_another() {
        let wanted = ["a", "a", "a_2", "a", "b"].map(str::to_owned);
        assert_eq!(unique(&wanted, HashSet::new(), "_"), ["a", "a_3", "a_2", "a_4", "b"]);
        let long = vec!["y".repeat(64); 12];
        let names = unique(&long, HashSet::new(), "_");
        assert!(names.iter().all(|name| name.len() <= 64));
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), 12);
    }

    #[test]
    fn methods_are_rust_names() {
        for (tool, name) in [
            ("getPetById", "get_pet_by_id"),
            ("type", "type_"),
            ("self", "self_"),
            ("2fa-check", "call_2fa_check"),
            ("call", "call_"),
            ("_", "call_"),
            ("Self", "self_"),
            ("listUserIDs", "list_user_ids"),
        ] {
            assert_eq!(method(tool), name, "{tool}");
        }
        assert_eq!(stem("getPetById"), "GetPetById");
        assert_eq!(stem("2fa"), "Call2fa");
    }

    #[test]
    fn modules_are_named_after_file_or_title() {
        let name = |file: &str, text: &str| {
            api_name(&Document::parse(file, text.as_bytes()).unwrap(), None)
        };
        let titled = r#"{"info": {"title": "Pet Shop – v2"}}"#;
        assert_eq!(name("a/petstore.yaml", titled), "petstore");
        assert_eq!(name("petstore-3.0.yaml", titled), "petstore_3_0");
        assert_eq!(name("shop.tools.json", titled), "shop");
        assert_eq!(name("openapi.json", titled), "pet_shop_v2");
        assert_eq!(name("openapi.json", "{}"), "openapi");
        assert_eq!(name("…", "{}"), "api");
        assert_eq!(name("type.json", "{}"), "type_api");
        assert_eq!(name("404.json", "{}"), "api_404");
    }
}
