//! A check after an action: the same as a check of every row.

use db::{Sql, params};
use import::{CardHeld, Edit, Fix, Import, RowFilter, Rows, Settings, Watch};
use testkit::on_both;

use crate::house::{House, csv, general};

/// A generator of numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len() as u64) as usize]
    }
}

const HEADERS: [&str; 8] = [
    "User ID", "Name", "Email", "Phone", "Groups", "Title", "Card ID", "Start",
];

/// A value of a column: good, faulty, somebody else's, or another row's.
fn value(dice: &mut Dice, column: usize) -> String {
    let number = dice.below(12);
    match column {
        0 => dice
            .one_of(&["", "1", "2", "50", "51", "52", "53", "x y"])
            .to_owned(),
        1 => dice
            .one_of(&["Ada New", "Ben Known", "", "  Carl   New "])
            .to_owned(),
        2 if number == 0 => "not an address".to_owned(),
        2 if number == 1 => String::new(),
        2 => format!("P{number}@Example.com"),
        3 => dice
            .one_of(&["", "+27821111111", "082 222 2222", "+27 82 333 3333", "12"])
            .to_owned(),
        4 => dice
            .one_of(&["", "Field", "field; Office", "Brand new", "Harbour; Field"])
            .to_owned(),
        5 => dice.one_of(&["", "Clerk", "=SUM(A1)", "Lead"]).to_owned(),
        6 => dice
            .one_of(&["", "1", "2", "77", "78", "0", "abc"])
            .to_owned(),
        _ => dice.one_of(&["", "2026-01-01", "01.02.2026"]).to_owned(),
    }
}

fn action(dice: &mut Dice, rows: u64) -> Edit {
    let row = 2 + dice.below(rows);
    let one = Rows::Numbers { rows: vec![row] };
    let column = dice.below(7) as usize;
    let (fix, rows) = match dice.below(8) {
        0 => (Fix::Skip, one),
        1 => (Fix::Take, one),
        2 => (
            Fix::Card {
                held: CardHeld::ALL[dice.below(3) as usize],
            },
            one,
        ),
        3 => {
            let rows = Rows::Problem {
                code: "email_invalid".to_owned(),
                field: "email".to_owned(),
                value: None,
            };
            (
                Fix::Set {
                    value: value(dice, 2),
                },
                rows,
            )
        }
        _ => (
            Fix::Cells {
                cells: vec![(column, value(dice, column))],
            },
            one,
        ),
    };
    Edit {
        fix,
        rows,
        columns: Vec::new(),
    }
}

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
    said
}

/// Everybody the import would create or change, written and taken back.
fn known(db: &testkit::TestDb) -> House {
    let house = House::with(db, Some("ZA"), None);
    house.add("User ID,Name,Email,Phone,Groups,Card ID\n1,Anna Known,p3@example.com,,Field,1\n2,Ben Known,p4@example.com,+27821111111,,2\n");
    house
}

fn file(dice: &mut Dice, rows: u64) -> String {
    let mut lines = vec![HEADERS.map(str::to_owned)];
    for _ in 0..rows {
        lines.push(std::array::from_fn(|column| value(dice, column)));
    }
    csv(&lines)
}

fn same_as_whole(house: &House, settings: &Settings, seed: u64) {
    let mut dice = Dice(seed);
    let rows = 25;
    let mut import = house.plan(&file(&mut dice, rows), settings);
    let mut made = Vec::new();
    for _ in 0..14 {
        for _ in 0..=dice.below(3) {
            if !made.is_empty() && dice.below(4) == 0 {
                let number = made[dice.below(made.len() as u64) as usize];
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
        if dice.below(4) == 0 {
            house.edit("Anna Known", |user| {
                user.title = Some(format!("Boss {}", made.len()))
            });
        }
        import = check(house, &import);
        // Now and then what was taken over is taken over once more.
        if dice.below(3) == 0 {
            let again = said(house, &import);
            house.forget_checks();
            import = check(house, &import);
            compare(&again, &said(house, &import), seed);
        }
    }
    let done = house.carry_out(&import);
    assert!(done.counts.adds_up());
    house.undo(&done);
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
        for seed in 1..=3 {
            let house = known(db);
            same_as_whole(&house, &general(), seed);
            let moving = Settings { card_held: CardHeld::Move, ..general() };
            same_as_whole(&house, &moving, 100 + seed);
            let matching = Settings { mode: import::Mode::Match, scope: Some(import::Scope::Everybody), ..general() };
            same_as_whole(&house, &matching, 200 + seed);
        }
    }

    fn leaves_the_problems_of_other_rows_as_they_are(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan("Name,Email\nAda New,wrong\nBen New,wrong\nCarl New,wrong\n", &general());
        let text = "update import_problems set detail = 'tampered'";
        house.db.write_blocking(|tx| tx.execute(&Sql::new("tamper", text), params![])).unwrap();
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
        house.db.write_blocking(|tx| tx.execute(&Sql::new("tamper", text), params![])).unwrap();
        house.write(|tx, ctx| directory::groups::create(tx, ctx, directory::groups::GroupKind::Team, "Blue"));
        check(&house, &planned);
        assert!(!tampered(&house, 2));
    }

    fn old_findings_are_not_taken_over(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan("Name,Email\nAda New,wrong\n", &general());
        let text = "update import_problems set detail = 'tampered'";
        house.db.write_blocking(|tx| tx.execute(&Sql::new("tamper", text), params![])).unwrap();
        check(&house, &planned);
        assert!(tampered(&house, 2));
        house.wait(1);
        check(&house, &planned);
        assert!(!tampered(&house, 2));
    }
}
