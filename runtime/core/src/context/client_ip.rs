//! Where requests come from.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Context;
use super::allowance::Allowance;

/// How many networks are told apart at a time; those beyond share one allowance.
const NETWORKS: usize = 10_000;

impl Context {
    /// The network address of the client, if the transport knows it: over HTTP what a trusted proxy
    /// says, else where the connection came from. It tells clients apart where nothing better
    /// does, and proves nothing: many may share one, and one may have many.
    ///
    /// ```
    /// use std::time::Duration;
    /// use toolwright_core::middleware::RateLimit;
    ///
    /// // By address, whoever it is and however many sessions there are.
    /// let limit = RateLimit::new(100, Duration::from_secs(60))
    ///     .by(|cx| cx.client_ip().map(|address| address.to_string()).unwrap_or_default());
    /// ```
    #[must_use]
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.0.scope.client_ip
    }

    /// The client's network, for requests that nothing else connects: they stand alone.
    pub(crate) fn lone_network(&self) -> Option<IpAddr> {
        let scope = &self.0.scope;
        let is_alone = Arc::ptr_eq(&scope.peer, &scope.common.nobody);
        scope.client_ip.filter(|_| is_alone).map(network)
    }
}

/// What one client surely has for itself: an IPv4 address, or the first half of an IPv6 one, whose
/// second half is the client's to choose.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

/// An allowance for each network.
#[derive(Debug, Default)]
pub(crate) struct Paces(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    known: HashMap<IpAddr, Allowance>,
    swept: Option<Instant>,
}

impl Paces {
    /// Takes one of a network's, if there is one.
    pub(crate) fn take(&self, network: IpAddr, per_second: u32) -> bool {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = network;
        if !entries.known.contains_key(&network) && entries.known.len() >= NETWORKS {
            entries.make_room();
            if entries.known.len() >= NETWORKS {
                // Nobody's address.
                key = Ipv4Addr::UNSPECIFIED.into();
            }
        }
        entries.known.entry(key).or_insert_with(|| Allowance::new(per_second)).take()
    }
}

impl Entries {
    /// Forgets those that have all of theirs again. Not all the time, so that a flood of networks
    /// does not make each of them expensive.
    fn make_room(&mut self) {
        let now = Instant::now();
        let second = Duration::from_secs(1);
        if self.swept.is_none_or(|swept| now.saturating_duration_since(swept) >= second) {
            self.swept = Some(now);
            self.known.retain(|_, allowance| !allowance.is_idle_since(now, second));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_one_network() {
        let same = |one: &str, other: &str| {
            network(one.parse().unwrap()) == network(other.parse().unwrap())
        };
        assert!(same("192.0.2.1", "::ffff:192.0.2.1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
        assert!(same("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"));
        assert!(!same("2001:db8:0:1::1", "2001:db8:0:2::1"));
    }

    #[tokio::test(start_paused = true)]
    async fn networks_are_bounded() {
        let paces = Paces::default();
        for number in 1..=NETWORKS {
            let network = IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(number).unwrap()));
            assert!(paces.take(network, 1));
        }
        let more = |last| IpAddr::V4(Ipv4Addr::new(192, 0, 2, last));
        assert!(paces.take(more(1), 1));
        assert!(!paces.take(more(2), 1), "those beyond share one");
        assert_eq!(paces.0.lock().unwrap().known.len(), NETWORKS + 1);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(paces.take(more(2), 1));
        assert_eq!(paces.0.lock().unwrap().known.len(), 1);
    }
}
