//! Answers with a bundle's files: types, caching, validators, and the compressed neighbour for those who accept it.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse};

use super::Bundle;
use crate::security_headers::CONSOLE_POLICY;

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A console's start page.
pub fn shell(request: &HttpRequest, page: &[u8]) -> HttpResponse {
    let mut hasher = DefaultHasher::new();
    page.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let is_known = is_known(request, &tag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((ETAG, tag))
        .insert_header((CONTENT_SECURITY_POLICY, CONSOLE_POLICY))
        // The same address answers JSON to the API's callers.
        .insert_header((VARY, "accept"));
    if is_known {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, "text/html; charset=utf-8")).body(page.to_vec())
}

/// A hashed file. Its name is its validator, since its content never changes.
pub fn asset(request: &HttpRequest, bundle: &Bundle, folder: &str, file: &str) -> HttpResponse {
    let name = format!("{folder}/{file}");
    let Some(kind) = media_type(file) else { return not_found() };
    let compressed = accepts_brotli(request).then(|| bundle.read(&format!("{name}.br"))).flatten();
    let encoding = compressed.is_some().then_some("br");
    let Some(bytes) = compressed.or_else(|| bundle.read(&name)) else { return not_found() };
    let tag = format!("\"{file}{}\"", encoding.map_or("", |_| ".br"));
    let is_known = is_known(request, &tag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((CACHE_CONTROL, FOR_EVER))
        .insert_header((ETAG, tag))
        .insert_header((VARY, "accept-encoding"));
    if is_known {
        return response.finish();
    }
    if let Some(encoding) = encoding {
        response.insert_header((CONTENT_ENCODING, encoding));
    }
    response.insert_header((CONTENT_TYPE, kind));
    match bytes {
        Cow::Borrowed(bytes) => response.body(actix_web::web::Bytes::from_static(bytes)),
        Cow::Owned(bytes) => response.body(bytes),
    }
}

/// Instead of a console whose bundle was not made: says what to do.
pub fn not_bundled(console: &str) -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"))
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .body(format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Not built</title></head><body>\
             <h1>This console is not built</h1><p>The server runs without the {console} console's files. \
             Run <code>cargo xtask web</code> and reload this page; a release binary made by \
             <code>cargo xtask build</code> carries them.</p></body></html>"
        ))
}

fn not_found() -> HttpResponse {
    HttpResponse::NotFound()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .body("There is no such file.\n")
}

/// Nothing else is ever bundled; the compressed neighbours are no files of their own.
fn media_type(file: &str) -> Option<&'static str> {
    let (_, extension) = file.rsplit_once('.')?;
    match extension {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "ico" => Some("image/x-icon"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}

/// `br` named, and not with the weight 0 (RFC 9110 §12.5.3).
fn accepts_brotli(request: &HttpRequest) -> bool {
    let accepted = request.headers().get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    accepted.flat_map(|line| line.split(',')).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let is_brotli = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok());
        is_brotli && weight != Some(0.0)
    })
}

fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|list| list.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
}
