//! JSON-RPC errors as Rust errors.

use std::fmt;

use crate::{DecodeError, ErrorObject, code};

impl fmt::Display for ErrorObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for ErrorObject {}

/// With the JSON-RPC code that fits: broken JSON, unknown method, or invalid parameters.
impl From<&DecodeError> for ErrorObject {
    fn from(error: &DecodeError) -> Self {
        let code = if error.is_syntax() {
            code::PARSE_ERROR
        } else if error.is_unknown_method() {
            code::METHOD_NOT_FOUND
        } else {
            code::INVALID_PARAMS
        };
        Self::new(code, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use crate::{CallToolRequestParams, ErrorObject, code, from_str};

    #[test]
    fn a_decode_error_has_its_code() {
        let error = |text| ErrorObject::from(&from_str::<CallToolRequestParams>(text).unwrap_err());
        assert_eq!(error("{").code, code::PARSE_ERROR);
        assert_eq!(error("{}").code, code::INVALID_PARAMS);
        assert_eq!(error("{}").to_string(), "at the root: missing member `name` (-32602)");
    }
}
