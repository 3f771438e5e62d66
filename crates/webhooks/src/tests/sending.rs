//! What is sent, to whom, in which order, and how often.

use std::{collections::BTreeSet, thread, time::Duration};

use db::{Sql, params};
use directory::{activity, activity::Area, users};
use jobs::Wake;
use kernel::UserId;
use testkit::{TestDb, on_both};
use uuid::Uuid;

use super::{
    receiver::Receiver,
    scene::{account, get, happen, log, redeliver, send, sender, states, webhook},
};
use crate::{Trouble, deliveries, deliveries::DeliveryState, subscriptions};

fn subject(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// What the receiver was told, by the details of the entries.
fn told(receiver: &Receiver) -> Vec<String> {
    let requests = receiver.requests();
    let details = requests
        .iter()
        .map(|request| request.json()["data"]["details"].clone());
    details
        .map(|details| details.as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    fn a_signed_event_is_sent_until_it_is_taken(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, secret) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        happen(db, &ctx, "import.apply", subject(7), "42 rows");
        let at = ctx.now();
        receiver.answer(&[(500, "")]);
        assert_eq!(send(db, &ctx), 1);
        let failed = log(db, &ctx, id).remove(0);
        assert_eq!((failed.state, failed.attempts), (DeliveryState::Waiting, 1));
        assert_eq!((failed.status, failed.trouble), (Some(500), Some(Trouble::Refused)));
        let wait = failed.next_at.unwrap().since(at);
        assert!((5_000..=6_000).contains(&wait.as_millis()), "{wait:?}");
        assert_eq!(send(db, &ctx), 0);
        ctx.clock.advance(Duration::from_secs(6));
        assert_eq!(send(db, &ctx), 1);
        let taken = log(db, &ctx, id).remove(0);
        assert_eq!((taken.state, taken.status, taken.trouble), (DeliveryState::Delivered, Some(200), None));
        assert_eq!(get(db, &ctx, id).delivered_at, Some(ctx.now()));

        let requests = receiver.requests();
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[0].path, "/hook");
        assert_eq!(requests[0].id(), requests[1].id());
        for request in &requests {
            assert!(request.is_signed_by(&secret));
            assert!(!request.is_signed_by("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
            assert_eq!(request.headers["content-type"], "application/json");
        }
        let seconds = |request: &super::receiver::Request| request.headers["webhook-timestamp"].parse::<i64>().unwrap();
        assert_eq!(seconds(&requests[1]) - seconds(&requests[0]), 6);
        let event = requests[0].json();
        assert_eq!(event["type"], "import.apply");
        assert_eq!(event["timestamp"], at.to_string());
        let data = &event["data"];
        assert_eq!(data["id"], requests[0].id());
        assert_eq!(data["account"], ctx.account.to_string());
        assert_eq!((&data["area"], &data["subject_kind"]), (&"imports".into(), &"import".into()));
        assert_eq!(data["actor"]["kind"], "system");
        assert_eq!(data["details"], "42 rows");
        assert_eq!(data["url"], format!("https://people.example.com/api/v1/imports/{}", subject(7)));
    }

    fn only_what_was_asked_for_is_heard_of_and_nothing_of_other_accounts(db: &TestDb) {
        let (ours, theirs) = (account(db, "Harbour"), account(db, "Quarry"));
        let (receiver, other) = (Receiver::start(), Receiver::start());
        webhook(db, &ours, &receiver, &[Area::Imports, Area::SignIn]);
        webhook(db, &theirs, &other, &[Area::Added]);
        happen(db, &ours, "user.create", subject(1), "ours");
        happen(db, &ours, "import.start", subject(2), "import");
        happen(db, &ours, "user.sign_in", None::<Uuid>, "door");
        happen(db, &theirs, "user.create", subject(3), "theirs");
        happen(db, &theirs, "import.start", subject(4), "theirs, unasked");
        send(db, &ours);
        assert_eq!(BTreeSet::from_iter(told(&receiver)), BTreeSet::from(["door".to_owned(), "import".to_owned()]));
        assert_eq!(told(&other), ["theirs"]);
    }

    fn a_subject_waits_for_its_earlier_event_and_others_do_not(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        happen(db, &ctx, "import.start", subject(1), "a1");
        happen(db, &ctx, "import.apply", subject(1), "a2");
        happen(db, &ctx, "import.start", subject(2), "b1");
        happen(db, &ctx, "import.complete", subject(1), "a3");
        receiver.answer(&[(500, "")]);
        assert_eq!(send(db, &ctx), 2);
        assert_eq!(told(&receiver), ["a1", "b1"]);
        // Those that wait for it are not even looked at before its time.
        let due: BTreeSet<_> = log(db, &ctx, id).iter().filter_map(|one| one.next_at).collect();
        assert_eq!(due.len(), 1);
        happen(db, &ctx, "import.undo", subject(1), "a4");
        let newest = log(db, &ctx, id).pop().unwrap();
        assert_eq!(newest.next_at.as_ref(), due.first());
        ctx.clock.advance(Duration::from_secs(6));
        assert_eq!(send(db, &ctx), 4);
        assert_eq!(told(&receiver), ["a1", "b1", "a1", "a2", "a3", "a4"]);
    }

    fn two_senders_send_nothing_twice_and_keep_the_order(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        for number in 0..24 {
            happen(db, &ctx, "import.start", subject(number % 3), &format!("{number:02}"));
        }
        ctx.clock.advance(Duration::from_secs(1));
        let wake = Wake::default();
        thread::scope(|scope| {
            for _ in 0..2 {
                let sender = sender(db.reopen(), &ctx, &wake);
                scope.spawn(move || sender.run());
            }
            receiver.wait_for(24);
            wake.stop();
        });
        assert_eq!(states(db, &ctx, id), [DeliveryState::Delivered; 24]);
        let told = told(&receiver);
        assert_eq!(told.len(), 24);
        for line in 0..3 {
            let of_one: Vec<u128> = told.iter().map(|text| text.parse().unwrap()).filter(|number| number % 3 == line).collect();
            assert!(of_one.is_sorted(), "{of_one:?}");
        }
    }

    fn what_a_dead_sender_had_taken_is_sent_again_with_the_same_id(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        happen(db, &ctx, "import.start", subject(1), "taken");
        let take = Sql::new("take", "update webhook_deliveries set state = 'taken', worker = 'webhooks:dead', first_tried_at = $2 where webhook_id = $1");
        db.write_blocking(|tx| tx.execute(&take, params![id, ctx.now()])).unwrap();
        let event = log(db, &ctx, id)[0].event;
        let refused = db.write_blocking(|tx| deliveries::redeliver(tx, &ctx, id, event)).unwrap_err();
        assert_eq!(refused.code(), "delivery_on_its_way");
        assert_eq!(send(db, &ctx), 1);
        assert_eq!(log(db, &ctx, id)[0].event.to_string(), receiver.requests()[0].id());
        assert_eq!(states(db, &ctx, id), [DeliveryState::Delivered]);
    }

    fn redirects_are_not_followed(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        happen(db, &ctx, "import.start", subject(1), "");
        receiver.answer(&[(307, &format!("location: {}", receiver.url("/inside")))]);
        assert_eq!(send(db, &ctx), 1);
        let failed = log(db, &ctx, id).remove(0);
        assert_eq!((failed.status, failed.trouble), (Some(307), Some(Trouble::Refused)));
        assert_eq!(receiver.requests().len(), 1);
    }

    fn something_can_be_sent_again_and_a_test_too(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, secret) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        happen(db, &ctx, "import.start", subject(1), "again");
        assert_eq!(send(db, &ctx), 1);
        let event = log(db, &ctx, id)[0].event;
        redeliver(db, &ctx, id, event);
        assert_eq!(send(db, &ctx), 1);
        let requests = receiver.requests();
        assert_eq!(requests[0].id(), requests[1].id());
        assert_eq!(log(db, &ctx, id)[0].attempts, 1);

        let test = db.write_blocking(|tx| deliveries::test(tx, &ctx, id)).unwrap();
        assert_eq!(send(db, &ctx), 1);
        let request = receiver.requests().remove(2);
        assert!(request.is_signed_by(&secret));
        assert_eq!((request.id(), &request.json()["type"]), (test.to_string().as_str(), &"webhook.test".into()));
        db.write_blocking(|tx| subscriptions::switch(tx, &ctx, id, false)).unwrap();
        let refused = db.write_blocking(|tx| deliveries::test(tx, &ctx, id)).unwrap_err();
        assert_eq!(refused.code(), "webhook_switched_off");
    }

    fn erasing_somebody_leaves_nothing_of_them_here(db: &TestDb) {
        let (mut ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Changed]);
        let person: UserId = ctx.new_id();
        ctx.actor.name = "Thandi Nkosi".to_owned();
        ctx.actor.user = Some(person);
        happen(db, &ctx, "user.update", Some(person.uuid()), "phone of Thandi");
        // Only numbers and ids are kept of an event.
        let texts = Sql::new("texts", "select state || coalesce(worker, '') || coalesce(trouble, '') from webhook_deliveries where webhook_id = $1");
        let kept: Vec<(String,)> = db.read_blocking(|tx| tx.fetch(&texts, params![id])).unwrap();
        assert_eq!(kept, [("waiting".to_owned(),)]);
        db.write_blocking(|tx| {
            users::stage_ids(tx, [person])?;
            activity::erase_staged(tx, ctx.account, ctx.now())
        })
        .unwrap();
        assert_eq!(send(db, &ctx), 1);
        let sent = receiver.requests().remove(0);
        assert!(!sent.body.contains("Thandi"), "{}", sent.body);
        assert_eq!(sent.json()["data"]["actor"]["name"], activity::ERASED);
    }
}
