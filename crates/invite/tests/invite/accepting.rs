//! From a link to a sign-in.

use std::thread;

use db::{Sql, params};
use identity::{
    Password,
    devices::Origin,
    identities::Proven,
    sessions::Token,
    sign_in::{self, Strangers},
};
use invite::{
    Channel,
    accept::{self, AcceptError, Credential, Door, Login},
    manage::Invited,
};
use testkit::{TestDb, on_both, overtake};

use crate::scene::{Scene, account, token_in};

on_both! {
    fn who_has_no_address_says_what_they_sign_in_with(db: &TestDb) {
        let scene = Scene::new(db);
        let hash = Password::typed("correct horse battery").hash();
        scene.person(Some("taken@example.com"), None);
        let [anna, ben] = [(); 2].map(|()| scene.person(None, None));
        let link = |user| match scene.invite(user, Channel::Link).unwrap() {
            Invited::Link(link) => token_in(&link),
            other => panic!("{other:?}"),
        };
        let accept = |token: &Token, login: Option<&Login>| {
            db.write_blocking(|tx| accept::accept(tx, &scene.clock, &scene.ids, token, login, &Credential::New(&hash)))
        };
        let to_anna = link(anna);
        assert!(scene.offer(&to_anna).login.is_empty());
        assert!(matches!(accept(&to_anna, None), Err(AcceptError::Closed)));
        assert!(Login::parse("anna", Some("ZA")).is_err());
        let taken = Login::parse("Taken@example.com", None).unwrap();
        let door = db.read_blocking(|tx| accept::look_as(tx, &to_anna, Some(&taken), scene.clock.now())).unwrap();
        assert!(matches!(door, Door::Taken));
        assert!(matches!(accept(&to_anna, Some(&taken)), Err(AcceptError::Closed)));
        let number = Login::parse("082 123 4567", Some("ZA")).unwrap();
        accept(&to_anna, Some(&number)).unwrap();
        assert_eq!(scene.status(anna), "active");
        let stored = db.read_blocking(|tx| directory::users::get(tx, scene.ctx.account, anna)).unwrap();
        assert_eq!(stored.user.phone.as_deref(), Some("+27821234567"));
        // The directory's address counts where there is one, whatever somebody says.
        let clara = scene.person(Some("clara@example.com"), None);
        let to_clara = link(clara);
        let other = Login::parse("other@example.com", None).unwrap();
        accept(&to_clara, Some(&other)).unwrap();
        let stored = db.read_blocking(|tx| directory::users::get(tx, scene.ctx.account, clara)).unwrap();
        assert_eq!(stored.user.email.as_deref(), Some("clara@example.com"));
        let again = Login::parse("+27821234567", None).unwrap();
        assert!(matches!(accept(&link(ben), Some(&again)), Err(AcceptError::Closed)));
    }

    fn an_address_that_is_taken_at_the_same_moment_is_refused(db: &TestDb) {
        let scene = Scene::new(db);
        let hash = Password::typed("correct horse battery").hash();
        for (login, change) in [
            ("anna@example.com", "update users set email = 'anna@example.com', email_key = 'anna@example.com' where id = $1"),
            ("+27821234567", "update users set phone = '+27821234567' where id = $1"),
        ] {
            let [anna, other] = [(); 2].map(|()| scene.person(None, None));
            let Invited::Link(link) = scene.invite(anna, Channel::Link).unwrap() else { panic!("no link") };
            let (token, login) = (token_in(&link), Login::parse(login, None).unwrap());
            let (taken, accepted) = overtake(
                db,
                |tx| tx.execute(&Sql::new("take", change), params![other]),
                || db.write_blocking(|tx| accept::accept(tx, &scene.clock, &scene.ids, &token, Some(&login), &Credential::New(&hash))),
            );
            taken.unwrap();
            assert!(matches!(accepted, Err(AcceptError::Closed)), "{accepted:?}");
            // The link can be used with another address, and the page says why this one is not.
            let door = db.read_blocking(|tx| accept::look_as(tx, &token, Some(&login), scene.clock.now())).unwrap();
            assert!(matches!(door, Door::Taken), "{door:?}");
            assert_eq!(scene.status(anna), "invited");
        }
    }

    fn a_link_is_looked_at_as_often_as_one_likes_and_used_once(db: &TestDb) {
        let scene = Scene::new(db);
        let anna = scene.person(Some("anna@example.com"), None);
        scene.invite(anna, Channel::Email).unwrap();
        scene.send();
        let link = scene.link_to("anna@example.com");
        for _ in 0..3 {
            let offer = scene.offer(&link);
            assert_eq!((offer.account_name.as_str(), offer.invited_by.as_str(), offer.has_sign_in), ("Harbour", "Maria Keller", false));
        }
        scene.accept(&link).unwrap();
        assert_eq!(scene.status(anna), "active");
        assert!(matches!(scene.look(&link), Door::Used));
        assert!(matches!(scene.accept(&link), Err(AcceptError::Closed)));
    }

    fn of_fifty_at_once_exactly_one_gets_in(db: &TestDb) {
        let scene = Scene::new(db);
        let anna = scene.person(Some("anna@example.com"), None);
        scene.invite(anna, Channel::Email).unwrap();
        scene.send();
        let link = scene.link_to("anna@example.com");
        let hash = Password::typed("correct horse battery").hash();
        let (clock, ids) = (&scene.clock, &scene.ids);
        let won: usize = thread::scope(|scope| {
            let tries: Vec<_> = (0..50)
                .map(|_| scope.spawn(|| db.write_blocking(|tx| accept::accept(tx, clock, ids, &link, None, &Credential::New(&hash))).is_ok()))
                .collect();
            tries.into_iter().map(|tried| usize::from(tried.join().unwrap())).sum()
        });
        assert_eq!(won, 1);
        let count = Sql::new("count", "select count(*) as n from identities where email_key = $1");
        let (identities,): (i64,) = db.read_blocking(|tx| tx.fetch_one(&count, params!["anna@example.com"])).unwrap();
        assert_eq!(identities, 1);
    }

    fn a_link_to_an_address_that_was_changed_since_is_closed(db: &TestDb) {
        let scene = Scene::new(db);
        let anna = scene.person(Some("anna@example.com"), None);
        scene.invite(anna, Channel::Email).unwrap();
        scene.send();
        let change = Sql::new("change", "update users set email = 'new@example.com', email_key = 'new@example.com' where id = $1");
        db.write_blocking(|tx| tx.execute(&change, params![anna])).unwrap();
        assert!(matches!(scene.look(&scene.link_to("anna@example.com")), Door::Closed));
    }

    fn pending_turns_active_wherever_the_same_address_was_invited(db: &TestDb) {
        let scene = Scene::new(db);
        let (other, _) = account(db, &scene.clock, &scene.ids, "Other", "boss@other.example");
        let here = scene.person(Some("anna@example.com"), None);
        let there = scene.person_of(&other, Some("anna@example.com"), None);
        let another = scene.person_of(&other, Some("anna2@example.com"), None);
        let not_invited = scene.person_of(&account(db, &scene.clock, &scene.ids, "Third", "boss@third.example").0, Some("anna@example.com"), None);
        scene.invite(here, Channel::Email).unwrap();
        scene.invite_in(&other, there, Channel::Email).unwrap();
        scene.invite_in(&other, another, Channel::Email).unwrap();
        scene.send();
        scene.accept(&scene.link_to("anna@example.com")).unwrap();
        let states = [here, there, another, not_invited].map(|user| scene.status(user));
        assert_eq!(states, ["active", "active", "invited", "invited"]);
    }

    fn a_link_that_was_handed_over_proves_no_address(db: &TestDb) {
        let scene = Scene::new(db);
        let (other, _) = account(db, &scene.clock, &scene.ids, "Other", "boss@other.example");
        let here = scene.person(Some("victim@example.com"), None);
        let Invited::Link(link) = scene.invite(here, Channel::Link).unwrap() else {
            panic!("no link");
        };
        scene.accept(&token_in(&link)).unwrap();
        assert_eq!(scene.status(here), "active");
        // Another account that invites the address is not opened by it.
        let there = scene.person_of(&other, Some("victim@example.com"), None);
        assert_eq!(scene.invite_in(&other, there, Channel::Email).unwrap(), Invited::Sent);
        assert_eq!(scene.status(there), "invited");
        scene.send();
        assert!(scene.offer(&scene.link_to("victim@example.com")).has_sign_in);
    }

    fn who_signs_in_already_accepts_with_their_password(db: &TestDb) {
        let scene = Scene::new(db);
        scene.identity(Some("anna@example.com"), None, Proven::Nothing);
        let anna = scene.person(Some("anna@example.com"), None);
        scene.invite(anna, Channel::Email).unwrap();
        scene.send();
        let link = scene.link_to("anna@example.com");
        assert!(matches!(scene.accept(&link), Err(AcceptError::HasSignIn)));
        let strangers = Strangers::default();
        let answer = |password: &str| {
            let challenge = db.read_blocking(|tx| sign_in::challenge(tx, &strangers, "anna@example.com")).unwrap();
            challenge.check(&Password::typed(password), scene.clock.now())
        };
        let accept = |answer: &sign_in::Answer| db.write_blocking(|tx| accept::accept(tx, &scene.clock, &scene.ids, &link, None, &Credential::Known(answer)));
        assert!(matches!(accept(&answer("wrong")), Err(AcceptError::Wrong)));
        assert_eq!(scene.status(anna), "invited");
        let right = answer("correct horse battery");
        let (account, _) = accept(&right).unwrap();
        assert_eq!((scene.status(anna).as_str(), account), ("active", scene.ctx.account));
        // The failed tries left the link as it was; now it is used.
        assert!(matches!(scene.look(&link), Door::Used));
        let session = db.write_blocking(|tx| sign_in::conclude(tx, &scene.clock, &scene.ids, &strangers, &right, Some(account), &Origin::default())).unwrap();
        assert!(session.is_ok());
    }

    fn by_sms_one_signs_in_with_the_number(db: &TestDb) {
        let scene = Scene::new(db);
        let anna = scene.person(Some("anna@example.com"), Some("+27821234567"));
        scene.invite(anna, Channel::Sms).unwrap();
        let link = {
            let sql = Sql::new("link", "select link from messages where recipient = $1");
            let (link,): (String,) = db.read_blocking(|tx| tx.fetch_one(&sql, params!["+27821234567"])).unwrap();
            token_in(&link)
        };
        assert_eq!(scene.offer(&link).login, "+27821234567");
        scene.accept(&link).unwrap();
        let strangers = Strangers::default();
        let challenge = db.read_blocking(|tx| sign_in::challenge(tx, &strangers, "+27 82 123 4567")).unwrap();
        let answer = challenge.check(&Password::typed("correct horse battery"), scene.clock.now());
        assert!(answer.proven().is_some());
    }

    fn an_expired_link_can_be_used_to_ask_for_a_new_one_once(db: &TestDb) {
        let scene = Scene::new(db);
        let anna = scene.person(Some("anna@example.com"), None);
        scene.invite(anna, Channel::Email).unwrap();
        scene.send();
        let link = scene.link_to("anna@example.com");
        let ask = || db.write_blocking(|tx| accept::ask_again(tx, &scene.clock, &scene.ids, &link)).unwrap();
        assert!(!ask());
        scene.later(std::time::Duration::from_hours(24 * 15));
        assert!(ask());
        assert!(!ask());
        let told = db.read_blocking(|tx| directory::notifications::list(tx, scene.ctx.account, scene.owner)).unwrap();
        assert_eq!(told.len(), 1);
        assert!(told[0].text.contains("asks for a new invitation"));
    }
}
