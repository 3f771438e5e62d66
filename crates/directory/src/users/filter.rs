//! Which people a list shows, as conditions; and for each the index that finds those who meet it.

use std::time::Duration;

use db::{Param, Select, Sql, Tx, params, sql};
use kernel::{
    AccountId, CardState, DeviceId, GroupId, ImportId, PersonKind, Role, Timestamp, UserId,
    UserStatus, WorkflowId,
};
use serde::{Deserialize, Serialize};

/// Which people to list; an empty filter lists everybody who is not deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserFilter {
    /// Only with this status.
    pub status: Option<UserStatus>,
    /// Only with this role.
    pub role: Option<Role>,
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
}

/// When somebody signed in last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedIn {
    /// Within 24 hours.
    Day,
    /// More than a month ago.
    LongAgo,
    /// Never.
    Never,
}

impl SignedIn {
    /// Every bucket.
    pub const ALL: [Self; 3] = [Self::Day, Self::LongAgo, Self::Never];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
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

    const fn condition(self) -> &'static str {
        match self {
            Self::Email => "u.email_key is not null",
            Self::Phone => "u.phone is not null",
            Self::ExternalId => "u.external_id_key is not null",
            Self::Card => {
                "exists (select 1 from cards c where c.account_id = u.account_id and c.user_id = u.id \
                 and c.state in ('reserved', 'issued', 'active', 'paused'))"
            }
        }
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
    fn part(&self) -> String {
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
    text: String,
    values: Values,
    index: Option<Index>,
}

struct Index {
    base: &'static Sql,
    values: Values,
    order: &'static [&'static str],
}

fn borrowed(values: &Values) -> Vec<&dyn Param> {
    values.iter().map(AsRef::as_ref).collect()
}

/// How far back "a month ago" is.
const MONTH: Duration = Duration::from_hours(24 * 30);
const DAY: Duration = Duration::from_hours(24);

impl Condition {
    fn new(text: impl Into<String>, values: Values) -> Self {
        Self {
            text: text.into(),
            values,
            index: None,
        }
    }

