//! What can be said of one field.

use toolwright_spec::{
    BooleanSchema, NumberSchema, NumberSchemaType, PrimitiveSchemaDefinition, StringFormat,
    StringSchema,
};

use super::common::{Common, common};

common!(Text, Number, Flag);

/// A text.
#[derive(Debug, Clone, Default)]
pub struct Text {
    pub(super) common: Common,
    default: Option<String>,
    format: Option<StringFormat>,
    pub(super) length: (Option<u32>, Option<u32>),
}

impl Text {
    /// What is filled in beforehand.
    #[must_use]
    pub fn default(mut self, text: impl Into<String>) -> Self {
        self.default = Some(text.into());
        self
    }

    /// What kind of text it has to be.
    #[must_use]
    pub fn format(mut self, format: StringFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// Fewest characters.
    #[must_use]
    pub fn min_length(mut self, characters: u32) -> Self {
        self.length.0 = Some(characters);
        self
    }

    /// Most characters.
    #[must_use]
    pub fn max_length(mut self, characters: u32) -> Self {
        self.length.1 = Some(characters);
        self
    }

    pub(super) fn schema(self) -> PrimitiveSchemaDefinition {
        let mut schema = StringSchema::new();
        (schema.title, schema.description) = (self.common.title, self.common.description);
        schema.default = self.default;
        schema.format = self.format;
        schema.min_length = self.length.0.map(i64::from);
        schema.max_length = self.length.1.map(i64::from);
        schema.into()
    }
}

/// A number, whole or not.
#[derive(Debug, Clone)]
pub struct Number {
    pub(super) common: Common,
    kind: NumberSchemaType,
    default: Option<f64>,
    pub(super) range: (Option<f64>, Option<f64>),
}

impl Number {
    pub(super) fn new(kind: NumberSchemaType) -> Self {
        Self { common: Common::default(), kind, default: None, range: (None, None) }
    }

    /// What is filled in beforehand.
    #[must_use]
    pub fn default(mut self, number: impl Into<f64>) -> Self {
        self.default = Some(number.into());
        self
    }

    /// The smallest number.
    #[must_use]
    pub fn min(mut self, number: impl Into<f64>) -> Self {
        self.range.0 = Some(number.into());
        self
    }

    /// The largest number.
    #[must_use]
    pub fn max(mut self, number: impl Into<f64>) -> Self {
        self.range.1 = Some(number.into());
        self
    }

    pub(super) fn schema(self) -> PrimitiveSchemaDefinition {
        let mut schema = NumberSchema::new(self.kind);
        (schema.title, schema.description) = (self.common.title, self.common.description);
        schema.default = self.default;
        (schema.minimum, schema.maximum) = self.range;
        schema.into()
    }
}

/// Yes or no.
#[derive(Debug, Clone, Default)]
pub struct Flag {
    pub(super) common: Common,
    default: Option<bool>,
}

impl Flag {
    /// What is chosen beforehand.
    #[must_use]
    pub fn default(mut self, value: bool) -> Self {
        self.default = Some(value);
        self
    }

    pub(super) fn schema(self) -> PrimitiveSchemaDefinition {
        let mut schema = BooleanSchema::new();
        (schema.title, schema.description) = (self.common.title, self.common.description);
        schema.default = self.default;
        schema.into()
    }
}
