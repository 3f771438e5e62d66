//! The selects that narrow the list of people.

use db::Tx;
use directory::{
    fields,
    groups::GroupKind,
    modules,
    pick::{Many, Named},
    roles,
    users::{InvitationState, SignedIn, Thing},
};
use kernel::{CardState, GroupId, PersonKind};

use super::{
    list::{ROLES, STATUSES, choices},
    query::Query,
};
use crate::{choice::Choice, failure::Failure, guard::Visitor};

/// A select that narrows the list.
pub(super) struct Picker {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) any: &'static str,
    pub(super) choices: Vec<Choice>,
    /// The field in which a name can be typed, if there are more than the choices.
    pub(super) named: Option<&'static str>,
}

/// The selects that are always there.
pub(super) fn first_pickers(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    query: &Query,
) -> Result<Vec<Picker>, Failure> {
    let mut pickers = vec![
        Picker {
            name: "status",
            label: "Status",
            any: "Any status",
            choices: choices(
                query.get("status"),
                &STATUSES.map(|(status, text)| (status.as_str(), text)),
            ),
            named: None,
        },
        Picker {
            name: "role",
            label: "Role",
            any: "Any role",
            choices: role_choices(tx, visitor, query)?,
            named: None,
        },
    ];
    for (name, label, any, kind) in [
        ("group", "Group", "Any group", GroupKind::Group),
        ("team", "Team", "Any team", GroupKind::Team),
    ] {
        let of_many = of_many(tx, visitor, query, (name, label, any), Many::Groups(kind))?;
        pickers.extend(of_many);
    }
    Ok(pickers)
}

/// What is chosen by name where there are too many for a select: its field, and the one of its id.
const NAMED: [(&str, &str, Many); 4] = [
    ("group_named", "group", Many::Groups(GroupKind::Group)),
    ("team_named", "team", Many::Groups(GroupKind::Team)),
    ("workflow_named", "workflow", Many::Workflows),
    ("device_named", "device", Many::Devices),
];

/// The id of nothing there is.
const NOTHING: &str = "00000000-0000-0000-0000-000000000000";

/// Says by its id what was typed by its name; the id of nothing, if nothing has the name.
pub(super) fn resolve(tx: &mut Tx<'_>, visitor: &Visitor, query: &mut Query) -> db::Result<()> {
    for (named, field, many) in NAMED {
        let name = query.get(named).to_owned();
        if name.is_empty() {
            continue;
        }
        let found = many.named(tx, visitor.session.account, &name)?;
        let id = found.map_or_else(|| NOTHING.to_owned(), |found| found.id.to_string());
        query.0.retain(|(key, _)| key != named && key != field);
        query.0.push((field.to_owned(), id));
    }
    Ok(())
}

/// The first of many by name as the entries of a select, the chosen one always among them; and
/// whether there are more.
pub(super) fn entries(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    many: Many,
    present: &str,
) -> db::Result<(Vec<Choice>, bool)> {
    /// A select with more entries than this helps nobody.
    const MOST: usize = 500;
    let account = visitor.session.account;
    let mut found = many.first(tx, account, MOST as i64 + 1)?;
    let has_more = found.len() > MOST;
    found.truncate(MOST);
    let choice = |one: Named| {
        let value = one.id.to_string();
        let chosen = value == present;
        Choice::new(value, one.name, chosen)
    };
    let mut choices: Vec<Choice> = found.into_iter().map(choice).collect();
    // Whatever it is the id of: all of them are written in the same way.
    if let Ok(id) = present.parse::<GroupId>()
        && choices.iter().all(|choice| !choice.chosen)
    {
        let id = id.uuid();
        let chosen = match (many.with_id(tx, account, id)?, many) {
            // A team can be asked for where groups are, and the other way round.
            (None, Many::Groups(GroupKind::Group)) => {
                Many::Groups(GroupKind::Team).with_id(tx, account, id)?
            }
            (None, Many::Groups(GroupKind::Team)) => {
                Many::Groups(GroupKind::Group).with_id(tx, account, id)?
            }
            (found, _) => found,
        };
        let text = chosen.map_or_else(|| "There is none of this name".to_owned(), |one| one.name);
        choices.push(Choice::new(present, text, true));
    }
    Ok((choices, has_more))
}

