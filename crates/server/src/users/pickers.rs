//! The selects that narrow the list of people.

use db::Tx;
use directory::{
    devices, fields, groups,
    groups::GroupKind,
    modules,
    users::{InvitationState, SignedIn, Thing},
    workflows,
};
use kernel::{CardState, PersonKind};

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
        },
        Picker {
            name: "role",
            label: "Role",
            any: "Any role",
            choices: choices(
                query.get("role"),
                &ROLES.map(|(role, text)| (role.as_str(), text)),
            ),
        },
    ];
    let all = groups::names(tx, visitor.session.account)?;
    for (name, label, any, kind) in [
        ("group", "Group", "Any group", GroupKind::Group),
        ("team", "Team", "Any team", GroupKind::Team),
    ] {
        let present = query.get(name);
        let of_kind = all
            .iter()
            .filter(|group| group.kind == kind || group.id.to_string() == present);
        let entries = of_kind.map(|group| (group.id.to_string(), group.name.clone()));
        pickers.extend(picker(name, label, any, present, entries));
    }
    Ok(pickers)
}

/// A select of what an account has; none if it has nothing of it.
fn picker(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    present: &str,
    entries: impl Iterator<Item = (String, String)>,
) -> Option<Picker> {
    /// A select with more entries than this helps nobody.
    const MOST: usize = 500;
    let choices: Vec<Choice> = entries
        .take(MOST)
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
    let workflows = workflows::list(tx, account)?;
    let workflows = workflows
        .into_iter()
        .map(|flow| (flow.id.to_string(), flow.name));
    pickers.extend(picker(
        "workflow",
        "Workflow",
        "Any workflow",
        query.get("workflow"),
        workflows,
    ));
    let devices = devices::list(tx, account)?;
    let devices = devices
        .into_iter()
        .map(|device| (device.id.to_string(), device.name));
    pickers.extend(picker(
        "device",
        "Device",
        "Any device",
        query.get("device"),
        devices,
    ));
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
