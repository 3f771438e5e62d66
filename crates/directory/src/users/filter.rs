//! Which people a list shows, as conditions; and for each the index that finds those who meet it.

use std::time::Duration;

use db::{Param, Rows, Select, Tx, params, sql};
use kernel::{
    AccountId, AdminRoleId, CardState, DeviceId, GroupId, ImportId, PersonKind, Role, Timestamp,
    UserId, UserStatus, WorkflowId,
};
use serde::{Deserialize, Serialize};

use crate::Sees;

/// Which people to list; an empty filter lists everybody who is not deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserFilter {
    /// Only with this status.
    pub status: Option<UserStatus>,
    /// Only with this role.
    pub role: Option<Role>,
    /// Only administrators with this role of the account's own.
    pub admin_role: Option<AdminRoleId>,
    /// Only of this kind.
    pub kind: Option<PersonKind>,
    /// Only members of this group or team.
    pub group: Option<GroupId>,
    /// Only members of this one, too.
    pub team: Option<GroupId>,
    /// Only with a seat of this module.
    pub module: Option<String>,
    /// Only participants of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Only with access to this device.
    pub device: Option<DeviceId>,
    /// Only whose invitation is in this state.
    pub invitation: Option<InvitationState>,
    /// Only with a card in this state.
    pub card: Option<CardState>,
    /// Only who signed in then.
    pub signed_in: Option<SignedIn>,
    /// Only signed in with an older version of the app than the released one.
    pub has_old_app: bool,
    /// Only those whom this import created or last changed.
    pub import: Option<ImportId>,
    /// Only with all of these.
    pub has: Vec<Thing>,
    /// Only with none of these.
    pub lacks: Vec<Thing>,
    /// Only whose own fields are so.
    pub custom: Vec<CustomTest>,
}

/// Where the invitation of somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// They were never invited.
    None,
    /// They have a link that works.
    Open,
    /// Their link is too old.
    Expired,
    /// The message came back, or could not be delivered.
    Returned,
}

impl InvitationState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::None, Self::Open, Self::Expired, Self::Returned];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Open => "open",
            Self::Expired => "expired",
            Self::Returned => "returned",
        }
    }

    fn conditions(self, account: AccountId, now: Timestamp, all: &mut Vec<Condition>) {
        let link = "i.user_id = u.id";
        let open = Rows::of(sql!("users/ids_with_open_invitation"), params![account]);
        let theirs = match self {
            Self::None => {
                let invited =
                    Rows::of(sql!("users/ids_ever_invited"), params![account]).and(link, &[]);
                all.push(Condition::plain("u.status = 'invited'", Vec::new()));
                return all.push(Condition::of(Test::Lacks(invited)));
            }
            Self::Open => open.clone().and("i.expires_at > $1", params![now]),
            Self::Expired => open.clone().and("i.expires_at <= $1", params![now]),
            Self::Returned => {
                Rows::of(sql!("users/ids_with_returned_invitation"), params![account])
            }
        };
        let condition = Condition::of(Test::Exists(theirs.and(link, &[])));
        all.push(condition.found_by(open, &["i.user_id"]));
    }
}

/// When somebody signed in last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedIn {
    /// Within 24 hours.
    Day,
    /// One to seven days ago.
    Week,
    /// 7 to 30 days ago.
    Month,
    /// More than a month ago.
    LongAgo,
    /// Never.
    Never,
}

impl SignedIn {
    /// Every bucket.
    pub const ALL: [Self; 5] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::LongAgo,
        Self::Never,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::LongAgo => "long_ago",
            Self::Never => "never",
        }
    }
}

/// What somebody has or lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A user ID.
    ExternalId,
    /// A card that can be used or issued.
    Card,
}

impl Thing {
    /// Everything.
    pub const ALL: [Self; 4] = [Self::Email, Self::Phone, Self::ExternalId, Self::Card];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::ExternalId => "external_id",
            Self::Card => "card",
        }
    }

    fn condition(self, account: AccountId, has: bool) -> Condition {
        let column = match self {
            Self::Email => "u.email_key",
            Self::Phone => "u.phone",
            Self::ExternalId => "u.external_id_key",
            Self::Card => {
                let cards = Rows::of(sql!("users/ids_with_live_card"), params![account])
                    .and("c.user_id = u.id", &[]);
                return Condition::of(if has {
                    Test::Exists(cards)
                } else {
                    Test::Lacks(cards)
                });
            }
        };
        let verb = if has { "is not null" } else { "is null" };
        Condition::plain(format!("{column} {verb}"), Vec::new())
    }
}

