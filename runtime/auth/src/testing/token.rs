//! The token endpoint.

use std::io;

use serde_json::{Value, json};

use super::asked::Asked;
use super::authorize::resources;
use super::behaviour::Replay;
use super::client::{Authentication, Client};
use super::keys::{self, digest, random_text};
use super::reply::{Refusal, Reply, json, set};
use super::state::{Grant, Shared, State, Trusted};

/// The grant by an assertion (RFC 7523).
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The exchange of tokens (RFC 8693).
pub(super) const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// What identifies a person at another authorization server.
const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
/// Its type, in its header.
const ID_JAG_TYPE: &str = "oauth-id-jag+jwt";

/// Answers a request for tokens.
pub(super) fn token(shared: &Shared, asked: &Asked) -> Reply {
    let assertion = asked.parameter("assertion").and_then(|it| believed(shared, it));
    let mut state = shared.state();
    match grant(&mut state, shared, asked, assertion) {
        Ok(answer) => {
            let mut reply = json(200, &answer);
            if let Some(nonce) = &state.behaviour.dpop_nonce {
                set(&mut reply, http::HeaderName::from_static("dpop-nonce"), nonce);
            }
            reply
        }
        Err(refusal) => refusal.reply(),
    }
}

fn grant(
    state: &mut State,
    shared: &Shared,
    asked: &Asked,
    assertion: Option<keys::Token>,
) -> Result<Value, Refusal> {
    for name in ["grant_type", "code", "refresh_token", "client_id", "scope", "code_verifier"] {
        if asked.parameters(name).count() > 1 {
            return Err(Refusal::new("invalid_request", format!("`{name}` stands there twice")));
        }
    }
    if asked.query.iter().any(|(name, _)| name != "api-version") {
        return Err(Refusal::new("invalid_request", "parameters belong into the form"));
    }
    let kind = asked.parameter("grant_type").unwrap_or_default();
    let is_anonymous = kind == JWT_BEARER && asked.parameter("client_id").is_none();
    let client = match is_anonymous && asked.header("authorization").is_none() {
        true if asked.parameter("client_assertion").is_none() => None,
        _ => Some(state.authenticate(shared, asked)?),
    };
    if client.as_ref().is_some_and(|client| !client.may_use(kind)) {
        return Err(Refusal::new("unauthorized_client", "not with this kind of grant"));
    }
    let key = state.proof(shared, asked)?;
    match (kind, client) {
        ("authorization_code", Some(client)) => code(state, shared, asked, &client, key),
        ("refresh_token", Some(client)) => refresh(state, shared, asked, &client, key),
        ("client_credentials", Some(client)) => machine(state, shared, asked, &client, key),
        (TOKEN_EXCHANGE, Some(client)) => exchange(state, shared, asked, &client),
        (JWT_BEARER, client) => bearer(state, shared, asked, client.as_ref(), assertion, key),
        _ => Err(Refusal::new("unsupported_grant_type", "this kind is not supported")),
    }
}

fn code(
    state: &mut State,
    shared: &Shared,
    asked: &Asked,
    client: &Client,
    key: Option<String>,
) -> Result<Value, Refusal> {
    let refused = |why: &str| Refusal::new("invalid_grant", why);
    let text = asked.parameter("code").unwrap_or_default();
    let known = state.codes.get(text).cloned().ok_or_else(|| refused("no such code"))?;
    if known.grant.client != client.id {
        return Err(refused("the code is another client's"));
    }
    if known.is_used && state.behaviour.replay == Replay::Refused {
        state.end(&known.grant.family);
        return Err(refused("the code was used before"));
    }
    if let Some(known) = state.codes.get_mut(text) {
        known.is_used = true;
    }
    let verifier = asked.parameter("code_verifier").unwrap_or_default();
    if !(43..=128).contains(&verifier.len()) || known.challenge != Some(digest(verifier)) {
        return Err(refused("the verifier does not fit the challenge"));
    }
    if asked.parameter("redirect_uri").is_some_and(|url| known.redirect.as_deref() != Some(url)) {
        return Err(refused("`redirect_uri` is another one"));
    }
    if known.grant.key.is_some() && known.grant.key != key {
        return Err(Refusal::new("invalid_dpop_proof", "the code is bound to another key"));
    }
    let grant = narrowed(known.grant, asked, key)?;
    let behaviour = &state.behaviour;
    let offline = "offline_access".to_owned();
    let refreshes = behaviour.refreshes
        && (!behaviour.scopes.contains(&offline) || grant.scopes.contains(&offline));
    state.mint(&shared.issuer, &grant, refreshes).map_err(broken)
}

fn refresh(
    state: &mut State,
    shared: &Shared,
    asked: &Asked,
    client: &Client,
    key: Option<String>,
) -> Result<Value, Refusal> {
    let refused = |why: &str| Refusal::new("invalid_grant", why);
    let text = asked.parameter("refresh_token").unwrap_or_default();
    let known = state.refresh.get(text).cloned().ok_or_else(|| refused("no such token"))?;
    if known.grant.client != client.id {
        return Err(refused("the token is another client's"));
    }
    if known.is_used {
        state.end(&known.grant.family);
        return Err(refused("the token was used before"));
    }
    let is_public = matches!(client.authentication, Authentication::None);
    if is_public && known.grant.key.is_some() && known.grant.key != key {
        return Err(Refusal::new("invalid_dpop_proof", "the token is bound to another key"));
    }
    let mut grant = narrowed(known.grant, asked, key)?;
    if asked.parameter("scope").is_some() {
        let scopes = state.scopes(asked)?;
        if scopes.iter().any(|scope| !grant.scopes.contains(scope)) {
            return Err(Refusal::new("invalid_scope", "this is more than was granted"));
        }
        grant.scopes = scopes;
    }
    let rotates = state.behaviour.rotates;
    let answer = state.mint(&shared.issuer, &grant, rotates).map_err(broken)?;
    if rotates && let Some(known) = state.refresh.get_mut(text) {
        known.is_used = true;
    }
    Ok(answer)
}

