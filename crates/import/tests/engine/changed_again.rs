//! A check after an action: the same as a check of every row.

mod dice;

use std::{
    io::{self, Read},
    sync::{
        Mutex,
        mpsc::{Receiver, Sender, channel},
    },
};

use db::{Sql, params};
use import::{CardHeld, Edit, Fix, Import, RowFilter, Rows, Settings, Watch};
use testkit::on_both;

use self::dice::{Dice, HEADERS, action, value};
use crate::house::{House, csv, general};

fn check(house: &House, import: &Import) -> Import {
    house
        .imports
        .check(&house.ctx, import.id, &Watch::nobody())
        .unwrap()
}

/// Everything that a check says.
fn said(house: &House, import: &Import) -> Vec<String> {
    let filter = RowFilter {
        limit: 500,
        ..RowFilter::default()
    };
    let rows = house.imports.rows(&house.ctx, import.id, &filter).unwrap();
    let mut said: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    let groups = house.imports.problem_groups(&house.ctx, import.id).unwrap();
    said.extend(groups.iter().map(|group| format!("{group:?}")));
    let plan = import::Plan {
        compared_at: None,
        ..import.plan.clone().unwrap()
    };
    said.push(format!("{plan:?} {:?}", import.counts));
    // But for `changes`, which rows say: ids of new groups are others each time.
    for name in [
        "candidates",
        "candidates.index",
        "cells",
        "lines",
        "outcomes",
        "matches",
        "held",
        "moves",
        "present",
        "departures",
    ] {
        let bytes = std::fs::read(house.files_of(import).join(name));
        said.push(format!("{name} {:?}", bytes.ok()));
    }
    said
}

/// Everybody the import would create or change, written and taken back.
fn known(db: &testkit::TestDb) -> House {
    let house = House::with(db, Some("ZA"), None);
    house.add("User ID,Name,Email,Phone,Groups,Card ID\n1,Anna Known,p3@example.com,,Field,1\n2,Ben Known,p4@example.com,+27821111111,Office,2\n");
    house
}

fn file(dice: &mut Dice, rows: u64) -> String {
    let mut lines = vec![HEADERS.map(str::to_owned)];
    for _ in 0..rows {
        lines.push(std::array::from_fn(|column| value(dice, column)));
    }
    csv(&lines)
}

/// What else is done between two checks.
fn meddle(house: &House, import: &Import, dice: &mut Dice, step: u64) {
    let kind = (
        None::<kernel::Code>,
        dice.one_of(&["phone", "email", "full_name"]),
    );
    let imports = &house.imports;
    match dice.below(20) {
        0..=3 => house.edit("Anna Known", |user| {
            user.title = Some(format!("Boss {step}"));
        }),
        4 => {
            let is_wanted = dice.below(2) == 0;
            let code = Some(kernel::Code::FixedPhone).filter(|_| kind.1 == "phone");
            imports
                .set_standard_form(&house.ctx, import.id, None, (code, kind.1), is_wanted)
                .unwrap();
        }
        5 => {
            let rows = [2 + dice.below(20) as i64];
            imports
                .pick(
                    &house.ctx,
                    import.id,
                    None,
                    import::Picks::AllExcept,
                    &rows,
                    false,
                )
                .unwrap();
        }
        6 => {
            let rule = (dice.below(3) == 0).then_some(import::values::ValueAction::SkipRows);
            let rules = [("Office".to_owned(), rule)];
            imports
                .set_values(
                    &house.ctx,
                    import.id,
                    None,
                    &import::fields::Field::Groups,
                    &rules,
                )
                .unwrap();
        }
        _ => {}
    }
}

/// Random actions and checks; says how many of the checks took anything over, and how many there were.
fn same_as_whole(house: &House, settings: &Settings, seed: u64) -> (u32, u32) {
    let mut dice = Dice(seed);
    let rows = 25;
    let mut import = house.plan(&file(&mut dice, rows), settings);
    let mut made = Vec::new();
    let (mut reused, mut checks) = (0, 0);
    for step in 0..14 {
        for _ in 0..=dice.below(3) {
            if !made.is_empty() && dice.below(4) == 0 {
                let number = dice.one_of(&made);
                let is_undone = dice.below(2) == 0;
                house
                    .imports
                    .set_edit_undone(&house.ctx, import.id, None, number, is_undone)
                    .unwrap();
                continue;
            }
            let edit = action(&mut dice, rows);
            let edited = house.imports.edit(&house.ctx, import.id, None, &edit);
            let record = edited.unwrap().1;
            made.extend((record.rows > 0).then_some(record.number));
        }
        meddle(house, &import, &mut dice, step);
        let before = secrets(house, &import);
        import = check(house, &import);
        reused += u32::from(before.is_some() && before == secrets(house, &import));
        checks += 1;
        // Now and then what was taken over is taken over once more.
        if dice.below(3) == 0 || step == 13 {
            let again = said(house, &import);
            house.forget_checks();
            import = check(house, &import);
            compare(&again, &said(house, &import), seed);
        }
    }
    let done = house.carry_out(&import);
    assert!(done.counts.adds_up());
    assert_eq!(secrets(house, &import), None);
    house.undo(&done);
    (reused, checks)
}

