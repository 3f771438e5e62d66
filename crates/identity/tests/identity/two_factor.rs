//! The second proof: set up, asked for, taken once, locked out with, and taken away.

use std::time::Duration;

use db::{Sql, params};
use directory::{Actor, Ctx};
use identity::{
    Key, Password,
    second_step::{self, StepRefusal},
    sessions::{self, Session, Token},
    sign_in::{self, Answer, Entry, SignIn},
    two_factor::{self, Code, ResetRefusal, TwoFactorRefusal},
};
use kernel::Role;
use testkit::{TestDb, on_both};

use crate::{
    passwords::{ctx, user},
    person::{EMAIL, House, PASSWORD},
};

const STEP: Duration = Duration::from_secs(30);

fn session(house: &House<'_>, token: &Token) -> Option<Session> {
    let now = house.clock.now();
    house
        .db
        .read_blocking(|tx| sessions::find(tx, token, now))
        .unwrap()
}

fn answer(house: &House<'_>, session: &Session, password: &str) -> Answer {
    let challenge = house
        .db
        .read_blocking(|tx| sign_in::challenge_of(tx, session.identity))
        .unwrap();
    challenge.check(&Password::typed(password), house.clock.now())
}

fn begin(
    house: &House<'_>,
    session: &Session,
    password: &str,
    code: &str,
) -> Result<Key, TwoFactorRefusal> {
    let answer = answer(house, session, password);
    let (now, code) = (house.clock.now(), Code::typed(code));
    house
        .db
        .write_blocking(|tx| two_factor::begin(tx, now, session, &answer, &code))
        .unwrap()
}

fn confirm(
    house: &House<'_>,
    session: &Session,
    code: &str,
) -> Result<Vec<String>, TwoFactorRefusal> {
    house
        .db
        .write_blocking(|tx| two_factor::confirm(tx, &house.clock, &house.ids, session, code))
        .unwrap()
}

/// Somebody who has it on, their session, key and recovery codes; the code of this step is spent.
fn with_factor(db: &db::Db) -> (House<'_>, Session, Key, Vec<String>) {
    let house = House::with_owner(db);
    let token = house.sign_in(EMAIL, PASSWORD).unwrap();
    let session = session(&house, &token).unwrap();
    let key = begin(&house, &session, PASSWORD, "").unwrap();
    let codes = confirm(&house, &session, &key.code_at(house.clock.now())).unwrap();
    (house, session, key, codes)
}

fn first_step(house: &House<'_>) -> Token {
    match house.enter(EMAIL, PASSWORD).unwrap() {
        Entry::Code(token) => token,
        Entry::Session(_) => panic!("no code was asked for"),
    }
}

fn second(house: &House<'_>, step: &Token, code: &str) -> Result<Token, StepRefusal> {
    let code = Code::typed(code);
    house
        .db
        .write_blocking(|tx| {
            second_step::conclude(tx, &house.clock, &house.ids, step, &code, &house.origin)
        })
        .unwrap()
        .map(|begun| begun.token)
}

const WRONG: StepRefusal = StepRefusal::Code(SignIn::Wrong);

