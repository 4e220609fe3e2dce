//! What verifiers check before they serve.

use std::time::Duration;

use http::Uri;
use toolwright_http::fetch::Rules;

use super::error::ConfigError;

/// For places that the operator named: 5 seconds, 256 KiB.
pub(super) fn rules() -> Rules {
    Rules { timeout: Duration::from_secs(5), ..Rules::configured() }
}

/// Whether this is the name of an issuer; one without TLS only where that is allowed.
///
/// # Errors
/// What is wrong, and what to do.
pub(super) fn issuer(issuer: &str, rules: &Rules) -> Result<(), ConfigError> {
    let bad = |reason: &str| {
        Err(ConfigError(format!(
            "the issuer `{issuer}` {reason}; it is like https://login.example.com, exactly as the `iss` of tokens has it"
        )))
    };
    let Ok(uri) = issuer.parse::<Uri>() else { return bad("is no URL") };
    if issuer.contains(['?', '#']) {
        return bad("has a query or a fragment");
    }
    let host = uri.host().unwrap_or_default();
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if is_here || !rules.https_only => Ok(()),
        _ => bad("does not begin with https://"),
    }
}

/// What a token has to be issued for: any of those that were named, or the resource that it was
/// presented to if none was; `None` if that shall not matter.
pub(super) fn expected<'a>(named: Option<&'a [String]>, resource: &'a str) -> Option<Vec<&'a str>> {
    named.map(|all| match all {
        [] => vec![resource],
        all => all.iter().map(String::as_str).collect(),
    })
}

/// Whether the audiences that were named fit the resource: the mistake of a slash would refuse
/// every token.
///
/// # Errors
/// What is wrong, and what to do.
pub(super) fn audiences(named: &[String], resource: &str) -> Result<(), ConfigError> {
    let plain = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
    let near = named.iter().find(|audience| plain(audience) == plain(resource));
    match near {
        Some(near) if near != resource => Err(ConfigError(format!(
            "the audience `{near}` and the resource `{resource}` differ by the slash at the end: \
             clients ask for tokens for the resource as it is written, and both are compared byte \
             by byte, so write them alike (usually without the slash)"
        ))),
        _ => Ok(()),
    }
}
