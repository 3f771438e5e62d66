//! New passwords: by a link that was sent, and with the old one.

use std::time::Duration;

use db::{Sql, params};
use delivery::{Purpose, messages};
use directory::{Actor, Ctx, accounts};
use identity::{
    Password, WeakPassword, change,
    reset::{self, ResetRefusal},
    rules::{self, Rules, RulesRefusal},
    sessions::{self, Session, Token},
    sign_in::{self, SignIn},
};
use jobs::{Context, Runner};
use kernel::{Role, UserId};
use testkit::{TestDb, on_both};

use crate::person::{EMAIL, House, PASSWORD};

const NEW: &str = "砂漠の青い鯨が歌う";

fn delivery() -> delivery::Settings {
    delivery::Settings::capture("https://people.test")
}

/// Asks for a link and does the job.
fn ask(house: &House<'_>, typed: &str) {
    let now = house.clock.now();
    house
        .db
        .write_blocking(|tx| reset::ask(tx, &house.ids, now, typed))
        .unwrap();
    let context = Context::new(house.db.clone(), house.clock.clone(), house.ids.clone());
    let done = reset::register(Runner::new(context), &delivery()).run_all_due();
    assert_eq!(done.unwrap(), 1);
}

pub(crate) fn ctx(house: &House<'_>) -> Ctx {
    let account = house
        .db
        .read_blocking(|tx| accounts::resolve(tx, None))
        .unwrap();
    Ctx {
        account: account.id,
        actor: Actor::new(None, "Ada", Role::Owner),
        clock: house.clock.clone(),
        ids: house.ids.clone(),
    }
}

pub(crate) fn user(house: &House<'_>) -> UserId {
    let sql = Sql::new("test", "select id from users");
    let found: (UserId,) = house
        .db
        .read_blocking(|tx| tx.fetch_one(&sql, params![]))
        .unwrap();
    found.0
}

/// The links that were sent, the newest first.
fn links(house: &House<'_>) -> Vec<Token> {
    let sql = Sql::new(
        "test",
        "select link from messages where purpose = 'password_reset' and link is not null order by id desc",
    );
    let found: Vec<(String,)> = house
        .db
        .read_blocking(|tx| tx.fetch(&sql, params![]))
        .unwrap();
    found
        .into_iter()
        .map(|(link,)| Token::parse(link.strip_prefix("https://people.test/reset/").unwrap()))
        .collect::<Option<_>>()
        .unwrap()
}

fn works(house: &House<'_>, link: &Token) -> bool {
    let now = house.clock.now();
    house
        .db
        .read_blocking(|tx| reset::look(tx, link, now))
        .unwrap()
        .is_some()
}

fn choose(house: &House<'_>, link: &Token, password: &str) -> bool {
    let hash = Password::typed(password).hash();
    house
        .db
        .write_blocking(|tx| reset::choose(tx, &house.clock, &house.ids, link, &hash))
        .unwrap()
}

fn session(house: &House<'_>, token: &Token) -> Option<Session> {
    let now = house.clock.now();
    house
        .db
        .read_blocking(|tx| sessions::find(tx, token, now))
        .unwrap()
}

fn change(house: &House<'_>, session: &Session, old: &str, new: &str) -> Result<(), SignIn> {
    let challenge = house
        .db
        .read_blocking(|tx| sign_in::challenge_of(tx, session.identity))
        .unwrap();
    let answer = challenge.check(&Password::typed(old), house.clock.now());
    let hash = Password::typed(new).hash();
    house
        .db
        .write_blocking(|tx| {
            change::conclude(tx, &house.clock, &house.ids, session, &answer, &hash)
        })
        .unwrap()
}

fn count_messages(house: &House<'_>, purpose: Purpose) -> usize {
    let account = ctx(house).account;
    let wanted = messages::Wanted {
        purpose: Some(purpose),
        ..messages::Wanted::default()
    };
    house
        .db
        .read_blocking(|tx| messages::list(tx, account, &wanted))
        .unwrap()
        .len()
}