/// What a check of every row makes anew, and no other.
fn secrets(house: &House, import: &Import) -> Option<String> {
    let stored = std::fs::read(house.files_of(import).join("checked.json")).ok()?;
    let kept: serde_json::Value = serde_json::from_slice(&stored).ok()?;
    Some(kept.get("secrets")?.to_string())
}

/// Changes the import and checks it; says whether anything was taken over.
fn reuses(house: &House, import: &Import) -> bool {
    let before = secrets(house, import);
    check(house, import);
    before.is_some() && before == secrets(house, import)
}

fn set(house: &House, import: &Import, row: u64, column: usize, value: &str) -> i64 {
    let edit = Edit {
        fix: Fix::Cells {
            cells: vec![(column, value.to_owned())],
        },
        rows: Rows::Numbers { rows: vec![row] },
        columns: Vec::new(),
    };
    let edited = house.imports.edit(&house.ctx, import.id, None, &edit);
    edited.unwrap().1.number
}

/// Checks once more, every row, and compares.
fn assert_whole(house: &House, import: &Import) {
    let again = said(house, &house.found(import));
    house.forget_checks();
    let whole = check(house, import);
    compare(&again, &said(house, &whole), 0);
}

/// A file that comes when it may.
struct Slow<'a> {
    asked: Option<Sender<()>>,
    may_go: Receiver<()>,
    text: &'a [u8],
}

impl Read for Slow<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if let Some(asked) = self.asked.take() {
            asked.send(()).unwrap();
            self.may_go.recv().unwrap();
        }
        self.text.read(bytes)
    }
}

fn tamper(house: &House) {
    let text = "update import_problems set detail = 'tampered'";
    house
        .db
        .write_blocking(|tx| tx.execute(&Sql::new("tamper", text), params![]))
        .unwrap();
}

fn compare(again: &[String], whole: &[String], seed: u64) {
    for (again, whole) in again.iter().zip(whole) {
        assert_eq!(again, whole, "seed {seed}");
    }
    assert_eq!(again.len(), whole.len(), "seed {seed}");
}

fn tampered(house: &House, row: i64) -> bool {
    let text = "select detail from import_problems where detail = 'tampered' and row_no = $1";
    let found: Option<(String,)> = house
        .db
        .read_blocking(|tx| tx.fetch_optional(&Sql::new("tampered", text), params![row]))
        .unwrap();
    found.is_some()
}

