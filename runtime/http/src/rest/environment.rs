//! What the environment says of an upstream.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::Error;
use super::builder::UpstreamBuilder;
use super::credentials::Source;
use super::descriptor::SchemeKind;
use super::oauth::ClientCredentials;
use super::preset;
use super::provider::{File, read};
use super::variable::variable_name;
use crate::secret::Secret;

type Find<'a> = &'a dyn Fn(&str) -> Option<String>;

impl UpstreamBuilder {
    /// Fills in what is not set yet from the environment. Empty variables count as unset.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `<API>_BASE_URL` | where the API is |
    /// | `<API>_SERVER` | the name of one of the document's servers |
    /// | `<API>_<VARIABLE>` | a variable in the document's server URLs |
    /// | `<SCHEME>` | the secret of a security scheme, under the name that the scheme has in the descriptor, such as `PETSTORE_API_KEY` |
    /// | `<SCHEME>_FILE` | a file with that secret; read again now and then |
    /// | `<SCHEME>_CLIENT_ID`, `…_CLIENT_SECRET` (or `…_CLIENT_SECRET_FILE`) | OAuth 2: with which tokens are asked for |
    /// | `<SCHEME>_TOKEN_URL`, `…_SCOPES` | OAuth 2: where, and for what, instead of what the document says |
    /// | `<NAME>` | what `${NAME}` stands for in what curation presets |
    /// | `<API>_CLIENT_CERT_FILE`, `<API>_CLIENT_KEY_FILE` | the certificate to show (PEM), and its key |
    /// | `<API>_CA_FILE` | whom to trust besides those whom the system trusts (PEM) |
    /// | `<API>_ANONYMOUS=1` | [`UpstreamBuilder::anonymous`] |
    /// | `<API>_ALLOW_PRIVATE=1` | [`UpstreamBuilder::allow_private`] |
    /// | `<API>_TIMEOUT` (seconds), `…_RETRIES`, `…_CONCURRENCY`, `…_RATE`, `…_MAX_RESPONSE` (bytes) | [`Limits`](super::Limits); these count more than those set before |
    pub fn env(self) -> Self {
        self.lookup(&|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()))
    }

    pub(crate) fn lookup(mut self, env: Find<'_>) -> Self {
        let found = self.everything(env);
        if let Err(error) = found {
            self.fault = self.fault.or(Some(error));
        }
        self
    }

    fn everything(&mut self, env: Find<'_>) -> Result<(), Error> {
        let Ok((api, operations)) = &self.api else {
            return Ok(());
        };
        let name = api.name.clone();
        let of_api = |what: &str| env(&variable_name(&name, what));
        if self.base_url.is_none() {
            self.base_url = of_api("BASE_URL");
        }
        if self.server.is_none() {
            self.server = of_api("SERVER");
        }
        let own = operations.iter().filter_map(|operation| operation.http.as_ref());
        let servers = api.servers.iter().chain(own.flat_map(|binding| &binding.servers));
        for name in servers.flat_map(|server| server.variables.keys()) {
            if let Some(value) = of_api(name) {
                self.variables.entry(name.clone()).or_insert(value);
            }
        }
        let bindings = operations.iter().filter_map(|operation| operation.http.as_ref());
        for name in bindings.flat_map(preset::variables) {
            if let Some(value) = env(&name) {
                self.presets.entry(name).or_insert_with(|| Secret::new(value));
            }
        }
        self.secrets(env)?;
        self.certificates(&name, env)?;
        self.anonymous |= of_api("ANONYMOUS").is_some_and(|value| is_yes(&value));
        self.allow_private |= of_api("ALLOW_PRIVATE").is_some_and(|value| is_yes(&value));
        self.numbers(&name, env)
    }

    fn secrets(&mut self, env: Find<'_>) -> Result<(), Error> {
        let Ok((api, _)) = &self.api else {
            return Ok(());
        };
        for (name, scheme) in &api.security_schemes {
            let is_set = self.sources.contains_key(name) || self.logins.contains_key(name);
            if is_set || matches!(scheme.kind, SchemeKind::Unsupported {} | SchemeKind::MutualTls) {
                continue;
            }
            let also = |what: &str| format!("{}_{what}", scheme.env);
            let is_oauth = matches!(scheme.kind, SchemeKind::OAuth2 { .. });
            if let Some(secret) = env(&scheme.env) {
                self.sources.insert(name.clone(), Source::Fixed(Secret::new(secret)));
            } else if let Some(path) = env(&also("FILE")) {
                // Whoever names a file that is not there should learn it at once.
                file(&also("FILE"), &path)?;
                let file = File::new(path.into());
                self.sources.insert(name.clone(), Source::Changing(Arc::new(file)));
            } else if let (true, Some(id)) = (is_oauth, env(&also("CLIENT_ID"))) {
                let secret = match (env(&also("CLIENT_SECRET")), env(&also("CLIENT_SECRET_FILE"))) {
                    (Some(secret), _) => Secret::new(secret),
                    (None, Some(path)) => file(&also("CLIENT_SECRET_FILE"), &path)?,
                    (None, None) => {
                        let reason = "is not set, and the client's id is".to_owned();
                        return Err(Error::Setting { name: also("CLIENT_SECRET"), reason });
                    }
                };
                let mut login = ClientCredentials::new(id, secret);
                if let Some(url) = env(&also("TOKEN_URL")) {
                    login = login.token_url(url);
                }
                if let Some(scopes) = env(&also("SCOPES")) {
                    login =
                        login.scopes(scopes.split([' ', ',']).filter(|scope| !scope.is_empty()));
                }
                self.logins.insert(name.clone(), login);
            }
        }
        Ok(())
    }

    fn certificates(&mut self, api: &str, env: Find<'_>) -> Result<(), Error> {
        let name = |what: &str| variable_name(api, what);
        if let Some(path) = env(&name("CA_FILE")) {
            let pem = file(&name("CA_FILE"), &path)?;
            self.tls.trust(pem.expose().as_bytes()).map_err(Error::Tls)?;
        }
        let (chain, key) = (name("CLIENT_CERT_FILE"), name("CLIENT_KEY_FILE"));
        match (env(&chain), env(&key)) {
            (Some(_), _) | (_, Some(_)) if self.tls.appears() => Ok(()),
            (Some(chain_path), Some(key_path)) => {
                let (chain, key) = (file(&chain, &chain_path)?, file(&key, &key_path)?);
                let (chain, key) = (chain.expose().as_bytes(), key.expose().as_bytes());
                self.tls.appear(chain, key).map_err(Error::Tls)
            }
            (Some(_), None) => {
                Err(Error::Setting { name: key, reason: "is needed too".to_owned() })
            }
            (None, Some(_)) => {
                Err(Error::Setting { name: chain, reason: "is needed too".to_owned() })
            }
            (None, None) => Ok(()),
        }
    }

    fn numbers(&mut self, api: &str, env: Find<'_>) -> Result<(), Error> {
        let number = |what: &str| {
            let name = variable_name(api, what);
            let Some(text) = env(&name) else { return Ok(None) };
            let number = text.trim().parse::<u32>().ok();
            match number.filter(|number| *number > 0 || what == "RETRIES") {
                Some(number) => Ok(Some(number)),
                None => {
                    let reason = format!("is `{text}`, which is no number that it takes");
                    Err(Error::Setting { name, reason })
                }
            }
        };
        let limits = &mut self.limits;
        if let Some(seconds) = number("TIMEOUT")? {
            limits.total = Duration::from_secs(seconds.into());
            limits.first_byte = limits.total;
        }
        if let Some(retries) = number("RETRIES")? {
            limits.retries = retries;
        }
        if let Some(calls) = number("CONCURRENCY")? {
            limits.concurrency = usize::try_from(calls).unwrap_or(limits.concurrency);
        }
        if let Some(rate) = number("RATE")? {
            limits.rate = rate;
        }
        if let Some(bytes) = number("MAX_RESPONSE")? {
            limits.reply = usize::try_from(bytes).unwrap_or(limits.reply);
        }
        Ok(())
    }
}

