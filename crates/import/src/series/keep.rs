//! What people do with series: make, change, pause, remove, and hand files over.

use std::io::Read;

use directory::{Action, Ctx, accounts, activity};
use kernel::{ImportId, JobId, SeriesId, SeriesRunId, SiteZone, Timestamp};

use super::{Brakes, RunOutcome, Schedule, Series, SeriesRun, due::enqueue, refused, store};
use crate::{
    Import, Mode, Picks, Refusal, Scope, Settings,
    imports::{Imports, NewImport},
    settings::Preset,
};

/// What else is written in the transaction that stores a file's import and run.
pub type Also<'a> = &'a mut dyn FnMut(&mut db::Tx<'_>, &SeriesRun) -> Result<(), Refusal>;

/// What a series is to be.
#[derive(Clone, Debug)]
pub struct NewSeries {
    /// Its name.
    pub name: String,
    /// The folder to look in, below the operator's folder for series.
    pub folder: Option<String>,
    /// Which files are meant.
    pub pattern: String,
    /// When to look.
    pub schedule: Schedule,
    /// What each import is to do.
    pub settings: Settings,
    /// When to hold.
    pub brakes: Brakes,
}

impl Imports {
    /// Every series of the account, by name.
    pub fn series_list(&self, ctx: &Ctx) -> Result<Vec<Series>, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db
            .read_blocking(|tx| store::list(tx, ctx.account))
            .map_err(Refusal::Db)
    }

    /// One series.
    pub fn series(&self, ctx: &Ctx, id: SeriesId) -> Result<Series, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db
            .read_blocking(|tx| store::find(tx, ctx.account, id))?
            .ok_or_else(|| not_found(""))
    }

    /// The series of this name.
    pub fn series_named(&self, ctx: &Ctx, name: &str) -> Result<Series, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db
            .read_blocking(|tx| store::find_name(tx, ctx.account, name.trim()))?
            .ok_or_else(|| not_found(name))
    }

    /// The last runs of a series, newest first, each with its import.
    pub fn series_runs(
        &self,
        ctx: &Ctx,
        id: SeriesId,
    ) -> Result<Vec<(SeriesRun, Option<Import>)>, Refusal> {
        ctx.require(Action::ViewImports)?;
        let runs = self
            .db
            .read_blocking(|tx| store::runs(tx, ctx.account, id))?;
        runs.into_iter()
            .map(|run| {
                let import = run.import.map(|id| self.find(ctx, id)).transpose()?;
                Ok((run, import))
            })
            .collect()
    }

    /// So many runs of a series that began before one of them, newest first, each with its import.
    pub fn series_runs_before(
        &self,
        ctx: &Ctx,
        id: SeriesId,
        before: Option<SeriesRunId>,
        limit: i64,
    ) -> Result<Vec<(SeriesRun, Option<Import>)>, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db
            .read_blocking(|tx| store::runs_before(tx, ctx.account, id, before, limit))
            .map_err(Refusal::Db)
    }

    /// One run of a series, with its import.
    pub fn series_run(
        &self,
        ctx: &Ctx,
        series: SeriesId,
        id: SeriesRunId,
    ) -> Result<(SeriesRun, Option<Import>), Refusal> {
        ctx.require(Action::ViewImports)?;
        let run = self
            .db
            .read_blocking(|tx| store::find_run(tx, ctx.account, series, id))?
            .ok_or(Refusal::NotFound)?;
        let import = run.import.map(|id| self.find(ctx, id)).transpose()?;
        Ok((run, import))
    }

    /// The series an import belongs to, with the run that made it.
    pub fn series_of(
        &self,
        ctx: &Ctx,
        import: ImportId,
    ) -> Result<Option<(Series, SeriesRun)>, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db.read_blocking(|tx| {
            let Some(run) = store::run_of_import(tx, ctx.account, import)? else {
                return Ok(None);
            };
            Ok(store::find(tx, ctx.account, run.series)?.map(|series| (series, run)))
        })
    }

    /// Whether the operator lets series watch folders.
    pub const fn watches_folders(&self) -> bool {
        self.series_folder.is_some()
    }

    /// The settings of an import, its columns included, for imports like it.
    pub fn settings_like(&self, ctx: &Ctx, import: &Import) -> Result<Settings, Refusal> {
        ctx.require(Action::ViewImports)?;
        let mut settings = import.settings.clone();
        settings.picks = Picks::AllExcept;
        let has_header = import
            .layout
            .as_ref()
            .is_some_and(|layout| layout.header_row.is_some());
        if let Some(mapping) = import.mapping.as_ref().filter(|_| has_header) {
            settings.map.clear();
            settings.ignore.clear();
            for column in &mapping.columns {
                match &column.field {
                    _ if column.header.trim().is_empty() => {}
                    Some(field) => settings
                        .map
                        .push((column.header.clone(), field.key().into_owned())),
                    None => settings.ignore.push(column.header.clone()),
                }
            }
        }
        Ok(settings)
    }

    /// Makes a series.
    pub fn add_series(&self, ctx: &Ctx, new: NewSeries) -> Result<Series, Refusal> {
        let mut series = Series {
            account: ctx.account,
            id: ctx.new_id(),
            name: String::new(),
            folder: None,
            pattern: String::new(),
            schedule: Schedule::Pushed,
            settings: new.settings.clone(),
            brakes: new.brakes,
            paused: false,
            rev: 1,
            next_at: None,
            seen: None,
            saved_by: None,
            saved_by_name: String::new(),
            created_at: ctx.now(),
        };
        self.fill(ctx, &mut series, new)?;
        self.db.write_blocking(|tx| {
            if store::find_name(tx, ctx.account, &series.name)?.is_some() {
                return Err(taken(&series.name));
            }
            store::insert(tx, &series)?;
            note(tx, ctx, &series, "series.add", "made")
        })?;
        Ok(series)
    }

    /// Changes a series that somebody saw at revision `rev`; its imports have this person's rights
    /// from now on.
    pub fn change_series(
        &self,
        ctx: &Ctx,
        id: SeriesId,
        rev: Option<i64>,
        new: NewSeries,
    ) -> Result<Series, Refusal> {
        let mut series = self.series_to_change(ctx, id, rev)?;
        self.fill(ctx, &mut series, new)?;
        self.db.write_blocking(|tx| {
            let other = store::find_name(tx, ctx.account, &series.name)?;
            if other.is_some_and(|other| other.id != id) {
                return Err(taken(&series.name));
            }
            store::save(tx, &series, ctx.now())?;
            note(tx, ctx, &series, "series.change", "changed")
        })?;
        self.series(ctx, id)
    }

    /// Pauses a series, or lets it go on.
    pub fn pause_series(
        &self,
        ctx: &Ctx,
        id: SeriesId,
        rev: Option<i64>,
        paused: bool,
    ) -> Result<Series, Refusal> {
        let mut series = self.series_to_change(ctx, id, rev)?;
        series.paused = paused;
        series.next_at = self.next_look(&series, ctx.now())?;
        self.db.write_blocking(|tx| {
            store::save(tx, &series, ctx.now())?;
            let what = if paused { "paused" } else { "resumed" };
            note(tx, ctx, &series, "series.pause", what)
        })?;
        self.series(ctx, id)
    }

    /// Removes a series; its imports stay.
    pub fn remove_series(&self, ctx: &Ctx, id: SeriesId, rev: Option<i64>) -> Result<(), Refusal> {
        let series = self.series_to_change(ctx, id, rev)?;
        self.db.write_blocking(|tx| {
            store::remove(tx, ctx.account, id)?;
            note(tx, ctx, &series, "series.remove", "removed")
        })
    }

    /// Looks for a file now, also if it is the last one again.
    pub fn run_series(&self, ctx: &Ctx, id: SeriesId) -> Result<JobId, Refusal> {
        ctx.require(Action::RunImports)?;
        let series = self.series(ctx, id)?;
        if series.folder.is_none() {
            let message = format!(
                "The series {} has no folder to look in; hand it a file instead.",
                series.name
            );
            return Err(refused("no_folder", message));
        }
        self.db.write_blocking(|tx| enqueue(tx, ctx, &series, true))
    }

    /// Takes a file for a series; a run decides whether it is imported at once or waits.
    pub fn push_to_series(
        &self,
        ctx: &Ctx,
        id: SeriesId,
        file_name: &str,
        source: &mut dyn Read,
    ) -> Result<(SeriesRun, JobId), Refusal> {
        self.push_to_series_with(ctx, id, file_name, source, &mut |_, _| Ok(()))
    }

    /// The same, with more to be written in the transaction that stores the import and its run.
    pub fn push_to_series_with(
        &self,
        ctx: &Ctx,
        id: SeriesId,
        file_name: &str,
        source: &mut dyn Read,
        also: Also<'_>,
    ) -> Result<(SeriesRun, JobId), Refusal> {
        ctx.require(Action::RunImports)?;
        let series = self.series(ctx, id)?;
        // Asked again when the file is stored; here it saves storing one in vain.
        self.db
            .read_blocking(|tx| refuse_while_waiting(tx, &series))?;
        let mut job = None;
        let run =
            self.take_for_series(ctx, &series, (file_name, source), false, &mut |tx, run| {
                job = Some(enqueue(tx, ctx, &series, false)?);
                also(tx, run)
            })?;
        // The closure has run, or there would be no run.
        let job = job.ok_or(Refusal::NotFound)?;
        Ok((run, job))
    }

    /// Stores a file as an import of the series with an open run. The last file again is refused,
    /// unless it is wanted all the same.
    pub(super) fn take_for_series(
        &self,
        ctx: &Ctx,
        series: &Series,
        (file_name, source): (&str, &mut dyn Read),
        also_again: bool,
        also: Also<'_>,
    ) -> Result<SeriesRun, Refusal> {
        let id: SeriesRunId = ctx.new_id();
        let mut run = store::new_run(id, series.id, RunOutcome::Looking, ctx.now());
        run.file_name = Some(file_name.to_owned());
        let new = NewImport {
            file_name: file_name.to_owned(),
            name: Some(format!("{}: {file_name}", series.name)),
            settings: series.settings.clone(),
        };
        self.receive_with(ctx, new, source, &mut |tx, import| {
            if !store::lock(tx, series)? {
                return Err(not_found(&series.name));
            }
            refuse_while_waiting(tx, series)?;
            let last = store::last_content(tx, series, import.id)?;
            if let Some((number, hash)) = last
                && hash == import.file.hash
                && !also_again
            {
                let message =
                    format!("The file has the same content as import {number}; nothing is new.");
                return Err(refused("nothing_new", message));
            }
            run.import = Some(import.id);
            store::insert_run(tx, ctx.account, &run).map_err(Refusal::Db)?;
            also(tx, &run)
        })?;
        Ok(run)
    }

    /// When a series looks next.
    pub(super) fn next_look(
        &self,
        series: &Series,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Refusal> {
        if series.paused {
            return Ok(None);
        }
        let account = self
            .db
            .read_blocking(|tx| accounts::get(tx, series.account))?;
        let zone = SiteZone::parse(&account.time_zone).unwrap_or(SiteZone::UTC);
        Ok(series.schedule.next(now, &zone))
    }

    fn series_to_change(
        &self,
        ctx: &Ctx,
        id: SeriesId,
        rev: Option<i64>,
    ) -> Result<Series, Refusal> {
        ctx.require(Action::RunImports)?;
        let series = self.series(ctx, id)?;
        match rev {
            Some(rev) if rev != series.rev => Err(Refusal::Stale),
            _ => Ok(series),
        }
    }

    /// Writes what is wanted into a series, if it can be done.
    fn fill(&self, ctx: &Ctx, series: &mut Series, new: NewSeries) -> Result<(), Refusal> {
        ctx.require(Action::RunImports)?;
        if new.settings.preset == Preset::Roles {
            ctx.require(Action::ImportRoles)?;
        }
        new.settings.require_rights(ctx)?;
        let name: String = new.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            let message = "Give the series a name of 1 to 100 characters.";
            return Err(refused("name_invalid", message));
        }
        if new.settings.mode == Mode::Match && new.settings.scope.is_none() {
            let message = "Say whom the files are a complete list of.";
            return Err(refused("scope_missing", message));
        }
        let limits = [
            new.brakes.removed_percent,
            new.brakes.removed_people,
            new.brakes.changed_percent,
            new.brakes.failed_percent,
        ];
        if limits.iter().any(|limit| *limit < 0) {
            return Err(refused("limit_invalid", "A limit is a number from 0."));
        }
        match &new.folder {
            Some(folder) => drop(self.series_path(folder)?),
            None if new.schedule == Schedule::Pushed => {}
            None => {
                let message = "Say which folder to look in, or let files be pushed.";
                return Err(refused("no_folder", message));
            }
        }
        series.name = name;
        series.folder = new.folder;
        series.pattern = Some(new.pattern.trim().to_owned())
            .filter(|pattern| !pattern.is_empty())
            .unwrap_or_else(|| "*".to_owned());
        series.schedule = new.schedule;
        series.settings = new.settings;
        series.brakes = new.brakes;
        series.saved_by = ctx.actor.user;
        series.saved_by_name.clone_from(&ctx.actor.name);
        series.next_at = self.next_look(series, ctx.now())?;
        Ok(())
    }
}

