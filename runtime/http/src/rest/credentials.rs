//! Which credentials a call carries, and in what form.

use std::collections::BTreeMap;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::Error;
use super::base64;
use super::descriptor::{Api, Binding, Place, SchemeKind, SecurityScheme};
use super::encode::{CookiePart, HeaderPart, QueryPart};
use super::secret::Secret;
use super::style::Pair;

/// The secrets of an API, ready to be sent, by security scheme.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credentials(BTreeMap<String, Credential>);

#[derive(Debug, Clone)]
struct Credential {
    secret: Secret,
    form: Form,
}

/// Where a secret goes. Holds it encoded, so it doesn't print either.
#[derive(Clone)]
enum Form {
    Header(HeaderName, HeaderValue),
    Query(Pair),
    Cookie(Secret),
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Header(..) => "Header([redacted])",
            Self::Query(_) => "Query([redacted])",
            Self::Cookie(_) => "Cookie([redacted])",
        })
    }
}

/// What one call carries.
#[derive(Default)]
pub(crate) struct Sent<'a> {
    pub(crate) headers: Vec<(&'a HeaderName, &'a HeaderValue)>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) cookies: Vec<&'a str>,
    /// The secrets themselves, to keep them out of what is shown.
    pub(crate) secrets: Vec<&'a Secret>,
}

impl Credentials {
    /// Prepares secrets for the schemes they belong to.
    pub(crate) fn new(api: &Api, secrets: BTreeMap<String, Secret>) -> Result<Self, Error> {
        let mut credentials = BTreeMap::new();
        for (name, secret) in secrets {
            let Some(scheme) = api.security_schemes.get(&name) else {
                return Err(Error::UnknownScheme(name));
            };
            let form = form(scheme, &secret)
                .map_err(|reason| Error::Secret { scheme: name.clone(), reason })?;
            credentials.insert(name, Credential { secret, form });
        }
        Ok(Self(credentials))
    }

    /// What a call to `binding` carries: the first alternative whose secrets are all there.
    /// Without one the call goes out bare, and the upstream says whether it minds.
    pub(crate) fn choose(&self, binding: &Binding) -> Sent<'_> {
        let mut sent = Sent::default();
        let complete = binding.security.iter().find_map(|alternative| {
            let all: Option<Vec<&Credential>> =
                alternative.iter().map(|used| self.0.get(&used.scheme)).collect();
            all.filter(|all| !all.is_empty())
        });
        for credential in complete.unwrap_or_default() {
            match &credential.form {
                Form::Header(name, value) => sent.headers.push((name, value)),
                Form::Query(pair) => sent.pairs.push(pair.clone()),
                Form::Cookie(cookie) => sent.cookies.push(cookie.expose()),
            }
            sent.secrets.push(&credential.secret);
        }
        sent
    }
}

/// The environment variables that would hold credentials for `binding`, for hints.
pub(crate) fn variables(api: &Api, binding: &Binding) -> Vec<String> {
    let mut variables: Vec<String> = Vec::new();
    for used in binding.security.iter().flatten() {
        if let Some(scheme) = api.security_schemes.get(&used.scheme)
            && !variables.contains(&scheme.env)
        {
            variables.push(scheme.env.clone());
        }
    }
    variables
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
        SchemeKind::Bearer => {
            let token = text.strip_prefix("Bearer ").unwrap_or(text);
            Ok(Form::Header(AUTHORIZATION, sensitive(&format!("Bearer {token}"))?))
        }
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
        "odd":{"type":"unsupported","scheme":"digest","env":"X_ODD"}}}"#;

    fn credentials(secrets: &[(&str, &str)]) -> Result<Credentials, Error> {
        let secrets = secrets
            .iter()
            .map(|(scheme, secret)| (scheme.to_string(), Secret::from(*secret)))
            .collect();
        Credentials::new(&descriptor::api(API).unwrap(), secrets)
    }

    fn binding(security: &str) -> Binding {
        serde_json::from_str(&format!(r#"{{"method":"GET","path":"/","security":{security}}}"#))
            .unwrap()
    }

    #[test]
    fn the_first_complete_alternative_is_sent() {
        let credentials = credentials(&[("basic", "u:p-canary"), ("key", "k&canary")]).unwrap();
        let both = r#"[[{"scheme":"token"}],[{"scheme":"key"},{"scheme":"basic"}]]"#;
        let both = binding(both);
        let sent = credentials.choose(&both);
        assert_eq!(sent.pairs[0].0.as_str(), "api%20key");
        assert_eq!(sent.pairs[0].1.as_str(), "k%26canary");
        assert_eq!(sent.headers[0].1, "Basic dTpwLWNhbmFyeQ==");
        assert!(sent.headers[0].1.is_sensitive());
        let optional = binding(r#"[[],[{"scheme":"token"}]]"#);
        assert!(credentials.choose(&optional).headers.is_empty());
        assert!(!format!("{credentials:?}").contains("canary"));
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
