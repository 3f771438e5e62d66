//! `muster serve`: the server, the workers of jobs, or both in one process.

use std::{
    io::{self, IsTerminal as _},
    net,
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};
use jobs::{Context, Wake};
use server::{App, Certificates, Settings};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use crate::{
    cli::{LogFormat, Role},
    exit::Exit,
    house::{House, listen_on},
    metrics, output,
    web::WebSettings,
};

/// Jobs run at once in one process: a check beside a run.
const WORKERS: usize = 2;
/// How often the series are looked through whose time has come.
const SERIES_EVERY: Duration = Duration::from_secs(5);
/// How often it is looked whether the files of the certificate were changed.
const CERTIFICATES_EVERY: Duration = Duration::from_mins(1);

/// What this process listens on.
struct Ports {
    pages: Option<net::TcpListener>,
    redirect: Option<net::TcpListener>,
    metrics: Option<net::TcpListener>,
    certificates: Option<Arc<Certificates>>,
}

impl Ports {
    /// Takes all of them: one that is taken ends it here, before any work is begun.
    fn bind(house: &mut House, web: &WebSettings) -> Result<Self> {
        let is_web = web.role != Role::Worker;
        let certificates = match &web.tls {
            Some(tls) if is_web => Some(tls.load()?),
            _ => None,
        };
        let pages = is_web
            .then(|| house.bind(certificates.is_some()))
            .transpose()?;
        let redirect = web.redirect_listen.as_deref().filter(|_| is_web);
        Ok(Self {
            pages,
            redirect: redirect.map(listen_on).transpose()?,
            metrics: web.metrics_listen.as_deref().map(listen_on).transpose()?,
            certificates,
        })
    }
}

/// Serves until the process is asked to end; `greeting` is printed below the address.
pub(crate) fn serve(mut house: House, web: WebSettings, greeting: &[String]) -> Result<Exit> {
    start_logging(web.log_format);
    // Before any work is begun: links need to know where this is, and a taken port ends it here.
    let ports = Ports::bind(&mut house, &web)?;
    let house = &house;
    if web.https && web.tls.is_none() && house.links_lead_here() {
        output::note(&format!(
            "--https without --public-url: links in messages begin with {}, which people cannot open. Say what they type, such as --public-url https://people.example.com.",
            house.delivery().public_url
        ));
    }
    let role = web.role;
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
            scope.spawn(|| house.webhook_sender(&runner.context().wake).run());
        }
        let workers = (role != Role::Web).then(|| scope.spawn(|| runner.run(WORKERS)));
        let runtime = tokio::runtime::Runtime::new().context("the server cannot be started")?;
        let served = runtime.block_on(answer(house, web, ports, &wake, greeting));
        // Whatever ended the server ends the workers, each after its present chunk.
        wake.stop();
        if let Some(workers) = workers {
            let _ = workers.join();
        }
        served.map(|()| Exit::Done)
    })
}

/// Answers on all ports until the process is asked to end.
async fn answer(
    house: &House,
    web: WebSettings,
    ports: Ports,
    wake: &Wake,
    greeting: &[String],
) -> Result<()> {
    let (stop, stopped) = watch::channel(false);
    let certificates = ports.certificates.clone();
    let Some(listener) = answer_beside(house, ports, &stopped)? else {
        output::announce("Working on jobs and messages");
        asked_to_end(wake, &stop).await;
        return Ok(());
    };
    let scheme = if certificates.is_some() {
        "https"
    } else {
        "http"
    };
    output::announce(&format!(
        "Listening on {scheme}://{}",
        listener.local_addr()?
    ));
    greeting.iter().for_each(|line| output::announce(line));
    let settings = Settings {
        https: web.https,
        trusted_proxies: web.trusted_proxies,
        webhook_networks: house.webhooks().networks,
        data: house.data.clone(),
        upload_limit_bytes: web.upload_limit_bytes,
        token_requests_a_minute: web.token_requests,
    };
    let app = App::new(
        house.db.clone(),
        house.clock.clone(),
        house.ids.clone(),
        house.imports(),
        wake.clone(),
        house.delivery(),
        settings,
    );
    let end = asked_to_end(wake, &stop);
    server::serve(listener, certificates, server::router(&app), end).await?;
    Ok(())
}

/// Waits for a signal to end, and tells everything that has to.
async fn asked_to_end(wake: &Wake, stop: &watch::Sender<bool>) {
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(error) => {
            tracing::error!(%error, "only Ctrl-C ends this process");
            let _ = tokio::signal::ctrl_c().await;
        }
    }
    // Pages that follow a job would keep their connections open.
    wake.stop();
    let _ = stop.send(true);
}

/// Begins to answer on the ports beside that of the pages, which it gives back.
fn answer_beside(
    house: &House,
    ports: Ports,
    stopped: &watch::Receiver<bool>,
) -> Result<Option<TcpListener>> {
    let until_stopped = || {
        let mut stopped = stopped.clone();
        // An end of the channel is an end, too.
        async move { drop(stopped.wait_for(|is_stopped| *is_stopped).await) }
    };
    if let Some(listener) = ports.metrics {
        let listener = TcpListener::from_std(listener)?;
        output::announce(&format!(
            "Metrics on http://{}/metrics",
            listener.local_addr()?
        ));
        let pages = server::metrics_router(metrics::text(house.db.clone()));
        tokio::spawn(server::serve(listener, None, pages, until_stopped()));
    }
    if let Some(listener) = ports.redirect {
        let listener = TcpListener::from_std(listener)?;
        output::announce(&format!(
            "Redirecting from http://{}",
            listener.local_addr()?
        ));
        let pages = server::redirect_router(&house.delivery().public_url);
        tokio::spawn(server::serve(listener, None, pages, until_stopped()));
    }
    // Without certificates a reload has nothing to read and must not end the process, as the signal otherwise does; at a
    // terminal the signal says that the terminal is gone.
    if ports.certificates.is_some() || !io::stdin().is_terminal() {
        // Heard from here on, and not only once the task is run.
        match signal(SignalKind::hangup()) {
            Ok(hangup) => drop(tokio::spawn(renew(hangup, ports.certificates))),
            Err(error) => tracing::error!(%error, "SIGHUP ends this process"),
        }
    }
    Ok(ports.pages.map(TcpListener::from_std).transpose()?)
}

/// Reads the certificate again, if there is one, on SIGHUP, and when its files were changed.
async fn renew(mut hangup: Signal, certificates: Option<Arc<Certificates>>) {
    let Some(certificates) = certificates else {
        while hangup.recv().await.is_some() {
            tracing::info!("there is no certificate to read again");
        }
        return;
    };
    loop {
        let is_asked = tokio::select! {
            _ = hangup.recv() => true,
            () = tokio::time::sleep(CERTIFICATES_EVERY) => false,
        };
        if !is_asked && !certificates.is_stale() {
            continue;
        }
        match certificates.reload() {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => tracing::error!(%error, "the certificate stays as it was"),
        }
    }
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
            webhooks::schedule(tx, &house.ids, now)?;
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

fn start_logging(format: LogFormat) {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::builder()
        .with_env_var("MUSTER_LOG")
        .with_default_directive(tracing::Level::INFO.into())
        .from_env_lossy();
    let log = fmt()
        .with_env_filter(filter)
        // Signs for colours are for a terminal alone.
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr);
    // A second server in one process keeps the first one's log.
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}
