//! Types: structs, unions, enums, aliases.

use super::Change;
use super::parts::{deprecation, span, words};
use crate::regen::model::{EnumValue, Field, Model, Shape, Type, TypeDef, Variant};

pub(super) fn compare(old: &Model, new: &Model, out: &mut Vec<Change>) {
    for (name, def) in &new.types {
        match old.types.get(name) {
            None => out.push(Change::harmless(format!("type {name} added"), "a new name")),
            Some(known) => {
                let (old, new) = (Side { model: old, def: known }, Side { model: new, def });
                definition(name, old, new, out);
            }
        }
    }
    for name in old.types.keys().filter(|name| !new.types.contains_key(*name)) {
        out.push(Change::breaking(format!("type {name} removed"), "its name is gone"));
    }
}

fn definition(name: &str, was: Side<'_>, is: Side<'_>, out: &mut Vec<Change>) {
    let (old, new) = (was.def, is.def);
    span(&format!("type {name}"), &old.span, &new.span, out);
    deprecation(&format!("type {name}"), old.deprecated.as_ref(), new.deprecated.as_ref(), out);
    match (&old.shape, &new.shape) {
        (Shape::Struct { .. }, Shape::Struct { .. }) => structure(name, was, is, out),
        (Shape::Union { variants: known, select: before }, Shape::Union { variants, select }) => {
            union(name, known, variants, out);
            if before != select {
                out.push(Change::harmless(
                    format!("union {name} is told apart in another way"),
                    "no type changes, but what is read as which variant may",
                ));
            }
        }
        (Shape::StringEnum { values: known, open: before }, Shape::StringEnum { values, open }) => {
            values_of(name, known, values, out);
            openness(name, *before, *open, out);
        }
        (Shape::Alias { to: before }, Shape::Alias { to }) if before != to => {
            out.push(Change::breaking(
                format!("alias {name} is {} and was {}", words(to), words(before)),
                "values of the old type no longer fit",
            ));
        }
        (Shape::Alias { .. }, Shape::Alias { .. }) => {}
        _ => out.push(Change::breaking(
            format!("type {name} is another kind of type"),
            "code that makes or takes apart values of it no longer compiles",
        )),
    }
}

fn structure(name: &str, old: Side<'_>, new: Side<'_>, out: &mut Vec<Change>) {
    for field in new.fields() {
        let what = format!("field {name}.{}", field.wire);
        match old.field(&field.wire) {
            None => out.push(added(&what, field, new)),
            Some(known) => member(&what, (old, known), (new, field), out),
        }
    }
    for gone in old.fields().iter().filter(|field| new.field(&field.wire).is_none()) {
        out.push(Change::breaking(
            format!("field {name}.{} removed", gone.wire),
            "access to it no longer compiles",
        ));
    }
}

/// A type in its model.
#[derive(Clone, Copy)]
struct Side<'a> {
    model: &'a Model,
    def: &'a TypeDef,
}

impl Side<'_> {
    fn fields(&self) -> &[Field] {
        match &self.def.shape {
            Shape::Struct { fields } => fields,
            _ => &[],
        }
    }

    fn field(&self, wire: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.wire == wire)
    }

    /// A field is a plain one where every revision of its type requires it; else an `Option`.
    fn is_plain(&self, field: &Field) -> bool {
        let revisions = self.model.revisions.iter();
        let having = revisions.filter(|revision| self.def.span.contains(&revision.id)).count();
        field.required.len() == having && !field.lenient && !field.nullable
    }
}

fn added(what: &str, field: &Field, side: Side<'_>) -> Change {
    let ty = words(&field.ty);
    if matches!(field.ty, Type::Const(_)) {
        return Change::harmless(format!("{what} added: {ty}"), "constants are no fields");
    }
    if side.is_plain(field) {
        return Change::breaking(
            format!("{what} added: {ty}, required"),
            "`new` takes one argument more",
        );
    }
    let required = match field.required.last() {
        Some(revision) => format!(", required in {revision}"),
        None => ", optional".to_owned(),
    };
    Change::harmless(
        format!("{what} added: {ty}{required}"),
        "the struct is non-exhaustive and the field an `Option`; `new` stays as it is",
    )
}

