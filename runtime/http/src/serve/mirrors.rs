//! Which parameters of the tools are mirrored in headers, as the tools are now.

use std::sync::{Arc, PoisonError, RwLock};

use toolwright_spec::Tool;

use super::error::Error;
use super::parameters::Parameters;

/// The parameters of the tools that were seen last.
pub(super) struct Mirrors(RwLock<(Arc<[Tool]>, Arc<Parameters>)>);

impl Mirrors {
    /// Looks at the tools for the first time.
    ///
    /// # Errors
    /// An annotation breaks the rules.
    pub(super) fn new(tools: Arc<[Tool]>) -> Result<Self, Error> {
        let parameters = Arc::new(Parameters::new(&tools)?);
        Ok(Self(RwLock::new((tools, parameters))))
    }

    /// The parameters of these tools, which are mostly the ones of before.
    pub(super) fn of(&self, tools: Arc<[Tool]>) -> Arc<Parameters> {
        {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if Arc::ptr_eq(&known.0, &tools) {
                return Arc::clone(&known.1);
            }
        }
        let parameters = Arc::new(Parameters::of_running(&tools));
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *known = (tools, Arc::clone(&parameters));
        parameters
    }
}
