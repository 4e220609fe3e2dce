//! Which credentials a call carries, and in what form.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use toolwright_core::Context;

use super::Error;
use super::base64;
use super::descriptor::{Api, Binding, Place, SchemeKind, SecurityScheme, SecurityUse};
use super::encode::{CookiePart, HeaderPart, QueryPart};
use super::provider::{Asking, Changing, ProviderError};
use super::redact::redact_text;
use super::style::Pair;
use crate::secret::Secret;

/// The secrets of an API, by security scheme.
#[derive(Default)]
pub(crate) struct Credentials {
    by_scheme: BTreeMap<String, Credential>,
    /// Whether calls are made without, if there are none.
    anonymous: bool,
}

/// What proves to a service who calls.
pub(crate) enum Source {
    /// A secret that stays.
    Fixed(Secret),
    /// A secret that has to be asked for.
    Changing(Arc<dyn Changing>),
    /// A certificate, which the connection has shown.
    Certificate,
}

enum Credential {
    /// Ready to be sent.
    Fixed(Secret, Form),
    Changing(SecurityScheme, Arc<dyn Changing>),
    Certificate,
}

/// Where a secret goes. Holds it encoded, so it doesn't print either.
#[derive(Clone)]
enum Form {
    Header(HeaderName, HeaderValue),
    Query(Pair),
    Cookie(Secret),
}

/// What one call carries.
#[derive(Default)]
pub(crate) struct Sent {
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) cookies: Vec<Secret>,
    /// The secrets themselves, in every form, to keep them out of what is shown.
    pub(crate) secrets: Vec<Secret>,
    /// Those that may be others when they are asked for again, by scheme.
    changing: Vec<(String, Secret)>,
}

/// Why a call cannot carry what it has to.
#[derive(Debug)]
pub(crate) enum Unavailable {
    /// Nothing is set for any alternative.
    Missing,
    /// Where it comes from, there is none.
    Failed(String),
}

impl Unavailable {
    /// Says that a request was not sent, and who can change that: `variables` are those of the
    /// operation, `missing` those of them that would have to be set.
    pub(crate) fn told(&self, label: &str, variables: &str, missing: &str) -> String {
        match self {
            Self::Failed(reason) => format!(
                "{label} was not called for want of credentials: {reason}. \
                 The operator of this server has to check {variables}."
            ),
            Self::Missing if missing.is_empty() => {
                format!("{label} wants credentials of a kind that this server cannot send.")
            }
            Self::Missing => format!(
                "{label} wants credentials that are not set: \
                 the operator of this server has to set {missing}."
            ),
        }
    }
}

impl Sent {
    /// Whether another secret could help.
    pub(crate) fn may_change(&self) -> bool {
        !self.changing.is_empty()
    }

    /// Whether what changes is the same as before.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.changing == other.changing
    }

    /// `text` without anything secret.
    pub(crate) fn redact(&self, text: String) -> String {
        redact_text(text, &self.secrets)
    }

    fn add(&mut self, secret: &Secret, form: Form) {
        self.secrets.push(secret.clone());
        match form {
            Form::Header(name, value) => {
                // `Basic` encodes it. Of a user's name and password the latter is the secret.
                if value.as_bytes().starts_with(b"Basic ")
                    && let Some((_, password)) = secret.expose().trim().split_once(':')
                {
                    self.secrets.push(Secret::new(password));
                }
                if let Some((_, encoded)) =
                    value.to_str().ok().and_then(|value| value.split_once(' '))
                {
                    self.secrets.push(Secret::new(encoded));
                }
                self.headers.push((name, value));
            }
            Form::Query(pair) => {
                self.secrets.push(Secret::new(pair.1.as_str()));
                self.pairs.push(pair);
            }
            Form::Cookie(cookie) => {
                let value = cookie.expose().split_once('=').map_or("", |(_, value)| value);
                self.secrets.push(Secret::new(value));
                self.cookies.push(cookie);
            }
        }
    }
}

impl Credentials {
    /// Prepares secrets for the schemes they belong to.
    pub(crate) fn new(
        api: &Api,
        sources: BTreeMap<String, Source>,
        anonymous: bool,
    ) -> Result<Self, Error> {
        let mut by_scheme = BTreeMap::new();
        for (name, source) in sources {
            let Some(scheme) = api.security_schemes.get(&name) else {
                return Err(Error::UnknownScheme(name));
            };
            let credential = match source {
                Source::Fixed(secret) => {
                    let form = form(scheme, &secret)
                        .map_err(|reason| Error::Secret { scheme: name.clone(), reason })?;
                    Credential::Fixed(secret, form)
                }
                Source::Changing(changing) => Credential::Changing(scheme.clone(), changing),
                Source::Certificate => Credential::Certificate,
            };
            by_scheme.insert(name, credential);
        }
        Ok(Self { by_scheme, anonymous })
    }

