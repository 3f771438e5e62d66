//! What each of the first people did in each week: a row of numbers, and the same as bars.

use directory::reports::{PersonDocuments, UsersReport};

/// Between two weeks of the bars.
const STEP: i64 = 9;
/// How wide the bar of a week is.
const WIDTH: i64 = 7;
/// How high the highest one is.
const HEIGHT: i64 = 24;

/// The table.
pub(super) struct Matrix {
    /// The Mondays.
    pub(super) weeks: Vec<String>,
    pub(super) people: Vec<PersonWeeks>,
    /// How wide the bars of a person are.
    pub(super) width: i64,
}

/// A row of it.
pub(super) struct PersonWeeks {
    pub(super) name: String,
    /// Submitted and edited, week by week; blank where there was neither.
    pub(super) cells: Vec<Option<(i64, i64)>>,
    pub(super) bars: Vec<Bar>,
}

/// A bar: from where, how high, and whether it is of what was edited.
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) height: i64,
    pub(super) is_edited: bool,
}

impl Bar {
    #[expect(clippy::unused_self, reason = "the template asks the bar")]
    pub(super) const fn width(&self) -> i64 {
        WIDTH
    }
}

/// The first people of a report; none if nobody did anything.
pub(super) fn matrix(report: &UsersReport, most: usize) -> Option<Matrix> {
    let shown = report.people.get(..most).unwrap_or(&report.people);
    if shown.is_empty() {
        return None;
    }
    // One scale for all rows, so that they can be compared.
    let highest = shown
        .iter()
        .flat_map(|one| &one.weeks)
        .map(|(submitted, edited)| submitted + edited)
        .max()
        .unwrap_or_default()
        .max(1);
    Some(Matrix {
        weeks: report
            .weeks
            .iter()
            .map(|week| week.monday.date().strftime("%-d %b").to_string())
            .collect(),
        people: shown.iter().map(|one| row(one, highest)).collect(),
        width: STEP * report.weeks.len() as i64,
    })
}

fn row(one: &PersonDocuments, highest: i64) -> PersonWeeks {
    let mut bars = Vec::new();
    for (x, (submitted, edited)) in (0..).step_by(STEP as usize).zip(&one.weeks) {
        let mut y = HEIGHT;
        for (count, is_edited) in [(*submitted, false), (*edited, true)] {
            if count > 0 {
                // Whatever there is is seen.
                let height = (HEIGHT * count / highest).max(2);
                y -= height;
                bars.push(Bar {
                    x,
                    y,
                    height,
                    is_edited,
                });
            }
        }
    }
    PersonWeeks {
        name: if one.name.is_empty() {
            "Somebody who is no longer here".to_owned()
        } else {
            one.name.clone()
        },
        cells: one
            .weeks
            .iter()
            .map(|week| (*week != (0, 0)).then_some(*week))
            .collect(),
        bars,
    }
}
