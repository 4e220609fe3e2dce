//! Registration (RFC 7591).

use http::Method;
use serde_json::{Map, Value, json};

use super::asked::Asked;
use super::client::{Authentication, Client};
use super::keys::random_text;
use super::reply::{Refusal, Reply, body, json};
use super::state::{Shared, State};

/// Answers a client that wants to be known.
pub(super) fn register(shared: &Shared, asked: &Asked) -> Reply {
    let mut state = shared.state();
    if !state.behaviour.registration || asked.method != Method::POST {
        return body(404, "text/plain", String::new());
    }
    match registered(&mut state, asked) {
        Ok(answer) => json(201, &answer),
        Err(refusal) => refusal.reply(),
    }
}

fn registered(state: &mut State, asked: &Asked) -> Result<Value, Refusal> {
    let refused = |why: &str| Refusal::new("invalid_client_metadata", why);
    let wanted: Map<String, Value> =
        serde_json::from_slice(&asked.body).map_err(|_| refused("this is no object"))?;
    let redirects: Vec<String> = wanted
        .get("redirect_uris")
        .and_then(|urls| serde_json::from_value(urls.clone()).ok())
        .ok_or_else(|| Refusal::new("invalid_redirect_uri", "`redirect_uris` is missing"))?;
    let kind = wanted.get("application_type").and_then(Value::as_str).unwrap_or("web");
    let is_local = |url: &String| url.starts_with("http://");
    if kind == "web" && redirects.iter().any(is_local) {
        let why = "an application of the web is sent people back by https";
        return Err(Refusal::new("invalid_redirect_uri", why));
    }
    let behaviour = &state.behaviour;
    let first = behaviour.authentication.first().cloned().unwrap_or_else(|| "none".to_owned());
    let wish = wanted.get("token_endpoint_auth_method").and_then(Value::as_str);
    let method = wish.map_or(first, str::to_owned);
    if !behaviour.authentication.contains(&method) {
        return Err(refused("this way of authentication is not supported"));
    }
    let broken = |_| Refusal::new("server_error", "there are no random numbers");
    let (id, secret) = (random_text().map_err(broken)?, random_text().map_err(broken)?);
    let authentication = match &*method {
        "client_secret_basic" => Authentication::Basic(secret.clone()),
        "client_secret_post" => Authentication::Post(secret.clone()),
        "private_key_jwt" => Authentication::Keys(wanted.get("jwks").cloned().unwrap_or_default()),
        _ => Authentication::None,
    };
    let has_secret = matches!(authentication, Authentication::Basic(_) | Authentication::Post(_));
    let mut answer = Value::Object(wanted);
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("client_id".to_owned(), json!(id));
        answer.insert("client_id_issued_at".to_owned(), json!(state.now()));
        answer.insert("token_endpoint_auth_method".to_owned(), json!(method));
        if has_secret {
            answer.insert("client_secret".to_owned(), json!(secret));
            answer.insert("client_secret_expires_at".to_owned(), json!(0));
        }
    }
    let client = Client { redirects, ..Client::new(&id, authentication) };
    state.clients.insert(id, client);
    Ok(answer)
}
