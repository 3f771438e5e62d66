//! Waves, resending, bounces, reminders.

use std::{collections::BTreeMap, time::Duration};

use directory::{Actor, Ctx, notifications};
use identity::identities::Proven;
use invite::{
    Channel, InviteError, Standing, list,
    manage::{self, Invited},
    many,
    wave::{self, NewWave, Order, Preview, Selection, Wanted, WaveState},
};
use kernel::Role;
use testkit::{TestDb, on_both, overtake};

use crate::scene::Scene;

const DAY: Duration = Duration::from_hours(24);

fn funnel(scene: &Scene<'_>) -> BTreeMap<Standing, i64> {
    scene
        .db
        .read_blocking(|tx| list::funnel(tx, scene.ctx.account, scene.clock.now()))
        .unwrap()
}

on_both! {
    fn a_wave_invites_everybody_once_and_lists_who_could_not_be(db: &TestDb) {
        let scene = Scene::new(db);
        let anna = scene.person(Some("anna@example.com"), Some("+27821234567"));
        let by_phone = scene.person(None, Some("+27821234568"));
        scene.person(None, None);
        scene.person(Some("unknown@example.com"), None);
        scene.identity(Some("known@example.com"), None, Proven::Email);
        let known = scene.person(Some("Known@example.com"), None);
        let new = NewWave { selection: Selection::Everybody, again: false, channel: Wanted::Any, days: None, send_at: None };
        let preview = db.read_blocking(|tx| wave::preview(tx, &scene.ctx, &new).map_err(|_| db::Error::NotFound)).unwrap();
        assert_eq!(preview, Preview { by_email: 2, by_sms: 1, connected: 1, signs_in: 0, already: 0, unreachable: 1 });
        let wave = scene.wave(Selection::Everybody, false);
        assert_eq!((wave.state, wave.invited, wave.connected, wave.unreachable), (WaveState::Done, 3, 1, 1));
        assert_eq!(scene.recipients(), ["anna@example.com"]);
        assert_eq!((scene.status(known).as_str(), scene.status(anna).as_str()), ("active", "invited"));
        let expected = BTreeMap::from([(Standing::Sent, 2), (Standing::Bounced, 1)]);
        assert_eq!(funnel(&scene), expected);
        let bounced = db.read_blocking(|tx| list::page(tx, &scene.ctx, Some(Standing::Bounced), None)).unwrap();
        assert_eq!(bounced[0].reason.as_deref(), Some("There is no mailbox with this address."));
        let plain = Ctx { actor: Actor::new(Some(anna), "Anna", Role::User), ..scene.ctx.clone() };
        let refused = db.read_blocking(|tx| list::page(tx, &plain, None, None));
        assert!(matches!(refused, Err(InviteError::Forbidden(_))));
        let of_phone = db.read_blocking(|tx| list::of_user(tx, scene.ctx.account, by_phone, scene.clock.now())).unwrap();
        assert_eq!((of_phone[0].channel, of_phone[0].recipient.as_deref()), (Channel::Sms, Some("+27821234568")));
        // A second wave for the same people leaves alone who was invited.
        let second = scene.wave(Selection::Everybody, false);
        assert_eq!((second.invited, second.already), (0, 3));
        assert_eq!(scene.recipients().len(), 1);
    }

    fn administrators_are_told_of_all_bounces_at_once(db: &TestDb) {
        let scene = Scene::new(db);
        for n in 0..3 {
            scene.person(Some(&format!("unknown{n}@example.com")), None);
        }
        scene.wave(Selection::Everybody, false);
        scene.later(Duration::from_mins(1));
        scene.settle();
        let to_maria: Vec<_> = scene.server.mails().into_iter().filter(|mail| mail.to == "maria@harbour.example").collect();
        assert_eq!(to_maria.len(), 1);
        for n in 0..3 {
            assert!(to_maria[0].content.contains(&format!("unknown{n}@example.com: There is no mailbox")), "{}", to_maria[0].content);
        }
        let told = db.read_blocking(|tx| notifications::list(tx, scene.ctx.account, scene.owner)).unwrap();
        assert_eq!(told.iter().filter(|told| told.text == "3 messages could not be delivered.").count(), 1);
        // Of those that come back later they hear an hour later, together.
        for n in 3..5 {
            let user = scene.person(Some(&format!("unknown{n}@example.com")), None);
            scene.invite(user, Channel::Email).unwrap();
            scene.send();
            scene.later(Duration::from_mins(20));
            scene.settle();
        }
        let mails = || scene.server.mails().iter().filter(|mail| mail.to == "maria@harbour.example").count();
        assert_eq!(mails(), 1);
        scene.later(Duration::from_mins(20));
        scene.settle();
        assert_eq!(mails(), 2);
    }

    fn a_large_wave_waits_for_the_first_few(db: &TestDb) {
        let scene = Scene::new(db);
        for n in 0..510 {
            scene.person(Some(&format!("{}{n}@example.com", if n % 5 == 0 { "unknown" } else { "p" })), None);
            scene.later(Duration::from_millis(2));
        }
        let new = NewWave { selection: Selection::Everybody, again: false, channel: Wanted::Any, days: None, send_at: None };
        let id = db.write_blocking(|tx| wave::begin(tx, &scene.ctx, &new)).unwrap();
        scene.settle();
        scene.later(Duration::from_secs(5));
        scene.settle();
        let held = scene.wave_state(id);
        assert_eq!((held.state, held.invited), (WaveState::Held, 20));
        db.write_blocking(|tx| wave::order(tx, &scene.ctx, id, Order::Resume)).unwrap();
        scene.settle();
        let done = scene.wave_state(id);
        assert_eq!((done.state, done.invited), (WaveState::Done, 510));
        let mut recipients = scene.recipients();
        recipients.retain(|to| to.starts_with('p'));
        assert_eq!(recipients.len(), 408);
        recipients.dedup();
        assert_eq!(recipients.len(), 408);
    }

    fn administrators_hear_of_the_waves_of_others(db: &TestDb) {
        let scene = Scene::new(db);
        // Somebody without a role sends; the wizard begins the wave for them.
        let sender = scene.person(Some("sender@example.com"), None);
        let mut ctx = scene.ctx.clone();
        ctx.actor.user = Some(sender);
        let begin = |people| {
            let new = NewWave { selection: Selection::People(people), again: false, channel: Wanted::Any, days: None, send_at: None };
            db.write_blocking(|tx| wave::begin(tx, &ctx, &new)).unwrap()
        };
        let many = (0..510).map(|n| scene.person(Some(&format!("unknown{n}@example.com")), None));
        let id = begin(many.collect());
        scene.settle();
        scene.later(Duration::from_secs(5));
        scene.settle();
        assert_eq!(scene.wave_state(id).state, WaveState::Held);
        let done = begin(vec![scene.person(Some("anna@example.com"), None)]);
        scene.settle();
        assert_eq!(scene.wave_state(done).state, WaveState::Done);
        let told = |user| {
            let told = db.read_blocking(|tx| notifications::list(tx, scene.ctx.account, user)).unwrap();
            told.into_iter().map(|told| told.kind).filter(|kind| kind.starts_with("invitations.")).collect::<Vec<_>>()
        };
        assert_eq!(told(scene.owner), ["invitations.held"]);
        assert!(told(sender).is_empty());
        scene.wave(Selection::People(vec![scene.person(Some("ben@example.com"), None)]), false);
        assert!(told(scene.owner).contains(&"invitations.done".to_owned()));
    }

    fn the_first_few_are_spread_over_everybody(db: &TestDb) {
        let scene = Scene::new(db);
        for n in 0..600 {
            scene.person(Some(&format!("p{n:03}@example.com")), None);
            scene.later(Duration::from_millis(2));
        }
        let new = NewWave { selection: Selection::Everybody, again: false, channel: Wanted::Any, days: None, send_at: None };
        let id = db.write_blocking(|tx| wave::begin(tx, &scene.ctx, &new)).unwrap();
        scene.runner().run_all_due().unwrap();
        assert_eq!((scene.wave_state(id).state, scene.wave_state(id).invited), (WaveState::Watching, 20));
        scene.send();
        let mut first = scene.recipients();
        first.sort();
        assert_eq!(first.len(), 20);
        // One of each thirty, about: not those that happened to come first.
        for part in ["p0", "p1", "p2", "p3", "p4", "p5"] {
            assert!(first.iter().filter(|to| to.starts_with(part)).count() >= 2, "{first:?}");
        }
        scene.later(Duration::from_secs(5));
        scene.settle();
        let done = scene.wave_state(id);
        assert_eq!((done.state, done.invited, done.already), (WaveState::Done, 600, 0));
        let mut everybody = scene.recipients();
        everybody.sort();
        everybody.dedup();
        assert_eq!(everybody.len(), 600);
    }

    fn a_wave_can_wait_for_its_moment_and_be_taken_back_before(db: &TestDb) {
        let scene = Scene::new(db);
        let people: Vec<_> = (0..3).map(|n| scene.person(Some(&format!("p{n}@example.com")), None)).collect();
        let at = scene.clock.now().checked_add(DAY * 2);
        let new = NewWave { selection: Selection::People(people), again: false, channel: Wanted::Any, days: None, send_at: at };
        let id = db.write_blocking(|tx| wave::begin(tx, &scene.ctx, &new)).unwrap();
        scene.settle();
        assert_eq!((scene.wave_state(id).state, scene.recipients().len()), (WaveState::Done, 0));
        assert_eq!(funnel(&scene), BTreeMap::from([(Standing::Waiting, 3)]));
        scene.later(DAY * 2);
        scene.settle();
        assert_eq!(scene.recipients().len(), 3);
        for at in [scene.clock.now().checked_sub(DAY), scene.clock.now().checked_add(DAY * 91)] {
            let refused = db.write_blocking(|tx| wave::begin(tx, &scene.ctx, &NewWave { send_at: at, ..new.clone() }));
            assert!(matches!(refused, Err(InviteError::SendAt)));
        }
        let late = scene.person(Some("late@example.com"), None);
        let new = NewWave { selection: Selection::People(vec![late]), send_at: scene.clock.now().checked_add(DAY), ..new };
        let id = db.write_blocking(|tx| wave::begin(tx, &scene.ctx, &new)).unwrap();
        db.write_blocking(|tx| wave::order(tx, &scene.ctx, id, Order::Pause)).unwrap();
        db.write_blocking(|tx| wave::order(tx, &scene.ctx, id, Order::Resume)).unwrap();
        scene.runner().run_all_due().unwrap();
        assert_eq!(scene.wave_state(id).invited, 1);
    }

    fn stopping_takes_back_what_has_not_left(db: &TestDb) {
        let scene = Scene::new(db);
        for n in 0..600 {
            scene.person(Some(&format!("p{n}@example.com")), None);
        }
        let new = NewWave {
            selection: Selection::Everybody, again: false, channel: Wanted::Any, days: None,
            send_at: scene.clock.now().checked_add(DAY),
        };
        let id = db.write_blocking(|tx| wave::begin(tx, &scene.ctx, &new)).unwrap();
        scene.settle();
        assert_eq!((scene.wave_state(id).state, scene.wave_state(id).invited), (WaveState::Watching, 20));
        db.write_blocking(|tx| wave::order(tx, &scene.ctx, id, Order::Stop)).unwrap();
        scene.later(DAY * 2);
        scene.settle();
        assert_eq!((scene.wave_state(id).state, scene.wave_state(id).invited), (WaveState::Stopped, 0));
        assert!(scene.recipients().is_empty());
        assert_eq!(funnel(&scene), BTreeMap::from([(Standing::Withdrawn, 20)]));
    }

    fn stopping_takes_back_what_is_being_made(db: &TestDb) {
        let scene = Scene::new(db);
        let people: Vec<_> = (0..3).map(|n| scene.person(Some(&format!("p{n}@example.com")), None)).collect();
        let new = NewWave { selection: Selection::People(people), again: false, channel: Wanted::Any, days: None, send_at: None };
        let id = db.write_blocking(|tx| wave::begin(tx, &scene.ctx, &new)).unwrap();
        let (stopped, ran) = overtake(
            db,
            |tx| wave::order(tx, &scene.ctx, id, Order::Stop),
            || scene.runner().run_all_due(),
        );
        stopped.unwrap();
        ran.unwrap();
        scene.settle();
        assert_eq!((scene.wave_state(id).state, scene.wave_state(id).invited), (WaveState::Stopped, 0));
        assert!(scene.recipients().is_empty() && funnel(&scene).is_empty());
    }

    fn all_who_stand_somewhere_are_invited_again_by_another_way(db: &TestDb) {
        let scene = Scene::new(db);
        for n in 0..3 {
            scene.person(Some(&format!("unknown{n}@example.com")), Some(&format!("+2782123456{n}")));
        }
        scene.person(Some("anna@example.com"), None);
        scene.wave(Selection::Everybody, false);
        assert_eq!(funnel(&scene), BTreeMap::from([(Standing::Sent, 1), (Standing::Bounced, 3)]));
        let new = NewWave {
            selection: Selection::Standing(Standing::Bounced), again: true, channel: Wanted::Sms, days: None, send_at: None,
        };
        let preview = db.read_blocking(|tx| wave::preview(tx, &scene.ctx, &new).map_err(|_| db::Error::NotFound)).unwrap();
        assert_eq!((preview.by_sms, preview.total()), (3, 3));
        db.write_blocking(|tx| wave::begin(tx, &scene.ctx, &new)).unwrap();
        scene.settle();
        assert_eq!(funnel(&scene), BTreeMap::from([(Standing::Sent, 4)]));
    }

    fn several_are_taken_back_or_get_more_time_at_once(db: &TestDb) {
        let scene = Scene::new(db);
        let people: Vec<_> = (0..3).map(|n| scene.person(Some(&format!("p{n}@example.com")), None)).collect();
        scene.wave(Selection::People(people.clone()), false);
        let extended = db.write_blocking(|tx| many::extend(tx, &scene.ctx, &people[..2], 30)).unwrap();
        assert_eq!(extended, 2);
        // More time is never less.
        assert_eq!(db.write_blocking(|tx| many::extend(tx, &scene.ctx, &people[..2], 1)).unwrap(), 2);
        scene.later(DAY * 20);
        assert_eq!(funnel(&scene), BTreeMap::from([(Standing::Sent, 2), (Standing::Expired, 1)]));
        assert_eq!(db.write_blocking(|tx| many::withdraw(tx, &scene.ctx, &people)).unwrap(), 3);
        assert_eq!(funnel(&scene), BTreeMap::from([(Standing::Withdrawn, 3)]));
        let mut by_user = scene.ctx.clone();
        by_user.actor.role = Role::User;
        assert!(matches!(db.write_blocking(|tx| many::withdraw(tx, &by_user, &people)), Err(InviteError::Forbidden(_))));
    }

    fn a_sheet_has_links_for_those_without_an_address(db: &TestDb) {
        let scene = Scene::new(db);
        scene.person(Some("anna@example.com"), None);
        for _ in 0..many::SHEET + 2 {
            scene.person(None, None);
        }
        let settings = scene.settings();
        let sheet = |selection: Selection| db.write_blocking(|tx| many::sheet(tx, &scene.ctx, &settings, &selection)).unwrap();
        let first = sheet(Selection::Everybody);
        assert_eq!((first.links.len(), first.has_more), (many::SHEET, true));
        let second = sheet(Selection::Everybody);
        assert_eq!((second.links.len(), second.has_more), (2, false));
        assert!(sheet(Selection::Everybody).links.is_empty());
        assert_eq!(funnel(&scene), BTreeMap::from([(Standing::Prepared, many::SHEET as i64 + 2)]));
        let link = crate::scene::token_in(&second.links[0].1);
        assert_eq!((scene.offer(&link).account_name.as_str(), scene.offer(&link).login.as_str()), ("Harbour", ""));
    }

    fn a_sheet_has_new_links_for_those_whose_link_is_over(db: &TestDb) {
        let scene = Scene::new(db);
        let settings = scene.settings();
        let sheet = |selection| db.write_blocking(|tx| many::sheet(tx, &scene.ctx, &settings, &selection)).unwrap().links;
        for _ in 0..2 {
            scene.person(None, None);
        }
        assert_eq!(sheet(Selection::Everybody).len(), 2);
        for standing in [Standing::Prepared, Standing::Expired] {
            assert!(sheet(Selection::Standing(standing)).is_empty(), "{standing:?}");
        }
        scene.later(DAY * 15);
        assert_eq!(funnel(&scene), BTreeMap::from([(Standing::Expired, 2)]));
        assert_eq!(sheet(Selection::Standing(Standing::Expired)).len(), 2);
        assert!(sheet(Selection::Standing(Standing::Expired)).is_empty());
        scene.later(DAY * 15);
        assert_eq!(sheet(Selection::Everybody).len(), 2);
        assert_eq!(funnel(&scene), BTreeMap::from([(Standing::Prepared, 2)]));
        // A message that came back, to an address that was taken away since.
        let ben = scene.person(Some("unknown@example.com"), None);
        scene.invite(ben, Channel::Email).unwrap();
        scene.settle();
        assert!(sheet(Selection::Standing(Standing::Bounced)).is_empty());
        let forget = db::Sql::new("forget", "update users set email = null, email_key = null where id = $1");
        db.write_blocking(|tx| tx.execute(&forget, db::params![ben])).unwrap();
        assert_eq!(sheet(Selection::Standing(Standing::Bounced)).len(), 1);
        assert!(sheet(Selection::Everybody).is_empty());
    }

    fn a_wave_that_is_stopped_leaves_the_rest_uninvited(db: &TestDb) {
        let scene = Scene::new(db);
        let people: Vec<_> = (0..3).map(|n| scene.person(Some(&format!("p{n}@example.com")), None)).collect();
        let new = NewWave { selection: Selection::People(people), again: false, channel: Wanted::Any, days: None, send_at: None };
        let id = db.write_blocking(|tx| wave::begin(tx, &scene.ctx, &new)).unwrap();
        db.write_blocking(|tx| wave::order(tx, &scene.ctx, id, Order::Pause)).unwrap();
        scene.settle();
        assert_eq!((scene.wave_state(id).state, scene.recipients().len()), (WaveState::Paused, 0));
        db.write_blocking(|tx| wave::order(tx, &scene.ctx, id, Order::Stop)).unwrap();
        scene.settle();
        assert_eq!((scene.wave_state(id).state, scene.recipients().len()), (WaveState::Stopped, 0));
        let again = db.write_blocking(|tx| wave::order(tx, &scene.ctx, id, Order::Resume));
        assert!(matches!(again, Err(InviteError::NotOpen)));
    }

    fn sending_again_makes_the_older_link_worthless_and_is_bounded(db: &TestDb) {
        let scene = Scene::new(db);
        let anna = scene.person(Some("anna@example.com"), None);
        scene.invite(anna, Channel::Email).unwrap();
        scene.send();
        let first = scene.link_to("anna@example.com");
        assert_eq!(scene.wave(Selection::People(vec![anna]), true).invited, 1);
        let second = scene.link_to("anna@example.com");
        assert_ne!(first, second);
        assert!(matches!(scene.look(&first), invite::accept::Door::Closed));
        assert_eq!(scene.offer(&second).login, "anna@example.com");
        scene.invite(anna, Channel::Email).unwrap();
        assert!(matches!(scene.invite(anna, Channel::Email), Err(InviteError::TooOften)));
        assert_eq!(scene.wave(Selection::People(vec![anna]), true).already, 1);
        // Handing over a link is always possible, and a day later so is a message.
        assert!(matches!(scene.invite(anna, Channel::Link), Ok(Invited::Link(_))));
        scene.later(DAY);
        scene.later(Duration::from_secs(1));
        scene.invite(anna, Channel::Email).unwrap();
    }

    fn who_signs_in_or_has_no_address_is_not_invited(db: &TestDb) {
        let scene = Scene::new(db);
        let nobody = scene.person(None, None);
        assert!(matches!(scene.invite(nobody, Channel::Email), Err(InviteError::NoAddress("e-mail address"))));
        assert!(matches!(scene.invite(nobody, Channel::Sms), Err(InviteError::NoAddress("phone number"))));
        assert!(matches!(scene.invite(scene.owner, Channel::Email), Err(InviteError::SignsIn)));
        assert!(matches!(scene.invite(scene.ids.next(scene.clock.now()), Channel::Email), Err(InviteError::NotFound)));
        let mut user = scene.ctx.clone();
        user.actor.role = Role::User;
        assert!(matches!(scene.invite_in(&user, nobody, Channel::Email), Err(InviteError::Forbidden(_))));
        // Somebody else of the account signs in with the number already.
        let identity = scene.identity(None, Some("+27821234567"), Proven::Phone);
        let first = scene.person(Some("a@example.com"), Some("+27821234567"));
        assert_eq!(scene.invite(first, Channel::Email).unwrap(), Invited::Connected);
        assert_eq!(scene.status(first), "active");
        let _ = identity;
    }

    fn a_withdrawn_invitation_is_over_and_an_extended_one_goes_on(db: &TestDb) {
        let scene = Scene::new(db);
        let (anna, bob) = (scene.person(Some("anna@example.com"), None), scene.person(Some("bob@example.com"), None));
        scene.invite(anna, Channel::Email).unwrap();
        scene.invite(bob, Channel::Email).unwrap();
        scene.send();
        let of = |user| db.read_blocking(|tx| list::of_user(tx, scene.ctx.account, user, scene.clock.now())).unwrap()[0].clone();
        db.write_blocking(|tx| manage::withdraw(tx, &scene.ctx, of(anna).id)).unwrap();
        assert_eq!(of(anna).standing, Standing::Withdrawn);
        assert!(matches!(db.write_blocking(|tx| manage::withdraw(tx, &scene.ctx, of(anna).id)), Err(InviteError::NotOpen)));
        let link = scene.link_to("bob@example.com");
        scene.later(DAY * 14);
        assert_eq!(of(bob).standing, Standing::Expired);
        assert!(matches!(scene.look(&link), invite::accept::Door::Expired { .. }));
        db.write_blocking(|tx| manage::extend(tx, &scene.ctx, of(bob).id, 7)).unwrap();
        assert_eq!((of(bob).standing, scene.offer(&link).first_name.as_str()), (Standing::Sent, "Person2"));
    }

    fn reminders_go_out_on_their_days_and_only_to_those_who_have_not_come(db: &TestDb) {
        let scene = Scene::new(db);
        let anna = scene.person(Some("anna@example.com"), None);
        let bob = scene.person(Some("bob@example.com"), None);
        for user in [anna, bob] {
            scene.invite(user, Channel::Email).unwrap();
        }
        db.write_blocking(|tx| invite::schedule_reminders(tx, &scene.ids, scene.clock.now())).unwrap();
        db.write_blocking(|tx| invite::schedule_reminders(tx, &scene.ids, scene.clock.now())).unwrap();
        scene.send();
        scene.accept(&scene.link_to("bob@example.com")).unwrap();
        let mails = |to: &str| scene.recipients().iter().filter(|recipient| *recipient == to).count();
        for (days, expected) in [(1, 1), (2, 1), (3, 2), (4, 2), (6, 2), (7, 3), (10, 3), (13, 3)] {
            scene.later(testkit::NOW.checked_add(DAY * days).unwrap().since(scene.clock.now()) + Duration::from_mins(11));
            scene.settle();
            assert_eq!((mails("anna@example.com"), mails("bob@example.com")), (expected, 1), "after {days} days");
        }
        assert!(scene.server.mails().last().unwrap().content.contains("Reminder"));
        let invitations = db.read_blocking(|tx| list::of_user(tx, scene.ctx.account, anna, scene.clock.now())).unwrap();
        assert_eq!((invitations.len(), invitations[0].number), (1, 3));
        scene.later(DAY * 2);
        assert!(matches!(scene.look(&scene.link_to("anna@example.com")), invite::accept::Door::Expired { .. }));
    }

    fn a_wave_survives_the_death_of_its_runner_without_inviting_twice(db: &TestDb) {
        let scene = Scene::new(db);
        let people: Vec<_> = (0..1_200).map(|n| scene.person(Some(&format!("p{n}@example.com")), None)).collect();
        let new = NewWave { selection: Selection::People(people), again: true, channel: Wanted::Email, days: Some(30), send_at: None };
        let id = db.write_blocking(|tx| wave::begin(tx, &scene.ctx, &new)).unwrap();
        // Each runner does one job and is forgotten; the first one is taken for dead in between.
        for _ in 0..6 {
            let runner = scene.runner();
            runner.context().wake.stop();
            runner.run_one().unwrap();
            scene.send();
            scene.later(Duration::from_secs(6));
        }
        scene.settle();
        let done = scene.wave_state(id);
        assert_eq!((done.state, done.invited), (WaveState::Done, 1_200));
        let mut recipients = scene.recipients();
        assert_eq!(recipients.len(), 1_200);
        recipients.dedup();
        assert_eq!(recipients.len(), 1_200);
    }
}
