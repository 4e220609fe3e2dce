//! Replies cut to what a model can be shown: JSON between elements, text between lines.

use std::fmt::Write;

use serde_json::Value;
use serde_json::value::RawValue;

use super::json::Lenient;

/// How many cuts are described.
const SHOWN: usize = 4;
/// Values below this many levels stay whole or go as a whole.
const DEPTH: usize = 32;
/// Members of an object get at least this many bytes, or the last ones go.
const LEAST: usize = 24;

/// JSON of about `limit` bytes and what is to be said about it; `None` if it is short enough.
pub(crate) fn json(json: &RawValue, limit: usize) -> Option<(Box<RawValue>, String)> {
    let full = json.get().len();
    if full <= limit {
        return None;
    }
    let mut cutter = Cutter { cuts: Vec::new(), out: String::with_capacity(limit) };
    cutter.value(json, limit, "", DEPTH);
    let Cutter { cuts, out } = cutter;
    let mut note = format!("The reply has {full} bytes; only part of it is shown:");
    for cut in cuts.iter().take(SHOWN) {
        let _ = write!(note, " {cut};");
    }
    if cuts.len() > SHOWN {
        let _ = write!(note, " and {} more places;", cuts.len() - SHOWN);
    }
    note.push_str(" ask for less, for example a smaller page.");
    Some((RawValue::from_string(out).ok()?, note))
}

/// Text of at most `limit` bytes and what is to be said about it; `None` if it is short enough.
pub(crate) fn text(text: &str, limit: usize) -> Option<(String, String)> {
    if text.len() <= limit {
        return None;
    }
    let head = head(text, limit);
    // At the end of a line, if that does not cost much.
    let head = match head.rfind('\n') {
        Some(end) if end >= head.len() / 2 => head.get(..=end).unwrap_or(head),
        _ => head,
    };
    let note = format!("Only the first {} of {} bytes are shown.", head.len(), text.len());
    Some((head.to_owned(), note))
}

