//! Logging in to servers that want it.

use std::io::Write as _;
use std::path::PathBuf;

use toolwright::auth::client::{Browser, FileStore, OAuth};

use crate::failure::Failure;

/// Logs the person at this machine in, in the browser; tokens are kept for the next time.
///
/// # Errors
/// There is no place to keep tokens.
pub(crate) fn oauth() -> Result<OAuth, Failure> {
    let Some(folder) = folder() else {
        let reason = "tokens cannot be kept: set HOME, or XDG_CONFIG_HOME";
        return Err(Failure::Usage(reason.to_owned()));
    };
    let browser = Browser::new().announce(|url| {
        // Standard error may be gone.
        let _ = writeln!(std::io::stderr(), "To log in, open {}", url.as_str());
    });
    let store = FileStore::new(folder.join("tokens"));
    Ok(OAuth::new().name("Toolwright").handler(browser).store(store))
}

/// Where the configuration of this program is.
fn folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CONFIG_HOME").or_else(|| set("APPDATA"));
    let folder = folder.or_else(|| set("HOME").map(|home| home.join(".config")));
    folder.map(|folder| folder.join("toolwright"))
}
