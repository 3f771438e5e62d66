//! A way to PostgreSQL on which the answers to some large commits are lost: they are carried out, and the connection breaks.

use std::{
    io::{Read as _, Write as _},
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
};

/// So many answers are lost; then the way is as any other.
pub(crate) const MOST: u32 = 3;
/// A commit of so many bytes is one of a chunk of rows.
const LARGE: usize = 200 * 1024;
const COMMIT: &[u8] = b"COMMIT";
/// What PostgreSQL calls its socket.
const SOCKET: &str = ".s.PGSQL.5432";

/// The way, open as long as the test runs.
pub(crate) struct Lossy {
    /// The address of the same database by this way.
    pub(crate) url: String,
    lost: Arc<AtomicU32>,
}

impl Lossy {
    /// A way to the database of a server of one's own, whose socket is in a folder; its own is in `folder`.
    pub(crate) fn before(url: &str, folder: &Path) -> Self {
        let (before, rest) = url.split_once('@').unwrap();
        let (there, database) = rest.split_once('/').unwrap();
        let there = Path::new(&there.replace("%2F", "/")).join(SOCKET);
        let listener = UnixListener::bind(folder.join(SOCKET)).unwrap();
        let here = folder.display().to_string().replace('/', "%2F");
        let lost = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&lost);
        thread::spawn(move || {
            for client in listener.incoming() {
                let server = UnixStream::connect(&there).unwrap();
                join(client.unwrap(), server, &counted);
            }
        });
        Self {
            url: format!("{before}@{here}/{database}"),
            lost,
        }
    }

    /// How many answers were lost.
    pub(crate) fn lost(&self) -> u32 {
        self.lost.load(Ordering::SeqCst)
    }
}

/// Carries what both say, until the answer to a large commit would come.
fn join(client: UnixStream, server: UnixStream, lost: &Arc<AtomicU32>) {
    let is_losing = Arc::new(AtomicBool::new(false));
    let (asking, asked) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (loses, counted) = (Arc::clone(&is_losing), Arc::clone(lost));
    thread::spawn(move || questions(asking, asked, &loses, &counted));
    thread::spawn(move || answers(server, client, &is_losing));
}

fn questions(mut from: UnixStream, mut to: UnixStream, loses: &AtomicBool, lost: &AtomicU32) {
    let (mut buffer, mut since_commit) = (vec![0; 64 * 1024], 0);
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let said = &buffer[..read];
        since_commit += read;
        // A commit is a message of its own, which is sent at once.
        if said.windows(COMMIT.len()).any(|words| words == COMMIT) {
            if since_commit > LARGE && lost.load(Ordering::SeqCst) < MOST {
                lost.fetch_add(1, Ordering::SeqCst);
                loses.store(true, Ordering::SeqCst);
            }
            since_commit = 0;
        }
        if to.write_all(said).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

fn answers(mut from: UnixStream, mut to: UnixStream, loses: &AtomicBool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        // The server answers a commit when it is carried out.
        if loses.load(Ordering::SeqCst) {
            break;
        }
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
