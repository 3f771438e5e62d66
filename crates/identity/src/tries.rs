//! Slowing down one network address that tries the passwords of many people, or many tokens.
//!
//! The lock-out of one person does not see who tries one password on everybody. Here each network has a store
//! of wrong tries that fills up again slowly; it is in the database, so that it holds across processes, and is
//! forgotten when it is full. Not here: which address a request comes from.

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use db::{Tx, params, sql};
use kernel::Timestamp;

/// Wrong tries a network has in store.
const STORE: u32 = 50;
/// One more comes back after this time.
const ONE_COMES_BACK: Duration = Duration::from_secs(2);

/// What is tried; each kind has a store of its own, so that a forgotten program keeps no person of its network out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The password or code of a person.
    Password,
    /// The token of a program.
    Token,
}

impl Tried {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Token => "token",
        }
    }
}

/// The addresses that count together: one of IPv4, or a whole /64 of IPv6, which one household has.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
    }
}

/// How long the address has to wait before its next try; nothing if it need not.
pub fn wait(
    tx: &mut Tx<'_>,
    tried: Tried,
    address: IpAddr,
    now: Timestamp,
) -> db::Result<Option<Duration>> {
    let found: Option<(Timestamp,)> = tx.fetch_optional(
        sql!("tries/full_at"),
        params![tried.as_str(), network(address)],
    )?;
    let missing = found.map(|(full_at,)| full_at.since(now));
    let allowed = ONE_COMES_BACK * (STORE - 1);
    Ok(missing
        .and_then(|missing| missing.checked_sub(allowed))
        .filter(|wait| !wait.is_zero()))
}

/// Forgets addresses that may try as often as any other again. In a transaction of its own: beside
/// [`count`] two that count at once would wait for each other.
pub fn forget(tx: &mut Tx<'_>, now: Timestamp) -> db::Result<()> {
    tx.execute(sql!("tries/forget"), params![now])?;
    Ok(())
}

/// Counts a wrong try.
pub fn count(tx: &mut Tx<'_>, tried: Tried, address: IpAddr, now: Timestamp) -> db::Result<()> {
    let step = ONE_COMES_BACK.as_micros() as i64;
    tx.execute(
        sql!("tries/count"),
        params![
            tried.as_str(),
            network(address),
            now,
            now.checked_add(ONE_COMES_BACK).unwrap_or(now),
            step
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use testkit::{TestDb, on_both};

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_750_000_000_000_000);

    on_both! {
        fn fifty_wrong_tries_are_free_and_one_comes_back_every_two_seconds(db: &TestDb) {
            let db = db.reopen();
            let eve: IpAddr = "203.0.113.7".parse().unwrap();
            let other: IpAddr = "203.0.113.8".parse().unwrap();
            let waits = |tried, address, now| {
                db.read_blocking(move |tx| wait(tx, tried, address, now)).unwrap()
            };
            let wrong = |now| {
                db.write_blocking(move |tx| count(tx, Tried::Password, eve, now)).unwrap();
            };
            for _ in 0..50 {
                assert_eq!(waits(Tried::Password, eve, NOW), None);
                wrong(NOW);
            }
            assert_eq!(waits(Tried::Password, eve, NOW), Some(Duration::from_secs(2)));
            assert_eq!(waits(Tried::Password, other, NOW), None);
            assert_eq!(waits(Tried::Token, eve, NOW), None);
            let later = NOW.checked_add(Duration::from_secs(2)).unwrap();
            assert_eq!(waits(Tried::Password, eve, later), None);
            wrong(later);
            assert!(waits(Tried::Password, eve, later).is_some());
        }

        fn what_is_full_again_is_forgotten(db: &TestDb) {
            let db = db.reopen();
            for number in 0..5_u32 {
                let now = NOW.checked_add(Duration::from_secs(u64::from(number) * 2)).unwrap();
                let address = IpAddr::V4(number.into());
                db.write_blocking(move |tx| count(tx, Tried::Token, address, now)).unwrap();
                db.write_blocking(move |tx| forget(tx, now)).unwrap();
            }
            let rows: (i64,) = db
                .read_blocking(|tx| tx.fetch_one(&db::Sql::new("tries", "select count(*) as many from tries"), params![]))
                .unwrap();
            assert_eq!(rows.0, 1);
        }
    }

    #[test]
    fn addresses_of_one_network_count_together() {
        let network = |address: &str| network(address.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"));
    }
}
