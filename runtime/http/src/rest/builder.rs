//! Setting up an upstream: base URL, server variables, credentials, limits.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use toolwright_core::descriptor::Descriptor;
use toolwright_core::resource::ResourceSet;
use toolwright_core::tool::Contract;

use super::Error;
use super::base::BaseUrl;
use super::client::Client;
use super::credentials::{Credentials, Source, variables};
use super::descriptor::{self, Api, Operation, SchemeKind, SecurityScheme, Server};
use super::limits::Limits;
use super::linked::Files;
use super::oauth::ClientCredentials;
use super::plan::Plan;
use super::preset::Presets;
use super::provider::{File, Provided, Provider};
use super::redact::redact_url;
use super::server;
use super::setup::{self, Setup};
use super::upstream::{Tool, Upstream};
use super::variable::variable_name;
use crate::secret::Secret;
use crate::trust::Tls;

impl Upstream {
    /// The upstream that the environment describes: base URL from `<API>_BASE_URL`, else the
    /// document's first server with its variables from `<API>_<VARIABLE>`; secrets from the
    /// variable that each security scheme names.
    ///
    /// # Errors
    /// As [`UpstreamBuilder::build`].
    pub fn from_env(descriptor: &Descriptor) -> Result<Self, Error> {
        Self::builder(descriptor).env().build()
    }

    /// Sets an upstream up step by step.
    pub fn builder(descriptor: &Descriptor) -> UpstreamBuilder {
        UpstreamBuilder::new(&descriptor.api, descriptor.tools.iter().map(|tool| tool.as_ref()))
    }
}

/// Sets up an [`Upstream`].
///
/// What is not set here is not looked up: [`UpstreamBuilder::env`] reads the environment.
#[must_use]
pub struct UpstreamBuilder {
    pub(crate) api: Result<(Api, Vec<Operation>), Error>,
    pub(crate) base_url: Option<String>,
    pub(crate) server: Option<String>,
    pub(crate) files: Option<Files>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) sources: BTreeMap<String, Source>,
    pub(crate) logins: BTreeMap<String, ClientCredentials>,
    /// Values of the variables that presets name.
    pub(crate) presets: BTreeMap<String, Secret>,
    pub(crate) anonymous: bool,
    pub(crate) allow_private: bool,
    pub(crate) limits: Limits,
    pub(crate) tls: Tls,
    /// What was given and cannot be used.
    pub(crate) fault: Option<Error>,
}

