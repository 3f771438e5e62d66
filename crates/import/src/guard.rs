//! When a plan must be confirmed by typing its number.
//!
//! The limits begin with those of IMPORT.md (Plan) and UX.md 7: more than 2 % of the scope or more
//! than 25 people deactivated, more than 50 cards moved. Any administrator touched always asks.

use crate::plan::{Guard, Plan};

/// More of the scope's people deactivated than this asks for the number, in percent.
pub(crate) const MOST_PERCENT: i64 = 2;
/// More people deactivated than this ask for the number.
pub(crate) const MOST_PEOPLE: i64 = 25;

/// More cards taken from their holders than this ask for the number.
const MOST_CARDS: i64 = 50;

/// The largest limit of people or cards: as good as none.
pub const MOST_LIMIT: i64 = 1_000_000;

/// Above what a plan asks for its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// People of the scope deactivated, in percent.
    pub percent: i64,
    /// People deactivated.
    pub people: i64,
    /// Cards taken from their holders.
    pub cards: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            percent: MOST_PERCENT,
            people: MOST_PEOPLE,
            cards: MOST_CARDS,
        }
    }
}

impl Limits {
    pub(crate) fn are_possible(self) -> bool {
        (0..=100).contains(&self.percent)
            && (0..=MOST_LIMIT).contains(&self.people)
            && (0..=MOST_LIMIT).contains(&self.cards)
    }
}

/// What has to be confirmed of a plan, if anything.
pub(crate) fn of(plan: &Plan, limits: Limits) -> Option<Guard> {
    let mut reasons = Vec::new();
    let mut number = 0;
    if let Some(departures) = &plan.departures {
        let percent = percent(departures.people, departures.in_scope);
        if is_too_many(
            departures.people,
            departures.in_scope,
            limits.percent,
            limits.people,
        ) {
            reasons.push(format!(
                "This import deactivates {} of {} {} ({percent} %).",
                departures.people, departures.in_scope, departures.scope
            ));
        }
        if departures.people > 0 && plan.unnamed > 0 {
            reasons.push(format!(
                "Rows that cannot be imported and do not say whom they are about: {}. The people \
                 they mean may be among those deactivated.",
                plan.unnamed
            ));
        }
        if !reasons.is_empty() {
            number += departures.people;
        }
    }
    if plan.cards_moved > limits.cards {
        reasons.push(format!(
            "This import takes {} cards from the people who hold them.",
            plan.cards_moved
        ));
        number += plan.cards_moved;
    }
    if plan.administrators > 0 {
        reasons.push(format!(
            "This import changes {} of the people who administer the account.",
            plan.administrators
        ));
        number += plan.administrators;
    }
    (!reasons.is_empty()).then(|| Guard {
        reason: reasons.join(" "),
        number,
        reasons,
    })
}

/// Whether more people of so many go than either limit allows.
pub(crate) const fn is_too_many(people: i64, of: i64, most_percent: i64, most_people: i64) -> bool {
    people > most_people || people.saturating_mul(100) > of.saturating_mul(most_percent)
}

fn percent(people: i64, of: i64) -> String {
    let tenths = people.saturating_mul(1000).checked_div(of).unwrap_or(1000);
    if tenths >= 100 {
        (tenths / 10).to_string()
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Departures;

    fn plan(people: i64, in_scope: i64, administrators: i64, unnamed: i64) -> Plan {
        Plan {
            administrators,
            unnamed,
            departures: Some(Departures {
                in_scope,
                people,
                ..Departures::default()
            }),
            ..Plan::default()
        }
    }

    #[test]
    fn asks_above_two_percent_or_twenty_five_people() {
        let number = |people, of| {
            super::of(&plan(people, of, 0, 0), Limits::default()).map(|guard| guard.number)
        };
        assert_eq!(number(2, 100), None);
        assert_eq!(number(3, 100), Some(3));
        assert_eq!(number(25, 10_000), None);
        assert_eq!(number(26, 10_000), Some(26));
        assert_eq!(number(0, 0), None);
    }

    #[test]
    fn every_reason_is_told_under_one_number() {
        let guard = super::of(&plan(30, 100, 2, 1), Limits::default()).unwrap();
        assert_eq!((guard.number, guard.reasons.len()), (32, 3));
        assert_eq!(guard.sentences().len(), 3);
        assert!(guard.reason.contains("30 of 100"), "{}", guard.reason);
    }

    #[test]
    fn rows_that_name_nobody_ask_even_below_the_limits() {
        assert_eq!(
            super::of(&plan(1, 1000, 0, 1), Limits::default())
                .unwrap()
                .number,
            1
        );
        assert_eq!(super::of(&plan(0, 1000, 0, 1), Limits::default()), None);
    }

    #[test]
    fn asks_above_the_limits_of_the_account() {
        let limits = Limits {
            percent: 100,
            people: 40,
            cards: 0,
        };
        assert_eq!(super::of(&plan(40, 50, 0, 0), limits), None);
        assert_eq!(super::of(&plan(41, 50, 0, 0), limits).unwrap().number, 41);
    }

    #[test]
    fn asks_above_fifty_moved_cards() {
        let number = |cards_moved| {
            let plan = Plan {
                cards_moved,
                ..Plan::default()
            };
            super::of(&plan, Limits::default()).map(|guard| guard.number)
        };
        assert_eq!((number(50), number(51)), (None, Some(51)));
    }

    #[test]
    fn plans_of_earlier_versions_are_read() {
        let guard: Guard = serde_json::from_str(r#"{"reason": "Look.", "number": 3}"#).unwrap();
        assert_eq!(guard.sentences(), ["Look."]);
    }
}
