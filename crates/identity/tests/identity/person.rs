//! An account with an owner, and signing in as them in one call.

use std::sync::LazyLock;

use db::{Db, Sql, params};
use directory::accounts::NewAccount;
use identity::{
    Password, PasswordHash,
    devices::Origin,
    sessions::Token,
    set_up::{self, NewOwner},
    sign_in::{self, Entry, SignIn, Strangers},
};
use kernel::{Clock, Email, Ids, PersonName};
use testkit::NOW;

pub(crate) const EMAIL: &str = "maria@example.com";
pub(crate) const PASSWORD: &str = "море лето тишина";

/// Everything a sign-in needs, on one database.
pub(crate) struct House<'a> {
    pub(crate) db: &'a Db,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) strangers: Strangers,
    pub(crate) origin: Origin,
}

impl<'a> House<'a> {
    /// A database without an account.
    pub(crate) fn empty(db: &'a Db) -> Self {
        let (clock, ids) = (Clock::fixed(NOW), Ids::seeded(1));
        Self {
            db,
            clock,
            ids,
            strangers: Strangers::default(),
            origin: Origin {
                user_agent: Some("test".to_owned()),
                address: Some("203.0.113.7".to_owned()),
            },
        }
    }

    /// A database with one account and its owner.
    pub(crate) fn with_owner(db: &'a Db) -> Self {
        let house = Self::empty(db);
        db.write_blocking(|tx| set_up::first(tx, &house.clock, &house.ids, &owner()))
            .unwrap();
        house
    }

    /// All three steps of signing in, by somebody without a second factor.
    pub(crate) fn sign_in(&self, email: &str, password: &str) -> Result<Token, SignIn> {
        self.enter(email, password).map(|entry| match entry {
            Entry::Session(begun) => begun.token,
            Entry::Code(_) => panic!("a code is asked for"),
        })
    }

    /// All three steps of signing in.
    pub(crate) fn enter(&self, email: &str, password: &str) -> Result<Entry, SignIn> {
        let challenge = self
            .db
            .read_blocking(|tx| sign_in::challenge(tx, &self.strangers, email))
            .unwrap();
        let answer = challenge.check(&Password::typed(password), self.clock.now());
        self.db
            .write_blocking(|tx| {
                sign_in::conclude(
                    tx,
                    &self.clock,
                    &self.ids,
                    &self.strangers,
                    &answer,
                    None,
                    &self.origin,
                )
            })
            .unwrap()
    }

    pub(crate) fn execute(&self, text: &'static str) {
        let sql = Sql::new("test", text);
        self.db
            .write_blocking(|tx| tx.execute(&sql, params![]))
            .unwrap();
    }

    pub(crate) fn count(&self, text: &'static str) -> i64 {
        let sql = Sql::new("test", text);
        self.db
            .read_blocking(|tx| tx.fetch_one::<(i64,)>(&sql, params![]))
            .unwrap()
            .0
    }
}

/// The owner every test begins with.
pub(crate) fn owner() -> NewOwner {
    static HASH: LazyLock<PasswordHash> = LazyLock::new(|| Password::typed(PASSWORD).hash());
    NewOwner {
        account: NewAccount::named("Harbour Facilities"),
        name: PersonName::from_full("Maria Keller").unwrap(),
        email: Email::parse("Maria@Example.com").unwrap(),
        password: HASH.clone(),
    }
}
