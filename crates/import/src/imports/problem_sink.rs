//! Collecting the problems of a check and writing them in bulk.

use kernel::{AccountId, Problem};

use super::Imports;
use crate::{
    Import, Refusal,
    store::{problem_counts::ProblemCounts, problems::NewProblem},
};

/// Problems written together.
const PROBLEMS: usize = 20_000;

/// Collects problems and writes them in bulk.
pub(super) struct ProblemSink<'a> {
    imports: &'a Imports,
    account: AccountId,
    import: Import,
    waiting: Vec<NewProblem>,
    counts: ProblemCounts,
}

impl<'a> ProblemSink<'a> {
    pub(super) fn new(imports: &'a Imports, import: &Import) -> Self {
        Self {
            imports,
            account: import.account,
            import: import.clone(),
            waiting: Vec::new(),
            counts: ProblemCounts::default(),
        }
    }

    pub(super) fn count(&mut self, problem: &Problem) {
        self.counts
            .add(problem.code, problem.severity, problem.field.as_deref());
    }

    /// Adds problems of a row; their positions begin at `first`.
    pub(super) fn add(
        &mut self,
        row: u64,
        line: u64,
        first: i64,
        problems: impl Iterator<Item = Problem>,
    ) -> Result<(), Refusal> {
        for (problem, position) in problems.zip(first..) {
            self.waiting.push(NewProblem {
                account: self.account,
                import: self.import.id,
                row: row as i64,
                position,
                line: line as i64,
                problem,
                while_applying: false,
            });
        }
        if self.waiting.len() >= PROBLEMS {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), Refusal> {
        let waiting = &self.waiting;
        self.imports.db.write_blocking(|tx| tx.bulk(waiting))?;
        self.waiting.clear();
        Ok(())
    }

    pub(super) fn finish(mut self, counts: ProblemCounts) -> Result<(), Refusal> {
        let Self {
            imports,
            import,
            counts: own,
            waiting,
            ..
        } = &mut self;
        imports
            .db
            .write_blocking(|tx| {
                tx.bulk(waiting.iter())?;
                counts.save(tx, import)?;
                own.save(tx, import)
            })
            .map_err(Refusal::Db)
    }
}
