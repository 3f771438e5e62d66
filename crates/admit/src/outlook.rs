//! What sending a draft would do, as things are now (the step "Check & send").

use db::{Tx, from_row, params, sql};
use directory::Ctx;
use kernel::{DeviceId, InviteDraftId};

use crate::{cards, drafts::hold, error::AdmitError};

/// What would become of the people of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// People who would be given access.
    pub people: i64,
    /// Of these, people who sign in already and get access at once; only for administrators.
    pub at_once: i64,
    /// Of these, people who get an SMS; only for administrators.
    pub by_sms: i64,
    /// Of these, people who get an e-mail; only for administrators.
    pub by_email: i64,
    /// Of these, people to whom a link has to be handed over.
    pub by_link: i64,
    /// People who cannot be given access; only for administrators.
    pub barred: i64,
    /// People who have access to everything chosen already.
    pub with_access: i64,
    /// Rows of lists that were skipped for other reasons.
    pub skipped: i64,
    /// By device.
    pub devices: Vec<DeviceOutlook>,
    /// Whether what is known of the people may be said.
    pub tells_who: bool,
}

/// What would change at a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceOutlook {
    /// The device.
    pub id: DeviceId,
    /// Its name.
    pub name: String,
    /// People who would have access newly.
    pub people: i64,
}

from_row!(DeviceOutlook {
    id: device_id,
    name,
    people
});

/// Counts what sending would do; looks anew who has access already. Whoever sends it meanwhile waits, or was first.
pub fn outlook(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &delivery::Settings,
    id: InviteDraftId,
) -> Result<Outlook, AdmitError> {
    let (_, rights) = hold(tx, ctx, id)?;
    cards::look_for_access(tx, ctx, id)?;
    let of = params![ctx.account, id];
    let (people, with_access): (i64, i64) = tx.fetch_one(sql!("cards/count"), of)?;
    let (skipped,): (i64,) = tx.fetch_one(sql!("lists/skip_count"), of)?;
    let devices = tx.fetch(
        sql!("sheet/new_at_device"),
        params![ctx.account, id, ctx.now()],
    )?;
    let known = Outlook {
        people,
        with_access,
        skipped,
        devices,
        tells_who: rights.is_administrator,
        ..Outlook::default()
    };
    if !rights.is_administrator {
        return Ok(known);
    }
    let (barred, at_once, by_phone, by_email, phone_only): (i64, i64, i64, i64, i64) =
        tx.fetch_one(sql!("sheet/outlook"), of)?;
    let outlook = Outlook {
        at_once,
        barred,
        ..known
    };
    Ok(if prefers_sms(delivery) {
        Outlook {
            by_sms: by_phone,
            by_email,
            ..outlook
        }
    } else {
        Outlook {
            by_email: by_email + by_phone - phone_only,
            by_link: phone_only,
            ..outlook
        }
    })
}

/// SMS come first (S0.29) unless only mail can leave this installation.
pub(crate) fn prefers_sms(delivery: &delivery::Settings) -> bool {
    delivery.sms.is_some() || delivery.mail.is_none()
}
