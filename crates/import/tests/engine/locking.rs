//! The lock of people and cards while an import writes (S4.22), and what new imports begin with.

use db::{Sql, params};
use directory::{
    cards::{self, CardRefusal, NewCard, Validity},
    lock,
    settings::{AccountSettings, Key},
    users::{self, CreateUser, NewUser, SaveUser},
};
use import::{
    BadRows, Existing, Import, ImportSettings, Limits, Preset, Settings, State, UnknownGroup,
};
use kernel::{CardType, PersonKind, PersonName, Role, UserId};
use testkit::on_both;

use crate::house::{House, general};

const TWO: &str =
    "Name,Email,Title\nAnna New,anna@example.com,Lead\nBen New,ben@example.com,Lead\n";

fn set(house: &House, key: Key, text: &str) {
    let stored = house.db.write_blocking(|tx| {
        let mut settings = AccountSettings::load(tx, house.ctx.account)?;
        settings.take(key, text)?;
        settings.store(tx, &house.ctx)
    });
    stored.unwrap();
}

fn locked_by(house: &House) -> Option<i64> {
    let found = house
        .db
        .read_blocking(|tx| lock::find(tx, house.ctx.account))
        .unwrap();
    found.map(|locked| locked.number)
}

fn create(house: &House, name: &str) -> Result<UserId, CreateUser> {
    let new = NewUser {
        name: PersonName::from_full(name).unwrap(),
        external_id: None,
        email: None,
        phone: None,
        role: Role::User,
        kind: PersonKind::Employee,
    };
    let made = house
        .db
        .write_blocking(|tx| users::create(tx, &house.ctx, &new));
    made.map(|user| user.id)
}

fn add_card(house: &House, user: UserId) -> Result<(), CardRefusal> {
    let new = NewCard {
        user,
        number: None,
        kind: CardType::Qr,
        validity: Validity::default(),
        is_issued: true,
    };
    house
        .db
        .write_blocking(|tx| cards::add(tx, &house.ctx, &new).map(drop))
}

fn started(house: &House, settings: &Settings) -> Import {
    let plan = house.plan(TWO, settings);
    house
        .imports
        .start(&house.ctx, plan.id, None, None)
        .unwrap();
    house.found(&plan)
}

fn refused(house: &House, person: UserId, number: i64) {
    assert_eq!(locked_by(house), Some(number));
    let made = create(house, "Cleo Late");
    assert!(
        matches!(&made, Err(CreateUser::Locked(locked)) if locked.number == number),
        "{made:?}"
    );
    let saved = house
        .db
        .write_blocking(|tx| users::deactivate(tx, &house.ctx, person));
    assert!(
        matches!(&saved, Err(SaveUser::Locked(locked)) if locked.code() == "locked_by_import"),
        "{saved:?}"
    );
    let card = add_card(house, person);
    assert!(matches!(card, Err(CardRefusal::Locked(_))), "{card:?}");
}

