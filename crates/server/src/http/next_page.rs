//! Where the next page of a list is (RFC 8288): at the same address, with everything that was asked for, behind a cursor.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderValue, LINK},
};
use perennial_api::paths::encode;
use url::form_urlencoded;

/// With the `Link` header, where a page follows.
pub fn followed(mut answer: HttpResponse, request: &HttpRequest, after: Option<&str>) -> HttpResponse {
    let link = after.and_then(|after| HeaderValue::from_str(&link(request.path(), request.query_string(), after)).ok());
    if let Some(link) = link {
        answer.headers_mut().insert(LINK, link);
    }
    answer
}

fn link(path: &str, query: &str, after: &str) -> String {
    let sent = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "after" && name != "first");
    let kept: String = sent.map(|(name, value)| format!("{}={}&", encode(&name), encode(&value))).collect();
    format!("<{path}?{kept}after={}>; rel=\"next\"", encode(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_was_asked_for_is_asked_again() {
        let query = "enabled=false&first=5&q=dept%3Asales%26more&after=old&max=2";
        assert_eq!(
            link("/x", query, "b&c"),
            "</x?enabled=false&q=dept%3Asales%26more&max=2&after=b%26c>; rel=\"next\""
        );
    }
}
