//! What is asked for and operations cannot have: told once for all that a filter matches.

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::ir::Operation;
use crate::select::Origin;
use crate::source::Document;

/// How many operations, and how many reasons, are named.
const NAMED: usize = 3;

/// Refusals, by what asked.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    by_rule: Vec<(Origin, Reasons)>,
    by_option: Reasons,
}

/// Why, and whom it concerns, in the order of finding.
#[derive(Debug, Default)]
struct Reasons(Vec<(String, Vec<Refused>)>);

#[derive(Debug)]
struct Refused {
    name: String,
    pointer: String,
}

impl Refusals {
    /// Keeps why an operation cannot have what a rule asks for, or, without an origin, an option.
    pub(crate) fn add(&mut self, origin: Option<&Origin>, operation: &Operation, why: String) {
        let refused = Refused { name: operation.name.clone(), pointer: operation.pointer.clone() };
        let Some(origin) = origin else {
            return self.by_option.add(refused, why);
        };
        // Operations come in order, and each rule is asked for each of them.
        match self.by_rule.iter_mut().find(|(known, _)| known == origin) {
            Some((_, reasons)) => reasons.add(refused, why),
            None => {
                let mut reasons = Reasons::default();
                reasons.add(refused, why);
                self.by_rule.push((origin.clone(), reasons));
            }
        }
    }

    /// One finding for each rule, and one for each reason of options.
    pub(crate) fn into_findings(self, document: &Document) -> Vec<Diagnostic> {
        let rules = self.by_rule.into_iter().map(|(origin, reasons)| {
            let Origin { file, line, pointer } = &origin;
            code::CURATION.diagnostic(file, *line, pointer, reasons.said())
        });
        let options = self.by_option.0.into_iter().map(|(why, refused)| match refused.as_slice() {
            [one] => document.finding(code::SELECTION, &one.pointer, why),
            all => document.finding(code::SELECTION, "", format!("{}: {why}", named(all))),
        });
        rules.chain(options).collect()
    }
}

impl Reasons {
    fn add(&mut self, refused: Refused, why: String) {
        match self.0.iter_mut().find(|(known, _)| *known == why) {
            Some((_, all)) => all.push(refused),
            None => self.0.push((why, vec![refused])),
        }
    }

    fn said(&self) -> String {
        let one = |(why, refused): &(String, Vec<Refused>)| format!("{}: {why}", named(refused));
        let said: Vec<String> = self.0.iter().take(NAMED).map(one).collect();
        let operations = |reasons: &[(String, Vec<Refused>)]| -> usize {
            reasons.iter().map(|(_, refused)| refused.len()).sum()
        };
        let said = match operations(self.0.get(NAMED..).unwrap_or_default()) {
            0 => said.join("; "),
            more => format!("{}; and {more} more for other reasons", said.join("; ")),
        };
        match operations(&self.0) {
            1 => said,
            count => format!("{count} operations cannot have it: {said}"),
        }
    }
}

/// The first names, and how many there are.
fn named(refused: &[Refused]) -> String {
    let names: Vec<&str> = refused.iter().take(NAMED).map(|one| one.name.as_str()).collect();
    match refused.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
