//! Where the files of one import are.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use kernel::ImportId;

/// The name of the file as it was uploaded.
pub(crate) const SOURCE: &str = "source";

/// A folder inside an import's that holds nothing for longer than one stage of its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scratch {
    /// The keys of rows being sorted.
    Keys,
    /// Whom rows are about, being sorted.
    People,
    /// What is known of these people, being sorted.
    Facts,
    /// The rows in the order they are written.
    Sorted,
    /// The rows of two files of a series being compared.
    Comparison,
    /// A corrected file being read.
    Corrected,
    /// The rows that another import takes over.
    Rest,
}

impl Scratch {
    /// Every one of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Keys,
        Self::People,
        Self::Facts,
        Self::Sorted,
        Self::Comparison,
        Self::Corrected,
        Self::Rest,
    ];

    /// The folder's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::People => "people",
            Self::Facts => "facts",
            Self::Sorted => "sorted",
            Self::Comparison => "comparison",
            Self::Corrected => "corrected",
            Self::Rest => "rest",
        }
    }
}

/// The folder of one import.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder of an import below the data folder; nothing is created yet.
    pub(crate) fn new(data: &Path, import: ImportId) -> Self {
        Self(data.join("imports").join(import.to_string()))
    }

    pub(crate) fn create(&self) -> io::Result<()> {
        // Rows are personal data: nobody else on the machine may read them.
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0)
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The file as it was uploaded.
    pub(crate) fn source(&self) -> PathBuf {
        self.0.join(SOURCE)
    }

    /// Cells of every row as read, in file order.
    pub(crate) fn cells(&self) -> PathBuf {
        self.0.join("cells")
    }

    /// Line and faults of every row, in file order.
    pub(crate) fn lines(&self) -> PathBuf {
        self.0.join("lines")
    }

    /// The format that the cells were read with.
    pub(crate) fn cells_layout(&self) -> PathBuf {
        self.0.join("cells.json")
    }

    /// Checked values of every row, in file order.
    pub(crate) fn candidates(&self) -> PathBuf {
        self.0.join("candidates")
    }

    /// What the last check rested on and found, for the next one.
    pub(crate) fn checked(&self) -> PathBuf {
        self.0.join("checked.json")
    }

    /// Gives up what was kept for a next check.
    pub(crate) fn forget_check(&self) -> io::Result<()> {
        self.give_up_checked()?;
        if self.row_keys().exists() {
            fs::remove_file(self.row_keys())?;
        }
        Ok(())
    }

    /// Gives up what the last check rested on, for good even if the machine stops.
    pub(crate) fn give_up_checked(&self) -> io::Result<()> {
        let path = self.checked();
        if !path.exists() {
            return Ok(());
        }
        // A removal may be lost with the machine; that the file is empty is not.
        let file = fs::File::options().write(true).open(&path)?;
        file.set_len(0)?;
        file.sync_all()?;
        fs::remove_file(path)
    }

    /// Length and time of the last change of all that a check takes over.
    pub(crate) fn prints(&self) -> io::Result<Vec<(u64, u64)>> {
        [
            self.candidates(),
            self.row_keys(),
            self.cells(),
            self.lines(),
        ]
        .iter()
        .map(|path| {
            let about = fs::metadata(path)?;
            let since = about.modified()?.duration_since(UNIX_EPOCH);
            let nanos = since.map_or(0, |since| since.as_nanos());
            Ok((about.len(), nanos as u64))
        })
        .collect()
    }

    /// The sorted keys of rows, for the next check.
    pub(crate) fn row_keys(&self) -> PathBuf {
        self.0.join("row-keys")
    }

    /// The same while they are written.
    pub(crate) fn next_row_keys(&self) -> PathBuf {
        self.0.join("row-keys-next")
    }

    /// The candidates while they are written anew beside those of the last check.
    pub(crate) fn next_candidates(&self) -> PathBuf {
        self.0.join("candidates-next")
    }

    /// One outcome code per row.
    pub(crate) fn outcomes(&self) -> PathBuf {
        self.0.join("outcomes")
    }

    /// The outcome codes after the run; the plan's stay as they were, for a restart.
    pub(crate) fn final_outcomes(&self) -> PathBuf {
        self.0.join("results")
    }

    /// One byte per row: whether an undo has given its person the old values back.
    pub(crate) fn restored(&self) -> PathBuf {
        self.0.join("restored")
    }

    /// For each row its place among the new people.
    pub(crate) fn places(&self) -> PathBuf {
        self.0.join("places")
    }

    /// One byte per row: what becomes of a card that somebody else holds.
    pub(crate) fn held(&self) -> PathBuf {
        self.0.join("held")
    }

    /// The cards that are taken from their holders, in file order.
    pub(crate) fn moves(&self) -> PathBuf {
        self.0.join("moves")
    }

    /// What changes of known people, in file order.
    pub(crate) fn changes(&self) -> PathBuf {
        self.0.join("changes")
    }

    /// Whom the rows about known people are about, in file order.
    pub(crate) fn matches(&self) -> PathBuf {
        self.0.join("matches")
    }

    /// Everybody whom any row is about, in the order of ids.
    pub(crate) fn present(&self) -> PathBuf {
        self.0.join("present")
    }

    /// The changes that deactivate people who are not in the file, in the order of ids.
    pub(crate) fn departures(&self) -> PathBuf {
        self.0.join("departures")
    }

    /// Shape and references of the candidates.
    pub(crate) fn references(&self) -> PathBuf {
        self.0.join("references.json")
    }

    /// What of the account the plan was made from.
    pub(crate) fn basis(&self) -> PathBuf {
        self.0.join("basis.json")
    }

    /// The distinct values of list columns, counted when first looked at.
    pub(crate) fn values(&self) -> PathBuf {
        self.0.join("values.json")
    }

    /// Orders of rows by a column, made when first looked at.
    pub(crate) fn orders(&self) -> PathBuf {
        self.0.join("orders")
    }

    /// Gives up the orders of rows that were made so far.
    pub(crate) fn drop_orders(&self) -> io::Result<()> {
        remove_if_there(&self.orders())
    }

    /// Room for one stage's work, emptied before use.
    pub(crate) fn scratch(&self, of: Scratch) -> io::Result<PathBuf> {
        let scratch = self.0.join(of.name());
        remove_if_there(&scratch)?;
        fs::create_dir_all(&scratch)?;
        Ok(scratch)
    }

    /// Removes one scratch folder.
    pub(crate) fn drop_scratch(&self, of: Scratch) -> io::Result<()> {
        remove_if_there(&self.0.join(of.name()))
    }

    /// Removes every file of the import.
    pub(crate) fn remove(&self) -> io::Result<()> {
        remove_if_there(&self.0)
    }

    /// Whether the rows can still be shown.
    pub(crate) fn has_cells(&self) -> bool {
        self.cells().exists()
    }
}

fn remove_if_there(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
    } else {
        Ok(())
    }
}