on_both! {
    fn a_set_up_needs_the_password_and_the_first_code(db: &TestDb) {
        let house = House::with_owner(db);
        let token = house.sign_in(EMAIL, PASSWORD).unwrap();
        let session = session(&house, &token).unwrap();
        assert_eq!(confirm(&house, &session, "123456").unwrap_err(), TwoFactorRefusal::NotThere);
        assert_eq!(begin(&house, &session, "wrong", "").unwrap_err(), TwoFactorRefusal::Password(SignIn::Wrong));
        let key = begin(&house, &session, PASSWORD, "").unwrap();
        assert!(house.sign_in(EMAIL, PASSWORD).is_ok(), "not on before it is confirmed");
        assert_eq!(confirm(&house, &session, "12345").unwrap_err(), TwoFactorRefusal::Code(SignIn::Wrong));
        let codes = confirm(&house, &session, &key.code_at(house.clock.now())).unwrap();
        assert_eq!(codes.len(), 10);
        assert_eq!(house.count("select count(*) as n from messages where purpose = 'security_notice'"), 1);
        assert_eq!(house.count("select count(*) as n from notifications where kind = 'security.changed'"), 1);
        assert_eq!(house.count("select count(*) as n from activity where action = 'user.two_factor'"), 1);
        first_step(&house);
    }

    fn a_notice_is_in_the_language_of_its_reader(db: &TestDb) {
        let house = House::with_owner(db);
        house.execute("update users set language = 'de-CH'");
        let token = house.sign_in(EMAIL, PASSWORD).unwrap();
        let session = session(&house, &token).unwrap();
        let key = begin(&house, &session, PASSWORD, "").unwrap();
        confirm(&house, &session, &key.code_at(house.clock.now())).unwrap();
        let sql = Sql::new("t", "select parameters, language from messages where purpose = 'security_notice'");
        let (said, language): (String, String) = db.read_blocking(|tx| tx.fetch_one(&sql, params![])).unwrap();
        assert!(said.contains("Die Zwei-Faktor-Anmeldung wurde eingeschaltet."), "{said}");
        assert_eq!(language, "de");
    }

    fn a_set_up_that_takes_too_long_is_begun_again(db: &TestDb) {
        let house = House::with_owner(db);
        let token = house.sign_in(EMAIL, PASSWORD).unwrap();
        let session = session(&house, &token).unwrap();
        let key = begin(&house, &session, PASSWORD, "").unwrap();
        house.clock.advance(Duration::from_mins(31));
        let code = key.code_at(house.clock.now());
        assert_eq!(confirm(&house, &session, &code).unwrap_err(), TwoFactorRefusal::NotThere);
    }

    fn a_code_lets_in_once(db: &TestDb) {
        let (house, _, key, _) = with_factor(db);
        let code = key.code_at(house.clock.now());
        assert_eq!(second(&house, &first_step(&house), &code).unwrap_err(), WRONG, "the set-up took it");
        house.clock.advance(STEP);
        let code = key.code_at(house.clock.now());
        let step = first_step(&house);
        assert!(session(&house, &step).is_none(), "the step is no session");
        let token = second(&house, &step, &code).unwrap();
        assert!(session(&house, &token).is_some());
        assert_eq!(second(&house, &step, &code).unwrap_err(), StepRefusal::Over, "a step is taken once");
        assert_eq!(second(&house, &first_step(&house), &code).unwrap_err(), WRONG, "replayed");
        house.clock.advance(STEP);
        assert_eq!(second(&house, &first_step(&house), &code).unwrap_err(), WRONG, "replayed within the skew");
        let spaced = key.code_at(house.clock.now());
        let spaced = format!(" {} {}", &spaced[..3], &spaced[3..]);
        assert!(second(&house, &first_step(&house), &spaced).is_ok());
    }

    fn wrong_codes_lock_out_like_wrong_passwords_and_a_right_password_clears_none(db: &TestDb) {
        let (house, _, key, codes) = with_factor(db);
        house.clock.advance(STEP);
        let step = first_step(&house);
        assert_eq!(second(&house, &step, "000000").unwrap_err(), WRONG);
        let step = first_step(&house);
        assert_eq!(second(&house, &step, "nonsense").unwrap_err(), WRONG);
        let step = first_step(&house);
        let minute = SignIn::Locked(Duration::from_mins(1));
        assert_eq!(second(&house, &step, "000000").unwrap_err(), StepRefusal::Code(minute));
        let right = key.code_at(house.clock.now());
        assert_eq!(second(&house, &step, &right).unwrap_err(), StepRefusal::Code(minute));
        assert_eq!(second(&house, &step, &codes[0]).unwrap_err(), StepRefusal::Code(minute));
        assert_eq!(house.enter(EMAIL, PASSWORD).unwrap_err(), minute);
        house.clock.advance(Duration::from_secs(61));
        let right = key.code_at(house.clock.now());
        assert!(second(&house, &step, &right).is_ok());
        assert_eq!(house.enter(EMAIL, "wrong").unwrap_err(), SignIn::Wrong, "cleared by being in");
    }

    fn a_new_password_clears_no_wrong_codes(db: &TestDb) {
        let (house, own, _, _) = with_factor(db);
        house.clock.advance(STEP);
        for _ in 0..2 {
            assert_eq!(second(&house, &first_step(&house), "000000").unwrap_err(), WRONG);
        }
        let (old, new) = (answer(&house, &own, PASSWORD), Password::typed("another long one").hash());
        db.write_blocking(|tx| identity::change::conclude(tx, &house.clock, &house.ids, &own, &old, &new))
            .unwrap()
            .unwrap();
        let Entry::Code(step) = house.enter(EMAIL, "another long one").unwrap() else {
            panic!("no code was asked for");
        };
        let minute = SignIn::Locked(Duration::from_mins(1));
        assert_eq!(second(&house, &step, "000000").unwrap_err(), StepRefusal::Code(minute));
    }

    fn a_recovery_code_works_once_and_is_told(db: &TestDb) {
        let (house, _, _, codes) = with_factor(db);
        assert!(second(&house, &first_step(&house), &codes[3].to_uppercase()).is_ok());
        assert_eq!(second(&house, &first_step(&house), &codes[3]).unwrap_err(), WRONG);
        assert!(second(&house, &first_step(&house), &codes[4].replace('-', "")).is_ok());
        assert_eq!(house.count("select count(*) as n from recovery_codes where used_at is null"), 8);
        assert_eq!(house.count("select count(*) as n from messages where purpose = 'security_notice'"), 3);
        let stored: Vec<(Vec<u8>,)> = db
            .read_blocking(|tx| tx.fetch(&Sql::new("t", "select code_hash from recovery_codes"), params![]))
            .unwrap();
        let plain = codes[0].replace('-', "");
        assert!(stored.iter().all(|(hash,)| hash.len() == 32 && !hash.starts_with(plain.as_bytes())));
    }

    fn the_second_step_is_over_after_ten_minutes_and_with_a_new_password(db: &TestDb) {
        let (house, own, key, _) = with_factor(db);
        let step = first_step(&house);
        house.clock.advance(Duration::from_mins(10));
        assert_eq!(second(&house, &step, &key.code_at(house.clock.now())).unwrap_err(), StepRefusal::Over);
        let step = first_step(&house);
        let (old, new) = (answer(&house, &own, PASSWORD), Password::typed("another long one").hash());
        db.write_blocking(|tx| identity::change::conclude(tx, &house.clock, &house.ids, &own, &old, &new))
            .unwrap()
            .unwrap();
        assert_eq!(second(&house, &step, &key.code_at(house.clock.now())).unwrap_err(), StepRefusal::Over);
    }

    fn somebody_deactivated_between_the_steps_stays_out(db: &TestDb) {
        let (house, _, key, _) = with_factor(db);
        house.clock.advance(STEP);
        let step = first_step(&house);
        house.execute("update users set status = 'deactivated'");
        assert_eq!(second(&house, &step, &key.code_at(house.clock.now())).unwrap_err(), StepRefusal::Over);
        assert_eq!(house.count("select count(*) as n from sessions"), 1);
    }

    fn turning_off_and_new_codes_need_password_and_code(db: &TestDb) {
        let (house, own, key, codes) = with_factor(db);
        house.clock.advance(STEP);
        let right = answer(&house, &own, PASSWORD);
        let (clock, ids) = (&house.clock, &house.ids);
        let turn_off = |answer: &Answer, code: &str| {
            db.write_blocking(|tx| two_factor::turn_off(tx, clock, ids, &own, (answer, &Code::typed(code)))).unwrap()
        };
        assert_eq!(turn_off(&right, "000000").unwrap_err(), TwoFactorRefusal::Code(SignIn::Wrong));
        let wrong = answer(&house, &own, "wrong");
        assert!(matches!(turn_off(&wrong, &key.code_at(clock.now())), Err(TwoFactorRefusal::Password(_))));
        house.clock.advance(Duration::from_mins(2));
        let code = Code::typed(&key.code_at(clock.now()));
        let fresh = db
            .write_blocking(|tx| two_factor::renew_codes(tx, clock, ids, &own, (&right, &code)))
            .unwrap()
            .unwrap();
        assert_eq!(second(&house, &first_step(&house), &codes[0]).unwrap_err(), WRONG, "old codes are gone");
        turn_off(&right, &fresh[0]).unwrap();
        assert!(house.sign_in(EMAIL, PASSWORD).is_ok());
        assert_eq!(turn_off(&right, &fresh[1]).unwrap_err(), TwoFactorRefusal::NotThere);
    }

    fn moving_to_another_app_needs_the_present_code_and_ends_the_old_key(db: &TestDb) {
        let (house, own, old, _) = with_factor(db);
        house.clock.advance(STEP);
        assert_eq!(begin(&house, &own, PASSWORD, "").unwrap_err(), TwoFactorRefusal::Code(SignIn::Wrong));
        let new = begin(&house, &own, PASSWORD, &old.code_at(house.clock.now())).unwrap();
        house.clock.advance(STEP);
        assert!(second(&house, &first_step(&house), &old.code_at(house.clock.now())).is_ok(), "until the new one is confirmed");
        house.clock.advance(STEP);
        confirm(&house, &own, &new.code_at(house.clock.now())).unwrap();
        house.clock.advance(STEP);
        assert_eq!(second(&house, &first_step(&house), &old.code_at(house.clock.now())).unwrap_err(), WRONG);
        assert!(second(&house, &first_step(&house), &new.code_at(house.clock.now())).is_ok());
    }

    fn an_account_asks_it_of_roles_and_then_nobody_turns_it_off(db: &TestDb) {
        let (house, own, key, _) = with_factor(db);
        let ctx = ctx(&house);
        db.write_blocking(|tx| two_factor::require(tx, &ctx, &[Role::Admin, Role::Owner])).unwrap();
        let roles = db.read_blocking(|tx| two_factor::required_roles(tx, ctx.account)).unwrap();
        assert_eq!(roles, [Role::Owner, Role::Admin]);
        let right = answer(&house, &own, PASSWORD);
        house.clock.advance(STEP);
        let code = Code::typed(&key.code_at(house.clock.now()));
        let refused = db
            .write_blocking(|tx| two_factor::turn_off(tx, &house.clock, &house.ids, &own, (&right, &code)))
            .unwrap();
        assert_eq!(refused.unwrap_err(), TwoFactorRefusal::Required);
        let nobody = Ctx { actor: Actor { role: Role::Manager, ..ctx.actor.clone() }, ..ctx.clone() };
        assert!(db.write_blocking(|tx| two_factor::require(tx, &nobody, &[])).is_err());
    }

    fn the_command_line_takes_a_lost_factor_away_and_signs_out_everywhere(db: &TestDb) {
        let (house, _, _, _) = with_factor(db);
        let (ctx, person) = (ctx(&house), user(&house));
        let as_user = |role| Ctx { actor: Actor::new(Some(person), "Maria", role), ..ctx.clone() };
        let reset = |ctx: &Ctx| db.write_blocking(|tx| two_factor::reset(tx, ctx, person));
        assert!(matches!(reset(&as_user(Role::Owner)), Err(ResetRefusal::Own)));
        assert!(matches!(reset(&as_user(Role::Admin)), Err(ResetRefusal::Forbidden(_))));
        reset(&ctx).unwrap();
        assert!(matches!(reset(&ctx), Err(ResetRefusal::NotFound)));
        assert_eq!(house.count("select count(*) as n from sessions where end_reason is null"), 0);
        assert_eq!(house.count("select count(*) as n from recovery_codes"), 0);
        assert_eq!(house.count("select count(*) as n from activity where action = 'user.two_factor_reset'"), 1);
        assert!(house.sign_in(EMAIL, PASSWORD).is_ok());
    }
}
