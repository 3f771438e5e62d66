//! The documents that are with a person: a table of them, and the newest version of each file.

use std::io;

use db::{Tx, from_row, params, sql};
use directory::{
    Ctx,
    documents::{FileError, Files},
};
use kernel::{DocumentId, FileId, Timestamp, UserId};

use super::pack::{Archive, PackError, begin, begin_table};

struct Document {
    id: DocumentId,
    title: String,
    workflow: String,
    state: String,
    file: FileId,
    file_name: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

from_row!(Document {
    id,
    title,
    workflow: workflow_name,
    state,
    file: file_id,
    file_name,
    created_at,
    updated_at
});

impl Document {
    /// Where its file is in the archive; the number keeps files of one name apart.
    fn place(&self, number: usize) -> String {
        format!("documents/{number:04} {}", self.file_name)
    }
}

/// Writes both.
pub(super) fn write(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    files: &Files,
    archive: &mut Archive,
) -> Result<(), PackError> {
    let all: Vec<Document> = tx.fetch(sql!("own_data/documents"), params![ctx.account, user])?;
    let mut kept = Vec::with_capacity(all.len());
    for (number, document) in (1..).zip(&all) {
        match files.open(ctx.account, document.id, document.file) {
            Ok(mut file) => {
                let place = document.place(number);
                begin(archive, &place)?;
                io::copy(&mut file, archive)?;
                kept.push(place);
            }
            // The table says that there was one.
            Err(FileError::Missing) => kept.push(String::new()),
            Err(error) => return Err(error.into()),
        }
    }
    let head = ["Title", "Workflow", "State", "File", "Since", "Changed"];
    let mut table = begin_table(archive, "documents.csv", &head)?;
    for (document, place) in all.iter().zip(&kept) {
        table.write_row([
            document.title.as_str(),
            document.workflow.as_str(),
            document.state.as_str(),
            place.as_str(),
            document.created_at.to_string().as_str(),
            document.updated_at.to_string().as_str(),
        ])?;
    }
    table.finish()?;
    Ok(())
}
