//! What can go wrong when an event is sent.

/// What went wrong; kept with a delivery, and never what the receiver said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The host has no address.
    HostNotFound,
    /// The address is one that nothing is sent to.
    AddressRefused,
    /// Nobody takes connections there.
    NotReachable,
    /// The certificate is not trusted, or there is no encryption to agree on.
    NotTrusted,
    /// It took too long.
    TimedOut,
    /// The connection was broken off, or something else than HTTP was spoken.
    BrokenOff,
    /// It answered with something else than success.
    Refused,
    /// It answered that it wants nothing any more.
    Gone,
}

impl Trouble {
    /// Everything there is.
    pub const ALL: [Self; 8] = [
        Self::HostNotFound,
        Self::AddressRefused,
        Self::NotReachable,
        Self::NotTrusted,
        Self::TimedOut,
        Self::BrokenOff,
        Self::Refused,
        Self::Gone,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HostNotFound => "host_not_found",
            Self::AddressRefused => "address_refused",
            Self::NotReachable => "not_reachable",
            Self::NotTrusted => "not_trusted",
            Self::TimedOut => "timed_out",
            Self::BrokenOff => "broken_off",
            Self::Refused => "refused",
            Self::Gone => "gone",
        }
    }

    /// The trouble with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::HostNotFound => "The host was not found.",
            Self::AddressRefused => {
                "The address is in a private network, to which nothing is sent."
            }
            Self::NotReachable => "Nobody took the connection.",
            Self::NotTrusted => "The certificate is not trusted.",
            Self::TimedOut => "There was no answer within ten seconds.",
            Self::BrokenOff => "The connection was broken off.",
            Self::Refused => "The answer was not success.",
            Self::Gone => "The answer was that nothing is wanted any more (410).",
        }
    }
}
