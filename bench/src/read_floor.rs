//! The reading floor: the `csv` crate over the bytes, nothing else.

use std::{fs::File, path::Path, time::Instant};

use anyhow::{Context, Result};

use crate::{floor::Measured, process};

/// Reads every record of the file and throws it away.
pub(crate) fn read(path: &Path) -> Result<Measured> {
    let cpu = process::own_seconds()?;
    let clock = Instant::now();
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut reader = csv::ReaderBuilder::new()
        .buffer_capacity(1 << 20)
        .from_reader(file);
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record)? {
        rows += 1;
    }
    Ok(Measured {
        rows,
        wall: clock.elapsed().as_secs_f64(),
        client_cpu: process::own_seconds()? - cpu,
        server_cpu: None,
    })
}
