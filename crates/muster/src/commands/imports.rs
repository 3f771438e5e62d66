//! `muster imports`: the history and what can be done with it, here and against a server.

use anyhow::Result;
use directory::Ctx;
use import::{Download, Import as Run, Imports, Refusal};
use kernel::ImportId;

use super::{editor::Editor, fix, history, importer::LocalImporter, saved, values};
use crate::{cli, exit::Exit, house::House, output};

pub(crate) fn run(house: &House, command: &cli::Imports) -> Result<Exit> {
    let account = command.account().account.as_deref();
    of(&LocalImporter::new(house, account)?, command)
}

/// The same, whoever does imports.
pub(crate) fn of(editor: &dyn Editor, command: &cli::Imports) -> Result<Exit> {
    match command {
        cli::Imports::List(args) => history::list(editor, args.json),
        cli::Imports::Show(target) => history::show(editor, target),
        cli::Imports::Mappings(args) => saved::list(editor, args.json),
        cli::Imports::SaveMapping { target, name } => {
            let report = editor.find(&target.id)?;
            editor.save_mapping(report.import, name)?;
            history::say(&report, target.json.json)
        }
        cli::Imports::RemoveMapping { name, .. } => {
            editor.remove_mapping(name)?;
            Ok(Exit::Done)
        }
        cli::Imports::Values(target) => values::show(editor, target),
        cli::Imports::Results(file) => history::download(editor, file, Download::Results),
        cli::Imports::Errors(file) => history::download(editor, file, Download::Errors),
        cli::Imports::ToFix(file) => history::download(editor, file, Download::ToFix),
        cli::Imports::Fix(args) => fix::fix(editor, args),
        cli::Imports::Rest(target) => fix::rest(editor, target),
        cli::Imports::Correct { target, file } => fix::correct(editor, target, file),
        cli::Imports::Changes { target, undo, redo } => fix::changes(editor, target, *undo, *redo),
        cli::Imports::Undo { target, yes } => history::undo(editor, target, *yes),
        cli::Imports::Retention { months, now, .. } => retention(editor, *months, *now),
        cli::Imports::Redo { target, yes } => history::redo(editor, target, *yes),
        cli::Imports::Resume {
            target,
            confirm,
            yes,
        } => history::resume(editor, target, *confirm, *yes),
        cli::Imports::Complete { target, yes } => history::complete(editor, target, *yes),
    }
}

/// The import with this id or number.
pub(super) fn find_by(imports: &Imports, ctx: &Ctx, id: &str) -> Result<Run, Refusal> {
    match id.trim_start_matches('#').parse::<i64>() {
        Ok(number) => imports.find_number(ctx, number),
        Err(_) => match id.parse::<ImportId>() {
            Ok(id) => imports.find(ctx, id),
            Err(_) => Err(Refusal::NotFound),
        },
    }
}

fn retention(editor: &dyn Editor, months: Option<i64>, now: bool) -> Result<Exit> {
    let kept = editor.keep(months)?;
    output::line(&format!(
        "Rows and files are kept for {} months after an import has ended, drafts for {} days.",
        kept.months, kept.drafts_days
    ));
    if now {
        let (completed, discarded) = editor.expire()?;
        output::line(&format!(
            "{completed} imports completed, {discarded} drafts discarded."
        ));
    }
    Ok(Exit::Done)
}
