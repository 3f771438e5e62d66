//! Whether others on this machine get at a file or a folder.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use anyhow::{Context as _, Result};

/// Whether nobody but its owner, and their group if it may only read, gets at it.
pub(crate) fn is_private(path: &Path) -> Result<()> {
    let about = fs::metadata(path).context("it cannot be read")?;
    let mode = about.permissions().mode() & 0o777;
    let open = if about.is_dir() { 0o027 } else { 0o037 };
    anyhow::ensure!(
        mode & open == 0,
        "others may get at it (mode {mode:o}); chmod {} {}",
        if about.is_dir() { "700" } else { "600" },
        path.display()
    );
    if about.is_file() {
        fs::File::open(path).context("it cannot be read")?;
    }
    Ok(())
}
