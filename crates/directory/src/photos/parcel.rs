//! Many files on their way into the data folder: packed one after the other into one archive, each bounded.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use kernel::PhotoBatchId;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Each file has a numbered folder of its own in here: two that are called the same are two files.
const APART: &str = "sent/";

/// Files that arrive. Dropped without [`Parcel::finish`], nothing of them is left.
#[derive(Debug)]
pub struct Parcel {
    archive: ZipWriter<File>,
    place: PathBuf,
    /// Of each file no more is kept, and one byte that tells it was too large.
    most_bytes: u64,
    taken: u64,
    count: u64,
    is_finished: bool,
}

impl Parcel {
    /// An empty parcel of a batch whose files may have so many bytes each.
    pub fn begin(data: &Path, batch: PhotoBatchId, most_bytes: u64) -> io::Result<Self> {
        let place = file(data, batch);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(Self {
            archive: ZipWriter::new(File::create(&place)?),
            place,
            most_bytes,
            taken: 0,
            count: 0,
            is_finished: false,
        })
    }

    /// Begins the next file.
    pub fn file(&mut self, name: &str) -> io::Result<()> {
        // Pictures are packed already.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.taken = 0;
        self.count += 1;
        let apart = format!("{APART}{}/{name}", self.count);
        Ok(self.archive.start_file(apart, options)?)
    }

    /// Adds to the file; what is beyond the bound is dropped.
    pub fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        let left = (self.most_bytes + 1).saturating_sub(self.taken);
        let kept = chunk.get(..chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX)));
        self.taken += chunk.len() as u64;
        self.archive.write_all(kept.unwrap_or_default())
    }

    /// Closes the archive.
    pub fn finish(mut self) -> io::Result<()> {
        let archive = std::mem::replace(&mut self.archive, ZipWriter::new(tempfile::tempfile()?));
        archive.finish()?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for Parcel {
    fn drop(&mut self) {
        if !self.is_finished {
            // A file that stays is found by nobody and harms nothing.
            let _ = fs::remove_file(&self.place);
        }
    }
}

/// What a file was called before a parcel gave it a folder; in an archive that was uploaded as it is, its name.
pub(super) fn called(name: &str) -> &str {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    name.strip_prefix(APART)
        .and_then(|rest| rest.split_once('/'))
        .filter(|(number, _)| is_number(number))
        .map_or(name, |(_, called)| called)
}

/// Where the files of a batch wait for their job.
pub(super) fn file(data: &Path, batch: PhotoBatchId) -> PathBuf {
    data.join("photos").join(format!("{batch}.zip"))
}
