//! Access in words: its type, its hours and window, and how it stands.

use directory::access::{Standing, UserAccess};
use jiff::tz::TimeZone;
use kernel::{AccessType, Timestamp};

use crate::{badge::Badge, choice::Choice, format, icon::Icon};

impl From<Standing> for Badge {
    fn from(standing: Standing) -> Self {
        let (tone, icon, text) = match standing {
            Standing::Active => ("good", Icon::Done, "Active"),
            Standing::Pending => ("info", Icon::Mail, "Pending"),
            Standing::Expired => ("still", Icon::Clock, "Expired"),
            Standing::Deactivated => ("still", Icon::Off, "Deactivated"),
            Standing::Revoked => ("bad", Icon::Close, "Revoked"),
        };
        Self { tone, icon, text }
    }
}

/// A type of access as people read it.
pub(super) const fn kind_name(kind: AccessType) -> &'static str {
    match kind {
        AccessType::Owner => "Owner",
        AccessType::Full => "Full",
        AccessType::Tenant => "Tenant",
        AccessType::Always => "Always",
        AccessType::Repeat => "Repeat",
        AccessType::Temporary => "Temporary",
    }
}

/// What a type of access permits.
const fn kind_help(kind: AccessType) -> &'static str {
    match kind {
        AccessType::Owner => "Everything, and hands the device over",
        AccessType::Full => "Always; invites others, manages people and settings",
        AccessType::Tenant => "Always; invites guests for a short time",
        AccessType::Always => "At any time; invites nobody",
        AccessType::Repeat => "On certain days and hours of the week",
        AccessType::Temporary => "Until a moment, then it ends by itself",
    }
}

/// The types as choices.
pub(super) fn kinds(kinds: &[AccessType], chosen: &str) -> Vec<Choice> {
    kinds
        .iter()
        .map(|kind| {
            Choice::new(kind.as_str(), kind_name(*kind), kind.as_str() == chosen)
                .help(kind_help(*kind))
        })
        .collect()
}

/// "Mon-Fri 09:00-17:00; until 4 Mar 2025, 18:00", "At any time".
pub(super) fn when(
    schedule: Option<&str>,
    starts: Option<Timestamp>,
    ends: Option<Timestamp>,
    zone: &TimeZone,
) -> String {
    let window = window(starts, ends, zone);
    match (schedule, starts.or(ends)) {
        (None, None) => "At any time".to_owned(),
        (None, Some(_)) => window,
        (Some(hours), None) => hours.to_owned(),
        (Some(hours), Some(_)) => format!("{hours}; {}", lower(&window)),
    }
}

/// "3 Mar 2025, 08:00 to 4 Mar 2025, 18:00"
pub(crate) fn window(
    starts: Option<Timestamp>,
    ends: Option<Timestamp>,
    zone: &TimeZone,
) -> String {
    let shown = |at| format::moment(at, zone).shown;
    match (starts.map(shown), ends.map(shown)) {
        (None, None) => "Always".to_owned(),
        (Some(from), None) => format!("From {from}"),
        (None, Some(until)) => format!("Until {until}"),
        (Some(from), Some(until)) => format!("{from} to {until}"),
    }
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

/// Taken away when and by whom.
pub(super) fn taken(revoked: Option<&(Timestamp, String)>, zone: &TimeZone) -> String {
    revoked.map_or_else(String::new, |(at, who)| {
        format!("{} by {who}", format::moment(*at, zone).shown)
    })
}

/// "15 minutes", "6 hours", "1 day".
pub(super) fn minutes(minutes: i64) -> String {
    match (minutes % 1440, minutes % 60) {
        (0, _) => format::counted(minutes / 1440, "day", "days"),
        (_, 0) => format::counted(minutes / 60, "hour", "hours"),
        _ => format::counted(minutes, "minute", "minutes"),
    }
}

/// A line of somebody's access.
#[derive(Debug)]
pub(crate) struct AccessLine {
    pub(crate) device: String,
    pub(crate) kind: &'static str,
    pub(crate) when: String,
    pub(crate) badge: Badge,
    pub(crate) taken: String,
    pub(crate) notes: String,
    pub(crate) inviter: String,
    /// Where the device's people are, for those who may see them.
    pub(crate) link: Option<String>,
    /// Where it is changed and revoked.
    pub(crate) manage: Option<String>,
}

impl AccessLine {
    /// A line without notes and links: what a person may see of their own.
    pub(crate) fn new(access: &UserAccess, zone: &TimeZone) -> Self {
        Self {
            device: access.name.clone(),
            kind: kind_name(access.kind),
            when: when(
                access.schedule.as_deref(),
                access.starts_at,
                access.ends_at,
                zone,
            ),
            badge: Badge::from(access.standing),
            taken: taken(access.revoked.as_ref(), zone),
            notes: String::new(),
            inviter: String::new(),
            link: None,
            manage: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_windows_are_for_people() {
        let at = |seconds: i64| Some(Timestamp::from_micros(seconds * 1_000_000));
        let utc = TimeZone::UTC;
        assert_eq!(when(None, None, None, &utc), "At any time");
        assert_eq!(
            when(Some("Mon 09:00-17:00"), None, None, &utc),
            "Mon 09:00-17:00"
        );
        assert_eq!(
            when(Some("Mon 09:00-17:00"), None, at(0), &utc),
            "Mon 09:00-17:00; until 1 Jan 1970, 00:00"
        );
        for (length, words) in [
            (15, "15 minutes"),
            (60, "1 hour"),
            (90, "90 minutes"),
            (4320, "3 days"),
        ] {
            assert_eq!(minutes(length), words);
        }
    }
}
