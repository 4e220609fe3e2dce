//! Applies the options about operations, and remembers which of them did anything.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::json::Value;

use super::context::Context;
use crate::code;
use crate::curate::{self, EXTENSION};
use crate::ir::{Fields, Paging};
use crate::near::meant;
use crate::pointer::join;
use crate::select::{Candidate, Filter, Options, Origin, ParameterRule, Placed, Rules, ToolRule};

/// What an operation says of itself.
pub(crate) struct Own<'a> {
    /// Where it stands.
    pub(crate) pointer: &'a str,
    /// Its `x-mcp`, and that of its path.
    pub(crate) rules: [Option<&'a Value>; 2],
    /// What these stand in.
    pub(crate) places: [&'a str; 2],
}

/// What is said of an operation.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// By the file, and by the document where that says nothing.
    pub(crate) rule: ToolRule,
    /// Of parameters: by the file, most important first.
    pub(crate) by_file: Vec<Placed<(String, ParameterRule)>>,
    /// Likewise by the document.
    pub(crate) by_document: Vec<Placed<(String, ParameterRule)>>,
    /// The group that it is in.
    pub(crate) group: Option<String>,
}

/// The options while a document is read.
pub(crate) struct Selection<'o> {
    options: &'o Options,
    /// What the document says of itself.
    own: Rules,
    include_hits: BTreeSet<usize>,
    exclude_hits: BTreeSet<usize>,
    rename_hits: BTreeSet<&'o str>,
    paging_hits: BTreeSet<usize>,
    fields_hits: BTreeSet<usize>,
    /// Places of rules that did something.
    used: HashSet<(String, String)>,
    /// Rules of operations about their parameters.
    local: Vec<Placed<(String, ParameterRule)>>,
    said: BTreeMap<String, Said>,
    dropped: usize,
    /// What there is, for those who misspell it: as filters say it, and names of parameters.
    known: BTreeSet<String>,
    parameters: BTreeSet<String>,
}

impl<'o> Selection<'o> {
    pub(crate) fn new(options: &'o Options, own: Rules) -> Self {
        Self {
            options,
            own,
            include_hits: BTreeSet::new(),
            exclude_hits: BTreeSet::new(),
            rename_hits: BTreeSet::new(),
            paging_hits: BTreeSet::new(),
            fields_hits: BTreeSet::new(),
            used: HashSet::new(),
            local: Vec::new(),
            said: BTreeMap::new(),
            dropped: 0,
            known: BTreeSet::new(),
            parameters: BTreeSet::new(),
        }
    }

    /// Whether an operation becomes a tool; what is said of it is kept.
    pub(crate) fn admits(
        &mut self,
        cx: &mut Context<'_>,
        candidate: Candidate<'_>,
        own: Own<'_>,
    ) -> bool {
        self.remember(candidate);
        let mut kept = self.keeps(candidate);
        let said = self.say(cx, candidate, &own);
        if said.rule.drop == Some(true) {
            self.dropped += usize::from(kept);
            kept = false;
        }
        if kept {
            self.said.insert(own.pointer.to_owned(), said);
        } else {
            // What is said of parameters of something that is left out is not wrong.
            for rule in said.by_file.iter().chain(&said.by_document) {
                self.used.insert(key(&rule.origin));
            }
        }
        kept
    }

    /// Notes that there is such a parameter.
    pub(crate) fn saw(&mut self, parameter: &str) {
        self.parameters.insert(parameter.to_owned());
    }

    fn remember(&mut self, candidate: Candidate<'_>) {
        let options = self.options;
        if options.rules == Rules::default()
            && self.own == Rules::default()
            && options.include.is_empty()
            && options.exclude.is_empty()
            && options.rename.is_empty()
        {
            return;
        }
        let tags = candidate.tags.iter().map(|tag| Filter::Tag(tag.clone()));
        let others = [
            Filter::Id(candidate.id.to_owned()),
            Filter::Path(candidate.path.to_owned()),
            Filter::Method(candidate.method.to_owned()),
        ];
        self.known.extend(tags.chain(others).map(|filter| filter.to_string()));
    }

    /// What a filter that matches nothing was meant to be.
    fn meant(&self, filter: &Filter) -> String {
        let text = filter.to_string();
        let kind = text.split_inclusive(':').next().unwrap_or_default();
        let same = self.known.iter().filter_map(|one| one.strip_prefix(kind));
        let pattern = text.strip_prefix(kind).unwrap_or_default();
        meant(pattern, same)
    }

    /// What is said of the operation at a pointer.
    pub(crate) fn take(&mut self, pointer: &str) -> Said {
        self.said.remove(pointer).unwrap_or_default()
    }

