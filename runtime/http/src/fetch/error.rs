//! Why there is no answer.

use std::error::Error as StdError;
use std::time::Duration;

use hyper_util::client::legacy;

use crate::address::NotAllowed;
use crate::dial::{Failed, Stage, causes};

/// Why there is no answer. What is shown of URLs are scheme, host, port and path: queries and
/// names or passwords may be secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The URL is none, or its kind is not allowed. Nothing was sent.
    #[error("`{url}` is not asked: {reason}")]
    NotAllowed {
        /// The URL.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The host is, or its name leads to, an address that is not public. Nothing was sent.
    #[error("`{url}` is not asked: it leads to an address that is not public")]
    Private {
        /// The URL.
        url: String,
    },
    /// A proxy is in between, so nobody here sees which address the name leads to. Nothing was
    /// sent.
    #[error(
        "`{url}` is not asked: the address that a name leads to cannot be checked through a \
         proxy; leave the proxy out, or trust it with that (`trust_proxy`)"
    )]
    Proxied {
        /// The URL.
        url: String,
    },
    /// The host is not known.
    #[error("`{url}`: {reason}")]
    Name {
        /// The URL.
        url: String,
        /// What the system says.
        reason: String,
    },
    /// There is no connection.
    #[error("`{url}` cannot be reached: {reason}")]
    Connect {
        /// The URL.
        url: String,
        /// What the system says.
        reason: String,
    },
    /// There is no secure connection.
    #[error("`{url}`: {reason}")]
    Tls {
        /// The URL.
        url: String,
        /// What is wrong, and what to do about it.
        reason: String,
    },
    /// What came is no answer of HTTP, or not all of it.
    #[error("`{url}`: {reason}")]
    Broken {
        /// The URL.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The answer is elsewhere, and that is not followed: at another origin, after too many
    /// steps, or because something was sent.
    #[error("`{url}` redirects to where it is not followed")]
    Redirected {
        /// The URL.
        url: String,
    },
    /// The answer is too large.
    #[error("the answer of `{url}` has more than {most} bytes")]
    TooLarge {
        /// The URL.
        url: String,
        /// How large it may be, in bytes.
        most: usize,
    },
    /// It took too long.
    #[error("`{url}` did not answer within {after:?}")]
    Timeout {
        /// The URL.
        url: String,
        /// How long it may take.
        after: Duration,
    },
    /// What was given for certificates or the proxy cannot be used.
    #[error("requests cannot be sent: {reason}")]
    Settings {
        /// What is wrong with it.
        reason: String,
    },
}

/// What an error on the way there, or back, means.
pub(super) fn failed(error: &(dyn StdError + 'static), shown: &str) -> FetchError {
    let url = shown.to_owned();
    if causes(error).any(|cause| cause.is::<NotAllowed>()) {
        return FetchError::Private { url };
    }
    if let Some(failed) = causes(error).find_map(|cause| cause.downcast_ref::<Failed>()) {
        let reason = failed.reason.clone();
        return match failed.stage {
            Stage::Name => FetchError::Name { url, reason },
            Stage::Tls => FetchError::Tls { url, reason },
            Stage::Proxy | Stage::Time => FetchError::Connect { url, reason },
        };
    }
    let reason = causes(error).last().map(ToString::to_string).unwrap_or_default();
    let is_connecting = causes(error)
        .any(|cause| cause.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect));
    if is_connecting {
        FetchError::Connect { url, reason }
    } else {
        FetchError::Broken { url, reason }
    }
}
