//! Reads a file and prints rows per second: `cargo run --release -p tabular --example read_speed FILE`.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = PathBuf::from(std::env::args_os().nth(1).ok_or("name a file")?);
    let options = tabular::ReadOptions::default();
    let started = Instant::now();
    let layout = tabular::detect(&path, &options)?;
    let detected = started.elapsed();
    let started = Instant::now();
    let mut reader = tabular::open(&path, &layout, &options.limits)?;
    let mut record = tabular::Record::new();
    let (mut rows, mut cells) = (0_u64, 0_usize);
    while reader.next(&mut record)? {
        rows += 1;
        cells += record.iter().filter(|cell| !cell.is_empty()).count();
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = rows as f64 / seconds;
    writeln!(
        std::io::stdout(),
        "{rows} rows, {cells} filled cells, detected in {detected:?}, read in {seconds:.3} s, {rate:.0} rows/s"
    )?;
    Ok(())
}
