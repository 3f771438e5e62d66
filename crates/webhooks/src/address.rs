//! Where events may be sent: public addresses over https, and private networks that the operator named.
//!
//! An [`Address`] was looked at when it was saved. Names lead elsewhere later, so that [`reach`] judges once more the very
//! addresses that are connected to, see `post`.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs as _},
    vec,
};

use kernel::Network;
use ureq::http::Uri;
use url::{Host, Url};

/// A longer address nobody types.
const LONGEST: usize = 2_000;

/// An address that events may be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

/// Why events are not sent to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefusal {
    /// It is no address of the web.
    #[error("write an address that begins with https://")]
    NotAnAddress,
    /// It is not encrypted.
    #[error("use https://; events tell of people")]
    NotEncrypted,
    /// It has a name and password.
    #[error("leave the user name and password out of the address; events are signed instead")]
    HasPassword,
    /// There is no such host.
    #[error("there is no host of this name")]
    HostNotFound,
    /// It is in a private network, or on this machine.
    #[error(
        "this address is in a private network; whoever runs the server can allow it with --webhook-networks"
    )]
    Private,
}

impl AddressRefusal {
    /// The stable code for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAnAddress => "url_invalid",
            Self::NotEncrypted => "url_not_encrypted",
            Self::HasPassword => "url_has_password",
            Self::HostNotFound => "url_host_not_found",
            Self::Private => "url_private",
        }
    }
}

impl Address {
    /// Reads an address and looks its host up; asks the network, and so never in a transaction.
    pub fn check(text: &str, allowed: &[Network]) -> Result<Self, AddressRefusal> {
        let url = parse(text)?;
        // The client has a parser of its own, which takes less.
        if Uri::try_from(url.as_str()).is_err() {
            return Err(AddressRefusal::NotAnAddress);
        }
        let found = look_up(&url)?;
        let is_encrypted = url.scheme() == "https";
        if reach(&found, is_encrypted, allowed)? == Reach::Public && is_local_name(&url) {
            return Err(AddressRefusal::Private);
        }
        Ok(Self(url.into()))
    }

    /// As it is stored and shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What addresses are to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// In networks that the operator named.
    Named,
    /// Out in the world.
    Public,
}

/// Judges the addresses of a host; one that is refused is enough.
pub(crate) fn reach(
    found: &[IpAddr],
    is_encrypted: bool,
    allowed: &[Network],
) -> Result<Reach, AddressRefusal> {
    if found.is_empty() {
        return Err(AddressRefusal::HostNotFound);
    }
    let is_named = |address: &IpAddr| {
        let address = plain(*address);
        allowed.iter().any(|network| network.contains(address))
    };
    if found.iter().all(is_named) {
        return Ok(Reach::Named);
    }
    if found.iter().any(|one| !is_named(one) && !is_public(*one)) {
        return Err(AddressRefusal::Private);
    }
    if !is_encrypted {
        return Err(AddressRefusal::NotEncrypted);
    }
    Ok(Reach::Public)
}

fn parse(text: &str) -> Result<Url, AddressRefusal> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(AddressRefusal::NotAnAddress);
    }
    // The parser of browsers: `https://2130706433` and `https://0x7f.1` come out as 127.0.0.1.
    let mut url = Url::parse(text).map_err(|_| AddressRefusal::NotAnAddress)?;
    if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
        return Err(AddressRefusal::NotAnAddress);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressRefusal::HasPassword);
    }
    url.set_fragment(None);
    Ok(url)
}

fn look_up(url: &Url) -> Result<Vec<IpAddr>, AddressRefusal> {
    let port = url.port_or_known_default().unwrap_or(443);
    let found: vec::IntoIter<_> = match url.host() {
        Some(Host::Ipv4(address)) => return Ok(vec![address.into()]),
        Some(Host::Ipv6(address)) => return Ok(vec![address.into()]),
        Some(Host::Domain(name)) => (name, port)
            .to_socket_addrs()
            .map_err(|_| AddressRefusal::HostNotFound)?,
        None => return Err(AddressRefusal::NotAnAddress),
    };
    Ok(found.map(|address| address.ip()).collect())
}

/// Names that mean something only inside a network, whatever they resolve to at the moment.
fn is_local_name(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else {
        return false;
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let last = name.rsplit_once('.').map(|(_, last)| last);
    last.is_none_or(|last| matches!(last, "localhost" | "local" | "internal" | "localdomain"))
}

/// The IPv4 address inside an IPv6 one that stands for it (mapped, or of the common NAT64 prefix).
fn plain(address: IpAddr) -> IpAddr {
    let canonical = address.to_canonical();
    if let IpAddr::V6(six) = canonical
        && let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = six.segments()
    {
        return Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)).into();
    }
    canonical
}

fn is_public(address: IpAddr) -> bool {
    match plain(address) {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// The IANA registry of special addresses (RFC 6890 and later), read strictly.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = match first {
        // This network, private, this machine.
        0 | 10 | 127 => true,
        // Between providers and their customers.
        100 => (64..=127).contains(&second),
        // Link-local, where clouds answer for their machines.
        169 => second == 254,
        172 => (16..=31).contains(&second),
        // Private; protocol assignments and documentation; relays of 6to4.
        192 => match second {
            168 => true,
            0 => third == 0 || third == 2,
            88 => third == 99,
            _ => false,
        },
        // Measuring; documentation.
        198 => matches!(second, 18 | 19) || (second, third) == (51, 100),
        203 => (second, third) == (0, 113),
        // Multicast, reserved, broadcast.
        _ => first >= 224,
    };
    !is_special
}

