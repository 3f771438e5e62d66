//! What new imports of an account begin with, and from when on a plan asks for its number.
//!
//! A preset with a name of its own keeps its rules, since it is there for them; the account's are
//! those of an import in general.

use db::{Tx, from_row, params, sql};
use directory::{Action, Ctx, Forbidden, activity, settings::change};
use kernel::AccountId;

use crate::{
    Imports, Refusal, Settings,
    guard::{self, Limits},
    settings::{BadRows, Existing, Preset, UnknownGroup},
    store,
};

/// Imports looked at when limits are changed.
const LOOKED_AT: i64 = 20;

/// What new imports of an account begin with, and the limits of their plans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportSettings {
    /// What happens to known people, unless the preset says so.
    pub existing: Option<Existing>,
    /// What happens when rows are bad.
    pub bad_rows: Option<BadRows>,
    /// What happens to unknown groups.
    pub unknown_group: Option<UnknownGroup>,
    /// Above what a plan asks for its number.
    pub limits: Limits,
}

/// How many of the last imports asked for a number, and how many would with other limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Imports with a plan.
    pub of: i64,
    /// Those that ask with the limits as they are.
    pub now: i64,
    /// Those that would ask.
    pub then: i64,
}

/// Why settings of imports were not stored.
#[derive(Debug, thiserror::Error)]
pub enum ImportSettingsRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A limit out of its bounds.
    #[error("the limits are 0 to 100 percent, and 0 to 1,000,000 people and cards")]
    Bounds,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

struct Stored {
    existing: Option<String>,
    bad_rows: Option<String>,
    unknown_group: Option<String>,
    most_percent: i64,
    most_people: i64,
    most_cards: i64,
}

from_row!(Stored {
    existing,
    bad_rows,
    unknown_group,
    most_percent,
    most_people,
    most_cards
});

impl ImportSettings {
    /// The settings of an account.
    pub fn load(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Self> {
        let stored: Option<Stored> = tx.fetch_optional(sql!("usual/find"), params![account])?;
        Ok(stored.map_or_else(Self::default, |stored| Self {
            existing: stored.existing.as_deref().and_then(Existing::parse),
            bad_rows: stored.bad_rows.as_deref().and_then(BadRows::parse),
            unknown_group: stored
                .unknown_group
                .as_deref()
                .and_then(UnknownGroup::parse),
            limits: Limits {
                percent: stored.most_percent,
                people: stored.most_people,
                cards: stored.most_cards,
            },
        }))
    }

    /// Stores them; the log says what was and what is. Nothing is written if nothing differs.
    pub fn store(&self, tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), ImportSettingsRefusal> {
        ctx.require(Action::EditSettings)?;
        if !self.limits.are_possible() {
            return Err(ImportSettingsRefusal::Bounds);
        }
        let before = Self::load(tx, ctx.account)?.told();
        let changes: Vec<String> = before
            .iter()
            .zip(self.told())
            .filter(|(before, after)| before.1 != after.1)
            .map(|(before, after)| change(before.0, &before.1, &after.1))
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        tx.execute(
            sql!("usual/store"),
            params![
                ctx.account,
                self.existing.map(Existing::as_str),
                self.bad_rows.map(BadRows::as_str),
                self.unknown_group.map(UnknownGroup::as_str),
                self.limits.percent,
                self.limits.people,
                self.limits.cards
            ],
        )?;
        activity::record(tx, ctx, "account.settings", None, &changes.join("; "))?;
        Ok(())
    }

    fn told(&self) -> [(&'static str, String); 6] {
        let usual = self.start(Preset::General);
        [
            (
                "People already in the directory",
                usual.existing.as_str().to_owned(),
            ),
            (
                "Rows that cannot be imported",
                usual.bad_rows.as_str().to_owned(),
            ),
            ("Unknown groups", usual.unknown_group.as_str().to_owned()),
            (
                "Percent deactivated without asking",
                self.limits.percent.to_string(),
            ),
            (
                "People deactivated without asking",
                self.limits.people.to_string(),
            ),
            ("Cards moved without asking", self.limits.cards.to_string()),
        ]
    }

    /// What a new import begins with.
    pub fn start(&self, preset: Preset) -> Settings {
        let mut settings = Settings::of(preset);
        if preset == Preset::General {
            settings.existing = self.existing.unwrap_or(settings.existing);
            settings.bad_rows = self.bad_rows.unwrap_or(settings.bad_rows);
            settings.unknown_group = self.unknown_group.unwrap_or(settings.unknown_group);
        }
        settings
    }

    /// What other limits would have meant for the last 20 imports.
    pub fn asked(tx: &mut Tx<'_>, account: AccountId, limits: Limits) -> db::Result<Asked> {
        let now = Self::load(tx, account)?.limits;
        let mut asked = Asked {
            of: 0,
            now: 0,
            then: 0,
        };
        for import in store::page(tx, account, None, LOOKED_AT)? {
            if let Some(plan) = &import.plan {
                asked.of += 1;
                asked.now += i64::from(guard::of(plan, now).is_some());
                asked.then += i64::from(guard::of(plan, limits).is_some());
            }
        }
        Ok(asked)
    }
}

impl Imports {
    /// What a new import of the account begins with.
    pub fn usual(&self, ctx: &Ctx, preset: Preset) -> Result<Settings, Refusal> {
        let usual = self
            .db
            .read_blocking(|tx| ImportSettings::load(tx, ctx.account))?;
        Ok(usual.start(preset))
    }
}
