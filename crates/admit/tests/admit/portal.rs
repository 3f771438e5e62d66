//! People without a role of note invite by their own access, within its bounds.

use std::time::Duration;

use admit::{AdmitError, Standing};
use directory::{access, devices};
use kernel::{AccessType, GroupName, Schedule, UserId};
use testkit::TestDb;

use crate::scene::Scene;

testkit::on_both! {
    fn lets_only_those_invite_whose_access_allows_it(db: &TestDb) {
        let scene = Scene::new(db);
        let (gate, door) = (scene.device("Gate"), scene.device("Door"));
        let terms = |kind| scene.terms(kind, None);
        let [full, tenant, always] = [
            ("Full One", AccessType::Full),
            ("Tenant One", AccessType::Tenant),
            ("Always One", AccessType::Always),
        ]
        .map(|(name, kind)| {
            let user = scene.person(name, None, "active");
            scene.grant(user, gate, terms(kind));
            scene.acting(user, name)
        });
        let open = |ctx| db.write_blocking(|tx| admit::open(tx, ctx));
        assert!(matches!(open(&always), Err(AdmitError::MayNotInvite)));
        assert!(matches!(open(&scene.acting(scene.person("No One", None, "active"), "No One")), Err(AdmitError::MayNotInvite)));
        let rights = db.read_blocking(|tx| admit::Rights::load(tx, &full)).unwrap();
        assert_eq!(rights.devices.len(), 1);
        assert!(matches!(scene.draft(&full, &scene.always(), &[door]), Err(AdmitError::DeviceNotAllowed(_))));
        assert!(matches!(scene.draft(&tenant, &scene.always(), &[gate]), Err(AdmitError::TypeNotAllowed(_))));
        let end = scene.in_minutes(60);
        assert!(scene.draft(&tenant, &scene.terms(AccessType::Temporary, Some(end)), &[gate]).is_ok());
    }

    fn tells_whoever_is_no_administrator_nothing_of_the_directory(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let full = scene.person("Full One", None, "active");
        scene.grant(full, gate, scene.terms(AccessType::Full, None));
        let ctx = scene.acting(full, "Full One");
        let boss = scene.person_with("The Boss", Some("+27821234500"), Some("boss@harbour.example"), "invited");
        db.write_blocking(|tx| {
            let sql = db::Sql::new("promote", "update users set role = 'admin' where id = $1");
            tx.execute(&sql, db::params![boss])
        }).unwrap();
        scene.person("Known Away", Some("+27821234509"), "deactivated");
        let id = scene.draft(&ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(&ctx, id, "name,phone,email,notes\nNickname,+27821234500,,secret\nBy Mail,+27821234599,boss2@harbour.example,\nAway,+27821234509,,\n");
        let outlook = db
            .write_blocking(|tx| admit::outlook(tx, &ctx, &scene.delivery(), id))
            .unwrap();
        assert_eq!((outlook.people, outlook.at_once, outlook.by_sms, outlook.barred), (3, 0, 0, 0));
        assert!(!outlook.tells_who);
        scene.send(&ctx, id).unwrap();
        scene.settle();
        let people = scene.people(&ctx, id);
        let told: Vec<_> = people.iter().map(|p| (p.name.as_str(), p.standing, p.problem.as_deref(), p.may_have_link)).collect();
        assert_eq!(
            told,
            [
                ("Nickname", Standing::Pending, None, false),
                ("By Mail", Standing::Pending, None, true),
                ("Away", Standing::NotGiven, Some("Could not be given access. Ask an administrator."), false),
            ]
        );
        // Who was here is as they were, and is written to at their own address.
        assert_eq!(scene.texts("select first_name || ' ' || last_name as name from users where phone = '+27821234500'"), ["The Boss"]);
        assert_eq!(scene.count("select count(*) as n from grants where invited_by is not null and notes = 'secret'"), 1);
        let link = |number| db.write_blocking(|tx| admit::hand_over(tx, &ctx, &scene.delivery(), id, number));
        // A link would make its holder an administrator.
        assert!(matches!(link(1), Err(AdmitError::NoLink)));
        assert!(link(2).is_ok());
        let owner = db.write_blocking(|tx| admit::hand_over(tx, &scene.ctx, &scene.delivery(), id, 1));
        assert!(matches!(owner, Err(AdmitError::NotFound)));
    }

    fn holds_guests_of_tenants_within_their_bounds(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let tenants = ["First Tenant", "Second Tenant"].map(|name| {
            let user = scene.person(name, None, "active");
            scene.grant(user, gate, scene.terms(AccessType::Tenant, None));
            scene.acting(user, name)
        });
        let limits = devices::GuestLimits::new(120, 3).unwrap();
        db.write_blocking(|tx| {
            access::configure(tx, &scene.ctx, gate, &GroupName::parse("Gate").unwrap(), limits)
        }).unwrap();
        let hour = scene.terms(AccessType::Temporary, Some(scene.in_minutes(60)));
        let long = scene.terms(AccessType::Temporary, Some(scene.in_minutes(121)));
        let draft = |tenant: usize, number: u32| {
            let id = scene.draft(&tenants[tenant], &hour, &[gate]).unwrap();
            for guest in 0..number {
                let phone = format!("+278212{:05}", tenant as u32 * 100 + guest);
                scene.add(&tenants[tenant], id, "Some Guest", &phone).unwrap();
            }
            id
        };
        let (first, second) = (draft(0, 2), draft(1, 2));
        db.write_blocking(|tx| admit::choose_access(tx, &tenants[0], first, &long)).unwrap();
        assert!(matches!(scene.send(&tenants[0], first), Err(AdmitError::TooLong { minutes: 120, .. })));
        db.write_blocking(|tx| admit::choose_access(tx, &tenants[0], first, &hour)).unwrap();
        scene.send(&tenants[0], first).unwrap();
        // The first one's guests have their places before the import has run.
        assert!(matches!(scene.send(&tenants[1], second), Err(AdmitError::NoRoom { free: 1, .. })));
        scene.settle();
        assert!(matches!(scene.send(&tenants[1], second), Err(AdmitError::NoRoom { free: 1, .. })));
        assert_eq!(scene.count("select count(*) as n from grants where is_guest"), 2);
        // Places come back when access is over.
        scene.clock.advance(Duration::from_mins(61));
        let hour = scene.terms(AccessType::Temporary, Some(scene.in_minutes(60)));
        db.write_blocking(|tx| admit::choose_access(tx, &tenants[1], second, &hour)).unwrap();
        scene.send(&tenants[1], second).unwrap();
        scene.settle();
        assert_eq!(scene.standings(&tenants[1], second).len(), 2);
        assert_eq!(scene.sheet(&tenants[1], second).counts.pending, 2);
    }

    fn loses_the_right_to_send_with_the_access(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let user = scene.person("Full One", None, "active");
        scene.grant(user, gate, scene.terms(AccessType::Full, Some(scene.in_minutes(30))));
        let ctx = scene.acting(user, "Full One");
        let id = scene.draft(&ctx, &scene.always(), &[gate]).unwrap();
        scene.add(&ctx, id, "Some Guest", "+27821234567").unwrap();
        scene.clock.advance(Duration::from_mins(31));
        assert!(matches!(scene.send(&ctx, id), Err(AdmitError::MayNotInvite)));
        assert_eq!(scene.count("select count(*) as n from imports"), 0);
    }

    fn hands_no_link_over_once_others_have_given_more(db: &TestDb) {
        let scene = Scene::new(db);
        let (gate, door, hall) = (scene.device("Gate"), scene.device("Door"), scene.device("Hall"));
        let sender = scene.person("Full One", None, "active");
        for device in [gate, door] {
            scene.grant(sender, device, scene.terms(AccessType::Full, None));
        }
        let ctx = scene.acting(sender, "Full One");
        let id = scene.draft(&ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(
            &ctx,
            id,
            "name,phone\nPlain One,+27821234501\nGiven More,+27821234502\nIn Group,+27821234503\n\
             In Workflow,+27821234504\nWith Card,+27821234505\nWith Seat,+27821234506\n",
        );
        scene.send(&ctx, id).unwrap();
        scene.settle();
        let user = |name: &str| scene.user(name);
        scene.grant(user("Given More"), hall, scene.always());
        let other = UserId::from_uuid(scene.ctx.account.uuid());
        for (text, name) in [
            ("insert into group_members (account_id, user_id, group_id, created_at) values ($1, $2, $3, 1)", "In Group"),
            ("insert into workflow_participants (account_id, user_id, workflow_id, created_at) values ($1, $2, $3, 1)", "In Workflow"),
            ("insert into cards (account_id, user_id, id, number, card_type, state, created_at) values ($1, $2, $3, '77', 'rf', 'issued', 1)", "With Card"),
            ("insert into module_seats (account_id, user_id, module_key, created_at) select $1, $2, 'lifts', 1 where cast($3 as uuid) is not null", "With Seat"),
        ] {
            let insert = db::Sql::new("insert", text);
            db.write_blocking(|tx| tx.execute(&insert, db::params![ctx.account, user(name), other])).unwrap();
        }
        let offered = || {
            let people = scene.people(&ctx, id).into_iter().filter(|person| person.may_have_link);
            people.map(|person| person.name).collect::<Vec<_>>()
        };
        assert_eq!(offered(), ["Plain One"]);
        let link = |ctx: &_, number| db.write_blocking(|tx| admit::hand_over(tx, ctx, &scene.delivery(), id, number));
        assert!(link(&ctx, 1).is_ok());
        for number in 2..=6 {
            assert!(matches!(link(&ctx, number), Err(AdmitError::NoLink)), "{number}");
        }
        // What they gave is not theirs to give any more, though something else still is.
        db.write_blocking(|tx| access::revoke(tx, &scene.ctx, gate, sender)).unwrap();
        assert!(offered().is_empty());
        assert!(matches!(link(&ctx, 1), Err(AdmitError::NoLink)));
        db.write_blocking(|tx| access::revoke(tx, &scene.ctx, door, sender)).unwrap();
        assert!(offered().is_empty());
        assert!(matches!(link(&ctx, 1), Err(AdmitError::MayNotInvite)));
    }

    fn leaves_alone_what_others_give_meanwhile(db: &TestDb) {
        let scene = Scene::new(db);
        let (gate, door) = (scene.device("Gate"), scene.device("Door"));
        let sender = scene.person("Full One", None, "active");
        for device in [gate, door] {
            scene.grant(sender, device, scene.terms(AccessType::Full, None));
        }
        let ctx = scene.acting(sender, "Full One");
        let known = scene.person("Known Guest", Some("+27821234500"), "active");
        let former = scene.person("Former Guest", Some("+27821234501"), "active");
        scene.grant(former, gate, scene.terms(AccessType::Temporary, Some(scene.in_minutes(10))));
        scene.clock.advance(Duration::from_mins(20));
        let until = scene.in_minutes(600);
        let id = scene.draft(&ctx, &scene.terms(AccessType::Temporary, Some(until)), &[gate, door]).unwrap();
        scene.upload(&ctx, id, "name,phone,notes\nKnown Guest,+27821234500,Unit 1\nFormer Guest,+27821234501,Unit 2\n");
        scene.send(&ctx, id).unwrap();
        // Before the import is made, and with another end.
        let longer = scene.in_minutes(6000);
        scene.grant(known, gate, scene.terms(AccessType::Temporary, Some(longer)));
        scene.settle();
        let told = "select d.name || ' ' || g.access_type || ' ' || coalesce(g.notes, '-') || case when g.invited_by is null then '' else ' signed' end as line \
            from grants g join devices d on d.id = g.device_id where g.access_type <> 'full' order by d.name, coalesce(g.notes, '-')";
        assert_eq!(
            scene.texts(told),
            [
                "Door temporary Unit 1 signed",
                "Door temporary Unit 2 signed",
                "Gate temporary -",
                "Gate temporary Unit 2 signed",
            ]
        );
        let ends = scene.texts("select cast(ends_at as text) as line from grants where notes is null and ends_at is not null");
        assert_eq!(ends, [longer.as_micros().to_string()]);
        assert_eq!(scene.standings(&ctx, id).len(), 2);
    }

    fn signs_access_of_every_type(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let sender = scene.person("Full One", None, "active");
        scene.grant(sender, gate, scene.terms(AccessType::Full, None));
        let ctx = scene.acting(sender, "Full One");
        let hours = Schedule::parse("mon-wed 9:00-17:00").unwrap();
        let repeat = access::Terms::new(AccessType::Repeat, Some(hours), None, None, scene.clock.now()).unwrap();
        let [full, tenant, always] = [AccessType::Full, AccessType::Tenant, AccessType::Always].map(|kind| scene.terms(kind, None));
        let temporary = scene.terms(AccessType::Temporary, Some(scene.in_minutes(60)));
        for (number, terms) in [repeat, full, tenant, always, temporary].iter().enumerate() {
            let id = scene.draft(&ctx, terms, &[gate]).unwrap();
            scene.upload(&ctx, id, &format!("name,phone,notes\nSome One,+2782123450{number},Unit\n"));
            scene.send(&ctx, id).unwrap();
            scene.settle();
        }
        let signed = scene.texts("select access_type from grants where invited_by is not null and notes = 'Unit' order by access_type");
        assert_eq!(signed, ["always", "full", "repeat", "temporary", "tenant"]);
    }
}
