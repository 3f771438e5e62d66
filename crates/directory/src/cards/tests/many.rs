//! Cards issued to many, and those that are settled because their time is over.

use super::*;

on_both! {
    fn issuing_to_many_leaves_alone_whom_it_must(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (boss, boss_ctx) = person(db, &owner, "Olga Owner");
        let boss_ctx = Ctx { actor: Actor { role: Role::Owner, ..boss_ctx.actor }, ..boss_ctx };
        let import = owner.new_id::<ImportId>();
        let mut people = Vec::new();
        for name in ["Anna Berg", "Ben Cole", "Carla Diaz", "Dora Eng", "Emil Falk", "Finn Gray"] {
            people.push(person(db, &owner, name).0);
        }
        let of_import = Sql::new("import", "update users set import_id = $2 where id = $1");
        for user in &people[..5] {
            db.write_blocking(|tx| tx.execute(&of_import, params![*user, import])).unwrap();
        }
        let issued = reserve(db, &owner, people[0], "1", CardType::Rf);
        added(db, &owner, &new(people[1], "2", CardType::Rf)).unwrap();
        // The third has no number.
        let away = reserve(db, &owner, people[3], "4", CardType::Rf);
        set_status(db, people[3], "deactivated");
        let over = NewCard {
            validity: Validity { starts_at: None, ends_at: owner.now().checked_add(DAY) },
            is_issued: false,
            ..new(people[4], "5", CardType::Mobile)
        };
        added(db, &owner, &over).unwrap();
        let elsewhere = reserve(db, &owner, people[5], "6", CardType::Mobile);
        owner.clock.advance(DAY);

        let ends_at = owner.now().checked_add(DAY * 9);
        let issuing = Issuing {
            selection: Selection::Import(import),
            validity: Validity { starts_at: None, ends_at },
        };
        let expected = Preview { issued: 1, holding: 1, no_number: 1, not_active: 1, over: 1 };
        assert_eq!(db.read_blocking(|tx| preview(tx, &owner, &issuing)).unwrap(), expected);
        let run = db.write_blocking(|tx| begin(tx, &boss_ctx, &issuing)).unwrap();
        work(db, &owner);
        let done = db.read_blocking(|tx| find_run(tx, owner.account, run)).unwrap().unwrap();
        assert!(done.state == RunState::Done && done.counts == expected, "{done:?}");
        assert_eq!(stands(db, &owner, issued), CardState::Active);
        assert_eq!(stands(db, &owner, away), CardState::Reserved);
        assert_eq!(stands(db, &owner, elsewhere), CardState::Reserved);
        let mut written = Vec::new();
        report(db, &owner, run, &mut written).unwrap();
        let written = String::from_utf8(written).unwrap();
        // It has whole numbers: who takes it is on record.
        let taken = db.read_blocking(|tx| activity::of_subject(tx, owner.account, run.uuid(), 9)).unwrap();
        assert!(taken.iter().any(|entry| entry.action == "cards.report"), "{taken:?}");
        let rows: Vec<String> = written.lines().map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{} {}", cells[4], cells[5])
        }).collect();
        assert_eq!(rows, ["Result Card ID", "issued 1", "holding 2", "no_number ", "not_active ", "over "]);
        let told = db.read_blocking(|tx| notifications::list(tx, owner.account, boss)).unwrap();
        assert!(told[0].text.starts_with("Cards issued: 1."), "{told:?}");
        // Once more: everybody who could be issued a card has one.
        let again = db.read_blocking(|tx| preview(tx, &owner, &issuing)).unwrap();
        assert_eq!((again.issued, again.holding), (0, 2));
        let strangers = account(db, "Quarry");
        assert!(db.read_blocking(|tx| find_run(tx, strangers.account, run)).unwrap().is_none());
        assert!(matches!(report(db, &strangers, run, Vec::new()), Err(CardRefusal::Unknown)));
    }

    fn issuing_to_many_that_keeps_failing_is_given_up_and_says_so(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (boss, boss_ctx) = person(db, &owner, "Olga Owner");
        let boss_ctx = Ctx { actor: Actor { role: Role::Owner, ..boss_ctx.actor }, ..boss_ctx };
        reserve(db, &owner, boss, "1", CardType::Rf);
        let all = Issuing { selection: Selection::Reserved, validity: Validity::default() };
        let run = db.write_blocking(|tx| begin(tx, &boss_ctx, &all)).unwrap();
        let broken = Sql::new("broken", "alter table card_run_people rename to away");
        db.write_blocking(|tx| tx.execute(&broken, params![])).unwrap();
        let stands = || db.read_blocking(|tx| find_run(tx, owner.account, run)).unwrap().unwrap().state;
        for _ in 0..8 {
            assert_eq!(stands(), RunState::Running);
            work(db, &owner);
            owner.clock.advance(Duration::from_hours(1));
        }
        assert_eq!(stands(), RunState::GivenUp);
        let told = db.read_blocking(|tx| notifications::list(tx, owner.account, boss)).unwrap();
        assert!(told[0].text.contains("was given up") && told[0].text.contains("Cards issued: 0."), "{told:?}");
    }

    fn issuing_to_many_goes_on_where_it_was(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (first, _) = person(db, &owner, "Anna Berg");
        let (second, _) = person(db, &owner, "Ben Cole");
        let cards = [(first, "1"), (second, "2")]
            .map(|(user, number)| reserve(db, &owner, user, number, CardType::Rf));
        let picks = Issuing {
            selection: Selection::People(vec![second, first, first]),
            validity: Validity::default(),
        };
        let run = db.write_blocking(|tx| begin(tx, &owner, &picks)).unwrap();
        // It was stopped after the first of them.
        step(db, &owner, cards[0], Step::Issue).unwrap();
        let stopped = Sql::new("stopped", "update card_runs set after_user_id = $2, issued = 1 where id = $1");
        db.write_blocking(|tx| tx.execute(&stopped, params![run, first])).unwrap();
        work(db, &owner);
        let done = db.read_blocking(|tx| find_run(tx, owner.account, run)).unwrap().unwrap();
        assert_eq!(done.counts, Preview { issued: 2, ..Preview::default() });
        assert_eq!(cards.map(|card| stands(db, &owner, card)), [CardState::Active; 2]);
        assert_eq!(kinds(db, &owner, cards[0]), ["add", "issue"]);
    }

    fn more_than_a_chunk_is_issued_once_each(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, _) = person(db, &owner, "Anna Berg");
        let template = db.read_blocking(|tx| users::get(tx, owner.account, anna)).unwrap().user;
        let range = IdRange::new(&owner.ids, owner.now());
        let (mut people, mut cards) = (Vec::new(), Vec::new());
        for n in 0..2_500_u32 {
            let id = UserId::from_uuid(range.id(n));
            people.push(users::UserRow {
                id, email: None, email_key: None, ..template.clone()
            });
            cards.push(Card {
                account: owner.account,
                id: CardId::from_uuid(id.uuid()),
                user: id,
                number: format!("{:X}", n + 1),
                card_type: "mobile".to_owned(),
                state: "reserved".to_owned(),
                starts_at: None,
                ends_at: None,
                created_at: owner.now(),
            });
        }
        db.write_blocking(|tx| { tx.bulk(&people)?; tx.bulk(&cards) }).unwrap();
        let all = Issuing { selection: Selection::Reserved, validity: Validity::default() };
        let run = db.write_blocking(|tx| begin(tx, &owner, &all)).unwrap();
        work(db, &owner);
        let done = db.read_blocking(|tx| find_run(tx, owner.account, run)).unwrap().unwrap();
        assert_eq!(done.counts, Preview { issued: 2_500, ..Preview::default() });
        let events = Sql::new("events", "select count(*) as n from card_events where what = 'issue'");
        let (events,): (i64,) = db.read_blocking(|tx| tx.fetch_one(&events, params![])).unwrap();
        assert_eq!(events, 2_500);
        let newest = db.read_blocking(|tx| page(tx, &owner, CardFilter { state: Some(CardState::Issued) }, None, 10)).unwrap();
        assert!(newest.has_next && newest.cards.len() == 10);
        let last = newest.cards[9].card.id;
        let older = db.read_blocking(|tx| page(tx, &owner, CardFilter::default(), Some(last), 10)).unwrap();
        assert!(older.cards.iter().all(|line| line.card.id < last));
    }

    fn two_who_settle_the_same_card_note_it_once(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, _) = person(db, &owner, "Anna Berg");
        let validity = Validity { starts_at: None, ends_at: owner.now().checked_add(DAY) };
        let card = added(db, &owner, &NewCard { validity, ..new(anna, "7", CardType::Rf) }).unwrap();
        owner.clock.advance(DAY);
        let settle = |tx: &mut Tx<'_>| settle_all(tx, &owner);
        let (first, second) = overtake(db, settle, || db.write_blocking(settle));
        first.unwrap();
        second.unwrap();
        assert_eq!(kinds(db, &owner, card), ["add", "expire"]);
    }

    fn settling_takes_every_card_that_is_over(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, _) = person(db, &owner, "Anna Berg");
        let (ben, _) = person(db, &owner, "Ben Cole");
        let ends_at = owner.now().checked_add(DAY);
        let short = NewCard { validity: Validity { starts_at: None, ends_at }, ..new(anna, "7", CardType::Rf) };
        added(db, &owner, &short).unwrap();
        added(db, &owner, &new(ben, "8", CardType::Rf)).unwrap();
        owner.clock.advance(DAY);
        assert_eq!(db.write_blocking(|tx| settle_all(tx, &owner)).unwrap(), 1);
        assert_eq!(db.write_blocking(|tx| settle_all(tx, &owner)).unwrap(), 0);
        let mut live = Vec::new();
        db.read_blocking(|tx| for_each_live(tx, owner.account, &mut |number, _| { live.push(number.to_owned()); Ok(()) })).unwrap();
        assert_eq!(live, ["8"]);
    }
}
