//! The page that a person logs in on, and what the browser comes back with.
//!
//! Specification: OAuth 2.1 (draft 13), section 4.1; RFC 9207; `basic/authorization`, section
//! "Authorization Response Validation".

use std::fmt;

use toolwright_http::Secret;

use super::address::{Address, shown};
use super::error::{LoginError, legible};
use super::metadata::AuthorizationServer;
use super::scopes::Scopes;
use crate::{form, jose};

/// Bytes of what a browser comes back with.
const LONGEST: usize = 16 << 10;

/// The URL of a page to log in on. It is one of `https`, or of `http` on this machine; it has
/// neither a name or password in it, nor any character that a URL does not have. It still has to be
/// handed over as one argument, never through a shell.
///
/// Printing it shows nothing of its query.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationUrl(String);

impl AuthorizationUrl {
    #[cfg(test)]
    pub(crate) fn unchecked(url: &str) -> Self {
        Self(url.to_owned())
    }

    /// The URL itself, for the one place that opens it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AuthorizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuthorizationUrl").field(&shown(&self.0)).finish()
    }
}

/// A login that has begun, and what its end has to look like. Everything that belongs to it stands
/// here together, so that nothing of one login can be taken for that of another.
#[derive(Debug, Clone)]
pub struct Page {
    url: AuthorizationUrl,
    issuer: String,
    promises_iss: bool,
    redirect_uri: String,
    state: Secret,
    pub(crate) verifier: Secret,
}

impl Page {
    /// Begins a login. `key` is the thumbprint of the key that tokens are bound to.
    ///
    /// # Errors
    /// The server does not log people in, does not know PKCE, or there are no random numbers.
    pub(crate) fn new(
        server: &AuthorizationServer,
        client: &str,
        redirect_uri: &str,
        resource: &str,
        scopes: &Scopes,
        key: Option<&str>,
    ) -> Result<Self, LoginError> {
        if !server.knows_pkce() {
            return Err(LoginError::Pkce { issuer: shown(&server.issuer) });
        }
        let Some(endpoint) = &server.authorize else {
            let reason = format!("`{}` has no page to log in on", shown(&server.issuer));
            return Err(LoginError::Discovery { reason });
        };
        let random = || {
            let reason = "the system has no random numbers".to_owned();
            jose::random_text().map(Secret::new).map_err(|_| LoginError::Setup { reason })
        };
        let (state, verifier) = (random()?, random()?);
        let challenge = jose::sha256_text(verifier.expose());
        let scope = scopes.text();
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", redirect_uri),
            ("state", state.expose()),
            ("code_challenge", &*challenge),
            ("code_challenge_method", "S256"),
            ("resource", resource),
        ];
        if !scopes.is_empty() {
            query.push(("scope", &*scope));
        }
        // So that the code is of no use without the key (RFC 9449, section 10).
        query.extend(key.map(|key| ("dpop_jkt", key)));
        if scopes.has("offline_access") {
            // Without it, OpenID providers leave that scope out.
            query.push(("prompt", "consent"));
        }
        Ok(Self {
            url: AuthorizationUrl(with_query(endpoint, &form::encode(query))),
            issuer: server.issuer.clone(),
            promises_iss: server.metadata.authorization_response_iss_parameter_supported,
            redirect_uri: redirect_uri.to_owned(),
            state,
            verifier,
        })
    }

    /// The page to open.
    #[must_use]
    pub fn url(&self) -> &AuthorizationUrl {
        &self.url
    }

    /// Whose page it is, as a person may be shown it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether a URL that the browser came back to belongs to this login, whatever it says: whether
    /// the person agreed or not. A listener keeps waiting as long as it does not. Nothing changes by
    /// asking.
    ///
    /// # Errors
    /// It does not belong to it.
    pub fn accepts(&self, callback: &str) -> Result<(), LoginError> {
        self.answer(callback).map(drop)
    }

    /// The code that came back.
    ///
    /// # Errors
    /// What came does not belong to this login, or the server refuses.
    pub(crate) fn code(&self, callback: &str) -> Result<Secret, LoginError> {
        let answer = self.answer(callback)?;
        if let Some(code) = answer.error {
            let description = answer.description.as_deref().map(legible);
            return Err(LoginError::Refused { code: legible(&code), description });
        }
        let missing = LoginError::Callback { reason: "there is no code" };
        answer.code.filter(|code| !code.expose().is_empty()).ok_or(missing)
    }

    /// Reads what came back. `state` is compared before anything else is looked at, then who it
    /// comes from, and only then what it says.
    fn answer(&self, callback: &str) -> Result<Answer, LoginError> {
        let no = |reason| Err(LoginError::Callback { reason });
        let mixed = |reason| Err(LoginError::MixedUp { reason });
        if callback.len() > LONGEST {
            return no("it is too long");
        }
        let (place, query) = callback.split_once('?').unwrap_or((callback, ""));
        if !place.is_empty() && place != self.redirect_uri {
            return no("it is another address than the one that was agreed on");
        }
        let query = query.split('#').next().unwrap_or_default();
        let Some(pairs) = form::decode(query) else { return no("it cannot be read") };
        let mut answer = Answer::default();
        let (mut state, mut issuer) = (None, None);
        for (name, value) in pairs {
            let place = match &*name {
                "state" => &mut state,
                "iss" => &mut issuer,
                "error" => &mut answer.error,
                "error_description" => &mut answer.description,
                "code" => {
                    if answer.code.replace(value.into()).is_some() {
                        return no("something stands in it twice");
                    }
                    continue;
                }
                _ => continue,
            };
            if place.replace(value).is_some() {
                return no("something stands in it twice");
            }
        }
        if !state.is_some_and(|state| jose::is_same(&state, self.state.expose())) {
            return no("its `state` is not that of this login");
        }
        match issuer {
            Some(issuer) if issuer == self.issuer => Ok(answer),
            Some(_) => mixed("its `iss` is not the one that was asked"),
            None if self.promises_iss => mixed("it has no `iss`, which the server promised"),
            None => Ok(answer),
        }
    }
}

