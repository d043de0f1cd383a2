//! Client authentication as it stands in a request (RFC 6749 §2.3.1): the `Authorization` header or the form, never both.

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use perennial_flows::{client_assertion::ASSERTION_TYPE, client_auth::Credentials};
use perennial_protocol::{OAuthError, Params};
use serde::Deserialize;
use url::form_urlencoded;
use zeroize::Zeroizing;

/// The credentials of a request that a client makes itself: at the token, introspection, revocation, device and PAR endpoints, and to
/// log out with a token.
pub fn of_request(request: &HttpRequest, params: &Params) -> Result<Credentials, OAuthError> {
    if params.get("client_assertion").is_some() || params.get("client_assertion_type").is_some() {
        return of_assertion(request, params);
    }
    let secret = params.get("client_secret").map(|secret| Zeroizing::new(secret.to_owned()));
    let in_form = Credentials::named(params.get("client_id").unwrap_or_default()).with_secret(secret);
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        return if in_form.client_id.is_empty() { Err(OAuthError::invalid_client("no client")) } else { Ok(in_form) };
    };
    let basic = header.to_str().ok().and_then(parse_basic);
    let basic = basic.ok_or_else(|| OAuthError::invalid_client("unreadable Authorization header"))?;
    if in_form.has_secret() {
        return Err(OAuthError::invalid_request("More than one way of client authentication"));
    }
    if !in_form.client_id.is_empty() && in_form.client_id != basic.client_id {
        return Err(OAuthError::invalid_request("client_id differs from the Authorization header's"));
    }
    Ok(basic)
}

/// RFC 7523 §2.2 and RFC 7521 §4.2: the client may leave its name to the assertion, whose `sub` is only believed once its signature
/// is checked with that client's keys.
fn of_assertion(request: &HttpRequest, params: &Params) -> Result<Credentials, OAuthError> {
    if request.headers().contains_key(AUTHORIZATION) || params.get("client_secret").is_some() {
        return Err(OAuthError::invalid_request("More than one way of client authentication"));
    }
    if params.require("client_assertion_type")? != ASSERTION_TYPE {
        return Err(OAuthError::invalid_client("another client_assertion_type"));
    }
    let assertion = params.require("client_assertion")?;
    let claimed = subject_of(assertion).ok_or_else(|| OAuthError::invalid_client("unreadable client_assertion"))?;
    if params.get("client_id").is_some_and(|named| named != claimed) {
        return Err(OAuthError::invalid_client("client_id differs from the assertion's sub"));
    }
    Ok(Credentials::named(claimed).with_assertion(assertion))
}

fn subject_of(assertion: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claimed {
        sub: String,
    }
    let payload = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Claimed>(&payload).ok().map(|claimed| claimed.sub)
}

/// Name and secret are form-encoded inside of the Basic scheme (RFC 6749 §2.3.1).
fn parse_basic(header: &str) -> Option<Credentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = Zeroizing::new(String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?);
    let (client_id, secret) = plain.split_once(':')?;
    Some(Credentials::named(form_decode(client_id)).with_secret(Some(Zeroizing::new(form_decode(secret)))))
}

/// Undoes the form encoding of one value. A `&` or `=` can only be one that the client did not encode: it stays.
fn form_decode(text: &str) -> String {
    let protected = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(protected.as_bytes()).map(|(name, _)| name.into_owned()).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn of(header: Option<&str>, form: &[(&str, &str)]) -> Result<Credentials, OAuthError> {
        let mut request = TestRequest::post();
        if let Some(value) = header {
            request = request.insert_header((AUTHORIZATION, value));
        }
        let pairs = form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        of_request(&request.to_http_request(), &Params::new(pairs))
    }

    fn basic(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn name_and_secret_are_form_decoded() {
        let read = of(Some(&basic("my%20app:p%3Aa+s%25&=x")), &[]).expect("credentials");
        assert_eq!(read.client_id, "my app");
        assert!(read.has_secret());
    }

    #[test]
    fn two_ways_at_once_are_refused() {
        let both = of(Some(&basic("a:b")), &[("client_secret", "b")]);
        assert_eq!(both.err().map(|error| error.code.as_str()), Some("invalid_request"));
        let differing = of(Some(&basic("a:b")), &[("client_id", "c")]);
        assert_eq!(differing.err().map(|error| error.code.as_str()), Some("invalid_request"));
    }

    #[test]
    fn garbage_is_a_failed_authentication() {
        for header in ["Basic", "Basic !!!", "Bearer x", "Basic YQ=="] {
            assert_eq!(
                of(Some(header), &[]).err().map(|error| error.code.as_str()),
                Some("invalid_client"),
                "{header}"
            );
        }
    }

    #[test]
    fn a_public_client_sends_its_name_only() {
        let read = of(None, &[("client_id", "photo-frame")]).expect("credentials");
        assert!(!read.has_secret());
    }
}
