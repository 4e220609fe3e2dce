//! TOML, for configuration files: the same tree and lines as of JSON and YAML.

use crate::json::{Map, Number, Text, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mark::Mark;
use super::{Document, Failure};
use crate::code;

pub(super) fn read(file: &str, text: &str) -> Result<Document, Failure> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map(|span| lines.of_byte(span.start));
        Failure::new(code::CONFIGURATION, line, format!("this is no TOML: {}", error.message()))
    })?;
    let (root, mark) = object(table.get_ref(), 1, &lines);
    Ok(Document::new(file, root, mark, Vec::new()))
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(breaks.map(|(at, _)| at + 1).collect())
    }

    fn of_byte(&self, at: usize) -> u32 {
        let before = self.0.partition_point(|start| *start <= at);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}

fn object(table: &DeTable<'_>, line: u32, lines: &Lines) -> (Value, Mark) {
    let mut members: Vec<(&Spanned<_>, &Spanned<DeValue<'_>>)> = table.iter().collect();
    members.sort_by_key(|(key, _)| key.span().start);
    let mut out = Map::new();
    let mut marks = Vec::with_capacity(members.len());
    for (key, member) in members {
        let line = lines.of_byte(key.span().start);
        let (member, mark) = value(member.get_ref(), line, lines);
        let key = Text::from(&**key.get_ref());
        marks.push((key.clone(), mark));
        out.insert(key, member);
    }
    (Value::Object(out), Mark::mapping(line, marks))
}

fn value(source: &DeValue<'_>, line: u32, lines: &Lines) -> (Value, Mark) {
    let leaf = |value| (value, Mark::leaf(line));
    match source {
        DeValue::Table(table) => object(table, line, lines),
        DeValue::Array(items) => {
            let items = items
                .iter()
                .map(|item| value(item.get_ref(), lines.of_byte(item.span().start), lines));
            let (items, marks) = items.unzip();
            (Value::Array(items), Mark::sequence(line, marks))
        }
        DeValue::String(text) => leaf(Value::from(text.to_string())),
        DeValue::Boolean(flag) => leaf(Value::Bool(*flag)),
        DeValue::Integer(number) => {
            let read = i64::from_str_radix(number.as_str(), number.radix());
            leaf(read.map_or(Value::Null, |number| Value::Number(number.into())))
        }
        DeValue::Float(number) => {
            let read = number.as_str().parse().ok().and_then(Number::from_f64);
            leaf(read.map_or(Value::Null, Value::Number))
        }
        DeValue::Datetime(moment) => leaf(Value::from(moment.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    #[test]
    fn values_and_lines_are_known() {
        let text =
            "a = 0x10\nb.c = 'x'\n\n[tools.'get pet']\nlist = [\n  1.5,\n  true,\n]\n[[t]]\n";
        let document = Document::parse_toml("t.toml", text.as_bytes()).unwrap();
        let expected = crate::json::json!({
            "a": 16, "b": {"c": "x"}, "tools": {"get pet": {"list": [1.5, true]}}, "t": [{}],
        });
        assert_eq!(document.root(), &expected);
        for (pointer, line) in [("/b/c", 2), ("/tools/get pet", 4), ("/tools/get pet/list/1", 7)] {
            assert_eq!(document.line(pointer), Some(line), "{pointer}");
        }
    }

    #[test]
    fn what_is_no_toml_has_a_line() {
        let faults = Document::parse_toml("t.toml", b"a = 1\nb = \n").unwrap_err();
        assert_eq!((faults[0].code, faults[0].line), ("TW0910", Some(2)));
    }
}
