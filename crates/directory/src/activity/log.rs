//! Pages of the log, newest first.

use std::collections::{BTreeSet, HashMap};

use db::{FromRow, Row, Tx, params, sql};
use kernel::{
    AccountId, ActivityId, BulkId, CardRunId, DeviceId, DocumentId, GroupId, ImportId,
    InviteDraftId, MessageId, PhotoBatchId, SeriesId, Timestamp, UserId, WaveId, WorkflowId,
    full_name,
};
use uuid::Uuid;

use super::{About, ActivityFilter, ActorKind, Deed, deed, filter::Side};
use crate::{
    Action, Ctx, Sees,
    users::{self, ListUsers},
};

/// So many entries at most are looked at for words; from there the next page goes on.
pub const MOST_LOOKED_AT: usize = 20_000;
/// Entries read at once where words are looked for.
const CHUNK: i64 = 5_000;

/// What an entry leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A person who is there.
    Person(UserId),
    /// A group or team.
    Group(GroupId),
    /// A device.
    Device(DeviceId),
    /// A workflow.
    Workflow(WorkflowId),
    /// A document.
    Document(DocumentId),
    /// An import and its results.
    Import(ImportId),
    /// A recurring import.
    Series(SeriesId),
    /// Many invitations and what became of them.
    Wave(WaveId),
    /// Cards issued to many.
    CardRun(CardRunId),
    /// Photos of many.
    Photos(PhotoBatchId),
    /// An action on many people and what became of each.
    Bulk(BulkId),
    /// What was sent in the Invite wizard.
    Draft(InviteDraftId),
    /// A message.
    Message(MessageId),
}

/// One entry of the log, with the name of whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its id; newer entries have greater ids.
    pub id: ActivityId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it; none for the command line and Muster itself.
    pub actor: Option<UserId>,
    /// What kind of actor it was.
    pub actor_kind: ActorKind,
    /// The actor's name then.
    pub actor_name: String,
    /// What was done, such as `import.apply`.
    pub action: String,
    /// On what.
    pub subject: Option<Uuid>,
    /// The name of the person it is about, as it is now.
    pub person: Option<String>,
    /// The rest of the sentence.
    pub details: String,
    /// When parts of it were taken out because somebody was erased.
    pub erased_at: Option<Timestamp>,
    is_device: bool,
}

impl FromRow for LogEntry {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let kind: String = row.get(3)?;
        Ok(Self {
            id: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            actor_kind: ActorKind::parse(&kind).unwrap_or(ActorKind::System),
            actor_name: row.get(4)?,
            action: row.get(5)?,
            subject: row.get(6)?,
            details: row.get(7)?,
            erased_at: row.get(8)?,
            person: None,
            is_device: false,
        })
    }
}

impl LogEntry {
    /// What was done, in words that follow the actor's name, without the details.
    pub fn words(&self) -> String {
        let Some(deed) = deed(&self.action) else {
            return self.action.clone();
        };
        let whom = match (&self.person, self.subject, deed.about) {
            (Some(name), ..) => name.as_str(),
            (None, None, _) | (None, _, About::PersonOrDevice) => "several people",
            (None, Some(_), About::PersonOrWorkflow) => "a group",
            (None, Some(_), _) => "somebody who is no longer here",
        };
        deed.words.replace("{}", whom)
    }

    /// The whole sentence: "Maria Lindqvist deactivated Thandi Nkosi".
    pub fn sentence(&self) -> String {
        let colon = if self.details.is_empty() { "" } else { ": " };
        format!(
            "{} {}{colon}{}",
            self.actor_name,
            self.words(),
            self.details
        )
    }

