//! One call: its request, or one for each page, and what came of it.

use http::StatusCode;
use http::header::{HeaderMap, LINK};
use serde_json::value::RawValue;
use tokio::time::{Instant, timeout_at};
use toolwright_core::Context;

use super::client::Client;
use super::credentials::{Credentials, Sent};
use super::error::CallError;
use super::fields::select;
use super::limits::Limits;
use super::paging::{Next, Page, Pages, Turn, resolve};
use super::plan::Plan;
use super::received::Received;
use super::reply::{Asked, Payload, Read, failure, read};
use super::request::{Prepared, prepare, size};

/// What a call needs.
pub(crate) struct Exchange<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) client: &'a Client,
    pub(crate) limits: &'a Limits,
    /// Of the tool.
    pub(crate) name: &'a str,
    pub(crate) label: &'a str,
    pub(crate) variables: &'a str,
    pub(crate) missing: &'a str,
    pub(crate) credentials: &'a Credentials,
    pub(crate) plan: &'a Plan,
    pub(crate) sent: Sent,
}

impl Exchange<'_> {
    /// Calls with `arguments`; an error is the text that the model gets.
    pub(crate) async fn run(&mut self, arguments: &RawValue) -> Result<Read, String> {
        let plan = self.plan;
        let binding = &plan.binding;
        let mut read = match Pages::wanted(plan, arguments, self.limits.reply) {
            Some(pages) => self.gather(arguments, pages).await?,
            None => {
                let request = self.prepared(arguments, &Turn::First)?;
                let received = self.send(arguments, request, &Turn::First).await?;
                read(plan.reply, plan.events, received)
            }
        };
        if let Payload::Json(json) = &mut read.payload
            && let Some(kept) = select(binding.fields.as_ref(), arguments, json)
        {
            *json = kept;
        }
        Ok(read.without(&self.sent.secrets))
    }

    fn prepared(&self, arguments: &RawValue, turn: &Turn) -> Result<Prepared, String> {
        prepare(self.plan, &self.sent, self.limits, arguments, turn)
            .map_err(|error| format!("{}: {error}", self.name))
    }

    /// Sends a request, and once more with other credentials if the service refuses them and there
    /// are others.
    async fn send(
        &mut self,
        arguments: &RawValue,
        request: Prepared,
        turn: &Turn,
    ) -> Result<Received, String> {
        let uri = request.uri.clone();
        let mut received = self.once(request).await?;
        if received.status == StatusCode::UNAUTHORIZED && self.sent.may_change() {
            let other = self.credentials.choose(self.cx, &self.plan.binding, Some(&self.sent));
            let other =
                other.await.map_err(|why| why.told(self.label, self.variables, self.missing))?;
            if !other.is_same(&self.sent) {
                self.sent = other;
                self.sent.secrets.extend(self.plan.presets.secrets().cloned());
                received = self.once(self.again(arguments, uri, turn)?).await?;
            }
        }
        if received.status.is_success() {
            return Ok(received);
        }
        let asked = Asked {
            label: self.label,
            variables: self.variables,
            secrets: &self.sent.secrets,
            limit: self.limits.error_text,
        };
        Err(failure(&asked, &received))
    }

    async fn once(&self, request: Prepared) -> Result<Received, String> {
        let received = self.client.send(self.cx, request).await;
        received.map_err(|error| self.sent.redact(format!("{} failed: {error}.", self.label)))
    }

    /// The request to `uri` with the credentials of now.
    fn again(&self, arguments: &RawValue, uri: http::Uri, turn: &Turn) -> Result<Prepared, String> {
        let mut request = self.prepared(arguments, turn)?;
        request.uri = match self.sent.pairs.as_slice() {
            [] => uri,
            pairs => resolve(&self.plan.base, &uri, &uri.to_string(), pairs)?,
        };
        Ok(request)
    }

    /// Gathers pages, all of them in the time of one call. What goes wrong after the first page
    /// leaves those that came, with a remark.
    async fn gather(&mut self, arguments: &RawValue, mut pages: Pages<'_>) -> Result<Read, String> {
        let deadline = Instant::now() + self.limits.total;
        let mut turn = Turn::First;
        let mut request = self.prepared(arguments, &turn)?;
        let why = loop {
            let uri = request.uri.clone();
            let late = || CallError::Timeout(self.limits.total.as_secs());
            let received = timeout_at(deadline, self.send(arguments, request, &turn)).await;
            let received = received.map_err(|_| format!("{} failed: {}.", self.label, late()));
            let received = match received.and_then(|received| received) {
                Ok(received) => received,
                Err(error) if pages.got == 0 => return Err(error),
                Err(error) => break Some(format!("The next page could not be had: {error}")),
            };
            let link = links(&received.headers);
            let read = read(self.plan.reply, self.plan.events, received);
            let Payload::Json(json) = read.payload else {
                if pages.got == 0 {
                    return Ok(read);
                }
                break Some("The next page is no JSON.".to_owned());
            };
            let next = pages.add(Page { json, link, uri: &uri });
            self.cx
                .progress_of(f64::from(pages.got), f64::from(pages.most()), "pages gathered")
                .await;
            request = match next {
                Next::End(why) => break why,
                Next::Turn(next) => {
                    turn = next;
                    self.prepared(arguments, &turn)?
                }
                Next::Url(url) => match self.following(arguments, &uri, &url) {
                    Ok(request) => request,
                    Err(why) => break Some(why),
                },
            };
        };
        let gathered = pages.finish().ok_or_else(|| "the pages cannot be put together".to_owned());
        let (json, summary) = gathered?;
        let mut read = Read::new(Payload::Json(json), None);
        read.remarks.push(match why {
            Some(why) => format!("{summary} {why}"),
            None => summary,
        });
        Ok(read)
    }

    /// The request of a page that the one before names by its URL.
    fn following(
        &self,
        arguments: &RawValue,
        current: &http::Uri,
        url: &str,
    ) -> Result<Prepared, String> {
        let uri = resolve(&self.plan.base, current, url, &self.sent.pairs)
            .map_err(|reason| format!("The URL of the next page is not followed: {reason}."))?;
        let mut request = self.prepared(arguments, &Turn::First)?;
        if size(&uri, &request.headers) > self.limits.head {
            return Err("The URL of the next page is too long.".to_owned());
        }
        request.uri = uri;
        Ok(request)
    }
}

/// All `Link` headers as one.
fn links(headers: &HeaderMap) -> Option<String> {
    let all: Vec<&str> = headers
        .get_all(LINK)
        .iter()
        .filter_map(|one| std::str::from_utf8(one.as_bytes()).ok())
        .collect();
    (!all.is_empty()).then(|| all.join(", "))
}