/// Only what is assigned to the world (`2000::/3`), without what of it is special.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_global = first & 0xe000 == 0x2000;
    let is_special = match first {
        // Protocol assignments, Teredo, ORCHID, measuring; documentation.
        0x2001 => second < 0x0200 || second == 0x0db8,
        // 6to4, which leads to an IPv4 address inside.
        0x2002 => true,
        // Documentation.
        0x3fff => second < 0x1000,
        _ => false,
    };
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> AddressRefusal {
        Address::check(text, &[]).expect_err(text)
    }

    #[test]
    fn private_addresses_are_refused_however_they_are_written() {
        for host in [
            "127.0.0.1",
            "127.1",
            "0.0.0.0",
            "0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.7",
            "192.88.99.1",
            "224.0.0.1",
            "255.255.255.255",
            "2130706433",
            "017700000001",
            "0x7f000001",
            "0x7f.1",
            "0251.0376.0251.0376",
            "2852039166",
            "１２７.0.0.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[::127.0.0.1]",
            "[64:ff9b::10.0.0.1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2001::1]",
            "[2001:db8::1]",
            "[3fff::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[ff02::1]",
            "[100::1]",
        ] {
            assert_eq!(
                refused(&format!("https://{host}/")),
                AddressRefusal::Private,
                "{host}"
            );
            let with_port = refused(&format!("https://{host}:8443/hook?x=1"));
            assert_eq!(with_port, AddressRefusal::Private, "{host}");
        }
    }

    #[test]
    fn names_of_this_machine_are_refused() {
        for name in ["localhost", "LOCALHOST", "localhost.", "a.localhost"] {
            let refusal = refused(&format!("https://{name}/"));
            let is_refused = matches!(
                refusal,
                AddressRefusal::Private | AddressRefusal::HostNotFound
            );
            assert!(is_refused, "{name}: {refusal:?}");
        }
        for name in ["intranet", "printer.local", "db.internal", "x.localhost."] {
            let url = Url::parse(&format!("https://{name}/")).unwrap();
            assert!(is_local_name(&url), "{name}");
        }
        let url = Url::parse("https://hooks.example.com/").unwrap();
        assert!(!is_local_name(&url));
    }

    #[test]
    fn only_encrypted_addresses_without_a_password_are_taken() {
        assert_eq!(refused("http://8.8.8.8/"), AddressRefusal::NotEncrypted);
        assert_eq!(refused("https://u:p@8.8.8.8/"), AddressRefusal::HasPassword);
        assert_eq!(refused("https://u@8.8.8.8/"), AddressRefusal::HasPassword);
        for text in [
            "",
            "hooks.example.com",
            "file:///etc/passwd",
            "gopher://8.8.8.8/",
            "ftp://8.8.8.8/",
            "javascript:alert(1)",
            "https://",
            "//8.8.8.8/",
            "data:text/plain,x",
        ] {
            assert_eq!(refused(text), AddressRefusal::NotAnAddress, "{text}");
        }
        let taken = Address::check(" https://8.8.8.8:8443/hook?key=1#part ", &[]).unwrap();
        assert_eq!(taken.as_str(), "https://8.8.8.8:8443/hook?key=1");
        Address::check("https://[2606:4700::1111]/", &[]).unwrap();
        Address::check("https://[64:ff9b::8.8.8.8]/", &[]).unwrap();
    }

    #[test]
    fn what_the_operator_names_is_allowed_and_nothing_beside_it() {
        let allowed: [Network; 2] = ["10.1.0.0/16", "127.0.0.1"].map(|text| text.parse().unwrap());
        for text in [
            "http://127.0.0.1:9000/",
            "https://10.1.2.3/",
            "http://[::ffff:10.1.2.3]/",
            "https://8.8.8.8/",
        ] {
            Address::check(text, &allowed).expect(text);
        }
        let refused = |text| Address::check(text, &allowed).expect_err(text);
        assert_eq!(refused("https://10.2.0.1/"), AddressRefusal::Private);
        assert_eq!(refused("https://127.0.0.2/"), AddressRefusal::Private);
        assert_eq!(refused("http://8.8.8.8/"), AddressRefusal::NotEncrypted);
    }

    #[test]
    fn one_private_answer_of_several_is_enough() {
        let found = |texts: &[&str]| -> Vec<IpAddr> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        let both = found(&["8.8.8.8", "127.0.0.1"]);
        assert_eq!(reach(&both, true, &[]), Err(AddressRefusal::Private));
        assert_eq!(reach(&[], true, &[]), Err(AddressRefusal::HostNotFound));
        assert_eq!(reach(&found(&["8.8.8.8"]), true, &[]), Ok(Reach::Public));
        let allowed = ["127.0.0.1".parse().unwrap()];
        assert_eq!(reach(&both, true, &allowed), Ok(Reach::Public));
        assert_eq!(
            reach(&both, false, &allowed),
            Err(AddressRefusal::NotEncrypted)
        );
    }
}
