//! Documents: metadata and keys.

use serde_json::{Value, json};

use super::asked::Endpoint;
use super::reply::{Reply, body, json, replace};
use super::state::Shared;

/// Metadata (RFC 8414, OpenID Connect Discovery).
pub(super) fn metadata(shared: &Shared, endpoint: Endpoint) -> Reply {
    let state = shared.state();
    let behaviour = &state.behaviour;
    let is_there = match endpoint {
        Endpoint::OAuthMetadata => behaviour.oauth_metadata,
        _ => behaviour.openid_metadata,
    };
    if !is_there {
        return body(404, "text/plain", String::new());
    }
    let at = |endpoint: Endpoint| format!("{}{}", shared.issuer, endpoint.path());
    let signing = ["ES256", "ES384", "RS256", "PS256", "EdDSA"];
    let mut document = json!({
        "issuer": behaviour.metadata_issuer.as_ref().unwrap_or(&shared.issuer),
        "authorization_endpoint": at(Endpoint::Authorize),
        "token_endpoint": at(Endpoint::Token),
        "jwks_uri": at(Endpoint::Jwks),
        "introspection_endpoint": at(Endpoint::Introspect),
        "revocation_endpoint": at(Endpoint::Revoke),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [
            "authorization_code", "refresh_token", "client_credentials",
            super::token::JWT_BEARER, super::token::TOKEN_EXCHANGE,
        ],
        "token_endpoint_auth_methods_supported": behaviour.authentication,
        "token_endpoint_auth_signing_alg_values_supported": signing,
        "dpop_signing_alg_values_supported": signing,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    if let Some(document) = document.as_object_mut() {
        let mut say = |name: &str, value: Value| drop(document.insert(name.to_owned(), value));
        if behaviour.registration {
            say("registration_endpoint", at(Endpoint::Register).into());
        }
        if behaviour.client_id_metadata_documents {
            say("client_id_metadata_document_supported", true.into());
        }
        if behaviour.promises_iss {
            say("authorization_response_iss_parameter_supported", true.into());
        }
        if !behaviour.challenge_methods.is_empty() {
            say("code_challenge_methods_supported", json!(behaviour.challenge_methods));
        }
        if !behaviour.scopes.is_empty() {
            say("scopes_supported", json!(behaviour.scopes));
        }
    }
    replace(&mut document, &behaviour.metadata);
    json(200, &document)
}

/// The keys (RFC 7517).
pub(super) fn jwks(shared: &Shared) -> Reply {
    json(200, &shared.state().jwks())
}
