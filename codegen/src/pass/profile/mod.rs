//! Holds the tools to the rules of a provider, one rule after the other, and tells what was lost.

mod close;
mod inline;
mod keyword;
mod limit;
mod name;
mod text;
mod typed;
mod value;

use std::collections::BTreeMap;

use crate::json::Value;

use super::context::Context;
use super::text as words;
use crate::code;
use crate::ir::{Api, Contract};
use crate::profile::{Profile, Rules};

/// Bytes that a schema may grow to where definitions are put in place.
const ROOM: usize = super::tool_schema::INPUT_BUDGET;

/// What is lost, and how often.
#[derive(Debug, Default, PartialEq, Eq)]
struct Lost(BTreeMap<String, usize>);

impl Lost {
    fn one(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    fn said(&self) -> String {
        let one = |(what, count): (&String, &usize)| match count {
            1 => what.clone(),
            count => format!("{what} ({count}×)"),
        };
        self.0.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

/// Shapes names, descriptions and input schemas.
pub(crate) fn build(cx: &mut Context<'_>, api: &mut Api, profile: Profile) {
    let Some(rules) = profile.rules() else {
        return;
    };
    name::build(cx, api, rules);
    for operation in &mut api.operations {
        if let Some(description) = &mut operation.description
            && description.chars().count() > rules.description_limit
        {
            *description = words::clean(description, rules.description_limit).text;
        }
        let before = operation.input_schema.value();
        let (shaped, lost) = shape(&before, rules);
        if shaped == before {
            continue;
        }
        operation.input_schema = shaped.into();
        operation.contract = Some(Contract { schema: before.into(), null_is_absent: rules.closed });
        if !lost.0.is_empty() {
            let at = operation.pointer.clone();
            let message = format!(
                "for {profile}, the schema of {} goes without: {}",
                operation.name,
                lost.said()
            );
            cx.report(code::PROFILE, &at, message);
        }
    }
}

fn shape(schema: &Value, rules: &Rules) -> (Value, Lost) {
    let (mut schema, mut losses) = (schema.clone(), Lost::default());
    let lost = &mut losses;
    if rules.plain_arguments {
        name::arguments(&mut schema, lost);
    }
    if rules.inline {
        inline::references(&mut schema, ROOM, lost);
    }
    if let Some(keywords) = rules.keywords {
        value::constants(&mut schema, keywords);
        keyword::intersections(&mut schema, lost);
    }
    if rules.string_enums {
        value::strings(&mut schema, lost);
    }
    if rules.members {
        text::free_objects(&mut schema, lost);
    }
    if let Some(keywords) = rules.keywords {
        keyword::unknown(&mut schema, keywords, lost);
    }
    if rules.items {
        typed::items(&mut schema);
    }
    if rules.typed {
        typed::every(&mut schema, lost);
    }
    if rules.single_type {
        typed::single(&mut schema);
    }
    // Constants that may be null will be alternatives, which are a level more.
    text::deep(&mut schema, rules.depth.saturating_sub(1), lost);
    if let Some(formats) = rules.formats {
        keyword::formats(&mut schema, formats, lost);
    }
    limit::properties(&mut schema, rules.properties, lost);
    limit::enumerations(&mut schema, (rules.enum_values, rules.enum_text), lost);
    if rules.closed {
        close::objects(&mut schema, lost);
    }
    (schema, losses)
}

#[cfg(test)]
mod tests;
