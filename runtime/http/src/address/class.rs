//! Kinds of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which addresses may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(dead_code, reason = "some belong to features")]
pub(crate) enum Class {
    Any,
    Public,
    /// Those of the public internet, and this machine.
    PublicOrLoopback,
    Loopback,
}

impl Class {
    /// Whether an address is of this class.
    pub(crate) fn allows(self, address: IpAddr) -> bool {
        let is_loopback = || address.to_canonical().is_loopback();
        match self {
            Self::Any => true,
            Self::Public => is_public(address),
            Self::PublicOrLoopback => is_public(address) || is_loopback(),
            Self::Loopback => is_loopback(),
        }
    }

    /// Whether a host may be of this class, as far as its name shows. Other spellings of
    /// addresses that resolvers take (`127.1`) are found when the name has been resolved.
    #[allow(dead_code, reason = "for URLs that others name")]
    pub(crate) fn allows_host(self, host: &str) -> bool {
        match literal(host) {
            Some(address) => self.allows(address),
            None => self != Self::Public || !is_local(host),
        }
    }
}

/// The address that a host is written as.
#[allow(dead_code, reason = "for URLs that others name")]
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Whether a host is this machine, by its name.
#[allow(dead_code, reason = "for URLs that others name")]
pub(crate) fn is_local(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_below = name
        .len()
        .checked_sub(".localhost".len())
        .and_then(|at| name.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(".localhost"));
    name.eq_ignore_ascii_case("localhost")
        || is_below
        || literal(host).is_some_and(|address| address.to_canonical().is_loopback())
}

/// Whether an address belongs to the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && (b == 18 || b == 19);
    let protocol = a == 192 && b == 0 && c == 0;
    // Relays of 6to4, which nobody runs any more.
    let relay = a == 192 && b == 88 && c == 99;
    !(a == 0
        || a >= 240
        || shared
        || benchmark
        || protocol
        || relay
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

/// Of version 6, what is global unicast and carries no other address: addresses of version 4
/// inside (mapped, compatible, 6to4, Teredo) are judged, or refused with all their kind.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, high, low] = address.segments();
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    // NAT64 is how networks without version 4 reach it. Its prefix for local use is local.
    if (a, b, c, d, e, f) == (0x64, 0xff9b, 0, 0, 0, 0) {
        return is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    }
    let global = a & 0xe000 == 0x2000;
    let tunnel = a == 0x2002 || (a == 0x2001 && b == 0);
    // Benchmarks, overlay identifiers, and what else is no place: 2001::/23 but for anycast.
    let special = a == 0x2001 && (1..0x200).contains(&b);
    let documentation = (a == 0x2001 && b == 0xdb8) || (a == 0x3fff && b < 0x1000);
    global && !tunnel && !special && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kind that is not public: from its first address, or its last.
    const PRIVATE: &[&str] = &[
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.1",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::808:808",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "64:ff9b::1:808:808",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ];

    #[test]
    fn what_is_not_public_is_known() {
        for text in PRIVATE {
            let address: IpAddr = text.parse().unwrap();
            assert!(!Class::Public.allows(address), "{text}");
            assert!(!Class::Public.allows_host(text), "{text}");
            assert!(!Class::Public.allows_host(&format!("[{text}]")), "{text}");
            assert!(Class::Any.allows(address), "{text}");
        }
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.254",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00::1",
        ] {
            assert!(Class::Public.allows(text.parse().unwrap()), "{text}");
            assert!(!Class::Loopback.allows(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn this_machine_has_several_names() {
        for host in ["localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.9", "[::1]"] {
            assert!(is_local(host), "{host}");
            assert!(!Class::Public.allows_host(host), "{host}");
            assert!(Class::PublicOrLoopback.allows_host(host), "{host}");
        }
        for host in ["example.com", "notlocalhost", "localhost.example.com", "10.0.0.1", "é"] {
            assert!(!is_local(host), "{host}");
        }
        assert!(Class::Loopback.allows("::ffff:127.0.0.1".parse().unwrap()));
        assert!(!Class::PublicOrLoopback.allows("10.0.0.1".parse().unwrap()));
    }
}
