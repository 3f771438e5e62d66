//! What `muster import` and `muster imports` need of whoever does the work: the database here, or a
//! server. The commands are written once, for both.
//!
//! Not here: what is printed, and when somebody is asked.

use std::{io::Write, path::Path};

use anyhow::{Result, anyhow};
use directory::Ctx;
use import::{
    Choices, Download, Import, Imports, RedoPreview, Refusal, Report, State, UndoPreview,
};
use kernel::{ImportId, JobId};
use serde::Serialize;

use crate::{house::House, output};

/// Whoever does imports.
pub(crate) trait Importer {
    /// All imports, newest first.
    fn list(&self) -> Result<Vec<Listed>>;
    /// The import with this id or number.
    fn find(&self, key: &str) -> Result<Report>;
    /// Takes a file in.
    fn receive(&self, file: &Path, choices: &Choices) -> Result<Received>;
    /// Checks an import and waits for the end of it.
    fn check(&self, id: ImportId) -> Result<Report>;
    /// Starts a planned import and waits for its end, or says why it does not start.
    fn start(&self, id: ImportId, confirm: Option<i64>) -> Result<Result<Ended, Refusal>>;
    /// Goes on with what an import was at, and waits for the end of it.
    fn go_on(&self, id: ImportId) -> Result<Ended>;
    /// What taking it back would do.
    fn undo_preview(&self, id: ImportId) -> Result<UndoPreview>;
    /// Takes it back.
    fn undo(&self, id: ImportId) -> Result<Ended>;
    /// What doing it again would do.
    fn redo_preview(&self, id: ImportId) -> Result<RedoPreview>;
    /// Does it again.
    fn redo(&self, id: ImportId) -> Result<Ended>;
    /// Ends it for good.
    fn complete(&self, id: ImportId) -> Result<Report>;
    /// Invites its people who never signed in.
    fn invite(&self, id: ImportId) -> Result<()>;
    /// Writes rows of it.
    fn download(
        &self,
        id: ImportId,
        what: Download,
        as_workbook: bool,
        out: &mut (dyn Write + Send),
    ) -> Result<()>;
    /// Whoever started the command knows how the import ended: there is nothing to go on with.
    fn is_told(&self);
}

/// What became of a file.
pub(crate) enum Received {
    /// A draft that waits for its check, with what should be known of it.
    Draft { id: ImportId, notes: Vec<String> },
    /// An import that an earlier start of the same command began, and that has ended meanwhile.
    Ran(Box<Report>),
}

/// Work that has ended.
pub(crate) struct Ended {
    pub(crate) report: Report,
    /// Why the job failed, if it did.
    pub(crate) failure: Option<String>,
}

/// An import in the list.
#[derive(Serialize)]
pub(crate) struct Listed {
    pub(crate) import: ImportId,
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) state: State,
    #[serde(flatten)]
    pub(crate) counts: import::Counts,
    pub(crate) started_by: String,
    pub(crate) created_at: kernel::Timestamp,
}

/// The imports of an account of the database here.
pub(crate) struct LocalImporter<'a> {
    pub(super) house: &'a House,
    pub(super) imports: Imports,
    pub(super) ctx: Ctx,
}

impl<'a> LocalImporter<'a> {
    pub(crate) fn new(house: &'a House, account: Option<&str>) -> Result<Self> {
        Ok(Self {
            house,
            imports: house.imports(),
            ctx: house.ctx(account)?,
        })
    }

    pub(super) fn import(&self, id: ImportId) -> Result<Import, Refusal> {
        self.imports.find(&self.ctx, id)
    }

    fn report(&self, id: ImportId) -> Result<Report> {
        Ok(self.imports.report(&self.ctx, &self.import(id)?)?)
    }

    fn end(&self, id: ImportId, job: JobId) -> Result<Ended> {
        let status = self.house.runner(true).run_until_done(job)?;
        Ok(Ended {
            report: self.report(id)?,
            failure: status.error,
        })
    }
}

impl Importer for LocalImporter<'_> {
    fn list(&self) -> Result<Vec<Listed>> {
        let mut found = Vec::new();
        let mut before = None;
        loop {
            let page = self.imports.list(&self.ctx, before, 200)?;
            let Some(last) = page.last() else { break };
            before = Some(last.number);
            found.extend(page.into_iter().map(|import| Listed {
                import: import.id,
                number: import.number,
                name: import.name,
                state: import.state,
                counts: import.counts,
                started_by: import.created_by_name,
                created_at: import.created_at,
            }));
        }
        Ok(found)
    }

    fn find(&self, key: &str) -> Result<Report> {
        let import = super::imports::find_by(&self.imports, &self.ctx, key)?;
        Ok(self.imports.report(&self.ctx, &import)?)
    }

    fn receive(&self, file: &Path, choices: &Choices) -> Result<Received> {
        // What is wrong with the choices is said before anything is read.
        self.imports.chosen(&self.ctx, choices)?;
        let (name, mut source) = super::import::open(file)?;
        let (import, notes) =
            self.imports
                .receive_chosen(&self.ctx, name, choices, &mut source, &mut |_, _| Ok(()))?;
        Ok(Received::Draft {
            id: import.id,
            notes,
        })
    }

    /// As a job, so that a check whose process ends goes on elsewhere.
    fn check(&self, id: ImportId) -> Result<Report> {
        let job = self.imports.queue_check(&self.ctx, id, None)?;
        let ended = self.end(id, job)?;
        match ended.failure {
            Some(error) => Err(anyhow!("the file could not be checked: {error}")),
            None => Ok(ended.report),
        }
    }

    fn start(&self, id: ImportId, confirm: Option<i64>) -> Result<Result<Ended, Refusal>> {
        let job = match self.imports.start(&self.ctx, id, None, confirm) {
            Ok(job) => job,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if self.imports.jobs_ahead(job)? > 0 {
            output::note(WAITING);
        }
        self.end(id, job).map(Ok)
    }

    fn go_on(&self, id: ImportId) -> Result<Ended> {
        let job = self.imports.resume(&self.ctx, id)?;
        self.end(id, job)
    }

    fn undo_preview(&self, id: ImportId) -> Result<UndoPreview> {
        Ok(self.imports.undo_preview(&self.ctx, id)?)
    }

    fn undo(&self, id: ImportId) -> Result<Ended> {
        let job = self.imports.queue_undo(&self.ctx, id, None)?;
        self.end(id, job)
    }

    fn redo_preview(&self, id: ImportId) -> Result<RedoPreview> {
        Ok(self.imports.redo_preview(&self.ctx, id)?)
    }

    fn redo(&self, id: ImportId) -> Result<Ended> {
        let job = self.imports.queue_redo(&self.ctx, id, None)?;
        self.end(id, job)
    }

    fn complete(&self, id: ImportId) -> Result<Report> {
        let import = self.imports.complete(&self.ctx, id, None)?;
        Ok(self.imports.report(&self.ctx, &import)?)
    }

    fn invite(&self, id: ImportId) -> Result<()> {
        super::invitations::of_import(self.house, &self.ctx, id).map(drop)
    }

    fn download(
        &self,
        id: ImportId,
        what: Download,
        as_workbook: bool,
        out: &mut (dyn Write + Send),
    ) -> Result<()> {
        Ok(self
            .imports
            .download(&self.ctx, id, what, as_workbook, out)?)
    }

    fn is_told(&self) {}
}

/// Said when another import of the account is at work.
pub(crate) const WAITING: &str = "Waiting for another import of the account to end.";
