//! Public keys, as JSON.

use ring::rsa::PublicKeyComponents;
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use serde_json::{Map, Value, json};

use super::algorithm::{Algorithm, Family};
use super::encoding::{decode, encode, sha256_text};
use super::error::JoseError;
use super::object::object;

/// Keys of a set, at most.
const MOST: usize = 100;
/// Bytes of an RSA modulus: 2048 to 8192 bits.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1024;

/// A public key for signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Jwk {
    pub(crate) id: Option<String>,
    /// The only algorithm that it is for, if it says so.
    algorithm: Option<Algorithm>,
    material: Material,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// `4`, x and y.
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// The keys of an issuer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct JwkSet(Vec<Jwk>);

impl Jwk {
    /// Reads a key. Private parts are left unread.
    ///
    /// # Errors
    /// It is none for the signatures that are known.
    pub(crate) fn read(members: &Map<String, Value>) -> Result<Self, JoseError> {
        let text = |name: &str| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(JoseError::Jwk),
        };
        let bytes = |name: &str| text(name)?.and_then(decode).ok_or(JoseError::Jwk);
        if text("use")?.is_some_and(|is| is != "sig") {
            return Err(JoseError::KeyUse);
        }
        if let Some(operations) = members.get("key_ops") {
            let operations = operations.as_array().ok_or(JoseError::Jwk)?;
            if !operations.iter().any(|operation| operation == "verify") {
                return Err(JoseError::KeyUse);
            }
        }
        let point = |size: usize| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            if x.len() != size || y.len() != size {
                return Err(JoseError::Jwk);
            }
            Ok([&[4], x.as_slice(), y.as_slice()].concat())
        };
        let material = match (text("kty")?, text("crv")?) {
            (Some("RSA"), None) => Material::rsa(&bytes("n")?, &bytes("e")?)?,
            (Some("EC"), Some("P-256")) => Material::P256(point(32)?),
            (Some("EC"), Some("P-384")) => Material::P384(point(48)?),
            (Some("OKP"), Some("Ed25519")) => {
                let x = bytes("x")?;
                if x.len() != 32 {
                    return Err(JoseError::Jwk);
                }
                Material::Ed25519(x)
            }
            _ => return Err(JoseError::Jwk),
        };
        let algorithm = text("alg")?.map(str::parse).transpose()?;
        Ok(Self { id: text("kid")?.map(str::to_owned), algorithm, material })
    }

    /// An RSA key from its big-endian numbers.
    pub(super) fn rsa(n: &[u8], e: &[u8]) -> Result<Self, JoseError> {
        Ok(Self { id: None, algorithm: None, material: Material::rsa(n, e)? })
    }

    /// A key on a curve from its public part as `ring` has it.
    pub(super) fn curve(family: Family, public: &[u8]) -> Result<Self, JoseError> {
        let material = match family {
            Family::P256 => Material::P256(public.to_vec()),
            Family::P384 => Material::P384(public.to_vec()),
            Family::Ed25519 => Material::Ed25519(public.to_vec()),
            Family::Rsa => return Err(JoseError::Jwk),
        };
        Ok(Self { id: None, algorithm: None, material })
    }

    /// The same key under a name.
    pub(crate) fn named(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// The same key, for one algorithm alone.
    pub(crate) fn only_for(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Whether it is for signatures of this kind.
    pub(crate) fn fits(&self, algorithm: Algorithm) -> bool {
        self.algorithm.is_none_or(|only| only == algorithm)
            && self.material.family() == algorithm.family()
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// It is wrong, or the key is for others.
    pub(crate) fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), JoseError> {
        if !self.fits(algorithm) {
            return Err(JoseError::KeyUse);
        }
        let by = |way: &'static dyn VerificationAlgorithm, public: &[u8]| {
            UnparsedPublicKey::new(way, public).verify(message, signature)
        };
        let verified = match &self.material {
            Material::Rsa { n, e } => {
                let way = rsa(algorithm).ok_or(JoseError::KeyUse)?;
                PublicKeyComponents { n, e }.verify(way, message, signature)
            }
            Material::P256(public) => by(&signature::ECDSA_P256_SHA256_FIXED, public),
            Material::P384(public) => by(&signature::ECDSA_P384_SHA384_FIXED, public),
            Material::Ed25519(public) => by(&signature::ED25519, public),
        };
        verified.map_err(|_| JoseError::Signature)
    }

    /// The digest of what makes up the key.
    ///
    /// Specification: RFC 7638.
    pub(crate) fn thumbprint(&self) -> String {
        // The members in the order of their names, which is that of `serde_json` unless it is told
        // to keep another: so it is written out here.
        let canonical = match &self.material {
            Material::Rsa { n, e } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(e), encode(n))
            }
            Material::P256(point) => curve("P-256", point),
            Material::P384(point) => curve("P-384", point),
            Material::Ed25519(x) => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(x))
            }
        };
        sha256_text(canonical)
    }

    /// The key as JSON.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = match &self.material {
            Material::Rsa { n, e } => json!({ "kty": "RSA", "n": encode(n), "e": encode(e) }),
            Material::P256(point) => ec("P-256", point),
            Material::P384(point) => ec("P-384", point),
            Material::Ed25519(x) => json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(x) }),
        };
        if let Some(members) = json.as_object_mut() {
            if let Some(id) = &self.id {
                members.insert("kid".to_owned(), id.as_str().into());
            }
            if let Some(algorithm) = self.algorithm {
                members.insert("alg".to_owned(), algorithm.name().into());
            }
        }
        json
    }
}

