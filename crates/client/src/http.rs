//! The HTTP side of the client: reqwest behind `openidconnect`'s client trait, with time-outs, a size limit, no
//! redirects and no plain http beyond this machine. It sorts failures into those worth another try and the rest;
//! it never tries again itself.

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};
use url::{Host, Url};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);
/// Discovery documents and key sets are a few kilobytes.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Why no usable HTTP answer came back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The connection failed, timed out or broke off before the answer was complete.
    #[error("network error")]
    Network(#[source] reqwest::Error),
    /// The server answered that it cannot answer now.
    #[error("HTTP {status}")]
    Unavailable {
        /// HTTP status: 500 to 599, 408, 425 or 429.
        status: u16,
        /// `Retry-After` as a duration from now (RFC 9110 §10.2.3).
        retry_after: Option<Duration>,
        /// `error_description` of the body, if it has one.
        description: Option<String>,
    },
    /// Tokens and secrets travel over https, or within this machine.
    #[error("{0} is neither https nor on this machine")]
    Insecure(String),
    /// The body is larger than any of the protocol's messages.
    #[error("answer too large")]
    TooLarge,
    /// The request or the client could not be built.
    #[error("{0}")]
    Invalid(String),
}

/// A connection pool for one provider. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HttpClient {
    inner: reqwest::Client,
    plain_http: bool,
}

impl HttpClient {
    /// `plain_http` also allows `http://` to other machines: for closed test networks only.
    pub fn new(plain_http: bool) -> Result<Self, HttpError> {
        // A redirect could carry a secret or a token to a server that nobody chose.
        let inner = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .user_agent(concat!("perennial-client/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| HttpError::Invalid(crate::error::with_causes(&error)))?;
        Ok(Self { inner, plain_http })
    }

    /// Sends one request and reads its whole answer. What says to come back is an error, everything else an answer.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(|error| HttpError::Invalid(error.to_string()))?;
        if !self.plain_http && !is_protected(request.url()) {
            return Err(HttpError::Insecure(request.url().origin().ascii_serialization()));
        }
        let mut response = self.inner.execute(request).await.map_err(HttpError::Network)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(HttpError::Network)? {
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        if says_later(status) {
            return Err(HttpError::Unavailable {
                status: status.as_u16(),
                retry_after: retry_after(&headers, SystemTime::now()),
                description: error_description(&body),
            });
        }
        let mut answer = http::Response::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Trouble of the server's, or a request that came too slowly (RFC 9110 §15.5.9), too early (RFC 8470 §5.2) or too often
/// (RFC 6585 §4): none of it says anything of what was asked.
fn says_later(status: http::StatusCode) -> bool {
    status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429)
}

/// https, or an address of this machine (RFC 8252 §8.3).
pub(crate) fn is_protected(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_loopback(url),
        _ => false,
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn retry_after(headers: &http::HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    match value.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some(httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default()),
    }
}

fn error_description(body: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    let text = answer.get("error_description").or_else(|| answer.get("error"))?;
    text.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(retry_after: &str) -> http::HeaderMap {
        let mut headers = http::HeaderMap::new();
        headers.insert(http::header::RETRY_AFTER, retry_after.parse().unwrap());
        headers
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = httpdate::parse_http_date("Sat, 21 Nov 2026 03:00:00 GMT").unwrap();
        assert_eq!(retry_after(&headers("120"), now), Some(Duration::from_secs(120)));
        let date = headers("Sat, 21 Nov 2026 03:00:30 GMT");
        assert_eq!(retry_after(&date, now), Some(Duration::from_secs(30)));
    }

    #[test]
    fn a_date_in_the_past_means_at_once_and_nonsense_means_nothing() {
        let now = httpdate::parse_http_date("Sat, 21 Nov 2026 03:00:00 GMT").unwrap();
        let past = headers("Sat, 21 Nov 2026 02:00:00 GMT");
        assert_eq!(retry_after(&past, now), Some(Duration::ZERO));
        assert_eq!(retry_after(&headers("soon"), now), None);
    }

    #[test]
    fn what_says_to_come_back_is_no_answer_and_every_other_refusal_is() {
        let later = |status: u16| says_later(http::StatusCode::from_u16(status).unwrap());
        assert!([408, 425, 429, 500, 502, 503, 504].into_iter().all(later));
        assert!(![200, 400, 401, 403, 404, 409, 410].into_iter().any(later));
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        let allowed = |url: &str| is_protected(&Url::parse(url).unwrap());
        assert!(allowed("https://id.example.org/realms/demo"));
        assert!(allowed("http://localhost:8080/realms/demo"));
        assert!(allowed("http://127.0.0.1:8080/"));
        assert!(allowed("http://[::1]:8080/"));
        assert!(!allowed("http://id.example.org/"));
        assert!(!allowed("http://localhost.example.org/"));
        assert!(!allowed("ftp://localhost/"));
    }

    #[tokio::test]
    async fn a_secret_never_leaves_over_plain_http() {
        let request = http::Request::post("http://id.example.org/token").body(Vec::new()).unwrap();
        let refused = HttpClient::new(false).unwrap().send(request).await;
        assert!(matches!(refused, Err(HttpError::Insecure(_))));
    }
}
