//! Arrays.

use std::collections::HashMap;

use super::Checker;
use super::report::Path;
use super::seen::Seen;
use crate::schema::instance::Instance;
use crate::schema::node::{ArrayRules, Contains};

impl<'v> Checker<'v> {
    pub(super) fn array(
        &mut self,
        rules: &'v ArrayRules,
        items: &[Instance<'_>],
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        let mut valid =
            self.bounds(items.len(), (rules.min_items, rules.max_items), ("item", "items"), path);
        for (position, item) in items.iter().enumerate() {
            if !valid && !self.report.listens() {
                return false;
            }
            if let Some(node) = rules.prefix.get(position).copied().or(rules.items) {
                seen.mark(position);
                let mut own = self.fresh(item);
                valid &= self.check(node, item, &Path::Item(path, position), &mut own);
            }
        }
        if let Some(contains) = &rules.contains {
            valid &= self.contains(contains, items, path, seen);
        }
        if rules.unique {
            valid &= self.unique(items, path);
        }
        valid
    }

    fn contains(
        &mut self,
        contains: &Contains,
        items: &[Instance<'_>],
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        let mut count = 0;
        for (position, item) in items.iter().enumerate() {
            let mut own = self.fresh(item);
            if self.matches(contains.node, item, &mut own) {
                seen.mark(position);
                count += 1;
            }
        }
        let names = ("item that matches \"contains\"", "items that match \"contains\"");
        self.bounds(count, (Some(contains.min), contains.max), names, path)
    }

    fn unique(&mut self, items: &[Instance<'_>], path: &Path<'_>) -> bool {
        let mut first = HashMap::with_capacity(items.len());
        for (position, item) in items.iter().enumerate() {
            let text = item.canonical();
            if !self.charge(1 + text.len() / 64) {
                return false;
            }
            if let Some(earlier) = first.insert(text, position) {
                return self.fail(path, || {
                    format!(
                        "must have no two equal items, but items {earlier} and {position} are equal"
                    )
                });
            }
        }
        true
    }
}
