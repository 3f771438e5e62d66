//! The fields of the pages of settings: what each is called, and how it is typed.

use directory::settings::Key;
use kernel::Region;

use crate::{choice::Choice, outbox::language_name};

/// A heading and the fields below it.
pub(super) struct Area {
    pub(super) heading: &'static str,
    pub(super) id: &'static str,
    pub(super) lead: String,
    pub(super) fields: Vec<Field>,
}

impl Area {
    pub(super) fn new(heading: &'static str, fields: Vec<Field>) -> Self {
        Self {
            heading,
            id: fields.first().map_or("area", |field| field.key),
            lead: String::new(),
            fields,
        }
    }
}

/// How a value is typed.
pub(super) enum Control {
    Text {
        most: i64,
    },
    /// Text with proposals.
    Listed(Vec<String>),
    Number {
        least: i64,
        most: i64,
    },
    Choices(Vec<Choice>),
    Tick,
}

/// A field of the form.
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) help: String,
    pub(super) value: String,
    pub(super) control: Control,
}

impl Field {
    pub(super) fn most(&self) -> i64 {
        match self.control {
            Control::Text { most } | Control::Number { most, .. } => most,
            Control::Listed(_) | Control::Choices(_) | Control::Tick => 60,
        }
    }

    pub(super) fn least(&self) -> i64 {
        match self.control {
            Control::Number { least, .. } => least,
            Control::Text { .. } | Control::Listed(_) | Control::Choices(_) | Control::Tick => 0,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.control, Control::Number { .. })
    }

    pub(super) fn is_tick(&self) -> bool {
        matches!(self.control, Control::Tick)
    }

    pub(super) fn is_on(&self) -> bool {
        self.value == "on"
    }

    pub(super) fn choices(&self) -> &[Choice] {
        match &self.control {
            Control::Choices(choices) => choices,
            Control::Text { .. } | Control::Listed(_) | Control::Number { .. } | Control::Tick => {
                &[]
            }
        }
    }

    pub(super) fn listed(&self) -> &[String] {
        match &self.control {
            Control::Listed(proposals) => proposals,
            Control::Text { .. } | Control::Choices(_) | Control::Number { .. } | Control::Tick => {
                &[]
            }
        }
    }

    /// Shows what was typed instead of what is stored.
    pub(super) fn put(&mut self, posted: &[(String, String)]) {
        let found = posted.iter().find(|field| field.0 == self.key);
        self.value = found.map(|field| field.1.clone()).unwrap_or_default();
        if let Control::Choices(choices) = &mut self.control {
            for choice in choices {
                choice.chosen = choice.value == self.value;
            }
        }
    }
}

/// The field of a setting.
pub(super) fn of_key(key: Key, value: String) -> Field {
    let (label, help) = words(key);
    let control = match key {
        Key::Name => Control::Text { most: 100 },
        Key::Country => Control::Choices(
            std::iter::once(Choice::new("", "None", value.is_empty()))
                .chain(Region::all().map(|region| {
                    let text = format!("{} (+{})", region.code(), region.calling_code());
                    Choice::new(region.code(), text, region.code() == value)
                }))
                .collect(),
        ),
        Key::TimeZone => Control::Listed(zones()),
        Key::Language => Control::Choices(
            std::iter::once(Choice::new("", "English", value.is_empty()))
                .chain(
                    delivery::templates::languages()
                        .filter(|tag| *tag != "en")
                        .map(|tag| Choice::new(tag, language_name(tag), tag == value)),
                )
                .collect(),
        ),
        Key::NameOrder => Control::Choices(vec![
            Choice::new("first_last", "Maria Keller", value != "last_first"),
            Choice::new("last_first", "Keller, Maria", value == "last_first"),
        ]),
        Key::ImportLock => Control::Tick,
        Key::KeepImports
        | Key::KeepDrafts
        | Key::KeepMessages
        | Key::KeepNotifications
        | Key::KeepDeleted => {
            let (least, most) = key.bounds().unwrap_or((0, i64::MAX));
            Control::Number { least, most }
        }
    };
    Field {
        key: key.as_str(),
        label,
        help: help.to_owned(),
        value,
        control,
    }
}

const fn words(key: Key) -> (&'static str, &'static str) {
    match key {
        Key::Name => ("Name", "It stands in the messages to people."),
        Key::Country => (
            "Country",
            "National phone numbers such as 082 000 0001 are read as numbers of this country.",
        ),
        Key::TimeZone => (
            "Time zone",
            "Days begin and end, and times are shown, in it.",
        ),
        Key::Language => (
            "Language of messages",
            "For people who have no language of their own.",
        ),
        Key::NameOrder => (
            "Names in the list of people",
            "How they are written, and what they are sorted by at first.",
        ),
        Key::ImportLock => (
            "Lock people and cards while an import writes",
            "Nobody makes or changes people and cards by hand from the start of an import until it ends; the same for its undo. Not needed for imports to be right: a row whose person was changed meanwhile is left out and listed.",
        ),
        Key::KeepImports => (
            "Rows and files of imports are kept for so many months",
            "1 to 120. Then only the counts stay. Somebody may complete an import earlier.",
        ),
        Key::KeepDrafts => (
            "Unfinished imports are kept for so many days",
            "1 to 365, counted from the last change.",
        ),
        Key::KeepMessages => (
            "Texts and addresses of messages are kept for so many days",
            "7 to 3,650, counted from when a message was sent or given up. What it was for, when, and what became of it stays.",
        ),
        Key::KeepNotifications => (
            "Notifications that were read are kept for so many days",
            "7 to 3,650. Those that nobody has read stay.",
        ),
        Key::KeepDeleted => (
            "Deleted people can be restored for so many days",
            "1 to 365. Then they are erased for good. Only an owner makes it shorter.",
        ),
    }
}

fn zones() -> Vec<String> {
    jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .collect()
}
