//! Where settings go in a `toolwright.toml`: under the headers that it has, or new ones, each once.

use super::{quoted, toml_key};
use crate::curate::{self, FILE};
use crate::json::Value;
use crate::source::Document;

/// One setting, to be written into a `toolwright.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The keys that lead to it, as they are: `tools`, `listPets`, `pages`, `offset`.
    pub path: Vec<String>,
    /// Its value, as TOML.
    pub value: String,
    /// It has a value that somebody has to think of, and is written as a comment.
    pub open: bool,
}

impl Setting {
    /// A setting of a tool, by what it is called in the file ([`key`](super::key)).
    pub fn of_tool(key: &str, path: &[&str], value: impl Into<String>) -> Self {
        let path = ["tools", key].iter().chain(path).map(|key| (*key).to_owned()).collect();
        Self { path, value: value.into(), open: false }
    }

    /// Leaves out the operations of a tag.
    pub fn drop(tag: &str) -> Self {
        let value = format!("[{}]", quoted(&format!("tag:{tag}")));
        Self { path: vec!["drop".to_owned()], value, open: false }
    }

    /// The text that a tool needs, which somebody has to think of.
    pub fn open(key: &str, name: &str) -> Self {
        Self { open: true, ..Self::of_tool(key, &[name], quoted("…")) }
    }

    /// The line below the table that the first `skip` keys lead to.
    fn line(&self, skip: usize) -> String {
        let comment = if self.open { "# " } else { "" };
        format!("{comment}{} = {}\n", dotted(self.path.get(skip..).unwrap_or_default()), self.value)
    }
}

/// Settings as they are to be pasted into a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// What to paste, in the order of the file. A comment says where, if that is not the end.
    pub paste: String,
    /// The file with all of it.
    pub file: String,
}

/// Writes settings into a `toolwright.toml`, which may be empty.
///
/// ```
/// use toolwright_codegen::suggest::{Setting, written};
///
/// let file = "[tools.listPets]\ntitle = \"Pets\"\n";
/// let page = Setting::of_tool("listPets", &["pages", "page"], "\"page\"");
/// let written = written(file, &[page]);
/// assert_eq!(written.paste, "# add to your [tools.listPets]\npages.page = \"page\"\n");
/// assert_eq!(written.file, "[tools.listPets]\npages.page = \"page\"\ntitle = \"Pets\"\n");
/// ```
pub fn written(file: &str, settings: &[Setting]) -> Written {
    let mut groups: Vec<(&[String], Vec<&Setting>)> = Vec::new();
    for setting in settings {
        let group = setting.path.get(..2).filter(|_| setting.path.len() > 2).unwrap_or_default();
        match groups.iter_mut().find(|(table, _)| *table == group) {
            Some((_, known)) if known.iter().any(|one| one.path == setting.path) => {}
            Some((_, known)) => known.push(setting),
            None => groups.push((group, vec![setting])),
        }
    }
    // What stands at the top of a file stands before its tables.
    groups.sort_by_key(|(table, _)| !table.is_empty());
    let mut writer = Writer::new(file);
    groups.iter().for_each(|(table, settings)| writer.write(table, settings));
    writer.finish()
}

struct Writer {
    file: String,
    /// What it said at first.
    said: Value,
    top: String,
    inside: String,
    end: String,
    left: String,
}

impl Writer {
    fn new(file: &str) -> Self {
        let mut file = file.to_owned();
        if !file.is_empty() && !file.ends_with('\n') {
            file.push('\n');
        }
        let document = Document::parse_toml(FILE, file.as_bytes());
        let said = document.map_or(Value::Null, |document| document.root().clone());
        let (top, inside, end, left) = Default::default();
        Self { file, said, top, inside, end, left }
    }

    /// Writes the settings of a table.
    fn write(&mut self, table: &[String], settings: &[&Setting]) {
        if table.is_empty() {
            return settings.iter().for_each(|setting| self.alone(setting));
        }
        let lines: String = settings.iter().map(|setting| setting.line(table.len())).collect();
        let block = format!("[{}]\n{lines}", dotted(table));
        if !self.knows(table) {
            self.append(&block);
        } else if let Some(file) = inserted(&self.file, table, &lines) {
            self.file = file;
            self.inside.push_str(&format!("# add to your [{}]\n{lines}", dotted(table)));
        } else if !self.accepts(&block) {
            settings.iter().for_each(|setting| self.alone(setting));
        }
    }

    /// Writes one setting wherever the file takes it; where it takes none, a comment.
    fn alone(&mut self, setting: &Setting) {
        if !setting.open && self.placed(setting) {
            return;
        }
        let line = setting.line(0);
        let line = line.trim_start_matches("# ").trim_end();
        self.left.push_str(&format!("# add to what you have: {line}\n"));
    }

    fn placed(&mut self, setting: &Setting) -> bool {
        let last = setting.path.len().saturating_sub(1);
        for depth in (0..=last).rev() {
            let table = setting.path.get(..depth).unwrap_or_default();
            let line = setting.line(depth);
            let Some(file) = inserted(&self.file, table, &line) else { continue };
            self.file = file;
            match depth {
                0 => self.top.push_str(&line),
                _ => self.inside.push_str(&format!("# add to your [{}]\n{line}", dotted(table))),
            }
            return true;
        }
        let table = setting.path.get(..last).unwrap_or_default();
        let block = format!("[{}]\n{}", dotted(table), setting.line(last));
        !table.is_empty() && self.accepts(&block)
    }

