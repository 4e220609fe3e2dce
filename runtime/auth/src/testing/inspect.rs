//! What became of a token (RFC 7662), and the end of it (RFC 7009).

use serde_json::{Value, json};

use super::asked::Asked;
use super::client::Authentication;
use super::reply::{Refusal, Reply, body, json};
use super::state::Shared;

/// Tells a server about a token. Servers are clients with a secret, or with none if the token
/// itself is presented.
pub(super) fn introspect(shared: &Shared, asked: &Asked) -> Reply {
    let mut state = shared.state();
    match state.authenticate(shared, asked) {
        Ok(client) if !matches!(client.authentication, Authentication::None) => {}
        _ => return Refusal::new("invalid_client", "servers have to authenticate").reply(),
    }
    let now = state.now();
    let known = asked.parameter("token").and_then(|token| state.access.get(token));
    let known = known.filter(|access| {
        let exp = access.claims.get("exp").and_then(Value::as_i64);
        !access.is_revoked && exp.is_none_or(|exp| exp > now)
    });
    let Some(known) = known else { return json(200, &json!({"active": false})) };
    let mut claims = known.claims.clone();
    let is_bound = claims.get("cnf").is_some();
    if let Some(claims) = claims.as_object_mut() {
        let kind = if is_bound { "DPoP" } else { "Bearer" };
        claims.insert("active".to_owned(), true.into());
        claims.insert("token_type".to_owned(), kind.into());
    }
    json(200, &claims)
}

/// Ends a token; whether there was one is not told.
pub(super) fn revoke(shared: &Shared, asked: &Asked) -> Reply {
    let mut state = shared.state();
    let client = match state.authenticate(shared, asked) {
        Ok(client) => client,
        Err(refusal) => return refusal.reply(),
    };
    let token = asked.parameter("token").unwrap_or_default();
    let family = state.refresh.get(token).map(|refresh| &refresh.grant);
    if let Some(grant) = family.filter(|grant| grant.client == client.id).cloned() {
        state.end(&grant.family);
    }
    if let Some(access) = state.access.get_mut(token)
        && access.claims.get("client_id").is_some_and(|id| *id == *client.id)
    {
        access.is_revoked = true;
    }
    body(200, "text/plain", String::new())
}
