//! `header.payload.signature`.

use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::encoding::decode;
use super::error::JoseError;
use super::jwk::Jwk;
use super::object::object;

/// Bytes of a token, at most.
const LONGEST: usize = 16 << 10;

/// A token in its parts, of which none is checked yet.
#[derive(Debug)]
pub(crate) struct Compact<'a> {
    pub(crate) header: Header,
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

/// What a header says.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) algorithm: Algorithm,
    pub(crate) kind: Option<String>,
    pub(crate) key_id: Option<String>,
    members: Map<String, Value>,
}

impl<'a> Compact<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// It is none, its algorithm is no signature that is known, or it demands what is not known.
    pub(crate) fn read(token: &'a str) -> Result<Self, JoseError> {
        if token.len() > LONGEST {
            return Err(JoseError::Form);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JoseError::Form)?;
        let (header, payload) = signed.split_once('.').ok_or(JoseError::Form)?;
        if payload.contains('.') {
            return Err(JoseError::Form);
        }
        let header = decode(header).ok_or(JoseError::Form)?;
        let signature = decode(signature).ok_or(JoseError::Form)?;
        Ok(Self { header: Header::read(&header)?, signed, payload, signature })
    }

    /// The payload, if the key is for this algorithm and made the signature.
    ///
    /// # Errors
    /// It did not, or what was signed is no object.
    pub(crate) fn payload(&self, key: &Jwk) -> Result<Map<String, Value>, JoseError> {
        key.verify(self.header.algorithm, self.signed.as_bytes(), &self.signature)?;
        let payload = decode(self.payload).ok_or(JoseError::Form)?;
        object(&payload).ok_or(JoseError::Payload)
    }

    /// The payload as anybody could have written it: for naming who may have, and no more.
    pub(crate) fn unverified(&self) -> Option<Map<String, Value>> {
        object(&decode(self.payload)?)
    }
}

impl Header {
    fn read(json: &[u8]) -> Result<Self, JoseError> {
        let members = object(json).ok_or(JoseError::Header)?;
        if members.contains_key("crit") {
            return Err(JoseError::Critical);
        }
        let text = |name: &str| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(JoseError::Header),
        };
        let algorithm = text("alg")?.ok_or(JoseError::Header)?.parse()?;
        Ok(Self { algorithm, kind: text("typ")?, key_id: text("kid")?, members })
    }

    /// Whether `typ` is this: in any case, and also written as a media type.
    pub(crate) fn is_kind(&self, kind: &str) -> bool {
        let Some(known) = self.kind.as_deref() else { return false };
        let short = match known.get(.."application/".len()) {
            Some(start) if start.eq_ignore_ascii_case("application/") => {
                known.get("application/".len()..).unwrap_or_default()
            }
            _ => known,
        };
        short.eq_ignore_ascii_case(kind)
    }

    /// Another member.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }
}
