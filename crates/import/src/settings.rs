//! What an operator chooses for one import. Presets only start it; everything stays editable.

use directory::{Action, Ctx, users::KeyKind};
use kernel::{CardRadix, Code, DateOrder};
use serde::{Deserialize, Serialize};

use crate::{Refusal, Scope, mapping::SplitAt, options::FieldOptions, values::ValueRule};

/// Declares an enum whose variants have a stable name, used on the command line, in JSON and in forms.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {$(
            $(#[$vdoc])*
            #[serde(rename = $text)]
            $variant,
        )+}

        impl $name {
            /// Every choice.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$variant => $text,)+}
            }

            /// The choice with this name.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.as_str() == text)
            }
        }
    };
}

named! {
    /// A named start for an import (IMPORT.md, presets).
    Preset {
        /// Everything on.
        General = "general",
        /// S0: name, phone, notes; invitations follow.
        Invite = "invite",
        /// S1 and S2: name, e-mail, groups.
        Team = "team",
        /// S3: roles, modules and teams; nothing unless all rows are good.
        Roles = "roles",
        /// S4: people with cards.
        Cards = "cards",
    }
}

named! {
    /// Whether people may be added, changed, or both.
    Mode {
        /// Add new people and update known ones.
        AddUpdate = "add-update",
        /// Only add; known people are skipped.
        Add = "add",
        /// Only update; unknown people are skipped.
        Update = "update",
        /// Add and update, and deactivate the people of the scope who are not in the file.
        Match = "match",
    }
}

named! {
    /// What happens to a person who is in the directory already.
    Existing {
        /// The row is skipped.
        Skip = "skip",
        /// Only blank fields are filled.
        Keep = "keep",
        /// The file wins.
        Overwrite = "overwrite",
    }
}

named! {
    /// What happens to a person of the file who is deactivated (UX.md 6, Reactivation).
    #[derive(Default)]
    Former {
        /// They are updated and stay deactivated.
        #[default]
        Leave = "leave",
        /// They come back, without the access and the cards they had.
        Fresh = "fresh",
        /// They come back with what they still have.
        Restore = "restore",
        /// The row is skipped.
        Skip = "skip",
    }
}

named! {
    /// What happens when a row's card is held by somebody else (UX.md 6).
    #[derive(Default)]
    CardHeld {
        /// The row cannot be imported; what imports did before there was a choice.
        #[default]
        Refuse = "refuse",
        /// The card stays where it is, and the person is imported without it.
        Leave = "leave",
        /// The holder loses the card, and the row's person gets it.
        Move = "move",
    }
}

named! {
    /// Whose value of one field counts for a person who is in the directory already.
    Way {
        /// The file's.
        File = "file",
        /// The directory's.
        Ours = "ours",
        /// The directory's unless it is blank.
        Blank = "blank",
    }
}

named! {
    /// What a blank cell means.
    #[derive(Default)]
    Blank {
        /// Nothing: what is there stays.
        #[default]
        Leave = "leave",
        /// What is there goes.
        Clear = "clear",
    }
}

named! {
    /// What the names of a list cell do.
    #[derive(Default)]
    ListWay {
        /// They are added to what a person has.
        #[default]
        Add = "add",
        /// They take the place of what a person has.
        Replace = "replace",
        /// They are taken away from what a person has.
        Remove = "remove",
    }
}

named! {
    /// What happens when some rows cannot be imported.
    BadRows {
        /// The good rows are imported.
        Skip = "skip",
        /// Nothing is imported.
        Stop = "stop",
    }
}

named! {
    /// What happens to a group the account does not have. Unknown teams are always an error.
    UnknownGroup {
        /// It is created.
        Create = "create",
        /// The row cannot be imported.
        Error = "error",
    }
}

named! {
    /// What people are recognised by. Names are never a key.
    MatchKey {
        /// The organisation's own id.
        ExternalId = "external_id",
        /// The e-mail address, whatever its case.
        Email = "email",
        /// The phone number.
        Phone = "phone",
        /// The number of a live card.
        CardId = "card_id",
    }
}

impl MatchKey {
    /// The directory's name for it.
    pub const fn kind(self) -> KeyKind {
        match self {
            Self::ExternalId => KeyKind::ExternalId,
            Self::Email => KeyKind::Email,
            Self::Phone => KeyKind::Phone,
            Self::CardId => KeyKind::Card,
        }
    }
}

/// The date order with this name: ymd, dmy or mdy.
pub fn date_order(name: &str) -> Option<DateOrder> {
    serde_json::from_value(name.into()).ok()
}

/// The way of writing card numbers with this name: decimal or hex.
pub fn card_radix(name: &str) -> Option<CardRadix> {
    serde_json::from_value(name.into()).ok()
}

/// Which rows are wanted (S1.17): all but the ticked off, or only the ticked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Picks {
    /// Picked rows are left out.
    #[default]
    AllExcept,
    /// Only picked rows are imported.
    Only,
}

/// A column that fills two fields: its cells are split at a separator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitRule {
    /// The column's header.
    pub header: String,
    /// Key of the field before the separator.
    pub before: String,
    /// The separator.
    pub separator: String,
    /// Which separator it is, if a cell has several.
    pub at: SplitAt,
    /// Key of the field after the separator.
    pub after: String,
}

