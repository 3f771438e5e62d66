//! Taking a file in: streamed to the import's folder while it is hashed, then looked at.

use std::{
    fs::File,
    io::{self, Read, Write},
};

use directory::{Action, Ctx};
use kernel::{Code, IdRange, ImportId};

use super::Imports;
use crate::{
    Counts, FileFacts, Import, Refusal, Settings, State, Timings, files::Folder, settings::Preset,
    store,
};

/// What is known of an import when its file arrives.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// The file's name, without folders.
    pub file_name: String,
    /// A name for the import; the file's when not given.
    pub name: Option<String>,
    /// What was chosen so far.
    pub settings: Settings,
}

impl Imports {
    /// Stores a file and finds out how it is built and what its columns are.
    ///
    /// Nothing is kept of a file that cannot be read.
    pub fn receive(
        &self,
        ctx: &Ctx,
        new: NewImport,
        source: &mut dyn Read,
    ) -> Result<Import, Refusal> {
        self.receive_with(ctx, new, source, &mut |_, _| Ok(()))
    }

    /// The same, with more to be written in the transaction that stores the import.
    pub fn receive_with(
        &self,
        ctx: &Ctx,
        new: NewImport,
        source: &mut dyn Read,
        also: &mut dyn FnMut(&mut db::Tx<'_>, &Import) -> Result<(), Refusal>,
    ) -> Result<Import, Refusal> {
        ctx.require(Action::RunImports)?;
        if new.settings.preset == Preset::Roles {
            ctx.require(Action::ImportRoles)?;
        }
        new.settings.require_rights(ctx)?;
        let started = std::time::Instant::now();
        let id: ImportId = ctx.new_id();
        let folder = self.folder(id);
        let mut import = blank(ctx, id, new);
        let taken = self
            .take(&folder, source)
            .and_then(|(bytes, hash)| {
                import.file.bytes = bytes;
                import.file.hash = Some(hash);
                self.look(ctx, &mut import)
            })
            .and_then(|()| {
                import.timings.intake = started.elapsed().as_secs_f64();
                self.db.write_blocking(|tx| {
                    store::insert(tx, &mut import)?;
                    store::save(tx, &import)?;
                    also(tx, &import)
                })
            });
        if let Err(refusal) = taken {
            folder.remove()?;
            return Err(refusal);
        }
        tracing::info!(import.id = %import.id, import.bytes = import.file.bytes, "import received");
        Ok(import)
    }

    /// Copies the file into the import's folder; returns its size and hash.
    pub(super) fn take(
        &self,
        folder: &Folder,
        source: &mut dyn Read,
    ) -> Result<(i64, Vec<u8>), Refusal> {
        folder.create()?;
        let mut file = File::create(folder.source())?;
        let taken = self.copy_bounded(source, &mut file)?;
        file.sync_data()?;
        Ok(taken)
    }

    /// Copies an upload up to the limit; returns its size and hash.
    pub(crate) fn copy_bounded(
        &self,
        source: &mut dyn Read,
        file: &mut File,
    ) -> Result<(i64, Vec<u8>), Refusal> {
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 256 << 10];
        let mut bytes: u64 = 0;
        loop {
            let read = match source.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            let part = buffer.get(..read).unwrap_or_default();
            bytes += part.len() as u64;
            if bytes > self.limits.upload_bytes {
                let limit = self.limits.upload_bytes >> 20;
                return Err(Refusal::new(
                    Code::TooLarge,
                    format!("the limit is {limit} MiB"),
                ));
            }
            hasher.update(part);
            file.write_all(part)?;
        }
        Ok((bytes as i64, hasher.finalize().as_bytes().to_vec()))
    }
}

/// An import before anything is known of its file.
pub(super) fn blank(ctx: &Ctx, id: ImportId, new: NewImport) -> Import {
    let now = ctx.now();
    let file_name: String = new
        .file_name
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    let name = new
        .name
        .map(|name| name.trim().chars().take(200).collect::<String>());
    Import {
        account: ctx.account,
        id,
        number: 0,
        name: name
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| file_name.clone()),
        state: State::Mapping,
        rev: 1,
        settings: new.settings,
        layout: None,
        mapping: None,
        plan: None,
        reason: None,
        file: FileFacts {
            name: file_name,
            bytes: 0,
            hash: None,
        },
        ids: IdRange::new(&ctx.ids, now),
        stage: "reading".to_owned(),
        rows_done: 0,
        chunks_done: 0,
        counts: Counts::default(),
        timings: Timings::default(),
        undo: None,
        redo: None,
        changed: None,
        created_by: ctx.actor.user,
        created_by_name: ctx.actor.name.clone(),
        created_at: now,
        updated_at: now,
        started_at: None,
        finished_at: None,
        completed_at: None,
    }
}
