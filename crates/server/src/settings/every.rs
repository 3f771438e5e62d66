//! Every setting of an account by its key, whichever page it stands on: what programs and the
//! command line read and change at once.
//!
//! What a value may be, who may change it and what the log says is decided by the subject that it
//! belongs to; here is only which key is whose.

use db::Tx;
use directory::{
    Action, Ctx, Forbidden,
    cards::{CardRefusal, CardSettings},
    documents::{self, DocumentError},
    photos::{PhotoRefusal, PhotoSettings},
    settings::{AccountSettings, Key, SettingsRefusal},
};
use identity::{
    rules::{self, Rules, RulesRefusal},
    two_factor::{self, RequireRefusal},
};
use import::{BadRows, Existing, ImportSettings, ImportSettingsRefusal, Preset, UnknownGroup};
use invite::{InvitationSettings, InviteError};
use kernel::{AccountId, CardRadix, CardType, Role};
use requests::{
    Version,
    early::{self, EarlyRefusal, EarlySettings},
};
use serde_json::{Value, json};

macro_rules! settings {
    ($($(#[$doc:meta])* $setting:ident $name:literal;)+) => {
        /// One setting.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Setting {
            /// One of the account itself.
            Account(Key),
            $($(#[$doc])* $setting,)+
        }

        impl Setting {
            /// Those of single subjects.
            const OF_SUBJECTS: &[Self] = &[$(Self::$setting),+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    Self::Account(key) => key.as_str(),
                    $(Self::$setting => $name,)+
                }
            }
        }
    };
}

settings! {
    /// What new imports do with people who are there.
    Existing "existing";
    /// What they do with rows that cannot be imported.
    BadRows "bad_rows";
    /// What they do with groups the account does not have.
    UnknownGroup "unknown_group";
    /// The percentage of people above which a plan asks for its number.
    MostPercent "most_percent";
    /// The number of people above which it does.
    MostPeople "most_people";
    /// The number of moved cards above which it does.
    MostCards "most_cards";
    /// How card numbers are written.
    CardNumbers "card_numbers";
    /// The type of a new card.
    CardType "card_type";
    /// For how many days a new card is valid.
    CardDays "card_valid_days";
    /// How large a photo may be.
    PhotoMegabytes "photo_megabytes";
    /// Whether people set their own photos.
    PhotosByPeople "photos_by_people";
    /// How large a file of a document may be.
    DocumentMegabytes "document_megabytes";
    /// For how many days links of invitations work.
    InvitationDays "invitation_days";
    /// After how many days people are reminded of them.
    InvitationReminders "invitation_reminders";
    /// How many characters a password has at least.
    PasswordChars "password_chars";
    /// On how many devices people are signed in at once.
    SessionLimit "session_limit";
    /// Of which roles two-factor sign-in is asked.
    TwoFactorRoles "two_factor_roles";
    /// Where the early version of the app is.
    EarlyLink "early_link";
    /// What it is called.
    EarlyVersion "early_version";
    /// The version of the app that everybody has.
    ReleasedVersion "released_version";
}

impl Setting {
    /// Every setting.
    pub fn all() -> impl Iterator<Item = Self> {
        let of_account = Key::ALL.into_iter().map(Self::Account);
        of_account.chain(Self::OF_SUBJECTS.iter().copied())
    }

    /// The setting with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::all().find(|setting| setting.as_str() == name)
    }

    /// Whether it is not set when its text is blank.
    const fn may_be_none(self) -> bool {
        match self {
            Self::Account(Key::Country | Key::Language)
            | Self::CardDays
            | Self::EarlyLink
            | Self::EarlyVersion
            | Self::ReleasedVersion => true,
            Self::Account(_)
            | Self::Existing
            | Self::BadRows
            | Self::UnknownGroup
            | Self::MostPercent
            | Self::MostPeople
            | Self::MostCards
            | Self::CardNumbers
            | Self::CardType
            | Self::PhotoMegabytes
            | Self::PhotosByPeople
            | Self::DocumentMegabytes
            | Self::InvitationDays
            | Self::InvitationReminders
            | Self::PasswordChars
            | Self::SessionLimit
            | Self::TwoFactorRoles => false,
        }
    }

    /// Whether it is a number.
    const fn is_number(self) -> bool {
        match self {
            Self::Account(key) => key.bounds().is_some(),
            Self::MostPercent
            | Self::MostPeople
            | Self::MostCards
            | Self::CardDays
            | Self::PhotoMegabytes
            | Self::DocumentMegabytes
            | Self::InvitationDays
            | Self::PasswordChars
            | Self::SessionLimit => true,
            Self::Existing
            | Self::BadRows
            | Self::UnknownGroup
            | Self::CardNumbers
            | Self::CardType
            | Self::PhotosByPeople
            | Self::InvitationReminders
            | Self::TwoFactorRoles
            | Self::EarlyLink
            | Self::EarlyVersion
            | Self::ReleasedVersion => false,
        }
    }
}

/// Why settings were not changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A value that is none.
    #[error("{}: {words}", .setting.as_str())]
    Wrong {
        /// Of what.
        setting: Setting,
        /// What it has to be.
        words: String,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

fn wrong(setting: Setting, words: impl ToString) -> SettingRefusal {
    SettingRefusal::Wrong {
        setting,
        words: words.to_string(),
    }
}

/// Every setting of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EverySetting {
    account: AccountSettings,
    imports: ImportSettings,
    cards: CardSettings,
    photos: PhotoSettings,
    document_megabytes: i64,
    invitations: InvitationSettings,
    rules: Rules,
    two_factor: Vec<Role>,
    early: Early,
}

/// Link, version and released version as they are typed: they are understood together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Early {
    link: String,
    version: String,
    released: String,
}

