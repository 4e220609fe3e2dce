//! Keys that sign.

use std::fmt;
use std::sync::Arc;

use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaEncoding, RsaKeyPair};
use serde_json::{Map, Value};

use super::algorithm::{Algorithm, Family};
use super::encoding::encode;
use super::error::JoseError;
use super::jwk::Jwk;

/// A private key, such as a client proves with who it is. Printing it shows nothing of it.
///
/// ```
/// use toolwright_auth::SigningKey;
///
/// # fn load(pem: &str) -> Result<(), toolwright_auth::JoseError> {
/// // Your own, from a file or the environment …
/// let key = SigningKey::from_pem(pem)?;
/// # Ok(())
/// # }
/// // … or a new one, on P-256.
/// let key = SigningKey::generate()?;
/// assert_eq!(format!("{key:?}"), "SigningKey([redacted])");
/// # Ok::<(), toolwright_auth::JoseError>(())
/// ```
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Pair>,
    public: Jwk,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// A key of PKCS#8 as PEM (`-----BEGIN PRIVATE KEY-----`), or of RSA in its older form.
    ///
    /// # Errors
    /// It is none, or for no algorithm that is known here.
    pub fn from_pem(pem: &str) -> Result<Self, JoseError> {
        for name in ["PRIVATE KEY", "RSA PRIVATE KEY"] {
            let start = format!("-----BEGIN {name}-----");
            let end = format!("-----END {name}-----");
            let Some((_, rest)) = pem.split_once(&start) else { continue };
            let (body, _) = rest.split_once(&end).ok_or(JoseError::PrivateKey)?;
            let body: String = body.split_ascii_whitespace().collect();
            use base64::Engine as _;
            let der = base64::engine::general_purpose::STANDARD.decode(body);
            return Self::from_der(&der.map_err(|_| JoseError::PrivateKey)?);
        }
        Err(JoseError::PrivateKey)
    }

    /// A key of PKCS#8 as DER.
    ///
    /// # Errors
    /// As for [`from_pem`](Self::from_pem).
    pub fn from_der(der: &[u8]) -> Result<Self, JoseError> {
        let random = SystemRandom::new();
        for (family, way) in [
            (Family::P256, &signature::ECDSA_P256_SHA256_FIXED_SIGNING),
            (Family::P384, &signature::ECDSA_P384_SHA384_FIXED_SIGNING),
        ] {
            if let Ok(pair) = EcdsaKeyPair::from_pkcs8(way, der, &random) {
                let public = Jwk::curve(family, pair.public_key().as_ref())?;
                return Ok(Self { pair: Arc::new(Pair::Ec(pair)), public });
            }
        }
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
            let public = Jwk::curve(Family::Ed25519, pair.public_key().as_ref())?;
            return Ok(Self { pair: Arc::new(Pair::Ed25519(pair)), public });
        }
        let pair = RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der));
        let pair = pair.map_err(|_| JoseError::PrivateKey)?;
        let numbers = PublicKeyComponents::<Vec<u8>>::from(pair.public());
        let public = Jwk::rsa(&numbers.n, &numbers.e)?;
        Ok(Self { pair: Arc::new(Pair::Rsa(pair)), public })
    }

    /// A new key on P-256, which stays in memory.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn generate() -> Result<Self, JoseError> {
        let way = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(way, &SystemRandom::new());
        Self::from_der(der.map_err(|_| JoseError::Random)?.as_ref())
    }

    /// What it signs with unless another is asked for: RS256, ES256, ES384 or EdDSA.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        let fits = |algorithm: &Algorithm| self.public.fits(*algorithm);
        Algorithm::ALL.into_iter().find(fits).unwrap_or(Algorithm::Es256)
    }

    /// The name that the key has by its content: its thumbprint.
    ///
    /// Specification: RFC 7638.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        self.public.thumbprint()
    }

    /// The public half as a JWK, for those who are to know that something was signed with it.
    ///
    /// Specification: RFC 7517.
    #[must_use]
    pub fn public_jwk(&self) -> String {
        self.public.to_json().to_string()
    }

    /// The public half.
    pub(crate) fn public(&self) -> &Jwk {
        &self.public
    }

    /// Signs claims: `header.payload.signature`. `alg` is added to the header.
    ///
    /// # Errors
    /// The key is for other algorithms, or the system has no random numbers.
    pub(crate) fn sign(
        &self,
        algorithm: Algorithm,
        mut header: Map<String, Value>,
        claims: &Map<String, Value>,
    ) -> Result<String, JoseError> {
        header.insert("alg".to_owned(), algorithm.name().into());
        let json = |members: &Map<String, Value>| serde_json::to_vec(members);
        let header = json(&header).map_err(|_| JoseError::Header)?;
        let payload = json(claims).map_err(|_| JoseError::Payload)?;
        let signed = format!("{}.{}", encode(header), encode(payload));
        let signature = self.signature(algorithm, signed.as_bytes())?;
        Ok(format!("{signed}.{}", encode(signature)))
    }

    /// A signature of bytes that are no claims.
    #[cfg(test)]
    pub(crate) fn raw(&self, message: &[u8]) -> Vec<u8> {
        self.signature(self.algorithm(), message).unwrap()
    }

    fn signature(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        if !self.public.fits(algorithm) {
            return Err(JoseError::KeyUse);
        }
        let random = SystemRandom::new();
        match &*self.pair {
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Pair::Ec(pair) => {
                let signature = pair.sign(&random, message).map_err(|_| JoseError::Random)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rsa(pair) => {
                let way = rsa(algorithm).ok_or(JoseError::KeyUse)?;
                let mut signature = vec![0; pair.public().modulus_len()];
                let signed = pair.sign(way, &random, message, &mut signature);
                signed.map_err(|_| JoseError::Random)?;
                Ok(signature)
            }
        }
    }
}

fn rsa(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    Some(match algorithm {
        Algorithm::Rs256 => &signature::RSA_PKCS1_SHA256,
        Algorithm::Rs384 => &signature::RSA_PKCS1_SHA384,
        Algorithm::Rs512 => &signature::RSA_PKCS1_SHA512,
        Algorithm::Ps256 => &signature::RSA_PSS_SHA256,
        Algorithm::Ps384 => &signature::RSA_PSS_SHA384,
        Algorithm::Ps512 => &signature::RSA_PSS_SHA512,
        _ => return None,
    })
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([redacted])")
    }
}
