//! Rows and actions at random, the same each time.

use import::{CardHeld, Edit, Fix, Rows};

/// A generator of numbers that are the same each time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    pub(super) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        let place = self.below(all.len() as u64) as usize;
        *all.get(place).unwrap()
    }
}

pub(super) const HEADERS: [&str; 8] = [
    "User ID", "Name", "Email", "Phone", "Groups", "Title", "Card ID", "Start",
];

/// A value of a column: good, faulty, somebody else's, or another row's.
pub(super) fn value(dice: &mut Dice, column: usize) -> String {
    let number = dice.below(12);
    match column {
        4 if number == 0 => dice.one_of(&["Brand new", "brand NEW; Harbour"]).to_owned(),
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
            .one_of(&[
                "",
                "Field",
                "field; Office",
                "Field",
                "Office, Field",
                "",
                "office",
            ])
            .to_owned(),
        5 => dice.one_of(&["", "Clerk", "=SUM(A1)", "Lead"]).to_owned(),
        6 => dice
            .one_of(&["", "1", "2", "77", "78", "0", "abc"])
            .to_owned(),
        _ => dice.one_of(&["", "2026-01-01", "01.02.2026"]).to_owned(),
    }
}

pub(super) fn action(dice: &mut Dice, rows: u64) -> Edit {
    let row = 2 + dice.below(rows);
    let one = Rows::Numbers { rows: vec![row] };
    let column = dice.below(7) as usize;
    let (fix, rows) = match dice.below(8) {
        0 => (Fix::Skip, one),
        1 => (Fix::Take, one),
        2 => (
            Fix::Card {
                held: dice.one_of(CardHeld::ALL),
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
