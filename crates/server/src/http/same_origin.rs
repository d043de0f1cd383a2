//! Whether a changing request comes from a page of ours. The second line behind CSRF tokens and SameSite cookies.

use actix_web::HttpRequest;
use perennial_api::console::{CONSOLE_HEADER, CONSOLE_HEADER_VALUE};

/// Fetch metadata where the browser sends it (every current one does), the `Origin` header otherwise.
/// `Origin: null` says nothing: browsers send it for our own forms, too, since our pages send no referrer.
pub fn is_same_origin(request: &HttpRequest, base_url: &str) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin == "null" || origin == base_url,
        (None, None) => true,
    }
}

/// For a console's calls: the custom header as well, which a foreign page cannot send without a preflight.
pub fn is_console_call(request: &HttpRequest, base_url: &str) -> bool {
    let marked =
        request.headers().get(CONSOLE_HEADER).is_some_and(|value| value.as_bytes() == CONSOLE_HEADER_VALUE.as_bytes());
    marked && is_same_origin(request, base_url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn judged(headers: &[(&'static str, &'static str)]) -> bool {
        let request = headers.iter().fold(TestRequest::post(), |request, pair| request.insert_header(*pair));
        is_same_origin(&request.to_http_request(), "https://id.example")
    }

    #[test]
    fn a_form_of_another_site_is_foreign() {
        assert!(!judged(&[("sec-fetch-site", "cross-site")]));
        assert!(!judged(&[("sec-fetch-site", "same-site")]));
        assert!(!judged(&[("origin", "https://evil.example")]));
        assert!(!judged(&[("sec-fetch-site", "cross-site"), ("origin", "https://id.example")]));
    }

    #[test]
    fn our_own_forms_and_programs_without_a_browser_pass() {
        assert!(judged(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(judged(&[("origin", "https://id.example")]));
        assert!(judged(&[]));
    }
}