    /// What the entry leads to, as far as it has a page.
    pub fn target(&self) -> Option<Target> {
        let id = self.subject?;
        let person = || {
            let there = self.person.is_some();
            there.then_some(Target::Person(UserId::from_uuid(id)))
        };
        match deed(&self.action)?.about {
            About::Nothing => None,
            About::Person => person(),
            About::PersonOrDevice => person().or_else(|| {
                let there = self.is_device;
                there.then_some(Target::Device(DeviceId::from_uuid(id)))
            }),
            About::PersonOrWorkflow => {
                Some(person().unwrap_or(Target::Workflow(WorkflowId::from_uuid(id))))
            }
            About::DocumentOrPerson => {
                Some(person().unwrap_or(Target::Document(DocumentId::from_uuid(id))))
            }
            About::Group => Some(Target::Group(GroupId::from_uuid(id))),
            About::Device => {
                let there = self.is_device;
                there.then_some(Target::Device(DeviceId::from_uuid(id)))
            }
            About::Workflow => Some(Target::Workflow(WorkflowId::from_uuid(id))),
            About::Document => Some(Target::Document(DocumentId::from_uuid(id))),
            About::Import => Some(Target::Import(ImportId::from_uuid(id))),
            About::Series => Some(Target::Series(SeriesId::from_uuid(id))),
            About::Wave => Some(Target::Wave(WaveId::from_uuid(id))),
            About::CardRun => Some(Target::CardRun(CardRunId::from_uuid(id))),
            About::Photos => Some(Target::Photos(PhotoBatchId::from_uuid(id))),
            About::Bulk => Some(Target::Bulk(BulkId::from_uuid(id))),
            About::Draft => Some(Target::Draft(InviteDraftId::from_uuid(id))),
            About::Message => Some(Target::Message(MessageId::from_uuid(id))),
        }
    }

    fn deed(&self) -> Option<&'static Deed> {
        deed(&self.action)
    }
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// With the newest entry.
    Newest,
    /// With the entry older than this one.
    OlderThan(ActivityId),
    /// So that it ends with the entry newer than this one.
    NewerThan(ActivityId),
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    /// The entries, newest first.
    pub entries: Vec<LogEntry>,
    /// Whether there are newer ones.
    pub has_newer: bool,
    /// Whether there are older ones, or may be.
    pub has_older: bool,
    /// How far was looked for words, if not to the end: the last entry looked at.
    pub looked_until: Option<(ActivityId, Timestamp)>,
}

/// The import with this number.
pub fn import_with_number(tx: &mut Tx<'_>, ctx: &Ctx, number: i64) -> db::Result<Option<ImportId>> {
    let found: Option<(ImportId,)> =
        tx.fetch_optional(sql!("activity/import_number"), params![ctx.account, number])?;
    Ok(found.map(|(id,)| id))
}

/// One entry, for whoever was allowed to ask before.
pub fn find(tx: &mut Tx<'_>, account: AccountId, id: ActivityId) -> db::Result<Option<LogEntry>> {
    let mut found: Vec<LogEntry> = tx.fetch(sql!("activity/find"), params![account, id])?;
    name(tx, account, &mut found)?;
    Ok(found.pop())
}

/// One page of the log.
///
/// All of it is for whoever may see the account's log; what concerns one person, for whoever sees that person.
pub fn page(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    filter: &ActivityFilter,
    at: At,
    limit: usize,
) -> Result<LogPage, ListUsers> {
    if let Some(person) = filter.concerning {
        users::see(tx, ctx, person)?;
    } else {
        ctx.require(Action::ViewActivity)?;
    }
    let backwards = matches!(at, At::NewerThan(_));
    let (mut entries, end) = read(tx, ctx, filter, at, limit)?;
    let more = entries.len() > limit;
    entries.truncate(limit);
    if backwards {
        entries.reverse();
    }
    // Nothing newer than where somebody paged from: they are at the beginning again.
    if backwards && entries.is_empty() && end.is_none() {
        return page(tx, ctx, filter, At::Newest, limit);
    }
    let goes_on = more || end.is_some();
    Ok(LogPage {
        entries,
        has_newer: match at {
            At::Newest => false,
            At::OlderThan(_) => true,
            At::NewerThan(_) => goes_on,
        },
        has_older: backwards || goes_on,
        looked_until: end,
    })
}

