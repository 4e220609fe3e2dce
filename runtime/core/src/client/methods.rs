//! What a client can ask for, method by method.

use serde::Serialize;
use toolwright_spec::{
    CallToolResult, CompleteRequestParams, CompleteResult, CompletionArgument, CompletionReference,
    DiscoverResult, Fit, GetPromptResult, InputRequests, InputResponses, LoggingLevel, RawJson,
    ReadResourceResult, Request, RequestParams, Root, SetLevelRequestParams, method,
};

use super::call::{Call, object};
use super::connection::Client;
use super::error::ClientError;
use super::{outcome, rounds};
use crate::era::Era;

/// Parameters of methods that name what they mean and take arguments.
#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    arguments: RawJson,
}

impl Client {
    /// Calls a tool. The arguments have to be written as a JSON object; `&()` stands for none.
    ///
    /// A tool that fails answers with [`CallToolResult::is_error`], which is no error here; with
    /// [`Call::json`] it is. If the tool was listed before, its structured content is checked
    /// against its schema, see [`ClientBuilder::check_output`](super::ClientBuilder::check_output).
    ///
    /// Awaiting the call fails when the server refuses it, does not answer in time, or goes away.
    ///
    /// Specification: `server/tools`.
    pub fn call(&self, name: &str, arguments: &(impl Serialize + ?Sized)) -> Call<CallToolResult> {
        let params = object(arguments).map(|arguments| Named { name, arguments });
        let mut call =
            Call::new(self, "tools/call", params.and_then(|params| text(&params)), outcome::tool);
        name.clone_into(&mut call.name);
        call.finish = Client::check;
        call
    }

    /// Reads a resource.
    ///
    /// Specification: `server/resources`.
    pub fn read_resource(&self, uri: &str) -> Call<ReadResourceResult> {
        #[derive(Serialize)]
        struct Params<'a> {
            uri: &'a str,
        }
        Call::new(self, "resources/read", text(&Params { uri }), outcome::resource)
    }

    /// Fetches a prompt, filled with arguments: anything that is written as a JSON object of
    /// strings.
    ///
    /// Specification: `server/prompts`.
    pub fn prompt(
        &self,
        name: &str,
        arguments: &(impl Serialize + ?Sized),
    ) -> Call<GetPromptResult> {
        let params = object(arguments).map(|arguments| Named { name, arguments });
        let params = params.and_then(|params| text(&params));
        let mut call = Call::new(self, "prompts/get", params, outcome::prompt);
        name.clone_into(&mut call.name);
        call
    }

    /// Asks for suggestions for an argument of a prompt or a variable of a URI template, of which
    /// `value` is typed already.
    ///
    /// Specification: `server/utilities/completion`.
    pub fn complete(
        &self,
        of: impl Into<CompletionReference>,
        argument: &str,
        value: &str,
    ) -> Call<CompleteResult> {
        let argument = CompletionArgument::new(argument, value);
        self.request::<method::Complete>(CompleteRequestParams::new(of, argument))
    }

    /// Asks the server which revisions it speaks and what it can do. Not in sessions.
    ///
    /// Specification: `server/discover`.
    pub fn discover(&self) -> Call<DiscoverResult> {
        self.request::<method::Discover>(RequestParams::default())
    }

    /// Finds out whether the server still answers: with `ping` in a session, otherwise with
    /// `server/discover`.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), ClientError> {
        match self.era() {
            Era::Session => self.request::<method::Ping>(RequestParams::default()).await.map(drop),
            Era::Stateless => self.discover().fresh().await.map(drop),
        }
    }

    /// From now on the server should send log messages of this level and above. In a session it
    /// is told so; otherwise every later call says it.
    ///
    /// Specification: `server/utilities/logging`.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn log_level(&self, level: LoggingLevel) -> Result<(), ClientError> {
        match self.era() {
            Era::Session => {
                let params = SetLevelRequestParams::new(level);
                self.request::<method::SetLevel>(params).await?;
            }
            Era::Stateless => {}
        }
        self.shared().set_level(level);
        Ok(())
    }

    /// Replaces the roots that the client was built with, and tells a server in a session so.
    ///
    /// Specification: `client/roots`.
    ///
    /// # Errors
    /// The client was built without roots, a root is no `file://` URI, or the connection is
    /// closed.
    pub async fn set_roots(&self, roots: Vec<Root>) -> Result<(), ClientError> {
        if !self.shared().handlers.replace_roots(roots)? {
            let reason = "it was built without roots, and did not offer any to the server".into();
            return Err(ClientError::Usage { reason });
        }
        match self.era() {
            Era::Session => self.notify("notifications/roots/list_changed", &()).await,
            Era::Stateless => Ok(()),
        }
    }

    /// Any method of the protocol, with its types. Questions of the server are not answered here;
    /// the methods that may lead to some have functions of their own.
    ///
    /// ```
    /// # use toolwright_core::{Client, Server};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toolwright_core::Result<()> {
    /// # let client = Client::in_memory(Server::new("shop", "1.0.0")).await?;
    /// use toolwright_spec::{RequestParams, method};
    ///
    /// let told = client.request::<method::Discover>(RequestParams::default()).await?;
    /// assert!(told.supported_versions.contains(&"2026-07-28".to_owned()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn request<M: Request>(&self, params: M::Params) -> Call<M::Result> {
        let revision = self.revision();
        let params = if revision.knows_method(M::NAME) {
            let params = params.fit(revision).map_err(ClientError::arguments);
            params.and_then(|params| text(&params))
        } else {
            Err(ClientError::NotInRevision { what: format!("`{}`", M::NAME), revision })
        };
        Call::new(self, M::NAME, params, outcome::complete)
    }

    /// Any method at all, even one that only this server knows.
    pub fn request_raw(&self, method: &str, params: &(impl Serialize + ?Sized)) -> Call<RawJson> {
        let params = object(params).and_then(|params| {
            let members: serde_json::Map<_, _> = params.parse().map_err(ClientError::arguments)?;
            if members.contains_key("_meta") {
                let reason = "add members of `_meta` with `Call::meta`".to_owned();
                return Err(ClientError::Arguments { reason });
            }
            Ok(String::from(params.as_str()))
        });
        Call::new(self, method.to_owned(), params, outcome::complete)
    }

    /// Sends a notification. Over HTTP without sessions there are none.
    ///
    /// # Errors
    /// The connection is closed, or `params` is no JSON object.
    pub async fn notify(
        &self,
        method: &str,
        params: &(impl Serialize + ?Sized),
    ) -> Result<(), ClientError> {
        let params = object(params)?;
        self.link().notify(method, &params).await
    }

    /// Lets the client's handlers answer the questions of a [`Round`](super::Round), for those
    /// who drive rounds themselves.
    ///
    /// # Errors
    /// There is no handler for one, or it fails.
    pub async fn answer(&self, questions: InputRequests) -> Result<InputResponses, ClientError> {
        rounds::answer(self.shared(), questions, self.limits().questions).await
    }
}

fn text(params: &impl Serialize) -> Result<String, ClientError> {
    let text = serde_json::to_string(params).map_err(ClientError::arguments)?;
    // `_meta` is written by the client, and an empty one would be there twice.
    debug_assert!(text.starts_with('{'), "parameters are an object");
    Ok(text)
}
