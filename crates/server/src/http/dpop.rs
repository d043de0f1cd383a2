//! The `DPoP` header of a request (RFC 9449 §4.1) and the answers' side of it: nonces and challenges.

use crate::state::AppState;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use perennial_flows::dpop::Presented;
use perennial_protocol::{ErrorCode, OAuthError, metadata::DPOP_ALGORITHMS, params::printable};

const PROOF: HeaderName = HeaderName::from_static("dpop");
pub const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// The proof, if there is one. Two of them are none (RFC 9449 §4.3).
pub fn of_request(state: &AppState, request: &HttpRequest) -> Result<Option<Presented>, OAuthError> {
    let mut headers = request.headers().get_all(PROOF);
    let Some(proof) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(invalid("More than one DPoP proof"));
    }
    let proof = proof.to_str().map_err(|_| invalid("DPoP proof is malformed"))?;
    // The address that clients know, whatever stands between them and this node.
    let url = format!("{}{}", state.site.base_url, request.path());
    Ok(Some(Presented::read(proof, request.method().as_str(), url)))
}

pub fn set_nonce(answer: &mut HttpResponse, nonce: Option<&str>) {
    if let Some(value) = nonce.and_then(|nonce| HeaderValue::from_str(nonce).ok()) {
        answer.headers_mut().insert(NONCE, value);
    }
}

/// Turns the refusal of a resource into one for the `DPoP` scheme (RFC 9449 §7.1).
pub fn challenge(answer: &mut HttpResponse, error: &OAuthError) {
    let refused = matches!(error.code, ErrorCode::InvalidToken | ErrorCode::InvalidDpopProof | ErrorCode::UseDpopNonce);
    if !refused {
        return;
    }
    *answer.status_mut() = StatusCode::UNAUTHORIZED;
    let text = format!(
        "DPoP realm=\"perennial\", error=\"{}\", error_description=\"{}\", algs=\"{DPOP_ALGORITHMS}\"",
        error.code,
        printable(&error.description)
    );
    if let Ok(value) = HeaderValue::from_str(&text) {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    set_nonce(answer, error.dpop_nonce.as_deref());
}

pub fn invalid(description: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidDpopProof, description)
}
