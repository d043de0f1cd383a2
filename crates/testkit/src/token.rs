//! Tokens as strings: reading a JWT without trusting it, and damaging one on purpose.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The claims, unverified.
#[track_caller]
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The JOSE header, unverified.
#[track_caller]
pub fn header(token: &str) -> Value {
    part(token, 0)
}

#[track_caller]
fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).expect("a compact JWS");
    let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url");
    serde_json::from_slice(&bytes).expect("a JSON object")
}

/// Every kind of damage that still looks like a token: flipped bits in each part, cut ends, `alg` none, foreign claims.
pub fn damaged(token: &str) -> Vec<(&'static str, String)> {
    let parts: Vec<&str> = token.split('.').collect();
    let [head, body, mac] = parts[..] else { panic!("a compact JWS has three parts") };
    let none = encode(&json!({"alg": "none", "typ": "JWT"}));
    let mut other_kid = header(token);
    other_kid["kid"] = json!("00000000-0000-7000-8000-000000000000");
    let mut longer = claims(token);
    longer["exp"] = json!(4_102_444_800_i64);
    longer["scope"] = json!("openid offline_access roles");
    vec![
        ("a flipped header", format!("{}.{body}.{mac}", flipped(head))),
        ("a flipped body", format!("{head}.{}.{mac}", flipped(body))),
        ("a flipped MAC", format!("{head}.{body}.{}", flipped(mac))),
        ("no MAC", format!("{head}.{body}.")),
        ("two parts", format!("{head}.{body}")),
        ("a MAC cut short", format!("{head}.{body}.{}", &mac[..mac.len() - 4])),
        ("four parts", format!("{token}.{mac}")),
        ("alg none", format!("{none}.{body}.")),
        ("alg none with a MAC", format!("{none}.{body}.{mac}")),
        ("an unknown key", format!("{}.{body}.{mac}", encode(&other_kid))),
        ("changed claims", format!("{head}.{}.{mac}", encode(&longer))),
        ("trailing text", format!("{token}x")),
        ("a word", "garbage".to_owned()),
        ("dots", "...".to_owned()),
        ("control characters", "a\u{0}b\r\nc".to_owned()),
        ("a very long text", "a.".repeat(4_000)),
    ]
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// What a place that keeps a token or its hash would hold: the token, its last part (a JWT's signature) and the SHA-256 of
/// either, each as bytes, in hexadecimal digits and in base64.
pub fn traces(token: &str) -> Vec<Vec<u8>> {
    let last = token.rsplit('.').next().unwrap_or(token);
    let mut kept = vec![token.as_bytes().to_vec(), last.as_bytes().to_vec()];
    kept.extend(URL_SAFE_NO_PAD.decode(last).ok());
    kept.extend([token, last].map(|text| Sha256::digest(text).to_vec()));
    kept.iter().flat_map(|bytes| written(bytes)).collect()
}

fn written(bytes: &[u8]) -> [Vec<u8>; 4] {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let base64 = [URL_SAFE_NO_PAD.encode(bytes), STANDARD_NO_PAD.encode(bytes)];
    let [url_safe, standard] = base64.map(String::into_bytes);
    [bytes.to_vec(), hex.into_bytes(), url_safe, standard]
}

/// The same length and alphabet, one character in the middle changed.
fn flipped(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).expect("base64url is ASCII")
}

/// 43 characters of base64url: a state, a nonce or a verifier.
pub fn unguessable() -> String {
    openidconnect::CsrfToken::new_random_len(32).into_secret()
}

/// A PKCE verifier and its S256 challenge (RFC 7636 §4.1 and §4.2).
#[derive(Debug, Clone)]
pub struct Pkce {
    pub verifier: String,
    pub challenge: String,
}

impl Pkce {
    pub fn new() -> Self {
        let verifier = unguessable();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        Self { verifier, challenge }
    }
}

impl Default for Pkce {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_token_leaves_a_trace_where_its_signature_or_a_hash_is_kept() {
        let traces = traces("head.body.YWJj");
        let has = |kept: &str| traces.iter().any(|trace| trace == kept.as_bytes());
        assert!(has("head.body.YWJj") && has("YWJj") && has("abc"));
        let hex: String = Sha256::digest("YWJj").iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(has(&hex) && has(&URL_SAFE_NO_PAD.encode(Sha256::digest("head.body.YWJj"))));
    }

    #[test]
    fn no_damaged_token_equals_the_original() {
        let token = format!("{}.{}.c2lnbmF0dXJlLWJ5dGVz", encode(&json!({"alg": "HS256"})), encode(&json!({"a": 1})));
        assert!(damaged(&token).iter().all(|(_, other)| *other != token));
    }
}
