//! Answers against the form that they answer.

use toolwright_spec::{
    ElicitationSchema, ElicitedValue, NumberSchema, NumberSchemaType, PrimitiveSchemaDefinition,
    StringFormat, StringSchema,
};

use super::{Answers, ElicitError};
use crate::resource::is_uri;

/// Whether every answer is what the form asks for.
pub(super) fn answers(answers: &Answers, form: &ElicitationSchema) -> Result<(), ElicitError> {
    for (name, field) in form.properties.iter() {
        match answers.answer(name) {
            Some(answer) => {
                value(answer, field).map_err(|expected| ElicitError::field(name, expected))?;
            }
            None if form.required.iter().flatten().any(|required| required == name) => {
                return Err(ElicitError::missing(name));
            }
            None => {}
        }
    }
    Ok(())
}

fn value(answer: &ElicitedValue, field: &PrimitiveSchemaDefinition) -> Result<(), String> {
    use PrimitiveSchemaDefinition as Schema;
    match field {
        Schema::String(schema) => text(answer, schema),
        Schema::Number(schema) => number(answer, schema),
        Schema::Boolean(_) => match answer {
            ElicitedValue::Bool(_) => Ok(()),
            _ => Err("true or false".to_owned()),
        },
        Schema::UntitledSingleSelectEnum(schema) => one(answer, schema.enum_.iter()),
        Schema::LegacyTitledEnum(schema) => one(answer, schema.enum_.iter()),
        Schema::TitledSingleSelectEnum(schema) => {
            one(answer, schema.one_of.iter().map(|option| &option.const_))
        }
        Schema::UntitledMultiSelectEnum(schema) => {
            let options: Vec<&String> = schema.items.enum_.iter().collect();
            several(answer, &options, (schema.min_items, schema.max_items))
        }
        Schema::TitledMultiSelectEnum(schema) => {
            let options: Vec<&String> =
                schema.items.any_of.iter().map(|option| &option.const_).collect();
            several(answer, &options, (schema.min_items, schema.max_items))
        }
        _ => Ok(()),
    }
}

fn text(answer: &ElicitedValue, schema: &StringSchema) -> Result<(), String> {
    let ElicitedValue::String(text) = answer else {
        return Err("text".to_owned());
    };
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    within(length, (schema.min_length, schema.max_length))
        .map_err(|bound| format!("{bound} characters"))?;
    let fits = match &schema.format {
        Some(StringFormat::Email) => is_email(text),
        Some(StringFormat::Uri) => is_uri(text),
        Some(StringFormat::Date) => is_date(text),
        Some(StringFormat::DateTime) => is_date_time(text),
        _ => true,
    };
    match &schema.format {
        Some(format) if !fits => Err(format!("text of the format {}", format.as_str())),
        _ => Ok(()),
    }
}

fn number(answer: &ElicitedValue, schema: &NumberSchema) -> Result<(), String> {
    let whole = schema.type_ == NumberSchemaType::Integer;
    match answer {
        ElicitedValue::Number(number) if !whole || number.fract() == 0.0 => {
            within(*number, (schema.minimum, schema.maximum))
        }
        _ if whole => Err("a whole number".to_owned()),
        _ => Err("a number".to_owned()),
    }
}

fn one<'a>(
    answer: &ElicitedValue,
    mut options: impl Iterator<Item = &'a String>,
) -> Result<(), String> {
    match answer {
        ElicitedValue::String(value) if options.any(|option| option == value) => Ok(()),
        _ => Err("one of the options".to_owned()),
    }
}

fn several(
    answer: &ElicitedValue,
    options: &[&String],
    items: (Option<i64>, Option<i64>),
) -> Result<(), String> {
    match answer {
        ElicitedValue::List(values) if values.iter().all(|value| options.contains(&value)) => {
            let count = i64::try_from(values.len()).unwrap_or(i64::MAX);
            within(count, items).map_err(|bound| format!("{bound} of the options"))
        }
        _ => Err("a list of the options".to_owned()),
    }
}

/// Whether a value lies between two bounds; the error names the bound that it is beyond.
fn within<T: PartialOrd + std::fmt::Display>(
    value: T,
    (lower, upper): (Option<T>, Option<T>),
) -> Result<(), String> {
    match (lower, upper) {
        (Some(lower), _) if value < lower => Err(format!("at least {lower}")),
        (_, Some(upper)) if value > upper => Err(format!("at most {upper}")),
        _ => Ok(()),
    }
}