fn is_yes(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "1" | "true" | "yes")
}

fn file(name: &str, path: &str) -> Result<Secret, Error> {
    read(Path::new(path)).ok_or_else(|| Error::Setting {
        name: name.to_owned(),
        reason: format!("names the file `{path}`, which cannot be read, is empty, or is no text"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOL: &str = r#"{"name":"t","reply":{"kind":"empty"},"http":{"method":"GET","path":"/x",
        "security":[[{"scheme":"k"}],[{"scheme":"login","scopes":["read"]}]]}}"#;
    const API: &str = r#"{"name":"shop","title":"","version":"","servers":[{"url":"https://a.example"}],
        "securitySchemes":{
            "k":{"type":"apiKey","in":"header","name":"X-Key","env":"SHOP_K"},
            "login":{"type":"oauth2","tokenUrl":"https://a.example/token","env":"SHOP_LOGIN"}}}"#;

    fn looked_up(env: &[(&str, &str)]) -> UpstreamBuilder {
        let find = |name: &str| {
            env.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string())
        };
        UpstreamBuilder::new(API, [TOOL].into_iter()).lookup(&find)
    }

    fn refused(env: &[(&str, &str)]) -> String {
        looked_up(env).build().unwrap_err().to_string()
    }

    #[test]
    fn names_of_environment_variables() {
        assert_eq!(variable_name("book_shop", "region"), "BOOK_SHOP_REGION");
        assert_eq!(variable_name("x", "api-version"), "X_API_VERSION");
    }

    #[test]
    fn limits_are_set_by_the_environment() {
        let builder =
            looked_up(&[("SHOP_TIMEOUT", "5"), ("SHOP_RETRIES", "0"), ("SHOP_RATE", "7")]);
        assert_eq!(builder.limits.total, Duration::from_secs(5));
        assert_eq!((builder.limits.retries, builder.limits.rate), (0, 7));
        for (name, value) in [("SHOP_TIMEOUT", "0"), ("SHOP_RATE", "many"), ("SHOP_RETRIES", "-1")]
        {
            let error = refused(&[(name, value)]);
            assert!(error.contains(name) && error.contains(value), "{error}");
        }
    }

    #[test]
    fn what_is_set_by_half_is_an_error_that_names_the_rest() {
        let error = refused(&[("SHOP_LOGIN_CLIENT_ID", "me")]);
        assert!(error.contains("SHOP_LOGIN_CLIENT_SECRET"), "{error}");
        let error = refused(&[("SHOP_CLIENT_CERT_FILE", "/nowhere.pem")]);
        assert!(error.contains("SHOP_CLIENT_KEY_FILE"), "{error}");
        let error = refused(&[("SHOP_K_FILE", "/nowhere/at/all")]);
        assert!(error.contains("SHOP_K_FILE") && error.contains("cannot be read"), "{error}");
    }
}