impl std::fmt::Debug for UpstreamBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UpstreamBuilder")
            .field("base_url", &self.base_url.as_deref().map(redact_url))
            .field("schemes", &self.sources.keys().chain(self.logins.keys()).collect::<Vec<_>>())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl UpstreamBuilder {
    pub(crate) fn new<'a>(api: &str, tools: impl Iterator<Item = &'a str>) -> Self {
        let api = descriptor::api(api).and_then(|api| Ok((api, descriptor::operations(tools)?)));
        Self {
            api,
            base_url: None,
            server: None,
            files: None,
            variables: BTreeMap::new(),
            sources: BTreeMap::new(),
            logins: BTreeMap::new(),
            presets: BTreeMap::new(),
            anonymous: false,
            allow_private: false,
            limits: Limits::default(),
            tls: Tls::default(),
            fault: None,
        }
    }

    /// The URL of the API; replaces all servers of the document.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Which of the document's servers is called, by the name that the document gives it
    /// (OpenAPI 3.2); otherwise it is the first.
    ///
    /// ```
    /// use toolwright_core::descriptor::Descriptor;
    /// use toolwright_http::rest::{Error, Upstream};
    ///
    /// fn sandbox(descriptor: &Descriptor) -> Result<Upstream, Error> {
    ///     Upstream::builder(descriptor).server("sandbox").build()
    /// }
    /// ```
    pub fn server(mut self, name: impl Into<String>) -> Self {
        self.server = Some(name.into());
        self
    }

    /// Resources that arguments can name by URI where a file is to be sent, besides giving it as
    /// base64 or as a `data:` URI. They are read for the caller, who gets no other than those that
    /// the server shows them. Without this, no argument can name a resource.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use toolwright_core::descriptor::Descriptor;
    /// use toolwright_core::resource::Resources;
    /// use toolwright_http::rest::{Error, Upstream};
    ///
    /// fn with_files(descriptor: &Descriptor, shelf: Arc<Resources>) -> Result<Upstream, Error> {
    ///     Upstream::builder(descriptor).files(shelf).build()
    /// }
    /// ```
    pub fn files(mut self, resources: Arc<dyn ResourceSet>) -> Self {
        self.files = Some(Files(resources));
        self
    }

    /// The value of a variable in the document's server URLs.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The secret of a security scheme, by its name in the document (basic: `user:password`).
    pub fn credential(mut self, scheme: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.sources.insert(scheme.into(), Source::Fixed(secret.into()));
        self
    }

    /// The value of `${VARIABLE}` in what curation presets. Like a secret it is never shown.
    pub fn preset(mut self, variable: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.presets.insert(variable.into(), value.into());
        self
    }

    /// Time for a whole call.
    pub fn timeout(mut self, total: Duration) -> Self {
        self.limits.total = total;
        self
    }

    /// Changes some limits and leaves the others.
    ///
    /// ```
    /// # use toolwright_http::rest::UpstreamBuilder;
    /// fn patient(upstream: UpstreamBuilder) -> UpstreamBuilder {
    ///     upstream.env().limit(|limits| limits.retries = 5)
    /// }
    /// ```
    pub fn limit(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// All limits at once.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Where the secret of a security scheme comes from, if it changes.
    pub fn provider(mut self, scheme: impl Into<String>, provider: impl Provider) -> Self {
        self.sources.insert(scheme.into(), Source::Changing(Arc::new(Provided(provider))));
        self
    }

    /// A file with the secret of a security scheme; it is read again every 10 seconds, and when
    /// the service refuses what was in it.
    pub fn secret_file(mut self, scheme: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.sources.insert(scheme.into(), Source::Changing(Arc::new(File::new(path.into()))));
        self
    }

    /// Tokens for a security scheme of OAuth 2, which this server gets for itself.
    pub fn client_credentials(
        mut self,
        scheme: impl Into<String>,
        credentials: ClientCredentials,
    ) -> Self {
        self.logins.insert(scheme.into(), credentials);
        self
    }

    /// Shows a certificate to the service (mutual TLS): its chain, the own one first, and its
    /// private key, both as PEM.
    pub fn client_certificate(mut self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        if let Err(reason) = self.tls.appear(chain.as_ref(), key.as_ref()) {
            self.fault = Some(Error::Tls(reason));
        }
        self
    }

    /// Trusts the certificates of a PEM text besides those of the system.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        if let Err(reason) = self.tls.trust(pem.as_ref()) {
            self.fault = Some(Error::Tls(reason));
        }
        self
    }

    /// Calls what wants credentials without, if none are set. Otherwise such calls are errors that
    /// name what has to be set.
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Lets the document lead to addresses that are not public: this machine, private networks,
    /// the metadata services of clouds. The operator's base URL may be any without this.
    pub fn allow_private(mut self) -> Self {
        self.allow_private = true;
        self
    }

    /// Checks everything and makes the upstream. Nothing is sent.
    ///
    /// # Errors
    /// When there is no usable base URL, a variable or secret has an impossible value, the
    /// descriptor is not this version's, or TLS is needed and cannot be set up.
    pub fn build(self) -> Result<Upstream, Error> {
        let Self { variables, mut sources, logins, anonymous, allow_private, limits, tls, .. } =
            self;
        let limits = limits.reachable();
        let (api, operations) = match self.fault {
            Some(fault) => return Err(fault),
            None => self.api?,
        };
        let bases = Bases {
            api: &api,
            operator: self.base_url.as_deref().map(BaseUrl::operator).transpose()?.map(Arc::new),
            server: self.server.as_deref(),
            variables: &variables,
            allow_private,
        };
        let main = operations
            .iter()
            .any(|operation| operation.http.as_ref().is_some_and(|http| http.servers.is_empty()))
            .then(|| bases.of(&api.servers))
            .transpose()?;
        let setup = Setup { api: &api, limits: &limits, tls: &tls, allow_private };
        for (name, login) in logins {
            let changing = setup.login(&name, &login, main.as_deref(), &operations)?;
            sources.insert(name, Source::Changing(changing));
        }
        if tls.appears() {
            let certified = |scheme: &SecurityScheme| matches!(scheme.kind, SchemeKind::MutualTls);
            let schemes = api.security_schemes.iter().filter(|(_, scheme)| certified(scheme));
            sources.extend(schemes.map(|(name, _)| (name.clone(), Source::Certificate)));
        }
        let credentials = Credentials::new(&api, sources, anonymous)?;
        let mut tools = Vec::with_capacity(operations.len());
        let (mut needs_tls, mut public_only) = (false, false);
        for operation in operations {
            let own = operation.http.as_ref().map(|http| http.servers.as_slice());
            let base = match (own, &main) {
                (None, _) => {
                    tools.push(Tool::unbound(operation.name));
                    continue;
                }
                (Some([]), Some(main)) => Ok(Arc::clone(main)),
                (Some(own), _) => bases.of_one(own, &api.servers),
            };
            let base = match base {
                Ok(base) => base,
                // One operation that lives elsewhere keeps no others from working.
                Err(error) => {
                    let plan = Err(error.to_string());
                    tools.push(Tool { plan, ..Tool::unbound(operation.name) });
                    continue;
                }
            };
            needs_tls |= base.is_tls();
            public_only |= !base.trusted;
            let presets = match &operation.http {
                Some(binding) => Presets::new(binding, &operation.name, &self.presets)?,
                None => Presets::default(),
            };
            let mut tool = tool(&api, &credentials, operation, base);
            if let Ok(plan) = &mut tool.plan {
                plan.presets = presets;
            }
            tools.push(tool);
        }
        let client = Client::new(&limits, setup::tls(&tls, needs_tls)?, public_only);
        let upstream = Upstream { client, credentials, tools, limits, files: self.files };
        for warning in upstream.warnings() {
            tracing::warn!("{warning}");
        }
        Ok(upstream)
    }
}

