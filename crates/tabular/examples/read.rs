//! Prints what is read from a file as JSON: `cargo run -p tabular --example read FILE`.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = PathBuf::from(std::env::args_os().nth(1).ok_or("name a file")?);
    let mut output = BufWriter::new(std::io::stdout().lock());
    if let Err(error) = tabular::write_json(&path, &tabular::ReadOptions::default(), &mut output) {
        writeln!(output, "refused: {}: {error}", error.code())?;
    }
    output.flush()?;
    Ok(())
}
