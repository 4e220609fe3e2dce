//! What a person filled in.

use toolwright_spec::{ElicitationSchema, ElicitedValue, Map, from_str};

use super::{Elicit, ElicitError, Field, check};

/// The values of a form that was accepted, by field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers(Map<ElicitedValue>);

impl Answers {
    /// Reads the `content` of an elicitation's result. Fields that are `null` count as left out:
    /// the protocol has no `null` here, but clients send it.
    ///
    /// # Errors
    /// It is no object of texts, numbers, booleans and lists of texts.
    pub fn from_json(content: &str) -> Result<Self, ElicitError> {
        let members: Map<serde_json::Value> =
            from_str(content).map_err(|error| ElicitError::Content(error.to_string()))?;
        let mut answers = Map::new();
        for (name, value) in members {
            if value.is_null() {
                continue;
            }
            let value = from_str(&value.to_string())
                .map_err(|_| ElicitError::field(&name, "text, a number, a boolean or a list"))?;
            answers.insert(name, value);
        }
        Ok(Self(answers))
    }

    /// The answer to one field, if there is one.
    #[must_use]
    pub fn answer(&self, name: &str) -> Option<&ElicitedValue> {
        self.0.get(name)
    }

    /// The answer to one field, as a Rust value.
    ///
    /// # Errors
    /// It is missing or is no `T`; the text names the field.
    pub fn field<T: Field>(&self, name: &str) -> Result<T, ElicitError> {
        match self.answer(name) {
            Some(answer) => {
                T::from_answer(answer).map_err(|expected| ElicitError::field(name, expected))
            }
            None => T::absent().ok_or_else(|| ElicitError::missing(name)),
        }
    }

    /// The answer to one field, or else its default.
    ///
    /// # Errors
    /// It is no `T`; the text names the field.
    pub fn field_or<T: Field>(
        &self,
        name: &str,
        default: impl FnOnce() -> T,
    ) -> Result<T, ElicitError> {
        if self.answer(name).is_some() { self.field(name) } else { Ok(default()) }
    }

    /// Whether every answer is what the form asks for. Fields that the form does not have are
    /// passed over.
    ///
    /// # Errors
    /// The first answer that is not.
    pub fn check(&self, form: &ElicitationSchema) -> Result<(), ElicitError> {
        check::answers(&self.0, form)
    }

    /// Checks the answers against the form of a `T`, then reads them.
    ///
    /// # Errors
    /// An answer is missing or is not what was asked for.
    pub fn accept<T: Elicit>(&self) -> Result<T, ElicitError> {
        self.check(&T::schema())?;
        T::read(self)
    }
}

impl From<Map<ElicitedValue>> for Answers {
    fn from(answers: Map<ElicitedValue>) -> Self {
        Self(answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_left_out() {
        let answers = Answers::from_json(r#"{"a":null,"b":["x"],"c":1}"#).unwrap();
        assert_eq!(answers.field::<Option<bool>>("a"), Ok(None));
        assert_eq!(answers.field::<i64>("c"), Ok(1));
        assert_eq!(answers.field_or("d", || 7), Ok(7));
        assert_eq!(answers.field::<bool>("d").unwrap_err().to_string(), "/d: is missing");
        let error = Answers::from_json(r#"{"a":{}}"#).unwrap_err();
        assert_eq!(error.place(), Some("a"));
        assert!(Answers::from_json("7").is_err());
    }
}
