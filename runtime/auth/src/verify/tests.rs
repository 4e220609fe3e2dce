use toolwright_core::context::Principal;
use toolwright_http::fetch::Rules;

use super::*;

fn head() -> Parts {
    http::Request::new(()).into_parts().0
}

async fn verify(verifier: &impl Verifier, token: &str) -> Result<Verified, VerifyError> {
    let token = InboundToken::new(Scheme::Bearer, token, "https://mcp.example.com/mcp");
    verifier.verify(&token, &head()).await
}

#[tokio::test]
async fn keys_are_compared_as_digests() {
    let (ann, bob) = (Principal::new("api-key", "ann"), Principal::new("api-key", "bob"));
    // The digest of `bobs-key-is-this-one`.
    let digest = crate::jose::sha256(b"bobs-key-is-this-one");
    let digest: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    let keys = ApiKeys::new().key("anns-key-is-this-one", ann.clone()).hashed(&digest, bob.clone());
    assert_eq!(keys.check(""), Ok(()));
    assert_eq!(verify(&keys, "anns-key-is-this-one").await.unwrap().into_principal(), ann);
    assert_eq!(verify(&keys, "bobs-key-is-this-one").await.unwrap().into_principal(), bob);
    for wrong in ["", "anns-key-is-this-onE", "anns-key-is-this-one ", &digest] {
        assert_eq!(verify(&keys, wrong).await, Err(VerifyError::Unknown), "{wrong}");
    }
    assert!(!format!("{keys:?}").contains("anns-key"));
    assert!(ApiKeys::new().check("").is_err());
    assert!(ApiKeys::new().key("short", ann.clone()).check("").is_err());
    assert!(ApiKeys::new().hashed("00", ann).check("").is_err());
}

#[tokio::test]
async fn functions_verify_too() {
    let verifier = from_fn(|token: InboundToken| async move {
        match token.expose() {
            "ann" => Ok(Verified::new(Principal::new("mine", "ann"))),
            "bound" => Ok(Verified::new(Principal::new("mine", "ann")).bound_to("thumbprint")),
            _ => Err(VerifyError::Rejected("canary".into())),
        }
    });
    assert!(verify(&verifier, "ann").await.is_ok());
    assert_eq!(verify(&verifier, "bound").await, Err(VerifyError::Bound));
    let error = verify(&Arc::new(verifier), "bob").await.unwrap_err();
    assert_eq!(error.status(), 401);
    assert!(!error.description().contains("canary"));
    let token = InboundToken::new(Scheme::Bearer, "canary", "https://mcp.example.com");
    assert!(!format!("{token:?}").contains("canary"));
}

#[test]
fn mistakes_are_explained_before_anything_is_served() {
    let resource = "https://mcp.example.com/mcp";
    let verifier = JwtVerifier::new("https://login.example.com");
    assert_eq!(verifier.check(resource), Ok(()));
    assert_eq!(verifier.clone().audience(resource).check(resource), Ok(()));
    assert_eq!(verifier.clone().audience("api://mcp").check(resource), Ok(()));
    let slash = verifier.clone().audience("https://mcp.example.com/mcp/").check(resource);
    assert!(slash.unwrap_err().to_string().contains("byte by byte"));
    assert!(verifier.clone().algorithms([]).check(resource).is_err());
    assert!(verifier.clone().jwks("{}").check(resource).is_err());
    assert!(verifier.jwks(r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#).check(resource).is_err());
    for issuer in ["", "login", "http://login.example.com", "https://a.example/?x", "ftp://a/"] {
        assert!(JwtVerifier::new(issuer).check(resource).is_err(), "{issuer}");
    }
    assert_eq!(JwtVerifier::new("http://127.0.0.1:8080").check(resource), Ok(()));
    let rules = Rules { https_only: false, ..Rules::configured() };
    assert_eq!(JwtVerifier::new("http://keycloak:8080").rules(rules).check(resource), Ok(()));
    let asks = Introspection::new("https://login.example.com", "https://login.example.com/x");
    assert!(asks.check(resource).is_err());
    let asks = asks.basic("me", "canary");
    assert_eq!(asks.check(resource), Ok(()));
    assert!(!format!("{asks:?}").contains("canary"));
}
