//! How the client for the conformance suite logs in where no person does.

use serde_json::Value;
use toolwright::auth::client::{Assertion, Credentials, IdentityProvider, MachineClient};
use toolwright::auth::fetch::{Fetch, Rules};
use toolwright::auth::{Algorithm, SigningKey};
use toolwright::{Error, Result};

/// The login that a scenario is about.
///
/// # Errors
/// The scenario is none of these, or its context lacks something.
pub async fn machine(scenario: &str, url: &str, context: &Value) -> Result<MachineClient> {
    let of = |name: &str| {
        let value = context.get(name).and_then(Value::as_str).map(str::to_owned);
        value.ok_or_else(|| Error::msg(format!("the context has no `{name}`")))
    };
    // Programs are told their issuer by who runs them. The suite tells it nowhere but here.
    let issuer = issuer(url).await?;
    Ok(match scenario {
        "auth/client-credentials-basic" => {
            let credentials = Credentials::secret(of("client_id")?, of("client_secret")?);
            MachineClient::new(issuer, credentials)
        }
        "auth/client-credentials-jwt" => {
            let key = SigningKey::from_pem(&of("private_key_pem")?)?;
            let algorithm = of("signing_algorithm")?.parse::<Algorithm>()?;
            let credentials = Credentials::key(of("client_id")?, key).algorithm(algorithm);
            MachineClient::new(issuer, credentials)
        }
        "auth/enterprise-managed-authorization" => {
            let provider = IdentityProvider::new(
                of("idp_issuer")?,
                Credentials::public(of("idp_client_id")?),
                Assertion::new(of("idp_id_token")?),
            );
            let credentials = Credentials::secret(of("client_id")?, of("client_secret")?);
            MachineClient::enterprise(issuer, credentials, provider)
        }
        "auth/wif-jwt-bearer" => {
            let assertion = Assertion::new(of("valid_jwt")?);
            MachineClient::workload(issuer, assertion).client_id(of("client_id")?)
        }
        other => return Err(Error::msg(format!("no login is known for `{other}`"))),
    })
}

/// The first authorization server that a server's metadata names.
async fn issuer(url: &str) -> Result<String> {
    let path = url.find("://").and_then(|at| url.get(at + 3..)?.find('/').map(|to| at + 3 + to));
    let (origin, path) = url.split_at(path.unwrap_or(url.len()));
    let place = format!("{origin}/.well-known/oauth-protected-resource{path}");
    let fetched = Fetch::new().get(&place, Default::default(), &Rules::configured()).await;
    let document: Value = serde_json::from_slice(&fetched?.body)?;
    let issuer = document.pointer("/authorization_servers/0").and_then(Value::as_str);
    issuer.map(str::to_owned).ok_or_else(|| Error::msg("no authorization server is named"))
}
