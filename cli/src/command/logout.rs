//! `toolwright logout`

use std::io::Write as _;

use clap::Args;
use toolwright::auth::client::LoggedOut;

use super::block_on;
use crate::failure::Failure;
use crate::login::Known;

/// Forget the tokens that --login kept for a server, and have its authorization server end them
#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// The server, as it was called when somebody logged in
    url: String,
    #[command(flatten)]
    known: Known,
}

impl Logout {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let oauth = self.known.oauth(0)?;
        let outcome = block_on(async {
            let outcome = oauth.log_out(&self.url).await;
            outcome.map_err(|error| Failure::other("logging out", error))
        })?;
        let told = match outcome {
            LoggedOut::Nobody => "nobody was logged in",
            LoggedOut::Revoked => "logged out; the authorization server ended the tokens",
            _ => {
                "logged out; the tokens are gone from this machine, but the authorization server \
                 ends none before they expire"
            }
        };
        // Standard error may be gone.
        let _ = writeln!(std::io::stderr(), "{told}");
        Ok(())
    }
}
