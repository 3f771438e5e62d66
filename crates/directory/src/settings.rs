//! What an account decided about itself: its name and where it is, how names are written, what is
//! locked while an import runs, and for how long things are kept.
//!
//! Every setting has a key by which pages and the command line name it, bounds, and one text that
//! is both typed and stored in the log. Not here: what belongs to one subject only, such as cards,
//! photos, documents, messages or security, which is with that subject.

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, Language, Region, SiteZone};

use crate::{Action, Ctx, Forbidden, activity};

/// How the names of people are written in lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NameOrder {
    /// "Maria Keller", sorted by it.
    #[default]
    FirstLast,
    /// "Keller, Maria", sorted by it.
    LastFirst,
}

impl NameOrder {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstLast => "first_last",
            Self::LastFirst => "last_first",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::FirstLast, Self::LastFirst]
            .into_iter()
            .find(|order| order.as_str() == text)
    }

    /// A name as written in a list.
    pub fn written(self, first: &str, last: &str) -> String {
        match self {
            Self::LastFirst if !first.is_empty() && !last.is_empty() => format!("{last}, {first}"),
            Self::FirstLast | Self::LastFirst => kernel::full_name(first, last),
        }
    }
}

/// What an account decided about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSettings {
    /// The organisation's name.
    pub name: String,
    /// The country whose national phone numbers are understood.
    pub country: Option<Region>,
    /// The zone in which days begin and end.
    pub time_zone: String,
    /// The language of messages to people who have none of their own.
    pub language: Option<Language>,
    /// How names are written in lists.
    pub name_order: NameOrder,
    /// Whether people and cards cannot be changed by hand while an import writes (S4.22).
    pub import_lock: bool,
    /// For how many months rows and files of imports are kept.
    pub keep_imports: i64,
    /// For how many days an import may wait for somebody before it is given up.
    pub keep_drafts: i64,
    /// For how many days the texts and addresses of messages are kept.
    pub keep_messages: i64,
    /// For how many days notifications that were seen are kept.
    pub keep_notifications: i64,
    /// For how many days deleted people can be taken back, before they are erased.
    pub keep_deleted: i64,
}

/// One setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The organisation's name.
    Name,
    /// The country of phone numbers.
    Country,
    /// The time zone.
    TimeZone,
    /// The language of messages.
    Language,
    /// How names are written.
    NameOrder,
    /// The lock of the directory.
    ImportLock,
    /// Retention of imports.
    KeepImports,
    /// Retention of drafts.
    KeepDrafts,
    /// Retention of messages.
    KeepMessages,
    /// Retention of notifications.
    KeepNotifications,
    /// How long deleted people are kept.
    KeepDeleted,
}

impl Key {
    /// Every setting.
    pub const ALL: [Self; 11] = [
        Self::Name,
        Self::Country,
        Self::TimeZone,
        Self::Language,
        Self::NameOrder,
        Self::ImportLock,
        Self::KeepImports,
        Self::KeepDrafts,
        Self::KeepMessages,
        Self::KeepNotifications,
        Self::KeepDeleted,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Country => "country",
            Self::TimeZone => "time_zone",
            Self::Language => "language",
            Self::NameOrder => "name_order",
            Self::ImportLock => "import_lock",
            Self::KeepImports => "keep_imports_months",
            Self::KeepDrafts => "keep_drafts_days",
            Self::KeepMessages => "keep_messages_days",
            Self::KeepNotifications => "keep_notifications_days",
            Self::KeepDeleted => "keep_deleted_days",
        }
    }

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Country => "Country",
            Self::TimeZone => "Time zone",
            Self::Language => "Language of messages",
            Self::NameOrder => "Names in lists",
            Self::ImportLock => "Lock while an import writes",
            Self::KeepImports => "Months imports are kept",
            Self::KeepDrafts => "Days unfinished imports are kept",
            Self::KeepMessages => "Days texts of messages are kept",
            Self::KeepNotifications => "Days notifications are kept",
            Self::KeepDeleted => "Days until deleted people are erased",
        }
    }

    /// The smallest and the largest number, if it is one.
    pub const fn bounds(self) -> Option<(i64, i64)> {
        match self {
            Self::KeepImports => Some((1, 120)),
            Self::KeepDrafts | Self::KeepDeleted => Some((1, 365)),
            Self::KeepMessages | Self::KeepNotifications => Some((7, 3650)),
            Self::Name
            | Self::Country
            | Self::TimeZone
            | Self::Language
            | Self::NameOrder
            | Self::ImportLock => None,
        }
    }

    /// The setting with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == text)
    }
}