/// A tool whose request cannot be built answers so, the others work.
fn tool(api: &Api, credentials: &Credentials, operation: Operation, base: Arc<BaseUrl>) -> Tool {
    let name = operation.name.clone();
    let contract = operation.contract.as_deref().and_then(Contract::read);
    match Plan::new(operation, base) {
        Ok(Some(plan)) => Tool {
            variables: variables(api, &plan.binding, |_| false),
            missing: variables(api, &plan.binding, |scheme| credentials.has(scheme)),
            label: plan.label(),
            plan: Ok(plan),
            name,
            contract,
        },
        Ok(None) => Tool::unbound(name),
        Err(error) => Tool { plan: Err(error.to_string()), ..Tool::unbound(name) },
    }
}

/// Chooses base URLs.
struct Bases<'a> {
    api: &'a Api,
    operator: Option<Arc<BaseUrl>>,
    /// The name of the server to take.
    server: Option<&'a str>,
    variables: &'a BTreeMap<String, String>,
    allow_private: bool,
}

impl Bases<'_> {
    /// The operator's, else the first of the document's.
    fn of(&self, servers: &[Server]) -> Result<Arc<BaseUrl>, Error> {
        if let Some(base) = &self.operator {
            return Ok(Arc::clone(base));
        }
        let missing = |reason: String| Error::NoBaseUrl {
            reason,
            env: variable_name(&self.api.name, "BASE_URL"),
        };
        let Some(first) = servers.first() else {
            return Err(missing("the document names no server".to_owned()));
        };
        let named =
            |server: &&Server| self.server.is_some() && server.name.as_deref() == self.server;
        let server = match (servers.iter().find(named), self.server) {
            (Some(server), _) => server,
            (None, Some(name)) if std::ptr::eq(servers, self.api.servers.as_slice()) => {
                return Err(missing(format!("the document has no server named `{name}`")));
            }
            _ => first,
        };
        let url = server::url(server, self.variables)?;
        if !url.contains("://") {
            return Err(missing(format!("the document's server `{url}` is relative")));
        }
        BaseUrl::document(&url, self.allow_private).map(Arc::new)
    }

    /// That of an operation with servers of its own; a path among them (`/v2`) is one on the host of
    /// the API's own server.
    fn of_one(&self, own: &[Server], api: &[Server]) -> Result<Arc<BaseUrl>, Error> {
        let first = own.first().map(|server| server::url(server, self.variables)).transpose()?;
        match first {
            Some(path) if self.operator.is_none() && path.starts_with('/') => {
                self.of(api)?.at(&path).map(Arc::new)
            }
            _ => self.of(own),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOL: &str =
        r#"{"name":"t","reply":{"kind":"empty"},"http":{"method":"GET","path":"/x"}}"#;

    fn api(servers: &str) -> String {
        format!(
            r#"{{"name":"book_shop","title":"","version":"","servers":{servers},
                "securitySchemes":{{"k":{{"type":"apiKey","in":"header","name":"X-Key","env":"BOOK_SHOP_KEY"}}}}}}"#
        )
    }

    fn built(servers: &str, env: &[(&str, &str)]) -> Result<String, Error> {
        let find = |name: &str| {
            env.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string())
        };
        let upstream =
            UpstreamBuilder::new(&api(servers), [TOOL].into_iter()).lookup(&find).build()?;
        let plan = upstream.tools[0].plan.as_ref().unwrap();
        Ok(format!("{}://{}{}", plan.base.scheme, plan.base.authority, plan.base.prefix))
    }

    #[test]
    fn the_operators_base_url_wins() {
        let servers = r#"[{"url":"http://{region}.example.com/v1","variables":{
            "region":{"default":"eu","enum":["eu","us"]}}}]"#;
        assert_eq!(built(servers, &[]).unwrap(), "http://eu.example.com/v1");
        assert_eq!(
            built(servers, &[("BOOK_SHOP_REGION", "us")]).unwrap(),
            "http://us.example.com/v1"
        );
        assert!(matches!(
            built(servers, &[("BOOK_SHOP_REGION", "evil.org/")]),
            Err(Error::Variable { .. })
        ));
        assert_eq!(
            built(servers, &[("BOOK_SHOP_BASE_URL", "http://127.0.0.1:1/x/")]).unwrap(),
            "http://127.0.0.1:1/x"
        );
    }

    #[test]
    fn servers_that_cannot_be_called_are_errors_that_say_what_to_set() {
        let relative = built(r#"[{"url":"/v1"}]"#, &[]).unwrap_err();
        assert_eq!(
            relative.to_string(),
            "no base URL: the document's server `/v1` is relative; \
             set BOOK_SHOP_BASE_URL to the URL of the API"
        );
        assert!(matches!(built("[]", &[]), Err(Error::NoBaseUrl { .. })));
        for url in
            ["http://169.254.169.254/", "file:///etc", "http://localhost:1", "http://localhost.:1"]
        {
            let servers = format!(r#"[{{"url":"{url}"}}]"#);
            assert!(matches!(built(&servers, &[]), Err(Error::BaseUrl { .. })), "{url}");
        }
    }

    #[test]
    fn servers_are_found_by_name() {
        let servers =
            r#"[{"url":"https://a.example.com"},{"name":"b","url":"https://b.example.com"}]"#;
        assert_eq!(built(servers, &[]).unwrap(), "https://a.example.com");
        assert_eq!(built(servers, &[("BOOK_SHOP_SERVER", "b")]).unwrap(), "https://b.example.com");
        let error = built(servers, &[("BOOK_SHOP_SERVER", "c")]).unwrap_err();
        assert!(error.to_string().contains("no server named `c`"), "{error}");
        let own = [("BOOK_SHOP_SERVER", "c"), ("BOOK_SHOP_BASE_URL", "http://127.0.0.1:1")];
        assert_eq!(built(servers, &own).unwrap(), "http://127.0.0.1:1");
    }

    #[test]
    fn operations_may_live_elsewhere() {
        let tools = [
            "/v2",
            "https://c.example.com/x",
            "v2",
            "http://127.0.0.1/",
            "//evil.example",
            "/../x",
        ]
        .map(|url| {
            format!(
                r#"{{"name":"t","reply":{{"kind":"empty"}},
                        "http":{{"method":"GET","path":"/x","servers":[{{"url":"{url}"}}]}}}}"#
            )
        });
        let api = api(r#"[{"url":"https://a.example.com/v1"}]"#);
        let tools = || tools.iter().map(String::as_str);
        let bases = |upstream: Upstream| -> Vec<Option<String>> {
            let base = |tool: &Tool| {
                let base = &tool.plan.as_ref().ok()?.base;
                Some(format!("{}{}", base.authority, base.prefix))
            };
            upstream.tools.iter().map(base).collect()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            bases(UpstreamBuilder::new(&api, tools()).build().unwrap()),
            [some("a.example.com/v2"), some("c.example.com/x"), None, None, None, None]
        );
        let operator = UpstreamBuilder::new(&api, tools()).base_url("http://127.0.0.1:1/y");
        assert_eq!(bases(operator.build().unwrap()), vec![some("127.0.0.1:1/y"); 6]);
    }
}
