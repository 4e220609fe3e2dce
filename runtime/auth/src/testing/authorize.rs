//! The authorization endpoint: whoever comes is logged in already, and agrees.

use super::asked::Asked;
use super::behaviour::Issuer;
use super::client::Client;
use super::keys::random_text;
use super::reply::{Refusal, Reply, body, redirect};
use super::state::{Code, Grant, Shared, State};
use crate::form;

/// Answers an authorization request by sending its sender back.
pub(super) fn authorize(shared: &Shared, asked: &Asked) -> Reply {
    let mut state = shared.state();
    // Where it is not sure who asks, nobody is sent anywhere.
    let (client, back) = match trusted(&state, asked) {
        Ok(found) => found,
        Err(reason) => return body(400, "text/plain", reason.to_owned()),
    };
    let code = decide(&mut state, &client, asked);
    let behaviour = &state.behaviour;
    let mut pairs = match &code {
        Ok(code) => vec![("code", code.as_str())],
        Err(refusal) => {
            vec![("error", refusal.error), ("error_description", &refusal.description)]
        }
    };
    if let Some(given) = behaviour.state.as_deref().or_else(|| asked.parameter("state")) {
        pairs.push(("state", given));
    }
    match &behaviour.iss {
        Issuer::Right => pairs.push(("iss", &shared.issuer)),
        Issuer::Other(other) => pairs.push(("iss", other)),
        Issuer::Missing => {}
    }
    let separator = if back.contains('?') { '&' } else { '?' };
    redirect(302, &format!("{back}{separator}{}", form::encode(pairs)))
}

/// Who asks, and where they want to be sent back to.
fn trusted(state: &State, asked: &Asked) -> Result<(Client, String), &'static str> {
    let id = asked.parameter("client_id").ok_or("`client_id` is missing")?;
    let client = state.client(id).ok_or("this client is not known")?;
    let back = asked.parameter("redirect_uri").ok_or("`redirect_uri` is missing")?;
    if !client.may_return_to(back) {
        return Err("`redirect_uri` is none of this client's");
    }
    Ok((client, back.to_owned()))
}

/// A code, or why there is none.
fn decide(state: &mut State, client: &Client, asked: &Asked) -> Result<String, Refusal> {
    for name in ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge"] {
        if asked.parameters(name).count() > 1 {
            return Err(Refusal::new("invalid_request", format!("`{name}` stands there twice")));
        }
    }
    if asked.parameter("response_type") != Some("code") {
        return Err(Refusal::new("unsupported_response_type", "only `code` is supported"));
    }
    let challenge = asked.parameter("code_challenge");
    let is_plain = asked.parameter("code_challenge_method") != Some("S256");
    if challenge.is_none_or(|challenge| challenge.len() != 43) || is_plain {
        return Err(Refusal::new("invalid_request", "a challenge by S256 is needed"));
    }
    if !state.behaviour.consents {
        return Err(Refusal::new("access_denied", "the person does not agree"));
    }
    let broken = || Refusal::new("server_error", "there are no random numbers");
    let grant = Grant {
        client: client.id.clone(),
        person: state.behaviour.person.clone(),
        scopes: state.scopes(asked)?,
        resources: resources(asked)?,
        family: random_text().map_err(|_| broken())?,
        key: asked.parameter("dpop_jkt").map(str::to_owned),
    };
    let code = Code {
        redirect: asked.parameter("redirect_uri").map(str::to_owned),
        challenge: challenge.map(str::to_owned),
        grant,
        is_used: false,
    };
    let text = random_text().map_err(|_| broken())?;
    state.codes.insert(text.clone(), code);
    Ok(text)
}

impl State {
    /// A client by its id; any URL is one if documents are allowed.
    pub(super) fn client(&self, id: &str) -> Option<Client> {
        let is_url = id.starts_with("https://") && self.behaviour.client_id_metadata_documents;
        self.clients.get(id).cloned().or_else(|| is_url.then(|| Client::public(id)))
    }

    /// The scopes of a request, without those that are withheld.
    pub(super) fn scopes(&self, asked: &Asked) -> Result<Vec<String>, Refusal> {
        let behaviour = &self.behaviour;
        let wanted = asked.parameter("scope").unwrap_or_default();
        let wanted: Vec<String> = wanted.split_whitespace().map(str::to_owned).collect();
        let unknown = |scope: &&String| !behaviour.scopes.contains(scope);
        if !behaviour.scopes.is_empty() && wanted.iter().any(|scope| unknown(&scope)) {
            return Err(Refusal::new("invalid_scope", "there is no such scope"));
        }
        Ok(wanted.into_iter().filter(|scope| !behaviour.withheld.contains(scope)).collect())
    }
}

/// The resources of a request (RFC 8707): whole URIs without a fragment.
pub(super) fn resources(asked: &Asked) -> Result<Vec<String>, Refusal> {
    let resources: Vec<String> = asked.parameters("resource").map(str::to_owned).collect();
    let is_bad = |resource: &String| !resource.contains("://") || resource.contains('#');
    if resources.iter().any(is_bad) {
        return Err(Refusal::new("invalid_target", "`resource` is no absolute URI"));
    }
    Ok(resources)
}
