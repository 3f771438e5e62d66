//! `muster serve`: the server, the workers of jobs, or both in one process.

use std::{thread, time::Duration};

use anyhow::{Context as _, Result};
use jobs::Context;
use server::{App, Settings};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{
    cli::{Role, Serve},
    exit::Exit,
    house::House,
    output,
};

/// Jobs run at once in one process: a check beside a run.
const WORKERS: usize = 2;
/// How often the series are looked through whose time has come.
const SERIES_EVERY: Duration = Duration::from_secs(5);

pub(crate) fn run(house: House, args: &Serve) -> Result<Exit> {
    let settings = Settings {
        https: args.https,
        data: house.data.clone(),
        upload_limit_bytes: args.upload_limit_mib << 20,
    };
    serve(house, args.role, settings, &[])
}

/// Serves until the process is asked to end; `greeting` is printed below the address.
pub(crate) fn serve(
    mut house: House,
    role: Role,
    settings: Settings,
    greeting: &[String],
) -> Result<Exit> {
    start_logging();
    // Before any work is begun: links need to know where this is, and a taken port ends it here.
    let listener = match role {
        Role::All | Role::Web => Some(house.bind()?),
        Role::Worker => None,
    };
    let house = &house;
    if settings.https && house.links_lead_here() {
        output::note(&format!(
            "--https without --public-url: links in messages begin with {}, which people cannot open. Say what they type, such as --public-url https://people.example.com.",
            house.delivery().public_url
        ));
    }
    if role != Role::Web {
        plan_daily_work(house)?;
    }
    let runner = house.runner(false);
    let wake = runner.context().wake.clone();
    thread::scope(|scope| {
        // Where jobs are run, series are looked after and messages sent as well.
        if role != Role::Web {
            scope.spawn(|| look_after_series(house, runner.context()));
            scope.spawn(|| house.sender(&runner.context().wake).run());
        }
        let workers = (role != Role::Web).then(|| scope.spawn(|| runner.run(WORKERS)));
        let runtime = tokio::runtime::Runtime::new().context("the server cannot be started")?;
        let served = runtime.block_on(async {
            let mut terminate = signal(SignalKind::terminate())?;
            let wake = wake.clone();
            let app_wake = wake.clone();
            let stop = async move {
                tokio::select! {
                    _ = tokio::signal::ctrl_c() => {}
                    _ = terminate.recv() => {}
                }
                // Pages that follow a job would keep their connections open.
                wake.stop();
            };
            let Some(listener) = listener else {
                output::line("Working on jobs and messages");
                stop.await;
                return Ok(());
            };
            let listener = TcpListener::from_std(listener)?;
            output::line(&format!("Listening on http://{}", listener.local_addr()?));
            greeting.iter().for_each(|line| output::line(line));
            let app = App::new(
                house.db.clone(),
                house.clock.clone(),
                house.ids.clone(),
                house.imports(),
                app_wake,
                house.delivery(),
                settings,
            );
            server::serve(listener, server::router(&app), stop)
                .await
                .map_err(anyhow::Error::from)
        });
        // Whatever ended the server ends the workers, each after its present chunk.
        wake.stop();
        if let Some(workers) = workers {
            let _ = workers.join();
        }
        served.map(|()| Exit::Done)
    })
}

/// Sees that the work of every day is queued.
fn plan_daily_work(house: &House) -> Result<()> {
    house
        .imports()
        .schedule_retention(&house.ids, house.clock.now())
        .context("the daily work cannot be planned")?;
    house
        .db
        .write_blocking(|tx| invite::schedule_reminders(tx, &house.ids, house.clock.now()))
        .context("reminders cannot be planned")?;
    house
        .db
        .write_blocking(|tx| admit::schedule_retention(tx, &house.ids, house.clock.now()))
        .context("the removal of old drafts cannot be planned")?;
    house
        .db
        .write_blocking(|tx| {
            let now = house.clock.now();
            directory::upkeep::schedule(tx, &house.ids, now)?;
            directory::photos::schedule_sweep(tx, &house.ids, now)?;
            erasure::schedule(tx, &house.ids, now)?;
            delivery::schedule_retention(tx, &house.ids, now)
        })
        .context("the daily work cannot be planned")?;
    Ok(())
}

/// Queues the series whose time has come, until the process is asked to end.
fn look_after_series(house: &House, context: &Context) {
    let imports = house.imports();
    while !context.wake.is_stopping() {
        match imports.queue_due_series(context) {
            Ok(0) => {}
            Ok(_) => context.wake.wake(),
            Err(error) => tracing::warn!(%error, "series could not be looked after"),
        }
        context.wake.wait_for_stop(SERIES_EVERY);
    }
}

fn start_logging() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::builder()
        .with_env_var("MUSTER_LOG")
        .with_default_directive(tracing::Level::INFO.into())
        .from_env_lossy();
    // A second server in one process keeps the first one's log.
    let _ = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
