//! Slowing down one network address that tries the passwords of many people.
//!
//! The lock-out of one person is `identity`'s; it does not see who tries one password on
//! everybody. Here each address has a store of wrong tries that fills up again slowly. Addresses
//! are those of the connection: what a client says about itself in a header is not believed.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use kernel::Timestamp;

/// Wrong tries an address has in store.
const STORE: u32 = 50;
/// One more comes back after this time.
const ONE_COMES_BACK: Duration = Duration::from_secs(2);
/// More addresses than this are not remembered.
const MOST: usize = 10_000;

/// The address at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// What each address has used up, as the moment when its store is full again.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<IpAddr, Timestamp>>);

impl Throttle {
    /// How long the address has to wait before its next try; nothing if it need not.
    pub(crate) fn wait(&self, peer: Peer, now: Timestamp) -> Option<Duration> {
        let full_at = self.lock().get(&network(peer)).copied()?;
        let missing = full_at.since(now);
        let allowed = ONE_COMES_BACK * (STORE - 1);
        missing.checked_sub(allowed).filter(|wait| !wait.is_zero())
    }

    /// Counts a wrong try.
    pub(crate) fn wrong(&self, peer: Peer, now: Timestamp) {
        let mut all = self.lock();
        if all.len() >= MOST {
            all.retain(|_, full_at| *full_at > now);
        }
        if all.len() < MOST {
            let full_at = all.entry(network(peer)).or_insert(now);
            *full_at = (*full_at)
                .max(now)
                .checked_add(ONE_COMES_BACK)
                .unwrap_or(*full_at);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One household has a whole /64 of IPv6 addresses.
fn network(Peer(address): Peer) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_750_000_000_000_000);

    fn peer(address: &str) -> Peer {
        Peer(address.parse().unwrap())
    }

    #[test]
    fn fifty_wrong_tries_are_free_and_one_comes_back_every_two_seconds() {
        let throttle = Throttle::default();
        let eve = peer("203.0.113.7");
        for _ in 0..50 {
            assert_eq!(throttle.wait(eve, NOW), None);
            throttle.wrong(eve, NOW);
        }
        assert_eq!(throttle.wait(eve, NOW), Some(Duration::from_secs(2)));
        assert_eq!(throttle.wait(peer("203.0.113.8"), NOW), None);
        let later = NOW.checked_add(Duration::from_secs(2)).unwrap();
        assert_eq!(throttle.wait(eve, later), None);
        throttle.wrong(eve, later);
        assert!(throttle.wait(eve, later).is_some());
    }

    #[test]
    fn addresses_of_one_network_count_together() {
        assert_eq!(
            network(peer("2001:db8::1")),
            network(peer("2001:db8::ffff:2"))
        );
        assert_ne!(
            network(peer("2001:db8::1")),
            network(peer("2001:db8:0:1::1"))
        );
        assert_eq!(
            network(peer("::ffff:203.0.113.7")),
            network(peer("203.0.113.7"))
        );
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        for number in 0..MOST as u32 * 2 {
            let later = NOW
                .checked_add(Duration::from_secs(u64::from(number)))
                .unwrap();
            throttle.wrong(Peer(IpAddr::V4(number.into())), later);
        }
        assert!(throttle.lock().len() <= MOST);
    }
}