/// A test of one of the account's own fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomTest {
    /// The field's key.
    pub key: String,
    /// The value it has; any, when not given.
    pub value: Option<String>,
}

impl CustomTest {
    /// What the stored object contains: its texts are written without spaces, and quotes within are escaped.
    pub(crate) fn part(&self) -> String {
        let key = serde_json::to_string(&self.key).unwrap_or_default();
        match &self.value {
            Some(value) => {
                let value = serde_json::to_string(value).unwrap_or_default();
                format!("{key}:{value}")
            }
            None => format!("{key}:\""),
        }
    }
}

type Values = Vec<Box<dyn Param>>;

/// One condition, with what finds the people who meet it if that is an index.
pub(super) struct Condition {
    test: Test,
    index: Option<Index>,
}

enum Test {
    /// A condition on the person's own columns.
    Plain(String, Values),
    /// They have one of these rows.
    Exists(Rows),
    /// They have none of these rows.
    Lacks(Rows),
    /// Their id is among these.
    Within(Rows),
}

struct Index {
    rows: Rows,
    order: &'static [&'static str],
}

fn borrowed(values: &Values) -> Vec<&dyn Param> {
    values.iter().map(AsRef::as_ref).collect()
}

/// How far back "a month ago" is.
const MONTH: Duration = Duration::from_hours(24 * 30);
const WEEK: Duration = Duration::from_hours(24 * 7);
const DAY: Duration = Duration::from_hours(24);

impl Condition {
    fn of(test: Test) -> Self {
        Self { test, index: None }
    }

    fn plain(text: impl Into<String>, values: Values) -> Self {
        Self::of(Test::Plain(text.into(), values))
    }

    /// Somebody who is named by one of these rows, in a column that the index of the rows ends with.
    fn named_by(rows: Rows, column: &'static [&'static str; 1]) -> Self {
        let link = format!("{} = u.id", column[0]);
        Self::of(Test::Exists(rows.clone().and(&link, &[]))).found_by(rows, column)
    }

    fn found_by(mut self, rows: Rows, order: &'static [&'static str]) -> Self {
        self.index = Some(Index { rows, order });
        self
    }

    /// Adds the condition to a list of `users u`.
    pub(super) fn narrow(&self, select: Select) -> Select {
        match &self.test {
            Test::Plain(text, values) => select.and(text, &borrowed(values)),
            Test::Exists(rows) => select.exists(rows),
            Test::Lacks(rows) => select.lacks(rows),
            Test::Within(rows) => select.within("u.id", rows),
        }
    }

    /// The people who meet it, if an index finds them and they are at most so many.
    pub(super) fn few(&self, tx: &mut Tx<'_>, most: usize) -> db::Result<Option<Vec<UserId>>> {
        let Some(index) = &self.index else {
            return Ok(None);
        };
        let limit = most as i64 + 1;
        let select = Select::of(index.rows.clone(), index.order, limit);
        let mut ids: Vec<UserId> = tx
            .select::<(UserId,)>(&select)?
            .into_iter()
            .map(|row| row.0)
            .collect();
        if ids.len() > most {
            return Ok(None);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(Some(ids))
    }
}

impl UserFilter {
    /// The conditions of an account's people at this moment, as far as somebody sees them.
    pub(super) fn conditions(
        &self,
        account: AccountId,
        now: Timestamp,
        sees: Sees,
    ) -> Vec<Condition> {
        let mut all = Vec::new();
        if let Some(seen) = sees.people(account) {
            all.push(Condition::of(Test::Within(seen.clone())).found_by(seen, &["m.user_id"]));
        }
        self.of_the_person(account, &mut all);
        self.of_links(account, &mut all);
        self.of_time(account, now, &mut all);
        let has = self.has.iter().map(|thing| thing.condition(account, true));
        all.extend(has);
        let lacks = self
            .lacks
            .iter()
            .map(|thing| thing.condition(account, false));
        all.extend(lacks);
        for test in &self.custom {
            let text = "replace(u.custom, cast($1 as text), '') <> u.custom";
            all.push(Condition::plain(text, vec![Box::new(test.part())]));
        }
        all
    }

