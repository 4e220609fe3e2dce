//! Tokens that the issuer signed.

use http::request::Parts;
use toolwright_core::BoxFuture;
use toolwright_http::fetch::{Fetch, Rules};

use super::Verifier;
use super::claims::{Claims, Expected};
use super::error::{ConfigError, VerifyError};
use super::keys::{Keys, Source};
use super::setup;
use super::token::InboundToken;
use super::verified::Verified;
use crate::jose::{Algorithm, Compact, JwkSet};

/// What is allowed unless something else is.
const USUAL: [Algorithm; 4] =
    [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa];

/// Verifies access tokens that are JWTs, by the keys of their issuer.
///
/// Checked are: the algorithm (RS256, PS256, ES256 or EdDSA unless others are named; never one
/// whose key is a shared secret), `typ` (`at+jwt` or `JWT`, if there is one), the signature by a
/// key of the issuer that is for it, `iss` and `aud` byte by byte, `exp` (which there has to be),
/// `nbf` and `iat`, with 60 seconds for clocks that differ, and that it is no token for identity or
/// for refreshing, as far as it says. Who presents it is its `sub`, or without one `client`, the
/// character U+001F and the id of the client: no `sub` may have such characters, so that nobody can
/// have a program's name.
///
/// Keys are found by the issuer's metadata and fetched when the first token comes, again when a
/// token names one that is not known (at most once a minute), and every hour. If that fails, the
/// last ones are used for a day.
///
/// ```
/// use toolwright_auth::{Algorithm, verify::JwtVerifier};
///
/// let verifier = JwtVerifier::new("https://login.example.com/realms/main")
///     .jwks_url("https://login.example.com/realms/main/certs")
///     .algorithms([Algorithm::Es256]);
/// ```
///
/// Specification: RFC 9068, RFC 7519, RFC 8725.
#[derive(Debug, Clone)]
pub struct JwtVerifier {
    issuer: String,
    audiences: Option<Vec<String>>,
    algorithms: Vec<Algorithm>,
    needs_type: bool,
    source: Source,
    fetch: Fetch,
    rules: Rules,
    keys: Keys,
    fault: Option<ConfigError>,
}

impl JwtVerifier {
    /// For tokens of an issuer, whose name is exactly what `iss` says: a slash at the end counts.
    #[must_use]
    pub fn new(issuer: impl Into<String>) -> Self {
        let issuer = issuer.into();
        let (fetch, rules) = (Fetch::new(), setup::rules());
        let source = Source::Issuer(issuer.clone());
        let keys = Keys::new(source.clone(), fetch.clone(), rules.clone());
        let (audiences, algorithms) = (Some(Vec::new()), USUAL.to_vec());
        let (needs_type, fault) = (false, None);
        Self { issuer, audiences, algorithms, needs_type, source, fetch, rules, keys, fault }
    }

    /// Where the issuer has its keys, if its metadata shall not be asked.
    #[must_use]
    pub fn jwks_url(self, url: impl Into<String>) -> Self {
        self.from(Source::Url(url.into()))
    }

    /// The issuer's keys themselves: a JSON Web Key Set. Then nothing is fetched, and keys are
    /// never changed.
    #[must_use]
    pub fn jwks(mut self, json: &str) -> Self {
        match JwkSet::read(json.as_bytes()) {
            Ok(set) if !set.is_empty() => self.from(Source::Given(set)),
            Ok(_) => {
                let text = "the key set that was given has no public key for signatures";
                self.fault = Some(ConfigError(text.to_owned()));
                self
            }
            Err(error) => {
                self.fault = Some(ConfigError(format!("the key set that was given: {error}")));
                self
            }
        }
    }

