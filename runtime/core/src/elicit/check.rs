//! Answers against the form that they answer.

use toolwright_spec::{
    ElicitationSchema, ElicitedValue, Map, NumberSchema, NumberSchemaType,
    PrimitiveSchemaDefinition, StringFormat, StringSchema,
};

use super::ElicitError;
use crate::resource::is_uri;

/// Whether every answer is what the form asks for.
pub(super) fn answers(
    answers: &Map<ElicitedValue>,
    form: &ElicitationSchema,
) -> Result<(), ElicitError> {
    for (name, field) in form.properties.iter() {
        match answers.get(name) {
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
