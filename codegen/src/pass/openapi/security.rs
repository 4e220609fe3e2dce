//! Security schemes, and which of them an operation wants.

use std::collections::{BTreeMap, HashSet};

use crate::json::{Map, Value};
use heck::ToShoutySnakeCase;

use super::super::context::Context;
use crate::code;
use crate::ir::{Place, SchemeKind, SecurityScheme, SecurityUse};
use crate::pointer::{join, unescape};

/// The schemes under `components/securitySchemes`, each with its environment variable.
pub(super) fn schemes<'d>(
    cx: &mut Context<'d>,
    root: &'d Map,
    api_name: &str,
) -> BTreeMap<String, SecurityScheme> {
    let at = "/components/securitySchemes";
    let declared = root
        .get("components")
        .and_then(|components| components.get("securitySchemes"))
        .and_then(Value::as_object);
    let mut schemes = BTreeMap::new();
    let mut taken = HashSet::new();
    for (name, value) in declared.into_iter().flatten() {
        let at = join(at, name);
        let Some((scheme, at)) = cx.object(value, &at, "a security scheme") else {
            continue;
        };
        // One word, as everybody reads it: `SHOP_OAUTH2`, not `SHOP_O_AUTH2`.
        let words = name.replace("OAuth", "Oauth").replace("oAuth", "oauth");
        let proposal = format!("{api_name} {words}").to_shouty_snake_case();
        let mut env = proposal.clone();
        let mut number = 2;
        while !taken.insert(env.clone()) {
            env = format!("{proposal}_{number}");
            number += 1;
        }
        let kind = kind(cx, scheme, &at);
        schemes.insert(name.to_string(), SecurityScheme { kind, env });
    }
    schemes
}

fn kind(cx: &mut Context<'_>, scheme: &Map, at: &str) -> SchemeKind {
    let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    let unsupported = |name: &str| SchemeKind::Unsupported { scheme: name.to_owned() };
    let kind = match text("type") {
        "apiKey" => {
            let place = match text("in") {
                "header" => Some(Place::Header),
                "query" => Some(Place::Query),
                "cookie" => Some(Place::Cookie),
                _ => None,
            };
            let name = text("name");
            let legal = !name.is_empty() && !name.chars().any(char::is_control);
            match place.filter(|_| legal) {
                Some(place) => SchemeKind::ApiKey { place, name: name.to_owned() },
                None => unsupported("apiKey"),
            }
        }
        "http" => match text("scheme").to_ascii_lowercase().as_str() {
            "basic" => SchemeKind::Basic,
            "bearer" => SchemeKind::Bearer,
            other => unsupported(other),
        },
        "openIdConnect" => SchemeKind::Bearer,
        "oauth2" => SchemeKind::OAuth2 { token_url: token_url(scheme) },
        "mutualTLS" => SchemeKind::MutualTls,
        other => unsupported(other),
    };
    if let SchemeKind::Unsupported { scheme } = &kind {
        let message = format!("nothing can be sent for a security scheme of the kind `{scheme}`");
        cx.report(code::SECURITY, at, message);
    }
    kind
}

/// Where clients get tokens for themselves: of OpenAPI, or, as Swagger 2.0 has it, of a scheme with
/// one flow.
fn token_url(scheme: &Map) -> Option<String> {
    let old = scheme.get("flow").and_then(Value::as_str) == Some("application");
    let flow = scheme.get("flows").and_then(|flows| flows.get("clientCredentials"));
    let url = flow.and_then(|flow| flow.get("tokenUrl"));
    let url = url.or_else(|| scheme.get("tokenUrl").filter(|_| old))?.as_str()?.trim();
    let legal = !url.is_empty() && !url.chars().any(char::is_control);
    legal.then(|| url.to_owned())
}

/// The alternatives listed in `holder`; `None` where it says nothing.
pub(super) fn requirements(
    cx: &mut Context<'_>,
    holder: &Map,
    at: &str,
    schemes: &BTreeMap<String, SecurityScheme>,
) -> Option<Vec<Vec<SecurityUse>>> {
    let at = join(at, "security");
    let list = match holder.get("security") {
        None | Some(Value::Null) => return None,
        Some(Value::Array(list)) => &**list,
        Some(one @ Value::Object(_)) => {
            cx.report(code::SECURITY, &at, "`security` is no list; it is taken as the only one");
            std::slice::from_ref(one)
        }
        Some(_) => {
            cx.report(code::SECURITY, &at, "`security` is no list; it is left out");
            return None;
        }
    };
    let mut alternatives = Vec::new();
    for (index, value) in list.iter().enumerate() {
        let at = join(&at, &index.to_string());
        let Value::Object(members) = value else {
            cx.report(code::SECURITY, &at, "the security requirement is no object; it is left out");
            continue;
        };
        let mut uses = Vec::new();
        for (scheme, scopes) in members {
            // OpenAPI 3.2 takes references for names as well.
            let local = scheme.strip_prefix("#/components/securitySchemes/");
            let scheme = local.map_or_else(|| scheme.to_string(), unescape);
            let scheme = &scheme;
            if !schemes.contains_key(scheme) {
                let message =
                    format!("there is no security scheme `{scheme}`; nothing is sent for it");
                cx.report(code::SECURITY, &join(&at, scheme), message);
                continue;
            }
            let scopes = scopes.as_array().into_iter().flatten();
            uses.push(SecurityUse {
                scheme: scheme.clone(),
                scopes: scopes.filter_map(Value::as_str).map(str::to_owned).collect(),
            });
        }
        if !uses.is_empty() || members.is_empty() {
            alternatives.push(uses);
        }
    }
    Some(alternatives)
}

#[cfg(test)]
mod tests {
    use crate::source::Document;
    use crate::{Options, pass};

    #[test]
    fn oauth_is_one_word() {
        let document = "{openapi: 3.1.0, paths: {/a: {get: {}}}, components: {securitySchemes: {
            OAuth2: {type: http, scheme: bearer}, oAuthSample: {type: http, scheme: bearer},
            shopKey: {type: http, scheme: bearer}}}}";
        let document = Document::parse("shop.yaml", document.as_bytes()).unwrap();
        let api = pass::lower(&document, &Options::default().select).api.unwrap();
        let names: Vec<_> = api.security_schemes.values().map(|one| one.env.as_str()).collect();
        assert_eq!(names, ["SHOP_OAUTH2", "SHOP_OAUTH_SAMPLE", "SHOP_SHOP_KEY"]);
    }
}
