//! Where somebody is signed in, how many devices that may be, and what those that were too many are told.

use std::time::Duration;

use identity::{
    devices::{self, Device, DeviceRefusal, Ended},
    rules::{self, Rules, RulesRefusal},
    sessions::{self, Token},
};
use kernel::{IdentityId, Role, SessionId};
use testkit::{TestDb, on_both};

use crate::{
    passwords::{ctx, user},
    person::{EMAIL, House, PASSWORD},
};

fn signed_in(house: &House<'_>, times: usize) -> Vec<Token> {
    (0..times)
        .map(|_| {
            house.clock.advance(Duration::from_secs(1));
            house.sign_in(EMAIL, PASSWORD).unwrap()
        })
        .collect()
}

fn found(house: &House<'_>, token: &Token) -> Option<(SessionId, IdentityId)> {
    let now = house.clock.now();
    house
        .db
        .read_blocking(|tx| sessions::find(tx, token, now))
        .unwrap()
        .map(|session| (session.id, session.identity))
}

fn alive(house: &House<'_>, tokens: &[Token]) -> usize {
    tokens
        .iter()
        .filter(|token| found(house, token).is_some())
        .count()
}

fn why(house: &House<'_>, token: &Token) -> Option<Ended> {
    house
        .db
        .read_blocking(|tx| devices::why_ended(tx, token))
        .unwrap()
}

fn list(house: &House<'_>, identity: IdentityId) -> Vec<Device> {
    let now = house.clock.now();
    house
        .db
        .read_blocking(|tx| devices::list(tx, identity, now))
        .unwrap()
}

on_both! {
    fn the_account_says_how_many_and_a_user_may_have_another_number(db: &TestDb) {
        let house = House::with_owner(db);
        let (ctx, user) = (ctx(&house), user(&house));
        let rules = Rules { session_limit: 2, ..Rules::default() };
        db.write_blocking(|tx| rules::set(tx, &ctx, rules)).unwrap();
        let tokens = signed_in(&house, 4);
        assert_eq!(alive(&house, &tokens), 2);
        db.write_blocking(|tx| rules::set_own_limit(tx, &ctx, user, Some(5))).unwrap();
        let tokens = signed_in(&house, 6);
        assert_eq!(alive(&house, &tokens), 5);
        db.write_blocking(|tx| rules::set_own_limit(tx, &ctx, user, None)).unwrap();
        let tokens = signed_in(&house, 3);
        assert_eq!(alive(&house, &tokens), 2);
        let refused = db.write_blocking(|tx| rules::set_own_limit(tx, &ctx, user, Some(0)));
        assert!(matches!(refused, Err(RulesRefusal::Sessions)));
    }

    fn the_earliest_is_told_why_and_the_others_nothing(db: &TestDb) {
        let house = House::with_owner(db);
        let tokens = signed_in(&house, 4);
        assert_eq!(why(&house, &tokens[0]), Some(Ended::Limit));
        assert_eq!(why(&house, &tokens[1]), None);
        assert_eq!(why(&house, &Token::random()), None);
        house.clock.advance(Duration::from_hours(13));
        house.sign_in(EMAIL, PASSWORD).unwrap();
        assert_eq!(why(&house, &tokens[0]), None, "what is long over is forgotten");
        assert_eq!(house.count("select count(*) as n from sessions"), 1);
    }

    fn a_device_is_listed_with_what_is_known_and_signed_out_alone(db: &TestDb) {
        let house = House::with_owner(db);
        let tokens = signed_in(&house, 3);
        let (here, identity) = found(&house, &tokens[2]).unwrap();
        let listed = list(&house, identity);
        assert_eq!(listed.len(), 3);
        assert_eq!(listed[0].id, here);
        assert_eq!(listed[0].address.as_deref(), Some("203.0.113.7"));
        db.write_blocking(|tx| devices::end_own(tx, identity, listed[2].id)).unwrap();
        assert_eq!(why(&house, &tokens[0]), Some(Ended::Elsewhere));
        assert_eq!(alive(&house, &tokens), 2);
        let again = db.write_blocking(|tx| devices::end_own(tx, identity, listed[2].id));
        assert!(matches!(again, Err(DeviceRefusal::NotFound)));
        db.write_blocking(|tx| devices::end_others(tx, identity, Some(here), Ended::Elsewhere)).unwrap();
        assert_eq!(list(&house, identity).len(), 1);
        assert!(found(&house, &tokens[2]).is_some());
    }

    fn an_administrator_signs_out_whom_they_may_and_nobody_above(db: &TestDb) {
        let house = House::with_owner(db);
        let (ctx, user) = (ctx(&house), user(&house));
        let tokens = signed_in(&house, 2);
        let listed = db.read_blocking(|tx| devices::list_of_user(tx, &ctx, user)).unwrap();
        assert_eq!(listed.len(), 2);
        let mut admin = ctx.clone();
        admin.actor.role = Role::Admin;
        let refused = db.write_blocking(|tx| devices::end_of_user(tx, &admin, user, listed[0].id));
        assert!(matches!(refused, Err(DeviceRefusal::Forbidden(_))));
        db.write_blocking(|tx| devices::end_of_user(tx, &ctx, user, listed[0].id)).unwrap();
        assert_eq!(why(&house, &tokens[1]), Some(Ended::Administrator));
        assert_eq!(alive(&house, &tokens), 1);
    }
}
