//! How declared types are read and written: lines for the macros of the runtime, which has one
//! reader and one writer for all structs and enums. Derived ones would be a page for each.

use std::fmt::Write;

use proc_macro2::Literal;

use super::escape;
use super::shape::{Body, Field, Items, Shape, Value};

/// Columns of a line.
const WIDTH: usize = 100;

/// What stands before all of it.
pub(crate) const HEAD: &str = "
// How the types above are read and written: what each member or value is called on the wire, and
// what a member is when it is absent. Deriving this would take the compiler several times as long.
";

/// The members of a struct, by its name. Each is a name as Rust spells it, the field, and the path of
/// the function for its default. `extra` says that it keeps further ones.
pub(super) fn record<'a>(
    out: &mut String,
    owner: &str,
    fields: impl Iterator<Item = (String, &'a Field, Option<&'a str>)>,
    extra: bool,
    items: &Items,
) {
    let mut needed = String::new();
    let mut lines = String::new();
    for (at, (name, field, default)) in fields.enumerate() {
        let wire = Literal::string(&field.wire);
        let kind = kind(field, default, items);
        let (kind, preset) = match &kind {
            Kind::Plain(kind) => (*kind, String::new()),
            Kind::Preset(value) => ("preset", format!(" = {value}")),
        };
        if kind == "required" {
            let word = if needed.is_empty() { " needs" } else { "" };
            let _ = write!(needed, "{word} {at} {name}");
        }
        let _ = writeln!(lines, "    {at} {wire} => {kind} {name}{preset},");
    }
    let extra = if extra { " .. extra" } else { "" };
    let open = if lines.is_empty() { "" } else { "\n" };
    let _ = writeln!(
        out,
        "\n::toolwright::__rt::record! {{ {owner} {{{open}{lines}}}{needed}{extra} }}"
    );
}

/// The values of an enum, by its name; `rest` is the variant for all others.
pub(super) fn listed(out: &mut String, owner: &str, values: &[Value], rest: Option<&syn::Ident>) {
    let values: Vec<String> = values
        .iter()
        .zip(0_usize..)
        .map(|(value, at)| {
            let at = if rest.is_some() { format!("{at} ") } else { String::new() };
            format!("{at}{} => {}", Literal::string(&value.wire), escape(&value.name))
        })
        .collect();
    let rest = rest.map(|rest| format!(" else {rest}")).unwrap_or_default();
    let inner = values.join(", ");
    let line = format!("::toolwright::__rt::listed! {{ {owner} {{ {inner} }}{rest} }}");
    if line.len() <= WIDTH {
        let _ = writeln!(out, "\n{line}");
        return;
    }
    let inner = values.join(",\n    ");
    let _ = writeln!(out, "\n::toolwright::__rt::listed! {{ {owner} {{\n    {inner},\n}}{rest} }}");
}

/// What a member is when it is absent.
enum Kind {
    /// One that the runtime has a word for.
    Plain(&'static str),
    /// This value.
    Preset(String),
}

fn kind(field: &Field, default: Option<&str>, items: &Items) -> Kind {
    match default {
        Some(path) => Kind::Preset(format!("{path}()")),
        None if !field.required && field.default.is_some() => {
            Kind::Preset("Default::default()".to_owned())
        }
        None if field.keeps_null => Kind::Plain("patch"),
        None if !field.required => Kind::Plain("optional"),
        None => match &field.shape {
            Shape::Nullable(_) => Kind::Plain("nullable"),
            Shape::Named(name) if stands_for_nullable(name, items) => {
                Kind::Preset(format!("{name}(None)"))
            }
            _ => Kind::Plain("required"),
        },
    }
}

fn stands_for_nullable(name: &str, items: &Items) -> bool {
    let body = items.get(name).map(|item| &item.body);
    matches!(body, Some(Body::Alias(Shape::Nullable(_))))
}
