//! An authorization server for tests and trials. **It is none for production.**
//!
//! Whoever asks is logged in: there are no passwords, nothing is stored, and switches make it
//! misbehave in every way that a client or a server should survive. It listens on the loopback
//! interface, on a port of its own, and nowhere else.
//!
//! ```
//! use toolwright_auth::testing::{AuthorizationServer, Endpoint};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let login = AuthorizationServer::start().await?;
//! login.change(|it| it.person = "alice".to_owned());
//!
//! // What a server of yours would be sent:
//! let token = login.access_token("http://127.0.0.1:8000/mcp", &["files:read"])?;
//! assert_eq!(token.split('.').count(), 3);
//!
//! // Nobody asked for anything yet.
//! assert!(login.asked(Endpoint::Token).is_empty());
//! # std::io::Result::Ok(())
//! # })?;
//! # std::io::Result::Ok(())
//! ```

mod asked;
mod authenticate;
mod authorize;
mod behaviour;
mod client;
mod documents;
mod inspect;
mod keys;
mod mint;
mod register;
mod reply;
mod server;
mod state;
#[cfg(test)]
mod tests;
mod token;
mod wire;

pub use asked::{Asked, Endpoint};
pub use behaviour::{Behaviour, Fault, Issuer, Replay};
pub use client::{Authentication, Client};
pub use server::AuthorizationServer;
