//! Clients that log in.
//!
//! [`OAuth`] does all of it: give it to [`Http::authorize`](toolwright_http::client::Http::authorize).
//! What it shows people is up to a [`LoginHandler`], where it keeps tokens up to a [`TokenStore`].
//!
//! # Map
//! `oauth` is the value that users have, `setup` what they told it, `account` how it stands with one
//! server, a `counterpart`. A refusal is read by `challenge`; `discover` finds the authorization server, whose
//! `metadata` is checked; `registration` gets an id there; `authorize` makes the page and judges
//! what comes back from it, through a `handler`: `browser`, with its `listener` and `opener`.
//! `login` puts these together, `refresh` renews tokens, `revoke` has them ended, a `grant` is what they come to, and `keeping` puts it into a `store`. `grants` are
//! for machines, and ask for tokens on behalf of all. `address` has URLs, `scopes` scopes, `ways` what sends requests.

mod account;
mod address;
mod authorize;
mod browser;
mod challenge;
mod clock;
mod counterpart;
mod discover;
mod error;
mod grant;
mod grants;
mod handler;
mod keeping;
mod listener;
mod login;
mod metadata;
mod oauth;
mod opener;
mod refresh;
mod registration;
mod revoke;
mod scopes;
mod setup;
mod store;
mod ways;

pub use authorize::{AuthorizationUrl, Page};
pub use browser::Browser;
pub use error::LoginError;
pub use grants::{Assertion, Credentials, Dpop, IdentityProvider, MachineClient};
pub use handler::{Login, LoginHandler, Redirect};
pub use oauth::OAuth;
pub use registration::Client;
pub use revoke::LoggedOut;
pub use store::{FileStore, MemoryStore, StoreError, StoreKey, TokenStore};
