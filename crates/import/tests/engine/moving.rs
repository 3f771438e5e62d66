//! Cards that somebody else holds: refused, left with their holders, or moved.

use import::{BadRows, CardHeld, Edit, Existing, Fix, Import, Rows, Scope, Settings, State, Watch};
use kernel::Role;
use testkit::on_both;

use crate::house::{House, Person, csv, general, portraits};

const KNOWN: &str = "User ID,Name,Email,Card ID\n\
                     1,Anna Known,anna@example.com,1\n\
                     2,Ben Known,ben@example.com,2\n\
                     3,Carl Known,carl@example.com,3\n";

fn settled(db: &testkit::TestDb) -> House {
    let house = House::new(db);
    house.add(KNOWN);
    house
}

fn held(card_held: CardHeld) -> Settings {
    Settings {
        card_held,
        ..general()
    }
}

fn moving() -> Settings {
    held(CardHeld::Move)
}

/// Number and state of each card.
fn cards(house: &House, name: &str) -> String {
    let mut all: Vec<_> = house
        .person(name)
        .cards
        .iter()
        .map(|card| format!("{} {}", card.number, card.state))
        .collect();
    all.sort();
    all.join(", ")
}

fn redo(house: &House, import: &Import) -> Import {
    house
        .imports
        .queue_redo(&house.ctx, import.id, None)
        .unwrap();
    house.run_jobs();
    house.found(import)
}

fn checked(house: &House, import: &Import) -> Import {
    house
        .imports
        .check(&house.ctx, import.id, &Watch::nobody())
        .unwrap()
}

/// What is said of a problem, wherever it is.
fn said(house: &House, import: &Import, code: &str) -> String {
    house.messages(import).remove(code).unwrap()
}

