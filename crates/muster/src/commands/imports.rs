//! `muster imports`: the history and what can be done with it.

use anyhow::{Result, anyhow};
use directory::{Ctx, accounts};
use import::{Download, Import as Run, Imports, Refusal, State};
use kernel::{ImportId, JobId};
use serde_json::{Value, json};

use super::{import::start, report};
use crate::{
    cli::{self, Target, ToFile},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn run(house: &House, command: &cli::Imports) -> Result<Exit> {
    let imports = house.imports();
    match command {
        cli::Imports::List(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            list(&imports, &ctx, args.json)
        }
        cli::Imports::Show(target) => {
            let (ctx, import) = find(house, &imports, target)?;
            show(&imports, &ctx, &import, target.json.json)
        }
        cli::Imports::Mappings(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            super::saved::list(&imports, &ctx, args.json)
        }
        cli::Imports::SaveMapping { target, name } => {
            let (ctx, import) = find(house, &imports, target)?;
            imports.save_mapping(&ctx, import.id, name)?;
            show(&imports, &ctx, &import, target.json.json)
        }
        cli::Imports::RemoveMapping { name, account } => {
            let ctx = house.ctx(account.account.as_deref())?;
            imports.remove_mapping(&ctx, name)?;
            Ok(Exit::Done)
        }
        cli::Imports::Values(target) => {
            let (ctx, import) = find(house, &imports, target)?;
            super::values::show(&imports, &ctx, &import, target.json.json)
        }
        cli::Imports::Results(file) => download(house, &imports, file, Download::Results),
        cli::Imports::Errors(file) => download(house, &imports, file, Download::Errors),
        cli::Imports::ToFix(file) => download(house, &imports, file, Download::ToFix),
        cli::Imports::Fix(fix) => {
            let (ctx, import) = find(house, &imports, &fix.target)?;
            super::fix::fix(&imports, &ctx, &import, fix)
        }
        cli::Imports::Rest(target) => {
            let (ctx, import) = find(house, &imports, target)?;
            let rest = imports.begin_rest(&ctx, import.id)?;
            super::fix::check_again(&imports, &ctx, &rest, target.json.json)
        }
        cli::Imports::Correct { target, file } => {
            let (ctx, import) = find(house, &imports, target)?;
            super::fix::correct(&imports, &ctx, &import, file, target.json.json)
        }
        cli::Imports::Changes { target, undo, redo } => {
            let (ctx, import) = find(house, &imports, target)?;
            super::fix::changes(&imports, &ctx, &import, *undo, *redo, target.json.json)
        }
        cli::Imports::Undo { target, yes } => undo(house, &imports, target, *yes),
        cli::Imports::Retention {
            account,
            months,
            now,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            retention(house, &imports, &ctx, *months, *now)
        }
        cli::Imports::Redo { target, yes } => redo(house, &imports, target, *yes),
        cli::Imports::Resume {
            target,
            confirm,
            yes,
        } => resume(house, &imports, target, *confirm, *yes),
        cli::Imports::Complete { target, yes } => {
            let (ctx, import) = find(house, &imports, target)?;
            let question = "Row details and files will be removed for good. Go on?";
            if !yes && !output::asks(question) {
                output::note("Nothing was done. Add --yes to complete without being asked.");
                return Ok(Exit::Refused);
            }
            let import = imports.complete(&ctx, import.id, None)?;
            show(&imports, &ctx, &import, target.json.json)
        }
    }
}

fn find(house: &House, imports: &Imports, target: &Target) -> Result<(Ctx, Run)> {
    let ctx = house.ctx(target.account.account.as_deref())?;
    let import = find_by(imports, &ctx, &target.id)?;
    Ok((ctx, import))
}

pub(super) fn find_by(imports: &Imports, ctx: &Ctx, id: &str) -> Result<Run, Refusal> {
    match id.trim_start_matches('#').parse::<i64>() {
        Ok(number) => imports.find_number(ctx, number),
        Err(_) => match id.parse::<ImportId>() {
            Ok(id) => imports.find(ctx, id),
            Err(_) => Err(Refusal::NotFound),
        },
    }
}

fn list(imports: &Imports, ctx: &Ctx, as_json: bool) -> Result<Exit> {
    let mut found = Vec::new();
    let mut before = None;
    loop {
        let page = imports.list(ctx, before, 200)?;
        let Some(last) = page.last() else { break };
        before = Some(last.number);
        found.extend(page);
    }
    if as_json {
        let list: Vec<Value> = found
            .iter()
            .map(|import| {
                json!({
                    "import": import.id, "number": import.number, "name": import.name,
                    "state": import.state.as_str(), "rows": import.counts.rows,
                    "created": import.counts.created, "updated": import.counts.updated,
                    "unchanged": import.counts.unchanged, "skipped": import.counts.skipped,
                    "failed": import.counts.failed, "not_started": import.counts.not_started,
                    "started_by": import.created_by_name, "created_at": import.created_at,
                })
            })
            .collect();
        output::json(&Value::Array(list));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|import| {
            let counts = import.counts;
            vec![
                import.number.to_string(),
                import.name.clone(),
                import.state.label().to_owned(),
                counts.rows.to_string(),
                format!("+{} ~{} –{}", counts.created, counts.updated, counts.failed),
                import.created_at.to_string(),
            ]
        })
        .collect();
    output::table(
        &[
            "No.",
            "Name",
            "State",
            "Rows",
            "New, changed, left",
            "Uploaded",
        ],
        &rows,
    );
    Ok(Exit::Done)
}

pub(super) fn show(imports: &Imports, ctx: &Ctx, import: &Run, as_json: bool) -> Result<Exit> {
    if as_json {
        output::json(&report::answer(imports, ctx, import)?);
    } else {
        report::summary(imports, ctx, import)?;
    }
    Ok(Exit::Done)
}

fn download(house: &House, imports: &Imports, file: &ToFile, download: Download) -> Result<Exit> {
    let ctx = house.ctx(file.account.account.as_deref())?;
    let import = find_by(imports, &ctx, &file.id)?;
    let as_workbook = file
        .output
        .as_ref()
        .and_then(|path| path.extension())
        .is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    let mut out = output::open(file.output.as_deref())?;
    imports.download(&ctx, import.id, download, as_workbook, &mut *out)?;
    Ok(Exit::Done)
}

/// Goes on with what an import was at: a check leads to its run, as `muster import --yes` does.
fn resume(
    house: &House,
    imports: &Imports,
    target: &Target,
    confirm: Option<i64>,
    yes: bool,
) -> Result<Exit> {
    let (ctx, mut import) = find(house, imports, target)?;
    if import.state == State::Checking {
        let job = imports.resume(&ctx, import.id)?;
        house.runner(true).run_until_done(job)?;
        import = imports.find(&ctx, import.id)?;
    }
    let job = match import.state {
        State::Planned => start(house, imports, &ctx, import.clone(), confirm, yes)?.1?,
        _ => imports.resume(&ctx, import.id)?,
    };
    finish_job(house, imports, &ctx, &import, job, target.json.json)
}

fn undo(house: &House, imports: &Imports, target: &Target, yes: bool) -> Result<Exit> {
    let (ctx, import) = find(house, imports, target)?;
    let preview = imports.undo_preview(&ctx, import.id)?;
    output::note(&format!(
        "{} new people are removed, {} kept because they were changed or signed in since; \
         {} changed people are restored, {} kept; {} deactivated people become active again, \
         {} stay.",
        preview.removed,
        preview.kept_created,
        preview.restored,
        preview.kept_updated,
        preview.reinstated,
        preview.kept_departed
    ));
    if preview.returned + preview.kept_holders > 0 {
        output::note(&format!(
            "{} cards are given back to those who held them; {} people do not get theirs.",
            preview.returned, preview.kept_holders
        ));
    }
    for (_, name) in &preview.kept {
        output::note(&format!("  kept: {name}"));
    }
    output::note("Nothing was sent that could not be taken back.");
    if !yes && !output::asks("Take the import back?") {
        output::note("Nothing was done. Add --yes to undo without being asked.");
        return Ok(Exit::Refused);
    }
    let job = imports.queue_undo(&ctx, import.id, None)?;
    finish_job(house, imports, &ctx, &import, job, target.json.json)
}

fn retention(
    house: &House,
    imports: &Imports,
    ctx: &Ctx,
    months: Option<i64>,
    now: bool,
) -> Result<Exit> {
    if let Some(months) = months {
        house
            .db
            .write_blocking(|tx| accounts::keep_imports(tx, ctx, months))?;
    }
    let account = house
        .db
        .read_blocking(|tx| accounts::get(tx, ctx.account))?;
    output::line(&format!(
        "Rows and files are kept for {} months after an import has ended, drafts for 30 days.",
        account.keep_imports_months
    ));
    if now {
        let expired = imports.expire(ctx)?;
        output::line(&format!(
            "{} imports completed, {} drafts discarded.",
            expired.completed, expired.discarded
        ));
    }
    Ok(Exit::Done)
}

fn redo(house: &House, imports: &Imports, target: &Target, yes: bool) -> Result<Exit> {
    let (ctx, import) = find(house, imports, target)?;
    let preview = imports.redo_preview(&ctx, import.id)?;
    output::note(&format!(
        "{} people are created again, {} changed again, {} deactivated again; {} are left alone \
         because they were changed since.",
        preview.created, preview.updated, preview.deactivated, preview.left
    ));
    if !yes && !output::asks("Do the import again?") {
        output::note("Nothing was done. Add --yes to do it again without being asked.");
        return Ok(Exit::Refused);
    }
    let job = imports.queue_redo(&ctx, import.id, None)?;
    finish_job(house, imports, &ctx, &import, job, target.json.json)
}

fn finish_job(
    house: &House,
    imports: &Imports,
    ctx: &Ctx,
    import: &Run,
    job: JobId,
    as_json: bool,
) -> Result<Exit> {
    let status = house.runner(true).run_until_done(job)?;
    let import = imports.find(ctx, import.id)?;
    show(imports, ctx, &import, as_json)?;
    if let Some(error) = status.error {
        return Err(anyhow!(error));
    }
    Ok(match import.state {
        State::Failed => Exit::Failed,
        State::Refused => Exit::Refused,
        State::Paused => Exit::RowsLeft,
        _ if import.counts.failed + import.counts.not_started > 0 && import.undo.is_none() => {
            Exit::RowsLeft
        }
        _ => Exit::Done,
    })
}