/// The last entry looked at.
type Reached = (ActivityId, Timestamp);

/// Up to one entry more than asked for, and where the looking ended if that was before all were seen.
fn read(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    filter: &ActivityFilter,
    at: At,
    limit: usize,
) -> db::Result<(Vec<LogEntry>, Option<Reached>)> {
    let words = filter.words();
    let size = if words.is_empty() {
        limit as i64 + 1
    } else {
        CHUNK
    };
    let mut found = Vec::new();
    let (mut at, mut looked_at) = (at, 0);
    loop {
        let mut chunk = chunk(tx, ctx, filter, at, size)?;
        let is_last = (chunk.len() as i64) < size;
        looked_at += chunk.len();
        let reached = chunk.last().map(|entry| (entry.id, entry.at));
        name(tx, ctx.account, &mut chunk)?;
        found.extend(chunk.into_iter().filter(|entry| words.are_in(entry)));
        if is_last || found.len() > limit {
            return Ok((found, None));
        }
        let Some((id, moment)) = reached else {
            return Ok((found, None));
        };
        if looked_at >= MOST_LOOKED_AT {
            return Ok((found, Some((id, moment))));
        }
        at = match at {
            At::Newest | At::OlderThan(_) => At::OlderThan(id),
            At::NewerThan(_) => At::NewerThan(id),
        };
    }
}

/// The next entries, of both sides of a person in one order.
fn chunk(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    filter: &ActivityFilter,
    at: At,
    size: i64,
) -> db::Result<Vec<LogEntry>> {
    let is_led = ctx.sees() != Sees::Everybody;
    let sides: &[Option<Side>] = filter.sides();
    let mut entries: Vec<LogEntry> = Vec::new();
    for side in sides {
        let select = filter.select(ctx.account, at, (*side, is_led), size);
        entries.extend(tx.select::<LogEntry>(&select)?);
    }
    if sides.len() > 1 {
        entries.sort_by_key(|entry| entry.id);
        if !matches!(at, At::NewerThan(_)) {
            entries.reverse();
        }
        entries.dedup_by_key(|entry| entry.id);
        entries.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    }
    Ok(entries)
}

/// Fills in the names of the people the entries are about.
fn name(tx: &mut Tx<'_>, account: AccountId, entries: &mut [LogEntry]) -> db::Result<()> {
    let about = |wanted: fn(About) -> bool| -> BTreeSet<UserId> {
        let named = entries
            .iter()
            .filter(|entry| entry.deed().is_some_and(|deed| wanted(deed.about)));
        let ids = named.filter_map(|entry| entry.subject);
        ids.map(UserId::from_uuid).collect()
    };
    let people = about(|about| {
        matches!(
            about,
            About::Person
                | About::PersonOrDevice
                | About::PersonOrWorkflow
                | About::DocumentOrPerson
        )
    });
    let devices = about(|about| matches!(about, About::Device | About::PersonOrDevice));
    if !people.is_empty() {
        users::stage_ids(tx, people)?;
        let names: Vec<(UserId, String, String)> =
            tx.fetch(sql!("activity/names_of_staged"), params![account])?;
        let names: HashMap<Uuid, String> = names
            .into_iter()
            .map(|(id, first, last)| (id.uuid(), full_name(&first, &last)))
            .collect();
        for entry in entries.iter_mut() {
            let id = entry.subject.unwrap_or_default();
            entry.person = names.get(&id).cloned();
        }
    }
    if !devices.is_empty() {
        users::stage_ids(tx, devices)?;
        let there: Vec<(Uuid,)> = tx.fetch(sql!("activity/devices_of_staged"), params![account])?;
        let there: BTreeSet<Uuid> = there.into_iter().map(|(id,)| id).collect();
        for entry in entries.iter_mut() {
            entry.is_device = entry.subject.is_some_and(|id| there.contains(&id));
        }
    }
    Ok(())
}
