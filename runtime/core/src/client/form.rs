//! What a server asks a person, and what it is told.

use std::sync::Arc;

use serde::Serialize;
use toolwright_spec::{
    ElicitAction, ElicitRequestFormParams, ElicitRequestUrlParams, ElicitResult, ElicitationSchema,
    ElicitedValue, Implementation, Map, PrimitiveSchemaDefinition,
};

use crate::error::ProtocolError;
use crate::schema::Validator;

/// A form that the server wants filled in.
///
/// Show who asks, let the person read what they send, and let them decline: a [`Reply`] has no
/// default. Do not let a model answer in a person's place without their consent.
///
/// Specification: `client/elicitation`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Form {
    /// What the server calls itself, if it does. Nobody checks it.
    pub server: Option<Arc<Implementation>>,
    /// What it wants to know, and why.
    pub message: String,
    /// The fields, in their order.
    pub schema: ElicitationSchema,
}

impl Form {
    pub(super) fn new(
        server: Option<Arc<Implementation>>,
        params: ElicitRequestFormParams,
    ) -> Self {
        Self { server, message: params.message, schema: params.requested_schema }
    }

    /// What the form holds before anybody touches it: the defaults of its fields.
    ///
    /// ```
    /// # use toolwright_core::client::{Form, Reply};
    /// # use toolwright_core::Client;
    /// let builder = Client::builder().on_elicit(|form: Form| async move {
    ///     Ok(Reply::Accept(form.defaults())) // after the person agreed
    /// });
    /// ```
    #[must_use]
    pub fn defaults(&self) -> Map<ElicitedValue> {
        let fields = self.schema.properties.iter();
        fields.filter_map(|(name, field)| Some((name, default(field)?))).collect()
    }

    /// Makes a reply ready to be sent: fields that were left out get their defaults, and what is
    /// accepted has to fit the form.
    pub(super) fn settle(&self, reply: Reply) -> Result<ElicitResult, ProtocolError> {
        let content = match reply {
            Reply::Decline => return Ok(ElicitResult::new(ElicitAction::Decline)),
            Reply::Cancel => return Ok(ElicitResult::new(ElicitAction::Cancel)),
            Reply::Accept(content) => content,
        };
        let mut filled = self.defaults();
        filled.extend(content);
        self.check(&filled)?;
        Ok(ElicitResult::new(ElicitAction::Accept).with_content(filled))
    }

    fn check(&self, content: &Map<ElicitedValue>) -> Result<(), ProtocolError> {
        let unusable = |reason: &dyn std::fmt::Display| {
            ProtocolError::invalid_params(format!("the form cannot be used: {reason}"))
        };
        let schema = serde_json::to_string(&self.schema).map_err(|error| unusable(&error))?;
        let validator = Validator::new(&schema).map_err(|error| unusable(&error))?;
        let content = serde_json::value::to_raw_value(content).map_err(|error| unusable(&error))?;
        validator.validate(&content).map_err(|violations| {
            let told: Vec<String> = violations.iter().map(ToString::to_string).collect();
            ProtocolError::internal(format!("the reply does not fit the form: {}", told.join("; ")))
        })
    }
}

/// What a person makes of a [`Form`].
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// They send this. Fields that are left out get their defaults.
    Accept(Map<ElicitedValue>),
    /// They say no.
    Decline,
    /// They went away without saying anything.
    Cancel,
}

impl Reply {
    /// Accepts with the members of a struct, or of anything else that is written as a flat JSON
    /// object.
    ///
    /// ```
    /// use toolwright_core::client::Reply;
    ///
    /// #[derive(serde::Serialize)]
    /// struct Seat { row: u8, aisle: bool }
    ///
    /// let reply = Reply::accept(&Seat { row: 12, aisle: true })?;
    /// assert!(matches!(reply, Reply::Accept(content) if content.len() == 2));
    /// # Ok::<(), toolwright_core::ProtocolError>(())
    /// ```
    ///
    /// # Errors
    /// It is no such object.
    pub fn accept(content: &impl Serialize) -> Result<Self, ProtocolError> {
        let no = |reason: &dyn std::fmt::Display| ProtocolError::internal(reason.to_string());
        let text = serde_json::to_string(content).map_err(|error| no(&error))?;
        toolwright_spec::from_str(&text).map(Self::Accept).map_err(|error| no(&error))
    }
}

/// A page that the server wants a person to visit, for what must not pass through the client:
/// passwords, payments, authorization elsewhere.
///
/// The client must not fetch the page beforehand, nor open it without consent. Show the whole
/// address, its host above all.
///
/// Specification: `client/elicitation`, section "URL Mode".
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Visit {
    /// What the server calls itself, if it does. Nobody checks it.
    pub server: Option<Arc<Implementation>>,
    /// Why.
    pub message: String,
    /// The address, as it came.
    pub url: String,
    /// Under which name the server will say that the visit is over.
    pub id: Option<String>,
}

