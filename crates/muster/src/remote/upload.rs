//! Sending a file in parts, and going on after a line that broke or a start that was killed.

use std::{
    fs::File,
    io::{self, IsTerminal as _, Read as _, Seek as _, SeekFrom},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kernel::UploadId;
use serde_json::{Value, json};
use ureq::http::Method;

use super::client::{Asked, Client};
use crate::{commands::import::open, output};

/// How much is sent at a time.
const PART_BYTES: u64 = 4 << 20;
/// How long nothing may get on.
const PATIENCE: Duration = Duration::from_mins(5);
const PAUSE: Duration = Duration::from_millis(500);

/// A file to be sent.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) hash: blake3::Hash,
    file: File,
}

impl Source {
    /// Opens a file; what comes from a pipe is kept on the disk first, so that it can be sent again.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let (name, mut coming) = open(path)?;
        let mut hasher = blake3::Hasher::new();
        let is_file = path.metadata().is_ok_and(|about| about.is_file());
        let mut file = if is_file {
            File::open(path).with_context(|| format!("{} cannot be read", path.display()))?
        } else {
            tempfile::tempfile().context("there is no room for a copy of the input")?
        };
        let mut bytes = 0;
        let mut buffer = vec![0; 256 << 10];
        loop {
            let read = match coming.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error).context("the input cannot be read"),
            };
            let part = buffer.get(..read).unwrap_or_default();
            hasher.update(part);
            if !is_file {
                io::Write::write_all(&mut file, part)?;
            }
            bytes += part.len() as u64;
        }
        Ok(Self {
            name,
            bytes,
            hash: hasher.finalize(),
            file,
        })
    }

    /// The file itself, from wherever it was read to.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    fn part(&mut self, offset: u64) -> Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(offset))?;
        let mut part = Vec::new();
        (&mut self.file).take(PART_BYTES).read_to_end(&mut part)?;
        if part.is_empty() {
            bail!("the file became shorter while it was sent");
        }
        Ok(part)
    }
}

/// Begins an upload.
pub(crate) fn begin(client: &Client, source: &Source) -> Result<UploadId> {
    let name: String = source
        .name
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    let name = if name.is_empty() {
        "people.csv".to_owned()
    } else {
        name
    };
    let made = client.post(
        "/api/v1/uploads",
        &json!({"size": source.bytes, "name": name}),
    )?;
    let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
    id.parse()
        .ok()
        .context("the server did not say which upload it is")
}

/// Sends what the server does not have yet.
pub(crate) fn send(client: &Client, id: UploadId, source: &mut Source) -> Result<()> {
    let address = format!("/api/v1/uploads/{id}");
    let mut offset = offset_of(&client.get(&address)?);
    let bar = bar(source.bytes, offset);
    let mut got_on = Instant::now();
    while offset < source.bytes {
        let part = source.part(offset)?;
        let sent = client.once(&Asked {
            method: Method::PATCH,
            path: &address,
            body: Some(("application/octet-stream", &part)),
            headers: &[("upload-offset", offset.to_string())],
        });
        let reached = match sent {
            Ok(Some(answer)) => offset_of(&answer),
            Ok(None) => {
                // What came before the line broke counts: the server says where to go on.
                thread::sleep(PAUSE);
                offset_of(&client.get(&address)?)
            }
            Err(error) if is_elsewhere(&error) => offset_of(&client.get(&address)?),
            Err(error) => return Err(error),
        };
        if reached > offset {
            got_on = Instant::now();
        } else if got_on.elapsed() > PATIENCE {
            bail!("the file cannot be sent: the server takes no more of it");
        }
        offset = reached;
        if let Some(bar) = &bar {
            bar.set_position(offset);
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    Ok(())
}

/// Whether the part begins elsewhere than where the file ends on the server.
fn is_elsewhere(error: &anyhow::Error) -> bool {
    let refusal = error.downcast_ref::<import::Refusal>();
    refusal.is_some_and(|refusal| refusal.code() == "upload_offset")
}

fn offset_of(upload: &Value) -> u64 {
    upload
        .get("offset")
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

fn bar(bytes: u64, offset: u64) -> Option<ProgressBar> {
    if !io::stderr().is_terminal() {
        return None;
    }
    if offset > 0 {
        output::note("Going on with an upload that was not finished.");
    }
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
    let template = "{msg:>10} [{bar:30}] {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    Some(bar.with_position(offset).with_message("sending"))
}
