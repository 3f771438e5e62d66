//! Forms with one file: the fields in memory, the file on the disk.

use std::{collections::HashMap, fs::File};

use axum::extract::{Multipart, multipart::Field};
use db::Tx;
use directory::documents;
use kernel::AccountId;

use crate::{
    app::App,
    failure::Failure,
    part,
    spool::{Spilled, Spool},
};

/// No field is longer: a note of 1,000 characters, each of up to four bytes.
const FIELD_LIMIT_BYTES: usize = 4096;
/// No form has more fields.
const MOST_FIELDS: usize = 20;

/// What a form held.
pub(crate) struct Upload {
    pub(crate) fields: HashMap<String, String>,
    /// What the file was called, and the file.
    pub(crate) file: Option<(String, File)>,
    /// The bound of the account, in MB.
    pub(crate) limit_mb: u64,
}

impl Upload {
    /// A field; blank if it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }
}

/// Why a form could not be read.
pub(crate) enum Trouble {
    Words(String),
    Failure(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<db::Error> for Trouble {
    fn from(error: db::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl From<Spilled> for Trouble {
    fn from(spilled: Spilled) -> Self {
        Self::Words(match spilled {
            Spilled::TooLarge(limit) => format!(
                "The file is larger than {}, which is the limit here. Settings, Documents says how large a file may be.",
                crate::format::bytes(limit)
            ),
            Spilled::NoRoom => "The server has no room for the file; nothing was kept.".to_owned(),
        })
    }
}

/// Reads the form part by part.
pub(crate) async fn receive(
    app: &App,
    account: AccountId,
    mut form: Multipart,
) -> Result<Upload, Trouble> {
    let limit_mb = app
        .db
        .read(move |tx: &mut Tx<'_>| documents::limit_mb(tx, account))
        .await?
        .unsigned_abs();
    let mut upload = Upload {
        fields: HashMap::new(),
        file: None,
        limit_mb,
    };
    while let Some(part) = form.next_field().await.map_err(|_| Failure::BadRequest)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            let called = part.file_name().unwrap_or_default().to_owned();
            let file = spool(app, part, limit_mb * 1024 * 1024).await?;
            // A browser sends an empty part when no file was chosen.
            if !called.is_empty() {
                upload.file = Some((called, file));
            }
        } else if upload.fields.len() < MOST_FIELDS {
            let text = part::text(part, FIELD_LIMIT_BYTES).await?;
            let value = text.ok_or(Failure::TooLarge)?;
            upload.fields.insert(name, value);
        } else {
            return Err(Failure::BadRequest.into());
        }
    }
    Ok(upload)
}

async fn spool(app: &App, mut part: Field<'_>, limit: u64) -> Result<File, Trouble> {
    let mut spool = Spool::bounded(app, limit)?;
    while let Some(chunk) = part.chunk().await.map_err(|_| Failure::BadRequest)? {
        spool.write(&chunk)?;
    }
    Ok(spool.finish()?.0)
}