impl Material {
    fn rsa(n: &[u8], e: &[u8]) -> Result<Self, JoseError> {
        let plain = |number: &[u8]| -> Vec<u8> {
            // Some write a zero in front so that the number looks positive.
            number.iter().copied().skip_while(|byte| *byte == 0).collect()
        };
        let (n, e) = (plain(n), plain(e));
        if !MODULUS.contains(&n.len()) || e.is_empty() || e.len() > 5 {
            return Err(JoseError::Jwk);
        }
        Ok(Self::Rsa { n, e })
    }

    fn family(&self) -> Family {
        match self {
            Self::Rsa { .. } => Family::Rsa,
            Self::P256(_) => Family::P256,
            Self::P384(_) => Family::P384,
            Self::Ed25519(_) => Family::Ed25519,
        }
    }
}

impl JwkSet {
    /// Reads a set. Keys for other purposes, and such as cannot be read, are left out.
    ///
    /// # Errors
    /// It is no set, or has more than 100 keys.
    pub(crate) fn read(json: &[u8]) -> Result<Self, JoseError> {
        let set = object(json).ok_or(JoseError::JwkSet)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(JoseError::JwkSet)?;
        if keys.len() > MOST {
            return Err(JoseError::JwkSet);
        }
        let keys = keys.iter().filter_map(Value::as_object);
        Ok(Self(keys.filter_map(|members| Jwk::read(members).ok()).collect()))
    }

    /// The key that a header names: of that id if it has one, else the only one for such
    /// signatures. Several may share an id.
    pub(crate) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Vec<&Jwk> {
        let fitting = self.0.iter().filter(|key| key.fits(algorithm));
        match id {
            Some(id) => fitting.filter(|key| key.id.as_deref() == Some(id)).take(4).collect(),
            None => {
                let all: Vec<&Jwk> = fitting.take(2).collect();
                if all.len() == 1 { all } else { Vec::new() }
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys as JSON.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "keys": self.0.iter().map(Jwk::to_json).collect::<Vec<_>>() })
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

fn rsa(algorithm: Algorithm) -> Option<&'static signature::RsaParameters> {
    Some(match algorithm {
        Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &signature::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

/// The two numbers of a point.
fn halves(point: &[u8]) -> (&[u8], &[u8]) {
    let numbers = point.get(1..).unwrap_or_default();
    numbers.split_at(numbers.len() / 2)
}

fn curve(name: &str, point: &[u8]) -> String {
    let (x, y) = halves(point);
    format!(r#"{{"crv":"{name}","kty":"EC","x":"{}","y":"{}"}}"#, encode(x), encode(y))
}

fn ec(name: &str, point: &[u8]) -> Value {
    let (x, y) = halves(point);
    json!({ "kty": "EC", "crv": name, "x": encode(x), "y": encode(y) })
}
