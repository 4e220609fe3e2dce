//! Overlays in build scripts.

use std::path::Path;

use crate::Builder;

impl Builder {
    /// Changes the document by an overlay, a path relative to the package, before anything else is
    /// done with it. Overlays apply in the order in which they are given.
    ///
    /// ```no_run
    /// toolwright_codegen::Builder::new("petstore.yaml").overlay("for-models.overlay.yaml").build();
    /// ```
    #[must_use]
    pub fn overlay(self, path: impl AsRef<Path>) -> Self {
        self.change(path.as_ref(), super::apply)
    }
}
