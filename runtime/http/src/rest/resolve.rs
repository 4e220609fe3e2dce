//! Name resolution that keeps the document's servers out of private networks.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

use super::base::is_public;

/// The system's resolver; addresses that are not public are left out unless they are allowed.
/// The connection goes to the very address that was checked.
#[derive(Debug, Clone)]
pub(crate) struct Resolver {
    system: GaiResolver,
    public_only: bool,
}

/// A name led to private addresses only.
#[derive(Debug, thiserror::Error)]
#[error("its name leads to an address that is not public")]
pub(crate) struct NotPublic;

impl Resolver {
    /// `public_only` unless the operator named the host.
    pub(crate) fn new(public_only: bool) -> Self {
        Self { system: GaiResolver::new(), public_only }
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        self.system.poll_ready(cx)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let found = self.system.call(name);
        let public_only = self.public_only;
        Box::pin(async move {
            let all: Vec<SocketAddr> = found.await?.collect();
            filtered(all, public_only)
        })
    }
}

fn filtered(
    mut addresses: Vec<SocketAddr>,
    public_only: bool,
) -> io::Result<std::vec::IntoIter<SocketAddr>> {
    if public_only {
        addresses.retain(|address| is_public(address.ip()));
        if addresses.is_empty() {
            return Err(io::Error::other(NotPublic));
        }
    }
    Ok(addresses.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_left_out() {
        let all: Vec<SocketAddr> =
            ["127.0.0.1:1", "8.8.8.8:1", "[::1]:1"].map(|text| text.parse().unwrap()).into();
        let public: Vec<_> = filtered(all.clone(), true).unwrap().collect();
        assert_eq!(public, ["8.8.8.8:1".parse().unwrap()]);
        assert_eq!(filtered(all.clone(), false).unwrap().count(), 3);
        assert!(filtered(all[..1].to_vec(), true).is_err());
    }
}