/// What an operator says about the file itself; what is left open is detected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileChoices {
    /// Encoding by any of its usual names.
    pub encoding: Option<String>,
    /// Delimiter; `\t` for the tab.
    pub delimiter: Option<String>,
    /// Quote character; `none` when nothing quotes.
    pub quote: Option<String>,
    /// Row of the header from 1; `none` when there is none.
    pub header_row: Option<String>,
    /// Sheet by name or number from 1.
    pub sheet: Option<String>,
}

/// Everything an operator chooses for one import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The preset it began with.
    pub preset: Preset,
    /// Add, update or both.
    pub mode: Mode,
    /// Who is deactivated when the file does not have them; only with [`Mode::Match`].
    #[serde(default)]
    pub scope: Option<Scope>,
    /// What happens to known people.
    pub existing: Existing,
    /// What happens to people of the file who are deactivated.
    #[serde(default)]
    pub former: Former,
    /// What happens to cards that somebody else holds.
    #[serde(default)]
    pub card_held: CardHeld,
    /// What happens when rows are bad.
    pub bad_rows: BadRows,
    /// What happens to unknown groups.
    pub unknown_group: UnknownGroup,
    /// Keys in the order of trust.
    pub match_keys: Vec<MatchKey>,
    /// Country whose national phone numbers are understood; the account's when not given.
    pub default_country: Option<String>,
    /// Order of dates; when not given, ambiguous dates are refused.
    pub date_order: Option<DateOrder>,
    /// How card numbers are written.
    pub card_radix: CardRadix,
    /// Start of validity for cards without one of their own.
    pub card_start: Option<String>,
    /// End of validity for cards without one of their own.
    pub card_end: Option<String>,
    /// Values for fields the file does not fill: field key and value.
    pub defaults: Vec<(String, String)>,
    /// Columns mapped by hand: header and field key.
    pub map: Vec<(String, String)>,
    /// Headers of columns left out by hand.
    pub ignore: Vec<String>,
    /// The file's format as far as it was chosen.
    pub file: FileChoices,
    /// Which rows are wanted.
    pub picks: Picks,
    /// Kinds of values that are not brought into their standard form: the code under which that would
    /// be listed, and the field.
    #[serde(default)]
    pub as_written: Vec<(Code, String)>,
    /// What values of list columns mean.
    #[serde(default)]
    pub values: Vec<ValueRule>,
    /// The run halts after so many rows to be looked at, at most 10,000; not when nothing is left.
    #[serde(default)]
    pub pause_after: Option<i64>,
    /// Somebody has seen that many rows cannot be written, and wants to go on all the same.
    #[serde(default)]
    pub past_failures: bool,
    /// What is done with single fields.
    #[serde(default)]
    pub options: Vec<FieldOptions>,
    /// Columns that are split.
    #[serde(default)]
    pub splits: Vec<SplitRule>,
}

impl Settings {
    /// The settings a preset starts with.
    pub fn of(preset: Preset) -> Self {
        let keys = match preset {
            Preset::General | Preset::Cards => {
                vec![MatchKey::ExternalId, MatchKey::Email, MatchKey::Phone]
            }
            Preset::Invite => vec![MatchKey::Phone],
            Preset::Team | Preset::Roles => vec![MatchKey::Email],
        };
        Self {
            preset,
            mode: Mode::AddUpdate,
            scope: None,
            former: Former::Leave,
            card_held: if preset == Preset::Roles {
                CardHeld::Refuse
            } else {
                CardHeld::Leave
            },
            existing: if preset == Preset::Invite {
                Existing::Skip
            } else {
                Existing::Overwrite
            },
            bad_rows: if preset == Preset::Roles {
                BadRows::Stop
            } else {
                BadRows::Skip
            },
            unknown_group: if preset == Preset::Roles {
                UnknownGroup::Error
            } else {
                UnknownGroup::Create
            },
            match_keys: keys,
            default_country: None,
            date_order: None,
            card_radix: CardRadix::Decimal,
            card_start: None,
            card_end: None,
            defaults: Vec::new(),
            map: Vec::new(),
            ignore: Vec::new(),
            file: FileChoices::default(),
            picks: Picks::AllExcept,
            as_written: Vec::new(),
            values: Vec::new(),
            pause_after: None,
            past_failures: false,
            options: Vec::new(),
            splits: Vec::new(),
        }
    }

    /// Whether somebody may choose them.
    pub(crate) fn require_rights(&self, ctx: &Ctx) -> Result<(), Refusal> {
        if self.card_held == CardHeld::Move {
            ctx.require(Action::ManageCards)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_start_as_their_source_documents_say() {
        let roles = Settings::of(Preset::Roles);
        assert_eq!(roles.bad_rows, BadRows::Stop);
        assert_eq!(roles.unknown_group, UnknownGroup::Error);
        let team = Settings::of(Preset::Team);
        assert_eq!(team.match_keys, [MatchKey::Email]);
        assert_eq!(team.unknown_group, UnknownGroup::Create);
        assert_eq!(Settings::of(Preset::Invite).existing, Existing::Skip);
    }

    #[test]
    fn names_are_the_ones_of_the_command_line() {
        assert_eq!(Mode::parse("add-update"), Some(Mode::AddUpdate));
        assert_eq!(MatchKey::parse("name"), None);
        let json = serde_json::to_string(&Settings::of(Preset::General)).unwrap();
        assert_eq!(
            serde_json::from_str::<Settings>(&json).unwrap(),
            Settings::of(Preset::General)
        );
    }
}
