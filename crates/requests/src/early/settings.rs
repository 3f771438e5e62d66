//! The account's early version: where it is, and whether the released one has caught up.

use db::{Tx, from_row, params, sql};
use directory::{Action, Ctx, activity, notifications};
use kernel::{AccountId, UserId};
use url::Url;

use super::{EarlyRefusal, EarlyState};
use crate::Version;

const LONGEST_LINK: usize = 500;

/// What an account says about its early version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EarlySettings {
    /// Where it is installed from.
    pub link: Option<String>,
    /// What it is called.
    pub version: Option<Version>,
    /// The version that everybody gets.
    pub released: Option<Version>,
}

struct Stored {
    early_link: Option<String>,
    early_version: Option<String>,
    released_version: Option<String>,
}

from_row!(Stored {
    early_link,
    early_version,
    released_version
});

impl EarlySettings {
    /// Understands what was typed; blank is none.
    pub fn parse(link: &str, version: &str, released: &str) -> Result<Self, EarlyRefusal> {
        let typed = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some),
        };
        let settings = Self {
            link: Some(link.trim())
                .filter(|link| !link.is_empty())
                .map(str::to_owned),
            version: typed(version)?,
            released: typed(released)?,
        };
        if let Some(link) = &settings.link {
            let is_address = Url::parse(link).is_ok_and(|url| {
                url.scheme() == "https" && url.host_str().is_some() && url.username().is_empty()
            });
            if !is_address
                || link.len() > LONGEST_LINK
                || link.chars().any(|c| c.is_whitespace() || c.is_control())
            {
                return Err(EarlyRefusal::Link);
            }
        }
        if settings.link.is_some() != settings.version.is_some() {
            return Err(EarlyRefusal::Incomplete);
        }
        Ok(settings)
    }

    /// The account's settings.
    pub fn load(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Self> {
        let stored: Stored = tx.fetch_one(sql!("early/settings"), params![account])?;
        let version = |text: Option<String>| text.and_then(|text| text.parse().ok());
        Ok(Self {
            link: stored.early_link,
            version: version(stored.early_version),
            released: version(stored.released_version),
        })
    }

    /// The link and version there are to have, unless the released version has caught up.
    pub fn offered(&self) -> Result<(&str, &Version), EarlyRefusal> {
        let (Some(link), Some(version)) = (&self.link, &self.version) else {
            return Err(EarlyRefusal::NoVersion);
        };
        if self.has_caught_up() {
            return Err(EarlyRefusal::Released);
        }
        Ok((link, version))
    }

    /// Whether the released version is as new as the early one.
    pub fn has_caught_up(&self) -> bool {
        match (&self.version, &self.released) {
            (Some(early), Some(released)) => released >= early,
            (Some(_), None) | (None, _) => false,
        }
    }
}

/// Stores the settings. Once the released version has caught up, open early access expires, and each of its people is
/// told so once; returns how many.
pub fn store(tx: &mut Tx<'_>, ctx: &Ctx, settings: &EarlySettings) -> Result<usize, EarlyRefusal> {
    ctx.require(Action::EditSettings)?;
    let text =
        |version: &Option<Version>| version.as_ref().map(|version| version.as_str().to_owned());
    let (early, released) = (text(&settings.version), text(&settings.released));
    tx.execute(
        sql!("early/store"),
        params![
            ctx.account,
            settings.link,
            early,
            released,
            settings.released.as_ref().map(Version::key)
        ],
    )?;
    let details = format!(
        "early version {}, released version {}",
        early.as_deref().unwrap_or("none"),
        released.as_deref().unwrap_or("not said"),
    );
    activity::record(tx, ctx, "early_access.settings", None, &details)?;
    if !settings.has_caught_up() {
        // Whoever has the early version gets the next one by the same link.
        if let Some(early) = early {
            tx.execute(sql!("early/move"), params![ctx.account, early])?;
        }
        return Ok(0);
    }
    let open: Vec<(UserId, String)> = tx.fetch(sql!("early/open"), params![ctx.account])?;
    if open.is_empty() {
        return Ok(0);
    }
    tx.execute(sql!("early/expire"), params![ctx.account, ctx.now()])?;
    let (early, released) = (early.unwrap_or_default(), released.unwrap_or_default());
    let rest = format!(
        "the released version {released} has everything in it. Install that one from the store."
    );
    for (state, words) in [
        (
            EarlyState::Approved,
            format!("Your early access to version {early} has expired: {rest}"),
        ),
        (
            EarlyState::Requested,
            format!("You asked for version {early}: {rest}"),
        ),
    ] {
        let those = open.iter().filter(|(_, theirs)| theirs == state.as_str());
        let people: Vec<UserId> = those.map(|(user, _)| *user).collect();
        notifications::add_to_many(tx, ctx, &people, "early_access.expired", None, &words)?;
    }
    let details = format!("{} people, by version {released}", open.len());
    activity::record(tx, ctx, "early_access.expire", None, &details)?;
    Ok(open.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(version: &str, released: &str) -> EarlySettings {
        EarlySettings::parse("https://testflight.apple.com/join/x", version, released).unwrap()
    }

    #[test]
    fn only_addresses_by_https_are_links() {
        for link in [
            "http://x.example",
            "javascript:alert(1)",
            "https://",
            "https://maria@x.example/",
            "https://x.example/ y",
            "x.example",
        ] {
            assert!(
                matches!(EarlySettings::parse(link, "1", ""), Err(EarlyRefusal::Link)),
                "{link}"
            );
        }
        let long = format!("https://x.example/{}", "a".repeat(LONGEST_LINK));
        assert!(EarlySettings::parse(&long, "1", "").is_err());
        assert!(EarlySettings::parse("https://x.example", "", "").is_err());
        assert!(EarlySettings::parse("", "1", "").is_err());
        assert_eq!(
            EarlySettings::parse(" ", "", " ").unwrap(),
            EarlySettings::default()
        );
    }

    #[test]
    fn a_version_is_offered_until_the_released_one_has_caught_up() {
        assert!(settings("2.10", "2.9").offered().is_ok());
        assert!(settings("2.10", "").offered().is_ok());
        assert!(matches!(
            settings("2.10", "2.10.0").offered(),
            Err(EarlyRefusal::Released)
        ));
        assert!(matches!(
            settings("2.9", "2.10").offered(),
            Err(EarlyRefusal::Released)
        ));
        assert!(matches!(
            EarlySettings::default().offered(),
            Err(EarlyRefusal::NoVersion)
        ));
    }
}
