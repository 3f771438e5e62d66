//! What became of a sent draft: counts, devices, and every person by the name that was typed (S0.23–26).
//!
//! Who is no administrator sees of the directory only whether access is active or pending, which is what the pages of
//! their devices say as well.

use std::{collections::BTreeSet, io::Write};

use db::{Db, Direction, Select, Tx, from_row, params, sql};
use directory::{Action, Actor, Ctx};
use import::{Imports, Refusal};
use invite::wave::{self, WaveState};
use kernel::{DeviceId, InviteDraftId, Role};
use tabular::{CsvFormat, CsvWriter};

use crate::{
    cards::{PAGE, PageAt},
    draft::{Draft, DraftState},
    drafts::find,
    error::AdmitError,
    links,
    rights::Rights,
};

/// How far sending is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// People are being written: so many rows of how many.
    Giving {
        /// Rows done.
        done: i64,
        /// Rows in all; 0 while it is not known.
        of: i64,
        /// It waits for an administrator.
        is_paused: bool,
    },
    /// Access is given, and invitations are being made.
    Inviting,
    /// Access is given; invitations wait until an administrator lets them go on.
    Waiting,
    /// Access is given; an administrator has ended the invitations before everybody had one.
    Stopped,
    /// Everything is done.
    Done,
    /// Nobody got access.
    Failed(String),
}

/// How many people stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SheetCounts {
    /// They can use their access now.
    pub active: i64,
    /// They have to accept an invitation first.
    pub pending: i64,
    /// Their access was taken away since or is over, or they are no longer here.
    pub gone: i64,
    /// They had access before.
    pub with_access: i64,
    /// They could not be given access.
    pub failed: i64,
    /// Nothing was done yet.
    pub waiting: i64,
    /// Rows of lists that were skipped.
    pub skipped: i64,
}

/// A device and its new people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSheet {
    /// The device.
    pub id: DeviceId,
    /// Its name.
    pub name: String,
    /// People who can use it now.
    pub active: i64,
    /// People who have to accept first.
    pub pending: i64,
}

from_row!(DeviceSheet {
    id: device_id,
    name,
    active,
    pending
});

/// The summary of a sent draft.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The draft.
    pub draft: Draft,
    /// How far it is.
    pub progress: Progress,
    /// How many stand where.
    pub counts: SheetCounts,
    /// By device.
    pub devices: Vec<DeviceSheet>,
}

/// Where a person of a sent draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was done yet.
    Waiting,
    /// Access is effective.
    Active,
    /// An invitation went out, or is about to.
    Pending,
    /// They have to accept, and nothing was sent to them.
    PendingLink,
    /// They had access before.
    HasAccess,
    /// Nothing could be given.
    NotGiven,
    /// It was taken back since, or is over.
    Gone,
}

impl Standing {
    /// The words for lists.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Active => "Active",
            Self::Pending => "Pending",
            Self::PendingLink => "Pending, link to hand over",
            Self::HasAccess => "Had access already",
            Self::NotGiven => "Not given",
            Self::Gone => "Over or taken back",
        }
    }
}

/// A person of a sent draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetPerson {
    /// The number of their card.
    pub number: i64,
    /// The name that was typed.
    pub name: String,
    /// The number or address that was typed.
    pub contact: String,
    /// Where they stand.
    pub standing: Standing,
    /// Why nothing was given.
    pub problem: Option<String>,
    /// Whether a link for them may be made.
    pub may_have_link: bool,
}

struct Stored {
    number: i64,
    name: String,
    contact: String,
    has_access: bool,
    outcome: Option<String>,
    problem: Option<String>,
    status: Option<String>,
    holds: bool,
    is_written_to: bool,
}

from_row!(Stored {
    number,
    name,
    contact,
    has_access,
    outcome,
    problem,
    status,
    holds,
    is_written_to,
});

