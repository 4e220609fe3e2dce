//! Calls whose results are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use toolwright_spec::code;

use super::cache::{Asked, is_cacheable};
use super::connection::Client;
use super::error::ClientError;
use super::exchange::{Options, Question};
use super::spoken::members;
use crate::era::Era;
use crate::watch::Change;

/// Members of `_meta` that say nothing of what is asked for.
const BESIDE: [&str; 3] = ["traceparent", "tracestate", "baggage"];

/// The text of a result.
pub(super) enum Text {
    Fresh(Box<str>),
    Kept(Arc<str>),
}

impl Text {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Fresh(text) => text,
            Self::Kept(text) => text,
        }
    }
}

impl Client {
    /// What changed is asked for again when it is next wanted, even where the server said that it
    /// may be kept for longer.
    ///
    /// Change notices of the server do the same, see [`Client::listen`].
    ///
    /// ```
    /// use toolwright_core::watch::Change;
    /// use toolwright_core::{Client, Server, tool::FnTools};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toolwright_core::Result<()> {
    /// let client = Client::in_memory(Server::new("shop", "1.0.0").tools(FnTools::new())).await?;
    /// client.list_tools().await?; // is asked for
    /// client.list_tools().await?; // is kept, since the server said for how long it may be
    /// client.forget(&Change::Tools);
    /// client.list_tools().await?; // is asked for
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Specification: `server/utilities/caching`.
    pub fn forget(&self, change: &Change) {
        self.shared().keeper.changed(change);
    }

    /// Everything is asked for again when it is next wanted.
    pub fn forget_all(&self) {
        self.shared().keeper.forget_all();
    }

    /// Whether what a method returns may be kept now. Hints of servers with sessions mean nothing.
    pub(super) fn keeps(&self, method: &str) -> bool {
        is_cacheable(method) && self.shared().keeper.is_on() && self.era() == Era::Stateless
    }

    /// A request whose result may be there already. `fresh`: not even then.
    pub(super) async fn kept(
        &self,
        question: Question<'_>,
        options: &mut Options,
        fresh: bool,
    ) -> Result<Text, ClientError> {
        let keeper = &self.shared().keeper;
        let spoken = self.shared().spoken().ok_or_else(ClientError::closed)?;
        let meta = options.meta.iter().filter(|(name, _)| !BESIDE.contains(&name.as_str()));
        let meta: BTreeMap<_, _> = meta.collect();
        let asked = Asked {
            method: question.method,
            params: question.params,
            client: spoken.description(),
            meta: &members(&meta),
        };
        let partition = self.link().transport.partition();
        let partition = partition.or_else(|| self.shared().partition.get().cloned());
        let spot = keeper.spot(&asked, partition);
        if !fresh && let Some(kept) = keeper.recall(&spot).await {
            tracing::trace!(method = question.method, "its result was kept");
            return Ok(Text::Kept(kept));
        }
        let text = self.exchange_again(question, options, "").await?;
        // The server may have turned out to be of another kind meanwhile.
        if self.keeps(question.method) {
            keeper.keep(&spot, &text).await;
        }
        Ok(Text::Fresh(text))
    }

    /// A call failed as it does when its name comes from a list that is not up to date.
    pub(super) fn suspect(&self, method: &str, error: &ClientError) {
        let ClientError::Peer(error) = error else { return };
        if !matches!(error.code(), code::INVALID_PARAMS | code::METHOD_NOT_FOUND | -32002) {
            return;
        }
        match method {
            "tools/call" => self.forget(&Change::Tools),
            "prompts/get" => self.forget(&Change::Prompts),
            "resources/read" => self.forget(&Change::Resources),
            _ => {}
        }
    }
}
