//! Choices of one thing out of a few.

/// One of a few options: an enum whose variants have no content. `#[derive(Elicit)]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a field of a form",
    note = "fields are `String`, `bool`, integers, floats, enums that derive `Elicit`, a `Vec` of \
            such an enum, and an `Option` of any of these"
)]
pub trait Choice: Sized + Send {
    /// The options in order: the value that an answer carries, and the title that people see.
    /// Titles are shown if one option has one.
    const OPTIONS: &'static [(&'static str, Option<&'static str>)];

    /// The value that stands for this option.
    fn value(&self) -> &'static str;

    /// The option that a value stands for.
    fn chosen(value: &str) -> Option<Self>;
}
