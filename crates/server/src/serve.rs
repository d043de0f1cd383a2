//! The server's life: opens what it needs, serves, and on SIGTERM or SIGINT stops accepting, finishes what runs and closes
//! the database. What each request does is in the routes; what it stands on is in `foundation`.

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
use crate::http::{admin_recorder, to_the_end, trailing_slash};
use crate::{assets, health, jobs, logging, metrics, routes, security_headers, tls};
use foundation::Foundation;

/// How long running requests may take to finish once the server stops.
const DRAIN_TIMEOUT_S: u64 = 30;
/// From the connection to the end of a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(60);
/// Database units and password checks; both are bounded further where they wait for their turn.
const BLOCKING_THREADS: usize = 64;

/// Serves until a signal ends it. Logging has been started.
pub async fn run(config: ServeConfig) -> anyhow::Result<()> {
    metrics::start()?;
    let listener = listener::bind(config.listen)?;
    let config = config.bound_to(listener.local_addr()?);
    let foundation = Foundation::lay(config).await?;
    first_start::run(&foundation).await?;
    let jobs = jobs::start(&foundation);
    let served = serve(listener, &foundation).await;
    jobs.stop().await;
    foundation.site().settle_events().await;
    foundation.site().store.shutdown().await;
    served?;
    tracing::info!("stopped");
    Ok(())
}

async fn serve(listener: TcpListener, foundation: &Foundation) -> anyhow::Result<()> {
    // Caught before anybody is told that the server is there.
    let (term, int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let server = start(listener, foundation)?;
    announce::ready(foundation);
    let stopper = actix_web::rt::spawn(stop_on_signal(server.handle(), term, int));
    let served = server.await.context("the HTTP server failed");
    stopper.abort();
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
            .wrap(from_fn(security_headers::add))
            .wrap(from_fn(logging::request_scope))
    })
    .disable_signals()
    .shutdown_timeout(DRAIN_TIMEOUT_S)
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

/// Everything that requests find: shared data, limits of extractors, routes.
pub fn configure(services: &mut web::ServiceConfig, foundation: &Foundation) {
    foundation.share(services);
    limits::configure(services);
    services.route("/health/live", web::get().to(health::live));
    services.route("/health/ready", web::get().to(health::ready));
    services.route("/metrics", web::get().to(metrics::scrape));
    // Before the consoles, which answer every path below them.
    assets::configure(services);
    routes::configure(services, foundation.config.test_clock);
}

/// The first signal drains, a second one does not wait.
async fn stop_on_signal(server: ServerHandle, mut term: Signal, mut int: Signal) {
    either(&mut term, &mut int).await;
    tracing::info!("stopping: no new connections, running requests are finished");
    let drained = server.stop(true);
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
