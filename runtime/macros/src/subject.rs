//! What the macros on `impl` blocks differ in.

/// One of `#[tools]`, `#[prompts]` and `#[resources]`.
pub(crate) struct Subject {
    /// The macro, as it is written.
    pub(crate) attribute: &'static str,
    /// The mark of its methods.
    pub(crate) mark: &'static str,
    /// What such a method is, with its article.
    pub(crate) noun: &'static str,
    /// What `#[arg(…)]` takes on its parameters.
    pub(crate) arguments: &'static [&'static str],
}
