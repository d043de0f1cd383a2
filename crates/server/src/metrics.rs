//! The figures behind `/metrics` in Prometheus' format: requests by route and status, their durations, the process's memory.
//! Other figures are recorded where they arise, by `metrics::counter!`; this module only collects them.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use perennial_domain::Timestamp;
use perennial_domain::outbox::Kind;
use perennial_storage::{StorageError, Tx, outbox};

use crate::audit_log::AuditLog;
use crate::state::AppState;

const REQUESTS: &str = "perennial_http_requests_total";
const DURATIONS: &str = "perennial_http_request_duration_seconds";
const JOB_SUCCESS: &str = "perennial_job_success_timestamp_seconds";
const JOB_FAILURES: &str = "perennial_job_failures_total";
const OUTBOX_LAG: &str = "perennial_outbox_lag_seconds";
const WAITING: &str = "perennial_writer_waiting";
const AUDIT_OWED: &str = "perennial_audit_owed_bytes";
const RESIDENT: &str = "process_resident_memory_bytes";
const BUILD: &str = "perennial_build_info";

const COUNTERS: [(&str, &str); 9] = [
    (REQUESTS, "Answered requests by method, route and status"),
    (JOB_FAILURES, "Rounds of background jobs that failed or panicked"),
    ("perennial_late_answers_total", "Requests that were answered 503 because they took too long, and went on"),
    ("perennial_refresh_total", "Refreshes by outcome"),
    ("perennial_events_total", "Events of users and clients by type, stored or not"),
    ("perennial_events_unstored_total", "Events that should have been stored and were not, by reason"),
    ("perennial_admin_events_total", "Changes that admins made, by operation"),
    ("perennial_outbox_total", "Attempts to send mails, webhooks and logout tokens, by outcome"),
    ("perennial_audit_failures_total", "Audit lines that could not be written at once"),
];
const GAUGES: [(&str, &str); 6] = [
    (JOB_SUCCESS, "When a background job last came to its end without trouble, in Unix seconds"),
    (OUTBOX_LAG, "For how long the oldest mail, webhook or logout token that is due has waited; 0: none does"),
    (WAITING, "Units of work that wait for SQLite's one writer"),
    (AUDIT_OWED, "Bytes of audit lines that wait for room on the disk"),
    (RESIDENT, "Resident memory"),
    (BUILD, "1, labelled with the version"),
];
/// How long a scrape waits for the database; what is not known by then stays as it was.
const LOOK_TIMEOUT: Duration = Duration::from_secs(1);
/// Seconds: from a cached page to a password hash to a database that does not answer.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
static STARTING: Mutex<()> = Mutex::new(());

/// Starts collecting for the whole process; a second call changes nothing.
pub fn start() -> Result<(), BuildError> {
    let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if HANDLE.get().is_some() {
        return Ok(());
    }
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?;
    let handle = builder.install_recorder()?;
    for (name, meaning) in COUNTERS {
        metrics::describe_counter!(name, meaning);
    }
    for (name, meaning) in GAUGES {
        metrics::describe_gauge!(name, meaning);
    }
    metrics::describe_histogram!(DURATIONS, metrics::Unit::Seconds, "Time until the answer's head was ready");
    metrics::gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    // Nobody else is starting.
    let _ = HANDLE.set(handle);
    Ok(())
}

/// Routes are counted by their pattern: paths hold names and ids without end.
pub fn count_request(method: &str, route: Option<&str>, status: u16, elapsed: Duration) {
    // The method is free text as well.
    let method = match method {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS" => method.to_owned(),
        _ => "other".to_owned(),
    };
    let route = route.unwrap_or("none").to_owned();
    metrics::histogram!(DURATIONS, "route" => route.clone()).record(elapsed.as_secs_f64());
    metrics::counter!(REQUESTS, "method" => method, "route" => route, "status" => status.to_string()).increment(1);
}

/// A background job came to its end.
pub fn job_done(job: &'static str) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    metrics::gauge!(JOB_SUCCESS, "job" => job).set(now.as_secs_f64());
}

/// A background job stopped in the middle.
pub fn job_failed(job: &'static str) {
    metrics::counter!(JOB_FAILURES, "job" => job).increment(1);
}

/// Folds recorded durations into their buckets; without it they pile up between two scrapes.
pub fn upkeep() {
    if let Some(handle) = HANDLE.get() {
        handle.run_upkeep();
    }
}

/// `GET /metrics`
pub async fn scrape(state: web::Data<AppState>, log: web::Data<AuditLog>) -> HttpResponse {
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!(RESIDENT).set(bytes);
    }
    if let Some(waiting) = state.site.store.waiting() {
        metrics::gauge!(WAITING).set(waiting as f64);
    }
    metrics::gauge!(AUDIT_OWED).set(log.owed_bytes() as f64);
    if let Ok(Ok(lags)) = tokio::time::timeout(LOOK_TIMEOUT, state.site.store.read(outbox_lags)).await {
        for (kind, lag_ms) in lags {
            metrics::gauge!(OUTBOX_LAG, "kind" => kind.as_str()).set(lag_ms as f64 / 1_000.0);
        }
    }
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(render())
}

/// In milliseconds.
fn outbox_lags(tx: &mut Tx<'_>) -> Result<Vec<(Kind, i64)>, StorageError> {
    let now = tx.now()?;
    let lag = |since: Timestamp| now.as_ms() - since.as_ms();
    Kind::ALL.into_iter().map(|kind| Ok((kind, outbox::oldest_due(tx, kind, now)?.map_or(0, lag)))).collect()
}

/// Every figure there is, as text.
pub fn render() -> String {
    HANDLE.get().map(PrometheusHandle::render).unwrap_or_default()
}

/// Linux only; elsewhere the figure is absent.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_explained_to_operators() {
        let page = include_str!("../../../docs/operating.md");
        let names = COUNTERS.iter().chain(&GAUGES).map(|(name, _)| *name).chain([DURATIONS]);
        for name in names {
            assert!(page.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn a_counted_request_is_seen_at_the_next_scrape_under_its_route() {
        start().unwrap();
        start().unwrap();
        count_request("GET", Some("/realms/{realm}/x"), 200, Duration::from_millis(3));
        count_request("BREW", None, 404, Duration::from_millis(3));
        let text = render();
        assert!(
            text.contains(r#"perennial_http_requests_total{method="GET",route="/realms/{realm}/x",status="200"} 1"#),
            "{text}"
        );
        assert!(text.contains(r#"method="other",route="none",status="404""#), "{text}");
        assert!(text.contains("perennial_http_request_duration_seconds_bucket"), "{text}");
    }
}
