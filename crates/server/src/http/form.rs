//! Parameters as they arrive: query strings and form bodies, kept as pairs so that a repeated one is seen.

use actix_web::{HttpRequest, http::header::CONTENT_TYPE, web::Bytes};
use perennial_protocol::{OAuthError, Params};
use url::form_urlencoded;

const FORM: &str = "application/x-www-form-urlencoded";

pub fn of_query(request: &HttpRequest) -> Params {
    parse(request.query_string().as_bytes())
}

/// The body of a form (RFC 6749 §3.2); any other content type is refused rather than guessed at.
pub fn of_body(request: &HttpRequest, body: &Bytes) -> Result<Params, OAuthError> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(FORM) {
        return Err(OAuthError::invalid_request(format!("The content type must be {FORM}")));
    }
    std::str::from_utf8(body).map_err(|_| OAuthError::invalid_request("The body is not UTF-8"))?;
    Ok(parse(body))
}

/// The same, where a parameter that must stand once is refused when it stands twice.
pub fn of_oauth_body(request: &HttpRequest, body: &Bytes) -> Result<Params, OAuthError> {
    let params = of_body(request, body)?;
    params.check_repeated()?;
    Ok(params)
}

fn parse(text: &[u8]) -> Params {
    let pairs = form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned()));
    Params::new(pairs.collect())
}
