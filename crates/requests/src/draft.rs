//! Files about people: written beside their place and then put there, so that half of one is never found, and for
//! nobody else on the machine to read.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Draft {
    file: File,
    place: PathBuf,
}

impl Draft {
    /// Begins a file that is to be at a place; what another try left there is written over.
    pub(crate) fn begin(place: &Path) -> io::Result<Self> {
        if let Some(folder) = place.parent() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        Ok(Self {
            file: options.open(path(place))?,
            place: place.to_owned(),
        })
    }

    /// Where to write.
    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Puts the file where it is to be, and says how large it is.
    pub(crate) fn put(self) -> io::Result<i64> {
        // Whoever reads that it is there may open it on another machine.
        self.file.sync_all()?;
        let size = self.file.metadata()?.len();
        fs::rename(path(&self.place), &self.place)?;
        i64::try_from(size).map_err(io::Error::other)
    }
}

/// Removes a file, and what was written for it so far.
pub(crate) fn remove(place: &Path) -> io::Result<()> {
    for file in [place, &path(place)] {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn path(place: &Path) -> PathBuf {
    place.with_extension("part")
}
