//! From an answer to a Rust value.

use toolwright_spec::ElicitedValue;

use super::Choice;

/// The largest whole number that a peer's floating point keeps, 2^53 - 1.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// What a field of a form is read as: `String`, `bool`, integers, floats, a [`Choice`], a `Vec` of
/// one, and an `Option` of any of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a field of a form",
    note = "fields are `String`, `bool`, integers, floats, enums that derive `Elicit`, a `Vec` of \
            such an enum, and an `Option` of any of these"
)]
pub trait Field: Sized {
    /// The value; the error says what it must be, as in "must be …".
    ///
    /// # Errors
    /// The answer is another kind of value.
    fn from_answer(answer: &ElicitedValue) -> Result<Self, String>;

    /// What it is when left out; `None`: it has to be there.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

impl Field for String {
    fn from_answer(answer: &ElicitedValue) -> Result<Self, String> {
        match answer {
            ElicitedValue::String(text) => Ok(text.clone()),
            _ => Err("text".to_owned()),
        }
    }
}

impl Field for bool {
    fn from_answer(answer: &ElicitedValue) -> Result<Self, String> {
        match answer {
            ElicitedValue::Bool(value) => Ok(*value),
            _ => Err("true or false".to_owned()),
        }
    }
}

impl<T: Field> Field for Option<T> {
    fn from_answer(answer: &ElicitedValue) -> Result<Self, String> {
        T::from_answer(answer).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Choice> Field for T {
    fn from_answer(answer: &ElicitedValue) -> Result<Self, String> {
        let chosen = match answer {
            ElicitedValue::String(value) => T::chosen(value),
            _ => None,
        };
        chosen.ok_or_else(|| "one of the options".to_owned())
    }
}

impl<T: Choice> Field for Vec<T> {
    fn from_answer(answer: &ElicitedValue) -> Result<Self, String> {
        let chosen = match answer {
            ElicitedValue::List(values) => values.iter().map(|value| T::chosen(value)).collect(),
            _ => None,
        };
        chosen.ok_or_else(|| "a list of the options".to_owned())
    }
}

macro_rules! numbers {
    ($($type:ty: $whole:literal),*) => {$(
        impl Field for $type {
            fn from_answer(answer: &ElicitedValue) -> Result<Self, String> {
                let ElicitedValue::Number(number) = answer else {
                    return Err(kind($whole).to_owned());
                };
                if $whole && (number.fract() != 0.0 || number.abs() > LARGEST) {
                    return Err(kind(true).to_owned());
                }
                // Saturates, so that what does not fit comes back as another number.
                let value = *number as $type;
                if $whole && value as f64 != *number {
                    return Err(format!("between {} and {}", <$type>::MIN, <$type>::MAX));
                }
                Ok(value)
            }
        }
    )*};
}

numbers!(
    i8: true, i16: true, i32: true, i64: true, isize: true,
    u8: true, u16: true, u32: true, u64: true, usize: true,
    f32: false, f64: false
);

fn kind(whole: bool) -> &'static str {
    if whole { "a whole number" } else { "a number" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_to_fit() {
        let read = |number: f64| u8::from_answer(&ElicitedValue::Number(number));
        assert_eq!(read(255.0), Ok(255));
        assert_eq!(read(256.0), Err("between 0 and 255".to_owned()));
        assert_eq!(read(-1.0), Err("between 0 and 255".to_owned()));
        assert_eq!(read(1.5), Err("a whole number".to_owned()));
        assert_eq!(read(f64::NAN), Err("a whole number".to_owned()));
        assert_eq!(i64::from_answer(&ElicitedValue::Number(-3.0)), Ok(-3));
        assert!(i64::from_answer(&ElicitedValue::Number(1e17)).is_err());
        assert_eq!(f32::from_answer(&ElicitedValue::Number(0.5)), Ok(0.5));
    }
}
