//! Certificates: whom to trust, and as whom to appear.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

/// Whom to trust, and as whom to appear.
#[derive(Clone, Default)]
pub(crate) struct Tls {
    roots: Vec<CertificateDer<'static>>,
    identity: Option<Arc<Identity>>,
}

struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Tls {
    /// Trusts the certificates of a PEM text besides those of the system.
    pub(crate) fn trust(&mut self, pem: &[u8]) -> Result<(), String> {
        let roots = certificates(pem)?;
        self.roots.extend(roots);
        Ok(())
    }

    /// Shows a certificate to servers that ask for one.
    pub(crate) fn appear(&mut self, chain: &[u8], key: &[u8]) -> Result<(), String> {
        let chain = certificates(chain)?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| format!("the client's key is no PEM: {error}"))?;
        self.identity = Some(Arc::new(Identity { chain, key }));
        Ok(())
    }

    /// Whether there is a certificate to show.
    #[allow(dead_code, reason = "for calls to REST upstreams")]
    pub(crate) fn appears(&self) -> bool {
        self.identity.is_some()
    }

    /// What connections are secured with.
    ///
    /// # Errors
    /// Nobody is trusted, or what was given cannot be used.
    pub(crate) fn config(&self) -> Result<ClientConfig, String> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        for root in &self.roots {
            let added = roots.add(root.clone());
            added.map_err(|error| format!("a root certificate cannot be used: {error}"))?;
        }
        if roots.is_empty() {
            return Err("the system has no root certificates; install them, set SSL_CERT_FILE, \
                        or name some"
                .to_owned());
        }
        self.trusting(roots)
    }

    /// The same, for connections that are not secured: nobody has to be trusted.
    #[allow(dead_code, reason = "for calls to REST upstreams")]
    pub(crate) fn unused(&self) -> Result<ClientConfig, String> {
        self.trusting(RootCertStore::empty())
    }

    fn trusting(&self, roots: RootCertStore) -> Result<ClientConfig, String> {
        let provider = rustls::crypto::ring::default_provider();
        let config = ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots);
        match &self.identity {
            None => Ok(config.with_no_client_auth()),
            Some(identity) => config
                .with_client_auth_cert(identity.chain.clone(), identity.key.clone_key())
                .map_err(|error| format!("the client's certificate cannot be used: {error}")),
        }
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(|error| format!("a certificate is no PEM: {error}"))?;
    if read.is_empty() {
        return Err("the text has no certificate: it needs one or more blocks \
                    `-----BEGIN CERTIFICATE-----`"
            .to_owned());
    }
    Ok(read)
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("roots", &self.roots.len())
            .field("has_identity", &self.identity.is_some())
            .finish()
    }
}