/// Something at a host. What else an address may be, only its mail server knows.
fn is_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.is_empty()
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !text.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

/// `2026-07-28`.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day)
}

/// `2026-07-28T10:00:00Z`, as RFC 3339 writes it.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't', ' ']) else {
        return false;
    };
    let (clock, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => return false,
    };
    let zone_fits = match zone.strip_prefix(['+', '-']) {
        Some(offset) => is_clock(offset, &[23, 59]),
        None => zone.len() == 1,
    };
    let (seconds, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let fraction_fits = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    is_date(date) && is_clock(seconds, &[23, 59, 60]) && fraction_fits && zone_fits
}

/// Numbers of two digits with colons between them, none above its limit.
fn is_clock(text: &str, limits: &[u32]) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == limits.len()
        && parts
            .iter()
            .zip(limits)
            .all(|(part, limit)| digits(part, 2).is_some_and(|number| number <= *limit))
}

fn digits(text: &str, count: usize) -> Option<u32> {
    let all = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::Form;
    use super::*;

    #[test]
    fn answers_have_to_be_what_was_asked_for() {
        let form = Form::new()
            .string("name", |f| f.min_length(2).max_length(3))
            .integer("age", |f| f.min(0).optional())
            .number("score", |f| f.max(9.5).optional())
            .boolean("ok", |f| f.optional())
            .titled_select("size", [("s", "Small")], |f| f.optional())
            .choices("days", ["sat", "sun"], |f| f.min_items(1).max_items(1).optional())
            .build()
            .unwrap();
        let told = |content: &str| {
            let checked = Answers::from_json(content).and_then(|answers| answers.check(&form));
            checked.map_err(|error| error.to_string())
        };
        let fine =
            r#"{"name":"Äda","age":7.0,"score":9.5,"ok":true,"size":"s","days":["sat"],"x":1}"#;
        assert_eq!(told(fine), Ok(()));
        for (content, error) in [
            ("{}", "/name: is missing"),
            (r#"{"name":null}"#, "/name: is missing"),
            (r#"{"name":true}"#, "/name: must be text"),
            (r#"{"name":"a"}"#, "/name: must be at least 2 characters"),
            (r#"{"name":"abcd"}"#, "/name: must be at most 3 characters"),
            (r#"{"name":"abc","age":-1}"#, "/age: must be at least 0"),
            (r#"{"name":"abc","age":1.5}"#, "/age: must be a whole number"),
            (r#"{"name":"abc","score":"1"}"#, "/score: must be a number"),
            (r#"{"name":"abc","ok":"yes"}"#, "/ok: must be true or false"),
            (r#"{"name":"abc","size":"Small"}"#, "/size: must be one of the options"),
            (r#"{"name":"abc","days":["mon"]}"#, "/days: must be a list of the options"),
            (r#"{"name":"abc","days":[]}"#, "/days: must be at least 1 of the options"),
        ] {
            assert_eq!(told(content), Err(error.to_owned()), "{content}");
        }
    }

    #[test]
    fn formats_are_held() {
        for (format, good, bad) in [
            (StringFormat::Email, ["a@b.c", "a.b+c@d"], ["a", "a@", "@b", "a b@c", "a@b."]),
            (StringFormat::Uri, ["https://a/b?c", "urn:x"], ["a", "a b", "/a", ":", "https://a b"]),
            (
                StringFormat::Date,
                ["2026-07-28", "2024-02-29"],
                ["2023-02-29", "2026-13-01", "2026-7-28", "28.07.2026", "2026-07-28-1"],
            ),
            (
                StringFormat::DateTime,
                ["2026-07-28T10:00:00Z", "2026-07-28T10:00:00.5+02:00"],
                [
                    "2026-07-28",
                    "2026-07-28T10:00:00",
                    "2026-07-28T24:00:00Z",
                    "2026-07-28T10:00Z",
                    "T",
                ],
            ),
        ] {
            let form = Form::new().string("x", |f| f.format(format)).build().unwrap();
            let fits = |text: &str| {
                let content = serde_json::json!({ "x": text }).to_string();
                Answers::from_json(&content).unwrap().check(&form).is_ok()
            };
            assert!(good.into_iter().all(fits), "{format:?}");
            assert!(!bad.into_iter().any(fits), "{format:?}");
        }
    }
}
