use serde_json::{Map, Value, json};

use super::*;

const RSA: &str = include_str!("../../tests/keys/rsa.pem");
const OTHER: &str = include_str!("../../tests/keys/rsa-other.pem");
const SHORT: &str = include_str!("../../tests/keys/rsa-short.pem");
const P256: &str = include_str!("../../tests/keys/p256.pem");
const P384: &str = include_str!("../../tests/keys/p384.pem");
const ED25519: &str = include_str!("../../tests/keys/ed25519.pem");

fn members(json: Value) -> Map<String, Value> {
    let Value::Object(members) = json else { panic!("{json}") };
    members
}

fn jwk(json: Value) -> Jwk {
    Jwk::read(&members(json)).unwrap()
}

#[test]
fn examples_of_the_specifications_are_taken() {
    let key = jwk(json!({ "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }));
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9\
                 leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFC\
                 gfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    assert_eq!(Compact::read(token).unwrap().payload(&key).unwrap()["iss"], "joe");

    let key = jwk(json!({ "kty": "OKP", "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }));
    assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1P\
                 POt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    // The signature is right, but what it signs is no JSON.
    assert_eq!(Compact::read(token).unwrap().payload(&key), Err(JoseError::Payload));

    let key = jwk(json!({ "kty": "RSA", "alg": "RS256", "kid": "2011-04-29", "e": "AQAB",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSo\
              c_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YG\
              jQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-\
              bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    }));
    assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

#[test]
fn every_algorithm_signs_and_checks() {
    let claims = members(json!({ "sub": "ann" }));
    for pem in [RSA, P256, P384, ED25519] {
        let key = SigningKey::from_pem(pem).unwrap();
        assert!(key.public().fits(key.algorithm()));
        // What is published is what is read.
        assert_eq!(&jwk(key.public().to_json()), key.public());
        for algorithm in Algorithm::ALL {
            let signed = key.sign(algorithm, Map::new(), &claims);
            if !key.public().fits(algorithm) {
                assert_eq!(signed, Err(JoseError::KeyUse));
                continue;
            }
            let token = signed.unwrap();
            let read = Compact::read(&token).unwrap();
            assert_eq!(read.header.algorithm, algorithm);
            assert_eq!(read.payload(key.public()).unwrap(), claims);
            for other in [RSA, OTHER, P256, P384, ED25519] {
                let other = SigningKey::from_pem(other).unwrap();
                if other.thumbprint() != key.thumbprint() {
                    assert!(read.payload(other.public()).is_err());
                }
            }
            for at in [0, token.len() / 2, token.len() - 10] {
                let mut changed = token.clone().into_bytes();
                changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
                let changed = String::from_utf8(changed).unwrap();
                let read = Compact::read(&changed);
                assert!(read.and_then(|read| read.payload(key.public())).is_err());
            }
        }
    }
    let new = SigningKey::generate().unwrap();
    assert_eq!(new.algorithm(), Algorithm::Es256);
    assert_ne!(new.thumbprint(), SigningKey::generate().unwrap().thumbprint());
}

#[test]
fn what_is_no_token_is_refused() {
    let header = |json: Value| format!("{}.e30.AAAA", encode(json.to_string()));
    for (token, error) in [
        (String::new(), JoseError::Form),
        ("a".to_owned(), JoseError::Form),
        ("a.b".to_owned(), JoseError::Form),
        ("a.b.c.d".to_owned(), JoseError::Form),
        ("e30.e30.AAAA.AAAA.AAAA".to_owned(), JoseError::Form),
        ("e30=.e30.AAAA".to_owned(), JoseError::Form),
        ("e30.e30.AA AA".to_owned(), JoseError::Form),
        (format!("e30.{}.AAAA", "A".repeat(20_000)), JoseError::Form),
        ("e30.e30.AAAA".to_owned(), JoseError::Header),
        (header(json!([])), JoseError::Header),
        (header(json!({ "alg": 1 })), JoseError::Header),
        (header(json!({ "alg": "RS256", "kid": 1 })), JoseError::Header),
        (header(json!({ "alg": "none" })), JoseError::Algorithm),
        (header(json!({ "alg": "None" })), JoseError::Algorithm),
        (header(json!({ "alg": "" })), JoseError::Algorithm),
        (header(json!({ "alg": "HS256" })), JoseError::Algorithm),
        (header(json!({ "alg": "rs256" })), JoseError::Algorithm),
        (header(json!({ "alg": "RSA-OAEP" })), JoseError::Algorithm),
        (header(json!({ "alg": "RS256", "crit": ["b64"], "b64": false })), JoseError::Critical),
        (header(json!({ "alg": "RS256", "crit": [] })), JoseError::Critical),
    ] {
        assert_eq!(Compact::read(&token).unwrap_err(), error, "{token}");
    }
    let twice = encode(r#"{"alg":"RS256","alg":"none"}"#);
    assert_eq!(Compact::read(&format!("{twice}.e30.AAAA")).unwrap_err(), JoseError::Header);
}

#[test]
fn keys_are_for_what_they_say() {
    let rsa = SigningKey::from_pem(RSA).unwrap();
    let with = |name: &str, value: Value| {
        let mut json = members(rsa.public().to_json());
        json.insert(name.to_owned(), value);
        Jwk::read(&json)
    };
    assert!(with("use", json!("sig")).is_ok());
    assert!(with("key_ops", json!(["verify"])).is_ok());
    assert_eq!(with("use", json!("enc")), Err(JoseError::KeyUse));
    assert_eq!(with("key_ops", json!(["sign", "encrypt"])), Err(JoseError::KeyUse));
    assert_eq!(with("alg", json!("RSA-OAEP")), Err(JoseError::Algorithm));
    assert_eq!(with("kid", json!(7)), Err(JoseError::Jwk));
    assert_eq!(with("n", json!("AQAB")), Err(JoseError::Jwk));
    assert_eq!(with("n", json!("not base64!")), Err(JoseError::Jwk));
    assert_eq!(with("crv", json!("P-256")), Err(JoseError::Jwk));
    assert_eq!(with("kty", json!("oct")), Err(JoseError::Jwk));
    let only = with("alg", json!("PS256")).unwrap();
    assert!(only.fits(Algorithm::Ps256) && !only.fits(Algorithm::Rs256));
    assert!(!only.fits(Algorithm::Es256));
    // Points have numbers of one length, and lie on the curve.
    let point =
        |x: &[u8]| json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode([1; 32]) });
    assert_eq!(Jwk::read(&members(point(&[1; 31]))), Err(JoseError::Jwk));
    let off = jwk(point(&[1; 32]));
    assert_eq!(off.verify(Algorithm::Es256, b"", &[1; 64]), Err(JoseError::Signature));
}

#[test]
fn sets_are_searched_by_name() {
    let (rsa, p256) = (SigningKey::from_pem(RSA).unwrap(), SigningKey::from_pem(P256).unwrap());
    let mut encryption = members(rsa.public().clone().named("enc").to_json());
    encryption.insert("use".to_owned(), "enc".into());
    let json = json!({ "keys": [rsa.public().clone().named("a").to_json(),
        p256.public().clone().named("b").to_json(), encryption,
        { "kty": "oct", "k": "c2VjcmV0", "kid": "a", "alg": "HS256" }, { "kty": "new" }] });
    let set = JwkSet::read(json.to_string().as_bytes()).unwrap();
    assert_eq!(set.find(Some("a"), Algorithm::Rs256).len(), 1);
    assert_eq!(set.find(Some("a"), Algorithm::Es256).len(), 0);
    assert_eq!(set.find(Some("enc"), Algorithm::Rs256).len(), 0);
    assert_eq!(set.find(Some("A"), Algorithm::Rs256).len(), 0);
    assert_eq!(set.find(None, Algorithm::Es256).len(), 1);
    // Without a name there has to be no choice.
    let two: JwkSet = [RSA, OTHER]
        .map(|pem| SigningKey::from_pem(pem).unwrap().public().clone())
        .into_iter()
        .collect();
    assert_eq!(two.find(None, Algorithm::Rs256).len(), 0);
    assert_eq!(JwkSet::read(two.to_json().to_string().as_bytes()).unwrap(), two);
    for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#] {
        assert_eq!(JwkSet::read(text.as_bytes()), Err(JoseError::JwkSet), "{text}");
    }
    let many = json!({ "keys": vec![json!({}); 101] }).to_string();
    assert_eq!(JwkSet::read(many.as_bytes()), Err(JoseError::JwkSet));
}

#[test]
fn private_keys_are_read_or_told_how() {
    for pem in ["", "-----BEGIN PRIVATE KEY-----", SHORT, "-----BEGIN EC PRIVATE KEY-----\nAA=="] {
        let error = SigningKey::from_pem(pem).unwrap_err();
        assert_eq!(error, JoseError::PrivateKey);
        assert!(error.to_string().contains("openssl pkcs8"));
    }
    let header = members(json!({ "typ": "at+jwt", "kid": "a" }));
    let key = SigningKey::from_pem(P256).unwrap();
    let token = key.sign(Algorithm::Es256, header, &Map::new()).unwrap();
    let read = Compact::read(&token).unwrap();
    assert!(read.header.is_kind("at+jwt") && read.header.is_kind("AT+JWT"));
    assert!(!read.header.is_kind("jwt"));
    assert_eq!(read.header.key_id.as_deref(), Some("a"));
}