    fn of_the_person(&self, account: AccountId, all: &mut Vec<Condition>) {
        match self.status {
            Some(status) => {
                let status = status.as_str();
                let rows = Rows::of(sql!("users/ids_with_status"), params![account, status]);
                all.push(
                    Condition::plain("u.status = $1", vec![Box::new(status)])
                        .found_by(rows, &["u.id"]),
                );
            }
            None => all.push(Condition::plain("u.status <> 'deleted'", Vec::new())),
        }
        if let Some(role) = self.role {
            let name = role.as_str();
            let mut condition = Condition::plain("u.role = $1", vec![Box::new(name)]);
            if role != Role::User {
                let rows = Rows::of(sql!("users/ids_with_role"), params![account, name]);
                condition = condition.found_by(rows, &["u.id"]);
            }
            all.push(condition);
        }
        if let Some(role) = self.admin_role {
            let rows = Rows::of(sql!("users/ids_with_admin_role"), params![account, role]);
            let text = "u.role = 'admin' and u.admin_role_id = $1";
            all.push(Condition::plain(text, vec![Box::new(role)]).found_by(rows, &["u.id"]));
        }
        if let Some(kind) = self.kind {
            let name = kind.as_str();
            let mut condition = Condition::plain("u.person_kind = $1", vec![Box::new(name)]);
            if kind != PersonKind::Employee {
                let rows = Rows::of(sql!("users/ids_with_kind"), params![account, name]);
                condition = condition.found_by(rows, &["u.id"]);
            }
            all.push(condition);
        }
        if let Some(import) = self.import {
            let rows = Rows::of(sql!("users/ids_of_import"), params![account, import]);
            all.push(
                Condition::plain("u.import_id = $1", vec![Box::new(import)])
                    .found_by(rows, &["u.id"]),
            );
        }
    }

    fn of_links(&self, account: AccountId, all: &mut Vec<Condition>) {
        for group in self.group.iter().chain(&self.team) {
            let rows = Rows::of(sql!("users/ids_of_group"), params![account, *group]);
            all.push(Condition::named_by(rows, &["m.user_id"]));
        }
        if let Some(module) = &self.module {
            let rows = Rows::of(sql!("users/ids_of_module"), params![account, *module]);
            all.push(Condition::named_by(rows, &["m.user_id"]));
        }
        if let Some(workflow) = self.workflow {
            let rows = Rows::of(sql!("users/ids_of_workflow"), params![account, workflow]);
            all.push(Condition::named_by(rows, &["p.user_id"]));
        }
        if let Some(device) = self.device {
            let rows = Rows::of(sql!("users/ids_of_device"), params![account, device]);
            all.push(Condition::named_by(rows, &["g.user_id"]));
        }
        if let Some(state) = self.card {
            let name = state.as_str();
            let cards = Rows::of(sql!("users/ids_with_card_in_state"), params![account, name])
                .and("c.user_id = u.id", &[]);
            let mut condition = Condition::of(Test::Exists(cards));
            if state != CardState::Reserved {
                let rows = Rows::of(sql!("users/ids_with_card"), params![account, name]);
                condition = condition.found_by(rows, &["c.user_id"]);
            }
            all.push(condition);
        }
    }

    fn of_time(&self, account: AccountId, now: Timestamp, all: &mut Vec<Condition>) {
        let earlier = |time| now.checked_sub(time).unwrap_or(Timestamp::EPOCH);
        let before = |at: Timestamp| Timestamp::from_micros(at.as_micros() - 1);
        let between = |from: Timestamp, until: Timestamp| {
            let rows = Rows::of(sql!("users/ids_signed_in"), params![account, from, until]);
            let text = "u.last_sign_in_at between $1 and $2";
            Condition::plain(text, vec![Box::new(from), Box::new(until)])
                .found_by(rows, &["u.last_sign_in_at", "u.id"])
        };
        match self.signed_in {
            None => {}
            Some(SignedIn::Day) => all.push(between(earlier(DAY), now)),
            Some(SignedIn::Week) => all.push(between(earlier(WEEK), before(earlier(DAY)))),
            Some(SignedIn::Month) => all.push(between(earlier(MONTH), before(earlier(WEEK)))),
            Some(SignedIn::LongAgo) => {
                all.push(between(Timestamp::EPOCH, before(earlier(MONTH))));
            }
            Some(SignedIn::Never) => {
                all.push(Condition::plain("u.last_sign_in_at is null", Vec::new()));
            }
        }
        if self.has_old_app {
            let rows = Rows::of(sql!("users/ids_with_old_app"), params![account, now]);
            all.push(Condition::named_by(rows, &["s.user_id"]));
        }
        if let Some(state) = self.invitation {
            state.conditions(account, now, all);
        }
    }
}