/// What an outsider is told of a person who could not be given access.
const NOT_GIVEN: &str = "Could not be given access. Ask an administrator.";

impl Stored {
    fn standing(&self) -> Standing {
        match (self.outcome.as_deref(), self.status.as_deref()) {
            _ if self.has_access => Standing::HasAccess,
            (None, _) => Standing::Waiting,
            (Some("created" | "updated"), _) if !self.holds => Standing::Gone,
            (Some("created" | "updated"), Some("active")) => Standing::Active,
            (Some("created" | "updated"), Some("invited")) if self.is_written_to => {
                Standing::Pending
            }
            (Some("created" | "updated"), Some("invited")) => Standing::PendingLink,
            (Some("created" | "updated"), _) => Standing::Gone,
            (Some(_), _) => Standing::NotGiven,
        }
    }

    fn is_pending(&self) -> bool {
        matches!(self.standing(), Standing::Pending | Standing::PendingLink)
    }

    fn person(self, is_administrator: bool, may_have_link: bool) -> SheetPerson {
        let standing = self.standing();
        let problem = self.problem.filter(|_| standing == Standing::NotGiven);
        SheetPerson {
            number: self.number,
            name: self.name,
            contact: self.contact,
            standing,
            problem: problem.map(|words| {
                if is_administrator {
                    words
                } else {
                    NOT_GIVEN.to_owned()
                }
            }),
            may_have_link,
        }
    }
}

/// The summary of a draft that was sent.
pub fn sheet(
    db: &Db,
    imports: &Imports,
    ctx: &Ctx,
    id: InviteDraftId,
) -> Result<Sheet, AdmitError> {
    let (draft, counts, devices) = db.read_blocking(|tx| {
        let draft = find(tx, ctx, id)?;
        let of = params![ctx.account, id];
        let now = params![ctx.account, id, ctx.now()];
        let (active, pending, gone, with_access, failed, waiting) = {
            let row: (i64, i64, i64, i64, i64, i64) = tx.fetch_one(sql!("sheet/counts"), now)?;
            row
        };
        let (skipped,): (i64,) = tx.fetch_one(sql!("lists/skip_count"), of)?;
        let counts = SheetCounts {
            active,
            pending,
            gone,
            with_access,
            failed,
            waiting,
            skipped,
        };
        Ok::<_, AdmitError>((draft, counts, tx.fetch(sql!("sheet/at_device"), now)?))
    })?;
    let progress = progress(db, imports, ctx, &draft)?;
    Ok(Sheet {
        draft,
        progress,
        counts,
        devices,
    })
}

fn progress(db: &Db, imports: &Imports, ctx: &Ctx, draft: &Draft) -> Result<Progress, AdmitError> {
    Ok(match draft.state {
        DraftState::Open => Progress::Done,
        DraftState::Failed => Progress::Failed(draft.failure.clone().unwrap_or_default()),
        DraftState::Importing => {
            let import = match draft.import {
                Some(import) => match imports.find(&engine(ctx), import) {
                    Ok(import) => Some(import),
                    Err(Refusal::NotFound) => None,
                    Err(refusal) => return Err(refusal.into()),
                },
                None => None,
            };
            Progress::Giving {
                done: import.as_ref().map_or(0, |import| import.rows_done),
                of: import.as_ref().map_or(0, |import| import.counts.rows),
                is_paused: import.is_some_and(|import| import.state == import::State::Paused),
            }
        }
        DraftState::Sent => {
            let wave = match draft.wave {
                Some(id) => db.read_blocking(|tx| wave::find(tx, ctx.account, id))?,
                None => None,
            };
            match wave.map(|wave| wave.state) {
                Some(WaveState::Running | WaveState::Watching) => Progress::Inviting,
                Some(WaveState::Held | WaveState::Paused) => Progress::Waiting,
                Some(WaveState::Stopped) => Progress::Stopped,
                Some(WaveState::Done) | None => Progress::Done,
            }
        }
    })
}

