//! How fast pages over many people and a large import come, at any page.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::{Context, Result};

use super::{
    database::{Database, Place},
    product::{EMAIL, PASSWORD, Product},
    visitor::{Server, Visitor, encoded},
};
use crate::{generate, process};

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Request {
    /// The product's binary.
    #[arg(long, default_value = "target/release/muster")]
    muster: PathBuf,
    /// `sqlite`, or the address of a PostgreSQL server; may be repeated.
    #[arg(long, value_parser = Place::parse, default_value = "sqlite")]
    database: Vec<Place>,
    /// People in the account.
    #[arg(long, default_value_t = 1_000_000)]
    people: u64,
    /// Requests of each kind.
    #[arg(long, default_value_t = 300)]
    requests: usize,
    /// Folder for files and databases.
    #[arg(long, default_value_os_t = env::temp_dir())]
    folder: PathBuf,
}

/// Searches as people type them: names, the beginning of an address, a number, nobody.
const SEARCHES: &[&str] = &[
    "thandi",
    "müller",
    "van der",
    "wilson",
    "e00500",
    "naidoo.si",
    "+2782",
    "олена",
    "zzzz",
    "a",
    "O'Con",
];

/// Where people begin.
const FIRST_PAGES: &[&str] = &["/", "/users", "/imports", "/users?q=thandi"];

/// Measures and prints a table.
pub(crate) fn measure(request: &Request, out: &mut impl Write) -> Result<()> {
    let product = Product::find(&request.muster)?;
    let folder = request
        .folder
        .join(format!("muster-bench-pages-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let file = folder.join("people.csv");
    generate::write(&generate::Request {
        rows: request.people,
        seed: 1,
        dirty: 5.0,
        after: 0,
        groups: true,
        updates_of: None,
        format: "csv".to_owned(),
        output: file.clone(),
    })?;
    let more = folder.join("more.csv");
    generate::write(&generate::Request {
        rows: request.people / 5,
        seed: 2,
        dirty: 5.0,
        after: request.people,
        groups: true,
        updates_of: None,
        format: "csv".to_owned(),
        output: more.clone(),
    })?;
    writeln!(
        out,
        "| database | people | pages | requests | p50 ms | p99 ms | worst ms |\n|---|--:|---|--:|--:|--:|--:|"
    )?;
    for (number, place) in (0..).zip(&request.database) {
        let mut database = Database::create(place, &folder, number)?;
        let told = tell(request, &product, place, &database, (&file, &more), out);
        database.remove()?;
        told?;
    }
    fs::remove_dir_all(&folder)?;
    Ok(())
}

fn tell(
    request: &Request,
    product: &Product,
    place: &Place,
    database: &Database,
    (file, more): (&Path, &Path),
    out: &mut impl Write,
) -> Result<()> {
    product.init(database)?;
    let import = product.import(database, file, false)?.id;
    let server = Server::start(&mut product.serve(database))?;
    let visitor = Visitor::sign_in(&server, EMAIL, PASSWORD)?;
    let mut line = |pages: &str, times: &mut Vec<Duration>| -> Result<()> {
        times.sort_unstable();
        let at = |share: f64| {
            let place = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
            times
                .get(place)
                .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        let (label, people, count) = (place.label(), request.people, times.len());
        let (half, most, worst) = (at(0.5), at(0.99), at(1.0));
        writeln!(
            out,
            "| {label} | {people} | {pages} | {count} | {half:.1} | {most:.1} | {worst:.1} |"
        )?;
        Ok(())
    };
    line("start of the server", &mut vec![server.started_in])?;
    line(
        "users, page after page",
        &mut walk(&visitor, "/users", request.requests)?,
    )?;
    line("users, search", &mut search(&visitor, request.requests)?)?;
    line(
        "imports",
        &mut walk(&visitor, "/imports", request.requests)?,
    )?;
    for step in ["results", "review", "plan"] {
        let path = format!("/imports/{import}/{step}");
        line(
            &format!("import, {step}"),
            &mut walk(&visitor, &path, request.requests)?,
        )?;
    }
    line(
        "first pages, nothing else",
        &mut first_pages(&visitor, request.requests)?,
    )?;
    let (mut beside, rows, wall) = beside_an_import(&visitor, product, database, more)?;
    line(
        &format!("first pages while {rows} rows are imported in {wall:.0} s"),
        &mut beside,
    )?;
    let peak = process::peak_memory(server.process_id()).context("the server has ended")?;
    writeln!(
        out,
        "\n{}: peak memory of the server {:.0} MiB\n",
        place.label(),
        peak as f64 / f64::from(1 << 20)
    )?;
    Ok(())
}

/// Follows the links to the next page; at the end it begins again.
fn walk(visitor: &Visitor<'_>, first: &str, requests: usize) -> Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(requests);
    let mut path = first.to_owned();
    for _ in 0..requests {
        let page = visitor.get(&path)?;
        times.push(page.took);
        path = page.next().unwrap_or_else(|| first.to_owned());
    }
    Ok(times)
}

/// The pages people begin with, in turn.
fn first_pages(visitor: &Visitor<'_>, requests: usize) -> Result<Vec<Duration>> {
    FIRST_PAGES
        .iter()
        .cycle()
        .take(requests)
        .map(|path| Ok(visitor.get(path)?.took))
        .collect()
}

/// The same as long as another import runs; also its rows and seconds.
fn beside_an_import(
    visitor: &Visitor<'_>,
    product: &Product,
    database: &Database,
    file: &Path,
) -> Result<(Vec<Duration>, u64, f64)> {
    thread::scope(|scope| {
        let import = scope.spawn(|| product.import(database, file, false));
        let mut times = Vec::new();
        while !import.is_finished() {
            times.append(&mut first_pages(visitor, FIRST_PAGES.len())?);
        }
        let import = import
            .join()
            .map_err(|_| anyhow::anyhow!("the import was not waited for"))??;
        let rows = import.counts.get("rows").copied().unwrap_or_default();
        Ok((times, rows, import.wall))
    })
}

fn search(visitor: &Visitor<'_>, requests: usize) -> Result<Vec<Duration>> {
    SEARCHES
        .iter()
        .cycle()
        .take(requests)
        .map(|text| Ok(visitor.get(&format!("/users?q={}", encoded(text)))?.took))
        .collect()
}
