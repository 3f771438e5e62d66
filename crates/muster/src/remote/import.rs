//! Imports of a server.

use std::{
    cell::{Cell, RefCell},
    io::Write,
    path::Path,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};
use import::{
    Choices, Counts, Download, Progress, RedoPreview, Refusal, Report, State, Tell, UndoPreview,
};
use kernel::{Clock, ImportId, UploadId};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    client::Client,
    interrupt::Interrupt,
    journal::{Entry, Journal},
    upload::{self, Source},
};
use crate::{
    cli::Remote,
    commands::importer::{Ended, Importer, Listed, Received, WAITING},
    output, progress,
};

/// How often a server is asked how far it is: soon at first, for small files.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const USUAL_PAUSE: Duration = Duration::from_millis(500);
/// So many questions after an import came to its turn somebody is told that it waits.
const QUESTIONS: u32 = 6;
/// Imports on a page.
const PAGE: usize = 199;

/// The imports of the account a token is of.
pub(crate) struct RemoteImporter {
    pub(super) client: Client,
    remote: Remote,
    interrupt: Interrupt,
    /// What the next start of the command would go on with.
    journal: RefCell<Option<Journal>>,
    /// The import that was just taken in.
    arrived: Cell<Option<ImportId>>,
    bar: Option<Tell>,
}

impl RemoteImporter {
    pub(crate) fn new(client: Client, remote: &Remote) -> Self {
        Self {
            client,
            remote: remote.clone(),
            interrupt: Interrupt::listen(),
            journal: RefCell::new(None),
            arrived: Cell::new(None),
            bar: progress::bar(),
        }
    }

    fn report(&self, id: ImportId) -> Result<Report> {
        parsed(self.client.get(&format!("/api/v1/imports/{id}/report"))?)
    }

    /// Asks for something to be begun.
    pub(super) fn begin(&self, id: ImportId, what: &str, body: &Value) -> Result<Value> {
        self.client
            .post(&format!("/api/v1/imports/{id}/{what}"), body)
    }

    /// Waits until nobody works on an import any more, and shows how far it is.
    fn wait(&self, id: ImportId) -> Result<Report> {
        let path = format!("/api/v1/imports/{id}");
        let mut pause = FIRST_PAUSE;
        let mut questions = 0;
        loop {
            let import = self.client.get(&path)?;
            let text = |name: &str| import.get(name).and_then(Value::as_str).unwrap_or_default();
            let number = |name: &str| import.get(name).and_then(Value::as_i64).unwrap_or_default();
            if questions == 0 {
                self.interrupt.say(format!(
                    "Import {0} goes on at the server. Look at it with: muster imports show {0} --server {1}\n\
                     Or start the same command again to wait for it.",
                    number("number"),
                    self.client.base()
                ));
            }
            if import.get("busy").and_then(Value::as_bool) != Some(true) {
                if let Some(bar) = &self.bar {
                    bar(Progress {
                        stage: "",
                        done: 1,
                        total: 1,
                    });
                }
                return self.report(id);
            }
            questions += 1;
            if questions == QUESTIONS && text("state") == State::Queued.as_str() {
                output::note(WAITING);
            }
            if let Some(bar) = &self.bar {
                bar(Progress {
                    stage: stage(text("stage")),
                    done: number("rows_done"),
                    total: number("rows_total"),
                });
            }
            thread::sleep(pause);
            pause = (pause * 2).min(USUAL_PAUSE);
        }
    }

    fn ended(&self, id: ImportId) -> Result<Ended> {
        Ok(Ended {
            report: self.wait(id)?,
            failure: None,
        })
    }

