//! `muster photos`: many photos at once, from a folder or a ZIP.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use directory::{
    Ctx,
    photos::{
        Archive, Parcel, PhotoSettings,
        batch::{self, Batch, NewBatch, Recognise},
        undo,
    },
};
use kernel::PhotoBatchId;
use serde_json::json;
use tabular::{CsvFormat, CsvWriter};

use crate::{
    cli::photos::{self as cli, Import},
    exit::Exit,
    house::House,
    output,
};

/// Read of a file at a time.
const CHUNK_BYTES: usize = 256 * 1024;

pub(crate) fn run(house: &House, command: &cli::Photos) -> Result<Exit> {
    match command {
        cli::Photos::Import(args) => import(house, args),
        cli::Photos::Undo {
            batch,
            account,
            json,
        } => take_back(house, batch, account.account.as_deref(), json.json),
    }
}

fn import(house: &House, args: &Import) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let settings = house
        .db
        .read_blocking(|tx| PhotoSettings::load(tx, ctx.account))?;
    let id: PhotoBatchId = ctx.new_id();
    take(&house.data, id, &args.source, settings.most_bytes())
        .with_context(|| format!("{} cannot be read", args.source.display()))?;
    let name = args.source.file_name().unwrap_or_default();
    let new = NewBatch {
        id,
        source_name: name.to_string_lossy().into_owned(),
        recognise: args
            .recognise
            .iter()
            .filter_map(|by| Recognise::parse(by))
            .collect(),
        replace: args.replace,
    };
    let begun = house.db.write_blocking(|tx| batch::begin(tx, &ctx, &new));
    let job = match begun {
        Ok(job) => job,
        Err(refusal) => {
            batch::discard(&house.data, id);
            return Err(refusal.into());
        }
    };
    if let Some(job) = job {
        house.runner(false).run_until_done(job)?;
    }
    let found = house
        .db
        .read_blocking(|tx| batch::find(tx, ctx.account, id))?;
    let batch = found.context("the upload is gone")?;
    if let Some(file) = &args.results {
        write_results(house, &ctx, id, file)?;
    }
    Ok(told(&batch, args.json.json))
}

fn take_back(house: &House, batch: &str, account: Option<&str>, as_json: bool) -> Result<Exit> {
    let ctx = house.ctx(account)?;
    let id: PhotoBatchId = batch
        .parse()
        .ok()
        .with_context(|| format!("{batch:?} is not the id of an upload"))?;
    let job = house.db.write_blocking(|tx| undo::begin(tx, &ctx, id))?;
    house.runner(false).run_until_done(job)?;
    let undone = house
        .db
        .read_blocking(|tx| undo::counts(tx, ctx.account, id))?;
    if as_json {
        output::json(&json!({
            "batch": id, "restored": undone.restored, "removed": undone.removed, "kept": undone.kept,
        }));
    } else {
        output::line(&format!(
            "{} former photos put back, {} photos removed, {} left as they are",
            undone.restored, undone.removed, undone.kept
        ));
    }
    Ok(Exit::Done)
}

/// Brings the files to where the job finds them.
fn take(data: &Path, id: PhotoBatchId, source: &Path, most: u64) -> Result<()> {
    if !source.is_dir() {
        let mut archive = Archive::begin(data, id, u64::MAX)?;
        read(File::open(source)?, |chunk| archive.write(chunk))?;
        archive.finish();
        return Ok(());
    }
    let mut parcel = Parcel::begin(data, id, most)?;
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        parcel.file(&name)?;
        let bytes = File::open(&file)?.take(most + 1);
        read(bytes, |chunk| parcel.write(chunk))?;
    }
    Ok(parcel.finish()?)
}

fn read(mut from: impl Read, mut write: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let count = from.read(&mut chunk)?;
        match chunk.get(..count).filter(|read| !read.is_empty()) {
            Some(read) => write(read)?,
            None => return Ok(()),
        }
    }
}

fn write_results(house: &House, ctx: &Ctx, id: PhotoBatchId, file: &Path) -> Result<()> {
    let mut table = CsvWriter::new(output::open(Some(file))?, CsvFormat::default());
    table.write_row(["file", "outcome", "reason", "user_id"])?;
    house.db.read_blocking(|tx| {
        batch::for_each_result::<anyhow::Error>(tx, ctx.account, id, &mut |result| {
            let user = result
                .user
                .map_or_else(String::new, |user| user.to_string());
            let cells = [&result.name, &result.outcome, &result.reason, &user];
            Ok(table.write_row(cells.map(String::as_str))?)
        })
    })?;
    table.finish()?;
    Ok(())
}

fn told(batch: &Batch, as_json: bool) -> Exit {
    if as_json {
        output::json(&json!({
            "batch": batch.id, "files": batch.files_done, "stored": batch.stored,
            "replaced": batch.replaced, "kept": batch.kept, "refused": batch.refused,
            "error": batch.error,
        }));
    } else {
        output::line(&format!(
            "{} files: {} stored, {} replaced, {} kept, {} refused",
            batch.files_done, batch.stored, batch.replaced, batch.kept, batch.refused
        ));
    }
    if let Some(error) = &batch.error {
        output::note(&format!("muster: {error}"));
        return Exit::Refused;
    }
    if batch.refused > 0 {
        Exit::RowsLeft
    } else {
        Exit::Done
    }
}
