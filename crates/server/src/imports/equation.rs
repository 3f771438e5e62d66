//! The row equation as numbers and as a bar.

use import::Counts;

use crate::format::{count, counted};

/// rows = new + changed + unchanged + skipped + not possible (+ not started)
#[derive(Debug)]
pub(crate) struct Equation {
    /// The whole equation in words, for screen readers.
    pub(crate) sentence: String,
    pub(crate) terms: Vec<Term>,
    pub(crate) bars: Vec<Bar>,
}

/// One number of the equation.
#[derive(Debug)]
pub(crate) struct Term {
    pub(crate) sign: &'static str,
    pub(crate) value: String,
    pub(crate) name: &'static str,
    pub(crate) class: &'static str,
    pub(crate) link: Option<String>,
    pub(crate) is_current: bool,
    pub(crate) is_zero: bool,
}

/// One part of the bar, in thousandths of its width.
#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) class: &'static str,
    pub(crate) x: i64,
    pub(crate) width: i64,
}

/// How an outcome is called in the address, in the style sheet and on the page.
pub(crate) const OUTCOMES: [(&str, &str, &str); 5] = [
    ("created", "created", "new"),
    ("updated", "updated", "changed"),
    ("unchanged", "unchanged", "unchanged"),
    ("skipped", "skipped", "skipped"),
    ("failed", "failed", "not possible"),
];

impl Equation {
    /// The equation of these counts; `link` makes the address of an outcome's list.
    pub(crate) fn of(
        counts: &Counts,
        current: Option<&str>,
        link: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let values = [
            counts.created,
            counts.updated,
            counts.unchanged,
            counts.skipped,
            counts.failed,
        ];
        let mut terms = vec![Term {
            sign: "",
            value: count(counts.rows),
            name: if counts.rows == 1 {
                "row in the file"
            } else {
                "rows in the file"
            },
            class: "",
            link: link("all"),
            is_current: current == Some("all"),
            is_zero: false,
        }];
        for ((key, class, name), value) in OUTCOMES.into_iter().zip(values) {
            terms.push(Term {
                sign: if key == "created" { "=" } else { "+" },
                value: count(value),
                name,
                class,
                link: if value > 0 { link(key) } else { None },
                is_current: current == Some(key),
                is_zero: value == 0,
            });
        }
        if counts.not_started > 0 {
            terms.push(Term {
                sign: "+",
                value: count(counts.not_started),
                name: "not started",
                class: "not-started",
                link: None,
                is_current: false,
                is_zero: false,
            });
        }
        Self {
            sentence: sentence(counts),
            bars: bars(counts),
            terms,
        }
    }
}

fn parts(counts: &Counts) -> [(&'static str, &'static str, i64); 6] {
    [
        ("created", "new", counts.created),
        ("updated", "changed", counts.updated),
        ("unchanged", "unchanged", counts.unchanged),
        ("skipped", "skipped", counts.skipped),
        ("failed", "not possible", counts.failed),
        ("not-started", "not started", counts.not_started),
    ]
}

fn sentence(counts: &Counts) -> String {
    let parts: Vec<_> = parts(counts)
        .into_iter()
        .filter(|part| part.2 > 0)
        .map(|(_, name, value)| format!("{} {name}", count(value)))
        .collect();
    format!(
        "{} = {}",
        counted(counts.rows, "row", "rows"),
        parts.join(" + ")
    )
}

fn bars(counts: &Counts) -> Vec<Bar> {
    let scale = |value: i64| value.saturating_mul(1000) / counts.rows.max(1);
    let (mut bars, mut before) = (Vec::new(), 0);
    for (class, _, value) in parts(counts).into_iter().filter(|part| part.2 > 0) {
        let x = scale(before);
        before += value;
        // Even one row of a million is worth a line.
        bars.push(Bar {
            class,
            x,
            width: (scale(before) - x).max(2),
        });
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTS: Counts = Counts {
        rows: 1_000_000,
        created: 999_000,
        updated: 999,
        unchanged: 0,
        skipped: 0,
        failed: 1,
        not_started: 0,
    };

    #[test]
    fn says_the_equation_in_words() {
        let equation = Equation::of(&COUNTS, None, |_| None);
        assert_eq!(
            equation.sentence,
            "1,000,000 rows = 999,000 new + 999 changed + 1 not possible"
        );
        assert_eq!(equation.terms.len(), 6);
    }

    #[test]
    fn every_part_of_the_bar_can_be_seen() {
        let bars = bars(&COUNTS);
        assert_eq!(bars.len(), 3);
        assert!(bars.iter().all(|bar| bar.width >= 2));
        assert!(super::bars(&Counts::default()).is_empty());
    }
}