    /// What an earlier start of the same command left, if the server still has it.
    fn earlier(&self, journal: &Journal, choices: &str) -> Result<Option<Entry>> {
        let Some(entry) = journal.read() else {
            return Ok(None);
        };
        if entry
            .choices
            .as_deref()
            .is_some_and(|made_with| made_with != choices)
        {
            return Ok(None);
        }
        let path = match entry.import {
            Some(import) => format!("/api/v1/imports/{import}"),
            None if entry.choices.is_some() => return Ok(Some(entry)),
            None => format!("/api/v1/uploads/{}", entry.upload),
        };
        match self.client.get(&path) {
            Ok(_) => Ok(Some(entry)),
            Err(error) if is_refused_as(&error, "not_found") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether it was started already.
    fn is_begun(&self, id: ImportId) -> Result<bool> {
        let state = self.report(id)?.state;
        Ok(state.has_results() || (state.is_busy() && state != State::Checking))
    }

    /// An import of a file that is on the server as a whole; the same one however often it is asked for.
    fn import_of(
        &self,
        upload: UploadId,
        choices: &Value,
        mark: &str,
    ) -> Result<(ImportId, Vec<String>)> {
        let path = format!("/api/v1/uploads/{upload}/import");
        let made = self
            .client
            .post_as(&path, choices, format!("{upload}-{mark}"))?;
        let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
        let id = id
            .parse()
            .ok()
            .context("the server did not say which import it is")?;
        let notes = made.get("notes").and_then(Value::as_array);
        let notes = notes.into_iter().flatten().filter_map(Value::as_str);
        Ok((id, notes.map(str::to_owned).collect()))
    }

    /// Goes on with an import that an earlier start of the command began.
    fn taken_up(&self, id: ImportId) -> Result<Received> {
        let report = self.report(id)?;
        output::note(&format!(
            "Going on with import {}, which an earlier start of this command began.",
            report.number
        ));
        if report.state.is_draft() || report.state == State::Checking {
            self.arrived.set(Some(id));
            return Ok(Received::Draft {
                id,
                notes: Vec::new(),
            });
        }
        Ok(Received::Ran(Box::new(self.wait(id)?)))
    }
}

impl Importer for RemoteImporter {
    fn list(&self) -> Result<Vec<Listed>> {
        let mut found = Vec::new();
        self.client
            .pages(format!("/api/v1/imports?limit={PAGE}"), |items| {
                for item in items {
                    found.push(listed(&item).context("the server's list cannot be read")?);
                }
                Ok(())
            })?;
        Ok(found)
    }

    fn find(&self, key: &str) -> Result<Report> {
        if let Ok(id) = key.parse::<ImportId>() {
            return self.report(id).map_err(|error| {
                if is_refused_as(&error, "not_found") {
                    Refusal::NotFound.into()
                } else {
                    error
                }
            });
        }
        let Ok(number) = key.trim_start_matches('#').parse::<u32>() else {
            return Err(Refusal::NotFound.into());
        };
        if number == 0 {
            return Err(Refusal::NotFound.into());
        }
        let page = self
            .client
            .get(&format!("/api/v1/imports?number={number}&fields=number"))?;
        let id = page.pointer("/items/0/id").and_then(Value::as_str);
        match id.and_then(|id| id.parse().ok()) {
            Some(id) => self.report(id),
            None => Err(Refusal::NotFound.into()),
        }
    }

    fn receive(&self, file: &Path, choices: &Choices) -> Result<Received> {
        let mut source = Source::open(file)?;
        if source.bytes == 0 {
            // Nothing is not sent in parts; the server says what it thinks of it.
            self.client.post_nothing("/api/v1/imports")?;
        }
        let choices = spare(serde_json::to_value(choices)?);
        let mark = blake3::hash(choices.to_string().as_bytes()).to_hex();
        let mark = mark.get(..32).unwrap_or_default();
        let journal = Journal::of(&self.remote, self.client.base(), &source.hash);
        self.interrupt
            .say("Start the same command again to go on with the upload; nothing was imported.");
        let mut entry = match self.earlier(&journal, mark)? {
            Some(entry) => entry,
            None => Entry {
                began: Clock::System.now(),
                upload: upload::begin(&self.client, &source)?,
                choices: None,
                import: None,
            },
        };
        journal.write(&entry);
        if let Some(import) = entry.import {
            self.journal.replace(Some(journal));
            return self.taken_up(import);
        }
        if entry.choices.is_none() {
            upload::send(&self.client, entry.upload, &mut source)?;
        }
        entry.choices = Some(mark.to_owned());
        journal.write(&entry);
        let made = self.import_of(entry.upload, &choices, mark);
        if made
            .as_ref()
            .err()
            .is_some_and(anyhow::Error::is::<Refusal>)
        {
            // A file that cannot be read, or choices that cannot be: there is nothing to go on with.
            journal.remove();
        }
        let (id, notes) = made?;
        entry.import = Some(id);
        journal.write(&entry);
        self.journal.replace(Some(journal));
        self.arrived.set(Some(id));
        Ok(Received::Draft { id, notes })
    }

    fn check(&self, id: ImportId) -> Result<Report> {
        if self.arrived.take() == Some(id) {
            // A file that arrives is checked by itself.
            let report = self.wait(id)?;
            let is_untouched = matches!(report.state, State::ChooseFormat | State::Mapping);
            if !is_untouched || report.error.is_some() {
                return Ok(report);
            }
        }
        self.begin(id, "check", &Value::Null)?;
        self.wait(id)
    }

    fn start(&self, id: ImportId, confirm: Option<i64>) -> Result<Result<Ended, Refusal>> {
        let body = confirm.map_or_else(|| json!({}), |number| json!({"confirmed": number}));
        match self.begin(id, "start", &body) {
            Ok(_) => self.ended(id).map(Ok),
            Err(error) => match error.downcast::<Refusal>() {
                // An earlier question whose answer was lost started it.
                Ok(refusal) if refusal.code() == "wrong_state" && self.is_begun(id)? => {
                    self.ended(id).map(Ok)
                }
                Ok(refusal) => Ok(Err(refusal)),
                Err(error) => Err(error),
            },
        }
    }

    fn go_on(&self, id: ImportId) -> Result<Ended> {
        if !self.report(id)?.state.is_busy() {
            self.begin(id, "resume", &Value::Null)?;
        }
        self.ended(id)
    }

    fn undo_preview(&self, id: ImportId) -> Result<UndoPreview> {
        let mut preview = self.client.get(&format!("/api/v1/imports/{id}/undo"))?;
        let kept = preview.get_mut("kept").and_then(Value::as_array_mut);
        for one in kept.into_iter().flatten() {
            *one = json!([one.get("id"), one.get("name")]);
        }
        parsed(preview)
    }

    fn undo(&self, id: ImportId) -> Result<Ended> {
        self.begin(id, "undo", &Value::Null)?;
        self.ended(id)
    }

    fn redo_preview(&self, id: ImportId) -> Result<RedoPreview> {
        parsed(self.client.get(&format!("/api/v1/imports/{id}/redo"))?)
    }

    fn redo(&self, id: ImportId) -> Result<Ended> {
        self.begin(id, "redo", &Value::Null)?;
        self.ended(id)
    }

    fn complete(&self, id: ImportId) -> Result<Report> {
        self.begin(id, "complete", &Value::Null)?;
        self.wait(id)
    }

    fn invite(&self, id: ImportId) -> Result<()> {
        self.begin(id, "invite", &Value::Null).map(drop)
    }

    fn download(
        &self,
        id: ImportId,
        what: Download,
        as_workbook: bool,
        out: &mut (dyn Write + Send),
    ) -> Result<()> {
        let name = match what {
            Download::Errors => "errors",
            Download::Results => "results",
            Download::ToFix => "to-fix",
            Download::Created => "created",
        };
        let ending = if as_workbook { "xlsx" } else { "csv" };
        self.client
            .download(&format!("/api/v1/imports/{id}/{name}.{ending}"), out)
    }

    fn is_told(&self) {
        if let Some(journal) = self.journal.take() {
            journal.remove();
        }
    }
}

/// What a server answered, as what it is.
pub(super) fn parsed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).context(
        "the server's answer cannot be read; it may be of another version than this command",
    )
}