    /// What tokens have to be issued for, instead of the URI of the protected resource. Given
    /// several times, any of them will do.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.get_or_insert_default().push(audience.into());
        self
    }

    /// Takes tokens whatever they were issued for. This is dangerous: whoever runs another server
    /// that people log in to by the same issuer can use their tokens here.
    #[must_use]
    pub fn danger_any_audience(mut self) -> Self {
        self.audiences = None;
        self
    }

    /// The algorithms that are allowed, instead of the usual ones.
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Takes tokens only if their `typ` is `at+jwt`.
    #[must_use]
    pub fn typed_only(mut self) -> Self {
        self.needs_type = true;
        self
    }

    /// Fetches keys in another way: through a proxy, or trusting certificates of your own.
    #[must_use]
    pub fn fetch(mut self, fetch: Fetch) -> Self {
        self.fetch = fetch;
        let source = self.source.clone();
        self.from(source)
    }

    /// Fetches keys by other rules than [`Rules::configured`] and 5 seconds.
    ///
    /// ```
    /// use toolwright_auth::verify::JwtVerifier;
    /// use toolwright_http::fetch::Rules;
    ///
    /// // Without TLS, inside a network where nobody else is: for trials.
    /// let rules = Rules { https_only: false, ..Rules::configured() };
    /// let verifier = JwtVerifier::new("http://keycloak:8080/realms/main").rules(rules);
    /// ```
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        let source = self.source.clone();
        self.from(source)
    }

    fn from(mut self, source: Source) -> Self {
        self.keys = Keys::new(source.clone(), self.fetch.clone(), self.rules.clone());
        self.source = source;
        self
    }

    async fn read(&self, token: &InboundToken) -> Result<Verified, VerifyError> {
        if let Some(fault) = &self.fault {
            return Err(VerifyError::Unavailable(fault.to_string().into()));
        }
        let compact = Compact::read(token.expose())?;
        let algorithm = compact.header.algorithm;
        if !self.algorithms.contains(&algorithm) {
            return Err(VerifyError::Algorithm);
        }
        let is_access_token = compact.header.is_kind("at+jwt");
        let is_any = compact.header.kind.is_none() || compact.header.is_kind("JWT");
        if !is_access_token && (self.needs_type || !is_any) {
            return Err(VerifyError::Type);
        }
        let key_id = compact.header.key_id.as_deref();
        let mut keys = self.keys.known(key_id, algorithm);
        if keys.is_empty() {
            // Whoever asks is told of other issuers' tokens without asking ours.
            let claims = compact.unverified().map(Claims::new);
            let claims = claims.ok_or(VerifyError::Key)?;
            if claims.text("iss")? != Some(&self.issuer) {
                return Err(VerifyError::Issuer);
            }
            keys = self.keys.find(key_id, algorithm).await?;
        }
        let mut error = VerifyError::Key;
        for key in &keys {
            match compact.payload(key) {
                Ok(members) => return self.judge(Claims::new(members), token),
                Err(reason) => error = reason.into(),
            }
        }
        Err(error)
    }

    fn judge(&self, claims: Claims, token: &InboundToken) -> Result<Verified, VerifyError> {
        let audiences = setup::expected(self.audiences.as_deref(), token.resource());
        let audiences = audiences.as_deref();
        claims.is(&Expected { issuer: Some(&self.issuer), audiences })?;
        claims.is_for_access()?;
        claims.in_time(true)?;
        let verified = claims.verified(&self.issuer)?;
        verified.presented_as(token)?;
        Ok(verified)
    }
}

impl Verifier for JwtVerifier {
    fn verify<'a>(
        &'a self,
        token: &'a InboundToken,
        _: &'a Parts,
    ) -> BoxFuture<'a, Result<Verified, VerifyError>> {
        Box::pin(self.read(token))
    }

    fn check(&self, resource: &str) -> Result<(), ConfigError> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        if self.algorithms.is_empty() {
            return Err(ConfigError("no algorithm is allowed for access tokens".to_owned()));
        }
        setup::issuer(&self.issuer, &self.rules)?;
        setup::audiences(self.audiences.as_deref().unwrap_or_default(), resource)
    }
}