/// The beginning of a text, of at most `limit` bytes.
fn head(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

struct Cutter {
    cuts: Vec<String>,
    out: String,
}

impl Cutter {
    fn value(&mut self, json: &RawValue, limit: usize, path: &str, depth: usize) {
        let text = json.get();
        if text.len() <= limit {
            return self.out.push_str(text);
        }
        match text.as_bytes().first() {
            Some(b'[') if depth > 0 => match serde_json::from_str(text) {
                Ok(items) => self.list(items, limit, path, depth),
                Err(_) => self.nothing(path),
            },
            Some(b'{') if depth > 0 => match Lenient::parse(text) {
                Ok(members) => self.members(&members, limit, path, depth),
                Err(_) => self.nothing(path),
            },
            Some(b'"') => match serde_json::from_str::<String>(text) {
                Ok(string) => {
                    let kept = head(&string, limit.saturating_sub(5));
                    self.out.push_str(&Value::from(format!("{kept}…")).to_string());
                    self.cut(path, &format!("{} of {} bytes of text", kept.len(), string.len()));
                }
                Err(_) => self.nothing(path),
            },
            Some(b'[' | b'{') => self.nothing(path),
            _ => self.out.push_str(text),
        }
    }

    /// As many items as there is room for; a first one that is too long by itself is cut.
    fn list(&mut self, items: Vec<&RawValue>, limit: usize, path: &str, depth: usize) {
        let (all, mut kept) = (items.len(), 0);
        let mut room = limit.saturating_sub(2);
        self.out.push('[');
        for item in items {
            let size = item.get().len() + usize::from(kept > 0);
            if size > room && kept > 0 {
                break;
            }
            if kept > 0 {
                self.out.push(',');
            }
            self.value(item, room, &format!("{path}/{kept}"), depth - 1);
            room = room.saturating_sub(size);
            kept += 1;
        }
        self.out.push(']');
        if kept < all {
            self.cut(path, &format!("the first {kept} of {all} items"));
        }
    }

    /// All members, the long ones cut; of very many only the first.
    fn members(&mut self, members: &Lenient<'_>, limit: usize, path: &str, depth: usize) {
        let names: Vec<String> =
            members.0.iter().map(|(name, _)| Value::from(name.as_str()).to_string()).collect();
        let most = (limit / LEAST).max(1);
        let sizes = members.0.iter().take(most).map(|(_, value)| value.get().len());
        let overhead: usize = names.iter().take(most).map(|name| name.len() + 2).sum();
        let share = share(sizes.collect(), limit.saturating_sub(overhead + 1));
        self.out.push('{');
        for (index, ((name, value), quoted)) in members.0.iter().zip(&names).enumerate() {
            if index == most {
                let all = names.len();
                self.out.push('}');
                return self.cut(path, &format!("the first {most} of {all} members"));
            }
            if index > 0 {
                self.out.push(',');
            }
            self.out.push_str(quoted);
            self.out.push(':');
            let step = name.replace('~', "~0").replace('/', "~1");
            self.value(value, share, &format!("{path}/{step}"), depth - 1);
        }
        self.out.push('}');
    }

    fn nothing(&mut self, path: &str) {
        self.out.push_str("null");
        self.cut(path, "nothing");
    }

    fn cut(&mut self, path: &str, what: &str) {
        let place = if path.is_empty() { "it" } else { path };
        let place = head(place, 80);
        self.cuts.push(format!("of `{place}` {what}"));
    }
}

/// The most that each of several values may take so that all take `room`.
fn share(mut sizes: Vec<usize>, mut room: usize) -> usize {
    sizes.sort_unstable();
    let mut left = sizes.len();
    for size in sizes {
        let share = room / left.max(1);
        if size > share {
            return share;
        }
        room -= size;
        left -= 1;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, limit: usize) -> (String, String) {
        let raw = RawValue::from_string(text.to_owned()).unwrap();
        let (json, note) = json(&raw, limit).unwrap();
        (json.get().to_owned(), note)
    }

    #[test]
    fn lists_are_cut_between_items() {
        let (json, note) = cut("[1,2,3,4,5,6,7,8,9]", 8);
        assert_eq!(json, "[1,2,3]");
        assert!(note.contains("19 bytes") && note.contains("first 3 of 9 items"), "{note}");
    }

    #[test]
    fn the_long_members_are_cut_and_the_short_ones_stay() {
        let items: Vec<String> = (0..500).map(|n| format!("{{\"id\":{n}}}")).collect();
        let page = format!("{{\"next\":\"abc\",\"a/b\":[{}],\"total\":500}}", items.join(","));
        let (json, note) = cut(&page, 300);
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&value["next"], &value["total"]), (&"abc".into(), &500.into()));
        let kept = value["a/b"].as_array().unwrap().len();
        assert!((15..30).contains(&kept) && json.len() <= 300, "{json}");
        assert!(note.contains(&format!("of `/a~1b` the first {kept} of 500 items")), "{note}");
    }

    #[test]
    fn what_is_long_by_itself_is_cut_inside() {
        let (json, _) = cut(&format!("[{{\"a\":\"{}\"}}]", "é".repeat(100)), 50);
        let value: Value = serde_json::from_str(&json).unwrap();
        assert!(value[0]["a"].as_str().unwrap().ends_with('…'), "{json}");
        assert!(json.len() <= 50, "{json}");
        let many: Vec<String> = (0..999).map(|n| format!("\"{n}\":1")).collect();
        let (json, note) = cut(&format!("{{{}}}", many.join(",")), 480);
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap().as_object().unwrap().len(), 20);
        assert!(note.contains("first 20 of 999 members"), "{note}");
        let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
        assert!(serde_json::from_str::<Value>(&cut(&deep, 100).0).is_ok());
    }

    #[test]
    fn text_is_cut_between_lines() {
        let (kept, note) = text("first\nsecond\nthird", 14).unwrap();
        assert_eq!(kept, "first\nsecond\n");
        assert_eq!(note, "Only the first 13 of 18 bytes are shown.");
        assert_eq!(text("ééé", 3).unwrap().0, "é");
        assert_eq!(text("abc", 3), None);
    }
}
