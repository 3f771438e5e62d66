//! Making a scope of the directory match a file: who goes, who stays, and the way back.

use db::{Sql, params};
use import::{BadRows, Fate, Former, Mode, Scope, Settings, State};
use kernel::{IdentityId, Role, SessionId};
use testkit::on_both;

use crate::house::{House, Person, general, portraits};

const KNOWN: &str = "User ID,Name,Email,Groups,Card ID,Devices\n\
                     1,Anna Known,anna@example.com,Field,1,Main gate\n\
                     2,Ben Known,ben@example.com,Field,2,Main gate\n\
                     3,Carl Known,carl@example.com,Office,3,\n\
                     4,Dora Known,dora@example.com,Field;Office,4,\n";

fn matching(scope: Scope) -> Settings {
    Settings {
        mode: Mode::Match,
        scope: Some(scope),
        ..general()
    }
}

fn former(former: Former) -> Settings {
    Settings {
        former,
        ..general()
    }
}

fn furnished(db: &testkit::TestDb) -> House {
    let house = House::new(db);
    house.write(|tx, ctx| directory::devices::create(tx, ctx, "Main gate"));
    house.add(KNOWN);
    house
}

fn group(house: &House, name: &str) -> Scope {
    let words = [format!("group:{name}")];
    let scope = house.imports.scope_named(&house.ctx, &words);
    scope.unwrap().unwrap()
}

fn deactivated(house: &House) -> Vec<String> {
    let mut names: Vec<_> = house
        .people()
        .into_iter()
        .filter(|person| person.user.status == "deactivated")
        .map(|person| person.user.full_name())
        .collect();
    names.sort();
    names
}

fn departing(house: &House, import: &import::Import) -> Vec<(String, Fate)> {
    let page = house.imports.departures(&house.ctx, import.id, 0, 100);
    page.unwrap()
        .into_iter()
        .map(|departure| (departure.name, departure.fate))
        .collect()
}

