//! The identifiers that a generated module declares itself.

use quote::format_ident;
use syn::Ident;

use super::Error;
use crate::ir::Api;
use crate::types;

/// Types that every module declares.
const DECLARED: [&str; 2] = ["Proxy", "Tools"];

/// Names of one generated module that don't come from operations or schemas.
pub(super) struct Scope {
    /// The trait with a method per operation.
    pub(super) service: Ident,
    /// The trait whose methods fall back to the proxy.
    pub(super) overrides: Ident,
    /// The method of that trait that hands out the proxy.
    pub(super) proxy: Ident,
    /// The method of the client that hands out the connection.
    pub(super) client: Ident,
}

impl Scope {
    pub(super) fn new(api: &Api) -> Result<Self, Error> {
        let name = types::Names::types(DECLARED).take(&types::pascal(&api.name, "Api"), &["Api"]);
        let taken = |name| api.operations.iter().any(|operation| operation.method == name);
        Ok(Self {
            service: checked(&name)?,
            overrides: checked(&format!("{name}Override"))?,
            proxy: format_ident!("{}", if taken("proxy") { "fallback_proxy" } else { "proxy" }),
            client: format_ident!("{}", if taken("client") { "inner_client" } else { "client" }),
        })
    }

    /// What no type may be called.
    pub(super) fn reserved(&self) -> Vec<String> {
        let traits = [self.service.to_string(), self.overrides.to_string()];
        traits.into_iter().chain(DECLARED.map(str::to_owned)).collect()
    }
}

/// The identifier spelled `name`: the only way for a name into generated text.
pub(super) fn checked(name: &str) -> Result<Ident, Error> {
    types::ident(name).map_err(|_| Error::Identifier(name.to_owned()))
}