impl Series {
    /// Its scope in words for a page or a terminal.
    pub fn scope_words(&self) -> &'static str {
        match &self.settings.scope {
            _ if self.settings.mode != Mode::Match => "",
            Some(Scope::Everybody) => "everybody in the account",
            Some(Scope::Series) => "people whom earlier imports of the series brought",
            Some(Scope::Groups(_)) => "people in certain groups",
            None => "",
        }
    }
}

fn note(
    tx: &mut db::Tx<'_>,
    ctx: &Ctx,
    series: &Series,
    action: &str,
    what: &str,
) -> Result<(), Refusal> {
    let details = format!("series {} {what}", series.name);
    activity::record(tx, ctx, action, Some(series.id.uuid()), &details).map_err(Refusal::Db)
}

/// One import of a series at a time: the next file is compared with what the last one made.
fn refuse_while_waiting(tx: &mut db::Tx<'_>, series: &Series) -> Result<(), Refusal> {
    match store::waiting(tx, series)? {
        None => Ok(()),
        Some(number) => {
            let message = format!(
                "Import {number} of the series is not finished. Start or discard it first."
            );
            Err(refused("series_waits", message))
        }
    }
}

fn not_found(name: &str) -> Refusal {
    refused("series_not_found", format!("There is no series {name:?}."))
}

fn taken(name: &str) -> Refusal {
    refused(
        "series_exists",
        format!("There is already a series {name:?}."),
    )
}