fn of_many(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    query: &Query,
    (name, label, any): (&'static str, &'static str, &'static str),
    many: Many,
) -> db::Result<Option<Picker>> {
    let (choices, has_more) = entries(tx, visitor, many, query.get(name))?;
    let named = NAMED.iter().find(|(_, field, _)| *field == name);
    Ok((!choices.is_empty()).then_some(Picker {
        name,
        label,
        any,
        choices,
        named: named.map(|(named, ..)| *named).filter(|_| has_more),
    }))
}

/// The fixed roles, and after them the account's own.
fn role_choices(tx: &mut Tx<'_>, visitor: &Visitor, query: &Query) -> Result<Vec<Choice>, Failure> {
    let present = query.get("role");
    let mut all = choices(present, &ROLES.map(|(role, text)| (role.as_str(), text)));
    let own = roles::list(tx, visitor.session.account)?;
    all.extend(own.into_iter().map(|role| {
        let id = role.id.to_string();
        let chosen = id == present;
        Choice::new(id, role.name, chosen)
    }));
    Ok(all)
}

/// A select of the few things of a kind that an account has; none if it has nothing of it.
fn picker(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    present: &str,
    entries: impl Iterator<Item = (String, String)>,
) -> Option<Picker> {
    let choices: Vec<Choice> = entries
        .map(|(value, text)| {
            let chosen = value == present;
            Choice::new(value, text, chosen)
        })
        .collect();
    (!choices.is_empty()).then_some(Picker {
        name,
        label,
        any,
        choices,
        named: None,
    })
}

/// The further selects.
pub(super) fn more_pickers(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    query: &Query,
) -> Result<Vec<Picker>, Failure> {
    let account = visitor.session.account;
    let mut pickers = fixed_pickers(query);
    let modules = modules::list(tx, account)?;
    let modules = modules.into_iter().map(|module| (module.key, module.label));
    pickers.extend(picker(
        "module",
        "Module",
        "Any module",
        query.get("module"),
        modules,
    ));
    for (words, many) in [
        (("workflow", "Workflow", "Any workflow"), Many::Workflows),
        (("device", "Device", "Any device"), Many::Devices),
    ] {
        pickers.extend(of_many(tx, visitor, query, words, many)?);
    }
    let import = query.get("import").to_owned();
    let imports = (!import.is_empty()).then(|| (import.clone(), "This import".to_owned()));
    pickers.extend(picker(
        "import",
        "Import",
        "Any import",
        &import,
        imports.into_iter(),
    ));
    let own = fields::list(tx, account)?;
    let own = own.into_iter().map(|field| (field.key, field.label));
    pickers.extend(picker(
        "field",
        "Field of your own",
        "No field",
        query.get("field"),
        own,
    ));
    Ok(pickers)
}

/// Those whose choices are the same for every account.
fn fixed_pickers(query: &Query) -> Vec<Picker> {
    let fixed = |name, label, any, all: &[(&str, &str)]| Picker {
        name,
        label,
        any,
        choices: choices(query.get(name), all),
        named: None,
    };
    vec![
        fixed(
            "kind",
            "Kind",
            "Any kind",
            &KINDS.map(|(kind, text)| (kind.as_str(), text)),
        ),
        fixed(
            "invite",
            "Invitation",
            "Any invitation",
            &INVITATIONS.map(|(state, text)| (state.as_str(), text)),
        ),
        fixed(
            "seen",
            "Last sign-in",
            "Whenever signed in",
            &SEEN.map(|(seen, text)| (seen.as_str(), text)),
        ),
        fixed(
            "app",
            "App",
            "Any app or none",
            &[("outdated", "Outdated version")],
        ),
        fixed(
            "card",
            "Card",
            "Any card or none",
            &CARDS.map(|(state, text)| (state.as_str(), text)),
        ),
        fixed(
            "has",
            "Has",
            "Has anything",
            &THINGS.map(|(thing, text)| (thing.as_str(), text)),
        ),
        fixed(
            "lacks",
            "Has no",
            "Lacks nothing",
            &THINGS.map(|(thing, text)| (thing.as_str(), text)),
        ),
    ]
}

const KINDS: [(PersonKind, &str); 3] = [
    (PersonKind::Employee, "Employee"),
    (PersonKind::Visitor, "Visitor"),
    (PersonKind::Member, "Member"),
];

const INVITATIONS: [(InvitationState, &str); 4] = [
    (InvitationState::None, "Never invited"),
    (InvitationState::Open, "Invited, link works"),
    (InvitationState::Expired, "Invited, link expired"),
    (InvitationState::Returned, "Invitation came back"),
];

const SEEN: [(SignedIn, &str); 5] = [
    (SignedIn::Day, "Within 24 hours"),
    (SignedIn::Week, "1 to 7 days ago"),
    (SignedIn::Month, "7 to 30 days ago"),
    (SignedIn::LongAgo, "Over a month ago"),
    (SignedIn::Never, "Never"),
];

const CARDS: [(CardState, &str); 6] = [
    (CardState::Reserved, "Reserved"),
    (CardState::Issued, "Issued"),
    (CardState::Active, "Active"),
    (CardState::Paused, "Paused"),
    (CardState::Expired, "Expired"),
    (CardState::Revoked, "Revoked"),
];

const THINGS: [(Thing, &str); 4] = [
    (Thing::Email, "E-mail address"),
    (Thing::Phone, "Phone number"),
    (Thing::ExternalId, "User ID"),
    (Thing::Card, "Card"),
];
