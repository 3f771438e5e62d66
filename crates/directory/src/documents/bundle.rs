//! Many documents as one ZIP file.

use std::{
    collections::HashSet,
    io::{self, Seek, Write},
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{Document, DocumentError, Documents, FileError, Filter, file_name, list};
use crate::{Action, Ctx};

/// No more documents are packed into one file.
pub const MOST_BUNDLED: usize = 500;
/// No more bytes are packed into one file.
pub const MOST_BUNDLED_BYTES: i64 = 1024 * 1024 * 1024;

/// Why no ZIP file was made.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Nothing to pack.
    #[error("no document matches")]
    Nothing,
    /// Past the bounds.
    #[error("more than 500 documents or 1 GB match; choose fewer with the filters")]
    TooMuch,
    /// About the documents.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The file could not be written.
    #[error("the file could not be written")]
    Io(#[from] io::Error),
}

impl From<zip::result::ZipError> for BundleError {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Io(error.into())
    }
}

impl Documents {
    /// Packs the newest version of every document of a filter; returns how many.
    ///
    /// One file is read at a time. A document whose file is missing is named in `MISSING.txt`.
    pub fn bundle<W: Write + Seek>(
        &self,
        ctx: &Ctx,
        filter: &Filter,
        out: W,
    ) -> Result<usize, BundleError> {
        ctx.require(Action::ManageDocuments)
            .map_err(DocumentError::from)?;
        let limit = MOST_BUNDLED as i64 + 1;
        let found = self
            .db
            .read_blocking(|tx| list(tx, ctx, filter, None, limit))
            .map_err(DocumentError::from)?;
        let bytes: i64 = found.iter().map(|document| document.size_bytes).sum();
        if found.is_empty() {
            return Err(BundleError::Nothing);
        }
        if found.len() > MOST_BUNDLED || bytes > MOST_BUNDLED_BYTES {
            return Err(BundleError::TooMuch);
        }
        let mut archive = ZipWriter::new(out);
        // What people upload is mostly packed already.
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let (mut names, mut missing) = (HashSet::new(), String::new());
        for document in &found {
            let name = free_name(&mut names, document);
            match self.files.open(ctx.account, document.id, document.file) {
                Ok(mut file) => {
                    archive.start_file(name, stored)?;
                    io::copy(&mut file, &mut archive)?;
                }
                Err(FileError::Missing) => {
                    missing.push_str(&name);
                    missing.push('\n');
                }
                Err(error) => return Err(DocumentError::from(error).into()),
            }
        }
        if !missing.is_empty() {
            archive.start_file("MISSING.txt", stored)?;
            archive.write_all(missing.as_bytes())?;
        }
        archive.finish()?;
        Ok(found.len())
    }
}

/// "Workflow - Title - Person.pdf", and a number if there is one of that name.
fn free_name(names: &mut HashSet<String>, document: &Document) -> String {
    let (_, ending) = file_name::split(&document.file_name);
    let parts = [
        &document.workflow_name,
        &document.title,
        &document.assignee_name,
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| part.replace(['/', '\\'], "_"))
        .collect();
    let stem = parts.join(" - ");
    for number in 1_u32.. {
        let name = match number {
            1 => format!("{stem}{ending}"),
            number => format!("{stem} ({number}){ending}"),
        };
        let name = file_name::safe(&name);
        if names.insert(name.to_lowercase()) {
            return name;
        }
        // A long name is cut, and its number with it.
        if number > 1 && name.chars().count() >= 150 {
            break;
        }
    }
    let name = format!("{}{ending}", document.id);
    names.insert(name.clone());
    name
}
