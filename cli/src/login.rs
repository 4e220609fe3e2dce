//! Logging in to servers that want it.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use toolwright::auth::SigningKey;
use toolwright::auth::client::{Browser, Client, Credentials, FileStore, OAuth};

use crate::failure::Failure;

/// The secret of a client that was registered beforehand.
const SECRET: &str = "TOOLWRIGHT_CLIENT_SECRET";

/// Whether to log in to servers over HTTP, and how: the same for every command that connects to
/// some.
#[derive(Debug, Args)]
#[command(next_help_heading = "Logging in")]
pub(crate) struct Login {
    /// Log in to servers over HTTP that want it, in the browser. Tokens are kept, encrypted, in the
    /// folder for configuration
    #[arg(long)]
    login: bool,
    /// Ask for this scope instead of those that servers name; may be given several times
    #[arg(long, value_name = "SCOPE", requires = "login")]
    scope: Vec<String>,
    /// Have the browser come back to this port, for authorization servers that know one only
    #[arg(long, value_name = "PORT", requires = "login")]
    callback_port: Option<u16>,
    #[command(flatten)]
    known: Known,
}

/// As whom to log in and out, where that is agreed on beforehand.
#[derive(Debug, Args)]
#[command(next_help_heading = "Logging in")]
pub(crate) struct Known {
    /// Use this authorization server and no other, whatever servers say
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// The id of a client that is registered there. If it has a secret, that is
    /// TOOLWRIGHT_CLIENT_SECRET in the environment
    #[arg(long, value_name = "ID", requires = "issuer")]
    client_id: Option<String>,
    /// The key that this client signs with instead of having a secret: a file of PEM
    #[arg(long, value_name = "FILE", requires = "client_id")]
    client_key: Option<PathBuf>,
    /// Let the proxy of the environment find out where authorization servers are, whose addresses
    /// nobody can check here then
    #[arg(long)]
    trust_proxy: bool,
}

impl Login {
    /// Who logs in, if somebody does.
    ///
    /// # Errors
    /// There is no place to keep tokens, or what was given makes no sense.
    pub(crate) fn oauth(self) -> Result<Option<OAuth>, Failure> {
        if !self.login {
            return match self.known {
                Known { issuer: None, trust_proxy: false, .. } => Ok(None),
                Known { issuer: Some(_), .. } => Err(without("--issuer")),
                Known { .. } => Err(without("--trust-proxy")),
            };
        }
        let oauth = self.known.oauth(self.callback_port.unwrap_or_default())?;
        Ok(Some(match self.scope.is_empty() {
            true => oauth,
            false => oauth.scopes(self.scope.iter().map(String::as_str)),
        }))
    }
}

impl Known {
    /// Logs the person at this machine in, in the browser, which comes back to a port (0: any);
    /// tokens are kept for the next time.
    ///
    /// # Errors
    /// There is no place to keep tokens, or what was given makes no sense.
    pub(crate) fn oauth(self, port: u16) -> Result<OAuth, Failure> {
        let Some(folder) = folder() else {
            let reason = "tokens cannot be kept: set HOME, or XDG_CONFIG_HOME";
            return Err(Failure::Usage(reason.to_owned()));
        };
        let browser = Browser::new().port(port).announce(|url| {
            // Standard error may be gone.
            let _ = writeln!(std::io::stderr(), "To log in, open {}", url.as_str());
        });
        let store = FileStore::new(folder.join("tokens"));
        let oauth = OAuth::new().name("Toolwright").handler(browser).store(store);
        let oauth = if self.trust_proxy { oauth.trust_proxy() } else { oauth };
        let Some(issuer) = &self.issuer else { return Ok(oauth) };
        let oauth = oauth.issuer(issuer);
        Ok(match self.credentials()? {
            Some(credentials) => oauth.client(Client::with_credentials(issuer, credentials)),
            None => oauth,
        })
    }

    fn credentials(&self) -> Result<Option<Credentials>, Failure> {
        let Some(id) = &self.client_id else { return Ok(None) };
        if let Some(path) = &self.client_key {
            let read = |error| Failure::Read { path: path.clone(), error };
            let pem = std::fs::read_to_string(path).map_err(read)?;
            let key = SigningKey::from_pem(&pem)
                .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
            return Ok(Some(Credentials::key(id, key)));
        }
        let secret = std::env::var(SECRET).ok().filter(|secret| !secret.is_empty());
        Ok(Some(match secret {
            Some(secret) => Credentials::secret(id, secret),
            None => Credentials::public(id),
        }))
    }
}

/// An option that means nothing.
fn without(option: &str) -> Failure {
    Failure::Usage(format!("{option} is for --login"))
}

/// Where the configuration of this program is.
fn folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CONFIG_HOME").or_else(|| set("APPDATA"));
    let folder = folder.or_else(|| set("HOME").map(|home| home.join(".config")));
    folder.map(|folder| folder.join("toolwright"))
}