impl EverySetting {
    /// The settings of the account, for whoever may change them.
    pub fn see(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Self, SettingRefusal> {
        ctx.require(Action::EditSettings)?;
        Ok(Self::load(tx, ctx.account)?)
    }

    /// The settings of an account.
    fn load(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Self> {
        let early = EarlySettings::load(tx, account)?;
        let text = |version: Option<Version>| version.map_or_else(String::new, |it| it.to_string());
        Ok(Self {
            account: AccountSettings::load(tx, account)?,
            imports: ImportSettings::load(tx, account)?,
            cards: CardSettings::load(tx, account)?,
            photos: PhotoSettings::load(tx, account)?,
            document_megabytes: documents::limit_mb(tx, account)?,
            invitations: InvitationSettings::load(tx, account)?,
            rules: rules::of_account(tx, account)?,
            two_factor: two_factor::required_roles(tx, account)?,
            early: Early {
                link: early.link.unwrap_or_default(),
                version: text(early.version),
                released: text(early.released),
            },
        })
    }

    /// A setting as it is typed; blank for none.
    pub fn typed(&self, setting: Setting) -> String {
        let usual = self.imports.start(Preset::General);
        let limits = self.imports.limits;
        match setting {
            Setting::Account(key) => self.account.typed(key),
            Setting::Existing => usual.existing.as_str().to_owned(),
            Setting::BadRows => usual.bad_rows.as_str().to_owned(),
            Setting::UnknownGroup => usual.unknown_group.as_str().to_owned(),
            Setting::MostPercent => limits.percent.to_string(),
            Setting::MostPeople => limits.people.to_string(),
            Setting::MostCards => limits.cards.to_string(),
            Setting::CardNumbers => match self.cards.radix {
                CardRadix::Decimal => "decimal".to_owned(),
                CardRadix::Hex => "hex".to_owned(),
            },
            Setting::CardType => self.cards.card_type.as_str().to_owned(),
            Setting::CardDays => {
                let days = self.cards.valid_days;
                days.map_or_else(String::new, |days| days.to_string())
            }
            Setting::PhotoMegabytes => self.photos.megabytes.to_string(),
            Setting::PhotosByPeople => {
                (if self.photos.by_people { "on" } else { "off" }).to_owned()
            }
            Setting::DocumentMegabytes => self.document_megabytes.to_string(),
            Setting::InvitationDays => self.invitations.days.to_string(),
            Setting::InvitationReminders => joined(&self.invitations.reminders),
            Setting::PasswordChars => self.rules.password_chars.to_string(),
            Setting::SessionLimit => self.rules.session_limit.to_string(),
            Setting::TwoFactorRoles => joined(&self.two_factor),
            Setting::EarlyLink => self.early.link.clone(),
            Setting::EarlyVersion => self.early.version.clone(),
            Setting::ReleasedVersion => self.early.released.clone(),
        }
    }

    /// A setting as programs read it.
    pub fn value(&self, setting: Setting) -> Value {
        let text = self.typed(setting);
        match setting {
            _ if setting.may_be_none() && text.is_empty() => Value::Null,
            Setting::Account(Key::ImportLock) | Setting::PhotosByPeople => json!(text == "on"),
            Setting::InvitationReminders => json!(self.invitations.reminders),
            Setting::TwoFactorRoles => self.two_factor.iter().map(|role| role.as_str()).collect(),
            _ if setting.is_number() => json!(text.parse::<i64>().ok()),
            _ => json!(text),
        }
    }

    /// Takes a setting as it was typed.
    pub fn take(&mut self, setting: Setting, text: &str) -> Result<(), SettingRefusal> {
        let text = text.trim();
        let unknown = || wrong(setting, format!("{text:?} is none of its values"));
        let number = || {
            let number = text.parse::<i64>();
            number.map_err(|_| wrong(setting, "a whole number"))
        };
        match setting {
            Setting::Account(key) => {
                let taken = self.account.take(key, text);
                taken.map_err(of_account)?;
            }
            Setting::Existing => {
                self.imports.existing = Some(Existing::parse(text).ok_or_else(unknown)?);
            }
            Setting::BadRows => {
                self.imports.bad_rows = Some(BadRows::parse(text).ok_or_else(unknown)?);
            }
            Setting::UnknownGroup => {
                self.imports.unknown_group = Some(UnknownGroup::parse(text).ok_or_else(unknown)?);
            }
            Setting::MostPercent => self.imports.limits.percent = number()?,
            Setting::MostPeople => self.imports.limits.people = number()?,
            Setting::MostCards => self.imports.limits.cards = number()?,
            Setting::CardNumbers => {
                self.cards.radix = import::card_radix(text).ok_or_else(unknown)?;
            }
            Setting::CardType => {
                self.cards.card_type = CardType::parse(text).map_err(|_| unknown())?;
            }
            Setting::CardDays if text.is_empty() => self.cards.valid_days = None,
            Setting::CardDays => self.cards.valid_days = Some(number()?),
            Setting::PhotoMegabytes => self.photos.megabytes = number()?,
            Setting::PhotosByPeople => {
                self.photos.by_people = match text {
                    "on" => true,
                    "off" => false,
                    _ => return Err(wrong(setting, "on or off")),
                }
            }
            Setting::DocumentMegabytes => self.document_megabytes = number()?,
            Setting::InvitationDays => self.invitations.days = number()?,
            Setting::InvitationReminders => {
                let days: Option<Vec<i64>> = parts(text).map(|part| part.parse().ok()).collect();
                let days = days.ok_or_else(|| wrong(setting, "days with commas between"))?;
                self.invitations.reminders = days;
            }
            Setting::PasswordChars => self.rules.password_chars = number()?,
            Setting::SessionLimit => self.rules.session_limit = number()?,
            Setting::TwoFactorRoles => {
                let named: Vec<&str> = parts(text).collect();
                let is_role = |name: &&str| Role::ALL.iter().any(|role| role.as_str() == *name);
                if !named.iter().all(is_role) {
                    return Err(wrong(setting, "owner, admin, manager or user"));
                }
                let asked = Role::ALL.iter().copied();
                self.two_factor = asked
                    .filter(|role| named.contains(&role.as_str()))
                    .collect();
            }
            Setting::EarlyLink => text.clone_into(&mut self.early.link),
            Setting::EarlyVersion => self.early.version = version(setting, text)?,
            Setting::ReleasedVersion => self.early.released = version(setting, text)?,
        }
        Ok(())
    }

    /// Stores what was taken; of a subject that nothing differs of, nothing.
    pub fn store(&self, tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), SettingRefusal> {
        let before = Self::load(tx, ctx.account)?;
        self.account.store(tx, ctx).map_err(of_account)?;
        self.imports.store(tx, ctx).map_err(of_imports)?;
        if self.cards != before.cards {
            self.cards.store(tx, ctx).map_err(of_cards)?;
        }
        if self.photos != before.photos {
            self.photos.store(tx, ctx).map_err(of_photos)?;
        }
        if self.document_megabytes != before.document_megabytes {
            let set = documents::set_limit_mb(tx, ctx, self.document_megabytes);
            set.map_err(of_documents)?;
        }
        if self.invitations != before.invitations {
            self.invitations.store(tx, ctx).map_err(of_invitations)?;
        }
        if self.rules != before.rules {
            rules::set(tx, ctx, self.rules).map_err(of_rules)?;
        }
        if self.two_factor != before.two_factor {
            let required = two_factor::require(tx, ctx, &self.two_factor);
            required.map_err(|refusal| match refusal {
                RequireRefusal::Forbidden(forbidden) => SettingRefusal::Forbidden(forbidden),
                RequireRefusal::Db(error) => SettingRefusal::Db(error),
            })?;
        }
        if self.early != before.early {
            let Early {
                link,
                version,
                released,
            } = &self.early;
            let parsed = EarlySettings::parse(link, version, released).map_err(of_early)?;
            early::store(tx, ctx, &parsed).map_err(of_early)?;
        }
        Ok(())
    }
}

/// "3,7"
fn joined(parts: &[impl ToString]) -> String {
    let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
    parts.join(",")
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split([',', ';', ' ']).map(str::trim);
    parts.filter(|part| !part.is_empty())
}

fn version(setting: Setting, text: &str) -> Result<String, SettingRefusal> {
    if !text.is_empty() {
        let version = text.parse::<Version>();
        version.map_err(|error| wrong(setting, error))?;
    }
    Ok(text.to_owned())
}

fn of_account(refusal: SettingsRefusal) -> SettingRefusal {
    match refusal {
        SettingsRefusal::Forbidden(forbidden) => forbidden.into(),
        SettingsRefusal::Db(error) => error.into(),
        SettingsRefusal::Wrong { key, words } => wrong(Setting::Account(key), words),
    }
}

fn of_imports(refusal: ImportSettingsRefusal) -> SettingRefusal {
    match refusal {
        ImportSettingsRefusal::Forbidden(forbidden) => forbidden.into(),
        ImportSettingsRefusal::Db(error) => error.into(),
        bounds @ ImportSettingsRefusal::Bounds => wrong(Setting::MostPercent, bounds),
    }
}

fn of_cards(refusal: CardRefusal) -> SettingRefusal {
    match refusal {
        CardRefusal::Forbidden(forbidden) => forbidden.into(),
        CardRefusal::Db(error) => error.into(),
        other => wrong(Setting::CardDays, other),
    }
}

fn of_photos(refusal: PhotoRefusal) -> SettingRefusal {
    match refusal {
        PhotoRefusal::Forbidden(forbidden) => forbidden.into(),
        PhotoRefusal::Db(error) => error.into(),
        other => wrong(Setting::PhotoMegabytes, other),
    }
}

fn of_documents(refusal: DocumentError) -> SettingRefusal {
    match refusal {
        DocumentError::Forbidden(forbidden) => forbidden.into(),
        DocumentError::Db(error) => error.into(),
        other => wrong(Setting::DocumentMegabytes, other),
    }
}

fn of_invitations(refusal: InviteError) -> SettingRefusal {
    match refusal {
        InviteError::Forbidden(forbidden) => forbidden.into(),
        InviteError::Db(error) => error.into(),
        days @ InviteError::Days => wrong(Setting::InvitationDays, days),
        other => wrong(Setting::InvitationReminders, other),
    }
}

fn of_rules(refusal: RulesRefusal) -> SettingRefusal {
    match refusal {
        RulesRefusal::Forbidden(forbidden) => forbidden.into(),
        RulesRefusal::Db(error) => error.into(),
        sessions @ RulesRefusal::Sessions => wrong(Setting::SessionLimit, sessions),
        other => wrong(Setting::PasswordChars, other),
    }
}

fn of_early(refusal: EarlyRefusal) -> SettingRefusal {
    match refusal {
        EarlyRefusal::Forbidden(forbidden) => forbidden.into(),
        EarlyRefusal::Db(error) => error.into(),
        version @ EarlyRefusal::Version(_) => wrong(Setting::EarlyVersion, version),
        other => wrong(Setting::EarlyLink, other),
    }
}
