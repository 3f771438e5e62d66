//! Uploads on their way into the data folder: many files, packed one after the other into one archive, or an archive as it is; both bounded.

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
    place: Place,
    /// Of each file no more is kept, and one byte that tells it was too large.
    most_bytes: u64,
    taken: u64,
    count: u64,
}

impl Parcel {
    /// An empty parcel of a batch whose files may have so many bytes each.
    pub fn begin(data: &Path, batch: PhotoBatchId, most_bytes: u64) -> io::Result<Self> {
        let (file, place) = Place::begin(data, batch)?;
        Ok(Self {
            archive: ZipWriter::new(file),
            place,
            most_bytes,
            taken: 0,
            count: 0,
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
    pub fn finish(self) -> io::Result<()> {
        self.archive.finish()?;
        self.place.keep();
        Ok(())
    }
}

/// An archive that arrives as it is. Dropped without [`Archive::finish`], nothing of it is left.
#[derive(Debug)]
pub struct Archive {
    file: File,
    place: Place,
    left: u64,
}

impl Archive {
    /// An empty archive of a batch, which may have so many bytes.
    pub fn begin(data: &Path, batch: PhotoBatchId, most_bytes: u64) -> io::Result<Self> {
        let (file, place) = Place::begin(data, batch)?;
        Ok(Self {
            file,
            place,
            left: most_bytes,
        })
    }

    /// Adds to it; more than it may have is an error.
    pub fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        let left = self.left.checked_sub(chunk.len() as u64);
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        self.file.write_all(chunk)
    }

    /// Leaves it to the batch.
    pub fn finish(self) {
        self.place.keep();
    }
}

/// A file of a batch that is removed again unless it is kept.
#[derive(Debug)]
struct Place {
    path: PathBuf,
    is_kept: bool,
}

impl Place {
    fn begin(data: &Path, batch: PhotoBatchId) -> io::Result<(File, Self)> {
        fs::create_dir_all(folder(data))?;
        let path = file(data, batch);
        let file = File::create(&path)?;
        let is_kept = false;
        Ok((file, Self { path, is_kept }))
    }

    fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.is_kept {
            // A file that stays is swept away later.
            let _ = fs::remove_file(&self.path);
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

/// Where the files of all batches wait.
pub(super) fn folder(data: &Path) -> PathBuf {
    data.join("photos")
}

/// Where the files of a batch wait for their job.
pub(super) fn file(data: &Path, batch: PhotoBatchId) -> PathBuf {
    folder(data).join(format!("{batch}.zip"))
}

/// Whose files these are.
pub(super) fn batch_of(path: &Path) -> Option<PhotoBatchId> {
    path.file_stem()?.to_str()?.parse().ok()
}
