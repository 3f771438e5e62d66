//! Lists become cards, and rows are skipped with a reason.

use std::{fmt::Write, io::Cursor};

use admit::{AdmitError, CardField, Fields, PageAt};
use db::Tx;
use testkit::TestDb;

use crate::scene::Scene;

testkit::on_both! {
    fn skips_bad_and_repeated_rows_and_says_why(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let has = scene.person("Old Hand", Some("+27821234500"), "active");
        scene.grant(has, gate, scene.always());
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.add(&scene.ctx, id, "By Hand", "+27821234501").unwrap();
        let added = scene.upload(
            &scene.ctx,
            id,
            "Name,Mobile,Notes\nThandi Nkosi,+27821234567,Unit 1\nPiet Botha,12,\nAnna Meyer,082 123 4567,\n\
             Sipho Dube,082 123 4501,\nZinhle Zulu,+27821234568,Unit 2\nSomebody,+27821234500,\n,+27821234569,\n",
        );
        assert_eq!((added.rows, added.cards, added.skipped), (7, 3, 4));
        assert_eq!(scene.names(&scene.ctx, id), ["By Hand", "Thandi Nkosi", "Zinhle Zulu"]);
        let skips = scene.skips(&scene.ctx, id);
        let told: Vec<_> = skips
            .iter()
            .map(|skip| (skip.row.unwrap(), skip.code.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (3, "phone_invalid"),
                (4, "phone_duplicate_in_file"),
                (5, "card_exists"),
                (7, "access_exists"),
                (8, "name_missing"),
            ]
        );
        assert_eq!(skips[1].reason, "Row 2 of this list has the same number.");
        assert_eq!(skips[2].reason, "By Hand is among the people already, with the same number.");
        let reads = db
            .read_blocking(|tx| admit::reads(tx, &scene.ctx, id))
            .unwrap();
        assert_eq!(reads.len(), 1);
        let read = &reads[0];
        assert_eq!(
            (read.rows, read.cards, read.with_access, read.skipped, read.removed()),
            (7, 2, 1, 4, 0)
        );
        let mut csv = Vec::new();
        db.read_blocking(|tx| admit::write_skips(tx, &scene.ctx, id, &mut csv)).unwrap();
        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.starts_with("list,row,name,phone,reason\r\npeople.csv,3,Piet Botha,12,"), "{csv}");
        assert_eq!(csv.lines().count(), 6);
    }

    fn reads_a_list_without_a_header_by_its_order(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(&scene.ctx, id, "Thandi Nkosi,+27821234567,Unit 1\nPiet Botha,+27821234568\n");
        let page = db
            .read_blocking(|tx| admit::page(tx, &scene.ctx, id, "", PageAt::Start))
            .unwrap();
        assert_eq!(page.found, 2);
        assert_eq!(page.cards[0].name, "Thandi Nkosi");
        assert_eq!(page.cards[0].notes.as_deref(), Some("Unit 1"));
        assert_eq!((page.cards[0].row, page.cards[1].row), (Some(1), Some(2)));
        let found = db
            .read_blocking(|tx| admit::page(tx, &scene.ctx, id, "BOTHA", PageAt::Start))
            .unwrap();
        assert_eq!(found.found, 1);
        let found = db
            .read_blocking(|tx| admit::page(tx, &scene.ctx, id, "4567", PageAt::Start))
            .unwrap();
        assert_eq!(found.cards[0].name, "Thandi Nkosi");
    }

    fn shows_pasted_lines_as_read_before_they_are_added(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        for (text, names) in [
            ("Thandi Nkosi, +27821234567, Unit 1", &["Thandi Nkosi"][..]),
            ("Piet Botha\t+27821234568\nAnna Meyer\t+27821234569\tUnit 9", &["Piet Botha", "Anna Meyer"]),
        ] {
            db.write_blocking(|tx| admit::keep_pasted(tx, &scene.ctx, id, Some(text))).unwrap();
            let before = scene.names(&scene.ctx, id).len();
            let seen = admit::view_pasted(&db.reopen(), &scene.imports, &scene.ctx, id).unwrap().unwrap();
            let read: Vec<_> = seen.rows.iter().map(|row| row.name.as_str()).collect();
            assert_eq!(read, names);
            assert_eq!(scene.names(&scene.ctx, id).len(), before);
            let added = admit::read_pasted(&db.reopen(), &scene.imports, &scene.ctx, id).unwrap().unwrap();
            assert_eq!(added.cards, names.len() as i64);
            assert!(admit::read_pasted(&db.reopen(), &scene.imports, &scene.ctx, id).unwrap().is_none());
        }
        assert_eq!(scene.names(&scene.ctx, id).len(), 3);
    }

    fn looks_again_who_has_access_when_devices_change(db: &TestDb) {
        let scene = Scene::new(db);
        let (gate, door) = (scene.device("Gate"), scene.device("Door"));
        let has = scene.person("Old Hand", Some("+27821234500"), "invited");
        scene.grant(has, gate, scene.always());
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(&scene.ctx, id, "name,phone\nOld Hand,+27821234500\nNew One,+27821234501\n");
        assert_eq!(scene.names(&scene.ctx, id), ["New One"]);
        db.write_blocking(|tx| admit::choose_devices(tx, &scene.ctx, id, &[gate, door])).unwrap();
        assert_eq!(scene.names(&scene.ctx, id), ["Old Hand", "New One"]);
        assert!(scene.skips(&scene.ctx, id).is_empty());
        db.write_blocking(|tx| admit::choose_devices(tx, &scene.ctx, id, &[gate])).unwrap();
        assert_eq!(scene.names(&scene.ctx, id), ["New One"]);
    }

    fn writes_only_cards_that_are_changed(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let has = scene.person("Old Hand", Some("+27821234500"), "active");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.upload(&scene.ctx, id, "name,phone\nOld Hand,+27821234500\nFirst New,+27821234501\nSecond New,+27821234502\n");
        let outlook = |tx: &mut Tx<'_>| admit::outlook(tx, &scene.ctx, &scene.delivery(), id).map(drop);
        assert_eq!(scene.written(outlook), 0);
        scene.grant(has, gate, scene.always());
        assert_eq!(scene.written(outlook), 1);
        assert_eq!(scene.names(&scene.ctx, id), ["First New", "Second New"]);
        let fields = Fields { name: "Third New".to_owned(), phone: "+27821234503".to_owned(), ..Fields::default() };
        assert_eq!(scene.written(|tx| admit::add(tx, &scene.ctx, id, &fields).map(drop)), 1);
        // A card that is changed to somebody's number is looked at, and kept aside.
        let other = scene.person("Other Hand", Some("+27821234509"), "active");
        scene.grant(other, gate, scene.always());
        let fields = Fields { phone: "+27821234509".to_owned(), ..fields };
        assert_eq!(scene.written(|tx| admit::change(tx, &scene.ctx, id, 4, &fields)), 1);
        assert_eq!(scene.names(&scene.ctx, id), ["First New", "Second New"]);
    }

    fn changes_and_removes_cards(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        let first = scene.add(&scene.ctx, id, "First One", "082 123 4501").unwrap();
        let second = scene.add(&scene.ctx, id, "Second One", "+27821234502").unwrap();
        let fields = Fields {
            name: "First Changed".to_owned(),
            phone: "+27821234502".to_owned(),
            email: "first@example.com".to_owned(),
            notes: "Unit 4".to_owned(),
        };
        let refused = db.write_blocking(|tx| admit::change(tx, &scene.ctx, id, first, &fields));
        let Err(AdmitError::Card(faults)) = refused else { panic!("{refused:?}") };
        assert_eq!(faults[0].field, CardField::Phone);
        let fields = Fields { phone: String::new(), ..fields };
        db.write_blocking(|tx| admit::change(tx, &scene.ctx, id, first, &fields)).unwrap();
        let card = db.read_blocking(|tx| admit::find_card(tx, &scene.ctx, id, first)).unwrap();
        assert_eq!((card.phone, card.email.as_deref()), (None, Some("first@example.com")));
        db.write_blocking(|tx| admit::remove(tx, &scene.ctx, id, &[second, 99])).unwrap();
        assert_eq!(scene.names(&scene.ctx, id), ["First Changed"]);
        db.write_blocking(|tx| admit::remove_found(tx, &scene.ctx, id, "changed")).unwrap();
        assert!(scene.names(&scene.ctx, id).is_empty());
    }

    fn refuses_more_people_than_a_draft_holds(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        let mut text = "name,phone\n".to_owned();
        for number in 0..=admit::MOST {
            writeln!(text, "Person {number},+2782{number:07}").unwrap();
        }
        let read = |text: &str| {
            let mut source = Cursor::new(text.to_owned());
            admit::read_file(&db.reopen(), &scene.imports, &scene.ctx, id, "many.csv", &mut source)
        };
        assert!(matches!(read(&text), Err(AdmitError::Import(_))));
        let all_but_one = text.trim_end().rsplit_once('\n').unwrap().0;
        assert_eq!(read(all_but_one).unwrap().cards, admit::MOST as i64);
        assert!(matches!(read("name,phone\nOne More,+27831234567\n"), Err(AdmitError::TooMany(_))));
        assert_eq!(scene.count("select count(*) as n from invite_cards"), admit::MOST as i64);
    }

    fn says_what_is_wrong_with_a_file_that_is_no_list(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        for text in ["", "%PDF-1.4\n", "colour,size\nred,1\nblue,2\n"] {
            let mut source = Cursor::new(text.to_owned());
            let read = admit::read_file(&db.reopen(), &scene.imports, &scene.ctx, id, "x.csv", &mut source);
            assert!(matches!(read, Err(AdmitError::Import(import::Refusal::File { .. }))), "{text}: {read:?}");
        }
    }
}
