//! `muster imports`: the history and what can be done with it.

use anyhow::Result;
use directory::{Ctx, accounts};
use import::{Download, Import as Run, Imports, Refusal};
use kernel::ImportId;

use super::{history, importer::LocalImporter};
use crate::{
    cli::{self, Account, Target},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn run(house: &House, command: &cli::Imports) -> Result<Exit> {
    let imports = house.imports();
    match command {
        cli::Imports::List(args) => history::list(&here(house, &args.account)?, args.json),
        cli::Imports::Show(target) => history::show(&here(house, &target.account)?, target),
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
        cli::Imports::Results(file) => {
            history::download(&here(house, &file.account)?, file, Download::Results)
        }
        cli::Imports::Errors(file) => {
            history::download(&here(house, &file.account)?, file, Download::Errors)
        }
        cli::Imports::ToFix(file) => {
            history::download(&here(house, &file.account)?, file, Download::ToFix)
        }
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
        cli::Imports::Undo { target, yes } => {
            history::undo(&here(house, &target.account)?, target, *yes)
        }
        cli::Imports::Retention {
            account,
            months,
            now,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            retention(house, &imports, &ctx, *months, *now)
        }
        cli::Imports::Redo { target, yes } => {
            history::redo(&here(house, &target.account)?, target, *yes)
        }
        cli::Imports::Resume {
            target,
            confirm,
            yes,
        } => history::resume(&here(house, &target.account)?, target, *confirm, *yes),
        cli::Imports::Complete { target, yes } => {
            history::complete(&here(house, &target.account)?, target, *yes)
        }
    }
}

/// The account's imports in the database here.
fn here<'a>(house: &'a House, account: &Account) -> Result<LocalImporter<'a>> {
    LocalImporter::new(house, account.account.as_deref())
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

pub(super) fn show(imports: &Imports, ctx: &Ctx, import: &Run, as_json: bool) -> Result<Exit> {
    history::say(&imports.report(ctx, import)?, as_json)
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