/// Why settings were not shown or stored.
#[derive(Debug, thiserror::Error)]
pub enum SettingsRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A value that is none.
    #[error("{}: {words}", .key.label())]
    Wrong {
        /// Of what.
        key: Key,
        /// What it has to be.
        words: String,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

struct Stored {
    name: String,
    default_country: Option<String>,
    time_zone: String,
    language: Option<String>,
    name_order: String,
    locked_while_importing: bool,
    keep_imports_months: i64,
    keep_drafts_days: i64,
    keep_messages_days: i64,
    keep_notifications_days: i64,
    keep_deleted_days: i64,
}

from_row!(Stored {
    name,
    default_country,
    time_zone,
    language,
    name_order,
    locked_while_importing,
    keep_imports_months,
    keep_drafts_days,
    keep_messages_days,
    keep_notifications_days,
    keep_deleted_days
});

impl AccountSettings {
    /// The settings of the actor's account, for whoever may change them.
    pub fn see(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Self, SettingsRefusal> {
        ctx.require(Action::EditSettings)?;
        Ok(Self::load(tx, ctx.account)?)
    }

    /// The settings of an account, whoever acts under them.
    pub fn load(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Self> {
        let stored: Stored = tx.fetch_one(sql!("settings/find"), params![account])?;
        Ok(Self {
            name: stored.name,
            country: stored
                .default_country
                .and_then(|code| Region::parse(&code).ok()),
            time_zone: stored.time_zone,
            language: stored.language.and_then(|tag| Language::parse(&tag).ok()),
            name_order: NameOrder::parse(&stored.name_order).unwrap_or_default(),
            import_lock: stored.locked_while_importing,
            keep_imports: stored.keep_imports_months,
            keep_drafts: stored.keep_drafts_days,
            keep_messages: stored.keep_messages_days,
            keep_notifications: stored.keep_notifications_days,
            keep_deleted: stored.keep_deleted_days,
        })
    }

    /// A setting as it is typed; blank for none.
    pub fn typed(&self, key: Key) -> String {
        match key {
            Key::Name => self.name.clone(),
            Key::Country => self
                .country
                .map(Region::code)
                .unwrap_or_default()
                .to_owned(),
            Key::TimeZone => self.time_zone.clone(),
            Key::Language => {
                let tag = self.language.as_ref().map(Language::as_str);
                tag.unwrap_or_default().to_owned()
            }
            Key::NameOrder => self.name_order.as_str().to_owned(),
            Key::ImportLock => (if self.import_lock { "on" } else { "off" }).to_owned(),
            Key::KeepImports => self.keep_imports.to_string(),
            Key::KeepDrafts => self.keep_drafts.to_string(),
            Key::KeepMessages => self.keep_messages.to_string(),
            Key::KeepNotifications => self.keep_notifications.to_string(),
            Key::KeepDeleted => self.keep_deleted.to_string(),
        }
    }

    /// Takes a setting as it was typed.
    pub fn take(&mut self, key: Key, text: &str) -> Result<(), SettingsRefusal> {
        let text = text.trim();
        let wrong = |words: &str| SettingsRefusal::Wrong {
            key,
            words: words.to_owned(),
        };
        match key {
            Key::Name if text.is_empty() || text.chars().count() > 100 => {
                return Err(wrong("1 to 100 characters"));
            }
            Key::Name => text.clone_into(&mut self.name),
            Key::Country if text.is_empty() => self.country = None,
            Key::Country => {
                let region = Region::parse(text);
                self.country = Some(region.map_err(|_| wrong("two letters, such as ZA"))?);
            }
            Key::TimeZone => {
                let zone = SiteZone::parse(text);
                let zone = zone.map_err(|_| wrong("a name such as Africa/Johannesburg"))?;
                zone.name().clone_into(&mut self.time_zone);
            }
            Key::Language if text.is_empty() => self.language = None,
            Key::Language => {
                let language = Language::parse(text);
                self.language = Some(language.map_err(|_| wrong("a tag such as de"))?);
            }
            Key::NameOrder => {
                self.name_order =
                    NameOrder::parse(text).ok_or_else(|| wrong("first_last or last_first"))?;
            }
            Key::ImportLock => {
                self.import_lock = match text {
                    "on" => true,
                    "off" => false,
                    _ => return Err(wrong("on or off")),
                }
            }
            Key::KeepImports => self.keep_imports = number(key, text)?,
            Key::KeepDrafts => self.keep_drafts = number(key, text)?,
            Key::KeepMessages => self.keep_messages = number(key, text)?,
            Key::KeepNotifications => self.keep_notifications = number(key, text)?,
            Key::KeepDeleted => self.keep_deleted = number(key, text)?,
        }
        Ok(())
    }

    /// Stores what was taken; the log says what was and what is. Nothing is written if nothing
    /// differs.
    pub fn store(&self, tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), SettingsRefusal> {
        ctx.require(Action::EditSettings)?;
        let before = Self::load(tx, ctx.account)?;
        let changes: Vec<String> = Key::ALL
            .into_iter()
            .filter(|key| before.typed(*key) != self.typed(*key))
            .map(|key| change(key.label(), &before.typed(key), &self.typed(key)))
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        if self.keep_deleted < before.keep_deleted {
            // It erases people before their time.
            ctx.require(Action::EraseUsers)?;
        }
        tx.execute(
            sql!("settings/store"),
            params![
                ctx.account,
                self.name,
                self.country.map(Region::code),
                self.time_zone,
                self.language.as_ref().map(Language::as_str),
                self.name_order.as_str(),
                self.import_lock,
                self.keep_imports,
                self.keep_drafts,
                self.keep_messages,
                self.keep_notifications,
                self.keep_deleted
            ],
        )?;
        activity::record(tx, ctx, "account.settings", None, &changes.join("; "))?;
        Ok(())
    }
}

fn number(key: Key, text: &str) -> Result<i64, SettingsRefusal> {
    let (least, most) = key.bounds().unwrap_or((0, i64::MAX));
    text.parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| SettingsRefusal::Wrong {
            key,
            words: format!("a number from {least} to {most}"),
        })
}

/// "Time zone: UTC → Africa/Johannesburg"
pub fn change(label: &str, before: &str, after: &str) -> String {
    let shown = |value: &str| if value.is_empty() { "none" } else { value }.to_owned();
    format!("{label}: {} → {}", shown(before), shown(after))
}