    /// Adds a block at the end if the file is still one then.
    fn accepts(&mut self, block: &str) -> bool {
        let is_fine = is_file(&format!("{}{block}", self.file));
        if is_fine {
            self.append(block);
        }
        is_fine
    }

    fn append(&mut self, block: &str) {
        self.file.push_str(block);
        self.end.push_str(block);
    }

    /// Whether the file says anything of this.
    fn knows(&self, table: &[String]) -> bool {
        table.iter().try_fold(&self.said, |value, key| value.get(key)).is_some()
    }

    fn finish(self) -> Written {
        let Self { file, said, top, inside, end, left } = self;
        let is_new = said.as_object().is_none_or(|members| members.is_empty());
        let said = |what: &str, text: &str| match (is_new, text) {
            (_, "") => String::new(),
            (true, text) => text.to_owned(),
            (false, text) => format!("# {what}\n{text}"),
        };
        let paste = said("at the top", &top) + &inside + &left + &said("at the end", &end);
        Written { paste, file }
    }
}

/// The file with lines below the header of a table, or at the top; `None` where there is no such
/// header, or the file would be none.
fn inserted(file: &str, table: &[String], lines: &str) -> Option<String> {
    let mut at = 0;
    if !table.is_empty() {
        let mut ends = file.split_inclusive('\n').map(|line| {
            at += line.len();
            (at, line)
        });
        at = ends.find(|(_, line)| header(line).is_some_and(|found| found == table))?.0;
    }
    let (before, behind) = file.split_at_checked(at)?;
    let file = format!("{before}{lines}{behind}");
    is_file(&file).then_some(file)
}

fn is_file(text: &str) -> bool {
    curate::parse(FILE, text.as_bytes()).is_ok()
}

/// The keys in the header of a table.
fn header(line: &str) -> Option<Vec<String>> {
    let line = line.trim();
    if !line.starts_with('[') || line.starts_with("[[") {
        return None;
    }
    let document = Document::parse_toml(FILE, line.as_bytes()).ok()?;
    let (mut keys, mut value) = (Vec::new(), document.root());
    while let Some((key, inner)) = value.as_object()?.iter().next() {
        keys.push(key.to_string());
        value = inner;
    }
    Some(keys)
}

fn dotted(path: &[String]) -> String {
    let keys: Vec<String> = path.iter().map(|key| toml_key(key)).collect();
    keys.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::select::Rules;

    fn settings() -> Vec<Setting> {
        vec![
            Setting::of_tool("a b", &["pages", "page"], "\"page\""),
            Setting::open("a b", "description"),
            Setting::of_tool("c", &["parameters", "x.y", "hide"], "true"),
            Setting::drop("x"),
            Setting::open("a b", "description"),
            Setting::of_tool("a b", &["read-only"], "true"),
        ]
    }

    fn rules(file: &str) -> Rules {
        curate::parse(FILE, file.as_bytes()).unwrap_or_else(|wrong| panic!("{file}\n{wrong:?}"))
    }

    #[test]
    fn a_new_file_has_each_header_once() {
        let Written { paste, file } = written("", &settings());
        assert_eq!(paste, file);
        assert_eq!(
            paste,
            "drop = [\"tag:x\"]\n[tools.\"a b\"]\npages.page = \"page\"\n# description = \"…\"\n\
             read-only = true\n[tools.c]\nparameters.\"x.y\".hide = true\n"
        );
    }

    #[test]
    fn whatever_a_file_has_it_takes_the_settings() {
        for (file, says) in [
            ("[tools.'a b']\ntitle = 'x'", "# add to your [tools.\"a b\"]\npages.page"),
            ("[tools.\"a b\".parameters.q]\nhide = true\n[tools.c]\n", "# add to your [tools.c]\n"),
            ("[tools]\n'a b'.title = 'x'\nc.title = 'y'\n", "# add to your [tools]\n\"a b\".pages"),
            ("tools.c.title = 'y'\n", "# at the top\n"),
            (
                "[tools.c.parameters]\nq.hide = true\n",
                "# add to your [tools.c.parameters]\n\"x.y\"",
            ),
            ("[tools.c.parameters.q]\nhide = true\n[tools.c]\n", "# at the end\n"),
            ("budget = 9\n[tools.\"\\u0063\"] # c\ntitle = 'y'", "# add to your [tools.c]\n"),
        ] {
            let written = written(file, &settings());
            assert!(written.paste.contains(says), "{file}\n---\n{}", written.paste);
            let before = rules(file).tools.len();
            let rules = rules(&written.file);
            let said = rules.tools.iter().filter(|rule| {
                rule.what.1.pages.is_some()
                    || rule.what.1.parameters.iter().any(|one| one.what.0 == "x.y")
            });
            assert_eq!(said.count(), 2, "{}", written.file);
            assert!(rules.tools.len() <= before + 2 && rules.drop.len() == 1, "{}", written.file);
            // Nothing more is to be said then.
            assert!(!written.file.contains("add to what"), "{}", written.file);
        }
    }

    #[test]
    fn what_no_file_takes_is_a_comment() {
        let file = "drop = ['tag:a']\n[tools]\nc = { title = 'x' }\n'a b' = false\n";
        let Written { paste, file: after } = written(file, &settings());
        assert_eq!(after, file);
        assert!(paste.lines().all(|line| line.starts_with('#')), "{paste}");
        assert!(paste.contains("# add to what you have: drop = [\"tag:x\"]"), "{paste}");
        assert!(paste.contains("tools.c.parameters.\"x.y\".hide = true"), "{paste}");
    }
}