    /// What a call to `binding` carries: the first alternative for which everything is set, and
    /// nothing if the document allows that. `refused` is what the service did not accept.
    pub(crate) async fn choose(
        &self,
        cx: &Context,
        binding: &Binding,
        refused: Option<&Sent>,
    ) -> Result<Sent, Unavailable> {
        let mut sent = Sent::default();
        let Some(alternative) = self.alternative(binding) else {
            let is_free = self.is_free(binding);
            return if is_free { Ok(sent) } else { Err(Unavailable::Missing) };
        };
        for used in alternative {
            match self.by_scheme.get(&used.scheme) {
                Some(Credential::Fixed(secret, form)) => sent.add(secret, form.clone()),
                Some(Credential::Changing(scheme, changing)) => {
                    let before = refused.and_then(|sent| {
                        let mut all = sent.changing.iter();
                        all.find(|(name, _)| *name == used.scheme).map(|(_, secret)| secret)
                    });
                    let asking =
                        Asking { cx, scheme: &used.scheme, scopes: &used.scopes, refused: before };
                    let secret = changing.secret(asking).await.map_err(failed)?;
                    let form = form(scheme, &secret).map_err(|reason| {
                        Unavailable::Failed(format!("the secret of `{}` {reason}", used.scheme))
                    })?;
                    sent.add(&secret, form);
                    sent.changing.push((used.scheme.clone(), secret));
                }
                Some(Credential::Certificate) | None => {}
            }
        }
        Ok(sent)
    }

    /// Whether there is a secret for a scheme.
    pub(crate) fn has(&self, scheme: &str) -> bool {
        self.by_scheme.contains_key(scheme)
    }

    /// Whether calls to `binding` can be made.
    pub(crate) fn suffice(&self, binding: &Binding) -> bool {
        self.alternative(binding).is_some() || self.is_free(binding)
    }

    fn alternative<'b>(&self, binding: &'b Binding) -> Option<&'b [SecurityUse]> {
        let is_set = |used: &SecurityUse| self.has(&used.scheme);
        let complete = |alternative: &&Vec<SecurityUse>| {
            !alternative.is_empty() && alternative.iter().all(is_set)
        };
        binding.security.iter().find(complete).map(Vec::as_slice)
    }

    fn is_free(&self, binding: &Binding) -> bool {
        self.anonymous || binding.security.is_empty() || binding.security.iter().any(Vec::is_empty)
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.by_scheme.keys()).finish()
    }
}

fn failed(error: ProviderError) -> Unavailable {
    Unavailable::Failed(error.to_string())
}

/// What has to be set for `binding`, as `A, or B and C`; what `is_set` is left out.
pub(crate) fn variables(api: &Api, binding: &Binding, is_set: impl Fn(&str) -> bool) -> String {
    let mut alternatives: Vec<String> = Vec::new();
    for alternative in &binding.security {
        let unset = alternative.iter().filter(|used| !is_set(&used.scheme));
        let all: Option<Vec<String>> = unset.map(|used| variable(api, &used.scheme)).collect();
        let text = all.unwrap_or_default().join(" and ");
        if !text.is_empty() && !alternatives.contains(&text) {
            alternatives.push(text);
        }
    }
    alternatives.join(", or ")
}

/// What has to be set for a scheme; nothing can be for some.
fn variable(api: &Api, scheme: &str) -> Option<String> {
    let scheme = api.security_schemes.get(scheme)?;
    let env = &scheme.env;
    Some(match &scheme.kind {
        SchemeKind::Unsupported {} => return None,
        SchemeKind::MutualTls => {
            let api = api.name.to_ascii_uppercase();
            format!("{api}_CLIENT_CERT_FILE and {api}_CLIENT_KEY_FILE")
        }
        SchemeKind::OAuth2 { .. } => {
            format!("{env} (or {env}_CLIENT_ID and {env}_CLIENT_SECRET)")
        }
        _ => env.clone(),
    })
}

fn form(scheme: &SecurityScheme, secret: &Secret) -> Result<Form, &'static str> {
    let text = secret.expose().trim();
    if text.is_empty() {
        return Err("is empty");
    }
    match &scheme.kind {
        SchemeKind::ApiKey { place, name } => match place {
            Place::Header => {
                let name = HeaderName::try_from(name.as_str())
                    .map_err(|_| "belongs into a header with an impossible name")?;
                Ok(Form::Header(name, sensitive(text)?))
            }
            Place::Query => Ok(Form::Query((QueryPart::data(name), QueryPart::data(text)))),
            Place::Cookie => Ok(Form::Cookie(Secret::new(format!(
                "{}={}",
                CookiePart::data(name).as_str(),
                CookiePart::data(text).as_str()
            )))),
            Place::Path | Place::Querystring => Err("belongs into a place where no credentials go"),
        },
        SchemeKind::Basic => {
            if !text.contains(':') {
                return Err("has to be of the form user:password");
            }
            let value = format!("Basic {}", base64::encode(text.as_bytes()));
            Ok(Form::Header(AUTHORIZATION, sensitive(&value)?))
        }
        SchemeKind::Bearer | SchemeKind::OAuth2 { .. } => {
            let token = text.strip_prefix("Bearer ").unwrap_or(text);
            Ok(Form::Header(AUTHORIZATION, sensitive(&format!("Bearer {token}"))?))
        }
        SchemeKind::MutualTls => Err("is a certificate: give it as the client's"),
        SchemeKind::Unsupported {} => Err("is of a kind that cannot be sent"),
    }
}

