//! Pages of a listing, gathered into one reply.

mod link;
mod target;
mod turn;

use std::collections::HashSet;

use http::Uri;
use serde_json::value::RawValue;

use super::descriptor::{Paging, PagingKind};
use super::json::{Members, Shape, at, plain, shape};
use super::plan::Plan;

pub(crate) use target::resolve;
pub(crate) use turn::Turn;

/// What was gathered so far.
#[derive(Debug)]
pub(crate) struct Pages<'p> {
    paging: &'p Paging,
    wanted: u32,
    /// Bytes that the items may have.
    limit: usize,
    pub(crate) got: u32,
    /// The items as JSON text, with commas between them.
    items: String,
    count: u64,
    /// Of the last page: all of it, and its list.
    last: Option<Box<RawValue>>,
    last_items: String,
    /// Cursors and URLs that led to a page.
    seen: HashSet<String>,
    /// The number that the last request had in its body.
    sent: Option<u64>,
}

/// A page as it came.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) json: Box<RawValue>,
    /// The `Link` header.
    pub(crate) link: Option<String>,
    /// Where it came from.
    pub(crate) uri: &'a Uri,
}

/// What comes after a page.
#[derive(Debug)]
pub(crate) enum Next {
    /// The same request with this in it.
    Turn(Turn),
    /// This URL, as the upstream writes it.
    Url(String),
    /// Nothing; or nothing more, for the reason given.
    End(Option<String>),
}

impl<'p> Pages<'p> {
    /// As many pages as `arguments` ask for; `None` if it is one.
    pub(crate) fn wanted(plan: &'p Plan, arguments: &RawValue, limit: usize) -> Option<Self> {
        let paging = plan.binding.paging.as_ref()?;
        let arguments = Members::parse(arguments.get()).ok()?;
        let value = arguments.find(&paging.argument)?;
        let wanted = plain(value).ok()?.parse::<u32>().ok()?.min(paging.max);
        (wanted > 1).then(|| Self {
            paging,
            wanted,
            limit,
            got: 0,
            items: String::new(),
            count: 0,
            last: None,
            last_items: String::new(),
            seen: HashSet::new(),
            sent: sent(paging, plan, &arguments),
        })
    }

    /// How many pages there will be at most.
    pub(crate) fn most(&self) -> u32 {
        self.wanted
    }

    /// Adds a page and says how to get the next one.
    pub(crate) fn add(&mut self, page: Page<'_>) -> Next {
        let list = at(&page.json, &self.paging.items).map(RawValue::get).unwrap_or_default();
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(list) else {
            let place = &self.paging.items;
            let why = format!("A page has no list at `{place}`, so no further one is fetched.");
            self.last = self.last.take().or(Some(page.json));
            return Next::End(Some(why));
        };
        if !items.is_empty() && list == self.last_items {
            return Next::End(Some("The service gave the same page again.".to_owned()));
        }
        for item in &items {
            if !self.items.is_empty() {
                self.items.push(',');
            }
            self.items.push_str(item.get());
        }
        self.got += 1;
        self.count += items.len() as u64;
        let next = self.next(&page, items.is_empty());
        self.last_items = list.to_owned();
        self.last = Some(page.json);
        match next {
            Next::End(why) => Next::End(why),
            _ if self.items.len() > self.limit => Next::End(Some(format!(
                "The pages have more than {} bytes together; there may be more of them.",
                self.limit
            ))),
            _ if self.got == self.wanted => Next::End(Some("There may be more pages.".to_owned())),
            next => next,
        }
    }

    /// All items in the last page's place for them. `None` if there was no page.
    pub(crate) fn finish(self) -> Option<(Box<RawValue>, String)> {
        let last = self.last?;
        let counted =
            |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let summary =
            format!("{} of {}.", counted(self.count, "item"), counted(u64::from(self.got), "page"));
        if self.got < 2 {
            return Some((last, summary));
        }
        let whole = last.get();
        let list = at(&last, &self.paging.items)?.get();
        // The list is a part of the text: where it stands in it is the distance of the two.
        let start = (list.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
        let (before, after) = (whole.get(..start)?, whole.get(start + list.len()..)?);
        let all = format!("{before}[{}]{after}", self.items);
        Some((RawValue::from_string(all).ok()?, summary))
    }

    fn next(&mut self, page: &Page<'_>, empty: bool) -> Next {
        let paging = self.paging;
        match &paging.kind {
            PagingKind::Page { .. } | PagingKind::Offset { .. } if empty => Next::End(None),
            PagingKind::Page { parameter, first } => {
                let current = self.current(page, parameter).unwrap_or(u64::from(*first));
                self.number(parameter, current.saturating_add(1))
            }
            PagingKind::Offset { parameter } => {
                // Each page names where it starts, so counting the last one is enough.
                let list = at(&page.json, &paging.items).map(RawValue::get);
                let items: Vec<&RawValue> =
                    list.and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default();
                let current = self.current(page, parameter).unwrap_or(0);
                self.number(parameter, current.saturating_add(items.len() as u64))
            }
            PagingKind::Cursor { next, parameter } => {
                let Some(cursor) = scalar(&page.json, next) else { return Next::End(None) };
                if !self.seen.insert(cursor.clone()) {
                    return repeated();
                }
                match at(&page.json, next).filter(|_| paging.in_body) {
                    // In JSON a number stays one.
                    Some(raw) => Next::Turn(Turn::Member(parameter.clone(), raw.to_owned())),
                    None => Next::Turn(Turn::pair(parameter, &cursor)),
                }
            }
            PagingKind::Link => {
                let target = page.link.as_deref().and_then(link::next).map(str::to_owned);
                self.follow(target)
            }
            PagingKind::Next { next } => self.follow(scalar(&page.json, next)),
        }
    }

    /// The number that the page was asked for with.
    fn current(&self, page: &Page<'_>, parameter: &str) -> Option<u64> {
        if self.paging.in_body { self.sent } else { number(page.uri, parameter) }
    }

    fn number(&mut self, parameter: &str, next: u64) -> Next {
        self.sent = Some(next);
        Next::Turn(match self.paging.in_body {
            true => Turn::number(parameter, next),
            false => Turn::pair(parameter, &next.to_string()),
        })
    }

    fn follow(&mut self, target: Option<String>) -> Next {
        match target {
            None => Next::End(None),
            Some(target) if self.seen.insert(target.clone()) => Next::Url(target),
            Some(_) => repeated(),
        }
    }
}

fn repeated() -> Next {
    Next::End(Some("The service named a page as the next one that was already read.".to_owned()))
}

/// A text or number that says something.
fn scalar(json: &RawValue, pointer: &str) -> Option<String> {
    let value = at(json, pointer)?;
    match shape(value).ok()? {
        Shape::Scalar(text) if !text.is_empty() && value.get() != "false" => Some(text),
        _ => None,
    }
}

/// The number that the first request has in its body.
fn sent(paging: &Paging, plan: &Plan, arguments: &Members<'_>) -> Option<u64> {
    let (PagingKind::Page { parameter, .. } | PagingKind::Offset { parameter }) = &paging.kind
    else {
        return None;
    };
    let body = plan.binding.body.as_ref().filter(|_| paging.in_body)?;
    let given = arguments.find(&body.argument);
    let completed = plan.presets.body(given).ok().flatten();
    plain(at(completed.as_deref().or(given)?, parameter)?).ok()?.parse().ok()
}

/// A number that the request's query has.
fn number(uri: &Uri, name: &str) -> Option<u64> {
    let name = super::encode::QueryPart::data(name);
    let pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name.as_str()).find_map(|(_, value)| value.parse().ok())
}
