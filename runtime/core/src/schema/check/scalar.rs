//! Numbers, strings, and lists of values.

use super::Checker;
use super::report::{Kind, Path};
use crate::schema::decimal::Decimal;
use crate::schema::instance::{Instance, quoted};
use crate::schema::node::{Bound, Choice, NumberRules, StringRules};

/// Bytes compared or matched for one step of work.
const BYTES_PER_STEP: usize = 64;

impl Checker<'_> {
    pub(super) fn choice(
        &mut self,
        choice: &Choice,
        value: &Instance<'_>,
        path: &Path<'_>,
    ) -> bool {
        let text = value.canonical();
        if !self.charge(text.len() / BYTES_PER_STEP) {
            return false;
        }
        if choice.allowed.contains(&text) {
            return true;
        }
        let message = || match choice.allowed.len() {
            0 => "is not allowed".to_owned(),
            1 => format!("must be {}, got {}", choice.shown, value.brief()),
            _ => format!("must be one of {}, got {}", choice.shown, value.brief()),
        };
        self.report.add(path, Kind::Choice, message)
    }

    pub(super) fn number(&mut self, rules: &NumberRules, text: &str, path: &Path<'_>) -> bool {
        let value = Decimal::parse(text);
        let mut valid = true;
        let mut assert =
            |bound: &Option<Bound>, holds: fn(&Decimal, &Decimal) -> bool, words: &str| {
                if let Some(bound) = bound
                    && !holds(&value, &bound.value)
                {
                    valid = self.fail(path, || {
                        let got = Instance::Number(text).brief();
                        format!("must be {words} {}, got {got}", bound.text)
                    });
                }
            };
        assert(&rules.minimum, |value, bound| value >= bound, "at least");
        assert(&rules.maximum, |value, bound| value <= bound, "at most");
        assert(&rules.above, |value, bound| value > bound, "more than");
        assert(&rules.below, |value, bound| value < bound, "less than");
        assert(&rules.multiple_of, Decimal::is_multiple_of, "a multiple of");
        valid
    }

    pub(super) fn string(&mut self, rules: &StringRules, text: &str, path: &Path<'_>) -> bool {
        if !self.charge(text.len() / BYTES_PER_STEP) {
            return false;
        }
        let mut valid = true;
        if rules.min_length.is_some() || rules.max_length.is_some() {
            let length = text.chars().count();
            valid &= self.bounds(
                length,
                (rules.min_length, rules.max_length),
                ("character", "characters"),
                path,
            );
        }
        if let Some(pattern) = &rules.pattern
            && !pattern.regex.is_match(text)
        {
            valid = self.fail(path, || {
                format!("must match the pattern {}, got {}", pattern.text, quoted(text))
            });
        }
        valid
    }

    /// `min…` and `max…` of anything that is counted.
    pub(super) fn bounds(
        &mut self,
        count: usize,
        (min, max): (Option<usize>, Option<usize>),
        (one, many): (&str, &str),
        path: &Path<'_>,
    ) -> bool {
        let things = |number: usize| if number == 1 { one } else { many };
        match (min, max) {
            (Some(min), _) if count < min => {
                self.fail(path, || format!("must have at least {min} {}, got {count}", things(min)))
            }
            (_, Some(max)) if count > max => {
                self.fail(path, || format!("must have at most {max} {}, got {count}", things(max)))
            }
            _ => true,
        }
    }
}
