//! What every request has to pass before anything else looks at it.

use std::net::IpAddr;

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, Version};

use super::authority::Keeper;
use super::cors;
use super::document;
use super::error::Error;
use super::forwarded::{Proxies, is_forwarded};
use super::header::only;
use super::host::{self, Host, Origin};
use super::limits::Limits;
use super::media;
use super::options::{Options, Paths};
use super::refusal::Refusal;

/// Decides by the head of a request alone, without keeping anything.
///
/// Specification: `basic/transports/streamable-http`, section "Security & Endpoint".
#[derive(Debug)]
pub(super) struct Guard {
    hosts: Vec<String>,
    origins: Vec<Origin>,
    proxies: Proxies,
    paths: Paths,
    sessions: bool,
    limits: Limits,
    authority: Option<Keeper>,
}

/// A request that passed. Routes take nothing else, and only [`Guard::admit`] makes one.
pub(super) struct Guarded<B> {
    head: Parts,
    body: B,
    verb: Verb,
    client: Option<IpAddr>,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// To take a message. Whether the answer may be a stream of events.
    Post {
        /// As `Accept` says.
        streams: bool,
    },
    /// To listen to a session.
    Get,
    /// To end a session.
    Delete,
    /// To open a stream of revision 2024-11-05.
    Open,
    /// To take a message for such a stream.
    Message,
    /// What pages of other origins may send.
    Preflight,
    /// Whether the server serves.
    Health,
    /// What everybody may read.
    Document,
}

impl Verb {
    /// Whether it is for those only who may be there.
    pub(super) fn is_protected(self) -> bool {
        !matches!(self, Self::Preflight | Self::Health | Self::Document)
    }
}

impl<B> Guarded<B> {
    pub(super) fn verb(&self) -> Verb {
        self.verb
    }

    /// Who sent it, as a trusted proxy says.
    pub(super) fn client(&self) -> Option<IpAddr> {
        self.client
    }

    pub(super) fn head(&self) -> &Parts {
        &self.head
    }

    pub(super) fn head_mut(&mut self) -> &mut Parts {
        &mut self.head
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    pub(super) fn into_parts(self) -> (Parts, B) {
        (self.head, self.body)
    }
}

impl Guard {
    pub(super) fn new(options: &Options) -> Result<Self, Error> {
        Ok(Self {
            hosts: options.checked_hosts()?,
            origins: options.checked_origins()?,
            proxies: options.checked_proxies()?,
            paths: options.checked_paths()?,
            sessions: options.sessions,
            limits: options.limits.clone(),
            authority: options.authority.clone(),
        })
    }

    /// Lets a request pass, or says why not. `peer` is who sent it, if that is known.
    pub(super) fn admit<B>(
        &self,
        request: Request<B>,
        peer: Option<IpAddr>,
    ) -> Result<Guarded<B>, Refusal> {
        let (head, body) = request.into_parts();
        self.check_sizes(&head)?;
        let path = head.uri.path();
        if self.paths.health.as_deref() == Some(path) {
            return match head.method {
                Method::GET | Method::HEAD => {
                    Ok(Guarded { head, body, verb: Verb::Health, client: None })
                }
                _ => Err(Refusal::not_allowed("GET, HEAD")),
            };
        }
        let (host, client) = self.check_host(&head, peer)?;
        if self.has_document(path) {
            return Ok(Guarded { head, body, verb: Verb::Document, client });
        }
        self.check_origin(&head.headers, &host)?;
        let asks = cors::is_preflight(&head) && self.page(&head.headers).is_some();
        let verb = match &self.paths.old {
            Some((stream, messages)) if asks && (path == stream || path == messages) => {
                Verb::Preflight
            }
            Some((stream, _)) if path == stream => Self::check_stream(&head)?,
            Some((_, messages)) if path == messages => self.check_message(&head)?,
            _ if self.paths.endpoint.as_deref().is_none_or(|endpoint| endpoint == path) => {
                if asks {
                    Verb::Preflight
                } else {
                    self.check_method(&head)?
                }
            }
            _ => return Err(Refusal::new(StatusCode::NOT_FOUND, "there is nothing at this path")),
        };
        Ok(Guarded { head, body, verb, client })
    }

    /// Whether browsers are told anything about origins.
    pub(super) fn tells_browsers(&self) -> bool {
        !self.origins.is_empty()
    }

    /// The origin of a request, if it is one of those that were configured.
    pub(super) fn page<'a>(&self, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
        let value = only(headers, &ORIGIN)?;
        let origin = host::origin(value.to_str().ok()?)?;
        self.origins.contains(&origin).then_some(value)
    }

    /// Whether there is something at a path that everybody may read.
    fn has_document(&self, path: &str) -> bool {
        let Some(Keeper(authority)) = &self.authority else {
            return false;
        };
        path.starts_with(document::PREFIX) && authority.document(path).is_some()
    }

    fn check_sizes(&self, head: &Parts) -> Result<(), Refusal> {
        let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
        if target > self.limits.target_bytes {
            return Err(Refusal::new(StatusCode::URI_TOO_LONG, "the request target is too long"));
        }
        let mut total = 0;
        for (name, value) in &head.headers {
            total += name.as_str().len() + value.len();
            if value.len() > self.limits.header_bytes || total > self.limits.headers_bytes {
                return Err(Refusal::new(
                    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "the headers are too large",
                ));
            }
        }
        Ok(())
    }

