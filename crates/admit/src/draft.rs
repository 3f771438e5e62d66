//! A draft as the database holds it.

use db::{Tx, from_row, params, sql};
use directory::access::Terms;
use kernel::{
    AccessType, AccountId, DeviceId, ImportId, InviteDraftId, Schedule, Timestamp, UserId, WaveId,
};

use crate::error::AdmitError;

/// Where a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftState {
    /// It can be changed.
    Open,
    /// It was sent, and its people are being written.
    Importing,
    /// Access was given, and invitations are on their way.
    Sent,
    /// Nobody got access; the reason is stored.
    Failed,
}

impl DraftState {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Importing => "importing",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    fn parse(name: &str) -> Self {
        [Self::Open, Self::Importing, Self::Sent]
            .into_iter()
            .find(|state| state.as_str() == name)
            .unwrap_or(Self::Failed)
    }
}

/// A device that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenDevice {
    /// The device.
    pub id: DeviceId,
    /// Its name now, or the one it had when it was chosen if it was removed.
    pub name: String,
    /// Whether the draft's person invites there as a tenant, so that its people hold places for guests.
    pub is_guest: bool,
    /// Whether it still exists.
    pub(crate) is_here: bool,
}

from_row!(ChosenDevice {
    id: device_id,
    name,
    is_guest,
    is_here,
});

/// What somebody has chosen in the wizard.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its account.
    pub account: AccountId,
    /// Its id.
    pub id: InviteDraftId,
    /// Whose it is; none for the command line.
    pub user: Option<UserId>,
    /// Their name.
    pub user_name: String,
    /// Where it stands.
    pub state: DraftState,
    /// Counts the changes.
    pub rev: i64,
    /// The access, once it was chosen.
    pub terms: Option<Terms>,
    /// Pasted lines that were not added yet.
    pub pasted: Option<String>,
    /// Who gives the access; none for administrators, who give it for the account.
    pub giver: Option<UserId>,
    /// The import that was made of it.
    pub import: Option<ImportId>,
    /// The wave of its invitations.
    pub wave: Option<WaveId>,
    /// Why nobody got access.
    pub failure: Option<String>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The chosen devices, by name.
    pub devices: Vec<ChosenDevice>,
    /// People who would be invited.
    pub ready: i64,
    /// People kept aside, since they have access already.
    pub with_access: i64,
}

pub(crate) struct Stored {
    account_id: AccountId,
    id: InviteDraftId,
    user_id: Option<UserId>,
    user_name: String,
    state: String,
    rev: i64,
    access_type: Option<String>,
    schedule: Option<String>,
    ends_at: Option<Timestamp>,
    pasted: Option<String>,
    giver_id: Option<UserId>,
    import_id: Option<ImportId>,
    wave_id: Option<WaveId>,
    failure: Option<String>,
    sent_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

from_row!(Stored {
    account_id,
    id,
    user_id,
    user_name,
    state,
    rev,
    access_type,
    schedule,
    ends_at,
    pasted,
    giver_id,
    import_id,
    wave_id,
    failure,
    sent_at,
    created_at,
    updated_at,
});

impl Stored {
    /// The chosen access, even if it would have ended by now.
    fn terms(&self) -> Option<Terms> {
        let kind = AccessType::parse(self.access_type.as_deref()?).ok()?;
        let schedule = self.schedule.as_deref();
        let schedule = schedule.and_then(|text| Schedule::parse(text).ok());
        Terms::new(kind, schedule, None, self.ends_at, Timestamp::EPOCH).ok()
    }

    /// The draft with its devices and how many people it has.
    pub(crate) fn load(self, tx: &mut Tx<'_>) -> db::Result<Draft> {
        debug_assert!(self.created_at <= self.updated_at);
        let of = params![self.account_id, self.id];
        let devices = tx.fetch(sql!("devices/list"), of)?;
        let (ready, with_access) = tx.fetch_one(sql!("cards/count"), of)?;
        let terms = self.terms();
        Ok(Draft {
            account: self.account_id,
            id: self.id,
            user: self.user_id,
            user_name: self.user_name,
            state: DraftState::parse(&self.state),
            rev: self.rev,
            terms,
            pasted: self.pasted,
            giver: self.giver_id,
            import: self.import_id,
            wave: self.wave_id,
            failure: self.failure,
            sent_at: self.sent_at,
            updated_at: self.updated_at,
            devices,
            ready,
            with_access,
        })
    }
}

impl Draft {
    /// Refuses if it can no longer be changed.
    pub(crate) fn require_open(&self) -> Result<(), AdmitError> {
        match self.state {
            DraftState::Open => Ok(()),
            DraftState::Importing | DraftState::Sent | DraftState::Failed => Err(AdmitError::Sent),
        }
    }
}
