//! How sessions begin and end.

use std::time::Duration;

use identity::sessions::{self, Session, Token};
use kernel::Role;
use testkit::{TestDb, on_both};

use crate::person::{EMAIL, House, PASSWORD};

fn find(house: &House<'_>, token: &Token) -> Option<Session> {
    let now = house.clock.now();
    house
        .db
        .read_blocking(|tx| sessions::find(tx, token, now))
        .unwrap()
}

fn seen(house: &House<'_>, token: &Token) {
    let (id, now) = (find(house, token).unwrap().id, house.clock.now());
    house
        .db
        .write_blocking(|tx| sessions::seen(tx, id, now))
        .unwrap();
}

on_both! {
    fn a_session_says_who_and_where(db: &TestDb) {
        let house = House::with_owner(db);
        let token = house.sign_in(EMAIL, PASSWORD).unwrap();
        let session = find(&house, &token).unwrap();
        assert_eq!(session.role, Role::Owner);
        assert_eq!(session.account_name, "Harbour Facilities");
        assert_eq!(session.email.as_deref(), Some("Maria@Example.com"));
        assert!(!session.is_stale(house.clock.now()));
    }

    fn the_earliest_of_four_sessions_ends(db: &TestDb) {
        let house = House::with_owner(db);
        let tokens: Vec<_> = (0..4)
            .map(|_| {
                house.clock.advance(Duration::from_secs(1));
                house.sign_in(EMAIL, PASSWORD).unwrap()
            })
            .collect();
        let alive: Vec<_> = tokens.iter().map(|token| find(&house, token).is_some()).collect();
        assert_eq!(alive, [false, true, true, true]);
    }

    fn a_session_ends_after_twelve_idle_hours(db: &TestDb) {
        let house = House::with_owner(db);
        let token = house.sign_in(EMAIL, PASSWORD).unwrap();
        house.clock.advance(Duration::from_hours(11));
        seen(&house, &token);
        house.clock.advance(Duration::from_hours(11));
        assert!(find(&house, &token).unwrap().is_stale(house.clock.now()));
        house.clock.advance(Duration::from_hours(1));
        assert!(find(&house, &token).is_none());
    }

    fn a_session_ends_after_thirty_days_however_it_is_used(db: &TestDb) {
        let house = House::with_owner(db);
        let token = house.sign_in(EMAIL, PASSWORD).unwrap();
        for _ in 0..30 * 24 / 8 - 1 {
            house.clock.advance(Duration::from_hours(8));
            seen(&house, &token);
        }
        house.clock.advance(Duration::from_hours(8));
        assert!(find(&house, &token).is_none());
    }

    fn ends_by_signing_out_and_when_the_user_is_deactivated(db: &TestDb) {
        let house = House::with_owner(db);
        let (one, other) = (house.sign_in(EMAIL, PASSWORD).unwrap(), house.sign_in(EMAIL, PASSWORD).unwrap());
        db.write_blocking(|tx| sessions::end(tx, &one)).unwrap();
        assert!(find(&house, &one).is_none());
        assert!(find(&house, &other).is_some());
        house.execute("update users set status = 'deactivated'");
        assert!(find(&house, &other).is_none());
    }

    fn the_database_never_holds_a_token(db: &TestDb) {
        let house = House::with_owner(db);
        let token = house.sign_in(EMAIL, PASSWORD).unwrap();
        let stored: Vec<(Vec<u8>,)> = db
            .read_blocking(|tx| {
                tx.fetch(&db::Sql::new("test", "select token_hash from sessions"), db::params![])
            })
            .unwrap();
        assert_eq!(stored[0].0.len(), 32);
        let shown = format!("{:02x?}", stored[0].0).replace(", ", "");
        assert!(!shown.contains(&token.reveal()));
    }
}
