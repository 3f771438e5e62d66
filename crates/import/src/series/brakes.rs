//! When a series holds its import for a person.
//!
//! The limits begin with those of IMPORT.md (Series) and UX.md 7. Whether an administrator changes
//! is not one of them: that always holds.

use serde::{Deserialize, Serialize};

use crate::{BadRows, Import, Plan, guard};

/// The limits of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brakes {
    /// The most people of the scope deactivated, in percent.
    pub removed_percent: i64,
    /// The most people deactivated.
    pub removed_people: i64,
    /// The most by which the file's size or number of rows differs from the last one, in percent.
    pub changed_percent: i64,
    /// The most rows that cannot be imported, in percent.
    pub failed_percent: i64,
}

impl Default for Brakes {
    fn default() -> Self {
        Self {
            removed_percent: guard::MOST_PERCENT,
            removed_people: guard::MOST_PEOPLE,
            changed_percent: 25,
            failed_percent: 5,
        }
    }
}

impl Brakes {
    /// Why an import that was planned is to wait for a person; nothing when it may start.
    pub(crate) fn reasons(
        &self,
        import: &Import,
        plan: &Plan,
        last: Option<&Import>,
    ) -> Vec<String> {
        let mut reasons = Vec::new();
        self.removals(plan, &mut reasons);
        if plan.administrators > 0 {
            reasons.push(format!(
                "It changes {} of the people who administer the account.",
                plan.administrators
            ));
        }
        if let Some(last) = last {
            let pairs = [
                ("bytes", last.file.bytes, import.file.bytes),
                ("rows", last.counts.rows, plan.counts.rows),
            ];
            for (what, before, now) in pairs {
                if differs(before, now, self.changed_percent) {
                    reasons.push(format!(
                        "The file has {now} {what}; the last one had {before}. The limit is {} %.",
                        self.changed_percent
                    ));
                }
            }
        }
        let (failed, rows) = (plan.counts.failed, plan.counts.rows);
        if failed * 100 > rows * self.failed_percent {
            reasons.push(format!(
                "{failed} of {rows} rows cannot be imported. The limit is {} %.",
                self.failed_percent
            ));
        } else if failed > 0 && import.settings.bad_rows == BadRows::Stop {
            reasons.push(format!(
                "{failed} of {rows} rows cannot be imported, and nothing is unless all can."
            ));
        }
        reasons
    }

    fn removals(&self, plan: &Plan, reasons: &mut Vec<String>) {
        let Some(gone) = &plan.departures else {
            return;
        };
        if guard::is_too_many(
            gone.people,
            gone.in_scope,
            self.removed_percent,
            self.removed_people,
        ) {
            reasons.push(format!(
                "It deactivates {} of {} {}. The limit is {} % and {} people.",
                gone.people, gone.in_scope, gone.scope, self.removed_percent, self.removed_people
            ));
        }
        if gone.people > 0 && plan.unnamed > 0 {
            reasons.push(format!(
                "Rows that cannot be imported and do not say whom they are about: {}. The people \
                 they mean may be among the {} who would be deactivated.",
                plan.unnamed, gone.people
            ));
        }
    }
}

/// Whether a number differs from the one before by more than so many percent.
const fn differs(before: i64, now: i64, percent: i64) -> bool {
    before > 0 && (now - before).abs().saturating_mul(100) > before.saturating_mul(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_more_or_less_is_allowed() {
        for (now, is_too_much) in [
            (75, false),
            (125, false),
            (74, true),
            (126, true),
            (0, true),
        ] {
            assert_eq!(differs(100, now, 25), is_too_much, "{now}");
        }
        assert!(!differs(0, 100, 25), "there is nothing to compare with");
    }
}
