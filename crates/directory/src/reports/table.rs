//! The parts of a report as tables: what a file and the command line show.

use super::UsersReport;

/// A part of the report on users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// When people signed in last.
    SignIns,
    /// Documents by week.
    Weeks,
    /// Documents by person.
    People,
    /// Documents by person and week.
    PeopleWeeks,
    /// What became of invitations.
    Invitations,
    /// Versions of the app.
    Versions,
}

impl Part {
    /// Every part, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::SignIns,
        Self::Weeks,
        Self::People,
        Self::PeopleWeeks,
        Self::Invitations,
        Self::Versions,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIns => "sign_ins",
            Self::Weeks => "weeks",
            Self::People => "people",
            Self::PeopleWeeks => "people_weeks",
            Self::Invitations => "invitations",
            Self::Versions => "versions",
        }
    }

    /// The part with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == name)
    }

    /// In words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SignIns => "Last sign-in",
            Self::Weeks => "Documents by week",
            Self::People => "Documents by person",
            Self::PeopleWeeks => "Documents by person and week",
            Self::Invitations => "Invitations",
            Self::Versions => "Versions of the app",
        }
    }
}

/// Headings and rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What the columns are called.
    pub headings: &'static [&'static str],
    /// The cells of each row.
    pub rows: Vec<Vec<String>>,
}

impl UsersReport {
    /// A part of it as a table.
    pub fn table(&self, part: Part) -> Table {
        let counted = |rows: &[(&str, i64)]| -> Vec<Vec<String>> {
            rows.iter()
                .map(|(words, count)| vec![(*words).to_owned(), count.to_string()])
                .collect()
        };
        match part {
            Part::SignIns => Table {
                headings: &["Last sign-in", "People"],
                rows: counted(&[
                    ("Within 24 hours", self.sign_ins.day),
                    ("1 to 7 days ago", self.sign_ins.week),
                    ("7 to 30 days ago", self.sign_ins.month),
                    ("Longer ago", self.sign_ins.long_ago),
                    ("Never", self.sign_ins.never),
                ]),
            },
            Part::Weeks => Table {
                headings: &["Week from", "Submitted", "Edited"],
                rows: self
                    .weeks
                    .iter()
                    .map(|week| {
                        let numbers = [week.submitted, week.edited].map(|count| count.to_string());
                        [vec![week.monday.to_string()], numbers.into()].concat()
                    })
                    .collect(),
            },
            Part::People => Table {
                headings: &["Person", "Submitted", "Edited"],
                rows: self
                    .people
                    .iter()
                    .map(|one| {
                        let numbers = [one.submitted, one.edited].map(|count| count.to_string());
                        [vec![one.name.clone()], numbers.into()].concat()
                    })
                    .collect(),
            },
            Part::PeopleWeeks => Table {
                headings: &["Person", "Week from", "Submitted", "Edited"],
                rows: self.people_weeks(),
            },
            Part::Invitations => Table {
                headings: &["Invitations", "People"],
                rows: counted(&[
                    ("Sent", self.invitations.sent),
                    ("Accepted", self.invitations.accepted),
                    ("Not accepted, link works", self.invitations.open),
                    ("Not accepted, link expired", self.invitations.expired),
                    ("Not accepted, came back", self.invitations.returned),
                    ("Withdrawn", self.invitations.withdrawn),
                ]),
            },
            Part::Versions => Table {
                headings: &["Version", "People", "Devices", "Outdated"],
                rows: self
                    .versions
                    .iter()
                    .map(|one| {
                        let outdated = if one.is_outdated { "yes" } else { "no" };
                        vec![
                            one.version.clone(),
                            one.people.to_string(),
                            one.devices.to_string(),
                            outdated.to_owned(),
                        ]
                    })
                    .collect(),
            },
        }
    }

    /// A row for every person and week in which they did something.
    fn people_weeks(&self) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for one in &self.people {
            for (week, (submitted, edited)) in self.weeks.iter().zip(&one.weeks) {
                if (*submitted, *edited) != (0, 0) {
                    rows.push(vec![
                        one.name.clone(),
                        week.monday.to_string(),
                        submitted.to_string(),
                        edited.to_string(),
                    ]);
                }
            }
        }
        rows
    }
}
