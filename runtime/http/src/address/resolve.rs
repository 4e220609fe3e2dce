//! Name resolution that keeps to a class of addresses.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

use super::class::Class;

/// The system's resolver; addresses that are not of the class are left out. The connection goes
/// to the very address that was checked.
///
/// Hosts that are written as addresses are never resolved: check those by
/// [`Class::allows_host`].
#[derive(Debug, Clone)]
pub(crate) struct Resolver {
    system: GaiResolver,
    class: Class,
}

/// A name led to other addresses only.
#[derive(Debug, thiserror::Error)]
#[error("its name leads to an address that is not public")]
pub(crate) struct NotAllowed;

impl Resolver {
    pub(crate) fn new(class: Class) -> Self {
        Self { system: GaiResolver::new(), class }
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
        let class = self.class;
        Box::pin(async move { filtered(found.await?.collect(), class) })
    }
}

fn filtered(
    mut addresses: Vec<SocketAddr>,
    class: Class,
) -> io::Result<std::vec::IntoIter<SocketAddr>> {
    addresses.retain(|address| class.allows(address.ip()));
    if addresses.is_empty() {
        return Err(io::Error::other(NotAllowed));
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
        let public: Vec<_> = filtered(all.clone(), Class::Public).unwrap().collect();
        assert_eq!(public, ["8.8.8.8:1".parse().unwrap()]);
        assert_eq!(filtered(all.clone(), Class::Any).unwrap().count(), 3);
        assert_eq!(filtered(all.clone(), Class::Loopback).unwrap().count(), 2);
        assert!(filtered(all[..1].to_vec(), Class::Public).is_err());
    }

    /// The system's resolver takes what no parser of addresses does.
    #[tokio::test]
    async fn other_spellings_of_addresses_are_found_out() {
        for host in [
            "localhost",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "127.1",
            "127.0.1",
            "017700000001",
            "0177.0.0.1",
            "0",
            "0x0",
            "127.0.0.1.",
            "10.1",
            "0xa9fea9fe",
            "2852039166",
            "0251.0376.0251.0376",
        ] {
            let name: Name = host.parse().unwrap();
            let found = Resolver::new(Class::Public).call(name).await;
            assert!(found.is_err(), "{host}: {found:?}");
        }
        let here = Resolver::new(Class::PublicOrLoopback).call("127.1".parse().unwrap()).await;
        #[cfg(target_os = "linux")]
        assert_eq!(here.unwrap().next().unwrap().ip().to_string(), "127.0.0.1");
        #[cfg(not(target_os = "linux"))]
        drop(here);
    }
}
