//! The server's life: opens what it needs, serves, and on SIGTERM or SIGINT says so at `/health/ready`, stops accepting, finishes what
//! runs and closes the database. What each request does is in the routes; what it stands on is in `foundation`.

mod announce;
mod first_start;
pub mod foundation;
pub mod limits;
pub mod listener;
pub mod master_key;

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::ServeConfig;
use crate::http::{admin_recorder, refusal_language, to_the_end, trailing_slash};
use crate::{assets, health, jobs, logging, metrics, routes, security_headers, tls};
use foundation::Foundation;

/// How long running requests may take to be carried out once the server stops, and their answers to be read after that.
const WORK_TIMEOUT: Duration = Duration::from_secs(20);
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// From the connection to the end of a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(60);
/// Database units and password checks; both are bounded further where they wait for their turn.
const BLOCKING_THREADS: usize = 64;

/// Serves until a signal ends it. Logging has been started.
pub async fn run(config: ServeConfig) -> anyhow::Result<()> {
    metrics::start()?;
    let listener = listener::bind(config.listen)?;
    let figures = config.metrics_listen.map(listener::bind_figures).transpose()?;
    let config = config.bound_to(listener.local_addr()?);
    let foundation = Foundation::lay(config).await?;
    first_start::run(&foundation).await?;
    let jobs = jobs::start(&foundation);
    let served = serve(listener, figures, &foundation).await;
    jobs.stop().await;
    foundation.site().settle_events().await;
    foundation.site().store.shutdown().await;
    jobs::catch_up(&foundation.audit).await;
    if foundation.audit.owes() {
        tracing::error!("there is no room for the last audit lines: they are lost");
    }
    served?;
    tracing::info!("stopped");
    Ok(())
}

async fn serve(listener: TcpListener, figures: Option<TcpListener>, foundation: &Foundation) -> anyhow::Result<()> {
    // Caught before anybody is told that the server is there.
    let (term, int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let server = start(listener, foundation)?;
    let figures = figures.map(|listener| start_figures(listener, foundation)).transpose()?;
    announce::ready(foundation);
    let stop = stop(server.handle(), foundation.clone());
    let stopper = actix_web::rt::spawn(stop_on_signal(stop, term, int));
    let served = server.await.context("the HTTP server failed");
    stopper.abort();
    if let Some(figures) = figures {
        figures.stop(true).await;
    }
    served
}

fn start(listener: TcpListener, foundation: &Foundation) -> anyhow::Result<Server> {
    let config = &foundation.config;
    let for_workers = foundation.clone();
    let mut server = HttpServer::new(move || {
        let foundation = for_workers.clone();
        App::new()
            .configure(|services| configure(services, &foundation))
            .wrap(from_fn(admin_recorder::record))
            .wrap(from_fn(trailing_slash::trim))
            .wrap(from_fn(limits::enforce))
            .wrap(from_fn(to_the_end::carry))
            .wrap(from_fn(refusal_language::translate))
            .wrap(from_fn(security_headers::add))
            .wrap(from_fn(logging::request_scope))
    })
    .disable_signals()
    // Whoever closes their side has gone: what they asked for is carried out, but nobody waits for it.
    .h1_allow_half_closed(false)
    .shutdown_timeout(READ_TIMEOUT.as_secs())
    .client_request_timeout(HEAD_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    .worker_max_blocking_threads(BLOCKING_THREADS);
    if config.workers > 0 {
        server = server.workers(config.workers as usize);
    }
    let server = match &config.tls {
        Some(files) => server.listen_rustls_0_23(listener, tls::server_config(files)?)?,
        None => server.listen(listener)?,
    };
    Ok(server.run())
}

/// What operators' tools alone may see, where it has an address of its own.
fn start_figures(listener: TcpListener, foundation: &Foundation) -> anyhow::Result<ServerHandle> {
    let for_worker = foundation.clone();
    let app = move || {
        let foundation = for_worker.clone();
        App::new()
            .configure(move |services| foundation.share(services))
            .route("/metrics", web::get().to(metrics::scrape))
    };
    let server = HttpServer::new(app).disable_signals().workers(1).shutdown_timeout(1).listen(listener)?.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok(handle)
}

/// Everything that requests find: shared data, limits of extractors, routes.
pub fn configure(services: &mut web::ServiceConfig, foundation: &Foundation) {
    foundation.share(services);
    limits::configure(services);
    services.route("/health/live", web::get().to(health::live));
    services.route("/health/ready", web::get().to(health::ready));
    if foundation.config.metrics_listen.is_none() {
        services.route("/metrics", web::get().to(metrics::scrape));
    }
    // Before the consoles, which answer every path below them.
    assets::configure(services);
    routes::configure(services, foundation.config.test_clock);
}

/// A balancer hears of it first; then nobody new is let in, and what is under way is finished, whether or not its askers wait.
async fn stop(server: ServerHandle, foundation: Foundation) {
    foundation.stopping.begin();
    let pause = foundation.config.stop_pause;
    if !pause.is_zero() {
        tracing::info!(pause_s = pause.as_secs(), "stopping soon: not ready any more");
        tokio::time::sleep(pause).await;
    }
    tracing::info!("stopping: no new connections, running requests are finished");
    server.pause().await;
    to_the_end::all_is_carried_out(WORK_TIMEOUT).await;
    server.stop(true).await;
}

/// The first signal drains, a second one does not wait.
async fn stop_on_signal(drained: impl Future<Output = ()>, mut term: Signal, mut int: Signal) {
    either(&mut term, &mut int).await;
    tokio::pin!(drained);
    tokio::select! {
        () = &mut drained => {}
        () = either(&mut term, &mut int) => {
            tracing::warn!("stopped by a second signal");
            std::process::exit(1);
        }
    }
}

async fn either(term: &mut Signal, int: &mut Signal) {
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
