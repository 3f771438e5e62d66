//! The file: a ZIP with one table for each kind of thing that is kept about a person, written row by row.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    ops::ControlFlow,
};

use db::{Row, Tx, params};
use directory::{
    Ctx, accounts,
    documents::{FileError, Files},
    photos::{self, Size},
    provisioning, users,
};
use jobs::Failure;
use kernel::{Timestamp, UserId};
use tabular::{CsvFormat, CsvWriter};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    documents, profile,
    sheets::{self, Kind, Sheet},
};

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum PackError {
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error("the file cannot be written")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Document(#[from] FileError),
    #[error("the archive cannot be written")]
    Zip(#[from] zip::result::ZipError),
    #[error("the profile cannot be written")]
    Json(#[from] serde_json::Error),
}

pub(super) type Archive = ZipWriter<BufWriter<File>>;

/// Writes everything that is kept about a person.
pub(super) fn write(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    documents: &Files,
    file: File,
) -> Result<(), Failure> {
    Ok(whole(tx, ctx, user, documents, file)?)
}

fn whole(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    documents: &Files,
    file: File,
) -> Result<(), PackError> {
    let mut archive = ZipWriter::new(BufWriter::new(file));
    let record = users::get(tx, ctx.account, user)?;
    let account = accounts::get(tx, ctx.account)?;
    begin(&mut archive, "README.txt")?;
    archive.write_all(profile::read_me(&record, &account.name, ctx.now()).as_bytes())?;
    let fields = profile::fields(tx, &record)?;
    begin(&mut archive, "profile.json")?;
    archive.write_all(profile::as_json(&fields)?.as_bytes())?;
    let mut table = begin_table(&mut archive, "profile.csv", &["Field", "Value"])?;
    for field in &fields {
        table.write_row([field.label.as_str(), field.value.as_str()])?;
    }
    table.finish()?;
    if let Some(names) = provisioning::names(tx, ctx.account, user)? {
        begin(&mut archive, "provider.json")?;
        archive.write_all(profile::of_provider(&names)?.as_bytes())?;
    }
    if let Some(photo) = photos::find(tx, ctx.account, user, Size::Large)? {
        begin(&mut archive, "photo.jpg")?;
        archive.write_all(&photo)?;
    }
    for sheet in sheets::all() {
        write_sheet(tx, ctx, user, &mut archive, &sheet)?;
    }
    write_messages(tx, ctx, &record.user, &mut archive)?;
    documents::write(tx, ctx, user, documents, &mut archive)?;
    archive.finish()?.flush()?;
    Ok(())
}

pub(super) fn begin(archive: &mut Archive, name: &str) -> Result<(), PackError> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    Ok(archive.start_file(name, options)?)
}

pub(super) fn begin_table<'a>(
    archive: &'a mut Archive,
    name: &str,
    head: &[&str],
) -> Result<CsvWriter<&'a mut Archive>, PackError> {
    begin(archive, name)?;
    let format = CsvFormat {
        byte_order_mark: true,
        ..CsvFormat::default()
    };
    let mut table = CsvWriter::new(archive, format);
    table.write_row(head.iter().copied())?;
    Ok(table)
}

fn write_sheet(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    archive: &mut Archive,
    sheet: &Sheet,
) -> Result<(), PackError> {
    let head: Vec<&str> = sheet.columns.iter().map(|(title, _)| *title).collect();
    let mut table = begin_table(archive, sheet.file, &head)?;
    tx.for_each::<PackError>(sheet.statement, params![ctx.account, user], |row| {
        let mut cells = Vec::with_capacity(sheet.columns.len());
        for (place, (_, kind)) in sheet.columns.iter().enumerate() {
            cells.push(cell(row, place, *kind)?);
        }
        table.write_row(cells.iter().map(String::as_str))?;
        Ok(ControlFlow::Continue(()))
    })?;
    table.finish()?;
    Ok(())
}

fn cell(row: &Row<'_>, place: usize, kind: Kind) -> db::Result<String> {
    let text = match kind {
        Kind::Text => row.get::<Option<String>>(place)?,
        Kind::Moment => row
            .get::<Option<Timestamp>>(place)?
            .map(|moment| moment.to_string()),
        Kind::Yes => row
            .get::<Option<bool>>(place)?
            .map(|yes| if yes { "yes" } else { "no" }.to_owned()),
    };
    Ok(text.unwrap_or_default())
}

/// Subject and time of each message; never its link.
fn write_messages(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: &users::UserRow,
    archive: &mut Archive,
) -> Result<(), PackError> {
    use delivery::messages::{self, Wanted};
    let head = ["At", "Way", "To", "For", "Subject", "State"];
    let mut table = begin_table(archive, "messages.csv", &head)?;
    for recipient in [&user.email, &user.phone].into_iter().flatten() {
        let mut wanted = Wanted {
            recipient: Some(recipient.clone()),
            ..Wanted::default()
        };
        loop {
            let page = messages::list(tx, ctx.account, &wanted)?;
            let Some(last) = page.last() else { break };
            wanted.before = Some(last.id);
            // The list finds addresses that begin so as well.
            for mut message in page
                .into_iter()
                .filter(|message| message.recipient == *recipient)
            {
                message.link = None;
                let content = messages::content(tx, ctx.account, &message)?;
                let subject = content.map_or_else(String::new, |content| content.subject);
                table.write_row([
                    message.created_at.to_string().as_str(),
                    message.channel.as_str(),
                    message.recipient.as_str(),
                    message.purpose.as_str(),
                    subject.as_str(),
                    message.state.as_str(),
                ])?;
            }
        }
    }
    table.finish()?;
    Ok(())
}
