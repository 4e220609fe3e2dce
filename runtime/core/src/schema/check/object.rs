//! Objects, and what no other keyword has looked at.

use std::borrow::Cow;

use super::Checker;
use super::report::Path;
use super::seen::Seen;
use crate::schema::instance::{Instance, quoted};
use crate::schema::node::{Node, NodeId, ObjectRules, Rules};

type Members<'a> = [(Cow<'a, str>, Instance<'a>)];

impl<'v> Checker<'v> {
    pub(super) fn object(
        &mut self,
        rules: &'v ObjectRules,
        members: &Members<'_>,
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        let counts = (rules.min_properties, rules.max_properties);
        let mut valid = self.bounds(members.len(), counts, ("member", "members"), path);
        for (position, (name, value)) in members.iter().enumerate() {
            if !valid && !self.report.listens() {
                return false;
            }
            valid &= self.member(rules, (position, name.as_ref(), value), path, seen);
        }
        valid &= self.required(rules, members, path);
        valid
    }

    fn member(
        &mut self,
        rules: &'v ObjectRules,
        (position, name, value): (usize, &str, &Instance<'_>),
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        let here = Path::Member(path, name);
        let mut valid = true;
        let mut claimed = false;
        if let Some(node) = rules.property(name) {
            claimed = true;
            let mut own = self.fresh(value);
            valid &= self.check(node, value, &here, &mut own);
        }
        for (pattern, node) in &rules.patterns {
            if self.charge(1 + name.len() / 64) && pattern.regex.is_match(name) {
                claimed = true;
                let mut own = self.fresh(value);
                valid &= self.check(*node, value, &here, &mut own);
            }
        }
        if let Some(node) = rules.additional
            && !claimed
        {
            claimed = true;
            valid &= self.extra(node, (name, value), path);
        }
        if claimed {
            seen.mark(position);
        }
        if let Some(node) = rules.names {
            valid &= self.name(node, name, path);
        }
        valid
    }

    /// A member under `additionalProperties` or `unevaluatedProperties`.
    fn extra(
        &mut self,
        node: NodeId,
        (name, value): (&str, &Instance<'_>),
        path: &Path<'_>,
    ) -> bool {
        if matches!(self.arena.nodes.get(node), Some(Node::Always(false))) {
            return self.fail(path, || format!("unexpected member {}", quoted(name)));
        }
        let mut own = self.fresh(value);
        self.check(node, value, &Path::Member(path, name), &mut own)
    }

    /// `propertyNames`: said of the object, as a name has no place of its own.
    fn name(&mut self, node: NodeId, name: &str, path: &Path<'_>) -> bool {
        let name = Instance::String(Cow::Borrowed(name));
        if self.matches(node, &name, &mut Seen::off()) {
            return true;
        }
        let before = self.report.start();
        self.check(node, &name, path, &mut Seen::off());
        let findings = self.report.finish(before);
        let reason = findings.first().map(|finding| finding.violation.message.clone());
        self.fail(path, || {
            let reason = reason.unwrap_or_else(|| "is not allowed".to_owned());
            format!("member name {}: {reason}", name.brief())
        })
    }

    fn required(&mut self, rules: &ObjectRules, members: &Members<'_>, path: &Path<'_>) -> bool {
        let has = |name: &str| members.iter().any(|(known, _)| known == name);
        let mut valid = true;
        for name in &rules.required {
            if !self.charge(1 + members.len() / 64) {
                return false;
            }
            if !has(name) {
                valid = self.fail(path, || format!("missing required member {}", quoted(name)));
            }
        }
        for (cause, names) in &rules.dependent_required {
            if !self.charge(1 + members.len() / 64) {
                return false;
            }
            for name in names.iter().filter(|name| has(cause) && !has(name)) {
                valid = self.fail(path, || {
                    format!("missing member {}, which {} requires", quoted(name), quoted(cause))
                });
            }
        }
        valid
    }

    /// `unevaluatedItems` and `unevaluatedProperties`.
    pub(super) fn unevaluated(
        &mut self,
        rules: &'v Rules,
        value: &Instance<'_>,
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        let mut valid = true;
        match (value, rules.unevaluated_items, rules.unevaluated_properties) {
            (Instance::Array(items), Some(node), _) => {
                for (position, item) in items.iter().enumerate() {
                    if !seen.has(position) {
                        seen.mark(position);
                        let mut own = self.fresh(item);
                        valid &= self.check(node, item, &Path::Item(path, position), &mut own);
                    }
                }
            }
            (Instance::Object(members), _, Some(node)) => {
                for (position, (name, value)) in members.iter().enumerate() {
                    if !seen.has(position) {
                        seen.mark(position);
                        valid &= self.extra(node, (name.as_ref(), value), path);
                    }
                }
            }
            _ => {}
        }
        valid
    }
}
