//! Processor time and memory of processes, as the kernel counts them.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result};

/// Fields of `/proc/<pid>/stat` after the command's name, from the state on.
const PARENT: usize = 1;
const OWN_TIME: [usize; 2] = [11, 12];
const CHILDREN_TIME: [usize; 2] = [13, 14];
/// Linux shows processor time in hundredths of a second to every program.
const TICKS_PER_SECOND: f64 = 100.0;

/// Seconds this process has computed.
pub(crate) fn own_seconds() -> Result<f64> {
    Ok(seconds(&stat("self")?, &OWN_TIME))
}

/// Seconds the ended children of this process have computed.
pub(crate) fn children_seconds() -> Result<f64> {
    Ok(seconds(&stat("self")?, &CHILDREN_TIME))
}

/// Seconds a database server on this machine has computed, given one of its backends.
///
/// The postmaster counts the children that ended; the living are added. `None` when the server is elsewhere.
pub(crate) fn server_seconds(backend: i32) -> Option<f64> {
    let fields = stat(&backend.to_string()).ok()?;
    let postmaster = fields.get(PARENT)?.clone();
    let mut total = stat(&postmaster).map_or(0.0, |fields| {
        seconds(&fields, &OWN_TIME) + seconds(&fields, &CHILDREN_TIME)
    });
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let Some(fields) = entry.file_name().to_str().and_then(|id| stat(id).ok()) else {
            continue;
        };
        if fields.get(PARENT) == Some(&postmaster) {
            total += seconds(&fields, &OWN_TIME);
        }
    }
    Some(total)
}

/// The most memory the process has held so far, in bytes; `None` once it has ended.
pub(crate) fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes = line.split_whitespace().next()?.parse::<u64>().ok()?;
    Some(kibibytes * 1024)
}

/// What a command printed and what it cost.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) output: std::process::Output,
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) peak_bytes: u64,
}

/// Runs the command to its end while watching its memory.
pub(crate) fn run(command: &mut std::process::Command) -> Result<Ended> {
    let cpu = children_seconds()?;
    let clock = std::time::Instant::now();
    let child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .with_context(|| {
            format!(
                "cannot start {}",
                Path::new(command.get_program()).display()
            )
        })?;
    let process = child.id();
    let watcher = std::thread::spawn(move || {
        let mut peak = 0;
        while let Some(bytes) = peak_memory(process) {
            peak = peak.max(bytes);
            std::thread::sleep(Duration::from_millis(10));
        }
        peak
    });
    let output = child.wait_with_output()?;
    let wall = clock.elapsed().as_secs_f64();
    let peak_bytes = watcher.join().unwrap_or_default();
    Ok(Ended {
        output,
        wall,
        cpu: children_seconds()? - cpu,
        peak_bytes,
    })
}

fn stat(process: &str) -> Result<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in brackets may hold spaces and brackets itself; the last one ends it.
    let (_, fields) = text.rsplit_once(") ").context("stat without a name")?;
    Ok(fields.split_whitespace().map(str::to_owned).collect())
}

fn seconds(fields: &[String], wanted: &[usize]) -> f64 {
    wanted
        .iter()
        .filter_map(|field| fields.get(*field)?.parse::<f64>().ok())
        .sum::<f64>()
        / TICKS_PER_SECOND
}
