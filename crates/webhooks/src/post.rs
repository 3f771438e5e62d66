//! One event on its way: a POST to a host whose addresses are judged when they are connected to.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use kernel::{Network, Timestamp};
use ureq::{
    Agent, Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

use crate::{
    address::{AddressRefusal, reach},
    secret::Secret,
    trouble::Trouble,
};

/// From looking the host up to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// So much of an answer is read, and thrown away.
const LONGEST_ANSWER: u64 = 64 * 1024;
/// No receiver puts us off for longer than this.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// A client that reaches only what it may.
#[derive(Debug)]
pub(crate) struct Client(Agent);

/// One event, ready to go.
#[derive(Debug)]
pub(crate) struct Parcel<'p> {
    pub(crate) url: &'p str,
    pub(crate) id: &'p str,
    pub(crate) at: Timestamp,
    pub(crate) body: &'p str,
    /// The secrets that sign it, the newest first.
    pub(crate) secrets: &'p [Secret],
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: Option<u16>,
    pub(crate) trouble: Option<Trouble>,
    /// How long the receiver asks not to be asked again.
    pub(crate) wait: Option<Duration>,
    pub(crate) took: Duration,
}

impl Client {
    pub(crate) fn new(allowed: &[Network]) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            // A proxy would connect to addresses that nobody here has seen.
            .proxy(None)
            // A connection that is kept would outlive what its host's name leads to.
            .max_idle_connections(0)
            .user_agent(concat!("Muster-Webhooks/", env!("CARGO_PKG_VERSION")))
            .tls_config(delivery::http::tls())
            .build();
        let resolver = Judging {
            found: DefaultResolver::default(),
            allowed: allowed.to_vec(),
        };
        Self(Agent::with_parts(
            config,
            DefaultConnector::default(),
            resolver,
        ))
    }

    /// Sends an event, and waits for the answer.
    pub(crate) fn post(&self, parcel: &Parcel<'_>) -> Answer {
        let seconds = parcel.at.as_seconds();
        let signatures: Vec<_> = parcel
            .secrets
            .iter()
            .map(|secret| secret.sign(parcel.id, seconds, parcel.body))
            .collect();
        let began = Instant::now();
        let sent = self
            .0
            .post(parcel.url)
            .header("content-type", "application/json")
            .header("webhook-id", parcel.id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signatures.join(" "))
            .send(parcel.body);
        match sent {
            Ok(mut response) => {
                let wait = response.headers().get("retry-after");
                let wait = wait.and_then(|value| wait_of(value.to_str().ok()?, parcel.at));
                let status = response.status().as_u16();
                // Read so that the receiver is not cut off; a broken end changes nothing of what it said first.
                let limited = response.body_mut().with_config().limit(LONGEST_ANSWER);
                drop(limited.read_to_vec());
                Answer {
                    status: Some(status),
                    trouble: trouble_of(status),
                    wait,
                    took: began.elapsed(),
                }
            }
            Err(error) => Answer {
                status: None,
                trouble: Some(what_failed(&error)),
                wait: None,
                took: began.elapsed(),
            },
        }
    }
}

fn trouble_of(status: u16) -> Option<Trouble> {
    match status {
        200..=299 => None,
        410 => Some(Trouble::Gone),
        _ => Some(Trouble::Refused),
    }
}

fn what_failed(error: &Error) -> Trouble {
    match error {
        Error::HostNotFound => Trouble::HostNotFound,
        Error::Other(inner) => match inner.downcast_ref::<AddressRefusal>() {
            Some(AddressRefusal::HostNotFound) => Trouble::HostNotFound,
            Some(_) => Trouble::AddressRefused,
            None => Trouble::BrokenOff,
        },
        Error::ConnectionFailed => Trouble::NotReachable,
        Error::Tls(_) | Error::Rustls(_) => Trouble::NotTrusted,
        Error::Timeout(_) => Trouble::TimedOut,
        Error::Io(error) => of_io(error),
        _ => Trouble::BrokenOff,
    }
}

fn of_io(error: &io::Error) -> Trouble {
    match error.kind() {
        ErrorKind::ConnectionRefused
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::AddrNotAvailable => Trouble::NotReachable,
        ErrorKind::TimedOut => Trouble::TimedOut,
        // What the encryption says comes wrapped.
        ErrorKind::InvalidData => Trouble::NotTrusted,
        _ => Trouble::BrokenOff,
    }
}

/// What `Retry-After` says, in seconds or as a date, within bounds.
fn wait_of(value: &str, now: Timestamp) -> Option<Duration> {
    let wait = if let Ok(seconds) = value.trim().parse() {
        Duration::from_secs(seconds)
    } else {
        let at = jiff::fmt::rfc2822::parse(value.trim()).ok()?.timestamp();
        Timestamp::from_micros(at.as_microsecond()).since(now)
    };
    Some(wait.min(LONGEST_WAIT))
}

/// Looks hosts up as usual, and gives back no address that nothing is sent to.
#[derive(Debug)]
struct Judging {
    found: DefaultResolver,
    allowed: Vec<Network>,
}

impl Resolver for Judging {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self
            .found
            .resolve(uri, config, timeout)
            .map_err(|error| match error {
                // Which kind it is depends on the system's resolver.
                Error::Io(_) => Error::HostNotFound,
                other => other,
            })?;
        let addresses: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
        let is_encrypted = uri.scheme_str() == Some("https");
        match reach(&addresses, is_encrypted, &self.allowed) {
            Ok(_) => Ok(found),
            Err(refusal) => Err(Error::Other(Box::new(refusal))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_445_412_000_000_000);

    fn sent_to(url: &str, allowed: &[Network]) -> Answer {
        let secret = Secret::random();
        Client::new(allowed).post(&Parcel {
            url,
            id: "1",
            at: NOW,
            body: "{}",
            secrets: &[secret],
        })
    }

    #[test]
    fn what_was_saved_long_ago_is_judged_when_it_is_connected_to() {
        for url in [
            "https://127.0.0.1/",
            "https://localhost:1/",
            "http://127.0.0.1:1/",
            "https://[::1]:1/",
            "https://169.254.169.254/latest/meta-data",
        ] {
            assert_eq!(
                sent_to(url, &[]).trouble,
                Some(Trouble::AddressRefused),
                "{url}"
            );
        }
        // Not encrypted, and out in the world: nobody is connected to.
        let plain = sent_to("http://8.8.8.8/", &[]);
        assert_eq!(plain.trouble, Some(Trouble::AddressRefused));
        let allowed = ["127.0.0.0/8".parse().unwrap()];
        let nobody = sent_to("http://127.0.0.1:1/", &allowed);
        assert_eq!(nobody.trouble, Some(Trouble::NotReachable));
    }

    #[test]
    fn a_receiver_says_how_long_to_wait_within_bounds() {
        assert_eq!(wait_of("120", NOW), Some(Duration::from_mins(2)));
        assert_eq!(wait_of("999999999", NOW), Some(LONGEST_WAIT));
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert_eq!(wait_of(date, NOW), Some(Duration::from_mins(8)));
        let past = wait_of("Tue, 21 Oct 2014 07:28:00 GMT", NOW);
        assert_eq!(past, Some(Duration::ZERO));
        assert_eq!(wait_of("soon", NOW), None);
    }

    #[test]
    fn only_success_is_success() {
        assert_eq!(trouble_of(204), None);
        assert_eq!(trouble_of(301), Some(Trouble::Refused));
        assert_eq!(trouble_of(410), Some(Trouble::Gone));
        assert_eq!(trouble_of(500), Some(Trouble::Refused));
    }
}
