//! `muster photos`: many photos at once, from a folder or a ZIP.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use directory::{
    Ctx,
    photos::{
        Archive, Parcel, PhotoSettings,
        batch::{self, Batch, NewBatch, Recognise},
        undo::{self, Undone},
    },
};
use kernel::PhotoBatchId;
use serde::Deserialize;
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
    take(&house.data, id, &args.source, settings.most_bytes())?;
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
    Ok(told(&batch.into(), args.json.json))
}

/// The id of an upload.
pub(crate) fn upload(text: &str) -> Result<PhotoBatchId> {
    text.parse()
        .ok()
        .with_context(|| format!("{text:?} is not the id of an upload"))
}

fn take_back(house: &House, batch: &str, account: Option<&str>, as_json: bool) -> Result<Exit> {
    let ctx = house.ctx(account)?;
    let id = upload(batch)?;
    let job = house.db.write_blocking(|tx| undo::begin(tx, &ctx, id))?;
    house.runner(false).run_until_done(job)?;
    let undone = house
        .db
        .read_blocking(|tx| undo::counts(tx, ctx.account, id))?;
    say_undone(id, &undone, as_json);
    Ok(Exit::Done)
}

/// Prints what taking an upload back did.
pub(crate) fn say_undone(id: PhotoBatchId, undone: &Undone, as_json: bool) {
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
}

/// Brings the files to where the job finds them.
pub(crate) fn take(data: &Path, id: PhotoBatchId, source: &Path, most: u64) -> Result<()> {
    let cannot_be_read = || format!("{} cannot be read", source.display());
    bring(data, id, source, most).with_context(cannot_be_read)
}

fn bring(data: &Path, id: PhotoBatchId, source: &Path, most: u64) -> Result<()> {
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
    let mut table = Results::open(file)?;
    house.db.read_blocking(|tx| {
        batch::for_each_result::<anyhow::Error>(tx, ctx.account, id, &mut |result| {
            let user = result.user.map(|user| user.to_string());
            table.add([
                &result.name,
                &result.outcome,
                &result.reason,
                &user.unwrap_or_default(),
            ])
        })
    })?;
    table.finish()
}

/// The file of `--results`.
pub(crate) struct Results(CsvWriter<Box<dyn Write + Send>>);

impl Results {
    pub(crate) fn open(file: &Path) -> Result<Self> {
        let mut table = CsvWriter::new(output::open(Some(file))?, CsvFormat::default());
        table.write_row(["file", "outcome", "reason", "user_id"])?;
        Ok(Self(table))
    }

    /// A file, what became of it, why, and whose photo it is.
    pub(crate) fn add(&mut self, cells: [&str; 4]) -> Result<()> {
        Ok(self.0.write_row(cells)?)
    }

    pub(crate) fn finish(self) -> Result<()> {
        self.0.finish()?;
        Ok(())
    }
}

/// What became of an upload.
#[derive(Deserialize)]
pub(crate) struct Ended {
    #[serde(rename = "id")]
    pub(crate) batch: PhotoBatchId,
    files_done: i64,
    stored: i64,
    replaced: i64,
    kept: i64,
    refused: i64,
    error: Option<String>,
}

impl From<Batch> for Ended {
    fn from(batch: Batch) -> Self {
        Self {
            batch: batch.id,
            files_done: batch.files_done,
            stored: batch.stored,
            replaced: batch.replaced,
            kept: batch.kept,
            refused: batch.refused,
            error: batch.error,
        }
    }
}

pub(crate) fn told(ended: &Ended, as_json: bool) -> Exit {
    if as_json {
        output::json(&json!({
            "batch": ended.batch, "files": ended.files_done, "stored": ended.stored,
            "replaced": ended.replaced, "kept": ended.kept, "refused": ended.refused,
            "error": ended.error,
        }));
    } else {
        output::line(&format!(
            "{} files: {} stored, {} replaced, {} kept, {} refused",
            ended.files_done, ended.stored, ended.replaced, ended.kept, ended.refused
        ));
    }
    if let Some(error) = &ended.error {
        output::note(&format!("muster: {error}"));
        return Exit::Refused;
    }
    if ended.refused > 0 {
        Exit::RowsLeft
    } else {
        Exit::Done
    }
}
