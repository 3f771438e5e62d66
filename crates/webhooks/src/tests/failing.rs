//! What becomes of events and webhooks that fail for long.

use std::time::Duration;

use db::{Sql, params};
use directory::{
    activity::{self, ActivityFilter, Area, At},
    notifications,
    users::{self, NewUser},
};
use kernel::{Email, PersonKind, PersonName, Role};
use testkit::{TestDb, on_both};
use uuid::Uuid;

use super::{
    receiver::Receiver,
    scene::{account, get, happen, log, send, states, webhook},
};
use crate::{
    Trouble,
    deliveries::DeliveryState,
    subscriptions::{self, State},
};

fn subject(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

on_both! {
    fn waits_get_longer_and_the_receiver_is_heard(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        happen(db, &ctx, "import.start", subject(1), "");
        let mut waits = Vec::new();
        for tries in 1..=9 {
            receiver.answer(&[(500, "")]);
            assert_eq!(send(db, &ctx), 1, "try {tries}");
            let wait = log(db, &ctx, id)[0].next_at.unwrap().since(ctx.now());
            waits.push(wait.as_secs());
            ctx.clock.advance(wait + Duration::from_mins(5));
        }
        let least = [5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200, 43_200];
        for (wait, least) in waits.iter().zip(least) {
            assert!((least..=least + least / 5).contains(wait), "{waits:?}");
        }

        let (ctx, receiver) = (account(db, "Quarry"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        happen(db, &ctx, "import.start", subject(1), "");
        happen(db, &ctx, "import.start", subject(2), "");
        receiver.answer(&[(429, "retry-after: 120")]);
        // The other one is not tried before the receiver's time is over, either.
        assert_eq!(send(db, &ctx), 1);
        ctx.clock.advance(Duration::from_secs(119));
        assert_eq!(send(db, &ctx), 0);
        ctx.clock.advance(Duration::from_secs(2));
        assert_eq!(send(db, &ctx), 2);
        assert_eq!(states(db, &ctx, id), [DeliveryState::Delivered; 2]);
    }

    fn a_webhook_that_fails_is_tried_with_one_event_at_a_time_and_is_caught_up_with(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        for number in 0..10 {
            happen(db, &ctx, "import.start", subject(number), "");
        }
        receiver.answer(&[(503, ""); 5]);
        assert_eq!(send(db, &ctx), 3);
        ctx.clock.advance(Duration::from_secs(5));
        assert_eq!(send(db, &ctx), 1);
        ctx.clock.advance(Duration::from_mins(11));
        assert_eq!(send(db, &ctx), 1);
        ctx.clock.advance(Duration::from_mins(1));
        // Now it answers: what was put off for long goes at once, too.
        send(db, &ctx);
        assert_eq!(states(db, &ctx, id), [DeliveryState::Delivered; 10]);
    }

    fn an_event_that_is_never_taken_is_given_up_and_lets_the_next_one_pass(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        happen(db, &ctx, "import.start", subject(1), "");
        happen(db, &ctx, "import.apply", subject(1), "");
        let mut round = 1;
        while states(db, &ctx, id)[0] != DeliveryState::GivenUp {
            round += 1;
            assert!(round < 30);
            ctx.clock.advance(log(db, &ctx, id)[0].next_at.unwrap().since(ctx.now()));
            receiver.answer(&[(422, "")]);
            send(db, &ctx);
            // The receiver works, as others show.
            happen(db, &ctx, "import.start", subject(round), "");
            assert_eq!(send(db, &ctx), 1);
        }
        assert!(round > 10);
        assert_eq!(states(db, &ctx, id)[..2], [DeliveryState::GivenUp, DeliveryState::Delivered]);
        assert_eq!(get(db, &ctx, id).state, State::On);
    }

    fn a_webhook_that_fails_for_days_is_switched_off_with_a_notice(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let new = |name: &str, role| NewUser {
            name: PersonName::from_full(name).unwrap(),
            external_id: None,
            email: Some(Email::parse(&format!("{}@example.com", name.to_lowercase())).unwrap()),
            phone: None,
            role,
            kind: PersonKind::Employee,
        };
        let make = |name, role| db.write_blocking(|tx| users::create(tx, &ctx, &new(name, role))).unwrap().id;
        let (owner, user) = (make("Olga", Role::Owner), make("Udo", Role::User));
        let active = Sql::new("active", "update users set status = 'active' where account_id = $1");
        db.write_blocking(|tx| tx.execute(&active, params![ctx.account])).unwrap();
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        happen(db, &ctx, "import.start", subject(1), "");
        happen(db, &ctx, "import.apply", subject(1), "");
        receiver.answer(&[(500, ""); 12]);
        let began = ctx.now();
        while get(db, &ctx, id).state == State::On {
            assert_eq!(send(db, &ctx), 1);
            // Longer than the longest wait.
            ctx.clock.advance(Duration::from_hours(15));
        }
        assert!(ctx.now().since(began) >= Duration::from_hours(72));
        let off = get(db, &ctx, id);
        assert_eq!((off.state, off.reason, off.waiting), (State::Failed, Some(Trouble::Refused), 2));
        assert_eq!(states(db, &ctx, id), [DeliveryState::Held; 2]);
        // Those who look after it are told, and the log says so.
        let told = db.read_blocking(|tx| notifications::list(tx, ctx.account, owner)).unwrap();
        let told: Vec<_> = told.iter().filter(|one| one.kind == "webhook.failed").collect();
        assert_eq!((told.len(), told[0].subject), (1, Some(id.uuid())));
        assert!(told[0].text.contains("The webhook Door system was switched off"), "{}", told[0].text);
        assert_eq!(db.read_blocking(|tx| notifications::list(tx, ctx.account, user)).unwrap(), []);
        let newest = db.read_blocking(|tx| activity::page(tx, &ctx, &ActivityFilter::default(), At::Newest, 1)).unwrap();
        assert_eq!(newest.entries[0].action, "webhook.failed");
        // Nothing is sent and nothing heard of until somebody switches it on; then what waited goes.
        happen(db, &ctx, "import.undo", subject(1), "");
        ctx.clock.advance(Duration::from_hours(24));
        assert_eq!(send(db, &ctx), 0);
        let sent = receiver.requests().len();
        receiver.recover();
        db.write_blocking(|tx| subscriptions::switch(tx, &ctx, id, true)).unwrap();
        while send(db, &ctx) > 0 {
            ctx.clock.advance(Duration::from_secs(6));
        }
        assert_eq!(states(db, &ctx, id), [DeliveryState::Delivered; 2]);
        assert!(receiver.requests().len() >= sent + 2);
    }

    fn an_address_that_is_gone_is_switched_off_at_once(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        happen(db, &ctx, "import.start", subject(1), "");
        receiver.answer(&[(410, "")]);
        assert_eq!(send(db, &ctx), 1);
        let off = get(db, &ctx, id);
        assert_eq!((off.state, off.reason), (State::Failed, Some(Trouble::Gone)));
        assert_eq!(states(db, &ctx, id), [DeliveryState::Held]);
    }
}
