//! Client authentication as it stands in a request (RFC 6749 §2.3.1): the `Authorization` header or the form, never both.

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use base64::{Engine, engine::general_purpose::STANDARD};
use perennial_flows::client_auth::Credentials;
use perennial_protocol::{OAuthError, Params};
use url::form_urlencoded;
use zeroize::Zeroizing;

/// The credentials of a request to the token, introspection or revocation endpoint.
pub fn of_request(request: &HttpRequest, params: &Params) -> Result<Credentials, OAuthError> {
    let in_form = Credentials {
        client_id: params.get("client_id").unwrap_or_default().to_owned(),
        secret: params.get("client_secret").map(|secret| Zeroizing::new(secret.to_owned())),
    };
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        return if in_form.client_id.is_empty() { Err(OAuthError::invalid_client("no client")) } else { Ok(in_form) };
    };
    let basic = header.to_str().ok().and_then(parse_basic);
    let basic = basic.ok_or_else(|| OAuthError::invalid_client("unreadable Authorization header"))?;
    if in_form.secret.is_some() {
        return Err(OAuthError::invalid_request("More than one way of client authentication"));
    }
    if !in_form.client_id.is_empty() && in_form.client_id != basic.client_id {
        return Err(OAuthError::invalid_request("client_id differs from the Authorization header's"));
    }
    Ok(basic)
}

/// Name and secret are form-encoded inside of the Basic scheme (RFC 6749 §2.3.1).
fn parse_basic(header: &str) -> Option<Credentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = Zeroizing::new(String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?);
    let (client_id, secret) = plain.split_once(':')?;
    Some(Credentials { client_id: form_decode(client_id), secret: Some(Zeroizing::new(form_decode(secret))) })
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
        assert_eq!(read.secret.expect("secret").as_str(), "p:a s%&=x");
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
        assert!(read.secret.is_none());
    }
}