fn member(
    what: &str,
    (was, old): (Side<'_>, &Field),
    (is, new): (Side<'_>, &Field),
    out: &mut Vec<Change>,
) {
    span(what, &old.span, &new.span, out);
    deprecation(what, old.deprecated.as_ref(), new.deprecated.as_ref(), out);
    if old.ty != new.ty {
        let widened = new.earlier.iter().any(|earlier| earlier.ty == old.ty);
        let verb = if widened { "widened" } else { "changed" };
        out.push(Change::breaking(
            format!("{what} {verb} from {} to {}", words(&old.ty), words(&new.ty)),
            "the field has another Rust type",
        ));
    }
    if old.rust != new.rust {
        out.push(Change::breaking(
            format!("{what} is called `{}` and was `{}`", new.rust, old.rust),
            "access by the old name no longer compiles",
        ));
    }
    if old.nullable != new.nullable {
        let verb = if new.nullable { "may now be" } else { "may no longer be" };
        out.push(Change::breaking(
            format!("{what} {verb} null"),
            "the field has another Rust type",
        ));
    }
    if old.required == new.required {
        return;
    }
    let text = format!(
        "{what} required in [{}] and was in [{}]",
        new.required.join(", "),
        old.required.join(", ")
    );
    out.push(if was.is_plain(old) == is.is_plain(new) {
        Change::harmless(text, "the Rust type of the field stays")
    } else {
        Change::breaking(text, "the field becomes an `Option` or stops being one")
    });
}

fn union(name: &str, old: &[Variant], new: &[Variant], out: &mut Vec<Change>) {
    for variant in new {
        let what = format!("variant {name}::{}", variant.name);
        match old.iter().find(|known| known.name == variant.name) {
            None => out.push(Change::harmless(
                format!("{what} added: {}", words(&variant.ty)),
                "the enum is non-exhaustive; `fit` refuses it for older revisions",
            )),
            Some(known) if known.ty != variant.ty => out.push(Change::breaking(
                format!("{what} holds {} and held {}", words(&variant.ty), words(&known.ty)),
                "the variant has another Rust type",
            )),
            Some(known) => span(&what, &known.span, &variant.span, out),
        }
    }
    for gone in old.iter().filter(|known| new.iter().all(|variant| variant.name != known.name)) {
        out.push(Change::breaking(
            format!("variant {name}::{} removed", gone.name),
            "code that makes or matches it no longer compiles",
        ));
    }
}

fn values_of(name: &str, old: &[EnumValue], new: &[EnumValue], out: &mut Vec<Change>) {
    for value in new {
        let what = format!("value {name} {:?}", value.wire);
        match old.iter().find(|known| known.wire == value.wire) {
            None => {
                out.push(Change::harmless(format!("{what} added"), "the enum is non-exhaustive"))
            }
            Some(known) => {
                span(&what, &known.span, &value.span, out);
                deprecation(&what, known.deprecated.as_ref(), value.deprecated.as_ref(), out);
            }
        }
    }
    for gone in old.iter().filter(|known| new.iter().all(|value| value.wire != known.wire)) {
        out.push(Change::breaking(
            format!("value {name} {:?} removed", gone.wire),
            "code that makes or matches it no longer compiles",
        ));
    }
}

fn openness(name: &str, old: bool, new: bool, out: &mut Vec<Change>) {
    match (old, new) {
        (false, true) => out.push(Change::breaking(
            format!("enum {name} widened: other strings are legal now"),
            "it holds a string in `Other` and is no longer `Copy`",
        )),
        (true, false) => out.push(Change::breaking(
            format!("enum {name} narrowed: other strings are no longer legal"),
            "its variant `Other` is gone",
        )),
        _ => {}
    }
}