fn sensitive(text: &str) -> Result<HeaderValue, &'static str> {
    const UNFIT: &str = "contains characters that a header does not take";
    let part = HeaderPart::data(text).map_err(|_| UNFIT)?;
    let mut value = HeaderValue::from_str(part.as_str()).map_err(|_| UNFIT)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::descriptor;

    const API: &str = r#"{"name":"x","title":"X","version":"1","securitySchemes":{
        "key":{"type":"apiKey","in":"query","name":"api key","env":"X_KEY"},
        "cookie":{"type":"apiKey","in":"cookie","name":"sid","env":"X_SID"},
        "basic":{"type":"basic","env":"X_BASIC"},
        "token":{"type":"bearer","env":"X_TOKEN"},
        "login":{"type":"oauth2","env":"X_LOGIN"},
        "mtls":{"type":"mutualTLS","env":"X_MTLS"},
        "odd":{"type":"unsupported","scheme":"digest","env":"X_ODD"}}}"#;

    fn credentials(secrets: &[(&str, &str)]) -> Result<Credentials, Error> {
        let secrets = secrets
            .iter()
            .map(|(scheme, secret)| (scheme.to_string(), Source::Fixed(Secret::from(*secret))))
            .collect();
        Credentials::new(&descriptor::api(API).unwrap(), secrets, false)
    }

    fn binding(security: &str) -> Binding {
        serde_json::from_str(&format!(r#"{{"method":"GET","path":"/","security":{security}}}"#))
            .unwrap()
    }

    async fn chosen(credentials: &Credentials, security: &str) -> Result<Sent, Unavailable> {
        credentials.choose(&Context::detached(), &binding(security), None).await
    }

    #[tokio::test]
    async fn the_first_complete_alternative_is_sent() {
        let credentials = credentials(&[("basic", "u:p-canary"), ("key", "k&canary")]).unwrap();
        let both = r#"[[{"scheme":"token"}],[{"scheme":"key"},{"scheme":"basic"}]]"#;
        let sent = chosen(&credentials, both).await.unwrap();
        assert_eq!(sent.pairs[0].0.as_str(), "api%20key");
        assert_eq!(sent.pairs[0].1.as_str(), "k%26canary");
        assert_eq!(sent.headers[0].1, "Basic dTpwLWNhbmFyeQ==");
        assert!(sent.headers[0].1.is_sensitive());
        for optional in [r#"[[],[{"scheme":"token"}]]"#, r#"[[{"scheme":"token"}],[]]"#, "[]"] {
            assert!(chosen(&credentials, optional).await.unwrap().headers.is_empty());
        }
        let optional = chosen(&credentials, r#"[[],[{"scheme":"basic"}]]"#).await.unwrap();
        assert_eq!(optional.headers.len(), 1, "what is set is sent");
        assert!(!format!("{credentials:?}").contains("canary"));
        let echoed = "k&canary k%26canary u:p-canary dTpwLWNhbmFyeQ==".to_owned();
        assert_eq!(sent.redact(echoed), "[redacted] [redacted] [redacted] [redacted]");
    }

    #[tokio::test]
    async fn what_is_missing_is_named() {
        let none = credentials(&[]).unwrap();
        let security = r#"[[{"scheme":"token"},{"scheme":"key"}],[{"scheme":"login"}],
            [{"scheme":"odd"}],[{"scheme":"mtls"}]]"#;
        assert!(matches!(chosen(&none, security).await, Err(Unavailable::Missing)));
        assert!(!none.suffice(&binding(security)));
        assert_eq!(
            variables(&descriptor::api(API).unwrap(), &binding(security), |_| false),
            "X_TOKEN and X_KEY, or X_LOGIN (or X_LOGIN_CLIENT_ID and X_LOGIN_CLIENT_SECRET), \
             or X_CLIENT_CERT_FILE and X_CLIENT_KEY_FILE"
        );
        let api = descriptor::api(API).unwrap();
        let anonymous = Credentials::new(&api, BTreeMap::new(), true).unwrap();
        assert!(chosen(&anonymous, security).await.is_ok());
        let shown = BTreeMap::from([("mtls".to_owned(), Source::Certificate)]);
        let shown = Credentials::new(&api, shown, false).unwrap();
        assert!(chosen(&shown, security).await.unwrap().headers.is_empty());
    }

    #[test]
    fn secrets_that_cannot_be_sent_are_refused_without_showing_them() {
        for (scheme, secret) in [
            ("token", "canary\r\nX: y"),
            ("basic", "canary"),
            ("odd", "canary"),
            ("token", " "),
            ("nobody", "canary"),
        ] {
            let error = credentials(&[(scheme, secret)]).unwrap_err();
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }
}
