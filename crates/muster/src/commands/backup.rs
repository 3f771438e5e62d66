//! `muster backup`, `muster backup verify` and `muster restore`.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use backup::{Archive, Claimed, Manifest};
use db::{Db, Options};
use kernel::Clock;
use serde_json::json;

use crate::{
    cli::{Backup, BackupCommand, Place, Restore},
    exit::Exit,
    house::{Addresses, House},
    output,
};

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(crate) fn run(place: &Place, args: &Backup) -> Result<Exit> {
    if let Some(BackupCommand::Verify { file, json }) = &args.command {
        let mut archive = Archive::open(file)?;
        archive.verify()?;
        report("verified", file, archive.manifest(), json.json);
        return Ok(Exit::Done);
    }
    let file = args.file.as_deref().context("name the file to write")?;
    let house = House::existing(place)?;
    if house.db.has_no_tables()? {
        bail!("the database is empty: there is nothing to back up");
    }
    let manifest = backup::write(&house.db, &house.data, file, &house.clock, VERSION)?;
    report("written", file, &manifest, args.json.json);
    Ok(Exit::Done)
}

pub(crate) fn restore(place: &Place, args: &Restore) -> Result<Exit> {
    let addresses = Addresses::of(place)?;
    let mut archive = Archive::open(&args.file)?;
    let manifest = archive.manifest().clone();
    let claimed = Claimed::folder(&mut archive, &addresses.data)?;
    let db = match Db::open(&addresses.database, &Options::default()) {
        Ok(db) => db,
        Err(error) => {
            claimed.give_up();
            return Err(error).context("the database cannot be opened");
        }
    };
    claimed.fill(&db, Clock::System.now())?;
    report("restored", &args.file, &manifest, args.json.json);
    if !args.json.json {
        output::note("Everybody has to sign in again. Messages that waited will be sent.");
    }
    Ok(Exit::Done)
}

fn report(what: &str, file: &Path, manifest: &Manifest, as_json: bool) {
    if as_json {
        output::json(&json!({
            "state": what, "file": file, "version": manifest.version, "database": manifest.database,
            "made_at": manifest.made_at, "tables": manifest.tables.len(), "rows": manifest.rows(),
            "files": manifest.files.len(), "file_bytes": manifest.file_bytes(),
            "checked_again": manifest.check_again.len(),
        }));
        return;
    }
    output::line(&format!(
        "{}: {what}. Muster {}, {}, {} rows in {} tables, {} files with {} bytes.",
        file.display(),
        manifest.version,
        manifest.database,
        manifest.rows(),
        manifest.tables.len(),
        manifest.files.len(),
        manifest.file_bytes()
    ));
    if !manifest.check_again.is_empty() {
        output::line(&format!(
            "Imports that were being changed meanwhile, and are checked again: {}",
            manifest.check_again.len()
        ));
    }
}
