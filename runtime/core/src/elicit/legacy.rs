//! Forms for clients that know fewer of them.

use toolwright_spec::{ElicitationSchema, LegacyTitledEnumSchema, PrimitiveSchemaDefinition};

/// The form with the titles of single choices written as `enumNames`, the one way in which
/// 2025-06-18 has them. The answers stay the same.
///
/// ```
/// use toolwright_core::elicit::{Form, with_legacy_titles};
///
/// let form = Form::new().titled_select("size", [("s", "Small")], |f| f).build()?;
/// let form = serde_json::to_value(with_legacy_titles(form)).unwrap();
/// assert_eq!(form["properties"]["size"]["enumNames"][0], "Small");
/// # Ok::<(), toolwright_core::elicit::FormError>(())
/// ```
#[must_use]
pub fn with_legacy_titles(mut form: ElicitationSchema) -> ElicitationSchema {
    for (_, field) in form.properties.iter_mut() {
        if let PrimitiveSchemaDefinition::TitledSingleSelectEnum(schema) = field {
            let options = std::mem::take(&mut schema.one_of);
            let (values, titles): (Vec<_>, Vec<_>) =
                options.into_iter().map(|option| (option.const_, option.title)).unzip();
            let mut legacy = LegacyTitledEnumSchema::new(values);
            legacy.enum_names = Some(titles);
            legacy.title = schema.title.take();
            legacy.description = schema.description.take();
            legacy.default = schema.default.take();
            *field = legacy.into();
        }
    }
    form
}