    /// Exactly one host, and one of ours. A trusted proxy says which one the client asked for.
    fn check_host(
        &self,
        head: &Parts,
        peer: Option<IpAddr>,
    ) -> Result<(Host, Option<IpAddr>), Refusal> {
        let bad = |text: &str| Refusal::new(StatusCode::BAD_REQUEST, text);
        let mut named = host_of(&head.headers, &head.uri, head.version)
            .ok_or_else(|| bad("a request needs exactly one Host header, with a host's name"))?;
        let mut client = None;
        let trusted = peer.is_some_and(|peer| self.proxies.include(peer));
        if trusted {
            let said = self.proxies.read(&head.headers);
            let said =
                said.map_err(|_| bad("the headers Forwarded or X-Forwarded-* are unclear"))?;
            named = said.host.unwrap_or(named);
            client = said.client;
        }
        if self.hosts.contains(&named.name) {
            return Ok((named, client));
        }
        let name = &named.name;
        let mut message = format!(
            "the host `{name}` is not served here; if it should be, configure it on the \
             server with `.host(\"{name}\")`"
        );
        if let Some(peer) = peer.filter(|_| !trusted && is_forwarded(&head.headers)) {
            message.push_str(&format!(
                "; if a proxy passed the request on, let it be believed with \
                 `.trusted_proxy(\"{}\")`",
                peer.to_canonical()
            ));
        }
        Err(Refusal::new(StatusCode::FORBIDDEN, &message))
    }

    /// No origin, or one whose pages may send requests here.
    fn check_origin(&self, headers: &HeaderMap, host: &Host) -> Result<(), Refusal> {
        let Some(value) = headers.get(ORIGIN) else {
            return Ok(());
        };
        let origin =
            only(headers, &ORIGIN).and_then(|value| value.to_str().ok()).and_then(host::origin);
        let allowed = origin.as_ref().is_some_and(|origin| {
            let own = self.hosts.contains(&origin.host.name)
                && (host::is_loopback(&origin.host.name) || origin.host == same_form(host, origin));
            own || self.origins.contains(origin)
        });
        if allowed {
            return Ok(());
        }
        let shown: String = String::from_utf8_lossy(value.as_bytes()).chars().take(256).collect();
        Err(Refusal::new(
            StatusCode::FORBIDDEN,
            &format!(
                "pages of the origin `{shown}` may not send requests here; if they should, \
                 configure it on the server with `.origin(\"{shown}\")`"
            ),
        ))
    }

    fn check_method(&self, head: &Parts) -> Result<Verb, Refusal> {
        match head.method {
            Method::POST => self.check_post(&head.headers),
            Method::GET if self.sessions => {
                if media::accept(&head.headers).events {
                    return Ok(Verb::Get);
                }
                Err(Refusal::new(
                    StatusCode::NOT_ACCEPTABLE,
                    "a GET needs `Accept: text/event-stream`",
                ))
            }
            Method::DELETE if self.sessions => Ok(Verb::Delete),
            _ => {
                let allow = if self.sessions { "POST, GET, DELETE" } else { "POST" };
                Err(Refusal::not_allowed(allow))
            }
        }
    }

    fn check_stream(head: &Parts) -> Result<Verb, Refusal> {
        match head.method {
            Method::GET if media::accept(&head.headers).events => Ok(Verb::Open),
            Method::GET => Err(Refusal::new(
                StatusCode::NOT_ACCEPTABLE,
                "a GET needs `Accept: text/event-stream`",
            )),
            _ => Err(Refusal::not_allowed("GET")),
        }
    }

    fn check_message(&self, head: &Parts) -> Result<Verb, Refusal> {
        if head.method != Method::POST {
            return Err(Refusal::not_allowed("POST"));
        }
        self.check_body(&head.headers)?;
        Ok(Verb::Message)
    }

    fn check_post(&self, headers: &HeaderMap) -> Result<Verb, Refusal> {
        self.check_body(headers)?;
        let accept = media::accept(headers);
        if !accept.json || !(accept.events || accept.any_application) {
            return Err(Refusal::new(
                StatusCode::NOT_ACCEPTABLE,
                "a POST needs `Accept: application/json, text/event-stream`",
            ));
        }
        Ok(Verb::Post { streams: accept.events })
    }

    /// What headers say about a body.
    fn check_body(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let unsupported = |text: &str| Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text);
        if headers.contains_key(CONTENT_ENCODING) {
            return Err(unsupported("encoded bodies are not taken: leave Content-Encoding out"));
        }
        if !media::is_json(headers) {
            return Err(unsupported("the body has to be `Content-Type: application/json`"));
        }
        let length =
            headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: u64| length > self.limits.body_bytes as u64) {
            return Err(Refusal::too_large(self.limits.body_bytes));
        }
        Ok(())
    }
}

/// The host that a request names. A target that names one (HTTP/2, or a request meant for a
/// proxy) must not contradict the header.
fn host_of(headers: &HeaderMap, uri: &Uri, version: Version) -> Option<Host> {
    let target = match uri.authority() {
        None => None,
        Some(authority) => Some(host::parse(authority.as_str())?),
    };
    if !headers.contains_key(HOST) && version >= Version::HTTP_2 {
        return target;
    }
    let header = host::parse(only(headers, &HOST)?.to_str().ok()?)?;
    target.is_none_or(|target| target == header).then_some(header)
}

/// The host as an origin would write it.
fn same_form(host: &Host, origin: &Origin) -> Host {
    let default = if origin.https { 443 } else { 80 };
    let port = host.port.filter(|port| *port != default);
    Host { name: host.name.clone(), port }
}