impl Visit {
    pub(super) fn new(server: Option<Arc<Implementation>>, params: ElicitRequestUrlParams) -> Self {
        Self { server, message: params.message, url: params.url, id: params.elicitation_id }
    }

    /// The host of the address, for it to be shown apart. `None` if the address is no `http` or
    /// `https` one, or carries user information; better not open it then.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        let (scheme, rest) = self.url.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let authority = rest.split(['/', '?', '#', '\\']).next()?;
        let port = authority
            .rfind(':')
            .filter(|colon| !authority.get(*colon..).unwrap_or_default().contains(']'));
        let host = port.map_or(Some(authority), |colon| authority.get(..colon))?;
        (!host.is_empty() && !host.contains('@') && host.is_ascii()).then_some(host)
    }

    /// Whether the host may look like another one: it has letters that are not ASCII, written
    /// with `xn--`.
    #[must_use]
    pub fn may_deceive(&self) -> bool {
        self.host().is_none_or(|host| {
            host.split('.')
                .any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")))
        })
    }
}

fn default(field: &PrimitiveSchemaDefinition) -> Option<ElicitedValue> {
    use PrimitiveSchemaDefinition as Field;
    match field {
        Field::String(field) => field.default.clone().map(ElicitedValue::String),
        Field::Number(field) => field.default.map(ElicitedValue::Number),
        Field::Boolean(field) => field.default.map(ElicitedValue::Bool),
        Field::UntitledSingleSelectEnum(field) => field.default.clone().map(ElicitedValue::String),
        Field::TitledSingleSelectEnum(field) => field.default.clone().map(ElicitedValue::String),
        Field::LegacyTitledEnum(field) => field.default.clone().map(ElicitedValue::String),
        Field::UntitledMultiSelectEnum(field) => field.default.clone().map(ElicitedValue::List),
        Field::TitledMultiSelectEnum(field) => field.default.clone().map(ElicitedValue::List),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> Form {
        let params = json!({ "message": "who?", "requestedSchema": { "type": "object",
            "properties": {
                "name": { "type": "string", "default": "Ada" },
                "age": { "type": "integer", "default": 36, "minimum": 18 },
                "sure": { "type": "boolean", "default": false },
                "color": { "type": "string", "enum": ["red", "green"], "default": "green" },
                "days": { "type": "array", "items": { "type": "string", "enum": ["mo", "tu"] },
                    "default": ["mo"] },
                "note": { "type": "string" }
            }, "required": ["name", "note"] } });
        Form::new(None, toolwright_spec::from_str(&params.to_string()).unwrap())
    }

    #[test]
    fn fields_left_out_get_their_defaults() {
        let reply = Reply::accept(&json!({ "note": "hi", "age": 40 })).unwrap();
        let result = form().settle(reply).unwrap();
        assert_eq!(
            serde_json::to_value(&result).unwrap(),
            json!({ "action": "accept", "content": { "name": "Ada", "age": 40, "sure": false,
                "color": "green", "days": ["mo"], "note": "hi" } })
        );
    }

    #[test]
    fn a_reply_has_to_fit() {
        for (content, told) in [
            (json!({}), "missing required member \"note\""),
            (json!({ "note": "x", "age": 3 }), "/age"),
            (json!({ "note": "x", "color": "blue" }), "/color"),
        ] {
            let error = form().settle(Reply::accept(&content).unwrap()).unwrap_err();
            assert!(error.message().contains(told), "{error}");
        }
        assert_eq!(form().settle(Reply::Decline).unwrap().content, None);
        assert!(Reply::accept(&json!({ "a": { "b": 1 } })).is_err());
    }

    #[test]
    fn hosts_are_read_and_doubted() {
        let visit = |url: &str| Visit {
            server: None,
            message: String::new(),
            url: url.to_owned(),
            id: None,
        };
        assert_eq!(visit("https://pay.example.com:444/x?y").host(), Some("pay.example.com"));
        assert_eq!(visit("http://[::1]:80/").host(), Some("[::1]"));
        assert_eq!(visit("http://[::1]").host(), Some("[::1]"));
        for bad in ["javascript:alert(1)", "https://good@evil/", "file:///etc", "https://ä.de/", ""]
        {
            assert_eq!(visit(bad).host(), None, "{bad}");
            assert!(visit(bad).may_deceive());
        }
        assert!(visit("https://www.XN--80ak6aa92e.com/").may_deceive());
        assert!(!visit("https://example.com/").may_deceive());
    }
}
