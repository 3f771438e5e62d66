//! The report on users as one document: the numbers as numbers, for programs.

use directory::reports::UsersReport;
use serde_json::{Map, Value, json};

/// The whole report, as the API and `muster report users --json` have it.
pub fn users_report(report: &UsersReport) -> Value {
    let (seen, invited) = (report.sign_ins, report.invitations);
    let weeks: Vec<Value> = report
        .weeks
        .iter()
        .map(|week| json!({ "monday": week.monday, "submitted": week.submitted, "edited": week.edited }))
        .collect();
    let people: Vec<Value> = report
        .people
        .iter()
        .map(|one| {
            let by_week: Vec<Value> = report
                .weeks
                .iter()
                .zip(&one.weeks)
                .map(|(week, (submitted, edited))| json!({ "monday": week.monday, "submitted": submitted, "edited": edited }))
                .collect();
            json!({
                "user": one.user, "name": one.name, "submitted": one.submitted, "edited": one.edited,
                "weeks": by_week,
            })
        })
        .collect();
    let versions: Vec<Value> = report
        .versions
        .iter()
        .map(|one| {
            json!({
                "version": one.version, "people": one.people, "devices": one.devices,
                "is_outdated": one.is_outdated,
            })
        })
        .collect();
    let mut all = Map::new();
    all.insert("at".to_owned(), json!(report.at));
    all.insert(
        "sign_ins".to_owned(),
        json!({
            "day": seen.day, "week": seen.week, "month": seen.month, "long_ago": seen.long_ago, "never": seen.never,
        }),
    );
    all.insert("weeks".to_owned(), Value::Array(weeks));
    all.insert("people".to_owned(), Value::Array(people));
    all.insert(
        "invitations".to_owned(),
        json!({
            "sent": invited.sent, "accepted": invited.accepted, "open": invited.open,
            "expired": invited.expired, "returned": invited.returned, "withdrawn": invited.withdrawn,
        }),
    );
    all.insert("versions".to_owned(), Value::Array(versions));
    all.insert("released".to_owned(), json!(report.released));
    all.insert("outdated".to_owned(), json!(report.outdated));
    Value::Object(all)
}
