//! Proxies between here and a server.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use toolwright_core::BoxFuture;

use crate::connect::{Tls, secure};
use crate::dial::{BoxError, Conn, Dial, Failed, Open, Stage, causes};

/// Through which proxy.
#[derive(Clone, Default)]
pub(crate) enum Choice {
    /// The environment says.
    #[default]
    Environment,
    /// Through none.
    None,
    /// Through this one. The text may contain a password.
    This(String),
}

/// A way to a server.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) dial: Dial,
    /// What every request says to the proxy.
    pub(crate) authorization: Option<HeaderValue>,
}

/// The way there; `dial` leads to the server or to the proxy.
///
/// # Errors
/// The proxy's URL is none.
pub(crate) fn route(choice: &Choice, to: &Uri, dial: Dial, tls: &Tls) -> Result<Route, String> {
    let Some(proxy) = find(choice, to)? else { return Ok(Route { dial, authorization: None }) };
    let at = proxy.uri().clone();
    let name = at.authority().map(ToString::to_string).unwrap_or_default();
    let told = move |error: BoxError| {
        let cause = causes(&*error).last().map(ToString::to_string).unwrap_or_default();
        Failed::boxed(Stage::Proxy, format!("the proxy {name}: {cause}"))
    };
    let (is_plain, authorization) =
        (to.scheme_str() == Some("http"), proxy.basic_auth().cloned().map(sensitive));
    let to_proxy = match at.scheme_str() {
        Some("https") => secure(dial, tls)?,
        _ => dial,
    };
    match at.scheme_str() {
        Some("socks5" | "socks5h") => {
            let mut socks =
                SocksV5::new(at.clone(), to_proxy).local_dns(at.scheme_str() == Some("socks5"));
            if let Some((user, password)) = proxy.raw_auth() {
                socks = socks.with_auth(user.to_owned(), password.to_owned());
            }
            Ok(Route { dial: Dial::new(socks).explained(told), authorization: None })
        }
        Some("http" | "https") if is_plain => {
            let forward = Forward { at, dial: to_proxy.explained(told) };
            let dial = Dial(Arc::new(forward));
            Ok(Route { dial, authorization })
        }
        Some("http" | "https") => {
            let mut tunnel = Tunnel::new(at, to_proxy);
            if let Some(authorization) = authorization {
                tunnel = tunnel.with_auth(authorization);
            }
            Ok(Route { dial: Dial::new(tunnel).explained(told), authorization: None })
        }
        _ => Err("the proxy's URL begins with none of http://, https://, socks5://, socks5h://"
            .to_owned()),
    }
}

/// Whether nobody is in between.
///
/// # Errors
/// The proxy's URL is none.
#[allow(dead_code, reason = "for single requests")]
pub(crate) fn is_direct(choice: &Choice, to: &Uri) -> Result<bool, String> {
    Ok(find(choice, to)?.is_none())
}

fn find(choice: &Choice, to: &Uri) -> Result<Option<Intercept>, String> {
    match choice {
        Choice::None => Ok(None),
        // What runs on this machine is not looked for behind a proxy.
        Choice::Environment if is_here(to) => Ok(None),
        Choice::Environment => Ok(Matcher::from_env().intercept(to)),
        Choice::This(url) => match Matcher::builder().all(url.as_str()).build().intercept(to) {
            Some(proxy) => Ok(Some(proxy)),
            // The URL is not shown: it may contain a password.
            None => Err("the proxy's URL is none; it is like http://host:3128".to_owned()),
        },
    }
}

fn is_here(to: &Uri) -> bool {
    let host = to.host().unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost")
        || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn sensitive(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

/// Leads to a proxy, whatever is asked for.
struct Forward {
    at: Uri,
    dial: Dial,
}

impl Open for Forward {
    fn open(&self, _: Uri) -> BoxFuture<'static, Result<Conn, BoxError>> {
        let opening = self.dial.0.open(self.at.clone());
        Box::pin(async move {
            let mut conn = opening.await?;
            conn.is_forwarded = true;
            Ok(conn)
        })
    }
}

impl fmt::Debug for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::None => "None",
            Self::This(_) => "This(…)",
        })
    }
}
