//! Whether a request has the credentials that the description wants. Any will do.

use http::header::AUTHORIZATION;
use toolwright_codegen::ir::{Api, Binding, Place, SchemeKind};

use super::check::Received;
use super::wire::{decoded, pairs};

/// What is missing: a sentence, and the challenges that go with it.
pub(super) fn missing(
    api: &Api,
    binding: &Binding,
    received: &Received<'_>,
) -> Option<(String, String)> {
    let mut missing = Vec::new();
    let mut challenges: Vec<&str> = Vec::new();
    for alternative in &binding.security {
        let mut lacking = Vec::new();
        for used in alternative {
            let Some(scheme) = api.security_schemes.get(&used.scheme) else { continue };
            if let Some((what, challenge)) = lacks(&scheme.kind, received) {
                lacking.push(format!("{what} (`{}`)", used.scheme));
                challenges.extend(challenge.filter(|one| !challenges.contains(one)));
            }
        }
        if lacking.is_empty() {
            return None;
        }
        missing.push(lacking.join(" and "));
    }
    let detail = format!("Credentials are missing: {}.", missing.join(", or "));
    (!missing.is_empty()).then(|| (detail, challenges.join(", ")))
}

/// What a scheme misses, and the challenge for it. Certificates and what nobody sends are never
/// missing.
fn lacks(kind: &SchemeKind, received: &Received<'_>) -> Option<(String, Option<&'static str>)> {
    let authorization = received.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let has = |scheme: &str| {
        authorization
            .and_then(|value| value.split_once(' '))
            .is_some_and(|(own, rest)| own.eq_ignore_ascii_case(scheme) && !rest.trim().is_empty())
    };
    match kind {
        SchemeKind::Basic if !has("basic") => {
            let what = "a user and a password as `Authorization: Basic …`";
            Some((what.to_owned(), Some("Basic realm=\"mock\"")))
        }
        SchemeKind::Bearer | SchemeKind::OAuth2 { .. } if !has("bearer") => {
            Some(("a token as `Authorization: Bearer …`".to_owned(), Some("Bearer")))
        }
        SchemeKind::ApiKey { place, name } => {
            let (there, place) = match place {
                Place::Header => (received.headers.contains_key(name.as_str()), "header"),
                Place::Cookie => (received.cookies().iter().any(|(own, _)| own == name), "cookie"),
                _ => {
                    (pairs(received.query).any(|(own, _)| decoded(own) == *name), "query parameter")
                }
            };
            (!there).then(|| (format!("the {place} `{name}`"), None))
        }
        _ => None,
    }
}