on_both! {
    fn a_link_sets_the_password_once_and_ends_every_session(db: &TestDb) {
        let house = House::with_owner(db);
        let before = house.sign_in(EMAIL, PASSWORD).unwrap();
        for guess in ["1", "2", "3"] {
            house.sign_in(EMAIL, guess).unwrap_err();
        }
        ask(&house, " MARIA@example.com ");
        let links = links(&house);
        assert_eq!(links.len(), 1);
        assert!(works(&house, &links[0]) && works(&house, &links[0]), "looking uses nothing");
        assert!(session(&house, &before).is_some());
        assert!(choose(&house, &links[0], NEW));
        assert!(session(&house, &before).is_none());
        assert!(house.sign_in(EMAIL, NEW).is_ok(), "the lock-out is over");
        assert_eq!(house.sign_in(EMAIL, PASSWORD).unwrap_err(), SignIn::Wrong);
        assert!(!works(&house, &links[0]));
        assert!(!choose(&house, &links[0], PASSWORD));
        assert!(house.sign_in(EMAIL, NEW).is_ok());
        assert_eq!(count_messages(&house, Purpose::SecurityNotice), 1);
    }

    fn a_link_holds_for_an_hour_and_only_the_newest_does(db: &TestDb) {
        let house = House::with_owner(db);
        ask(&house, EMAIL);
        let older = links(&house).remove(0);
        ask(&house, EMAIL);
        let sent = links(&house);
        assert_eq!(sent.len(), 1, "the older message need not go out any more");
        assert_eq!((works(&house, &sent[0]), works(&house, &older)), (true, false));
        house.clock.advance(Duration::from_mins(59));
        assert!(works(&house, &sent[0]));
        house.clock.advance(Duration::from_mins(1));
        assert!(!works(&house, &sent[0]));
        assert!(!choose(&house, &sent[0], NEW));
    }

    fn nobody_gets_more_than_three_links_an_hour(db: &TestDb) {
        let house = House::with_owner(db);
        for _ in 0..5 {
            ask(&house, EMAIL);
        }
        assert_eq!(count_messages(&house, Purpose::PasswordReset), 3);
        assert!(works(&house, &links(&house)[0]), "the last of them still works");
        let refused = db.write_blocking(|tx| reset::request(tx, &ctx(&house), &delivery(), user(&house)));
        assert!(matches!(refused, Err(ResetRefusal::TooOften)));
        house.clock.advance(Duration::from_mins(61));
        ask(&house, EMAIL);
        assert_eq!(count_messages(&house, Purpose::PasswordReset), 4);
        let kept = house.count("select count(*) as n from password_resets") + house.count("select count(*) as n from jobs");
        assert_eq!(kept, 2, "what is over is not kept");
    }

    fn strangers_and_the_deactivated_get_no_message(db: &TestDb) {
        let house = House::with_owner(db);
        ask(&house, "nobody@example.com");
        ask(&house, "+44 20 7946 0000");
        ask(&house, "no address");
        house.execute("update users set status = 'deactivated'");
        ask(&house, EMAIL);
        assert_eq!(house.count("select count(*) as n from messages"), 0);
        assert_eq!(house.count("select count(*) as n from password_resets"), 0);
    }

    fn a_link_dies_with_the_address_it_went_to_and_with_the_password(db: &TestDb) {
        let house = House::with_owner(db);
        ask(&house, EMAIL);
        let first = links(&house).remove(0);
        house.execute("update identities set email = 'maria@example.org', email_key = 'maria@example.org'");
        assert!(!works(&house, &first));
        house.execute("update identities set email = 'Maria@Example.com', email_key = 'maria@example.com'");
        assert!(works(&house, &first));
        let token = house.sign_in(EMAIL, PASSWORD).unwrap();
        change(&house, &session(&house, &token).unwrap(), PASSWORD, NEW).unwrap();
        assert!(!works(&house, &first));
    }

    fn the_database_holds_no_link_that_works_once_its_message_is_gone(db: &TestDb) {
        let house = House::with_owner(db);
        ask(&house, EMAIL);
        let sql = Sql::new("test", "select token_hash from password_resets");
        let stored: Vec<(Vec<u8>,)> = db.read_blocking(|tx| tx.fetch(&sql, params![])).unwrap();
        assert_eq!(stored[0].0, links(&house)[0].hash());
    }

    fn an_administrator_sends_a_link_that_only_its_reader_sees(db: &TestDb) {
        let house = House::with_owner(db);
        db.write_blocking(|tx| reset::request(tx, &ctx(&house), &delivery(), user(&house))).unwrap();
        assert_eq!(count_messages(&house, Purpose::PasswordReset), 1);
        let mut managers = ctx(&house);
        managers.actor.role = Role::Manager;
        let refused = db.write_blocking(|tx| reset::request(tx, &managers, &delivery(), user(&house)));
        assert!(matches!(refused, Err(ResetRefusal::Forbidden(_))));
    }

    fn of_two_links_asked_for_at_once_one_works(db: &TestDb) {
        let house = House::with_owner(db);
        let (ctx, user) = (ctx(&house), user(&house));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| db.write_blocking(|tx| reset::request(tx, &ctx, &delivery(), user)).unwrap());
            }
        });
        assert_eq!(count_messages(&house, Purpose::PasswordReset), 2);
        let sent = links(&house);
        assert_eq!(sent.iter().filter(|link| works(&house, link)).count(), 1);
    }

    fn changing_a_password_needs_the_old_one_and_leaves_only_this_device(db: &TestDb) {
        let house = House::with_owner(db);
        let (here, there) = (house.sign_in(EMAIL, PASSWORD).unwrap(), house.sign_in(EMAIL, PASSWORD).unwrap());
        let me = session(&house, &here).unwrap();
        assert_eq!(change(&house, &me, "1", NEW), Err(SignIn::Wrong));
        change(&house, &me, PASSWORD, NEW).unwrap();
        assert!(session(&house, &here).is_some() && session(&house, &there).is_none());
        assert!(house.sign_in(EMAIL, NEW).is_ok());
        assert_eq!(count_messages(&house, Purpose::SecurityNotice), 1);
        for guess in ["1", "2"] {
            assert_eq!(change(&house, &me, guess, PASSWORD), Err(SignIn::Wrong));
        }
        assert!(matches!(change(&house, &me, "3", PASSWORD), Err(SignIn::Locked(_))));
        assert!(matches!(house.sign_in(EMAIL, NEW), Err(SignIn::Locked(_))), "one lock-out for both");
    }

    fn accounts_ask_for_longer_passwords(db: &TestDb) {
        let house = House::with_owner(db);
        let ctx = ctx(&house);
        let set = |password_chars, session_limit| {
            db.write_blocking(|tx| rules::set(tx, &ctx, Rules { password_chars, session_limit }))
        };
        assert!(matches!(set(7, 3), Err(RulesRefusal::Chars)));
        assert!(matches!(set(65, 3), Err(RulesRefusal::Chars)));
        assert!(matches!(set(8, 0), Err(RulesRefusal::Sessions)));
        assert!(matches!(set(8, 21), Err(RulesRefusal::Sessions)));
        set(20, 5).unwrap();
        let token = house.sign_in(EMAIL, PASSWORD).unwrap();
        let identity = session(&house, &token).unwrap().identity;
        let asked = db.read_blocking(|tx| rules::of_identity(tx, identity)).unwrap();
        assert_eq!(asked, Rules { password_chars: 20, session_limit: 5 });
        let refused = Password::choose(NEW, &asked, &[]).unwrap_err();
        assert_eq!(refused, WeakPassword::Short(20));
        Password::choose("correct horse battery", &asked, &[]).unwrap();
    }
}
