//! What is wrong with signed JSON.

/// What is wrong with signed JSON, or with a key. Nothing of either is in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JoseError {
    /// It is no `header.payload.signature`.
    #[error("it is no signed token: that has three parts of base64url, divided by dots")]
    Form,
    /// The header is no object of JSON, or lacks a name.
    #[error("its header is no JSON object with an `alg`")]
    Header,
    /// The header demands something that is not known here.
    #[error("its header names critical extensions (`crit`), of which none is known")]
    Critical,
    /// The algorithm is not known, or not allowed.
    #[error("its algorithm is not allowed")]
    Algorithm,
    /// The payload is no object of JSON.
    #[error("its payload is no JSON object in which every name appears once")]
    Payload,
    /// The key is for something else.
    #[error("the key is for another algorithm, or for no signatures")]
    KeyUse,
    /// The signature is wrong.
    #[error("its signature is wrong")]
    Signature,
    /// A public key cannot be read.
    #[error("a key is no JWK for signatures")]
    Jwk,
    /// A set of keys cannot be read.
    #[error("it is no JSON Web Key Set: an object with an array `keys`")]
    JwkSet,
    /// A private key cannot be read.
    #[error(
        "the private key is no PEM (or DER) of PKCS#8 for RSA of 2048 bits or more, P-256, P-384 \
         or Ed25519; `openssl pkcs8 -topk8 -nocrypt -in key.pem` makes one of other forms"
    )]
    PrivateKey,
    /// The system has no random numbers.
    #[error("the system has no random numbers")]
    Random,
}