fn machine(
    state: &mut State,
    shared: &Shared,
    asked: &Asked,
    client: &Client,
    key: Option<String>,
) -> Result<Value, Refusal> {
    if matches!(client.authentication, Authentication::None) {
        return Err(Refusal::new("unauthorized_client", "the client proves nothing"));
    }
    let grant = Grant {
        client: client.id.clone(),
        person: client.id.clone(),
        scopes: state.scopes(asked)?,
        resources: resources(asked)?,
        family: random_text().map_err(broken)?,
        key,
    };
    state.mint(&shared.issuer, &grant, false).map_err(broken)
}

/// What a person is known by elsewhere, for one who is known here by an ID token.
fn exchange(
    state: &mut State,
    shared: &Shared,
    asked: &Asked,
    client: &Client,
) -> Result<Value, Refusal> {
    let needed = |name: &'static str| {
        asked
            .parameter(name)
            .ok_or_else(|| Refusal::new("invalid_request", format!("`{name}` is missing")))
    };
    let is_known = needed("requested_token_type")? == ID_JAG
        && needed("subject_token_type")? == "urn:ietf:params:oauth:token-type:id_token";
    if !is_known {
        return Err(Refusal::new("invalid_request", "these types of tokens are not supported"));
    }
    let (audience, resource) = (needed("audience")?, needed("resource")?);
    let told = keys::verify(needed("subject_token")?, &state.jwks());
    let now = state.now();
    let told = told.filter(|told| {
        let claim = |name: &str| told.claims.get(name).cloned().unwrap_or_default();
        claim("iss") == *shared.issuer
            && claim("aud") == *client.id
            && claim("exp").as_i64().is_some_and(|exp| exp > now)
    });
    let told = told.ok_or_else(|| Refusal::new("invalid_grant", "the ID token does not count"))?;
    let scopes = state.scopes(asked)?;
    let elsewhere = state.behaviour.client_elsewhere.as_ref().unwrap_or(&client.id);
    let claims = json!({
        "iss": shared.issuer, "sub": told.claims.get("sub"), "aud": audience,
        "resource": resource, "client_id": elsewhere, "scope": scopes.join(" "),
        "jti": random_text().map_err(broken)?, "iat": now, "exp": now + 300,
    });
    let token = state.sign(ID_JAG_TYPE, &claims).map_err(broken)?;
    let mut answer = json!({
        "access_token": token, "issued_token_type": ID_JAG, "token_type": "N_A",
        "expires_in": 300, "scope": scopes.join(" "),
    });
    super::reply::replace(&mut answer, &state.behaviour.token_response);
    Ok(answer)
}

/// A token for who brings an assertion of somebody who is trusted.
fn bearer(
    state: &mut State,
    shared: &Shared,
    asked: &Asked,
    client: Option<&Client>,
    assertion: Option<keys::Token>,
    key: Option<String>,
) -> Result<Value, Refusal> {
    let refused = |why: &str| Refusal::new("invalid_grant", why);
    let told = assertion.ok_or_else(|| refused("nobody who is trusted signed the assertion"))?;
    let claim = |name: &str| told.claims.get(name).cloned().unwrap_or_default();
    if claim("aud") != *shared.issuer {
        return Err(refused("the assertion is for somebody else"));
    }
    if claim("exp").as_i64().is_none_or(|exp| exp <= state.now()) {
        return Err(refused("the assertion is too old"));
    }
    let mut resources = resources(asked)?;
    if told.header.get("typ").is_some_and(|typ| typ == ID_JAG_TYPE) {
        if client.is_none_or(|client| claim("client_id") != *client.id) {
            return Err(refused("the assertion is another client's"));
        }
        let resource = claim("resource");
        let resource = resource.as_str().ok_or_else(|| refused("`resource` is missing"))?;
        if resources.iter().any(|wanted| wanted != resource) {
            return Err(Refusal::new("invalid_target", "the assertion is for another resource"));
        }
        resources = vec![resource.to_owned()];
    }
    let subject = claim("sub").as_str().unwrap_or_default().to_owned();
    let grant = Grant {
        client: client.map_or(&subject, |client| &client.id).clone(),
        person: subject,
        scopes: state.scopes(asked)?,
        resources,
        family: random_text().map_err(broken)?,
        key,
    };
    state.mint(&shared.issuer, &grant, false).map_err(broken)
}

/// What an assertion says, if who signed it is trusted.
fn believed(shared: &Shared, assertion: &str) -> Option<keys::Token> {
    let told = keys::peek(assertion)?;
    // The other server may be this one: no lock is held while it is asked.
    let trusted = shared.state().trusted.get(told.claims.get("iss")?.as_str()?).cloned()?;
    let keys = match &trusted {
        Trusted::Server(server) => server.state().jwks(),
        Trusted::Keys(keys) => keys.clone(),
    };
    keys::verify(assertion, &keys)
}

/// A grant for the resources that a request names, which have to be among those of the grant.
fn narrowed(mut grant: Grant, asked: &Asked, key: Option<String>) -> Result<Grant, Refusal> {
    let wanted = resources(asked)?;
    if wanted.iter().any(|resource| !grant.resources.contains(resource)) {
        return Err(Refusal::new("invalid_target", "this resource was not granted"));
    }
    if !wanted.is_empty() {
        grant.resources = wanted;
    }
    grant.key = key.or(grant.key);
    Ok(grant)
}

fn broken(error: io::Error) -> Refusal {
    Refusal::new("server_error", error.to_string())
}
