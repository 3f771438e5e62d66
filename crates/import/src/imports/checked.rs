//! What a check leaves for the next one: what it rested on, and what it found.
//!
//! Not here: taking it over, see `again`.

use std::{fs, time::Duration};

use directory::{Ctx, accounts::Account, fields::CustomField, modules::Module};
use kernel::{Code, Severity, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Imports, again::Again, row_source::is_kept};
use crate::{
    Import, Refusal,
    check::RowChecker,
    edits,
    files::Folder,
    matching::Secrets,
    references::{MOST_NEW_GROUPS, Reference, References},
    settings::{Settings, UnknownGroup},
    store,
};

/// Changes with each version that checks otherwise than the one before.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " 2");
/// How long what was found may be taken over: as long as a plan may be agreed to.
const LASTS: Duration = Duration::from_mins(30);

/// What a check rested on and found.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Checked {
    pub(super) grounds: String,
    /// When every row was last checked.
    pub(super) at: Timestamp,
    /// When the first card expires that had not yet: rows with it say so from then on.
    pub(super) next_expiry: Option<Timestamp>,
    /// How often the import had been changed.
    pub(super) rev: i64,
    pub(super) secrets: Secrets,
    pub(super) rows: u32,
    /// The actions that counted.
    pub(super) edits: Vec<i64>,
    pub(super) counts: Vec<(Code, Option<String>, Severity, i64)>,
    /// Groups that do not exist yet.
    pub(super) new: Vec<Reference>,
    /// Places of the references that rows name.
    pub(super) named: Vec<u32>,
    /// The severity of a problem depends on which row has it first.
    pub(super) is_mixed: bool,
    pub(super) problems: i64,
    /// The files that rows are taken over from.
    pub(super) files: Vec<(u64, u64)>,
}

impl Checked {
    /// What a check of all rows rests on.
    pub(super) fn begin(
        imports: &Imports,
        ctx: &Ctx,
        import: &Import,
        again: Option<&Again>,
        secrets: &Secrets,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            grounds: String::new(),
            at: again.map_or(ctx.now(), |again| again.kept.at),
            next_expiry: again.and_then(|again| again.kept.next_expiry),
            rev: import.rev,
            secrets: secrets.clone(),
            rows: 0,
            edits: imports.db.read_blocking(|tx| edits::live(tx, import))?,
            counts: Vec::new(),
            new: Vec::new(),
            named: Vec::new(),
            is_mixed: false,
            problems: 0,
            files: Vec::new(),
        })
    }

    /// Notes what was found of the rows.
    pub(super) fn found(&mut self, rows: u32, checker: &RowChecker) {
        self.rows = rows;
        self.grounds.clone_from(&checker.grounds);
        let expiries = [self.next_expiry, checker.next_expiry];
        self.next_expiry = expiries.into_iter().flatten().min();
        self.is_mixed = checker.counts.is_mixed();
        self.counts = checker.counts.entries();
        let entries = checker.references.entries();
        self.new = entries.iter().filter(|entry| entry.new).cloned().collect();
        self.named = checker.references.named_places();
    }

    /// Keeps it, now that everything else is stored; unless it is not known for certain what rows
    /// were checked with.
    pub(super) fn keep(mut self, imports: &Imports, import: &Import) -> Result<(), Refusal> {
        let folder = imports.folder(import.id);
        let (live, problems) = imports.db.read_blocking(|tx| {
            Ok::<_, db::Error>((
                edits::live(tx, import)?,
                store::problems::count(tx, import)?,
            ))
        })?;
        if self.is_mixed || live != self.edits {
            folder.forget_check()?;
            return Ok(());
        }
        self.problems = problems;
        self.files = folder.prints()?;
        fs::write(
            folder.checked(),
            serde_json::to_vec(&self).unwrap_or_default(),
        )?;
        Ok(())
    }

    /// Whether rows checked now would be found to be what they were then.
    pub(super) fn holds(
        &self,
        ctx: &Ctx,
        import: &Import,
        folder: &Folder,
        checker: &RowChecker,
    ) -> bool {
        let now = ctx.now();
        // A clock that was set back says nothing.
        let is_new = now >= self.at && now.since(self.at) <= LASTS;
        is_new
            && self.next_expiry.is_none_or(|expiry| now < expiry)
            && self.rev <= import.rev
            && import
                .layout
                .as_ref()
                .is_some_and(|layout| is_kept(folder, layout))
            && folder.prints().is_ok_and(|prints| prints == self.files)
            && self.grounds == checker.grounds
            && self.new_groups_are_plain(&import.settings)
    }

    /// Whether the groups that do not exist yet mean the same to every row: none could be read as
    /// part of a list before it was known, and there are not so many that some are refused.
    fn new_groups_are_plain(&self, settings: &Settings) -> bool {
        self.new.is_empty()
            || (settings.unknown_group == UnknownGroup::Create
                && self.new.len() < MOST_NEW_GROUPS
                && self.new.iter().all(|entry| !entry.name.contains(',')))
    }

    /// What the last check left, which is given up with this.
    pub(super) fn take(folder: &Folder) -> Result<Option<Self>, Refusal> {
        let path = folder.checked();
        if !path.exists() {
            return Ok(None);
        }
        let stored = fs::read(&path)?;
        folder.give_up_checked()?;
        Ok(serde_json::from_slice(&stored).ok())
    }
}

/// A digest of everything that the check of a row depends on, but for its cells and the time.
pub(super) fn grounds(
    ctx: &Ctx,
    import: &Import,
    account: &Account,
    (modules, fields): (&[Module], &[CustomField]),
    references: &References,
) -> String {
    let modules: Vec<_> = modules
        .iter()
        .map(|module| (&module.key, &module.label))
        .collect();
    let known: Vec<_> = references
        .entries()
        .iter()
        .map(|entry| (entry.kind, &entry.name, entry.id))
        .collect();
    let settings = serde_json::to_string(&(&import.settings, &import.mapping, &import.layout));
    let account = (&account.default_country, &account.time_zone, ctx.actor.role);
    let text = format!("{VERSION} {settings:?} {account:?} {modules:?} {fields:?} {known:?}");
    blake3::hash(text.as_bytes()).to_hex().to_string()
}