on_both! {
    fn nobody_is_changed_by_hand_while_an_import_or_its_undo_writes(db: &testkit::TestDb) {
        let house = House::new(db);
        let person = create(&house, "Zoe First").unwrap();
        set(&house, Key::ImportLock, "on");
        let import = started(&house, &general());
        refused(&house, person, import.number);
        // The import is not hindered, and the lock ends with it.
        house.run_jobs();
        assert_eq!(house.names(), ["Anna New", "Ben New", "Zoe First"]);
        assert_eq!(locked_by(&house), None);
        add_card(&house, person).unwrap();
        house.imports.queue_undo(&house.ctx, import.id, None).unwrap();
        refused(&house, person, import.number);
        house.run_jobs();
        assert_eq!(house.names(), ["Zoe First"]);
        create(&house, "Cleo Late").unwrap();
    }

    fn an_account_without_the_setting_and_other_accounts_are_not_locked(db: &testkit::TestDb) {
        let house = House::new(db);
        let other = House::new(db);
        set(&other, Key::ImportLock, "on");
        started(&house, &general());
        create(&house, "Cleo Free").unwrap();
        create(&other, "Dan Free").unwrap();
        set(&house, Key::ImportLock, "on");
        assert!(create(&house, "Eve Late").is_err());
        set(&house, Key::ImportLock, "off");
        create(&house, "Eve Late").unwrap();
    }

    fn a_process_that_dies_leaves_the_lock_to_the_next_one(db: &testkit::TestDb) {
        let house = House::new(db);
        let person = create(&house, "Zoe First").unwrap();
        set(&house, Key::ImportLock, "on");
        let import = started(&house, &general());
        house.dying_runner("writing").run_one().unwrap();
        assert!(!house.found(&import).state.has_results());
        refused(&house, person, import.number);
        house.wait(1);
        house.run_jobs();
        assert_eq!(house.found(&import).state, State::Done);
        assert_eq!(locked_by(&house), None);
        assert_eq!(house.names().len(), 3);
    }

    fn a_paused_import_locks_until_it_is_stopped(db: &testkit::TestDb) {
        let house = House::new(db);
        set(&house, Key::ImportLock, "on");
        let settings = Settings { pause_after: Some(1), ..general() };
        let import = started(&house, &settings);
        house.run_jobs();
        assert_eq!(house.found(&import).state, State::Paused);
        assert_eq!(locked_by(&house), Some(import.number));
        house.imports.stop(&house.ctx, import.id).unwrap();
        house.run_jobs();
        assert_eq!(locked_by(&house), None);
    }

    fn every_state_in_which_an_import_writes_or_is_about_to_locks(db: &testkit::TestDb) {
        let house = House::new(db);
        set(&house, Key::ImportLock, "on");
        let import = house.plan(TWO, &general());
        for state in State::ALL {
            let sql = Sql::new("state", "update imports set state = $2 where id = $1");
            house.db.write_blocking(|tx| tx.execute(&sql, params![import.id, state.as_str()])).unwrap();
            let writes = (state.is_busy() && state != State::Checking) || state == State::Paused;
            assert_eq!(locked_by(&house).is_some(), writes, "{state:?}");
        }
    }

    fn new_imports_begin_with_the_settings_of_the_account(db: &testkit::TestDb) {
        let house = House::new(db);
        let usual = |preset| house.imports.usual(&house.ctx, preset).unwrap();
        assert_eq!(usual(Preset::General), Settings::of(Preset::General));
        let settings = ImportSettings {
            existing: Some(Existing::Keep),
            bad_rows: Some(BadRows::Stop),
            unknown_group: Some(UnknownGroup::Error),
            limits: Limits { cards: 7, ..Limits::default() },
        };
        house.db.write_blocking(|tx| settings.store(tx, &house.ctx)).unwrap();
        let begun = usual(Preset::General);
        assert_eq!((begun.existing, begun.bad_rows), (Existing::Keep, BadRows::Stop));
        assert_eq!(begun.unknown_group, UnknownGroup::Error);
        assert_eq!(usual(Preset::Invite), Settings::of(Preset::Invite));
        let told = house.db.read_blocking(|tx| tx.fetch_one::<(String,)>(
            &Sql::new("told", "select details from activity where action = 'account.settings'"), params![],
        )).unwrap().0;
        assert!(told.contains("People already in the directory: overwrite → keep"), "{told}");
        assert!(told.contains("Cards moved without asking: 50 → 7"), "{told}");
        let wrong = ImportSettings { limits: Limits { percent: 101, ..Limits::default() }, ..settings };
        assert!(house.db.write_blocking(|tx| wrong.store(tx, &house.ctx)).is_err());
    }

    fn drafts_go_after_the_days_of_the_account(db: &testkit::TestDb) {
        let house = House::new(db);
        let draft = house.plan(TWO, &general());
        house.wait(8);
        assert_eq!(house.imports.expire(&house.ctx).unwrap().discarded, 0);
        set(&house, Key::KeepDrafts, "7");
        assert_eq!(house.imports.expire(&house.ctx).unwrap().discarded, 1);
        assert_eq!(house.found(&draft).state, State::Discarded);
    }
}
