//! What the description of an API promises about replies, held against what comes.
//!
//! Clients check structured results against a tool's `outputSchema` and throw away what does not
//! fit, so such a reply has to reach the model another way.

use std::sync::OnceLock;

use serde_json::value::RawValue;
use toolwright_core::schema::Validator;

/// A tool's `outputSchema`, compiled when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Promise {
    schema: Option<Box<RawValue>>,
    validator: OnceLock<Option<Validator>>,
}

/// How many violations are shown.
const SHOWN: usize = 5;

impl Promise {
    pub(crate) fn new(schema: Option<Box<RawValue>>) -> Self {
        Self { schema, validator: OnceLock::new() }
    }

    /// Whether structured results are promised at all.
    pub(crate) fn is_made(&self) -> bool {
        self.schema.is_some()
    }

    /// Says how a structured result breaks the promise, if it does.
    pub(crate) fn broken_by(&self, structured: &RawValue) -> Option<String> {
        let schema = self.schema.as_ref()?;
        // A schema that cannot be checked holds nothing against anybody.
        let validator = self.validator.get_or_init(|| Validator::new(schema.get()).ok());
        let violations = validator.as_ref()?.validate(structured).err()?;
        let shown: Vec<String> =
            violations.iter().take(SHOWN).map(|violation| format!("\n- {violation}")).collect();
        Some(shown.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_said() {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        let promise = Promise::new(Some(raw(r#"{"required":["a"]}"#)));
        assert_eq!(promise.broken_by(&raw(r#"{"a":1}"#)), None);
        assert_eq!(
            promise.broken_by(&raw("{}")).as_deref(),
            Some("\n- missing required member \"a\"")
        );
        assert_eq!(Promise::default().broken_by(&raw("{}")), None);
        let unusable = Promise::new(Some(raw(r#"{"type":7}"#)));
        assert_eq!(unusable.broken_by(&raw("{}")), None);
    }
}