on_both! {
    fn only_people_of_the_scope_who_are_missing_go(db: &testkit::TestDb) {
        let house = furnished(db);
        let file = "User ID,Name\n1,Anna Known\n9,Nina New\n";
        let plan = house.plan(file, &matching(group(&house, "Field")));
        assert_eq!(house.fates(&plan), "unchanged created");
        let departures = plan.plan.as_ref().unwrap().departures.clone().unwrap();
        assert_eq!((departures.people, departures.in_scope, departures.immune), (2, 3, 0));
        assert_eq!(departures.scope, "people in Field");
        assert_eq!(deactivated(&house), [""; 0], "a plan changes nothing");
        let done = house.carry_out(&plan);
        assert_eq!(done.state, State::Done);
        assert!(done.counts.adds_up());
        assert_eq!((done.counts.rows, done.counts.unchanged, done.counts.created), (2, 1, 1));
        assert_eq!(deactivated(&house), ["Ben Known", "Dora Known"]);
        let departed = house.imports.departed(&house.ctx, &done).unwrap();
        assert_eq!((departed.planned, departed.deactivated, departed.kept), (2, 2, 0));
        let ben = house.person("Ben Known");
        assert_eq!(ben.cards[0].state, "reserved", "nothing else of them changes");
        assert_eq!(ben.groups.len(), 1);
    }

    fn everybody_of_the_account_is_a_scope(db: &testkit::TestDb) {
        let house = furnished(db);
        house.import("User ID,Name\n3,Carl Known\n", &matching(Scope::Everybody));
        assert_eq!(deactivated(&house), ["Anna Known", "Ben Known", "Dora Known"]);
        // Whoever is deactivated is not in the scope again.
        let plan = house.plan("User ID,Name\n3,Carl Known\n", &matching(Scope::Everybody));
        assert_eq!(plan.plan.unwrap().departures.unwrap().people, 0);
    }

    fn a_row_that_cannot_be_imported_still_names_its_person(db: &testkit::TestDb) {
        let house = furnished(db);
        let file = "User ID,Name,Email\n\
                    1,Anna Known,no address\n\
                    ,Ben Known,ben@example.com\n\
                    3,Carl Known,carl@example.com\n\
                    3,Carl Other,carl@example.com\n\
                    4,Dora Known,anna@example.com\n";
        let done = house.import(file, &matching(Scope::Everybody));
        assert_eq!(house.fates(&done), "failed unchanged unchanged failed failed");
        assert_eq!(deactivated(&house), [""; 0]);
    }

    fn unticked_rows_keep_their_person(db: &testkit::TestDb) {
        let house = furnished(db);
        let file = "User ID,Name\n1,Anna Known\n2,Ben Known\n3,Carl Known\n";
        let import = house.receive(&house.ctx, file, &matching(Scope::Everybody)).unwrap();
        let all = import::Picks::AllExcept;
        house.imports.pick(&house.ctx, import.id, None, all, &[2, 3], true).unwrap();
        let watch = import::Watch::nobody();
        let plan = house.imports.check(&house.ctx, import.id, &watch).unwrap();
        house.carry_out(&plan);
        assert_eq!(deactivated(&house), ["Dora Known"]);
    }

    fn rows_skipped_by_a_correction_keep_their_person(db: &testkit::TestDb) {
        let house = furnished(db);
        let file = "User ID,Name,Email\n1,Anna Known,no address\n2,Ben Known,\n3,Carl Known,\n";
        let plan = house.plan(file, &matching(Scope::Everybody));
        let skip = import::Edit {
            fix: import::Fix::Skip,
            rows: import::Rows::Numbers { rows: vec![2] },
            columns: Vec::new(),
        };
        house.imports.edit(&house.ctx, plan.id, None, &skip).unwrap();
        let watch = import::Watch::nobody();
        let plan = house.imports.check(&house.ctx, plan.id, &watch).unwrap();
        assert_eq!((house.fates(&plan).as_str(), house.told(&plan).len()), ("skipped unchanged unchanged", 0));
        house.carry_out(&plan);
        assert_eq!(deactivated(&house), ["Dora Known"]);
    }

    fn owners_administrators_and_the_operator_are_immune(db: &testkit::TestDb) {
        let house = furnished(db);
        for (first, role) in [("Olga", Role::Owner), ("Adam", Role::Admin), ("Mona", Role::Manager)] {
            house.create(&Person { first, role: Some(role), ..Person::default() }).unwrap();
        }
        let adam = house.person("Adam").user;
        let ctx = house.as_user(&adam);
        let file = "User ID,Name\n1,Anna Known\n2,Ben Known\n3,Carl Known\n4,Dora Known\n";
        let plan = house.plan_as(&ctx, file, &matching(Scope::Everybody));
        let departures = plan.plan.as_ref().unwrap().departures.clone().unwrap();
        assert_eq!((departures.people, departures.immune), (1, 2));
        house.imports.start(&ctx, plan.id, None, Some(1)).unwrap();
        house.run_jobs();
        assert_eq!(deactivated(&house), ["Mona"]);
    }

    fn the_number_has_to_be_typed(db: &testkit::TestDb) {
        let house = furnished(db);
        let plan = house.plan("User ID,Name\n1,Anna Known\n", &matching(Scope::Everybody));
        let guard = plan.plan.as_ref().unwrap().guard.clone().unwrap();
        assert_eq!(guard.number, 3);
        assert_eq!(guard.reasons, ["This import deactivates 3 of 4 people in the account (75 %)."]);
        for wrong in [None, Some(4)] {
            let refusal = house.imports.start(&house.ctx, plan.id, None, wrong).unwrap_err();
            assert_eq!(refusal.code(), "guard_tripped");
        }
        assert!(house.imports.start(&house.ctx, plan.id, None, Some(3)).is_ok());
    }

    fn who_was_changed_since_the_check_is_kept_and_listed(db: &testkit::TestDb) {
        let house = furnished(db);
        let plan = house.plan("User ID,Name\n1,Anna Known\n", &matching(group(&house, "Field")));
        house.edit("Ben Known", |user| user.title = Some("Boss".to_owned()));
        let done = house.carry_out(&plan);
        assert_eq!(deactivated(&house), ["Dora Known"]);
        let departed = house.imports.departed(&house.ctx, &done).unwrap();
        assert_eq!((departed.deactivated, departed.kept), (1, 1));
        let mut listed = departing(&house, &done);
        listed.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(listed, [
            ("Ben Known".to_owned(), Fate::Kept),
            ("Dora Known".to_owned(), Fate::Deactivated),
        ]);
        // The undo leaves alone whom the import did.
        let undone = house.undo(&done);
        assert_eq!(undone.state, State::Undone);
        let report = undone.undo.unwrap();
        assert_eq!((report.reinstated, report.kept_departed), (1, 0));
        assert_eq!(house.person("Ben Known").user.title.as_deref(), Some("Boss"));
    }

    fn undo_makes_them_active_again(db: &testkit::TestDb) {
        let house = furnished(db);
        let before = portraits(&house);
        let first = house.person("Ben Known").user.import;
        let done = house.import("User ID,Name\n1,Anna Changed\n", &matching(Scope::Everybody));
        assert_eq!(deactivated(&house).len(), 3);
        let preview = house.imports.undo_preview(&house.ctx, done.id).unwrap();
        assert_eq!((preview.restored, preview.reinstated, preview.kept()), (1, 3, 0));
        let undone = house.undo(&done);
        assert_eq!((undone.state, undone.undo.unwrap()), (State::Undone, preview));
        assert_eq!(portraits(&house), before);
        assert_eq!(house.person("Ben Known").user.import, first);
    }

    fn undo_keeps_those_changed_since(db: &testkit::TestDb) {
        let house = furnished(db);
        let done = house.import("User ID,Name\n1,Anna Known\n", &matching(Scope::Everybody));
        house.edit("Ben Known", |user| user.title = Some("Retired".to_owned()));
        let undone = house.undo(&done);
        assert_eq!(undone.state, State::PartlyUndone);
        let report = undone.undo.unwrap();
        assert_eq!((report.reinstated, report.kept_departed), (2, 1));
        assert_eq!(report.kept[0].1, "Ben Known");
        assert_eq!(deactivated(&house), ["Ben Known"]);
    }

    fn nothing_unless_all_holds_for_them_too(db: &testkit::TestDb) {
        let house = furnished(db);
        let settings = Settings { bad_rows: BadRows::Stop, ..matching(Scope::Everybody) };
        let plan = house.plan("User ID,Name\n1,Anna Changed\n", &settings);
        house.edit("Ben Known", |user| user.title = Some("Boss".to_owned()));
        let refused = house.carry_out(&plan);
        assert_eq!(refused.state, State::Refused);
        assert_eq!(deactivated(&house), [""; 0]);
        assert!(house.names().contains(&"Anna Known".to_owned()));
        let done = house.import("User ID,Name\n1,Anna Changed\n", &settings);
        assert_eq!((done.state, deactivated(&house).len()), (State::Done, 3));
        let undone = house.undo(&done);
        assert_eq!((undone.state, deactivated(&house).len()), (State::Undone, 0));
    }

    fn a_run_whose_process_died_deactivates_everybody_once(db: &testkit::TestDb) {
        let house = furnished(db);
        let plan = house.plan("User ID,Name\n9,Nina New\n", &matching(Scope::Everybody));
        house.imports.start(&house.ctx, plan.id, None, Some(4)).unwrap();
        house.dying_runner("writing").run_one().unwrap();
        assert_eq!(house.found(&plan).state, State::Running);
        house.wait(1);
        house.run_jobs();
        let done = house.found(&plan);
        assert_eq!(done.state, State::Done);
        assert_eq!(deactivated(&house).len(), 4);
        let departed = house.imports.departed(&house.ctx, &done).unwrap();
        assert_eq!((departed.deactivated, departed.kept), (4, 0));
    }

    fn their_sessions_end(db: &testkit::TestDb) {
        let house = furnished(db);
        let identity: IdentityId = house.ctx.new_id();
        house.edit("Ben Known", |user| {
            user.identity = Some(identity);
            user.status = "active".to_owned();
        });
        let ben = house.person("Ben Known").user;
        let (now, later) = (house.ctx.now(), house.ctx.now().checked_add(std::time::Duration::from_hours(9)));
        let insert = |text: &'static str| Sql::pair("test", text, text);
        house.write(|tx, ctx| {
            tx.execute(
                &insert("insert into identities (id, created_at, updated_at) values ($1, $2, $2)"),
                params![identity, now],
            )?;
            let set = insert("update users set identity_id = $3 where account_id = $1 and id = $2");
            tx.execute(&set, params![ctx.account, ben.id, identity])?;
            let begin = insert(
                "insert into sessions (id, identity_id, account_id, user_id, token_hash, created_at, \
                 last_seen_at, expires_at) values ($1, $2, $3, $4, $5, $6, $6, $7)",
            );
            let id: SessionId = ctx.new_id();
            let token = vec![7_u8; 32];
            tx.execute(&begin, params![id, identity, ctx.account, ben.id, token, now, later])
        });
        let sessions = || {
            let count = insert("select count(*) as n from sessions");
            house.db.read_blocking(|tx| tx.fetch_one::<(i64,)>(&count, params![])).unwrap().0
        };
        assert_eq!(sessions(), 1);
        let done = house.import("User ID,Name\n1,Anna Known\n", &matching(group(&house, "Field")));
        assert_eq!((deactivated(&house).len(), sessions()), (2, 0));
        // Coming back does not bring the session back.
        house.undo(&done);
        assert_eq!(house.person("Ben Known").user.status, "active");
        assert_eq!(sessions(), 0);
    }

    fn a_scope_must_be_named_and_known(db: &testkit::TestDb) {
        let house = furnished(db);
        let refused = |settings: &Settings| {
            let import = house.receive(&house.ctx, "User ID,Name\n1,Anna\n", settings).unwrap();
            let watch = import::Watch::nobody();
            let refusal = house.imports.check(&house.ctx, import.id, &watch).unwrap_err();
            refusal.code().to_owned()
        };
        assert_eq!(refused(&Settings { scope: None, ..matching(Scope::Everybody) }), "scope_missing");
        assert_eq!(refused(&matching(Scope::Groups(vec![house.ctx.new_id()]))), "scope_unknown");
        assert_eq!(refused(&matching(Scope::Groups(Vec::new()))), "scope_unknown");
        for word in ["nobody", "group:Nowhere", "team:Field", ""] {
            let named = house.imports.scope_named(&house.ctx, &[word.to_owned()]);
            assert_eq!(named.unwrap_err().code(), "scope_unknown", "{word}");
        }
    }

    fn a_later_check_without_the_mode_forgets_them(db: &testkit::TestDb) {
        let house = furnished(db);
        let plan = house.plan("User ID,Name\n1,Anna Known\n", &matching(Scope::Everybody));
        let settings = general();
        house.imports.configure(&house.ctx, plan.id, None, settings).unwrap();
        let watch = import::Watch::nobody();
        let plan = house.imports.check(&house.ctx, plan.id, &watch).unwrap();
        assert_eq!(plan.plan.as_ref().unwrap().departures, None);
        house.carry_out(&plan);
        assert_eq!(deactivated(&house), [""; 0]);
    }

    fn former_people_stay_come_back_or_are_skipped(db: &testkit::TestDb) {
        let cases = [
            (Former::Leave, "updated", "deactivated", Some("Lead"), 1, "reserved", 0),
            (Former::Skip, "skipped", "deactivated", None, 1, "reserved", 0),
            (Former::Restore, "updated", "invited", Some("Lead"), 1, "reserved", 1),
            (Former::Fresh, "updated", "invited", Some("Lead"), 0, "revoked", 1),
        ];
        for (choice, fate, status, title, grants, card, back) in cases {
            let house = furnished(db);
            house.edit("Ben Known", |user| user.status = "deactivated".to_owned());
            let before = portraits(&house);
            let done = house.import("User ID,Title\n2,Lead\n", &former(choice));
            assert_eq!(house.fates(&done), fate, "{choice:?}");
            assert_eq!(done.plan.as_ref().unwrap().reactivated, back, "{choice:?}");
            let ben = house.person("Ben Known");
            assert_eq!((ben.user.status.as_str(), ben.user.title.as_deref()), (status, title), "{choice:?}");
            assert_eq!((ben.grants.len(), ben.cards[0].state.as_str()), (grants, card), "{choice:?}");
            let told = house.told(&done);
            assert_eq!(told.is_empty(), back == 1, "{choice:?} {told:?}");
            assert_eq!(house.undo(&done).state, State::Undone);
            assert_eq!(portraits(&house), before, "{choice:?}");
        }
    }

    fn what_the_row_names_is_kept_by_whoever_comes_back(db: &testkit::TestDb) {
        let house = furnished(db);
        house.edit("Ben Known", |user| user.status = "deactivated".to_owned());
        let file = "User ID,Devices,Card ID\n2,Main gate,2\n";
        house.import(file, &former(Former::Fresh));
        let ben = house.person("Ben Known");
        assert_eq!((ben.grants.len(), ben.cards[0].state.as_str()), (1, "reserved"));
    }

    fn an_administrator_cannot_bring_back_an_owner(db: &testkit::TestDb) {
        let house = furnished(db);
        for (first, role) in [("Olga", Role::Owner), ("Adam", Role::Admin)] {
            let id = Some(if first == "Olga" { "77" } else { "78" });
            house.create(&Person { first, external_id: id, role: Some(role), ..Person::default() }).unwrap();
        }
        house.edit("Olga", |user| user.status = "deactivated".to_owned());
        let ctx = house.as_user(&house.person("Adam").user);
        let plan = house.plan_as(&ctx, "User ID,Title\n77,Lead\n", &former(Former::Restore));
        assert_eq!(house.told(&plan), ["2 role_not_allowed role"]);
    }
}
