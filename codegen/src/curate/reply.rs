//! What is said of replies: pages to gather, fields to keep.

use crate::json::Value;

use super::reader::{Reader, plain};
use crate::ir::{Fields, Paging, PagingKind};
use crate::pointer::join;

const PAGES: [&str; 9] =
    ["cursor", "next", "page", "first", "offset", "link", "items", "argument", "max"];
const FIELDS: [&str; 2] = ["keep", "argument"];
/// Most pages that a call may be allowed to gather.
const MOST: usize = 1_000;

/// How pages are gathered; inside, `None` for `false`. Nothing where it is not understood.
pub(super) fn pages(reader: &mut Reader<'_>, value: &Value, at: &str) -> Option<Option<Paging>> {
    if value == &Value::Bool(false) {
        return Some(None);
    }
    let mut said = Pages::default();
    for (key, value) in reader.members(value, at, "`pages`") {
        let at = &join(at, key);
        let sound = match plain(key).as_str() {
            "cursor" => put(&mut said.cursor, name(reader, value, at)),
            "page" => put(&mut said.page, name(reader, value, at)),
            "offset" => put(&mut said.offset, name(reader, value, at)),
            "link" => put(&mut said.link, reader.flag(value, at)),
            "next" => put(&mut said.next, pointer(reader, value, at)),
            "items" => put(&mut said.items, pointer(reader, value, at)),
            "argument" => put(&mut said.argument, argument(reader, value, at)),
            "first" => put(&mut said.first, number(reader, value, at, 0..=MOST)),
            "max" => put(&mut said.max, number(reader, value, at, 1..=MOST)),
            _ => {
                reader.unknown(at, key, &PAGES);
                false
            }
        };
        said.is_faulty |= !sound;
    }
    if said.is_faulty || !value.is_object() {
        return None;
    }
    match said.read() {
        Ok(paging) => Some(Some(paging)),
        Err(message) => {
            reader.wrong(at, message);
            None
        }
    }
}

/// Which fields are kept: a list of paths, a mapping, or `true` for what calls ask for. Likewise.
pub(super) fn fields(reader: &mut Reader<'_>, value: &Value, at: &str) -> Option<Option<Fields>> {
    let mut all = Fields::default();
    match value {
        Value::Bool(false) => return Some(None),
        Value::Bool(true) => all.argument = Some("fields".to_owned()),
        Value::Object(_) => {
            for (key, value) in reader.members(value, at, "`fields`") {
                let at = &join(at, key);
                match plain(key).as_str() {
                    "keep" => all.keep = paths(reader, value, at)?,
                    "argument" => all.argument = Some(argument(reader, value, at)?),
                    _ => {
                        reader.unknown(at, key, &FIELDS);
                        return None;
                    }
                }
            }
        }
        value => all.keep = paths(reader, value, at)?,
    }
    if all == Fields::default() {
        let message = "say which fields are kept, as paths like `/items/name`; `true` lets calls \
                       choose, `false` keeps all";
        reader.wrong(at, message);
        return None;
    }
    Some(Some(all))
}

/// The settings of pages, as they were written.
#[derive(Default)]
struct Pages {
    cursor: Option<String>,
    next: Option<String>,
    page: Option<String>,
    first: Option<u32>,
    offset: Option<String>,
    link: Option<bool>,
    items: Option<String>,
    argument: Option<String>,
    max: Option<u32>,
    is_faulty: bool,
}

impl Pages {
    fn read(self) -> Result<Paging, &'static str> {
        let link = self.link == Some(true);
        if self.first.is_some() && self.page.is_none() {
            return Err("`first` is the number of the first page: it goes with `page`");
        }
        let kind = match (self.cursor, self.page, self.offset, link, self.next) {
            (Some(parameter), None, None, false, Some(next)) => {
                PagingKind::Cursor { next, parameter }
            }
            (Some(_), None, None, false, None) => {
                return Err(
                    "`cursor` names the parameter that takes a cursor; say by `next` where \
                            a page has the one of the next page: `next = \"/meta/next\"`",
                );
            }
            (None, Some(parameter), None, false, None) => {
                PagingKind::Page { parameter, first: self.first.unwrap_or(1) }
            }
            (None, None, Some(parameter), false, None) => PagingKind::Offset { parameter },
            (None, None, None, true, None) => PagingKind::Link,
            (None, None, None, false, Some(next)) => PagingKind::Next { next },
            _ => {
                return Err("say in one way how the next page is found: `cursor` (a parameter) \
                            with `next` (where a page has it), `page` or `offset` (a parameter), \
                            `link = true`, or `next` alone (where a page has a URL)");
            }
        };
        let mut paging = Paging::new(kind, self.items.unwrap_or_default());
        paging.argument = self.argument.unwrap_or(paging.argument);
        paging.max = self.max.unwrap_or(paging.max);
        Ok(paging)
    }
}

/// Keeps a value; whether there is one.
fn put<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let is_there = value.is_some();
    *place = value;
    is_there
}

fn name(reader: &mut Reader<'_>, value: &Value, at: &str) -> Option<String> {
    let text = reader.text(value, at)?;
    if text.is_empty() {
        reader.wrong(at, "this is the name of a parameter, or `body.NAME`");
        return None;
    }
    Some(text)
}

fn pointer(reader: &mut Reader<'_>, value: &Value, at: &str) -> Option<String> {
    let text = reader.text(value, at)?;
    if !text.is_empty() && !text.starts_with('/') {
        let path = text.trim_start_matches("$.").replace('.', "/");
        reader.wrong(at, format!("this is a path in the reply: write `/{path}`"));
        return None;
    }
    Some(text)
}

