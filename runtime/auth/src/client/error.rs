//! Why nobody is logged in.

use toolwright_core::ClientError;
use toolwright_core::client::Denied;
use toolwright_http::fetch::FetchError;

use super::grants::token::TokenError;
use super::store::StoreError;
use crate::jose::JoseError;

/// Why nobody is logged in. As a [`ClientError`] it is [`ClientError::Unauthorized`].
///
/// The texts hold no secrets, and of what strangers sent only what is safe to print.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// Nobody says who logs people in.
    #[error("no authorization server is known for this server: {reason}")]
    Discovery {
        /// What was tried, and what came of it.
        reason: String,
    },
    /// The metadata describes another server than the one that sent us there.
    #[error(
        "the metadata is for `{named}`, which is not the server `{server}`; an access token for \
         it is not asked for"
    )]
    Resource {
        /// What the metadata is for.
        named: String,
        /// The server that is used.
        server: String,
    },
    /// The metadata of an authorization server is about another one. Nothing in it is used.
    #[error(
        "the metadata of `{issuer}` says that it is about another authorization server, so it is \
         not used"
    )]
    Issuer {
        /// The authorization server, as it was called.
        issuer: String,
    },
    /// A URL that somebody else named is not used.
    #[error("{what} `{url}` is not used: {reason}")]
    Address {
        /// What it is for.
        what: &'static str,
        /// The URL without its query.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The authorization server does not say that it knows PKCE with S256.
    #[error(
        "`{issuer}` does not say that it supports PKCE with S256 \
         (`code_challenge_methods_supported`), without which a code can be stolen"
    )]
    Pkce {
        /// The authorization server.
        issuer: String,
    },
    /// There is no client id for the authorization server.
    #[error("`{issuer}` does not know this client: {reason}")]
    Registration {
        /// The authorization server.
        issuer: String,
        /// What happened, and what to do.
        reason: String,
    },
    /// Credentials would have gone where they do not belong. They were not sent.
    #[error("credentials are kept back: {reason}")]
    Misdirected {
        /// Where they would have gone, and what to do.
        reason: String,
    },
    /// The page for logging in cannot be shown.
    #[error("the page for logging in cannot be shown: {reason}")]
    Page {
        /// Why.
        reason: String,
    },
    /// The browser came back with something that does not belong to this login.
    #[error("the browser came back wrongly: {reason}")]
    Callback {
        /// What is wrong.
        reason: &'static str,
    },
    /// The browser came back from another authorization server than the one that was asked, as far
    /// as it says. What it brought was not sent anywhere.
    #[error("the browser came back from another authorization server: {reason}")]
    MixedUp {
        /// What is wrong.
        reason: &'static str,
    },
    /// Nobody came back in time.
    #[error("nobody logged in in time")]
    Late,
    /// The authorization server, or the person, said no.
    #[error("the authorization server refuses: {code}{}", described(.description.as_deref()))]
    Refused {
        /// The error's code, such as `access_denied`.
        code: String,
        /// What it says of it.
        description: Option<String>,
    },
    /// There is no access token that could be used.
    #[error("{reason}")]
    Token {
        /// Who gave none, and why.
        reason: String,
    },
    /// The access token is not enough, and asking for more did not help.
    #[error("the server wants scopes that are not to be had: {wanted}")]
    Scope {
        /// The scopes, or a word about them.
        wanted: String,
    },
    /// The server does not take an access token that was just made for it.
    #[error("the server refuses a new access token{}", skewed(*.skew))]
    Rejected {
        /// How far the server's clock is ahead of ours, in seconds, if that is more than a minute.
        skew: Option<i64>,
    },
    /// Tokens were forgotten, but not ended: whoever has a copy may use it until it expires.
    #[error("the tokens are forgotten here, but `{issuer}` did not end them: {reason}")]
    Revocation {
        /// The authorization server.
        issuer: String,
        /// Why not.
        reason: String,
    },
    /// A request on the way failed.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The store of tokens failed.
    #[error("tokens cannot be kept: {0}")]
    Store(#[from] StoreError),
    /// What was set up cannot be used.
    #[error("this cannot be set up so: {reason}")]
    Setup {
        /// What is wrong with it.
        reason: String,
    },
}

impl LoginError {
    /// What stands in between.
    #[must_use]
    pub fn why(&self) -> Denied {
        match self {
            Self::Resource { .. }
            | Self::Issuer { .. }
            | Self::Address { .. }
            | Self::Pkce { .. }
            | Self::Misdirected { .. }
            | Self::MixedUp { .. }
            | Self::Callback { .. } => Denied::Untrusted,
            Self::Fetch(
                FetchError::NotAllowed { .. }
                | FetchError::Private { .. }
                | FetchError::Proxied { .. },
            ) => Denied::Untrusted,
            Self::Registration { .. } | Self::Setup { .. } => Denied::Setup,
            Self::Scope { .. } => Denied::Scope,
            Self::Rejected { .. } => Denied::Login,
            Self::Discovery { .. }
            | Self::Page { .. }
            | Self::Late
            | Self::Refused { .. }
            | Self::Token { .. }
            | Self::Revocation { .. }
            | Self::Fetch(_)
            | Self::Store(_) => Denied::Failed,
        }
    }
}

impl From<TokenError> for LoginError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Fetch(error) => Self::Fetch(error),
            TokenError::Refused { code, .. } => Self::Refused { code, description: None },
            other => Self::Token { reason: other.to_string() },
        }
    }
}

impl From<JoseError> for LoginError {
    fn from(error: JoseError) -> Self {
        Self::Setup { reason: error.to_string() }
    }
}

impl From<LoginError> for ClientError {
    fn from(error: LoginError) -> Self {
        Self::Unauthorized { why: error.why(), reason: error.to_string() }
    }
}

/// What a stranger wrote, as far as it is safe to print: 200 plain characters.
pub(crate) fn legible(text: &str) -> String {
    let plain = |c: char| if c == ' ' || c.is_ascii_graphic() { c } else { '?' };
    text.chars().take(200).map(plain).collect()
}

fn described(description: Option<&str>) -> String {
    description.map(|description| format!(" ({description})")).unwrap_or_default()
}

fn skewed(skew: Option<i64>) -> String {
    match skew {
        Some(skew) => format!(
            "; its clock and the one here are {} seconds apart: set them right",
            skew.unsigned_abs()
        ),
        None => String::new(),
    }
}
