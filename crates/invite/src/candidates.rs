//! Who of a selection can be invited, and how; one page of people at a time.

use std::time::Duration;

use db::{Rows, Select, Tx, bulk, from_row, sql};
use kernel::{AccountId, IdentityId, ImportId, Timestamp, UserId, WaveId};

use crate::{
    invitation::{Channel, MOST_A_DAY, Standing},
    list::standing_at,
    offer::Guest,
};

/// People looked at in one transaction.
pub(crate) const CHUNK: i64 = 500;

/// Whom a wave is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Those picked, stored with the wave.
    Picks(WaveId),
    /// Those an import created or changed.
    Import(ImportId),
    /// Everybody.
    All,
    /// Those whose open invitation stands here.
    Standing(Standing),
}

impl Source {
    /// Narrows a list of people to those of the selection.
    fn of(self, select: Select, account: AccountId, now: Timestamp) -> Select {
        match self {
            Self::Picks(wave) => {
                let picked = Rows::of(sql!("candidates/picked"), &[&account, &wave]);
                select.within("u.id", &picked)
            }
            Self::Import(import) => select.and("u.import_id = $1", &[&import]),
            Self::All => select.and("u.status = 'invited'", &[]),
            Self::Standing(standing) => standing_at(standing, now, |condition, params| {
                let open = Rows::of(sql!("candidates/open"), &[&account]);
                select.exists(&open.and("i.user_id = u.id", &[]).and(condition, params))
            }),
        }
    }
}

/// Which channel is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// E-mail where there is an address, SMS otherwise.
    Any,
    /// Only e-mail.
    Email,
    /// Only SMS.
    Sms,
    /// SMS where there is a number, e-mail otherwise (S0.29).
    SmsFirst,
}

impl Wanted {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Email => "email",
            Self::Sms => "sms",
            Self::SmsFirst => "sms_first",
        }
    }

    /// The choice with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Any, Self::Email, Self::Sms, Self::SmsFirst]
            .into_iter()
            .find(|wanted| wanted.as_str() == name)
    }
}

/// Somebody of a selection.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) status: String,
    pub(crate) open: i64,
    pub(crate) offers: i64,
    pub(crate) offers_today: i64,
    pub(crate) identity: Option<IdentityId>,
    pub(crate) identity_is_here: bool,
}

from_row!(Person {
    id,
    first_name,
    last_name,
    email,
    phone,
    language,
    status,
    open,
    offers,
    offers_today,
    identity,
    identity_is_here,
});

/// What can be done for somebody.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// Invite them.
    Invite(Box<Guest>),
    /// They sign in elsewhere with a proven address: connect them.
    Connect(IdentityId),
    /// They sign in here, or are not active.
    SignsIn,
    /// They have an open invitation, or had enough of them today.
    Already,
    /// There is no address to write to, or it is another's here.
    Unreachable,
}

impl Person {
    /// What can be done; `again` is for those who were invited before and did not come (S1.10).
    pub(crate) fn verdict(&self, wanted: Wanted, again: bool) -> Verdict {
        if self.status != "invited" {
            return Verdict::SignsIn;
        }
        if let Some(identity) = self.identity {
            return if self.identity_is_here {
                Verdict::Unreachable
            } else {
                Verdict::Connect(identity)
            };
        }
        if !again && self.open > 0 || again && self.offers_today >= MOST_A_DAY {
            return Verdict::Already;
        }
        match self.guest(wanted) {
            Some(guest) => Verdict::Invite(Box::new(guest)),
            None => Verdict::Unreachable,
        }
    }

    fn guest(&self, wanted: Wanted) -> Option<Guest> {
        let by_email = self.email.clone().map(|email| (Channel::Email, email));
        let by_sms = self.phone.clone().map(|phone| (Channel::Sms, phone));
        let (channel, recipient) = match wanted {
            Wanted::Any => by_email.or(by_sms),
            Wanted::Email => by_email,
            Wanted::Sms => by_sms,
            Wanted::SmsFirst => by_sms.or(by_email),
        }?;
        Some(Guest {
            user: self.id,
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            language: self.language.clone(),
            channel,
            recipient: Some(recipient),
            offers_before: self.offers,
            carried: None,
        })
    }
}

