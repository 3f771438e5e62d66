//! Files that arrive in parts, so that a line that breaks costs one part and not the whole.
//!
//! A part begins where the file ends so far; whoever does not know asks. An upload is kept for a
//! day. Not here: what is done with the file once it is whole.

use std::{
    fs::{DirBuilder, File, OpenOptions, remove_file},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::PathBuf,
    time::Duration,
};

use db::{Tx, from_row, params, sql};
use directory::{Action, Ctx};
use kernel::{Code, Timestamp, UploadId};

use crate::{Imports, Refusal};

/// So long an upload is kept.
const KEPT: Duration = Duration::from_hours(24);
/// An account has no more at once.
const MOST: i64 = 50;
/// Old ones removed at once.
const OLD_AT_ONCE: i64 = 100;

/// A file that is arriving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The file's name.
    pub name: String,
    /// How large it will be.
    pub size_bytes: i64,
    /// How much of it is there.
    pub received_bytes: i64,
    /// When it began.
    pub created_at: Timestamp,
}

from_row!(Upload {
    id,
    name,
    size_bytes,
    received_bytes,
    created_at,
});

impl Upload {
    /// Whether all of it is there.
    pub const fn is_whole(&self) -> bool {
        self.received_bytes == self.size_bytes
    }

    /// Until when it is kept.
    pub fn kept_until(&self) -> Timestamp {
        self.created_at.checked_add(KEPT).unwrap_or(self.created_at)
    }
}

impl Imports {
    fn upload_file(&self, id: UploadId) -> PathBuf {
        self.data.join("uploads").join(format!("{id}.part"))
    }

    /// Begins a file of so many bytes.
    pub fn begin_upload(&self, ctx: &Ctx, name: &str, size_bytes: i64) -> Result<Upload, Refusal> {
        ctx.require(Action::RunImports)?;
        self.forget_uploads(ctx)?;
        if size_bytes.unsigned_abs() > self.limits.upload_bytes {
            let limit = self.limits.upload_bytes >> 20;
            return Err(Refusal::new(
                Code::TooLarge,
                format!("the limit is {limit} MiB"),
            ));
        }
        let upload = Upload {
            id: ctx.new_id(),
            name: name.to_owned(),
            size_bytes,
            received_bytes: 0,
            created_at: ctx.now(),
        };
        self.db.write_blocking(|tx| {
            let (number,): (i64,) = tx.fetch_one(sql!("uploads/count"), params![ctx.account])?;
            if number >= MOST {
                return Err(Refusal::File {
                    code: "too_many_uploads".to_owned(),
                    message: format!("there are {MOST} unfinished uploads; finish or remove one"),
                });
            }
            tx.execute(
                sql!("uploads/insert"),
                params![
                    ctx.account,
                    upload.id,
                    upload.name,
                    upload.size_bytes,
                    ctx.actor.name,
                    upload.created_at
                ],
            )?;
            Ok(())
        })?;
        // After the row: a row without a file is found again, a file without a row is not.
        if let Err(error) = self.make_upload_file(upload.id) {
            self.remove_upload(ctx, upload.id)?;
            return Err(error.into());
        }
        Ok(upload)
    }

    fn make_upload_file(&self, id: UploadId) -> io::Result<()> {
        // It is about people: nobody else on the machine may read it.
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(self.data.join("uploads"))?;
        let mut new = OpenOptions::new();
        new.write(true).create_new(true).mode(0o600);
        new.open(self.upload_file(id)).map(drop)
    }

    /// How far a file is.
    pub fn upload(&self, ctx: &Ctx, id: UploadId) -> Result<Upload, Refusal> {
        ctx.require(Action::RunImports)?;
        let found = self.db.read_blocking(|tx| find(tx, ctx, id))?;
        found.ok_or(Refusal::NotFound)
    }

    /// Adds a part that begins where the file ends so far; refused with the place where that is.
    pub fn append_upload(
        &self,
        ctx: &Ctx,
        id: UploadId,
        offset: i64,
        part: &mut dyn Read,
    ) -> Result<Upload, Refusal> {
        let upload = self.upload(ctx, id)?;
        if upload.received_bytes != offset {
            return Err(elsewhere(&upload));
        }
        let mut file = OpenOptions::new().write(true).open(self.upload_file(id))?;
        file.seek(SeekFrom::Start(offset.unsigned_abs()))?;
        let room = (upload.size_bytes - offset).unsigned_abs();
        let written = io::copy(&mut part.take(room), &mut file)?;
        file.sync_data()?;
        let reached = offset.saturating_add_unsigned(written);
        let advanced = self.db.write_blocking(|tx| {
            tx.execute(
                sql!("uploads/advance"),
                params![ctx.account, id, offset, reached],
            )
        })?;
        if advanced == 0 {
            return Err(elsewhere(&self.upload(ctx, id)?));
        }
        Ok(Upload {
            received_bytes: reached,
            ..upload
        })
    }

    /// A file that is whole, to be read.
    pub fn open_upload(&self, ctx: &Ctx, id: UploadId) -> Result<(Upload, File), Refusal> {
        let upload = self.upload(ctx, id)?;
        if !upload.is_whole() {
            return Err(Refusal::File {
                code: "upload_unfinished".to_owned(),
                message: format!(
                    "{} of {} bytes are there",
                    upload.received_bytes, upload.size_bytes
                ),
            });
        }
        let file = File::open(self.upload_file(id))?;
        Ok((upload, file))
    }

    /// Gives a file up.
    pub fn drop_upload(&self, ctx: &Ctx, id: UploadId) -> Result<(), Refusal> {
        self.upload(ctx, id)?;
        self.remove_upload(ctx, id)
    }

    fn remove_upload(&self, ctx: &Ctx, id: UploadId) -> Result<(), Refusal> {
        // The file first, for the same reason as when it is made.
        match remove_file(self.upload_file(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        self.db
            .write_blocking(|tx| tx.execute(sql!("uploads/delete"), params![ctx.account, id]))?;
        Ok(())
    }

    /// Removes files that nobody finished, or that were taken in long ago.
    pub(crate) fn forget_uploads(&self, ctx: &Ctx) -> Result<(), Refusal> {
        let before = ctx.now().checked_sub(KEPT).unwrap_or(Timestamp::EPOCH);
        let old: Vec<(UploadId,)> = self.db.read_blocking(|tx| {
            tx.fetch(
                sql!("uploads/old"),
                params![ctx.account, before, OLD_AT_ONCE],
            )
        })?;
        for (id,) in old {
            self.remove_upload(ctx, id)?;
        }
        Ok(())
    }
}

fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: UploadId) -> db::Result<Option<Upload>> {
    tx.fetch_optional(sql!("uploads/find"), params![ctx.account, id])
}

fn elsewhere(upload: &Upload) -> Refusal {
    Refusal::File {
        code: "upload_offset".to_owned(),
        message: format!("the next part begins at byte {}", upload.received_bytes),
    }
}