#[derive(Debug, Default)]
struct Answer {
    code: Option<Secret>,
    error: Option<String>,
    description: Option<String>,
}

fn with_query(endpoint: &Address, query: &str) -> String {
    let url = endpoint.as_str();
    match url.find('?') {
        None => format!("{url}?{query}"),
        Some(_) if url.ends_with(['?', '&']) => format!("{url}{query}"),
        Some(_) => format!("{url}&{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "http://127.0.0.1:1/callback";

    fn page(promises: bool) -> Page {
        let server = AuthorizationServer {
            issuer: "https://login.example".to_owned(),
            token: Address::read("https://login.example/token").unwrap(),
            authorize: Some(Address::read("https://login.example/authorize?tenant=1").unwrap()),
            register: None,
            metadata: serde_json::from_value(serde_json::json!({
                "issuer": "https://login.example",
                "code_challenge_methods_supported": ["plain", "S256"],
                "authorization_response_iss_parameter_supported": promises,
            }))
            .unwrap(),
            is_assumed: false,
        };
        let scopes = Scopes::read("a b");
        Page::new(&server, "c&d", HERE, "https://a.example/mcp", &scopes, None).unwrap()
    }

    #[test]
    fn pages_say_what_is_wanted() {
        let page = page(true);
        let (begin, query) = page.url().as_str().split_once("?tenant=1&").unwrap();
        assert_eq!(begin, "https://login.example/authorize");
        let pairs = form::decode(query).unwrap();
        let find = |name: &str| {
            let mut found = pairs.iter().filter(|(known, _)| known == name);
            let first = found.next().map(|(_, value)| value.as_str());
            assert!(found.next().is_none());
            first
        };
        assert_eq!(find("client_id"), Some("c&d"));
        assert_eq!(find("resource"), Some("https://a.example/mcp"));
        assert_eq!(find("scope"), Some("a b"));
        assert_eq!(find("code_challenge_method"), Some("S256"));
        assert_eq!(find("code_challenge"), Some(&*jose::sha256_text(page.verifier.expose())));
        assert_eq!(find("prompt"), None);
        let shown = format!("{page:?}");
        assert!(!shown.contains(page.state.expose()) && !shown.contains("code_challenge"));
    }

    #[test]
    fn only_what_belongs_to_a_login_is_taken() {
        let issuer = "iss=https%3A%2F%2Flogin.example";
        for promises in [true, false] {
            let page = page(promises);
            let state = page.state.expose().to_owned();
            let code = |rest: &str| page.code(&format!("{HERE}?{rest}"));
            let good = format!("state={state}&code=canary&{issuer}");
            assert_eq!(code(&good).unwrap().expose(), "canary");
            assert_eq!(page.code(&format!("?{good}#x")).unwrap().expose(), "canary");
            assert_eq!(code(&format!("state={state}&code=a")).is_ok(), !promises);
            for bad in [
                String::new(),
                format!("code=a&{issuer}"),
                format!("state=&code=a&{issuer}"),
                format!("state={state}x&code=a&{issuer}"),
                format!("state={state}&state={state}&code=a&{issuer}"),
                format!("state={state}&code=a&code=b&{issuer}"),
                format!("{good}&{issuer}"),
                format!("state={state}&code=a&iss=https%3A%2F%2Flogin.example%2F"),
                format!("state={state}&code=a&iss=https%3A%2F%2FLogin.example"),
                format!("state={state}&code=a&iss=https%3A%2F%2Fevil.example"),
                format!("state={state}&code=a&iss="),
                format!("state={state}&code=%zz&{issuer}"),
                format!("state={state}&{issuer}"),
                format!("state={state}&code=&{issuer}"),
            ] {
                let found = code(&bad);
                let is_refused =
                    matches!(found, Err(LoginError::Callback { .. } | LoginError::MixedUp { .. }));
                assert!(is_refused, "{bad}: {found:?}");
            }
            for place in ["https://evil.example/callback", "http://127.0.0.1:2/callback"] {
                assert!(page.code(&format!("{place}?{good}")).is_err(), "{place}");
            }
            assert!(code(&format!("{good}&x={}", "x".repeat(LONGEST))).is_err());
        }
    }

    #[test]
    fn errors_of_others_are_not_shown() {
        let page = page(true);
        let state = page.state.expose().to_owned();
        let error = "error=access_denied&error_description=canary%1b%5b2J";
        let genuine = format!("?state={state}&{error}&iss=https%3A%2F%2Flogin.example");
        let found = page.code(&genuine).unwrap_err();
        let description = Some("canary?[2J".to_owned());
        assert_eq!(found, LoginError::Refused { code: "access_denied".to_owned(), description });
        page.accepts(&genuine).unwrap();
        for forged in [
            format!("?state={state}&{error}"),
            format!("?state={state}&{error}&iss=https%3A%2F%2Fevil.example"),
            format!("?state=x&{error}&iss=https%3A%2F%2Flogin.example"),
        ] {
            let found = page.code(&forged).unwrap_err();
            assert!(matches!(found, LoginError::Callback { .. } | LoginError::MixedUp { .. }));
            assert!(!found.to_string().contains("canary"));
        }
    }
}
