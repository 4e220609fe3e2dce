//! Forms made by hand.

use toolwright_spec::{ElicitationSchema, Map, NumberSchemaType, PrimitiveSchemaDefinition};

use super::common::Common;
use super::select::Options;
use super::{Choice, Choices, Flag, FormError, Number, Select, Text, is_secret};

/// A form, put together field by field. Fields have to be filled in unless they are
/// [`optional`](Text::optional).
///
/// ```
/// use toolwright_core::elicit::Form;
///
/// let form = Form::new()
///     .string("name", |f| f.title("Your name").default("John Doe"))
///     .integer("age", |f| f.min(0).max(150).optional())
///     .select("size", ["S", "M", "L"], |f| f.default("M"))
///     .titled_choices("days", [("sat", "Saturday"), ("sun", "Sunday")], |f| f.min_items(1))
///     .build()?;
/// assert_eq!(form.required.unwrap(), ["name", "size", "days"]);
///
/// // Secrets are no business of forms.
/// assert!(Form::new().string("password", |f| f).build().is_err());
/// # Ok::<(), toolwright_core::elicit::FormError>(())
/// ```
///
/// Specification: `client/elicitation`.
#[derive(Debug, Clone, Default)]
pub struct Form {
    fields: Map<PrimitiveSchemaDefinition>,
    required: Vec<String>,
    /// The first thing that is wrong.
    error: Option<FormError>,
}

impl Form {
    /// No fields yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn string(self, name: impl Into<String>, options: impl FnOnce(Text) -> Text) -> Self {
        let field = options(<Text as Default>::default());
        let is_empty = above(field.length);
        self.add(name.into(), field.common.clone(), is_empty, field.schema())
    }

    /// Adds a number.
    #[must_use]
    pub fn number(self, name: impl Into<String>, options: impl FnOnce(Number) -> Number) -> Self {
        self.numeric(name.into(), options(Number::new(NumberSchemaType::Number)))
    }

    /// Adds a whole number.
    #[must_use]
    pub fn integer(self, name: impl Into<String>, options: impl FnOnce(Number) -> Number) -> Self {
        self.numeric(name.into(), options(Number::new(NumberSchemaType::Integer)))
    }

    /// Adds yes or no.
    #[must_use]
    pub fn boolean(self, name: impl Into<String>, options: impl FnOnce(Flag) -> Flag) -> Self {
        let field = options(<Flag as Default>::default());
        self.add(name.into(), field.common.clone(), false, field.schema())
    }

    /// Adds a choice of one value.
    #[must_use]
    pub fn select<T: Into<String>>(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = T>,
        options: impl FnOnce(Select) -> Select,
    ) -> Self {
        self.selected(name.into(), untitled(values), options)
    }

    /// Adds a choice of one value; people see the titles.
    #[must_use]
    pub fn titled_select<T: Into<String>, U: Into<String>>(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = (T, U)>,
        options: impl FnOnce(Select) -> Select,
    ) -> Self {
        self.selected(name.into(), titled(values), options)
    }

    /// Adds a choice of one of the options of a type.
    #[must_use]
    pub fn select_of<T: Choice>(
        self,
        name: impl Into<String>,
        options: impl FnOnce(Select) -> Select,
    ) -> Self {
        self.selected(name.into(), of::<T>(), options)
    }

    /// Adds a choice of several values.
    #[must_use]
    pub fn choices<T: Into<String>>(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = T>,
        options: impl FnOnce(Choices) -> Choices,
    ) -> Self {
        self.several(name.into(), untitled(values), options)
    }

    /// Adds a choice of several values; people see the titles.
    #[must_use]
    pub fn titled_choices<T: Into<String>, U: Into<String>>(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = (T, U)>,
        options: impl FnOnce(Choices) -> Choices,
    ) -> Self {
        self.several(name.into(), titled(values), options)
    }

    /// Adds a choice of several of the options of a type.
    #[must_use]
    pub fn choices_of<T: Choice>(
        self,
        name: impl Into<String>,
        options: impl FnOnce(Choices) -> Choices,
    ) -> Self {
        self.several(name.into(), of::<T>(), options)
    }

    /// The finished form.
    ///
    /// # Errors
    /// It asks for a secret, or for what nobody can fill in.
    pub fn build(self) -> Result<ElicitationSchema, FormError> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.into_schema()),
        }
    }

    /// The form as it stands, for those who have made sure that it is right: what
    /// [`build`](Self::build) refuses is sent.
    #[must_use]
    pub fn into_schema(self) -> ElicitationSchema {
        let mut schema = ElicitationSchema::new(self.fields);
        schema.required = Some(self.required).filter(|required| !required.is_empty());
        schema
    }

    fn numeric(self, name: String, field: Number) -> Self {
        let is_empty = above(field.range);
        self.add(name, field.common.clone(), is_empty, field.schema())
    }

    fn selected(self, name: String, options: Options, with: impl FnOnce(Select) -> Select) -> Self {
        let form = self.with_options(&name, &options);
        let field = with(Select::new(options));
        form.add(name, field.common.clone(), false, field.schema())
    }

    fn several(
        self,
        name: String,
        options: Options,
        with: impl FnOnce(Choices) -> Choices,
    ) -> Self {
        let form = self.with_options(&name, &options);
        let field = with(Choices::new(options));
        let is_empty = above(field.items);
        form.add(name, field.common.clone(), is_empty, field.schema())
    }

    fn with_options(mut self, field: &str, options: &Options) -> Self {
        if options.0.is_empty() {
            self.error.get_or_insert(FormError::NoOptions { field: field.to_owned() });
        }
        self
    }

    fn add(
        mut self,
        field: String,
        common: Common,
        is_empty: bool,
        schema: PrimitiveSchemaDefinition,
    ) -> Self {
        let error = if !common.not_a_secret && is_secret(&field) {
            Some(FormError::Secret { field: field.clone() })
        } else if self.fields.contains_key(&field) {
            Some(FormError::Duplicate { field: field.clone() })
        } else {
            is_empty.then(|| FormError::Empty { field: field.clone() })
        };
        self.error = self.error.or(error);
        if !common.optional {
            self.required.push(field.clone());
        }
        self.fields.insert(field, schema);
        self
    }
}