    fn found_by(
        mut self,
        base: &'static Sql,
        order: &'static [&'static str],
        values: Values,
    ) -> Self {
        self.index = Some(Index {
            base,
            values,
            order,
        });
        self
    }

    /// Adds the condition to a list of `users u`.
    pub(super) fn narrow(&self, select: Select) -> Select {
        select.and(&self.text, &borrowed(&self.values))
    }

    /// The people who meet it, if an index finds them and they are at most so many.
    pub(super) fn few(&self, tx: &mut Tx<'_>, most: usize) -> db::Result<Option<Vec<UserId>>> {
        let Some(index) = &self.index else {
            return Ok(None);
        };
        let limit = most as i64 + 1;
        let select = Select::new(index.base, &borrowed(&index.values), index.order, limit);
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

/// Somebody with a row in a table that links people, found by the table's index.
fn linked<T: Param + Clone + 'static>(
    account: AccountId,
    text: &str,
    (base, order): (&'static Sql, &'static [&'static str]),
    id: &T,
) -> Condition {
    Condition::new(text, vec![Box::new(id.clone())]).found_by(
        base,
        order,
        vec![Box::new(account), Box::new(id.clone())],
    )
}

impl UserFilter {
    /// The conditions of an account's people at this moment; `leader` sees only the teams they lead.
    pub(super) fn conditions(
        &self,
        account: AccountId,
        now: Timestamp,
        leader: Option<UserId>,
    ) -> Vec<Condition> {
        let mut all = Vec::new();
        if let Some(leader) = leader {
            let text = "u.id in (select m.user_id from group_members l \
                join groups g on g.account_id = l.account_id and g.id = l.group_id and g.kind = 'team' \
                join group_members m on m.account_id = l.account_id and m.group_id = l.group_id \
                where l.account_id = $1 and l.user_id = $2 and l.is_admin)";
            let values = || -> Values { vec![Box::new(account), Box::new(leader)] };
            all.push(Condition::new(text, values()).found_by(
                sql!("users/ids_led_by"),
                &["m.user_id"],
                values(),
            ));
        }
        self.of_the_person(account, &mut all);
        self.of_links(account, &mut all);
        self.of_time(account, now, &mut all);
        for thing in &self.has {
            all.push(Condition::new(thing.condition(), Vec::new()));
        }
        for thing in &self.lacks {
            all.push(Condition::new(
                format!("not ({})", thing.condition()),
                Vec::new(),
            ));
        }
        for test in &self.custom {
            let text = "replace(u.custom, cast($1 as text), '') <> u.custom";
            all.push(Condition::new(text, vec![Box::new(test.part())]));
        }
        all
    }

    fn of_the_person(&self, account: AccountId, all: &mut Vec<Condition>) {
        match self.status {
            Some(status) => all.push(linked(
                account,
                "u.status = $1",
                (sql!("users/ids_with_status"), &["u.id"]),
                &status.as_str(),
            )),
            None => all.push(Condition::new("u.status <> 'deleted'", Vec::new())),
        }
        if let Some(role) = self.role {
            let mut condition = Condition::new("u.role = $1", vec![Box::new(role.as_str())]);
            if role != Role::User {
                let values: Values = vec![Box::new(account), Box::new(role.as_str())];
                condition = condition.found_by(sql!("users/ids_with_role"), &["u.id"], values);
            }
            all.push(condition);
        }
        if let Some(kind) = self.kind {
            let mut condition = Condition::new("u.person_kind = $1", vec![Box::new(kind.as_str())]);
            if kind != PersonKind::Employee {
                let values: Values = vec![Box::new(account), Box::new(kind.as_str())];
                condition = condition.found_by(sql!("users/ids_with_kind"), &["u.id"], values);
            }
            all.push(condition);
        }
        if let Some(import) = &self.import {
            let index: (&'static Sql, &'static [&'static str]) =
                (sql!("users/ids_of_import"), &["u.id"]);
            all.push(linked(account, "u.import_id = $1", index, import));
        }
    }

    fn of_links(&self, account: AccountId, all: &mut Vec<Condition>) {
        for group in self.group.iter().chain(&self.team) {
            let text = "exists (select 1 from group_members m where m.account_id = u.account_id \
                        and m.group_id = $1 and m.user_id = u.id)";
            all.push(linked(
                account,
                text,
                (sql!("users/ids_of_group"), &["m.user_id"]),
                group,
            ));
        }
        if let Some(module) = &self.module {
            let text = "exists (select 1 from module_seats m where m.account_id = u.account_id \
                        and m.module_key = $1 and m.user_id = u.id)";
            all.push(linked(
                account,
                text,
                (sql!("users/ids_of_module"), &["m.user_id"]),
                module,
            ));
        }
        if let Some(workflow) = &self.workflow {
            let text = "exists (select 1 from workflow_participants p where p.account_id = u.account_id \
                        and p.workflow_id = $1 and p.user_id = u.id)";
            all.push(linked(
                account,
                text,
                (sql!("users/ids_of_workflow"), &["p.user_id"]),
                workflow,
            ));
        }
        if let Some(device) = &self.device {
            let text = "exists (select 1 from grants g where g.account_id = u.account_id \
                        and g.device_id = $1 and g.user_id = u.id)";
            all.push(linked(
                account,
                text,
                (sql!("users/ids_of_device"), &["g.user_id"]),
                device,
            ));
        }
        if let Some(state) = self.card {
            let text = "exists (select 1 from cards c where c.account_id = u.account_id \
                        and c.user_id = u.id and c.state = $1)";
            let mut condition = Condition::new(text, vec![Box::new(state.as_str())]);
            if state != CardState::Reserved {
                let values: Values = vec![Box::new(account), Box::new(state.as_str())];
                condition = condition.found_by(sql!("users/ids_with_card"), &["c.user_id"], values);
            }
            all.push(condition);
        }
    }

    fn of_time(&self, account: AccountId, now: Timestamp, all: &mut Vec<Condition>) {
        let earlier = |time| now.checked_sub(time).unwrap_or(Timestamp::EPOCH);
        let between = |from: Timestamp, until: Timestamp| {
            let text = "u.last_sign_in_at between $1 and $2";
            Condition::new(text, vec![Box::new(from), Box::new(until)]).found_by(
                sql!("users/ids_signed_in"),
                &["u.last_sign_in_at", "u.id"],
                vec![Box::new(account), Box::new(from), Box::new(until)],
            )
        };
        match self.signed_in {
            None => {}
            Some(SignedIn::Day) => all.push(between(earlier(DAY), now)),
            Some(SignedIn::LongAgo) => all.push(between(Timestamp::EPOCH, earlier(MONTH))),
            Some(SignedIn::Never) => {
                all.push(Condition::new("u.last_sign_in_at is null", Vec::new()));
            }
        }
        let Some(state) = self.invitation else {
            return;
        };
        let open = "exists (select 1 from invitations i where i.account_id = u.account_id \
                    and i.user_id = u.id and i.state = 'open'";
        let condition = match state {
            InvitationState::None => {
                let text = "u.status = 'invited' and not exists (select 1 from invitations i \
                            where i.account_id = u.account_id and i.user_id = u.id)";
                return all.push(Condition::new(text, Vec::new()));
            }
            InvitationState::Open => Condition::new(
                format!("{open} and i.expires_at > $1)"),
                vec![Box::new(now)],
            ),
            InvitationState::Expired => Condition::new(
                format!("{open} and i.expires_at <= $1)"),
                vec![Box::new(now)],
            ),
            InvitationState::Returned => {
                let text = format!(
                    "{open} and exists (select 1 from messages b where b.account_id = i.account_id \
                     and b.id = i.message_id and b.state in ('bounced', 'failed')))"
                );
                Condition::new(text, Vec::new())
            }
        };
        let values: Values = vec![Box::new(account), Box::new("open")];
        all.push(condition.found_by(sql!("users/ids_invited"), &["i.user_id"], values));
    }
}

/// Whether somebody who leads teams leads one that this person is in.
pub(super) fn is_led_by(
    tx: &mut Tx<'_>,
    account: AccountId,
    leader: UserId,
    user: UserId,
) -> db::Result<bool> {
    let found: Option<(UserId,)> =
        tx.fetch_optional(sql!("users/is_led_by"), params![account, leader, user])?;
    Ok(found.is_some())
}