    /// Where the fields of the operation at a pointer are said, if rules say them.
    pub(crate) fn place_of_fields(&self, pointer: &str) -> Option<&Origin> {
        self.said.get(pointer)?.rule.fields.as_ref().map(|fields| &fields.origin)
    }

    /// Keeps what is still to be done.
    pub(crate) fn put(&mut self, pointer: &str, said: Said) {
        self.said.insert(pointer.to_owned(), said);
    }

    /// Notes that a rule did something.
    pub(crate) fn hit(&mut self, origin: &Origin) {
        self.used.insert(key(origin));
    }

    fn keeps(&mut self, candidate: Candidate<'_>) -> bool {
        let (options, own) = (self.options, &self.own);
        let keep = if options.rules.keep.is_empty() { &own.keep } else { &options.rules.keep };
        let mut included = options.include.is_empty() && keep.is_empty();
        for (index, filter) in options.include.iter().enumerate() {
            if filter.matches(candidate) {
                included = true;
                self.include_hits.insert(index);
            }
        }
        for filter in keep.iter().filter(|filter| filter.what.matches(candidate)) {
            included |= options.include.is_empty();
            self.used.insert(key(&filter.origin));
        }
        for (index, filter) in options.exclude.iter().enumerate() {
            if filter.matches(candidate) {
                included = false;
                self.exclude_hits.insert(index);
            }
        }
        for filter in options.rules.drop.iter().chain(&own.drop) {
            if filter.what.matches(candidate) {
                included = false;
                self.used.insert(key(&filter.origin));
            }
        }
        self.dropped += usize::from(!included);
        included
    }

    fn say(&mut self, cx: &mut Context<'_>, candidate: Candidate<'_>, own: &Own<'_>) -> Said {
        let options = self.options;
        let mut rule = matching(&options.rules, candidate, &mut self.used);
        let mut by_document = ToolRule::default();
        for (value, place) in own.rules.iter().zip(own.places) {
            let Some(value) = value else { continue };
            let (read, faults) = curate::of_tool(cx.document, value, &join(place, EXTENSION));
            cx.note(faults);
            self.local.extend(read.parameters.iter().cloned());
            by_document.or(&read);
        }
        by_document.or(&matching(&self.own, candidate, &mut self.used));
        let group = [(&options.rules, &rule), (&self.own, &by_document)]
            .into_iter()
            .find_map(|(rules, rule)| group(rules, rule, candidate, &mut self.used));
        let parameters = |rules: &Rules, rule: &mut ToolRule| {
            let mut list = std::mem::take(&mut rule.parameters);
            list.extend(rules.parameters.iter().cloned());
            list
        };
        let by_file = parameters(&options.rules, &mut rule);
        let own_parameters = parameters(&self.own, &mut by_document);
        rule.or(&by_document);
        Said { rule, by_file, by_document: own_parameters, group }
    }