on_both! {
    fn is_the_same_as_checking_every_row(db: &testkit::TestDb) {
        let mut all = Vec::new();
        for seed in 1..=3 {
            let house = known(db);
            all.push(same_as_whole(&house, &general(), seed));
            let moving = Settings { card_held: CardHeld::Move, ..general() };
            all.push(same_as_whole(&house, &moving, 100 + seed));
            let matching = Settings { mode: import::Mode::Match, scope: Some(import::Scope::Everybody), ..general() };
            all.push(same_as_whole(&house, &matching, 200 + seed));
        }
        let reused: u32 = all.iter().map(|(reused, _)| reused).sum();
        let checks: u32 = all.iter().map(|(_, checks)| checks).sum();
        assert!(reused * 2 > checks, "{reused} of {checks} checks took anything over");
    }

    fn leaves_the_problems_of_other_rows_as_they_are(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan("Name,Email\nAda New,wrong\nBen New,wrong\nCarl New,wrong\n", &general());
        tamper(&house);
        let set = Edit {
            fix: Fix::Cells { cells: vec![(1, "still wrong".to_owned())] },
            rows: Rows::Numbers { rows: vec![3] },
            columns: Vec::new(),
        };
        house.imports.edit(&house.ctx, planned.id, None, &set).unwrap();
        let planned = check(&house, &planned);
        assert_eq!([2, 3, 4].map(|row| tampered(&house, row)), [true, false, true]);
        assert_eq!(planned.counts.failed, 3);
        // Other grounds, or none that are known: every row is checked.
        house.forget_checks();
        check(&house, &planned);
        assert_eq!([2, 3, 4].map(|row| tampered(&house, row)), [false; 3]);
        tamper(&house);
        house.write(|tx, ctx| directory::groups::create(tx, ctx, directory::groups::GroupKind::Team, "Blue"));
        check(&house, &planned);
        assert!(!tampered(&house, 2));
    }

    fn old_findings_are_not_taken_over(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan("Name,Email\nAda New,wrong\n", &general());
        tamper(&house);
        check(&house, &planned);
        assert!(tampered(&house, 2));
        house.wait(1);
        check(&house, &planned);
        assert!(!tampered(&house, 2));
    }

    fn a_crash_leads_to_a_check_of_every_row(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan("Name,Email\nAda New,wrong\nBen New,wrong\nCarl New,\n", &general());
        set(&house, &planned, 3, 1, "ben@example.com");
        tamper(&house);
        let die = |progress: import::Progress| assert_ne!(progress.stage, "deciding", "the process dies");
        let watch = Watch::new(&die);
        let work = || house.imports.check(&house.ctx, planned.id, &watch);
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err());
        // It had begun to take things over, and nobody may rest on what it left.
        assert_eq!([2, 3, 4].map(|row| tampered(&house, row)), [true, false, false]);
        assert_eq!(secrets(&house, &planned), None);
        assert!(!reuses(&house, &planned));
        assert_eq!([2, 3, 4].map(|row| tampered(&house, row)), [false; 3]);
        assert_whole(&house, &planned);
        set(&house, &planned, 2, 1, "ada@example.com");
        assert!(reuses(&house, &planned));
        assert_whole(&house, &planned);
    }

    fn an_action_that_ends_during_a_check_makes_it_void(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan("Name,Email\nAda New,wrong\nBen New,wrong\n", &general());
        let (asked, is_asked) = channel();
        let (go, may_go) = channel();
        let (done, is_done) = channel();
        let (go, is_done) = (Mutex::new(Some(go)), Mutex::new(is_done));
        let text = b"Name,Email,muster_row\nAda New,ada@example.com,i1r2\n";
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut slow = Slow { asked: Some(asked), may_go, text };
                let corrected = house.imports.correct(&house.ctx, planned.id, None, "rows.csv", &mut slow);
                done.send(corrected.map(|corrected| corrected.edit.rows)).unwrap();
            });
            is_asked.recv().unwrap();
            let tell = |progress: import::Progress| {
                if progress.stage == "deciding" && let Some(go) = go.lock().unwrap().take() {
                    go.send(()).unwrap();
                    assert_eq!(is_done.lock().unwrap().recv().unwrap().unwrap(), 1);
                }
            };
            let checked = house.imports.check(&house.ctx, planned.id, &Watch::new(&tell));
            assert_eq!(checked.unwrap_err().code(), "changed_meanwhile");
        });
        assert_eq!(house.found(&planned).state, import::State::Mapping);
        assert_eq!(secrets(&house, &planned), None);
        assert!(!reuses(&house, &planned));
        assert_eq!(house.fates(&planned), "created failed");
        assert_whole(&house, &planned);
    }

    fn what_was_kept_is_of_no_use_when_files_are_others(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan("Name,Email\nAda New,wrong\nBen New,b@example.com\n", &general());
        let stamp = house.files_of(&planned).join("checked.json");
        let kept = std::fs::read(&stamp).unwrap();
        for name in ["candidates", "row-keys", "cells", "lines"] {
            let path = house.files_of(&planned).join(name);
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(&path, bytes).unwrap();
            assert!(!reuses(&house, &planned), "{name}");
            assert!(reuses(&house, &planned), "{name}");
        }
        // Of another time, cut off, or written by another version.
        for bytes in [&kept[..], &kept[..40], b"{}", b""] {
            std::fs::write(&stamp, bytes).unwrap();
            assert!(!reuses(&house, &planned));
        }
    }

    fn changes_of_the_format_forget_what_was_edited(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan("Name,Email\nAda New,a@example.com\nBen New,b@example.com\n", &general());
        set(&house, &planned, 2, 0, "Somebody Else");
        check(&house, &planned);
        let other = Settings { file: import::FileChoices { delimiter: Some(";".to_owned()), ..import::FileChoices::default() }, ..general() };
        house.imports.configure(&house.ctx, planned.id, None, other).unwrap();
        house.imports.configure(&house.ctx, planned.id, None, general()).unwrap();
        assert!(!reuses(&house, &planned));
        let filter = RowFilter { limit: 5, ..RowFilter::default() };
        let rows = house.imports.rows(&house.ctx, planned.id, &filter).unwrap();
        assert!(!format!("{rows:?}").contains("Somebody Else"));
        assert_whole(&house, &planned);
    }

    fn other_grounds_lead_to_a_check_of_every_row(db: &testkit::TestDb) {
        let house = House::new(db);
        let file = "Name,Email,Groups,Card ID,Card end\nAda New,a@example.com,Red,77,2026-12-31\nBen New,b@example.com,,78,\n";
        let planned = house.plan(file, &general());
        set(&house, &planned, 3, 0, "Ben Newer");
        assert!(reuses(&house, &planned));
        let country = |country| {
            let text = "update accounts set default_country = $1 where id = $2";
            house.write(|tx, ctx| tx.execute(&Sql::new("country", text), params![country, ctx.account]));
        };
        country("DE");
        assert!(!reuses(&house, &planned));
        assert!(reuses(&house, &planned));
        // The first row that names a new group says how it is written.
        set(&house, &planned, 2, 2, "RED");
        assert!(!reuses(&house, &planned));
        assert_whole(&house, &planned);
    }

    fn a_card_that_expires_meanwhile_is_said_to(db: &testkit::TestDb) {
        let house = House::new(db);
        let soon = "Name,Email,Card ID,Card end\nAda New,a@example.com,77,2025-06-15 15:16\nBen New,b@example.com,78,\n";
        let planned = house.plan(soon, &general());
        assert!(reuses(&house, &planned));
        house.context.clock.advance(std::time::Duration::from_mins(20));
        set(&house, &planned, 3, 0, "Ben Newer");
        assert!(!reuses(&house, &planned));
        assert_whole(&house, &planned);
    }

    fn many_changed_rows_are_checked_with_all_others(db: &testkit::TestDb) {
        let house = House::new(db);
        let mut file = "Name,Email,Phone\n".to_owned();
        for row in 0..10_050 {
            let phone = if row < 1_020 { "+27 82 111 1111 " } else { "" };
            file += &csv(&[[format!("Person {row}"), format!("p{row}@example.com"), phone.to_owned()]]);
        }
        let planned = house.plan(&file, &general());
        let fill = |rows: std::ops::Range<u64>, value: &str| Edit {
            fix: Fix::Cells { cells: vec![(2, value.to_owned())] },
            rows: Rows::Numbers { rows: rows.collect() },
            columns: Vec::new(),
        };
        // Of a kind of standard form a thousand are listed, and these must be the first ones.
        let spaced = "+27 82 333 3333 ";
        for (rows, value, is_good) in [
            (1_003..1_020, spaced, true),
            (5_000..5_003, spaced, true),
            (1_003..1_010, "", true),
            (900..901, "", false),
            (950..951, spaced, false),
        ] {
            house.imports.edit(&house.ctx, planned.id, None, &fill(rows, value)).unwrap();
            assert_eq!(reuses(&house, &planned), is_good, "{value:?}");
            let groups = house.imports.problem_groups(&house.ctx, planned.id).unwrap();
            let listed = listed(&house, &planned);
            house.forget_checks();
            check(&house, &planned);
            assert_eq!(house.imports.problem_groups(&house.ctx, planned.id).unwrap(), groups);
            assert_eq!(self::listed(&house, &planned), listed);
        }
        house.imports.edit(&house.ctx, planned.id, None, &fill(2..10_003, "12")).unwrap();
        assert!(!reuses(&house, &planned));
        for one in 0..51 {
            set(&house, &planned, 10_050, 0, &format!("Many {one}"));
        }
        assert!(!reuses(&house, &planned));
        set(&house, &planned, 10_050, 0, "Once");
        assert!(reuses(&house, &planned));
    }
}

/// The rows of which a standard form of the phone is listed, with the code.
fn listed(house: &House, import: &Import) -> Vec<(i64, String)> {
    let text = "select row_no, code from import_problems where import_id = $1 and field = 'phone' \
                order by row_no, code";
    house
        .db
        .read_blocking(|tx| tx.fetch(&Sql::new("listed", text), params![import.id]))
        .unwrap()
}
