//! Sending: people, access, invitations, and what the sheet says of them.

use std::time::Duration;

use admit::{AdmitError, DraftState, Progress, Sending, Standing};
use directory::access;
use kernel::AccessType;
use testkit::TestDb;

use crate::scene::Scene;

const NEW: &str = "name,phone,notes\nThandi Nkosi,+27821234567,Unit 1\nPiet Botha,+27821234568,\n";

testkit::on_both! {
    fn gives_access_at_once_or_after_an_invitation(db: &TestDb) {
        let scene = Scene::new(db);
        // A name that would divide a list.
        let (gate, door) = (scene.device("Gate; north, 1"), scene.device("Door"));
        scene.person("Known Active", Some("+27821234500"), "active");
        scene.person("Known Away", Some("+27821234509"), "deactivated");
        let half = scene.person("Known Half", Some("+27821234501"), "invited");
        scene.grant(half, gate, scene.always());
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate, door]).unwrap();
        scene.upload(
            &scene.ctx,
            id,
            &format!("{NEW}Other Name,+27821234500,\nKnown Half,+27821234501,\nKnown Away,+27821234509,\n"),
        );
        let outlook = db
            .write_blocking(|tx| admit::outlook(tx, &scene.ctx, &scene.delivery(), id))
            .unwrap();
        assert_eq!((outlook.people, outlook.at_once, outlook.by_sms, outlook.barred), (5, 1, 3, 1));
        let at: Vec<_> = outlook.devices.iter().map(|device| (device.name.as_str(), device.people)).collect();
        assert_eq!(at, [("Door", 5), ("Gate; north, 1", 4)]);

        assert_eq!(scene.send(&scene.ctx, id).unwrap(), Sending::Begun);
        scene.settle();

        let sheet = scene.sheet(&scene.ctx, id);
        assert_eq!(sheet.progress, Progress::Done);
        assert_eq!((sheet.counts.active, sheet.counts.pending, sheet.counts.failed), (1, 3, 1));
        assert_eq!(
            scene.standings(&scene.ctx, id),
            [
                ("Thandi Nkosi".to_owned(), Standing::Pending),
                ("Piet Botha".to_owned(), Standing::Pending),
                ("Other Name".to_owned(), Standing::Active),
                ("Known Half".to_owned(), Standing::Pending),
                ("Known Away".to_owned(), Standing::NotGiven),
            ]
        );
        let at: Vec<_> = sheet.devices.iter().map(|d| (d.name.as_str(), d.active, d.pending)).collect();
        assert_eq!(at, [("Door", 1, 3), ("Gate; north, 1", 1, 2)]);
        // Nothing of who was here changed, and the notes are on the access.
        assert_eq!(scene.count("select count(*) as n from users where first_name = 'Known' and last_name = 'Active'"), 1);
        assert_eq!(scene.count("select count(*) as n from users where notes is not null"), 0);
        assert_eq!(scene.count("select count(*) as n from grants where notes = 'Unit 1'"), 2);
        assert_eq!(scene.count("select count(*) as n from grants where invited_by is not null"), 0);
        assert_eq!(scene.count("select count(*) as n from invitations where channel = 'sms' and state = 'open'"), 3);
        assert_eq!(scene.count("select count(*) as n from notifications where kind = 'invite.sent'"), 1);
        let mut csv = Vec::new();
        db.read_blocking(|tx| admit::write_sheet(tx, &scene.ctx, id, &mut csv)).unwrap();
        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.contains("Other Name,\"+27821234500\",Active,"), "{csv}");
    }

    fn says_when_invitations_wait_for_an_administrator(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(&scene.ctx, id, NEW);
        scene.send(&scene.ctx, id).unwrap();
        scene.settle();
        for (state, progress) in [
            ("running", Progress::Inviting),
            ("held", Progress::Waiting),
            ("paused", Progress::Waiting),
            ("stopped", Progress::Stopped),
            ("done", Progress::Done),
        ] {
            let set = db::Sql::new("set", "update invitation_waves set state = $1");
            db.write_blocking(|tx| tx.execute(&set, db::params![state])).unwrap();
            assert_eq!(scene.sheet(&scene.ctx, id).progress, progress, "{state}");
        }
    }

    fn sends_once_when_pressed_twice(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(&scene.ctx, id, NEW);
        let rev = scene.find(&scene.ctx, id).unwrap().rev;
        let send = || db.write_blocking(|tx| admit::send(tx, &scene.ctx, id, rev)).unwrap();
        assert_eq!((send(), send()), (Sending::Begun, Sending::Already));
        scene.settle();
        assert_eq!(send(), Sending::Already);
        assert_eq!(scene.count("select count(*) as n from imports"), 1);
        assert_eq!(scene.count("select count(*) as n from invitations"), 2);
        assert!(matches!(scene.add(&scene.ctx, id, "Too Late", "+27821234570"), Err(AdmitError::Sent)));
        // A new draft can be begun beside it.
        let other = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        assert_ne!(other, id);
    }

    fn refuses_to_send_what_was_not_seen(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        assert!(matches!(scene.send(&scene.ctx, id), Err(AdmitError::Nobody)));
        scene.upload(&scene.ctx, id, NEW);
        let rev = scene.find(&scene.ctx, id).unwrap().rev;
        scene.add(&scene.ctx, id, "One More", "+27821234570").unwrap();
        let sent = db.write_blocking(|tx| admit::send(tx, &scene.ctx, id, rev));
        assert!(matches!(sent, Err(AdmitError::Stale)));
    }

    fn begins_again_anywhere_without_doing_anything_twice(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(&scene.ctx, id, NEW);
        scene.send(&scene.ctx, id).unwrap();
        // As if the process had ended after the import was stored: its job is begun again.
        scene.runner().run_one().unwrap();
        assert!(scene.find(&scene.ctx, id).unwrap().import.is_some());
        scene.begin_again(id);
        scene.begin_again(id);
        scene.settle();
        assert_eq!(scene.texts("select state from imports"), ["done"]);
        assert_eq!(scene.find(&scene.ctx, id).unwrap().state, DraftState::Sent);
        // And once more after everything was stored.
        scene.begin_again(id);
        scene.settle();
        for (counted, expected) in [
            ("select count(*) as n from imports", 1),
            ("select count(*) as n from invitation_waves", 1),
            ("select count(*) as n from invitations", 2),
            ("select count(*) as n from grants", 2),
            ("select count(*) as n from notifications where kind = 'invite.sent'", 1),
        ] {
            assert_eq!(scene.count(counted), expected, "{counted}");
        }
    }

    fn gives_the_chosen_device_whatever_it_is_called_by_then(db: &TestDb) {
        let scene = Scene::new(db);
        let (gate, door) = (scene.device("Gate"), scene.device("Door"));
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(&scene.ctx, id, NEW);
        scene.rename(gate, "Old gate");
        scene.rename(door, "Gate");
        assert_eq!(scene.find(&scene.ctx, id).unwrap().devices[0].name, "Old gate");
        scene.send(&scene.ctx, id).unwrap();
        scene.rename(door, "Front");
        scene.rename(gate, "Zone gate");
        scene.rename(door, "Old gate");
        scene.settle();
        assert_eq!(scene.sheet(&scene.ctx, id).counts.pending, 2);
        let given = scene.texts("select d.name from grants g join devices d on d.id = g.device_id");
        assert_eq!(given, ["Zone gate", "Zone gate"]);
    }

    fn gives_nothing_when_a_device_is_gone_by_then(db: &TestDb) {
        let scene = Scene::new(db);
        let (gate, door, hall) = (scene.device("Gate"), scene.device("Door"), scene.device("Hall"));
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate, door]).unwrap();
        scene.upload(&scene.ctx, id, NEW);
        scene.send(&scene.ctx, id).unwrap();
        db.write_blocking(|tx| access::remove_device(tx, &scene.ctx, gate)).unwrap();
        scene.rename(hall, "Gate");
        scene.settle();
        let Progress::Failed(why) = scene.sheet(&scene.ctx, id).progress else { panic!("it was sent") };
        assert!(why.starts_with("Gate was removed"), "{why}");
        assert_eq!(scene.count("select count(*) as n from grants"), 0);
        assert_eq!(scene.count("select count(*) as n from users"), 1);
    }

    fn says_so_when_nobody_got_access(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let told = || scene.texts("select text from notifications where kind like 'invite.%' order by id");
        scene.person("Known Away", Some("+27821234509"), "deactivated");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.add(&scene.ctx, id, "Known Away", "+27821234509").unwrap();
        scene.send(&scene.ctx, id).unwrap();
        scene.settle();
        assert_eq!(told(), ["Nobody of your invitation got access. The summary has the reasons."]);
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(&scene.ctx, id, &format!("{NEW}Known Away,+27821234509,\n"));
        scene.send(&scene.ctx, id).unwrap();
        scene.settle();
        assert_eq!(told()[1], "2 of the 3 people of your invitation got access. The summary has the reasons.");
        // Somebody stops the import before it has written anything.
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.add(&scene.ctx, id, "Some One", "+27821234511").unwrap();
        scene.send(&scene.ctx, id).unwrap();
        scene.runner().run_one().unwrap();
        let import = scene.find(&scene.ctx, id).unwrap().import.unwrap();
        db.write_blocking(|tx| {
            let pause = db::Sql::new("pause", "update imports set state = 'paused' where id = $1");
            tx.execute(&pause, db::params![import])
        }).unwrap();
        scene.imports.stop(&scene.ctx, import).unwrap();
        scene.settle();
        assert_eq!(told()[2], "Nobody of your invitation got access.");
        let sheet = scene.sheet(&scene.ctx, id);
        assert_eq!(sheet.progress, Progress::Failed("The import was stopped before anybody was given access.".to_owned()));
        assert_eq!((sheet.draft.state, sheet.counts.failed), (DraftState::Failed, 1));
    }

    fn renews_temporary_access_that_is_over(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let user = scene.person("Known Guest", Some("+27821234500"), "active");
        scene.grant(user, gate, scene.terms(AccessType::Temporary, Some(scene.in_minutes(10))));
        let until = scene.in_minutes(600);
        let id = scene.draft(&scene.ctx, &scene.terms(AccessType::Temporary, Some(until)), &[gate]).unwrap();
        scene.upload(&scene.ctx, id, "name,phone\nKnown Guest,+27821234500\n");
        assert!(scene.names(&scene.ctx, id).is_empty());
        scene.clock.advance(Duration::from_mins(20));
        let outlook = db
            .write_blocking(|tx| admit::outlook(tx, &scene.ctx, &scene.delivery(), id))
            .unwrap();
        assert_eq!((outlook.people, outlook.with_access), (1, 0));
        scene.send(&scene.ctx, id).unwrap();
        scene.settle();
        assert_eq!(scene.standings(&scene.ctx, id), [("Known Guest".to_owned(), Standing::Active)]);
        assert_eq!(scene.count("select ends_at as n from grants"), until.as_micros());
        // What was chosen may be over before it is sent.
        let id = scene.draft(&scene.ctx, &scene.terms(AccessType::Temporary, Some(scene.in_minutes(5))), &[gate]).unwrap();
        scene.add(&scene.ctx, id, "Late One", "+27821234501").unwrap();
        scene.clock.advance(Duration::from_mins(6));
        assert!(matches!(scene.send(&scene.ctx, id), Err(AdmitError::Ended)));
    }

    fn can_be_taken_back_like_any_import(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        scene.person("Known Active", Some("+27821234500"), "active");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(&scene.ctx, id, &format!("{NEW}Known Active,+27821234500,Unit 3\n"));
        scene.send(&scene.ctx, id).unwrap();
        scene.settle();
        assert_eq!(scene.count("select count(*) as n from grants"), 3);
        let import = scene.find(&scene.ctx, id).unwrap().import.unwrap();
        scene.imports.queue_undo(&scene.ctx, import, None).unwrap();
        scene.settle();
        assert_eq!(scene.count("select count(*) as n from grants"), 0);
        let standings = scene.standings(&scene.ctx, id);
        assert!(standings.iter().all(|(_, standing)| *standing == Standing::Gone), "{standings:?}");
        let sheet = scene.sheet(&scene.ctx, id);
        assert_eq!((sheet.counts.active, sheet.counts.pending, sheet.counts.gone), (0, 0, 3));
        assert_eq!((sheet.devices[0].active, sheet.devices[0].pending), (0, 0));
    }

    fn says_which_access_is_over(db: &TestDb) {
        let scene = Scene::new(db);
        let (gate, door) = (scene.device("Gate"), scene.device("Door"));
        scene.person("Known Active", Some("+27821234500"), "active");
        let terms = scene.terms(AccessType::Temporary, Some(scene.in_minutes(60)));
        let id = scene.draft(&scene.ctx, &terms, &[gate, door]).unwrap();
        scene.upload(&scene.ctx, id, "name,phone\nKnown Active,+27821234500\nNew One,+27821234501\n");
        scene.send(&scene.ctx, id).unwrap();
        scene.settle();
        let told = || {
            let sheet = scene.sheet(&scene.ctx, id);
            let at: Vec<_> = sheet.devices.iter().map(|device| (device.active, device.pending)).collect();
            ((sheet.counts.active, sheet.counts.pending, sheet.counts.gone), at)
        };
        assert_eq!(told(), ((1, 1, 0), vec![(1, 1), (1, 1)]));
        db.write_blocking(|tx| access::revoke(tx, &scene.ctx, door, scene.user("Known Active"))).unwrap();
        // The other device is still theirs.
        assert_eq!(told(), ((1, 1, 0), vec![(0, 1), (1, 1)]));
        scene.clock.advance(Duration::from_hours(1));
        assert_eq!(told(), ((0, 0, 2), vec![(0, 0), (0, 0)]));
        let people = scene.people(&scene.ctx, id);
        assert!(people.iter().all(|person| person.standing == Standing::Gone && !person.may_have_link));
    }

    fn keeps_drafts_apart_and_for_thirty_days(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.add(&scene.ctx, id, "First One", "+27821234501").unwrap();
        let again = db.write_blocking(|tx| admit::open(tx, &scene.ctx)).unwrap();
        assert_eq!(again.id, id);
        let other = scene.person("Other Admin", None, "active");
        let mut admin = scene.acting(other, "Other Admin");
        admin.actor.role = kernel::Role::Admin;
        assert!(matches!(scene.find(&admin, id), Err(AdmitError::NotFound)));
        assert!(matches!(scene.add(&admin, id, "Not Mine", "+27821234502"), Err(AdmitError::NotFound)));
        db.write_blocking(|tx| admit::schedule_retention(tx, &scene.ids, scene.clock.now())).unwrap();
        scene.clock.advance(Duration::from_hours(24 * 29));
        scene.settle();
        assert_eq!(scene.names(&scene.ctx, id), ["First One"]);
        scene.clock.advance(Duration::from_hours(24 * 2));
        scene.settle();
        assert!(matches!(scene.find(&scene.ctx, id), Err(AdmitError::NotFound)));
        assert_eq!(scene.count("select count(*) as n from invite_cards"), 0);
    }
}
