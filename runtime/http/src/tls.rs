//! TLS for servers, by rustls.
//!
//! ```no_run
//! use toolwright_core::Server;
//! use toolwright_http::serve::Serve;
//!
//! # async fn run() -> toolwright_core::Result<()> {
//! let (chain, key) = (std::fs::read("chain.pem")?, std::fs::read("key.pem")?);
//! let server = Server::new("shop", "1.0.0").http("0.0.0.0:443").host("mcp.example.com");
//! server.tls(chain, key)?.await?; // https://mcp.example.com/mcp
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use toolwright_core::BoxFuture;

use crate::serve::{Handshake, Runner, Stream};

/// A server's certificate and key, which can be replaced while it serves. Clones are the same.
///
/// ```
/// # fn renew(chain: &str, key: &str) -> Result<(), toolwright_http::tls::TlsError> {
/// use toolwright_http::tls::Certificates;
///
/// let certificates = Certificates::from_pem(chain, key)?;
/// // Give a clone to `Runner::certificates`, and later on:
/// certificates.replace(chain, key)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Certificates {
    current: Arc<Current>,
    config: Arc<ServerConfig>,
}

/// Certificates or keys are not what they have to be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// There is none in the text.
    #[error(
        "the text has no certificate: it needs one or more blocks `-----BEGIN CERTIFICATE-----`"
    )]
    NoCertificate,
    /// A certificate cannot be read.
    #[error("a certificate is no PEM: {0}")]
    Certificate(String),
    /// There is no key in the text, or it cannot be read.
    #[error("the private key is no PEM of PKCS#8, PKCS#1 or SEC1: {0}")]
    Key(String),
    /// They do not belong together, or are of a kind that is not supported.
    #[error("certificate and key cannot be used: {0}")]
    Pair(#[from] rustls::Error),
}

struct Current {
    pair: RwLock<Arc<CertifiedKey>>,
    provider: Arc<CryptoProvider>,
}

impl Certificates {
    /// Reads a chain of certificates, the server's own first, and its private key.
    ///
    /// # Errors
    /// They are no PEM, or do not belong together.
    pub fn from_pem(chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let pair = RwLock::new(Arc::new(read(chain.as_ref(), key.as_ref(), &provider)?));
        let current = Arc::new(Current { pair, provider: Arc::clone(&provider) });
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { current, config: Arc::new(config) })
    }

    /// Has new connections use others. Those that are open go on.
    ///
    /// # Errors
    /// As [`Certificates::from_pem`]; the old ones stay then.
    pub fn replace(&self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<(), TlsError> {
        let pair = Arc::new(read(chain.as_ref(), key.as_ref(), &self.current.provider)?);
        *self.current.pair.write().unwrap_or_else(PoisonError::into_inner) = pair;
        Ok(())
    }
}

impl Runner {
    /// Serves HTTPS with this chain of certificates, the server's own first, and its private key,
    /// both as PEM. Clients speak TLS 1.2 or 1.3. To renew certificates while the server runs, see
    /// [`Runner::certificates`].
    ///
    /// # Errors
    /// As [`Certificates::from_pem`].
    pub fn tls(self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, TlsError> {
        Ok(self.certificates(&Certificates::from_pem(chain, key)?))
    }

    /// Serves HTTPS with certificates that can be replaced.
    pub fn certificates(self, certificates: &Certificates) -> Self {
        self.handshake(certificates.clone())
    }
}

impl Handshake for Certificates {
    fn accept(&self, stream: TcpStream) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        Box::pin(async move {
            let stream = TlsAcceptor::from(Arc::clone(&self.config)).accept(stream).await?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.pair.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Current").finish_non_exhaustive()
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates").finish_non_exhaustive()
    }
}

fn read(chain: &[u8], key: &[u8], provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
    let chain = chain.map_err(|error| TlsError::Certificate(error.to_string()))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key);
    let key = key.map_err(|error| TlsError::Key(error.to_string()))?;
    Ok(CertifiedKey::from_der(chain, key, provider)?)
}
