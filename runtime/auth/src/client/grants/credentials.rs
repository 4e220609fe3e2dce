//! Who a client is, for an authorization server.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, json};
use toolwright_http::Secret;

use crate::form;
use crate::jose::{Algorithm, JoseError, SigningKey, random_text};

/// How long an assertion counts.
const ASSERTION: Duration = Duration::from_secs(60);
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Who a client is, for one authorization server, and how it proves that.
///
/// ```
/// use toolwright_auth::SigningKey;
/// use toolwright_auth::client::Credentials;
///
/// # fn load(pem: &str) -> Result<(), toolwright_auth::JoseError> {
/// let with_key = Credentials::key("reporter", SigningKey::from_pem(pem)?).key_id("2026-11");
/// # Ok(())
/// # }
/// let with_secret = Credentials::secret("reporter", "from the environment");
/// // Nothing secret is printed.
/// assert!(!format!("{with_secret:?}").contains("environment"));
/// ```
///
/// Specification: `basic/authorization/client-registration`; RFC 6749, section 2.3; RFC 7523.
#[derive(Debug, Clone)]
#[must_use]
pub struct Credentials {
    id: String,
    proof: Proof,
}

#[derive(Debug, Clone)]
enum Proof {
    None,
    Secret { secret: Secret, place: Option<Place> },
    Key { key: SigningKey, algorithm: Option<Algorithm>, id: Option<String> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Header,
    Form,
}

/// What a request for tokens says about who sends it.
#[derive(Debug, Default)]
pub(crate) struct Identified {
    pub(crate) headers: HeaderMap,
    pub(crate) form: Vec<(&'static str, Secret)>,
}

impl Credentials {
    /// A client that proves nothing, such as a program on the machines of its users.
    pub fn public(id: impl Into<String>) -> Self {
        Self { id: id.into(), proof: Proof::None }
    }

    /// A client with a secret. It is sent to the origin of the issuer only, unless another place is
    /// given or allowed. There it goes into the header `Authorization`, or into the form if the
    /// authorization server takes it there only.
    pub fn secret(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self { id: id.into(), proof: Proof::Secret { secret: secret.into(), place: None } }
    }

    /// A client that signs assertions with a key whose public half the authorization server
    /// knows (`private_key_jwt`): the key itself is never sent.
    pub fn key(id: impl Into<String>, key: SigningKey) -> Self {
        Self { id: id.into(), proof: Proof::Key { key, algorithm: None, id: None } }
    }

    /// Sends the secret in the header `Authorization`, whatever the server says
    /// (`client_secret_basic`).
    pub fn in_header(self) -> Self {
        self.at(Place::Header)
    }

    /// Sends the secret in the form, whatever the server says (`client_secret_post`).
    pub fn in_form(self) -> Self {
        self.at(Place::Form)
    }

    /// Signs with this algorithm, for keys of RSA, which can several.
    pub fn algorithm(mut self, with: Algorithm) -> Self {
        if let Proof::Key { algorithm, .. } = &mut self.proof {
            *algorithm = Some(with);
        }
        self
    }

    /// The name under which the authorization server knows the key (`kid`), for those that have
    /// several of a client.
    pub fn key_id(mut self, name: impl Into<String>) -> Self {
        if let Proof::Key { id, .. } = &mut self.proof {
            *id = Some(name.into());
        }
        self
    }

    /// The client's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether whoever is sent a request could send others like it.
    pub(crate) fn is_secret(&self) -> bool {
        matches!(self.proof, Proof::Secret { .. })
    }

    /// What goes with a request to the authorization server with this issuer, which takes these
    /// methods, if it says so.
    pub(crate) fn identify(
        &self,
        issuer: &str,
        methods: Option<&[String]>,
    ) -> Result<Identified, JoseError> {
        let mut identified = Identified::default();
        match &self.proof {
            Proof::None => identified.form.push(("client_id", Secret::new(&*self.id))),
            Proof::Secret { secret, place } => match place.unwrap_or_else(|| Place::of(methods)) {
                Place::Header => {
                    let value = basic(&self.id, secret);
                    if let Ok(mut value) = HeaderValue::from_str(value.expose()) {
                        value.set_sensitive(true);
                        identified.headers.insert(AUTHORIZATION, value);
                    }
                    // Some servers find the client by the form, though it is in the header.
                    identified.form.push(("client_id", Secret::new(&*self.id)));
                }
                Place::Form => {
                    identified.form.push(("client_id", Secret::new(&*self.id)));
                    identified.form.push(("client_secret", secret.clone()));
                }
            },
            Proof::Key { key, algorithm, id } => {
                let algorithm = algorithm.unwrap_or_else(|| key.algorithm());
                let assertion = self.assertion(issuer, key, algorithm, id.as_deref())?;
                identified.form.push(("client_assertion_type", Secret::new(ASSERTION_TYPE)));
                identified.form.push(("client_assertion", Secret::new(assertion)));
            }
        }
        Ok(identified)
    }

