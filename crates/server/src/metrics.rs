//! The figures behind `/metrics` in Prometheus' format: requests by route and status, their durations, the process's memory.
//! Other figures are recorded where they arise, by `metrics::counter!`; this module only collects them.

use std::sync::OnceLock;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

const REQUESTS: &str = "perennial_http_requests_total";
const DURATIONS: &str = "perennial_http_request_duration_seconds";
/// Seconds: from a cached page to a password hash to a database that does not answer.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts collecting for the whole process; a second call changes nothing.
pub fn start() -> Result<(), BuildError> {
    if HANDLE.get().is_some() {
        return Ok(());
    }
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?;
    let handle = builder.install_recorder()?;
    metrics::describe_counter!(REQUESTS, "Answered requests by method, route and status");
    metrics::describe_histogram!(DURATIONS, metrics::Unit::Seconds, "Time until the answer's head was ready");
    metrics::describe_gauge!("perennial_build_info", "1, labelled with the version");
    metrics::gauge!("perennial_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    // Lost only to another thread that has just stored its own.
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

/// Folds recorded durations into their buckets; without it they pile up between two scrapes.
pub fn upkeep() {
    if let Some(handle) = HANDLE.get() {
        handle.run_upkeep();
    }
}

/// `GET /metrics`
pub async fn scrape() -> HttpResponse {
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes);
    }
    let text = HANDLE.get().map(PrometheusHandle::render).unwrap_or_default();
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text)
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
    use actix_web::body::to_bytes;

    #[actix_web::test]
    async fn a_counted_request_is_seen_at_the_next_scrape_under_its_route() {
        start().unwrap();
        start().unwrap();
        count_request("GET", Some("/realms/{realm}/x"), 200, Duration::from_millis(3));
        count_request("BREW", None, 404, Duration::from_millis(3));
        let body = to_bytes(scrape().await.into_body()).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(
            text.contains(r#"perennial_http_requests_total{method="GET",route="/realms/{realm}/x",status="200"} 1"#),
            "{text}"
        );
        assert!(text.contains(r#"method="other",route="none",status="404""#), "{text}");
        assert!(text.contains("perennial_http_request_duration_seconds_bucket"), "{text}");
    }
}