fn untitled<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Options {
    Options(values.into_iter().map(|value| (value.into(), None)).collect())
}

fn titled<T: Into<String>, U: Into<String>>(values: impl IntoIterator<Item = (T, U)>) -> Options {
    Options(values.into_iter().map(|(value, title)| (value.into(), Some(title.into()))).collect())
}

fn of<T: Choice>() -> Options {
    let option =
        |(value, title): &(&str, Option<&str>)| ((*value).to_owned(), title.map(ToOwned::to_owned));
    Options(T::OPTIONS.iter().map(option).collect())
}

fn above<T: PartialOrd>((lower, upper): (Option<T>, Option<T>)) -> bool {
    matches!((lower, upper), (Some(lower), Some(upper)) if lower > upper)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn choices_have_every_form_there_is() {
        let titles = [("a", "A"), ("b", "B")];
        let form = Form::new()
            .select("one", ["a", "b"], |f| f)
            .titled_select("titled", titles, |f| f.optional())
            .titled_select("legacy", titles, |f| f.legacy_titles().optional())
            .choices("many", ["a", "b"], |f| f.default(["b"]).optional())
            .titled_choices("titled_many", titles, |f| f.max_items(1).optional());
        let options = json!([{ "const": "a", "title": "A" }, { "const": "b", "title": "B" }]);
        assert_eq!(
            serde_json::to_value(form.build().unwrap()).unwrap(),
            json!({
                "type": "object",
                "properties": {
                    "one": { "type": "string", "enum": ["a", "b"] },
                    "titled": { "type": "string", "oneOf": options },
                    "legacy": { "type": "string", "enum": ["a", "b"], "enumNames": ["A", "B"] },
                    "many": {
                        "type": "array",
                        "items": { "type": "string", "enum": ["a", "b"] },
                        "default": ["b"],
                    },
                    "titled_many": { "type": "array", "items": { "anyOf": options }, "maxItems": 1 },
                },
                "required": ["one"],
            })
        );
    }

    #[test]
    fn what_must_not_be_sent_is_not_built() {
        let field = || "x".to_owned();
        for (form, error) in [
            (
                Form::new().string("x", |f| f.min_length(2).max_length(1)),
                FormError::Empty { field: field() },
            ),
            (Form::new().integer("x", |f| f.min(1).max(0)), FormError::Empty { field: field() }),
            (Form::new().select("x", [""; 0], |f| f), FormError::NoOptions { field: field() }),
            (
                Form::new().boolean("x", |f| f).boolean("x", |f| f),
                FormError::Duplicate { field: field() },
            ),
            (
                Form::new().string("pin_token", |f| f),
                FormError::Secret { field: "pin_token".into() },
            ),
        ] {
            assert_eq!(form.build(), Err(error));
        }
        assert!(Form::new().string("tokens", |f| f.not_a_secret()).build().is_ok());
    }
}