/// The next page of a selection, in the order of ids; `but` leaves out whom a wave has invited already.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    account: AccountId,
    source: Source,
    but: Option<WaveId>,
    after: Option<UserId>,
    limit: i64,
    now: Timestamp,
) -> db::Result<Vec<Person>> {
    let day_ago = day_before(now);
    let base = [&account as &dyn db::Param, &day_ago];
    let select = Select::new(sql!("candidates/page"), &base, &["u.id"], limit);
    let mut select = source.of(select, account, now);
    if let Some(wave) = but {
        let invited = Rows::of(sql!("candidates/of_wave"), &[&account, &wave]);
        select = select.lacks(&invited.and("w.user_id = u.id", &[]));
    }
    if let Some(after) = after {
        select = select.after(&[&after]);
    }
    tx.select(&select)
}

/// The first people of a selection who never signed in, have neither an e-mail address nor a phone number, and no link
/// that works.
pub(crate) fn without_address(
    tx: &mut Tx<'_>,
    account: AccountId,
    source: Source,
    limit: i64,
    now: Timestamp,
) -> db::Result<Vec<Person>> {
    let day_ago = day_before(now);
    let base = [&account as &dyn db::Param, &day_ago];
    let reached = Rows::of(sql!("candidates/reached"), &[&account, &now]);
    let select = Select::new(sql!("candidates/page"), &base, &["u.id"], limit)
        .and("u.status = 'invited'", &[])
        .and("u.email is null and u.phone is null", &[])
        .lacks(&reached.and("i.user_id = u.id", &[]));
    tx.select(&source.of(select, account, now))
}

/// The ids of the next people of a selection, in their order.
pub(crate) fn ids(
    tx: &mut Tx<'_>,
    account: AccountId,
    source: Source,
    after: Option<UserId>,
    limit: i64,
    now: Timestamp,
) -> db::Result<Vec<UserId>> {
    let select = Select::new(sql!("candidates/ids"), &[&account], &["u.id"], limit);
    let mut select = source.of(select, account, now);
    if let Some(after) = after {
        select = select.after(&[&after]);
    }
    let found: Vec<(UserId,)> = tx.select(&select)?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// One person.
pub(crate) fn one(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    now: Timestamp,
) -> db::Result<Option<Person>> {
    let day_ago = day_before(now);
    let base = [&account as &dyn db::Param, &day_ago];
    let select =
        Select::new(sql!("candidates/page"), &base, &["u.id"], 1).and("u.id = $1", &[&user]);
    Ok(tx.select::<Person>(&select)?.into_iter().next())
}

fn day_before(now: Timestamp) -> Timestamp {
    now.checked_sub(Duration::from_hours(24)).unwrap_or(now)
}

/// Picks of a wave.
pub(crate) struct Pick {
    pub(crate) account: AccountId,
    pub(crate) wave: WaveId,
    pub(crate) user: UserId,
}

bulk!(Pick => "invitation_picks" { account: account_id, wave: wave_id, user: user_id });

/// How many of a selection could be invited now, by what would become of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// By e-mail.
    pub by_email: i64,
    /// By SMS.
    pub by_sms: i64,
    /// They have a sign-in already and are connected at once.
    pub connected: i64,
    /// They sign in here already, or are deactivated.
    pub signs_in: i64,
    /// They were invited before, and have not come yet.
    pub already: i64,
    /// There is nothing to write to.
    pub unreachable: i64,
}

impl Preview {
    /// How many would be invited or connected.
    pub fn reached(&self) -> i64 {
        self.by_email + self.by_sms + self.connected
    }

    /// Everybody of the selection.
    pub fn total(&self) -> i64 {
        self.reached() + self.signs_in + self.already + self.unreachable
    }

    pub(crate) fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Invite(guest) if guest.channel == Channel::Sms => self.by_sms += 1,
            Verdict::Invite(_) => self.by_email += 1,
            Verdict::Connect(_) => self.connected += 1,
            Verdict::SignsIn => self.signs_in += 1,
            Verdict::Already => self.already += 1,
            Verdict::Unreachable => self.unreachable += 1,
        }
    }
}
