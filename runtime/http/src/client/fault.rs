//! What broke, and what that means to the caller.

use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy;
use toolwright_core::ClientError;
use toolwright_core::client::Unreachable;

use crate::dial::{Failed, Stage, causes};

/// What an error on the way to the server, or back, means.
pub(super) fn lost(error: &(dyn StdError + 'static)) -> ClientError {
    let reason = causes(error).last().map(ToString::to_string).unwrap_or_default();
    let is_connecting = causes(error)
        .any(|cause| cause.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect));
    match stage(error) {
        Some((why, reason)) => ClientError::Connect { why, reason },
        None if is_connecting => ClientError::Connect { why: kind(error), reason },
        None => ClientError::StreamLost { reason },
    }
}

fn stage(error: &(dyn StdError + 'static)) -> Option<(Unreachable, String)> {
    let failed = causes(error).find_map(|cause| cause.downcast_ref::<Failed>())?;
    let why = match failed.stage {
        Stage::Name => Unreachable::Name,
        Stage::Tls => Unreachable::Tls,
        Stage::Proxy => Unreachable::Proxy,
        Stage::Time => Unreachable::Timeout,
    };
    Some((why, failed.reason.clone()))
}

fn kind(error: &(dyn StdError + 'static)) -> Unreachable {
    let kind = causes(error).find_map(|cause| Some(cause.downcast_ref::<io::Error>()?.kind()));
    match kind {
        // Of a Unix socket, nobody has made it yet.
        Some(io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound) => Unreachable::Refused,
        Some(io::ErrorKind::TimedOut) => Unreachable::Timeout,
        _ => Unreachable::Other,
    }
}
