//! What `muster import` and `muster imports` say of an import: for people, and as JSON.

use anyhow::Result;
use directory::Ctx;
use import::{Counts, Import as Run, Imports, State};
use serde_json::{Value, json};

use crate::output;

pub(crate) fn counted(counts: Counts) -> serde_json::Map<String, Value> {
    let Value::Object(map) = json!({
        "rows": counts.rows,
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "skipped": counts.skipped,
        "failed": counts.failed,
        "not_started": counts.not_started,
    }) else {
        return serde_json::Map::new();
    };
    map
}

/// The answer of `--json`, also of `imports show`.
pub(crate) fn answer(imports: &Imports, ctx: &Ctx, import: &Run) -> Result<Value> {
    let problems: Vec<Value> = imports
        .problem_groups(ctx, import.id)?
        .into_iter()
        .map(|group| {
            let field = (!group.field.is_empty()).then_some(group.field);
            json!({ "code": group.code, "severity": group.severity, "field": field,
                    "rows": group.rows })
        })
        .collect();
    let mapping: Vec<Value> = import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .map(|column| match &column.field {
            Some(field) => json!({ "column": column.header, "field": field.key(),
                                   "confidence": column.confidence }),
            None => json!({ "column": column.header, "field": null }),
        })
        .collect();
    let layout = import.layout.as_ref();
    let mut answer = json!({
        "import": import.id,
        "number": import.number,
        "state": import.state.as_str(),
        "file": {
            "name": import.file.name,
            "bytes": import.file.bytes,
            "format": layout.map(|layout| layout.format.as_str()),
            "encoding": layout.map(|layout| layout.encoding.as_str()),
            "delimiter": layout.and_then(|layout| layout.delimiter.as_deref()),
            "header_row": layout.and_then(|layout| layout.header_row),
        },
        "mapping": mapping,
        "problems": problems,
        "seconds": import.timings,
        "rows_per_second": import.rows_per_second(),
    });
    if let Some(answer) = answer.as_object_mut() {
        answer.extend(counted(import.counts));
        if let Some(plan) = &import.plan {
            answer.insert("plan".to_owned(), serde_json::to_value(plan)?);
        }
        let departed = imports.departed(ctx, import)?;
        if departed.planned > 0 {
            answer.insert(
                "departures".to_owned(),
                json!({ "planned": departed.planned, "deactivated": departed.deactivated,
                        "kept": departed.kept, "not_started": departed.not_started }),
            );
        }
        if let Some(reason) = &import.reason {
            answer.insert("error".to_owned(), serde_json::to_value(reason)?);
        }
        if let Some(undo) = &import.undo {
            answer.insert("undo".to_owned(), serde_json::to_value(undo)?);
        }
        if let Some(redo) = &import.redo {
            let redo = json!({ "created": redo.created, "updated": redo.updated,
                               "deactivated": redo.deactivated, "left": redo.left });
            answer.insert("redo".to_owned(), redo);
        }
    }
    Ok(answer)
}

pub(crate) fn plan(imports: &Imports, ctx: &Ctx, import: &Run) -> Result<()> {
    summary(imports, ctx, import)?;
    let Some(plan) = &import.plan else {
        return Ok(());
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
    Ok(())
}

/// Who is deactivated because the file does not have them.
fn say_departures(imports: &Imports, ctx: &Ctx, import: &Run) -> Result<()> {
    let Some(departures) = import
        .plan
        .as_ref()
        .and_then(|plan| plan.departures.as_ref())
    else {
        return Ok(());
    };
    if !import.state.has_results() {
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
        return Ok(());
    }
    let departed = imports.departed(ctx, import)?;
    output::note(&format!(
        "{} people deactivated, {} kept because they were changed since the check, {} not started",
        departed.deactivated, departed.kept, departed.not_started
    ));
    Ok(())
}

/// The row equation and the problems, for people.
pub(crate) fn summary(imports: &Imports, ctx: &Ctx, import: &Run) -> Result<()> {
    let counts = import.counts;
    output::note(&format!(
        "Import {} of {}: {}",
        import.number,
        import.file.name,
        import.state.label()
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
    say_departures(imports, ctx, import)?;
    for group in imports.problem_groups(ctx, import.id)? {
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
            group.field, group.rows
        ));
    }
    if let Some(reason) = &import.reason {
        output::note(&format!("  {}", reason.message));
    }
    if import.state == State::Paused {
        let number = import.number;
        output::note(&format!(
            "Go on with: muster imports resume {number}. Take it back with: muster imports undo {number}"
        ));
    }
    Ok(())
}