/// The rights the engine works with, in the name of whoever asks.
pub(crate) fn engine(ctx: &Ctx) -> Ctx {
    Ctx {
        actor: Actor {
            role: Role::Admin,
            custom: None,
            ..ctx.actor.clone()
        },
        ..ctx.clone()
    }
}

/// A page of the people of a sent draft, and whether there are people before and after it.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    at: PageAt,
) -> Result<(Vec<SheetPerson>, bool, bool), AdmitError> {
    let (stored, has_previous, has_next) = page(tx, ctx, id, at)?;
    let linked = linked(tx, ctx, id, &stored)?;
    let is_administrator = ctx.actor.may_for_all(Action::InviteUsers);
    let people = stored
        .into_iter()
        .map(|stored| {
            let may_have_link = linked.contains(&stored.number);
            stored.person(is_administrator, may_have_link)
        })
        .collect();
    Ok((people, has_previous, has_next))
}

/// The cards of a page for whose people a link may be made.
fn linked(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    page: &[Stored],
) -> Result<BTreeSet<i64>, AdmitError> {
    let pending: BTreeSet<i64> = page
        .iter()
        .filter(|stored| stored.is_pending())
        .map(|stored| stored.number)
        .collect();
    let (Some(first), Some(last)) = (pending.first(), pending.last()) else {
        return Ok(pending);
    };
    let rights = match Rights::load(tx, ctx) {
        Ok(rights) => rights,
        // What somebody sent is theirs to see when they may send no more.
        Err(AdmitError::MayNotInvite) => return Ok(BTreeSet::new()),
        Err(error) => return Err(error),
    };
    if rights.is_administrator {
        return Ok(pending);
    }
    let mut within = links::within(tx, ctx, &rights, id, (*first, *last))?;
    within.retain(|number| pending.contains(number));
    Ok(within)
}

fn page(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    at: PageAt,
) -> Result<(Vec<Stored>, bool, bool), AdmitError> {
    find(tx, ctx, id)?;
    let base = params![ctx.account, id, ctx.now()];
    let select = Select::new(sql!("sheet/people"), base, &["c.number"], PAGE as i64 + 1);
    let select = match at {
        PageAt::Start => select,
        PageAt::After(number) => select.after(&[&number]),
        PageAt::Before(number) => select.direction(Direction::Descending).after(&[&number]),
    };
    let mut stored: Vec<Stored> = tx.select(&select)?;
    let has_more = stored.len() > PAGE;
    stored.truncate(PAGE);
    let (has_previous, has_next) = match at {
        PageAt::Start => (false, has_more),
        PageAt::After(_) => (true, has_more),
        PageAt::Before(_) => {
            stored.reverse();
            (has_more, true)
        }
    };
    Ok((stored, has_previous, has_next))
}

/// Writes every person of a sent draft as CSV.
pub fn write_sheet(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    output: impl Write,
) -> Result<(), AdmitError> {
    let mut writer = CsvWriter::new(output, CsvFormat::default());
    let failed = |error| AdmitError::Import(Refusal::Io(error));
    writer
        .write_row(["name", "contact", "status", "problem"])
        .map_err(failed)?;
    let is_administrator = ctx.actor.may_for_all(Action::InviteUsers);
    let mut at = PageAt::Start;
    loop {
        let (stored, _, has_next) = page(tx, ctx, id, at)?;
        let last = stored.last().map(|stored| stored.number);
        for stored in stored {
            let person = stored.person(is_administrator, false);
            let problem = person.problem.as_deref().unwrap_or_default();
            let cells = [
                person.name.as_str(),
                &person.contact,
                person.standing.as_str(),
                problem,
            ];
            writer.write_row(cells).map_err(failed)?;
        }
        match last {
            Some(last) if has_next => at = PageAt::After(last),
            _ => break,
        }
    }
    writer.finish().map_err(failed)?;
    Ok(())
}
