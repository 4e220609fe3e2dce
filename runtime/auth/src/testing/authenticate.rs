//! Which client asks, and proofs of possession.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::asked::Asked;
use super::client::{Authentication, Client};
use super::keys;
use super::reply::Refusal;
use super::state::{Shared, State};
use crate::form;

/// What says that a client authenticates by an assertion (RFC 7523).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl State {
    /// The client that asks, if it is who it says.
    pub(super) fn authenticate(
        &mut self,
        shared: &Shared,
        asked: &Asked,
    ) -> Result<Client, Refusal> {
        let refused = |why: &str| Refusal::new("invalid_client", why);
        if asked.headers.get_all("authorization").iter().count() > 1 {
            return Err(Refusal::new("invalid_request", "two headers say who asks"));
        }
        let ways = [
            asked.header("authorization").is_some(),
            asked.parameter("client_secret").is_some(),
            asked.parameter("client_assertion").is_some(),
        ];
        if ways.iter().filter(|&&way| way).count() > 1 {
            return Err(Refusal::new("invalid_request", "the client authenticates twice"));
        }
        if let Some(header) = asked.header("authorization") {
            let (id, secret) = basic(header).ok_or_else(|| refused("this is not `Basic`"))?;
            let client = self.client(&id).ok_or_else(|| refused("this client is not known"))?;
            return match &client.authentication {
                Authentication::Basic(known) if *known == secret => Ok(client),
                _ => Err(refused("the secret is wrong, or has to be in the form")),
            };
        }
        if let Some(assertion) = asked.parameter("client_assertion") {
            if asked.parameter("client_assertion_type") != Some(ASSERTION) {
                return Err(refused("this type of assertion is not known"));
            }
            return self.assertion(shared, assertion);
        }
        let id = asked.parameter("client_id").ok_or_else(|| refused("no client is named"))?;
        let client = self.client(id).ok_or_else(|| refused("this client is not known"))?;
        match (&client.authentication, asked.parameter("client_secret")) {
            (Authentication::None, None) => Ok(client),
            (Authentication::Post(known), Some(secret)) if known == secret => Ok(client),
            _ => Err(refused("the client has to authenticate in another way")),
        }
    }

    /// A client that signs (RFC 7523, section 3): `iss` and `sub` are the client, `aud` is this
    /// issuer and nothing else, and it counts once and briefly.
    fn assertion(&mut self, shared: &Shared, assertion: &str) -> Result<Client, Refusal> {
        let refused = |why: &str| Refusal::new("invalid_client", why);
        let told = keys::peek(assertion).ok_or_else(|| refused("the assertion is no JWT"))?;
        let id = told.claims.get("sub").and_then(Value::as_str).unwrap_or_default();
        let client = self.client(id).ok_or_else(|| refused("this client is not known"))?;
        let Authentication::Keys(keys) = &client.authentication else {
            return Err(refused("this client does not sign"));
        };
        let told = keys::verify(assertion, keys)
            .ok_or_else(|| refused("the assertion is not signed by the client's key"))?;
        let claim = |name: &str| told.claims.get(name).cloned().unwrap_or_default();
        let (now, exp) = (self.now(), claim("exp").as_i64());
        if claim("iss") != *id || claim("aud") != *shared.issuer {
            return Err(refused("`iss` or `aud` of the assertion is wrong"));
        }
        if exp.is_none_or(|exp| exp <= now || exp > now + 600) {
            return Err(refused("the assertion is too old, or lasts too long"));
        }
        match claim("jti").as_str() {
            Some(jti) if self.is_new(format!("assertion {jti}")) => Ok(client),
            _ => Err(refused("the assertion has no `jti`, or was used before")),
        }
    }

    /// The key that tokens will be bound to (RFC 9449, section 5).
    pub(super) fn proof(
        &mut self,
        shared: &Shared,
        asked: &Asked,
    ) -> Result<Option<String>, Refusal> {
        let refused = |why: &str| Refusal::new("invalid_dpop_proof", why);
        let mut proofs = asked.headers.get_all("dpop").iter();
        let Some(proof) = proofs.next() else {
            let is_needed = self.behaviour.needs_dpop;
            return if is_needed { Err(refused("a proof is needed")) } else { Ok(None) };
        };
        if proofs.next().is_some() {
            return Err(refused("there are two proofs"));
        }
        let proof = proof.to_str().map_err(|_| refused("the proof is no JWT"))?;
        let key = keys::peek(proof).and_then(|told| told.header.get("jwk").cloned());
        let key = key.ok_or_else(|| refused("the proof names no key"))?;
        let told = keys::verify(proof, &key).ok_or_else(|| refused("the signature is wrong"))?;
        let claim = |name: &str| told.claims.get(name).cloned().unwrap_or_default();
        let is_typed = told.header.get("typ").is_some_and(|typ| typ == "dpop+jwt");
        if !is_typed || key.get("d").is_some() {
            return Err(refused("`typ` is wrong, or the key is not public"));
        }
        let here = format!("{}/token", shared.issuer);
        if claim("htm") != *"POST" || claim("htu") != *here {
            return Err(refused("the proof is for another request"));
        }
        let age = claim("iat").as_i64().map(|iat| self.now() - iat);
        if age.is_none_or(|age| age.abs() > 300) {
            return Err(refused("the proof is of another time"));
        }
        if let Some(nonce) = self.behaviour.dpop_nonce.clone()
            && claim("nonce") != *nonce
        {
            let refusal = Refusal::new("use_dpop_nonce", "the proof needs a nonce");
            return Err(Refusal { nonce: Some(nonce), ..refusal });
        }
        match claim("jti").as_str() {
            Some(jti) if self.is_new(format!("proof {jti}")) => {}
            _ => return Err(refused("the proof has no `jti`, or was used before")),
        }
        keys::thumbprint(&key).map(Some).ok_or_else(|| refused("the key is of no known kind"))
    }
}

/// Name and secret of `Basic`, which are encoded as in forms first.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, rest) = header.split_once(' ')?;
    let both = STANDARD.decode(rest.trim()).ok()?;
    let both = String::from_utf8(both).ok()?;
    let (id, secret) = both.split_once(':')?;
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    is_basic.then_some((form::decode_part(id)?, form::decode_part(secret)?))
}