/// An import of the API's list, as it is listed here.
pub(super) fn listed(item: &Value) -> Option<Listed> {
    let text = |name: &str| item.get(name)?.as_str();
    let count = |name: &str| item.get("counts")?.get(name)?.as_i64();
    let (created, updated) = (count("new")?, count("changed")?);
    let (unchanged, skipped) = (count("unchanged")?, count("skipped")?);
    let (failed, not_started) = (count("failed")?, count("not_started")?);
    Some(Listed {
        import: text("id")?.parse().ok()?,
        number: item.get("number")?.as_i64()?,
        name: text("name")?.to_owned(),
        state: serde_json::from_value(item.get("state")?.clone()).ok()?,
        counts: Counts {
            rows: created + updated + unchanged + skipped + failed + not_started,
            created,
            updated,
            unchanged,
            skipped,
            failed,
            not_started,
        },
        started_by: text("started_by")?.to_owned(),
        created_at: text("created_at")?.parse().ok()?,
    })
}

/// The same without what is not said.
pub(super) fn spare(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .map(|(name, value)| (name, spare(value)))
            .filter(|(_, value)| {
                let is_blank = |value: &Value| {
                    value.is_null()
                        || value.as_array().is_some_and(Vec::is_empty)
                        || value.as_object().is_some_and(serde_json::Map::is_empty)
                };
                !is_blank(value)
            })
            .collect(),
        Value::Array(list) => list.into_iter().map(spare).collect(),
        other => other,
    }
}

pub(super) fn is_refused_as(error: &anyhow::Error, code: &str) -> bool {
    let refusal = error.downcast_ref::<Refusal>();
    refusal.is_some_and(|refusal| refusal.code() == code)
}

/// The stage as progress bars name it.
fn stage(name: &str) -> &'static str {
    [
        "reading", "deciding", "sorting", "writing", "undoing", "redoing",
    ]
    .into_iter()
    .find(|known| *known == name)
    .unwrap_or("working")
}
