//! What each lane does at this moment, in a file that outlives the process.
//!
//! A commit takes milliseconds, and a process may be killed in the middle of one. Writing a few bytes to a file takes
//! microseconds, and the system keeps them whatever becomes of the process. So the file says, closer than the database
//! can, whether the content of a message was sent. It is a help for whoever takes over on the same machine; the database
//! alone is enough for everything to be sent at most once.

use std::{
    fs::{self, File},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use kernel::MessageId;
use uuid::Uuid;

/// The folder of the files.
#[derive(Clone, Debug)]
pub(crate) struct Journal(PathBuf);

/// What a lane said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// It was about to send this message's content.
    Begun(MessageId),
    /// The server had answered to this message's content.
    Answered(MessageId),
}

/// One lane's file.
#[derive(Debug)]
pub(crate) struct Slot(File);

impl Journal {
    pub(crate) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// The file of a lane.
    pub(crate) fn slot(&self, worker: &str, lane: usize) -> io::Result<Slot> {
        fs::create_dir_all(&self.0)?;
        File::create(self.path(worker, lane)).map(Slot)
    }

    /// What the lanes of a worker said last; none if it ran elsewhere.
    pub(crate) fn read(&self, worker: &str) -> Option<Vec<Entry>> {
        let texts: Vec<_> = (0..LANES)
            .filter_map(|lane| fs::read_to_string(self.path(worker, lane)).ok())
            .collect();
        (!texts.is_empty()).then(|| texts.iter().filter_map(|text| Entry::parse(text)).collect())
    }

    /// Removes the files of a worker.
    pub(crate) fn forget(&self, worker: &str) {
        for lane in 0..LANES {
            // A worker that ran elsewhere has none.
            let _ = fs::remove_file(self.path(worker, lane));
        }
    }

    fn path(&self, worker: &str, lane: usize) -> PathBuf {
        let name: String = worker.chars().filter(char::is_ascii_alphanumeric).collect();
        self.0.join(format!("{name}.{lane}"))
    }
}

/// No worker has more lanes.
pub(crate) const LANES: usize = 8;

impl Slot {
    /// Said right before the content.
    pub(crate) fn begin(&mut self, id: MessageId) -> io::Result<()> {
        self.say('B', id)
    }

    /// Said right after the answer; the database hears of it with the next commit.
    pub(crate) fn answer(&mut self, id: MessageId) {
        if let Err(error) = self.say('E', id) {
            tracing::warn!(%error, "the answer to a message could not be noted");
        }
    }

    fn say(&mut self, what: char, id: MessageId) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        self.0
            .write_all(format!("{what}{}", id.uuid().simple()).as_bytes())
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        let id = |text| Uuid::try_parse(text).ok().map(MessageId::from_uuid);
        match text.split_at_checked(1)? {
            ("B", rest) => id(rest).map(Self::Begun),
            ("E", rest) => id(rest).map(Self::Answered),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Ids;
    use testkit::NOW;

    use super::*;

    #[test]
    fn says_what_each_lane_did_last() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(&folder.path().join("sending"));
        let ids = Ids::seeded(1);
        let [one, other]: [MessageId; 2] = [ids.next(NOW), ids.next(NOW)];
        assert_eq!(journal.read("sender:a"), None);
        let mut first = journal.slot("sender:a", 0).unwrap();
        let mut second = journal.slot("sender:a", 1).unwrap();
        assert_eq!(journal.read("sender:a"), Some(Vec::new()));
        first.begin(other).unwrap();
        first.begin(one).unwrap();
        second.begin(other).unwrap();
        second.answer(other);
        let said = vec![Entry::Begun(one), Entry::Answered(other)];
        assert_eq!(journal.read("sender:a"), Some(said));
        journal.forget("sender:a");
        assert_eq!(journal.read("sender:a"), None);
    }
}
