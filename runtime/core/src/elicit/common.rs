//! What can be said of every field.

/// What is said of every kind of field.
#[derive(Debug, Clone, Default)]
pub(super) struct Common {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) optional: bool,
    pub(super) not_a_secret: bool,
}

/// Setters that every kind of field has.
macro_rules! common {
    ($($type:ident),*) => {$(
        impl $type {
            /// The label, in place of the field's name.
            #[must_use]
            pub fn title(mut self, title: impl Into<String>) -> Self {
                self.common.title = Some(title.into());
                self
            }

            /// What to fill in.
            #[must_use]
            pub fn description(mut self, description: impl Into<String>) -> Self {
                self.common.description = Some(description.into());
                self
            }

            /// It may be left out.
            #[must_use]
            pub fn optional(mut self) -> Self {
                self.common.optional = true;
                self
            }

            /// It is no secret, although its name sounds like one.
            #[must_use]
            pub fn not_a_secret(mut self) -> Self {
                self.common.not_a_secret = true;
                self
            }
        }
    )*};
}

pub(super) use common;
