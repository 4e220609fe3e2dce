//! Exact arithmetic on JSON numbers, as far as JSON Schema needs it.

use std::cmp::Ordering;

/// A JSON number as written: `±0.DIGITS × 10^exponent`, without zeros at either end of the digits.
///
/// Equal numbers have equal representations, so `1.0`, `1` and `10e-1` are the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Decimal {
    negative: bool,
    digits: Box<[u8]>,
    exponent: i64,
}

impl Decimal {
    /// Reads the text of a valid JSON number.
    pub(crate) fn parse(text: &str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = match text.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, saturating(power)),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let written: Vec<u8> =
            whole.bytes().chain(fraction.bytes()).map(|digit| digit.wrapping_sub(b'0')).collect();
        let leading = written.iter().take_while(|digit| **digit == 0).count();
        let significant = written.get(leading..).unwrap_or_default();
        let trailing = significant.iter().rev().take_while(|digit| **digit == 0).count();
        let digits = significant.get(..significant.len() - trailing).unwrap_or_default();
        if digits.is_empty() {
            return Self { negative: false, digits: Box::default(), exponent: 0 };
        }
        let point = i64::try_from(whole.len()).unwrap_or(i64::MAX);
        let skipped = i64::try_from(leading).unwrap_or(i64::MAX);
        Self {
            negative,
            digits: digits.into(),
            exponent: power.saturating_add(point).saturating_sub(skipped),
        }
    }

    /// Whether it has no fraction; `1.0` has none.
    pub(crate) fn is_integer(&self) -> bool {
        self.exponent >= self.length()
    }

    /// Whether it is greater than zero.
    pub(crate) fn is_positive(&self) -> bool {
        !self.negative && !self.digits.is_empty()
    }

    /// Whether it is a whole multiple of `step`, which is positive.
    pub(crate) fn is_multiple_of(&self, step: &Self) -> bool {
        if self.digits.is_empty() {
            return true;
        }
        // Power of ten of the last digit of each. The digits here don't end in zero, so a step
        // whose last digit stands higher can't divide.
        let shift = self.unit().saturating_sub(step.unit());
        if shift < 0 {
            return false;
        }
        let Some(divisor) = step.as_u64() else {
            return self.digits == step.digits;
        };
        let divisor = u128::from(divisor);
        let rest = self
            .digits
            .iter()
            .fold(0_u128, |rest, digit| (rest * 10 + u128::from(*digit)) % divisor);
        (rest * power_of_ten(shift, divisor)).is_multiple_of(divisor)
    }

    /// The value as a `usize`, where it is one.
    pub(crate) fn as_usize(&self) -> Option<usize> {
        if self.negative || !self.is_integer() || self.exponent > 19 {
            return None;
        }
        let mut value = 0_u64;
        for position in 0..self.exponent {
            let digit = usize::try_from(position).ok().and_then(|at| self.digits.get(at));
            value = value.checked_mul(10)?.checked_add(u64::from(digit.copied().unwrap_or(0)))?;
        }
        usize::try_from(value).ok()
    }

    /// The number without fraction and exponent, if it is whole and at most 20 digits long, as
    /// many as any integer of 64 bits has.
    pub(crate) fn plain(&self) -> Option<String> {
        const LONGEST: i64 = 20;
        if !self.is_integer() || self.exponent > LONGEST {
            return None;
        }
        let mut text = String::from(if self.negative { "-" } else { "" });
        text.extend(self.digits.iter().map(|digit| char::from(b'0' + digit)));
        text.extend((self.length()..self.exponent).map(|_| '0'));
        if self.digits.is_empty() {
            text.push('0');
        }
        Some(text)
    }

    /// Writes the one spelling that equal numbers share.
    pub(crate) fn write_canonical(&self, out: &mut String) {
        if self.negative {
            out.push('-');
        }
        out.extend(self.digits.iter().map(|digit| char::from(b'0' + digit)));
        out.push('e');
        out.push_str(&self.exponent.to_string());
    }

    fn length(&self) -> i64 {
        i64::try_from(self.digits.len()).unwrap_or(i64::MAX)
    }

    fn unit(&self) -> i64 {
        self.exponent.saturating_sub(self.length())
    }

    fn as_u64(&self) -> Option<u64> {
        self.digits
            .iter()
            .try_fold(0_u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(*digit)))
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => {
                self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits))
            }
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The exponent part of a number, however long it is.
fn saturating(power: &str) -> i64 {
    let (sign, digits) = match power.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, power.strip_prefix('+').unwrap_or(power)),
    };
    // A quarter of the range leaves room for the additions that follow.
    sign * digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4)
}

fn power_of_ten(mut exponent: i64, modulus: u128) -> u128 {
    let (mut base, mut power) = (10 % modulus, 1 % modulus);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = power * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text)
    }

    #[test]
    fn spellings_of_one_number_are_equal() {
        for (a, b) in
            [("1", "1.0"), ("10e-1", "1"), ("0", "-0.00"), ("120", "1.2e2"), ("0.05", "5E-2")]
        {
            assert_eq!(decimal(a), decimal(b), "{a} and {b}");
        }
        assert_ne!(decimal("9007199254740993"), decimal("9007199254740992"));
    }

    #[test]
    fn order_is_exact() {
        let sorted = [
            "-1e400",
            "-2",
            "-1.5",
            "0",
            "1e-400",
            "0.1",
            "1",
            "9007199254740992",
            "9007199254740993",
            "1e400",
        ];
        for pair in sorted.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{} < {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn integers_and_multiples() {
        for (text, integer) in [
            ("1.0", true),
            ("1.5", false),
            ("1e400", true),
            ("1e-400", false),
            ("-0.0", true),
            ("100", true),
        ] {
            assert_eq!(decimal(text).is_integer(), integer, "{text}");
        }
        for (value, step, multiple) in [
            ("0.3", "0.1", true),
            ("0.35", "0.1", false),
            ("7", "2", false),
            ("-8", "2", true),
            ("1e308", "3", false),
            ("0.0075", "0.0001", true),
            ("1e20", "50", true),
            ("5", "10", false),
            ("99999999999999999999", "3", true),
        ] {
            assert_eq!(decimal(value).is_multiple_of(&decimal(step)), multiple, "{value} % {step}");
        }
    }

    #[test]
    fn counts() {
        assert_eq!(decimal("2.0").as_usize(), Some(2));
        assert_eq!(decimal("0").as_usize(), Some(0));
        assert_eq!(decimal("1200").as_usize(), Some(1200));
        assert_eq!(decimal("-1").as_usize(), None);
        assert_eq!(decimal("1e30").as_usize(), None);
    }
}
