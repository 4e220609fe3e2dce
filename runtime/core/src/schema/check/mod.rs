//! Checking a document against the arena.

mod array;
mod object;
mod report;
mod scalar;
mod seen;
mod union;

use super::instance::Instance;
use super::node::{Arena, InPlace, Node, NodeId, Rules, Types};
use super::{Violation, decimal::Decimal};

use report::{Kind, Path, Report};
use seen::Seen;

/// Deepest recursion of the checker, over subschemas and document together.
const MAX_RECURSION: usize = 512;
/// Work granted to every document, in nodes visited or about a hundred bytes compared.
const STEPS: usize = 1_000_000;
/// Work granted besides, per element of the document.
const STEPS_PER_ELEMENT: usize = 200;

/// Checks a document; the violations in document order, then what is missing.
pub(super) fn run(arena: &Arena, document: &Instance<'_>) -> Result<(), Vec<Violation>> {
    let mut checker = Checker {
        arena,
        report: Report::default(),
        depth: 0,
        steps: STEPS.saturating_add(elements(document).saturating_mul(STEPS_PER_ELEMENT)),
        stopped: None,
    };
    let mut seen = checker.fresh(document);
    let valid = checker.check(arena.root, document, &Path::Root, &mut seen);
    match checker.stopped {
        Some(reason) => Err(vec![Violation::new(String::new(), reason.to_owned())]),
        None if valid => Ok(()),
        None => Err(checker.report.into_violations()),
    }
}

/// The state of one check.
struct Checker<'v> {
    arena: &'v Arena,
    report: Report,
    depth: usize,
    steps: usize,
    /// Why the check was given up; its result means nothing then.
    stopped: Option<&'static str>,
}

impl<'v> Checker<'v> {
    /// Checks a value against a node and marks in `seen` which of its elements were looked at.
    fn check(
        &mut self,
        id: NodeId,
        value: &Instance<'_>,
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        if !self.charge(1) {
            return false;
        }
        if self.depth >= MAX_RECURSION {
            self.stopped = Some("is nested too deeply to be checked");
            return false;
        }
        self.depth += 1;
        let valid = match self.arena.nodes.get(id) {
            Some(Node::Rules(rules)) => self.rules(rules, value, path, seen),
            Some(Node::Always(true)) | None => true,
            Some(Node::Always(false)) => self.fail(path, || "is not allowed".to_owned()),
        };
        self.depth -= 1;
        valid
    }

    fn rules(
        &mut self,
        rules: &'v Rules,
        value: &Instance<'_>,
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        if let Some(types) = rules.types
            && !types.has(type_of(value, types))
        {
            let message = || format!("must be {}, got {}", types.words(), value.brief());
            return self.report.add(path, Kind::Type(types), message);
        }
        let asks = rules.unevaluated_items.is_some() || rules.unevaluated_properties.is_some();
        if !asks {
            return self.evaluate(rules, value, path, seen);
        }
        // What the keywords beside an `unevaluated…` looked at is its own affair; what the whole
        // looked at is its parent's.
        let mut own = self.fresh(value);
        let valid = self.evaluate(rules, value, path, &mut own)
            && self.unevaluated(rules, value, path, &mut own);
        seen.merge(&own);
        valid
    }

    /// Everything but `type` and the `unevaluated…` keywords. Goes on after a failure as long as
    /// somebody listens.
    fn evaluate(
        &mut self,
        rules: &'v Rules,
        value: &Instance<'_>,
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        let mut valid = rules.choice.as_ref().is_none_or(|choice| self.choice(choice, value, path));
        if valid || self.report.listens() {
            valid &= match value {
                Instance::Number(text) => {
                    rules.number.as_ref().is_none_or(|rules| self.number(rules, text, path))
                }
                Instance::String(text) => {
                    rules.string.as_ref().is_none_or(|rules| self.string(rules, text, path))
                }
                Instance::Array(items) => {
                    rules.array.as_ref().is_none_or(|rules| self.array(rules, items, path, seen))
                }
                Instance::Object(members) => rules
                    .object
                    .as_ref()
                    .is_none_or(|rules| self.object(rules, members, path, seen)),
                Instance::Null | Instance::Bool(_) => true,
            };
        }
        for rule in &rules.in_place {
            if !valid && !self.report.listens() {
                return false;
            }
            valid &= self.in_place(rule, value, path, seen);
        }
        valid
    }

    fn in_place(
        &mut self,
        rule: &'v InPlace,
        value: &Instance<'_>,
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        match rule {
            InPlace::All(nodes) => {
                let mut valid = true;
                for node in nodes {
                    valid &= self.check(*node, value, path, seen);
                }
                valid
            }
            InPlace::Any(nodes) => self.any(nodes, value, path, seen),
            InPlace::One(nodes) => self.one(nodes, value, path, seen),
            InPlace::Not(node) => {
                !self.matches(*node, value, &mut Seen::off())
                    || self.fail(path, || "is what the schema excludes under \"not\"".to_owned())
            }
            InPlace::If { condition, then, otherwise } => {
                let mut own = self.fresh(value);
                let branch = if self.matches(*condition, value, &mut own) {
                    seen.merge(&own);
                    then
                } else {
                    otherwise
                };
                branch.is_none_or(|node| self.check(node, value, path, seen))
            }
            InPlace::With { member, node } => {
                value.member(member).is_none() || self.check(*node, value, path, seen)
            }
        }
    }

    /// Whether a node accepts a value, without reporting anything.
    fn matches(&mut self, node: NodeId, value: &Instance<'_>, seen: &mut Seen) -> bool {
        self.report.mute();
        let valid = self.check(node, value, &Path::Root, seen);
        self.report.unmute();
        valid
    }

    fn fresh(&self, value: &Instance<'_>) -> Seen {
        if self.arena.tracks { Seen::none_of(value) } else { Seen::off() }
    }

    fn fail(&mut self, path: &Path<'_>, message: impl FnOnce() -> String) -> bool {
        self.report.add(path, Kind::Other, message)
    }

    /// Takes from the work granted; `false`: it is used up.
    fn charge(&mut self, steps: usize) -> bool {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                self.stopped.is_none()
            }
            None => {
                self.stopped = Some("takes too long to be checked");
                false
            }
        }
    }
}

/// The type of a value, an integer only where it makes a difference to `asked`.
fn type_of(value: &Instance<'_>, asked: Types) -> Types {
    match value {
        Instance::Null => Types::NULL,
        Instance::Bool(_) => Types::BOOLEAN,
        Instance::Number(text) => {
            let integer = asked.has(Types::INTEGER)
                && (text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit())
                    || Decimal::parse(text).is_integer());
            if integer { Types::NUMBER.with(Types::INTEGER) } else { Types::NUMBER }
        }
        Instance::String(_) => Types::STRING,
        Instance::Array(_) => Types::ARRAY,
        Instance::Object(_) => Types::OBJECT,
    }
}

fn elements(value: &Instance<'_>) -> usize {
    1 + match value {
        Instance::Array(items) => items.iter().map(elements).sum(),
        Instance::Object(members) => members.iter().map(|(_, value)| elements(value)).sum(),
        _ => 0,
    }
}
