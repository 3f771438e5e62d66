//! `/reports`: the report on users.

use askama::Template;
use axum::extract::State;
use directory::{
    accounts,
    reports::{self, Part, ReportError, UsersReport},
};

use super::{
    chart::Chart,
    weeks::{Matrix, matrix},
};
use crate::{
    app::App,
    failure::Failure,
    format::{Moment, count, counted, moment, zone},
    guard::Visitor,
    page::{Page, Section, Shell},
};

/// People shown of those who did something with documents; the file has more.
const PEOPLE_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "reports/users.html")]
pub(crate) struct ReportPage {
    shell: Shell,
    at: Moment,
    parts: Vec<PartShown>,
}

/// A part: chart and table of the same numbers.
struct PartShown {
    name: &'static str,
    title: &'static str,
    help: String,
    chart: Option<Chart>,
    headings: &'static [&'static str],
    rows: Vec<Row>,
    /// Instead of the rows: the people, week by week.
    matrix: Option<Matrix>,
    /// What is said instead of an empty table.
    nothing: &'static str,
}

struct Row {
    name: String,
    numbers: Vec<String>,
    /// Whose numbers these are, as a list.
    link: Option<String>,
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Forbidden(_) => Self::Forbidden,
            ReportError::Db(error) => error.into(),
        }
    }
}

/// `GET /reports`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Page<ReportPage>, Failure> {
    app.db
        .read(move |tx| {
            let report = reports::users(tx, &visitor.ctx)?;
            let zone = zone(&accounts::get(tx, visitor.ctx.account)?.time_zone);
            Ok::<_, Failure>(ReportPage {
                shell: Shell::load(tx, &visitor, Section::Reports)?,
                at: moment(report.at, &zone),
                parts: Part::ALL
                    .into_iter()
                    .map(|part| shown(&report, part))
                    .collect(),
            })
        })
        .await
        .map(Page)
}

fn shown(report: &UsersReport, part: Part) -> PartShown {
    let table = report.table(part);
    let links = links(report, part);
    let mut rows: Vec<Row> = table
        .rows
        .iter()
        .enumerate()
        .map(|(place, cells)| {
            let name = cells.first().map(String::as_str).unwrap_or_default();
            let number = |cell: &String| cell.parse().map_or_else(|_| cell.clone(), count);
            Row {
                name: if name.is_empty() {
                    "Somebody who is no longer here".to_owned()
                } else {
                    name.to_owned()
                },
                numbers: cells.iter().skip(1).map(number).collect(),
                link: links.get(place).cloned().flatten(),
            }
        })
        .collect();
    rows.truncate(match part {
        Part::People => PEOPLE_SHOWN,
        Part::PeopleWeeks => 1,
        Part::SignIns | Part::Weeks | Part::Invitations | Part::Versions => usize::MAX,
    });
    PartShown {
        name: part.as_str(),
        title: part.title(),
        help: help(report, part),
        chart: chart(report, part),
        headings: table.headings,
        nothing: nothing(part),
        matrix: (part == Part::PeopleWeeks)
            .then(|| matrix(report, PEOPLE_SHOWN))
            .flatten(),
        rows,
    }
}

/// Where the people of each row are listed, if the list has a filter for them.
fn links(report: &UsersReport, part: Part) -> Vec<Option<String>> {
    let users = |query: &str| Some(format!("/users?{query}"));
    match part {
        Part::SignIns => vec![
            users("seen=day"),
            users("seen=week"),
            users("seen=month"),
            users("seen=long_ago"),
            users("seen=never"),
        ],
        Part::Weeks | Part::PeopleWeeks | Part::Versions => Vec::new(),
        Part::People => report
            .people
            .iter()
            .map(|one| {
                let there = !one.name.is_empty();
                there.then(|| format!("/users/{}/activity?what=documents", one.user))
            })
            .collect(),
        Part::Invitations => vec![
            None,
            None,
            users("invite=open"),
            users("invite=expired"),
            users("invite=returned"),
            None,
        ],
    }
}

fn help(report: &UsersReport, part: Part) -> String {
    match part {
        Part::SignIns => "Everybody who is not deleted".to_owned(),
        Part::Weeks => format!("The last {} weeks, each from Monday", reports::WEEKS),
        Part::People => {
            format!("In these {} weeks, most first; the file has up to 1,000 people", reports::WEEKS)
        }
        Part::PeopleWeeks => {
            "Submitted / edited in the week from each Monday, of those above; the file has a line for each person and week".to_owned()
        }
        Part::Invitations => {
            "The newest of everybody; one that came back is also counted by its link".to_owned()
        }
        Part::Versions => match &report.released {
            Some(released) => format!(
                "{} signed in with an older version than {released}",
                counted(report.outdated, "person is", "people are")
            ),
            None => "Which version is released is said in Settings → Early access; older ones are then marked"
                .to_owned(),
        },
    }
}

const fn nothing(part: Part) -> &'static str {
    match part {
        Part::SignIns | Part::Weeks | Part::Invitations => "",
        Part::People | Part::PeopleWeeks => "Nobody submitted or edited a document in these weeks.",
        Part::Versions => "Nobody is signed in with the app.",
    }
}

fn chart(report: &UsersReport, part: Part) -> Option<Chart> {
    let table = report.table(part);
    let line = |cells: &Vec<String>, columns: usize| {
        let numbers = cells.iter().skip(1).take(columns);
        let numbers = numbers.map(|cell| cell.parse().unwrap_or_default());
        (
            cells.first().cloned().unwrap_or_default(),
            numbers.collect(),
        )
    };
    let one = |id| {
        let lines: Vec<_> = table.rows.iter().map(|cells| line(cells, 1)).collect();
        Some(Chart::new(id, part.title(), &lines, None))
    };
    match part {
        Part::SignIns => one("chart-sign-ins"),
        Part::Invitations => one("chart-invitations"),
        Part::Weeks => {
            let lines: Vec<_> = table.rows.iter().map(|cells| line(cells, 2)).collect();
            let legend = Some(["Submitted", "Edited"]);
            Some(Chart::new("chart-weeks", part.title(), &lines, legend))
        }
        Part::Versions if !report.versions.is_empty() => {
            let lines: Vec<_> = report
                .versions
                .iter()
                .map(|one| {
                    let outdated = if one.is_outdated { " (outdated)" } else { "" };
                    (format!("{}{outdated}", one.version), vec![one.people])
                })
                .collect();
            Some(Chart::new("chart-versions", part.title(), &lines, None))
        }
        Part::Versions | Part::People | Part::PeopleWeeks => None,
    }
}