    /// An assertion for one request (RFC 7523, section 3). Its audience is the issuer and nothing
    /// else, so that no other server can use it.
    fn assertion(
        &self,
        issuer: &str,
        key: &SigningKey,
        algorithm: Algorithm,
        key_id: Option<&str>,
    ) -> Result<String, JoseError> {
        let now = now();
        let mut header = Map::new();
        header.insert("typ".to_owned(), "JWT".into());
        if let Some(id) = key_id {
            header.insert("kid".to_owned(), id.into());
        }
        let claims = Map::from_iter([
            ("iss".to_owned(), json!(self.id)),
            ("sub".to_owned(), json!(self.id)),
            ("aud".to_owned(), json!(issuer)),
            ("jti".to_owned(), json!(random_text()?)),
            ("iat".to_owned(), json!(now)),
            ("exp".to_owned(), json!(now + ASSERTION.as_secs())),
        ]);
        key.sign(algorithm, header, &claims)
    }

    fn at(mut self, at: Place) -> Self {
        if let Proof::Secret { place, .. } = &mut self.proof {
            *place = Some(at);
        }
        self
    }
}

impl Place {
    /// The place that a server prefers; the header, if it does not say.
    fn of(methods: Option<&[String]>) -> Self {
        let Some(methods) = methods else { return Self::Header };
        let takes = |name: &str| methods.iter().any(|method| method == name);
        if takes("client_secret_post") && !takes("client_secret_basic") {
            Self::Form
        } else {
            Self::Header
        }
    }
}

/// `Basic`, of names that are encoded as in forms first (RFC 6749, section 2.3.1).
fn basic(id: &str, secret: &Secret) -> Secret {
    let mut both = String::new();
    form::part(&mut both, id);
    both.push(':');
    form::part(&mut both, secret.expose());
    let both = Secret::new(both);
    Secret::new(format!("Basic {}", STANDARD.encode(both.expose())))
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn secrets_go_where_the_server_takes_them() {
        let both = Credentials::secret("a b", "s:ü");
        let header = |methods: Option<&[String]>| {
            let identified = both.identify("https://a.example", methods).unwrap();
            identified.headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned())
        };
        // `a%20b:s%3A%C3%BC`
        let basic = Some("Basic YSUyMGI6cyUzQSVDMyVCQw==".to_owned());
        assert_eq!(header(None), basic);
        assert_eq!(header(Some(&words(&["client_secret_post", "client_secret_basic"]))), basic);
        assert_eq!(header(Some(&words(&["none", "client_secret_post"]))), None);
        let form = both.clone().in_form().identify("https://a.example", None).unwrap().form;
        assert_eq!(form[1], ("client_secret", Secret::new("s:ü")));
        let form = both.in_header().identify("https://a.example", None).unwrap().form;
        assert_eq!(form, [("client_id", Secret::new("a b"))], "the secret is in the header alone");
    }

    #[test]
    fn assertions_are_for_one_issuer_and_one_request() {
        let key = SigningKey::generate().unwrap();
        let credentials = Credentials::key("reporter", key).key_id("k1");
        let assertion = || {
            let identified = credentials.identify("https://a.example", None).unwrap();
            assert_eq!(identified.form.len(), 2);
            identified.form[1].1.expose().to_owned()
        };
        let [first, second] = [assertion(), assertion()].map(|assertion| {
            let parts: Vec<_> = assertion.split('.').map(str::to_owned).collect();
            let part = |at: usize| -> serde_json::Value {
                serde_json::from_slice(&crate::jose::decode(&parts[at]).unwrap()).unwrap()
            };
            assert_eq!(part(0), json!({"alg": "ES256", "kid": "k1", "typ": "JWT"}));
            part(1)
        });
        assert_eq!(first["aud"], "https://a.example");
        assert_eq!((&first["iss"], &first["sub"]), (&json!("reporter"), &json!("reporter")));
        assert!(first["exp"].as_u64().unwrap() - first["iat"].as_u64().unwrap() <= 60);
        assert_ne!(first["jti"], second["jti"]);
    }
}
