//! Standard output for answers, standard error for everything else. The only place that prints.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufWriter, IsTerminal, Write},
    path::Path,
    process,
};

use anyhow::{Context, Result};
use serde_json::Value;

/// As a shell says of a command whose reader went away (SIGPIPE).
const READER_GONE: i32 = 141;

/// Standard output. When whoever reads it goes away, the command ends at once and says nothing, as
/// `cat` does: what it wrote to a database in a transaction that has not ended is taken back.
struct Answer(io::Stdout);

impl Answer {
    fn new() -> Self {
        Self(io::stdout())
    }
}

impl Write for Answer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).inspect_err(end_if_gone)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().inspect_err(end_if_gone)
    }
}

fn end_if_gone(error: &io::Error) {
    if error.kind() == io::ErrorKind::BrokenPipe {
        process::exit(READER_GONE);
    }
}

/// Prints a line of the answer.
pub(crate) fn line(text: &str) {
    let _ = writeln!(Answer::new(), "{text}");
}

/// Prints a line of a server, which goes on whoever reads it.
pub(crate) fn announce(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Prints a note beside the answer.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints one JSON document.
pub(crate) fn json(value: &Value) {
    line(&value.to_string());
}

/// Asks a yes-or-no question on a terminal; no when there is none.
pub(crate) fn asks(question: &str) -> bool {
    if !io::stdin().is_terminal() {
        return false;
    }
    let _ = write!(io::stderr(), "{question} [y/N] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).is_ok()
        && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// Opens a file for writing, or standard output.
pub(crate) fn open(path: Option<&Path>) -> Result<Box<dyn Write + Send>> {
    Ok(match path {
        Some(path) => {
            let file = File::create(path)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            Box::new(BufWriter::new(file))
        }
        None => Box::new(BufWriter::new(Answer::new())),
    })
}

/// Prints rows as columns of equal width.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .chain(head.get(column).map(|cell| cell.chars().count()))
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let print = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (cell, width) in cells.zip(&widths) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{cell:<width$}  ");
        }
        line(text.trim_end());
    };
    print(&mut head.iter().copied());
    for row in rows {
        print(&mut row.iter().map(String::as_str));
    }
}
