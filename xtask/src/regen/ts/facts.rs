//! From declarations to the facts of an overlay.

use std::collections::BTreeMap;

use super::parse::declarations;
use super::{Body, Decl, Member, Ts};
use crate::regen::overlay::{NodeFacts, Overlay, TypeFacts, step};

/// The facts of a `schema.ts`.
///
/// # Errors
/// Says which declaration could not be read.
pub(in crate::regen) fn overlay(text: &str) -> Result<Overlay, String> {
    let all = declarations(text)?;
    let reader = Reader { decls: all.iter().map(|decl| (decl.name.as_str(), decl)).collect() };
    let mut out = Overlay::default();
    for decl in &all {
        match decl.body {
            Body::Number(value) => {
                out.constants.insert(decl.name.clone(), value);
            }
            Body::Other => {}
            _ => {
                out.types.insert(decl.name.clone(), reader.definition(decl));
            }
        }
    }
    Ok(out)
}

struct Reader<'a> {
    decls: BTreeMap<&'a str, &'a Decl>,
}

impl Reader<'_> {
    fn definition(&self, decl: &Decl) -> TypeFacts {
        let mut facts = TypeFacts {
            category: decl.tags.category.clone(),
            deprecated: decl.tags.deprecated,
            internal: decl.tags.internal,
            ..TypeFacts::default()
        };
        match &decl.body {
            Body::Interface { extends, members, index } => {
                facts.extends.clone_from(extends);
                self.object(members, index.as_ref(), &mut Vec::new(), &mut facts);
            }
            Body::Alias(ty) => self.alias(ty, &mut facts),
            Body::Number(_) | Body::Other => {}
        }
        facts
    }

    fn alias(&self, ty: &Ts, facts: &mut TypeFacts) {
        match ty {
            Ts::Intersection(parts) => {
                for part in parts {
                    self.alias(part, facts);
                }
            }
            Ts::Object { members, index } => {
                self.object(members, index.as_deref(), &mut Vec::new(), facts);
            }
            // A definition that only renames another inherits from it, unless that is a keyword.
            Ts::Name(name) if self.is_object(name) => facts.extends.push(name.clone()),
            _ => {
                let mut node = NodeFacts::default();
                self.node(ty, &mut Vec::new(), &mut node, facts);
                facts.root = node;
            }
        }
    }

    fn object(
        &self,
        members: &[Member],
        index: Option<&Ts>,
        path: &mut Vec<String>,
        facts: &mut TypeFacts,
    ) {
        let names: Vec<String> = members.iter().map(|member| member.name.clone()).collect();
        if path.is_empty() {
            facts.order.extend(names);
        } else if !names.is_empty() {
            facts.members.entry(path.join("/")).or_default().order = names;
        }
        for member in members {
            let deprecated = member.tags.deprecated;
            self.place(&member.ty, &member.name, deprecated, path, facts);
        }
        if let Some(ty) = index {
            self.place(ty, "*", false, path, facts);
        }
    }

    /// Facts about the type `ty` at `name` below `path`.
    fn place(
        &self,
        ty: &Ts,
        name: &str,
        deprecated: bool,
        path: &mut Vec<String>,
        facts: &mut TypeFacts,
    ) {
        path.push(step(name));
        let mut node = NodeFacts { deprecated, ..NodeFacts::default() };
        self.node(ty, path, &mut node, facts);
        if !node.is_empty() {
            let known = facts.members.entry(path.join("/")).or_default();
            node.order = std::mem::take(&mut known.order);
            *known = node;
        }
        path.pop();
    }

    fn node(&self, ty: &Ts, path: &mut Vec<String>, node: &mut NodeFacts, facts: &mut TypeFacts) {
        match ty {
            Ts::Name(name) if self.is_string(name) => node.alias = Some(name.clone()),
            Ts::Literal(_) | Ts::Name(_) | Ts::Other => {}
            Ts::Array(item) => self.place(item, "[]", false, path, facts),
            Ts::Object { members, index } => self.object(members, index.as_deref(), path, facts),
            Ts::Union(parts) => {
                for part in parts {
                    self.alternative(part, path, node, facts);
                }
                // `string` opens an enum only beside named values.
                node.open &= !node.values.is_empty();
                // `number | null` is a number like any other, whose kind schema.json knows.
                node.number &= parts.len() > 1 + usize::from(node.null);
            }
            Ts::Intersection(parts) => {
                for part in parts {
                    self.node(part, path, node, facts);
                }
            }
        }
    }

    fn alternative(
        &self,
        part: &Ts,
        path: &mut Vec<String>,
        node: &mut NodeFacts,
        facts: &mut TypeFacts,
    ) {
        match part {
            Ts::Literal(text) => node.values.push(text.clone()),
            Ts::Name(word) => match word.as_str() {
                "string" => node.open = true,
                "number" => node.number = true,
                "null" => node.null = true,
                "boolean" | "unknown" | "any" => {}
                name => self.variants(name, &mut node.variants),
            },
            Ts::Array(item) => self.place(item, "[]", false, path, facts),
            _ => self.node(part, path, node, facts),
        }
    }

    /// The named alternatives behind `name`: unions are flat in `schema.json`.
    fn variants(&self, name: &str, out: &mut Vec<String>) {
        match self.decls.get(name).map(|decl| &decl.body) {
            Some(Body::Alias(Ts::Union(parts))) => {
                for part in parts {
                    if let Ts::Name(inner) = part {
                        self.variants(inner, out);
                    }
                }
            }
            _ if !out.iter().any(|known| known == name) => out.push(name.to_owned()),
            _ => {}
        }
    }

    /// Whether `name` is a declared name for strings, which `schema.json` writes out in place.
    fn is_string(&self, name: &str) -> bool {
        match self.decls.get(name).map(|decl| &decl.body) {
            Some(Body::Alias(Ts::Name(word))) => word == "string" || self.is_string(word),
            Some(Body::Alias(Ts::Union(parts))) => parts.iter().all(|part| match part {
                Ts::Literal(_) => true,
                Ts::Name(word) => word == "string" && parts.len() > 1,
                _ => false,
            }),
            _ => false,
        }
    }

    fn is_object(&self, name: &str) -> bool {
        // A name imported from elsewhere is taken for an object.
        !matches!(name, "string" | "number" | "boolean" | "unknown" | "any" | "object" | "null")
            && !self.is_string(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        export const PARSE_ERROR = -32700;
        /** @category c */
        export type Kind = "a" | "b" | string;
        export interface Base { k: Kind; s?: "x" | "y"; }
        export interface More extends Base { v: number | null; m: { [key: string]: string | number }; }
        export type One = A | B; export type Both = One | C;
        export type Plain = string | number;
    "#;

    #[test]
    fn takes_what_the_json_schema_loses() {
        let facts = overlay(TEXT).unwrap();
        assert_eq!(facts.constants["PARSE_ERROR"], -32700);
        assert_eq!(facts.types["Kind"].root.values, ["a", "b"]);
        assert!(facts.types["Kind"].root.open);
        assert_eq!(facts.types["Base"].members["k"].alias.as_deref(), Some("Kind"));
        assert_eq!(facts.types["Both"].root.variants, ["A", "B", "C"]);
        assert!(facts.types["More"].members["v"].null);
        assert!(facts.types["More"].members["m/*"].number);
        assert!(!facts.types["Plain"].root.open);
        assert_eq!(facts.order("More", &[]), ["k", "s", "v", "m"]);
        assert_eq!(facts.declares("More", &["s".into()]), Some("Base"));
    }
}