    /// The name that the options give to an operation.
    pub(crate) fn renamed(&mut self, id: &str) -> Option<&'o str> {
        let (id, name) = self.options.rename.get_key_value(id)?;
        self.rename_hits.insert(id);
        Some(name)
    }

    /// How the pages of an operation are gathered.
    pub(crate) fn paging(&mut self, candidate: Candidate<'_>) -> Option<&'o Paging> {
        last_match(&self.options.paging, candidate, &mut self.paging_hits)
    }

    /// Which parts of an operation's reply are kept.
    pub(crate) fn fields(&mut self, candidate: Candidate<'_>) -> Option<&'o Fields> {
        last_match(&self.options.fields, candidate, &mut self.fields_hits)
    }

    /// Whether filters have left anything out.
    pub(crate) fn has_dropped(&self) -> bool {
        self.dropped > 0
    }

    /// Reports the options that applied to nothing.
    pub(crate) fn report(&self, cx: &mut Context<'_>) {
        let unused = |hits: &BTreeSet<usize>, index: &usize| !hits.contains(index);
        for (index, filter) in self.options.include.iter().enumerate() {
            if unused(&self.include_hits, &index) {
                cx.report(
                    code::SELECTION,
                    "",
                    format!("include `{filter}` matches no operation{}", self.meant(filter)),
                );
            }
        }
        for (index, filter) in self.options.exclude.iter().enumerate() {
            if unused(&self.exclude_hits, &index) {
                cx.report(
                    code::SELECTION,
                    "",
                    format!("exclude `{filter}` matches no operation{}", self.meant(filter)),
                );
            }
        }
        for (index, (filter, _)) in self.options.paging.iter().enumerate() {
            if unused(&self.paging_hits, &index) {
                cx.report(code::SELECTION, "", format!("paging `{filter}` matches no operation"));
            }
        }
        for (index, (filter, _)) in self.options.fields.iter().enumerate() {
            if unused(&self.fields_hits, &index) {
                cx.report(code::SELECTION, "", format!("fields `{filter}` match no operation"));
            }
        }
        for id in self.options.rename.keys() {
            if !self.rename_hits.contains(id.as_str()) {
                let near = self.meant(&Filter::Id(id.clone()));
                let message = format!("there is no operation `{id}` to rename{near}");
                cx.report(code::SELECTION, "", message);
            }
        }
        self.report_rules(cx, &self.options.rules);
        self.report_rules(cx, &self.own);
        self.report_parameters(cx, &self.local);
    }

    fn report_rules(&self, cx: &mut Context<'_>, rules: &Rules) {
        let overridden = rules.keep.len()
            * usize::from(std::ptr::eq(rules, &self.own) && !self.options.rules.keep.is_empty());
        for filter in rules.keep.iter().skip(overridden).chain(&rules.drop) {
            let filter_text = &filter.what;
            let near = self.meant(filter_text);
            let message = format!("`{filter_text}` matches no operation{near}");
            self.report_unused(cx, &filter.origin, message);
        }
        for Placed { what: (tag, _), origin } in &rules.groups {
            let near = self.meant(&Filter::Tag(tag.clone()));
            self.report_unused(cx, origin, format!("no operation has the tag `{tag}`{near}"));
        }
        self.report_parameters(cx, &rules.parameters);
        for Placed { what: (filter, rule), origin } in &rules.tools {
            let near = self.meant(filter);
            self.report_unused(cx, origin, format!("`{filter}` matches no operation{near}"));
            if self.used.contains(&key(origin)) {
                self.report_parameters(cx, &rule.parameters);
            }
        }
    }

    fn report_parameters(&self, cx: &mut Context<'_>, rules: &[Placed<(String, ParameterRule)>]) {
        for Placed { what: (name, _), origin } in rules {
            let known = || self.parameters.iter().map(String::as_str);
            let member = format!("body.{name}");
            let near = match known().find(|known| *known == member) {
                Some(member) => format!("; is `{member}` meant?"),
                None => meant(name, known()),
            };
            let message = format!(
                "there is no parameter `{name}` here (members of a body are called `body.NAME`){near}"
            );
            self.report_unused(cx, origin, message);
        }
    }

    fn report_unused(&self, cx: &mut Context<'_>, origin: &Origin, message: String) {
        if !self.used.contains(&key(origin)) {
            let Origin { file, line, pointer } = origin;
            cx.note([code::SELECTION.diagnostic(file, *line, pointer, message)]);
        }
    }
}

/// What the last filter that matches says; all that match count as used.
fn last_match<'o, T>(
    options: &'o [(Filter, T)],
    candidate: Candidate<'_>,
    hits: &mut BTreeSet<usize>,
) -> Option<&'o T> {
    let mut found = None;
    for (index, (filter, value)) in options.iter().enumerate() {
        if filter.matches(candidate) {
            hits.insert(index);
            found = Some(value);
        }
    }
    found
}

fn key(origin: &Origin) -> (String, String) {
    (origin.file.clone(), origin.pointer.clone())
}

/// What rules say of an operation: those that name it before those that match it by a pattern, and
/// of these the last.
fn matching(
    rules: &Rules,
    candidate: Candidate<'_>,
    used: &mut HashSet<(String, String)>,
) -> ToolRule {
    let names_it = |filter: &Filter| matches!(filter, Filter::Id(id) if id == candidate.id);
    let fitting = rules.tools.iter().filter(|rule| rule.what.0.matches(candidate));
    let (mut named, mut others): (Vec<_>, Vec<_>) =
        fitting.partition(|rule| names_it(&rule.what.0));
    others.reverse();
    named.append(&mut others);
    let mut all = ToolRule::default();
    for Placed { what: (_, rule), origin } in named {
        used.insert(key(origin));
        all.or(rule);
    }
    all
}

fn group(
    rules: &Rules,
    rule: &ToolRule,
    candidate: Candidate<'_>,
    used: &mut HashSet<(String, String)>,
) -> Option<String> {
    let mut by_tag = None;
    for Placed { what: (tag, group), origin } in &rules.groups {
        if candidate.tags.contains(tag) {
            used.insert(key(origin));
            by_tag = by_tag.or(Some(group));
        }
    }
    rule.group.as_ref().or(by_tag).or(rules.group.as_ref()).cloned()
}