on_both! {
    fn a_card_of_somebody_else_is_refused_left_or_moved(db: &testkit::TestDb) {
        let file = "User ID,Name,Card ID,Title\n9,Nina New,1,Clerk\n2,Ben Known,3,Lead\n";
        for (choice, fates, told, anna, ben) in [
            (CardHeld::Refuse, "failed failed", "must_fix", "1 reserved", "2 reserved"),
            (CardHeld::Leave, "created updated", "check", "1 reserved", "2 reserved"),
            (CardHeld::Move, "created updated", "check", "1 revoked", "2 revoked, 3 reserved"),
        ] {
            let house = settled(db);
            let done = house.import(file, &held(choice));
            assert_eq!(house.fates(&done), fates, "{choice:?}");
            assert!(done.counts.adds_up());
            let groups = house.imports.problem_groups(&house.ctx, done.id).unwrap();
            let groups: Vec<_> = groups.iter().map(|one| (one.code.as_str(), one.severity.as_str(), one.rows)).collect();
            let code = if choice == CardHeld::Move { "card_moved" } else { "card_id_in_use" };
            assert_eq!(groups, [(code, told, 2)]);
            assert_eq!((cards(&house, "Anna Known").as_str(), cards(&house, "Ben Known").as_str()), (anna, ben));
            let plan = done.plan.as_ref().unwrap();
            let rows = |wanted| if choice == wanted { 2 } else { 0 };
            assert_eq!((plan.cards_moved, plan.cards_left), (rows(CardHeld::Move), rows(CardHeld::Leave)));
            match choice {
                CardHeld::Refuse => assert_eq!(house.names().len(), 3),
                CardHeld::Leave => {
                    assert_eq!(cards(&house, "Nina New"), "");
                    assert_eq!(house.person("Ben Known").user.title.as_deref(), Some("Lead"));
                }
                CardHeld::Move => {
                    assert_eq!(cards(&house, "Nina New"), "1 reserved");
                    assert_eq!(cards(&house, "Carl Known"), "3 revoked");
                }
            }
        }
    }

    fn the_presets_leave_cards_but_for_the_one_that_is_all_or_nothing(db: &testkit::TestDb) {
        let house = settled(db);
        assert_eq!(general().card_held, CardHeld::Leave);
        assert_eq!(Settings::of(import::Preset::Roles).card_held, CardHeld::Refuse);
        let planned = house.plan("Name,Email,Card ID\nNina New,nina@example.com,1\n", &general());
        let text = said(&house, &planned, "card_id_in_use");
        assert!(text.starts_with("Card number is in use: `1`, it stays with Anna Known."), "{text}");
        let planned = house.plan("Name,Email,Card ID\nNina New,nina@example.com,1\n", &moving());
        let text = said(&house, &planned, "card_moved");
        assert!(text.starts_with("The card is taken from its holder: `1`, Anna Known loses it."), "{text}");
        let moved = &planned.plan.as_ref().unwrap().moved[0];
        assert_eq!((moved.row, moved.from.as_str(), moved.to.as_str()), (2, "Anna Known", "Nina New"));
        let mut file = Vec::new();
        house.imports.download_differences(&house.ctx, planned.id, false, &mut file).unwrap();
        let file = String::from_utf8(file).unwrap();
        let holder = house.person("Anna Known").user.id;
        assert!(file.contains(&format!("2,{holder},card_id,1,")), "{file}");
    }

    fn cards_are_swapped_and_go_from_hand_to_hand(db: &testkit::TestDb) {
        let house = settled(db);
        let before = portraits(&house);
        let file = "User ID,Name,Card ID\n1,Anna Known,2\n2,Ben Known,1\n9,Nina New,3\n3,Carl Known,7\n";
        let done = house.import(file, &moving());
        assert_eq!(house.fates(&done), "updated updated created updated");
        assert_eq!(done.state, State::Done);
        assert_eq!(cards(&house, "Anna Known"), "1 revoked, 2 reserved");
        assert_eq!(cards(&house, "Ben Known"), "1 reserved, 2 revoked");
        assert_eq!(cards(&house, "Carl Known"), "3 revoked, 7 reserved");
        assert_eq!(cards(&house, "Nina New"), "3 reserved");
        // Each changed once, however many cards concern them.
        assert!(house.people().iter().all(|one| one.user.version <= 2));
        let after = portraits(&house);
        let undone = house.undo(&done);
        assert_eq!((undone.state, portraits(&house)), (State::Undone, before.clone()));
        let undo = undone.undo.unwrap();
        assert_eq!((undo.returned, undo.restored, undo.removed, undo.kept_holders), (3, 3, 1, 0));
        let preview = house.imports.redo_preview(&house.ctx, done.id).unwrap();
        assert_eq!((preview.created, preview.updated, preview.left), (1, 3, 0));
        let again = redo(&house, &done);
        assert_eq!((again.state, again.counts, portraits(&house)), (State::Done, done.counts, after));
        let undone = house.undo(&again);
        assert_eq!((undone.state, portraits(&house)), (State::Undone, before));
    }

    fn a_holder_changed_since_the_check_keeps_the_card(db: &testkit::TestDb) {
        let house = settled(db);
        let file = "User ID,Name,Card ID,Title\n9,Nina New,1,Clerk\n2,Ben Known,3,Lead\n8,Otto New,8,Cook\n";
        let planned = house.plan(file, &moving());
        house.edit("Anna Known", |user| user.title = Some("Boss".to_owned()));
        house.edit("Carl Known", |user| user.title = Some("Boss".to_owned()));
        let done = house.carry_out(&planned);
        assert_eq!(done.state, State::DoneWithProblems);
        assert_eq!(house.fates(&done), "failed failed created");
        let told: Vec<_> = house.told(&done).into_iter().filter(|one| one.contains("changed")).collect();
        assert_eq!(told, ["2 changed_since_plan", "3 changed_since_plan"]);
        assert!(done.counts.adds_up());
        assert_eq!(cards(&house, "Anna Known"), "1 reserved");
        assert_eq!(cards(&house, "Carl Known"), "3 reserved");
        assert_eq!((cards(&house, "Ben Known").as_str(), house.person("Ben Known").user.title), ("2 reserved", None));
        assert_eq!(house.names(), ["Anna Known", "Ben Known", "Carl Known", "Otto New"]);
        assert_eq!(house.undo(&done).state, State::Undone);
        assert_eq!(cards(&house, "Anna Known"), "1 reserved");
    }

    fn a_receiver_changed_since_the_check_takes_nothing(db: &testkit::TestDb) {
        let house = settled(db);
        let planned = house.plan("User ID,Card ID,Title\n2,3,Lead\n3,{empty},Cook\n", &moving());
        house.edit("Ben Known", |user| user.title = Some("Boss".to_owned()));
        let done = house.carry_out(&planned);
        // The holder's own row belongs to the same card, and waits with it.
        assert_eq!(house.fates(&done), "failed failed");
        assert_eq!((cards(&house, "Ben Known").as_str(), cards(&house, "Carl Known").as_str()), ("2 reserved", "3 reserved"));
        assert_eq!(house.person("Carl Known").user.title, None);
    }

    fn the_first_of_two_rows_gets_the_card(db: &testkit::TestDb) {
        let house = settled(db);
        let done = house.import("User ID,Name,Card ID\n8,Nina New,1\n9,Otto New,1\n", &moving());
        assert_eq!(house.fates(&done), "created failed");
        assert_eq!(house.told(&done), ["2 card_moved card_id", "3 card_id_duplicate card_id"]);
        assert_eq!((cards(&house, "Nina New").as_str(), cards(&house, "Anna Known").as_str()), ("1 reserved", "1 revoked"));
    }

    fn a_holders_own_row_is_written_with_the_loss(db: &testkit::TestDb) {
        let house = settled(db);
        let before = portraits(&house);
        // Anna's row gives her another title, Carl's changes nothing, and neither names a card.
        let file = "User ID,Name,Card ID,Title\n8,Nina New,1,\n1,Anna Known,,Lead\n9,Otto New,3,\n3,Carl Known,,\n";
        let done = house.import(file, &moving());
        assert_eq!(house.fates(&done), "created updated created unchanged");
        let anna = house.person("Anna Known");
        assert_eq!((anna.user.title.as_deref(), anna.user.version), (Some("Lead"), 2));
        assert_eq!((cards(&house, "Anna Known").as_str(), cards(&house, "Carl Known").as_str()), ("1 revoked", "3 revoked"));
        let undone = house.undo(&done);
        assert_eq!((undone.state, portraits(&house)), (State::Undone, before));
    }

    fn what_was_done_to_somebody_since_keeps_their_cards_where_they_are(db: &testkit::TestDb) {
        let house = settled(db);
        let done = house.import("User ID,Name,Card ID\n9,Nina New,1\n2,Ben Known,3\n", &moving());
        house.edit("Nina New", |user| user.title = Some("Boss".to_owned()));
        house.edit("Carl Known", |user| user.title = Some("Boss".to_owned()));
        let preview = house.imports.undo_preview(&house.ctx, done.id).unwrap();
        assert_eq!((preview.returned, preview.restored, preview.removed), (0, 0, 0));
        assert_eq!((preview.kept_created, preview.kept_updated, preview.kept_holders), (1, 1, 2));
        let mut file = Vec::new();
        house.imports.undo_kept(&house.ctx, done.id, &mut file).unwrap();
        let file = String::from_utf8(file).unwrap();
        for name in ["Nina New", "Anna Known", "Ben Known", "Carl Known"] {
            assert!(file.contains(name), "{name} in {file}");
        }
        let after = portraits(&house);
        let undone = house.undo(&done);
        assert_eq!((undone.state, portraits(&house)), (State::PartlyUndone, after));
    }

    fn a_card_that_somebody_else_got_since_does_not_come_back(db: &testkit::TestDb) {
        let house = settled(db);
        let done = house.import("User ID,Name,Card ID\n9,Nina New,1\n", &moving());
        let second = house.import("User ID,Card ID\n2,1\n", &moving());
        assert_eq!(house.fates(&second), "updated");
        assert_eq!(cards(&house, "Ben Known"), "1 reserved, 2 revoked");
        let undone = house.undo(&done);
        assert_eq!(undone.state, State::PartlyUndone);
        assert_eq!((cards(&house, "Anna Known").as_str(), cards(&house, "Ben Known").as_str()), ("1 revoked", "1 reserved, 2 revoked"));
        // The later one first, then the earlier one: each card is where it was.
        house.undo(&second);
        assert_eq!(cards(&house, "Nina New"), "1 reserved");
    }

    fn everything_at_once_moves_cards_or_writes_nothing(db: &testkit::TestDb) {
        let house = settled(db);
        let strict = Settings { bad_rows: BadRows::Stop, ..moving() };
        let file = "User ID,Name,Card ID\n1,Anna Known,2\n2,Ben Known,1\n9,Nina New,3\n8,Otto New,8\n";
        let before = portraits(&house);
        let planned = house.plan(file, &strict);
        house.edit("Carl Known", |user| user.title = Some("Boss".to_owned()));
        let refused = house.carry_out(&planned);
        assert_eq!((refused.state, refused.reason.unwrap().code.as_str()), (State::Refused, "changed_since_plan"));
        house.edit("Carl Known", |user| user.title = None);
        assert_eq!(portraits(&house), before);
        let done = house.import(file, &strict);
        assert_eq!((done.state, house.fates(&done)), (State::Done, "updated updated created created".to_owned()));
        assert_eq!(cards(&house, "Nina New"), "3 reserved");
        let after = portraits(&house);
        house.undo(&done);
        assert_eq!(portraits(&house), before);
        let again = redo(&house, &done);
        assert_eq!((again.state, portraits(&house)), (State::Done, after));
    }

    fn a_run_that_dies_moves_each_card_once(db: &testkit::TestDb) {
        let house = settled(db);
        let file = "User ID,Name,Card ID\n9,Nina New,1\n2,Ben Known,3\n";
        let planned = house.plan(file, &moving());
        house.imports.start(&house.ctx, planned.id, None, None).unwrap();
        let dying = house.dying_runner("writing");
        dying.run_one().unwrap();
        drop(dying);
        assert_eq!(house.found(&planned).state, State::Running);
        house.wait(1);
        house.run_jobs();
        let done = house.found(&planned);
        assert_eq!((done.state, house.fates(&done)), (State::Done, "created updated".to_owned()));
        assert_eq!((cards(&house, "Nina New").as_str(), cards(&house, "Anna Known").as_str()), ("1 reserved", "1 revoked"));
    }

    fn stopped_before_the_cards_move_nobody_has_lost_one(db: &testkit::TestDb) {
        let house = settled(db);
        let file = "User ID,Name,Card ID\n8,Otto New,8\n9,Nina New,1\n2,Ben Known,3\n";
        let settings = Settings { pause_after: Some(1), ..moving() };
        let paused = house.import(file, &settings);
        assert_eq!(paused.state, State::Paused);
        house.imports.stop(&house.ctx, paused.id).unwrap();
        let stopped = house.found(&paused);
        assert!(stopped.counts.adds_up());
        assert!(house.fates(&stopped).contains("not_started not_started"), "{}", house.fates(&stopped));
        assert_eq!((cards(&house, "Anna Known").as_str(), cards(&house, "Carl Known").as_str()), ("1 reserved", "3 reserved"));
        let before = house.undo(&stopped);
        assert_eq!((before.state, house.names().len()), (State::Undone, 3));
    }

    fn whoever_is_named_by_a_card_alone_is_not_missing_from_the_file(db: &testkit::TestDb) {
        let house = settled(db);
        let settings = Settings { mode: import::Mode::Match, scope: Some(Scope::Everybody), ..moving() };
        let done = house.import("User ID,Name,Card ID\n9,Nina New,1\n2,Ben Known,2\n", &settings);
        assert_eq!(house.fates(&done), "created unchanged");
        assert_eq!((house.person("Anna Known").user.status.as_str(), cards(&house, "Anna Known").as_str()), ("invited", "1 revoked"));
        assert_eq!(house.person("Carl Known").user.status, "deactivated");
        let undone = house.undo(&done);
        assert_eq!(undone.state, State::Undone);
        assert_eq!(house.person("Carl Known").user.status, "invited");
    }

    fn whoever_keeps_their_card_takes_none(db: &testkit::TestDb) {
        let house = settled(db);
        let keep = Settings { existing: Existing::Keep, ..moving() };
        let done = house.import("User ID,Card ID\n2,3\n", &keep);
        assert_eq!((house.fates(&done), house.told(&done)), ("unchanged".to_owned(), vec!["2 card_id_in_use card_id".to_owned()]));
        let skip = Settings { existing: Existing::Skip, ..moving() };
        let done = house.import("User ID,Card ID\n2,3\n", &skip);
        assert_eq!((house.fates(&done), house.told(&done)), ("skipped".to_owned(), vec!["2 exists".to_owned()]));
        assert_eq!(cards(&house, "Carl Known"), "3 reserved");
    }

    fn it_is_decided_row_by_row_and_undone(db: &testkit::TestDb) {
        let house = settled(db);
        let planned = house.plan("User ID,Name,Card ID\n8,Nina New,1\n9,Otto New,3\n", &general());
        let card = |held, rows| Edit { fix: Fix::Card { held }, rows, columns: Vec::new() };
        let of = |code: &str| Rows::Problem { code: code.to_owned(), field: "card_id".to_owned(), value: None };
        let all = card(CardHeld::Move, of("card_id_in_use"));
        let preview = house.imports.preview_edit(&house.ctx, planned.id, &all).unwrap();
        assert_eq!((preview.rows, preview.changed), (2, 2));
        house.imports.edit(&house.ctx, planned.id, None, &all).unwrap();
        let planned = checked(&house, &planned);
        assert_eq!(planned.plan.as_ref().unwrap().cards_moved, 2);
        let one = card(CardHeld::Leave, Rows::Numbers { rows: vec![3] });
        let (_, made) = house.imports.edit(&house.ctx, planned.id, None, &one).unwrap();
        let planned = checked(&house, &planned);
        assert_eq!(house.told(&planned), ["2 card_moved card_id", "3 card_id_in_use card_id"]);
        house.imports.set_edit_undone(&house.ctx, planned.id, None, made.number, true).unwrap();
        let planned = checked(&house, &planned);
        assert_eq!(house.told(&planned), ["2 card_moved card_id", "3 card_moved card_id"]);
        let refuse = card(CardHeld::Refuse, Rows::Numbers { rows: vec![2] });
        house.imports.edit(&house.ctx, planned.id, None, &refuse).unwrap();
        let done = house.carry_out(&checked(&house, &planned));
        assert_eq!(house.fates(&done), "failed created");
        assert_eq!((cards(&house, "Anna Known").as_str(), cards(&house, "Otto New").as_str()), ("1 reserved", "3 reserved"));
    }

    fn moving_needs_the_right_and_many_need_the_number(db: &testkit::TestDb) {
        let house = House::new(db);
        let user = house.create(&Person { first: "Uma", last: "User", role: Some(Role::User), ..Person::default() }).unwrap();
        let uma = house.as_user(&user);
        assert_eq!(house.receive(&uma, KNOWN, &moving()).unwrap_err().code(), "not_permitted");
        let file = |from: usize| {
            let header = ["User ID", "Name", "Card ID"].map(str::to_owned);
            let rows = (0..51).map(|at| [(from + at).to_string(), format!("P {at}"), (at + 1).to_string()]);
            csv(&std::iter::once(header).chain(rows).collect::<Vec<_>>())
        };
        house.add(&file(1000));
        let planned = house.plan(&file(2000), &moving());
        assert_eq!(planned.plan.as_ref().unwrap().guard.as_ref().unwrap().number, 51);
        let refusal = house.imports.start(&house.ctx, planned.id, None, Some(50)).unwrap_err();
        assert_eq!(refusal.code(), "guard_tripped");
        let done = house.carry_out(&planned);
        assert_eq!((done.state, done.counts.created), (State::Done, 51));
    }

    fn an_administrators_card_asks_for_the_number(db: &testkit::TestDb) {
        let house = settled(db);
        house.edit("Anna Known", |user| user.role = "admin".to_owned());
        let planned = house.plan("User ID,Name,Card ID\n9,Nina New,1\n", &moving());
        assert_eq!(planned.plan.as_ref().unwrap().guard.as_ref().unwrap().number, 1);
    }
}
