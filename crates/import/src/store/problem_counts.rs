//! How many rows have which problem, added up while rows are checked.

use std::collections::BTreeMap;

use db::{Tx, params, sql};
use kernel::{Code, Severity};

use crate::record::Import;

/// How many rows have a problem, by code and field.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProblemCounts {
    kinds: BTreeMap<(Code, Option<String>), (Severity, i64)>,
    /// One kind has several severities, of which the first counts.
    is_mixed: bool,
}

impl ProblemCounts {
    /// Counts one row with this problem, and says how many there are now.
    pub(crate) fn add(&mut self, code: Code, severity: Severity, field: Option<&str>) -> i64 {
        // The common case is a known pair, for which no text is made.
        if let Some((_, (known, rows))) = self
            .kinds
            .iter_mut()
            .find(|((known, of), _)| *known == code && of.as_deref() == field)
        {
            self.is_mixed |= *known != severity;
            *rows += 1;
            *rows
        } else {
            self.kinds
                .insert((code, field.map(str::to_owned)), (severity, 1));
            1
        }
    }

    /// Counts as [`ProblemCounts::entries`] gave them.
    pub(crate) fn of(entries: &[(Code, Option<String>, Severity, i64)]) -> Self {
        let entries = entries.iter();
        Self {
            kinds: entries
                .map(|(code, field, severity, rows)| ((*code, field.clone()), (*severity, *rows)))
                .collect(),
            is_mixed: false,
        }
    }

    /// Whether the severity of a kind depends on which row has it first.
    pub(crate) const fn is_mixed(&self) -> bool {
        self.is_mixed
    }

    /// Code, field, severity and number of rows of each.
    pub(crate) fn entries(&self) -> Vec<(Code, Option<String>, Severity, i64)> {
        let entries = self.kinds.iter();
        entries
            .map(|((code, field), (severity, rows))| (*code, field.clone(), *severity, *rows))
            .collect()
    }

    /// How many rows have a problem.
    pub(crate) fn rows(&self, code: Code, field: Option<&str>) -> i64 {
        self.kinds
            .get(&(code, field.map(str::to_owned)))
            .map_or(0, |(_, rows)| *rows)
    }

    /// The severity of a problem that rows have.
    pub(crate) fn severity(&self, code: Code, field: Option<&str>) -> Option<Severity> {
        self.kinds
            .get(&(code, field.map(str::to_owned)))
            .map(|(severity, _)| *severity)
    }

    /// Takes away what others count.
    pub(crate) fn subtract(&mut self, other: &Self) {
        for (kind, (_, rows)) in &other.kinds {
            if let Some((_, left)) = self.kinds.get_mut(kind) {
                *left -= rows;
            }
        }
        self.kinds.retain(|_, (_, rows)| *rows > 0);
    }

    /// Adds the counts to those stored.
    pub(crate) fn save(&self, tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
        for ((code, field), (severity, rows)) in &self.kinds {
            tx.execute(
                sql!("problems/add_to_group"),
                params![
                    import.account,
                    import.id,
                    code.as_str(),
                    field.as_deref().unwrap_or_default(),
                    severity.as_str(),
                    *rows
                ],
            )?;
        }
        Ok(())
    }
}
