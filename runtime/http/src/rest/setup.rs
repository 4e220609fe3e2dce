//! What building an upstream takes besides its tools: TLS, and tokens.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::Uri;
use rustls::ClientConfig;

use super::Error;
use super::base::BaseUrl;
use super::client::Client;
use super::descriptor::{Api, Operation, SchemeKind};
use super::limits::Limits;
use super::oauth::{ClientCredentials, OAuth};
use super::provider::Changing;
use crate::address::is_local;
use crate::trust::Tls;

/// Bytes that an authorization server answers with at most.
const ANSWER: usize = 256 << 10;

/// What is known of the upstream.
pub(crate) struct Setup<'a> {
    pub(crate) api: &'a Api,
    pub(crate) limits: &'a Limits,
    pub(crate) tls: &'a Tls,
    pub(crate) allow_private: bool,
}

impl Setup<'_> {
    /// Where the tokens of a scheme come from.
    pub(crate) fn login(
        &self,
        name: &str,
        login: &ClientCredentials,
        main: Option<&BaseUrl>,
        operations: &[Operation],
    ) -> Result<Arc<dyn Changing>, Error> {
        let wrong = |reason: &'static str| Error::Secret { scheme: name.to_owned(), reason };
        let scheme = self.api.security_schemes.get(name);
        let Some(scheme) = scheme else { return Err(Error::UnknownScheme(name.to_owned())) };
        let told = match &scheme.kind {
            SchemeKind::OAuth2 { token_url } => token_url.as_deref(),
            SchemeKind::Bearer => None,
            _ => return Err(wrong("is sent by a scheme that takes no tokens of OAuth 2")),
        };
        let (url, is_trusted) = match (&login.token_url, told, main) {
            (Some(url), _, _) => (url.clone(), true),
            (None, Some(path), Some(base)) if path.starts_with('/') && !path.starts_with("//") => {
                (format!("{}://{}{path}", base.scheme, base.authority), base.trusted)
            }
            (None, Some(url), _) => (url.to_owned(), false),
            (None, None, _) => {
                return Err(wrong("needs a token endpoint, and the document names none: set it"));
            }
        };
        let base = match is_trusted {
            true => BaseUrl::token(&url, true)?,
            false => BaseUrl::token(&url, self.allow_private)?,
        };
        let mut limits = self.limits.clone();
        (limits.reply, limits.redirects) = (ANSWER, 0);
        let public_only = !is_trusted && !self.allow_private;
        let client = Client::new(&limits, tls(self.tls, base.is_tls())?, public_only);
        let url: Uri =
            url.trim().parse().map_err(|_| wrong("has a token endpoint that is no URL"))?;
        let scopes: BTreeSet<&String> = operations
            .iter()
            .filter_map(|operation| operation.http.as_ref())
            .flat_map(|binding| binding.security.iter().flatten())
            .filter(|used| used.scheme == name)
            .flat_map(|used| &used.scopes)
            .collect();
        let scopes: Vec<String> = scopes.into_iter().cloned().collect();
        let tokens = OAuth::new(client, login, url, &scopes).map_err(wrong)?;
        Ok(Arc::new(tokens))
    }
}

impl BaseUrl {
    /// Reads the URL of a token endpoint: secrets go there, so it is of `https`, or on this
    /// machine where that is allowed.
    fn token(url: &str, private: bool) -> Result<Self, Error> {
        // A query may belong to it.
        let plain = url.split('?').next().unwrap_or_default();
        let base = if private { Self::operator(plain)? } else { Self::document(plain, false)? };
        if !base.is_tls() && !is_local(base.authority.host()) {
            return Err(Error::BaseUrl {
                url: url.to_owned(),
                reason:
                    "secrets are sent there: it has to begin with https://, or be on this machine"
                        .to_owned(),
            });
        }
        Ok(base)
    }
}

/// What secures connections; certificates are loaded only if they are needed.
pub(crate) fn tls(tls: &Tls, is_needed: bool) -> Result<ClientConfig, Error> {
    let config = if is_needed { tls.config() } else { tls.unused() };
    config.map_err(Error::Tls)
}
