//! What a generated module asks its users to implement, as text for programs and read-mes.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};

use super::ident::Scope;
use super::method::{self, Method};

/// The trait of a generated module, or its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Name of the trait or the client, such as `Petstore`.
    pub service: String,
    /// Its methods, in the order of the tools.
    pub methods: Vec<Signature>,
}

/// A method of the trait or the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Name of the tool.
    pub tool: String,
    /// Name of the method.
    pub name: String,
    /// Type of its arguments, named from outside of the module; `None` where there are none.
    pub arguments: Option<String>,
    /// Type of what it gives back on success, likewise.
    pub output: String,
}

impl Signature {
    /// The head of an implementation, given names for the context and the arguments.
    pub fn spelled(&self, cx: &str, args: &str) -> String {
        let args =
            self.arguments.as_ref().map(|kind| format!(", {args}: {kind}")).unwrap_or_default();
        let (name, output) = (&self.name, &self.output);
        format!("async fn {name}(&self, {cx}: &Context{args}) -> Result<{output}, ToolError>")
    }
}

pub(super) fn of<'a>(
    module: &str,
    scope: &Scope,
    methods: &[Method<'_>],
    types: impl Iterator<Item = &'a str>,
) -> Outline {
    let module = crate::types::ident(module).ok();
    let declared = types.chain(["json"]).map(str::to_owned).collect();
    let mut qualify = Qualify { module, declared };
    let mut outside = |tokens: proc_macro2::TokenStream| match syn::parse2::<syn::Type>(tokens) {
        Ok(mut kind) => {
            qualify.visit_type_mut(&mut kind);
            method::spelled(&kind).replace("::toolwright::", "toolwright::")
        }
        Err(_) => String::new(),
    };
    let methods = methods
        .iter()
        .map(|method| Signature {
            tool: method.operation.name.clone(),
            name: method.name.to_string(),
            arguments: method.arguments.map(|kind| outside(kind.to_token_stream())),
            output: outside(method.output.clone()),
        })
        .collect();
    Outline { service: scope.service.to_string(), methods }
}

/// Puts the module's name before what it declares.
struct Qualify {
    module: Option<syn::Ident>,
    declared: std::collections::BTreeSet<String>,
}

impl VisitMut for Qualify {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let ours = path
            .segments
            .first()
            .is_some_and(|first| self.declared.contains(&first.ident.to_string()));
        if let (Some(module), true, None) = (&self.module, ours, path.leading_colon) {
            path.segments.insert(0, syn::PathSegment::from(module.clone()));
        }
    }
}
