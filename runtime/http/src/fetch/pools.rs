//! Connections, kept apart by origin and by which addresses were allowed.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderValue, Uri};

use super::error::FetchError;
use super::rules::Rules;
use super::target::Target;
use crate::address::Class;
use crate::client::sender::Sender;
use crate::client::url::{is_secure, same_origin};
use crate::connect::{Tls, secure};
use crate::dial::Dial;
use crate::route::{Choice, Route, is_direct, route};

/// Origins that are remembered.
const MOST: usize = 16;

/// How connections are opened.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(super) tls: Tls,
    pub(crate) proxy: Choice,
    pub(super) connect: Duration,
    /// What was given and cannot be used.
    pub(super) fault: Option<String>,
}

/// Lines to several origins.
#[derive(Default)]
pub(super) struct Pools(Mutex<Vec<Pool>>);

struct Pool {
    origin: Uri,
    class: Class,
    trust_proxy: bool,
    line: Arc<Line>,
}

/// What sends requests to an origin.
pub(super) struct Line {
    pub(super) sender: Sender,
    /// What every request says to the proxy.
    pub(super) authorization: Option<HeaderValue>,
}

impl Pools {
    /// The line to a target's origin.
    ///
    /// # Errors
    /// The settings cannot be used, or leave the address unchecked.
    pub(super) fn line(
        &self,
        settings: &Settings,
        target: &Target,
        rules: &Rules,
    ) -> Result<Arc<Line>, FetchError> {
        let mut pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = pools.iter().find(|pool| {
            pool.class == target.class
                && pool.trust_proxy == rules.trust_proxy
                && same_origin(&pool.origin, &target.uri)
        });
        if let Some(pool) = known {
            return Ok(Arc::clone(&pool.line));
        }
        let line = Arc::new(settings.line(target, rules)?);
        if pools.len() >= MOST {
            pools.remove(0);
        }
        pools.push(Pool {
            origin: target.uri.clone(),
            class: target.class,
            trust_proxy: rules.trust_proxy,
            line: Arc::clone(&line),
        });
        Ok(line)
    }
}

impl Settings {
    fn line(&self, target: &Target, rules: &Rules) -> Result<Line, FetchError> {
        let unusable = |reason| FetchError::Settings { reason };
        if let Some(reason) = &self.fault {
            return Err(unusable(reason.clone()));
        }
        let tcp = if is_direct(&self.proxy, &target.uri).map_err(unusable)? {
            Dial::tcp_to(self.connect, target.class)
        } else if target.class == Class::Any || rules.trust_proxy && target.class != Class::Loopback
        {
            // The proxy itself may be anywhere: it was configured. What is this machine to us is
            // another to the proxy.
            Dial::tcp(self.connect)
        } else {
            return Err(FetchError::Proxied { url: target.shown.clone() });
        };
        let Route { dial, authorization } =
            route(&self.proxy, &target.uri, tcp, &self.tls).map_err(unusable)?;
        let dial = match is_secure(&target.uri) {
            true => secure(dial, &self.tls).map_err(unusable)?,
            false => dial,
        };
        Ok(Line { sender: Sender::pool(dial.within(self.connect)), authorization })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tls: Tls::default(),
            proxy: Choice::default(),
            connect: Duration::from_secs(5),
            fault: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("tls", &self.tls)
            .field("proxy", &self.proxy)
            .field("connect", &self.connect)
            .finish_non_exhaustive()
    }
}
