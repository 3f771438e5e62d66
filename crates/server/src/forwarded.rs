//! Who a request comes from when it comes through a proxy.
//!
//! What a request says about itself is believed only if the connection comes from a proxy that the operator has named;
//! of a chain of proxies, only as far as each of them is named.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName};
use kernel::Network;

use crate::throttle::Peer;

static FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// Proxies that are looked through; more of them nobody has.
const MOST: usize = 16;

/// What is known of the sender of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sender {
    /// Their address.
    pub(crate) address: IpAddr,
    /// Whether they came without encryption, as a proxy says.
    pub(crate) is_plain: bool,
}

/// The sender, from the connection and from what trusted proxies say.
pub(crate) fn sender(Peer(connection): Peer, headers: &HeaderMap, trusted: &[Network]) -> Sender {
    let is_trusted = |address| trusted.iter().any(|network| network.contains(address));
    let mut address = connection;
    if !is_trusted(address) {
        return Sender {
            address,
            is_plain: false,
        };
    }
    let hops = headers
        .get_all(&FOR)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        // What cannot be read is nobody's address, and ends the walk; left out, what is left of it would be believed.
        .map(|hop| str::from_utf8(hop).unwrap_or_default());
    // The last one was added by the proxy that is connected to us.
    for hop in hops.collect::<Vec<_>>().into_iter().rev().take(MOST) {
        let Some(hop) = host(hop.trim()) else {
            break;
        };
        address = hop;
        if !is_trusted(address) {
            break;
        }
    }
    // Of several, the last was added by the proxy that is connected to us.
    let proto = headers.get_all(&PROTO).iter().next_back();
    let proto = proto.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    let is_plain = proto.is_some_and(|proto| proto.trim().eq_ignore_ascii_case("http"));
    Sender { address, is_plain }
}

/// An address as proxies write it: alone, with a port, or in brackets.
fn host(text: &str) -> Option<IpAddr> {
    if let Some((inside, _)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return inside.parse().ok();
    }
    text.parse()
        .ok()
        .or_else(|| text.rsplit_once(':')?.0.parse().ok())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn said(connection: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(&FOR, HeaderValue::from_static(value));
        }
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let peer = Peer(connection.parse().unwrap());
        sender(peer, &headers, &trusted).address.to_string()
    }

    #[test]
    fn only_named_proxies_are_believed() {
        let forged = ["203.0.113.9"];
        assert_eq!(said("198.51.100.1", &forged, &[]), "198.51.100.1");
        assert_eq!(
            said("198.51.100.1", &forged, &["10.0.0.0/8"]),
            "198.51.100.1"
        );
        assert_eq!(said("10.1.2.3", &forged, &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(
            said("::ffff:10.1.2.3", &forged, &["10.0.0.0/8"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn what_the_client_wrote_itself_is_left_of_what_is_believed() {
        let chain = ["1.1.1.1, 203.0.113.9", "10.0.0.7"];
        assert_eq!(said("10.0.0.1", &chain, &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(
            said("10.0.0.1", &["junk, 10.0.0.9"], &["10.0.0.0/8"]),
            "10.0.0.9"
        );
        assert_eq!(said("::1", &["[2001:db8::7]:443"], &["::1"]), "2001:db8::7");
        assert_eq!(said("::1", &["203.0.113.9:1234"], &["::1"]), "203.0.113.9");
        assert_eq!(said("::1", &[], &["::1"]), "::1");
    }

    #[test]
    fn what_cannot_be_read_hides_no_address_beside_it() {
        let mut headers = HeaderMap::new();
        headers.append(&FOR, HeaderValue::from_static("203.0.113.66"));
        headers.append(
            &FOR,
            HeaderValue::from_bytes(b"caf\xe9, 198.51.100.9").unwrap(),
        );
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let found = |headers: &HeaderMap| {
            let peer = Peer("10.0.0.1".parse().unwrap());
            sender(peer, headers, &trusted).address.to_string()
        };
        assert_eq!(found(&headers), "198.51.100.9");
        headers.append(&FOR, HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(found(&headers), "10.0.0.1");
    }

    #[test]
    fn the_protocol_is_that_of_the_nearest_proxy() {
        let plain = |connection: &str, proto: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(&PROTO, HeaderValue::from_static(proto));
            let trusted = ["10.0.0.0/8".parse().unwrap()];
            sender(Peer(connection.parse().unwrap()), &headers, &trusted).is_plain
        };
        assert!(plain("10.0.0.1", "http"));
        assert!(plain("10.0.0.1", "https, HTTP"));
        assert!(!plain("10.0.0.1", "http, https"));
        assert!(!plain("10.0.0.1", "https"));
        assert!(!plain("198.51.100.1", "http"));
    }
}
