//! `muster series` against a server.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use import::{Refusal, RunOutcome};
use kernel::fold;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{
    client::{Client, address_part},
    import::{RemoteImporter, listed, parsed},
    upload::Source,
};
use crate::{
    cli::series::{Add, Named, Series},
    commands::{
        importer::Importer as _,
        recurring::{self, ShownImport, ShownRun, ShownSeries},
        series::{brakes, schedule},
    },
    exit::Exit,
    output,
};

/// Runs that are shown.
const RUNS: usize = 10;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long a server may take to begin with what it was asked for.
const PATIENCE: Duration = Duration::from_mins(10);

pub(crate) fn run(importer: &RemoteImporter, command: &Series) -> Result<Exit> {
    let client = &importer.client;
    match command {
        Series::List(args) => {
            let found: Vec<Value> = client.all("/api/v1/series".to_owned())?;
            let found: Result<Vec<_>> = found.iter().map(of_series).collect();
            recurring::list(args.json, &found?)
        }
        Series::Show(named) => show(client, &find(client, named)?, named.json.json),
        Series::Add(args) => add(importer, args),
        Series::Run(named) => {
            let found = find(client, named)?;
            let at = address(&found);
            let before = newest(client, &at)?.map(|run| id_of(&run));
            client.post(&format!("{at}/run"), &Value::Null)?;
            finish(client, &found, named, |run| Some(id_of(run)) != before)
        }
        Series::Push { series, file } => push(client, series, file),
        Series::Pause(named) => turn(client, named, "pause"),
        Series::Resume(named) => turn(client, named, "resume"),
        Series::Remove { series, yes } => {
            let found = find(client, series)?;
            if !recurring::shall_go(*yes) {
                return Ok(Exit::Refused);
            }
            client.remove(&address(&found))?;
            Ok(Exit::Done)
        }
    }
}

/// The series of this name.
fn find(client: &Client, named: &Named) -> Result<ShownSeries> {
    let all: Vec<Value> = client.all("/api/v1/series".to_owned())?;
    for one in &all {
        let series = of_series(one)?;
        if fold(&series.name) == fold(&named.name) {
            return Ok(series);
        }
    }
    Err(Refusal::File {
        code: "series_not_found".to_owned(),
        message: format!("There is no series {:?}.", named.name),
    }
    .into())
}

fn address(series: &ShownSeries) -> String {
    format!("/api/v1/series/{}", series.series)
}

fn turn(client: &Client, named: &Named, what: &str) -> Result<Exit> {
    let found = find(client, named)?;
    let changed = client.post(&format!("{}/{what}", address(&found)), &Value::Null)?;
    show(client, &of_series(&changed)?, named.json.json)
}

fn add(importer: &RemoteImporter, args: &Add) -> Result<Exit> {
    let client = &importer.client;
    let mut settings = Map::new();
    for (name, value) in [
        ("mode", &args.mode),
        ("former", &args.former),
        ("card_held", &args.card_held),
    ] {
        settings.extend(value.iter().map(|it| (name.to_owned(), json!(it))));
    }
    if !args.scope.is_empty() {
        settings.insert("scope".to_owned(), json!(args.scope));
    }
    let like = args.like.as_ref();
    let like = like.map(|key| Ok::<_, anyhow::Error>(importer.find(key)?.import));
    let like = like.transpose()?;
    if like.is_none() {
        settings.insert("preset".to_owned(), json!(args.preset));
    }
    let mut body = json!({
        "name": args.name, "folder": args.folder, "pattern": args.pattern,
        "schedule": schedule(args)?.to_string(), "settings": settings, "brakes": brakes(args),
    });
    if let (Some(like), Some(body)) = (like, body.as_object_mut()) {
        body.insert("like".to_owned(), json!(like));
    }
    let made = client.post("/api/v1/series", &body)?;
    show(client, &of_series(&made)?, args.json.json)
}

fn push(client: &Client, named: &Named, file: &Path) -> Result<Exit> {
    let found = find(client, named)?;
    let source = Source::open(file)?;
    let path = format!(
        "{}/files?name={}",
        address(&found),
        address_part(&source.name)
    );
    let pushed = client.post_file(&path, source.file())?;
    let text = |name: &str| pushed.get(name).and_then(Value::as_str);
    let Some(run) = text("run").map(str::to_owned) else {
        // The same file again is what a nightly command may well hand over.
        output::note(text("detail").unwrap_or("This is the last file again."));
        return show(client, &found, named.json.json);
    };
    finish(client, &found, named, |one| id_of(one) == run)
}

/// Waits for the end of a run and of its import.
fn finish(
    client: &Client,
    series: &ShownSeries,
    named: &Named,
    is_it: impl Fn(&Value) -> bool,
) -> Result<Exit> {
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let run = newest(client, &address(series))?.filter(|run| is_it(run));
        match run {
            Some(run) if run.get("busy").and_then(Value::as_bool) != Some(true) => break,
            None if began.elapsed() > PATIENCE => bail!(
                "the server has not begun with it; look at it with: muster series show {:?} --server {}",
                series.name,
                client.base()
            ),
            _ => {}
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    let runs = runs(client, series)?;
    recurring::show(named.json.json, &find(client, named)?, &runs)?;
    Ok(recurring::ended(runs.first()))
}

fn newest(client: &Client, at: &str) -> Result<Option<Value>> {
    let page: Vec<Value> = client.first(format!("{at}/runs?limit=1"), 1)?;
    Ok(page.into_iter().next())
}

fn id_of(run: &Value) -> String {
    let id = run.get("run").and_then(Value::as_str);
    id.unwrap_or_default().to_owned()
}

fn show(client: &Client, series: &ShownSeries, as_json: bool) -> Result<Exit> {
    recurring::show(as_json, series, &runs(client, series)?)
}

fn runs(client: &Client, series: &ShownSeries) -> Result<Vec<ShownRun>> {
    let path = format!("{}/runs?limit={RUNS}", address(series));
    let found: Vec<Value> = client.first(path, RUNS)?;
    found.iter().map(of_run).collect()
}

fn part<T: DeserializeOwned>(of: &Value, name: &str) -> Result<T> {
    parsed(of.get(name).cloned().unwrap_or_default())
}

fn of_series(value: &Value) -> Result<ShownSeries> {
    let settings = value.get("settings").unwrap_or(&Value::Null);
    Ok(ShownSeries {
        series: part(value, "id")?,
        name: part(value, "name")?,
        folder: part(value, "folder")?,
        pattern: part(value, "pattern")?,
        schedule: part(value, "schedule")?,
        mode: part(settings, "mode")?,
        scope: settings.get("scope").cloned().unwrap_or_default(),
        brakes: part(value, "brakes")?,
        paused: part(value, "paused")?,
        next_at: part(value, "next_at")?,
        saved_by: part(value, "saved_by")?,
    })
}

fn of_run(value: &Value) -> Result<ShownRun> {
    let state: String = part(value, "state")?;
    let import = value.get("import").filter(|import| !import.is_null());
    let import = import
        .map(|import| listed(import).context("the server's list cannot be read"))
        .transpose()?;
    Ok(ShownRun {
        outcome: RunOutcome::parse(&state).context("the server's list cannot be read")?,
        reasons: part(value, "reasons")?,
        file: part(value, "file")?,
        comparison: part(value, "comparison")?,
        started_at: part(value, "started_at")?,
        import: import.map(|import| ShownImport {
            import: import.import,
            number: import.number,
            state: import.state,
            counts: import.counts,
        }),
    })
}
