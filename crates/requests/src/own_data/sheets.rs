//! The tables of the file, each with the statement it is read by. None has a secret in it.

use Kind::{Moment, Text, Yes};
use db::{Sql, sql};

/// How a column is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text,
    Moment,
    Yes,
}

/// A table.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) file: &'static str,
    pub(super) statement: &'static Sql,
    pub(super) columns: Columns,
}

type Columns = &'static [(&'static str, Kind)];

const GROUPS: Columns = &[
    ("Kind", Text),
    ("Name", Text),
    ("Administrator of it", Yes),
    ("Since", Moment),
];
const MODULES: Columns = &[("Module", Text), ("Since", Moment)];
const WORKFLOWS: Columns = &[("Workflow", Text), ("Since", Moment)];
const ACCESS: Columns = &[
    ("Device", Text),
    ("Access type", Text),
    ("Schedule", Text),
    ("From", Moment),
    ("Until", Moment),
    ("Since", Moment),
];
const CARDS: Columns = &[
    ("Number", Text),
    ("Type", Text),
    ("State", Text),
    ("From", Moment),
    ("Until", Moment),
    ("Since", Moment),
];
const INVITATIONS: Columns = &[
    ("At", Moment),
    ("Way", Text),
    ("To", Text),
    ("By", Text),
    ("State", Text),
    ("Until", Moment),
];
const DEVICES: Columns = &[
    ("Signed in", Moment),
    ("Last seen", Moment),
    ("Says of itself", Text),
    ("Network address", Text),
    ("Ended because", Text),
];
const NOTIFICATIONS: Columns = &[("At", Moment), ("Text", Text), ("Read", Moment)];
const ACTIVITY: Columns = &[
    ("At", Moment),
    ("By", Text),
    ("What", Text),
    ("Details", Text),
];

/// Every table but the profile and the messages.
pub(super) fn all() -> [Sheet; 9] {
    let sheet = |file, statement, columns| Sheet {
        file,
        statement,
        columns,
    };
    [
        sheet("groups.csv", sql!("own_data/groups"), GROUPS),
        sheet("modules.csv", sql!("own_data/modules"), MODULES),
        sheet("workflows.csv", sql!("own_data/workflows"), WORKFLOWS),
        sheet("access.csv", sql!("own_data/access"), ACCESS),
        sheet("cards.csv", sql!("own_data/cards"), CARDS),
        sheet("invitations.csv", sql!("own_data/invitations"), INVITATIONS),
        sheet("devices.csv", sql!("own_data/devices"), DEVICES),
        sheet(
            "notifications.csv",
            sql!("own_data/notifications"),
            NOTIFICATIONS,
        ),
        sheet("activity.csv", sql!("own_data/activity"), ACTIVITY),
    ]
}
