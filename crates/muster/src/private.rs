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

/// Who but its owner and their group gets at a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// Nobody.
    Nobody,
    /// Everybody on the machine may look into it.
    Readers,
    /// Everybody on the machine may change what is in it.
    Writers,
}

/// Who but its owner and their group gets at a folder. A group that several machines share it by may do all.
pub(crate) fn others(folder: &Path) -> Result<Others> {
    let about = fs::metadata(folder).context("it cannot be read")?;
    Ok(match about.permissions().mode() & 0o007 {
        0 => Others::Nobody,
        mode if mode & 0o002 == 0 => Others::Readers,
        _ => Others::Writers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_says_who_gets_at_it() {
        let folder = tempfile::tempdir().unwrap();
        for (mode, expected) in [
            (0o700, Others::Nobody),
            (0o770, Others::Nobody),
            (0o755, Others::Readers),
            (0o701, Others::Readers),
            (0o777, Others::Writers),
        ] {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(others(folder.path()).unwrap(), expected, "{mode:o}");
        }
    }
}
