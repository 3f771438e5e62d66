//! Who gets in, and what a stranger learns.

use std::time::Duration;

use identity::sign_in::SignIn;
use testkit::{TestDb, on_both};

use crate::person::{EMAIL, House, PASSWORD};

on_both! {
    fn the_right_password_signs_in_whatever_the_case_of_the_address(db: &TestDb) {
        let house = House::with_owner(db);
        assert!(house.sign_in(EMAIL, PASSWORD).is_ok());
        assert!(house.sign_in(" MARIA@example.COM", PASSWORD).is_ok());
        assert_eq!(house.sign_in(EMAIL, "море лето").unwrap_err(), SignIn::Wrong);
    }

    fn known_and_unknown_addresses_are_answered_alike(db: &TestDb) {
        let house = House::with_owner(db);
        house.execute("insert into identities (id, email, email_key, password_hash, created_at, updated_at) \
                       select user_id, 'gone@example.com', 'gone@example.com', null, 0, 0 \
                       from (select id as user_id from users) as people");
        for _ in 0..5 {
            let known = house.sign_in(EMAIL, "wrong").unwrap_err();
            assert_eq!(house.sign_in("nobody@example.com", "wrong").unwrap_err(), known);
            assert_eq!(house.sign_in("gone@example.com", "wrong").unwrap_err(), known);
            assert_eq!(house.sign_in("no address", "wrong").unwrap_err(), known);
        }
        assert_eq!(house.count("select count(*) from sessions"), 0);
    }

    fn three_wrong_tries_lock_and_the_wait_grows(db: &TestDb) {
        let house = House::with_owner(db);
        let minutes = |minutes| SignIn::Locked(Duration::from_mins(minutes));
        assert_eq!(house.sign_in(EMAIL, "1").unwrap_err(), SignIn::Wrong);
        assert_eq!(house.sign_in(EMAIL, "2").unwrap_err(), SignIn::Wrong);
        assert_eq!(house.sign_in(EMAIL, "3").unwrap_err(), minutes(1));
        assert_eq!(house.sign_in(EMAIL, PASSWORD).unwrap_err(), minutes(1));
        house.clock.advance(Duration::from_secs(61));
        assert_eq!(house.sign_in(EMAIL, "4").unwrap_err(), minutes(2));
        house.clock.advance(Duration::from_secs(121));
        assert!(house.sign_in(EMAIL, PASSWORD).is_ok());
        assert_eq!(house.sign_in(EMAIL, "5").unwrap_err(), SignIn::Wrong);
    }

    fn a_right_answer_given_before_the_lock_does_not_pass_it(db: &TestDb) {
        let house = House::with_owner(db);
        let challenge = house
            .db
            .read_blocking(|tx| identity::sign_in::challenge(tx, &house.strangers, EMAIL))
            .unwrap();
        for guess in ["1", "2", "3"] {
            house.sign_in(EMAIL, guess).unwrap_err();
        }
        let password = identity::Password::typed(PASSWORD);
        let answer = challenge.check(&password, house.clock.now());
        let outcome = house.db.write_blocking(|tx| {
            let (clock, ids, strangers) = (&house.clock, &house.ids, &house.strangers);
            identity::sign_in::conclude(tx, clock, ids, strangers, &answer, None, &identity::devices::Origin::default())
        });
        assert!(matches!(outcome.unwrap(), Err(SignIn::Locked(_))));
    }

    fn a_deactivated_user_is_answered_like_a_wrong_password(db: &TestDb) {
        let house = House::with_owner(db);
        house.execute("update users set status = 'deactivated'");
        assert_eq!(house.sign_in(EMAIL, PASSWORD).unwrap_err(), SignIn::Wrong);
    }

    fn an_open_session_survives_the_lock_out(db: &TestDb) {
        let house = House::with_owner(db);
        let token = house.sign_in(EMAIL, PASSWORD).unwrap();
        for guess in ["1", "2", "3", "4"] {
            house.sign_in(EMAIL, guess).unwrap_err();
        }
        let now = house.clock.now();
        let session = db.read_blocking(|tx| identity::sessions::find(tx, &token, now)).unwrap();
        assert_eq!(session.unwrap().full_name(), "Maria Keller");
    }
}
