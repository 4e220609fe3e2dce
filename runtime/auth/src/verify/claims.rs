//! What a token says, read strictly: what is there and of a wrong type is an error, never absent.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};
use toolwright_core::context::Principal;

use super::error::VerifyError;
use super::verified::Verified;

/// How far clocks may differ, in seconds.
const SKEW: f64 = 60.0;
/// Characters of names.
const LONGEST: usize = 2048;

/// The claims of a token, or what an authorization server says of one.
#[derive(Debug)]
pub(super) struct Claims(Map<String, Value>);

/// What has to be so.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    /// Who issues tokens; `None` if whoever it is was asked.
    pub(super) issuer: Option<&'a str>,
    /// What tokens are issued for, any of these; `None` if that shall not matter.
    pub(super) audiences: Option<&'a [&'a str]>,
}

impl Claims {
    pub(super) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// Whether its time has come and is not over.
    ///
    /// # Errors
    /// It is not so, or there is no end where there has to be one.
    pub(super) fn in_time(&self, needs_end: bool) -> Result<(), VerifyError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let (end, start) = (self.time("exp")?, self.time("nbf")?);
        let issued = self.time("iat")?;
        match end {
            None if needs_end => return Err(VerifyError::Claim("exp")),
            Some(end) if now - SKEW >= end => return Err(VerifyError::Expired),
            _ => {}
        }
        if [start, issued].into_iter().flatten().any(|from| now + SKEW < from) {
            return Err(VerifyError::NotYetValid);
        }
        Ok(())
    }

    /// Whether it is what is expected, byte by byte.
    ///
    /// # Errors
    /// It is not.
    pub(super) fn is(&self, expected: &Expected<'_>) -> Result<(), VerifyError> {
        if let Some(issuer) = expected.issuer
            && self.text("iss")?.ok_or(VerifyError::Claim("iss"))? != issuer
        {
            return Err(VerifyError::Issuer);
        }
        let audience = self.texts("aud")?;
        let Some(audiences) = expected.audiences else { return Ok(()) };
        if audience.is_empty() {
            return Err(VerifyError::Claim("aud"));
        }
        if audience.iter().any(|is| audiences.contains(is)) {
            return Ok(());
        }
        let plain = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
        let differs_by_slash =
            audience.iter().any(|is| audiences.iter().any(|expected| plain(is) == plain(expected)));
        Err(VerifyError::Audience {
            expected: audiences.first().copied().unwrap_or_default().to_owned(),
            hint: if differs_by_slash {
                "; they differ by the slash at the end, and are compared byte by byte: give the \
                 resource the URI that the authorization server puts into tokens"
            } else {
                ""
            },
        })
    }

    /// Whether it is an access token, as far as it says: issuers sign other tokens with the same
    /// keys, and have names of their own for what they are.
    ///
    /// # Errors
    /// It is a token for identity, for refreshing or for logging out.
    pub(super) fn is_for_access(&self) -> Result<(), VerifyError> {
        let says = |name: &'static str, kinds: &[&str]| -> Result<bool, VerifyError> {
            let said = self.text(name)?;
            Ok(said.is_none_or(|said| kinds.iter().any(|kind| kind.eq_ignore_ascii_case(said))))
        };
        // Digests of the tokens that come with an identity.
        let is_identity = ["at_hash", "c_hash"].iter().any(|name| self.0.contains_key(*name));
        let is_so = says("typ", &["bearer", "dpop", "access", "at+jwt", "jwt"])?
            && says("token_use", &["access", "access_token"])?
            && says("token_type", &["bearer", "dpop", "access", "access_token"])?;
        if is_so && !is_identity { Ok(()) } else { Err(VerifyError::Type) }
    }

    /// Who presents it.
    ///
    /// # Errors
    /// It does not say, or in a wrong way.
    pub(super) fn verified(self, issuer: &str) -> Result<Verified, VerifyError> {
        let client = match self.text("client_id")? {
            Some(client) => Some(client),
            None => self.text("azp")?,
        };
        let subject = match (self.text("sub")?, client) {
            (Some(subject), _) => subject.to_owned(),
            // Programs that act for nobody. No `sub` has a control character, so nobody is taken
            // for one.
            (None, Some(client)) => format!("client\u{1f}{client}"),
            (None, None) => return Err(VerifyError::Claim("sub")),
        };
        let (client, thumbprint) = (client.map(str::to_owned), self.confirmation()?);
        let (scopes, audience) = (self.scopes()?, owned(&self.texts("aud")?));
        let expires = self.time("exp")?.map(instant);
        let principal = Principal::new(issuer, subject).with_scopes(scopes).with_claims(self.0);
        let mut verified = Verified::new(principal).audience(audience);
        if let Some(client) = client {
            verified = verified.client_id(client);
        }
        if let Some(expires) = expires {
            verified = verified.expires_at(expires);
        }
        if let Some(thumbprint) = thumbprint {
            verified = verified.bound_to(thumbprint);
        }
        Ok(verified)
    }

    /// A text; an empty one is none, nor is one with control characters.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<&str>, VerifyError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text))
                if !text.is_empty()
                    && text.len() <= LONGEST
                    && !text.contains(char::is_control) =>
            {
                Ok(Some(text))
            }
            Some(_) => Err(VerifyError::Claim(name)),
        }
    }

    /// Whether a member is `true`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    /// One text, or several.
    fn texts(&self, name: &'static str) -> Result<Vec<&str>, VerifyError> {
        match self.0.get(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().ok_or(VerifyError::Claim(name))).collect()
            }
            Some(_) => Err(VerifyError::Claim(name)),
        }
    }

    /// What it allows: `scope`, or `scp` as others call it.
    fn scopes(&self) -> Result<Vec<String>, VerifyError> {
        let name = if self.0.contains_key("scope") { "scope" } else { "scp" };
        let texts = self.texts(name)?;
        let words = texts.iter().flat_map(|text| text.split(' ')).filter(|word| !word.is_empty());
        Ok(words.map(str::to_owned).collect())
    }

    /// The thumbprint of the key that it is bound to. To what else it may be bound is not known
    /// here, so that it cannot be taken.
    fn confirmation(&self) -> Result<Option<String>, VerifyError> {
        let Some(confirmation) = self.0.get("cnf") else { return Ok(None) };
        let members = confirmation.as_object().ok_or(VerifyError::Claim("cnf"))?;
        match (members.get("jkt"), members.len()) {
            (Some(Value::String(thumbprint)), 1) => Ok(Some(thumbprint.clone())),
            (Some(Value::String(_)), _) | (None, _) => Err(VerifyError::Bound),
            (Some(_), _) => Err(VerifyError::Claim("cnf")),
        }
    }

    /// Seconds since 1970.
    fn time(&self, name: &'static str) -> Result<Option<f64>, VerifyError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => match value.as_f64() {
                Some(seconds) if seconds.is_finite() => Ok(Some(seconds)),
                _ => Err(VerifyError::Claim(name)),
            },
        }
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Times that are further away than ten years count as ten.
fn instant(seconds: f64) -> SystemTime {
    let now = SystemTime::now();
    let latest = now + Duration::from_secs(10 * 366 * 24 * 3600);
    let since = Duration::try_from_secs_f64(seconds.max(0.0)).ok();
    let at = since.and_then(|since| UNIX_EPOCH.checked_add(since));
    at.map_or(latest, |at| at.min(latest))
}
