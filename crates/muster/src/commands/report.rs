//! What `muster import` and `muster imports` say of an import: for people, and as JSON.

use anyhow::Result;
use import::{Report, State};
use serde_json::Value;

use crate::output;

/// The answer of `--json`, also of `imports show`.
pub(crate) fn answer(report: &Report) -> Result<Value> {
    Ok(serde_json::to_value(report)?)
}

pub(crate) fn plan(report: &Report) {
    summary(report);
    let Some(plan) = &report.plan else {
        return;
    };
    for field in &plan.fields {
        let examples: Vec<String> = field
            .examples
            .iter()
            .map(|(before, after)| format!("{before:?} → {after:?}"))
            .collect();
        output::note(&format!(
            "  {} changes for {} people: {}",
            field.field,
            field.people,
            examples.join(", ")
        ));
    }
    for (field, people) in &plan.kept {
        output::note(&format!("  {field} is kept as it is for {people} people"));
    }
    if plan.new_group_count > 0 {
        output::note(&format!(
            "  {} new groups: {}",
            plan.new_group_count,
            plan.new_groups.join(", ")
        ));
    }
    for seat in &plan.seats {
        output::note(&format!(
            "  {}: needs {} seats, {} free",
            seat.label, seat.needed, seat.free
        ));
    }
    for (number, what) in [
        (plan.memberships_added, "places in groups and teams given"),
        (plan.memberships_removed, "places in groups and teams taken"),
        (plan.workflows_added, "people put into workflows"),
        (plan.workflows_removed, "people taken out of workflows"),
        (plan.grants, "accesses to devices given"),
        (plan.grants_removed, "accesses to devices taken away"),
        (plan.cards_added, "cards reserved"),
        (plan.cards_changed, "cards changed or replaced"),
        (plan.cards_moved, "cards taken from their holders"),
        (
            plan.cards_left,
            "cards left with others, whose rows are imported without them",
        ),
    ] {
        if number > 0 {
            output::note(&format!("  {number} {what}"));
        }
    }
    for card in &plan.moved {
        output::note(&format!(
            "    card {}: from {} to {} (row {})",
            card.number, card.from, card.to, card.row
        ));
    }
    if plan.reactivated > 0 {
        output::note(&format!(
            "  {} deactivated people come back",
            plan.reactivated
        ));
    }
    if plan.role_count > 0 {
        output::note(&format!(
            "  {} people get a role above user",
            plan.role_count
        ));
    }
    if let Some(guard) = &plan.guard {
        output::note(&format!(
            "  {} Confirm with --confirm {}.",
            guard.reason, guard.number
        ));
    }
}

/// Who is deactivated because the file does not have them.
fn say_departures(report: &Report) {
    let plan = report.plan.as_ref();
    let Some(departures) = plan.and_then(|plan| plan.departures.as_ref()) else {
        return;
    };
    if !report.state.has_results() {
        let names: Vec<&str> = departures
            .examples
            .iter()
            .map(|(_, name)| name.as_str())
            .collect();
        output::note(&format!(
            "{} of {} {} are not in the file and would be deactivated: {}",
            departures.people,
            departures.in_scope,
            departures.scope,
            names.join(", ")
        ));
        return;
    }
    let departed = report.departures.unwrap_or_default();
    output::note(&format!(
        "{} people deactivated, {} kept because they were changed since the check, {} not started",
        departed.deactivated, departed.kept, departed.not_started
    ));
}

/// The row equation and the problems, for people.
pub(crate) fn summary(report: &Report) {
    let counts = report.counts;
    output::note(&format!(
        "Import {} of {}: {}",
        report.number,
        report.file.name,
        report.state.label()
    ));
    output::note(&format!(
        "{} rows = {} new + {} changed + {} unchanged + {} skipped + {} not possible{}",
        counts.rows,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.skipped,
        counts.failed,
        if counts.not_started > 0 {
            format!(" + {} not started", counts.not_started)
        } else {
            String::new()
        }
    ));
    say_departures(report);
    for group in &report.problems {
        let title = group
            .code
            .parse::<kernel::Code>()
            .map_or_else(|_| group.code.clone(), |code| code.title().to_owned());
        let severity = match group.severity.as_str() {
            "must_fix" => "must fix",
            "check" => "check",
            _ => "fixed for you",
        };
        output::note(&format!(
            "  {severity}: {title} ({}) — {} rows",
            group.field.as_deref().unwrap_or_default(),
            group.rows
        ));
    }
    if let Some(reason) = &report.error {
        output::note(&format!("  {}", reason.message));
    }
    if report.state == State::Paused {
        let number = report.number;
        output::note(&format!(
            "Go on with: muster imports resume {number}. Take it back with: muster imports undo {number}"
        ));
    }
}
