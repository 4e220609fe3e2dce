//! What can be said of a choice.

use toolwright_spec::{
    EnumOption, LegacyTitledEnumSchema, PrimitiveSchemaDefinition, TitledEnumItems,
    TitledMultiSelectEnumSchema, TitledSingleSelectEnumSchema, UntitledEnumItems,
    UntitledMultiSelectEnumSchema, UntitledSingleSelectEnumSchema,
};

use super::common::{Common, common};

common!(Select, Choices);

/// The options of a choice: values, and titles where there are any.
#[derive(Debug, Clone, Default)]
pub(super) struct Options(pub(super) Vec<(String, Option<String>)>);

impl Options {
    fn values(self) -> Vec<String> {
        self.0.into_iter().map(|(value, _)| value).collect()
    }

    /// The options with titles, if one of them has one.
    fn titled(&self) -> Option<Vec<EnumOption>> {
        let option = |(value, title): &(String, Option<String>)| {
            EnumOption::new(value.clone(), title.as_ref().unwrap_or(value).clone())
        };
        let any = self.0.iter().any(|(_, title)| title.is_some());
        any.then(|| self.0.iter().map(option).collect())
    }
}

/// A choice of one option.
#[derive(Debug, Clone, Default)]
pub struct Select {
    pub(super) common: Common,
    pub(super) options: Options,
    default: Option<String>,
    legacy: bool,
}

impl Select {
    pub(super) fn new(options: Options) -> Self {
        Self { options, ..<Self as Default>::default() }
    }

    /// The value that is chosen beforehand.
    #[must_use]
    pub fn default(mut self, value: impl Into<String>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Writes titles as `enumNames`, which is no JSON Schema, for clients that know no other form.
    #[must_use]
    pub fn legacy_titles(mut self) -> Self {
        self.legacy = true;
        self
    }

    pub(super) fn schema(self) -> PrimitiveSchemaDefinition {
        let Common { title, description, .. } = self.common;
        match self.options.titled() {
            Some(options) if self.legacy => {
                let (values, titles): (Vec<_>, Vec<_>) =
                    options.into_iter().map(|option| (option.const_, option.title)).unzip();
                let mut schema = LegacyTitledEnumSchema::new(values);
                schema.enum_names = Some(titles);
                (schema.title, schema.description) = (title, description);
                schema.default = self.default;
                schema.into()
            }
            Some(options) => {
                let mut schema = TitledSingleSelectEnumSchema::new(options);
                (schema.title, schema.description) = (title, description);
                schema.default = self.default;
                schema.into()
            }
            None => {
                let mut schema = UntitledSingleSelectEnumSchema::new(self.options.values());
                (schema.title, schema.description) = (title, description);
                schema.default = self.default;
                schema.into()
            }
        }
    }
}

/// A choice of several options.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    pub(super) common: Common,
    pub(super) options: Options,
    default: Option<Vec<String>>,
    pub(super) items: (Option<u32>, Option<u32>),
}

impl Choices {
    pub(super) fn new(options: Options) -> Self {
        Self { options, ..<Self as Default>::default() }
    }

    /// The values that are chosen beforehand.
    #[must_use]
    pub fn default<T: Into<String>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.default = Some(values.into_iter().map(Into::into).collect());
        self
    }

    /// Fewest options to choose.
    #[must_use]
    pub fn min_items(mut self, options: u32) -> Self {
        self.items.0 = Some(options);
        self
    }

    /// Most options to choose.
    #[must_use]
    pub fn max_items(mut self, options: u32) -> Self {
        self.items.1 = Some(options);
        self
    }

    pub(super) fn schema(self) -> PrimitiveSchemaDefinition {
        let Common { title, description, .. } = self.common;
        let (min, max) = (self.items.0.map(i64::from), self.items.1.map(i64::from));
        match self.options.titled() {
            Some(options) => {
                let mut schema = TitledMultiSelectEnumSchema::new(TitledEnumItems::new(options));
                (schema.title, schema.description) = (title, description);
                (schema.min_items, schema.max_items) = (min, max);
                schema.default = self.default;
                schema.into()
            }
            None => {
                let items = UntitledEnumItems::new(self.options.values());
                let mut schema = UntitledMultiSelectEnumSchema::new(items);
                (schema.title, schema.description) = (title, description);
                (schema.min_items, schema.max_items) = (min, max);
                schema.default = self.default;
                schema.into()
            }
        }
    }
}