fn paths(reader: &mut Reader<'_>, value: &Value, at: &str) -> Option<Vec<String>> {
    let mut paths = Vec::new();
    let mut sound = matches!(value, Value::Array(_) | Value::String(_));
    let texts = reader.texts(value, at);
    sound &= value.as_array().is_none_or(|items| items.len() == texts.len());
    for (text, at) in texts {
        if text.starts_with('/') {
            paths.push(text);
            continue;
        }
        let path =
            text.trim_start_matches("$.").replace("[*]", "").replace("[]", "").replace('.', "/");
        let message = format!("a field is a path in the reply: write `/{path}`; lists are no step");
        reader.wrong(&at, message);
        sound = false;
    }
    sound.then_some(paths)
}

pub(super) fn argument(reader: &mut Reader<'_>, value: &Value, at: &str) -> Option<String> {
    let text = reader.text(value, at)?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if text.is_empty() || text.len() > 64 || !text.chars().all(legal) {
        reader.wrong(at, "the name of an argument has letters, digits, `_`, `.` and `-`, up to 64");
        return None;
    }
    Some(text)
}

fn number(
    reader: &mut Reader<'_>,
    value: &Value,
    at: &str,
    range: std::ops::RangeInclusive<usize>,
) -> Option<u32> {
    let count = reader.count(value, at)?;
    if !range.contains(&count) {
        let (least, most) = (range.start(), range.end());
        reader.wrong(at, format!("this is a number from {least} to {most}, not {count}"));
        return None;
    }
    u32::try_from(count).ok()
}

#[cfg(test)]
mod tests {
    use crate::curate;
    use crate::ir::{Fields, Paging, PagingKind};

    fn said(line: &str) -> Result<(Option<Paging>, Option<Fields>), String> {
        let rules = curate::parse("toolwright.toml", format!("tools.a.{line}").as_bytes());
        let rules = rules.map_err(|faults| {
            assert!(faults.iter().all(|fault| fault.line == Some(1)), "{faults:?}");
            faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("\n")
        })?;
        let rule = rules.tools.into_iter().next().unwrap().what.1;
        Ok((rule.pages.and_then(|placed| placed.what), rule.fields.and_then(|placed| placed.what)))
    }

    #[test]
    fn every_way_to_the_next_page_can_be_said() {
        let name = |text: &str| text.to_owned();
        for (line, kind) in [
            (
                "pages = {cursor = 'after', next = '/n'}",
                PagingKind::Cursor { next: name("/n"), parameter: name("after") },
            ),
            ("pages.page = 'p'", PagingKind::Page { parameter: name("p"), first: 1 }),
            (
                "pages = {page = 'p', first = 0}",
                PagingKind::Page { parameter: name("p"), first: 0 },
            ),
            ("pages.offset = 'body.o'", PagingKind::Offset { parameter: name("body.o") }),
            ("pages.link = true", PagingKind::Link),
            ("paging.next = '/links/next'", PagingKind::Next { next: name("/links/next") }),
        ] {
            assert_eq!(said(line).unwrap().0, Some(Paging::new(kind, "")), "{line}");
        }
        let all = said("pages = {link = true, items = '/a', argument = 'n', max = 3}").unwrap().0;
        let expected = Paging {
            kind: PagingKind::Link,
            items: "/a".to_owned(),
            argument: "n".to_owned(),
            max: 3,
            in_body: false,
        };
        assert_eq!(all, Some(expected));
        assert_eq!(said("pages = false").unwrap().0, None);
    }

    #[test]
    fn fields_are_a_list_or_what_calls_ask_for() {
        let fields = |keep: &[&str], argument: Option<&str>| {
            let keep = keep.iter().map(|path| (*path).to_owned()).collect();
            Some(Fields { keep, argument: argument.map(str::to_owned) })
        };
        for (line, expected) in [
            ("fields = ['/a', '/b/c']", fields(&["/a", "/b/c"], None)),
            ("fields = '/a'", fields(&["/a"], None)),
            ("fields = true", fields(&[], Some("fields"))),
            ("fields = {keep = ['/a'], argument = 'only'}", fields(&["/a"], Some("only"))),
            ("fields = false", None),
        ] {
            assert_eq!(said(line).unwrap().1, expected, "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_write() {
        for (line, part) in [
            ("pages = true", "table of settings"),
            ("pages = {}", "in one way"),
            ("pages = {cursor = 'c'}", "`next = \"/meta/next\"`"),
            ("pages = {page = 'p', offset = 'o'}", "in one way"),
            ("pages = {link = true, first = 1}", "goes with `page`"),
            ("pages = {curser = 'c', next = '/n'}", "is `cursor` meant?"),
            ("pages = {next = 'meta.next'}", "write `/meta/next`"),
            ("pages = {link = true, items = '$.data'}", "write `/data`"),
            ("pages = {link = true, max = 0}", "from 1 to 1000, not 0"),
            ("pages = {link = true, argument = 'a b'}", "letters, digits"),
            ("pages = {page = ''}", "name of a parameter"),
            ("fields = ['books[].title']", "write `/books/title`"),
            ("fields = ['$.books[*].title']", "write `/books/title`"),
            ("fields = []", "which fields"),
            ("fields = 5", "text"),
            ("fields = {kepe = '/a'}", "is `keep` meant?"),
        ] {
            let error = said(line).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
