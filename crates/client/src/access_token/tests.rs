//! Which tokens pass, and what each of the others is refused for.

use super::*;
use crate::http::HttpClient;
use openidconnect::core::CoreEdDsaPrivateSigningKey;
use openidconnect::{JsonWebKeyId, JsonWebKeySetUrl, PrivateSigningKey};
use serde_json::{Value, json};

const ISSUER: &str = "http://localhost:8080/realms/demo";
const RESOURCE: &str = "https://files.example.org";

/// An Ed25519 key from a fixed seed: PKCS#8 is a constant prefix (RFC 8410 §7) and the seed.
fn signing_key(seed: u8, kid: &str) -> CoreEdDsaPrivateSigningKey {
    let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    der.extend([seed; 32]);
    let body = base64::prelude::BASE64_STANDARD.encode(der);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(kid.into()))).unwrap()
}

fn token(key: &CoreEdDsaPrivateSigningKey, header: Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(claims));
    let signature = key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).unwrap();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

fn header() -> Value {
    json!({"alg": "EdDSA", "kid": "k-1", "typ": "JWT"})
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "alice-id", "aud": [RESOURCE, "account"], "azp": "nightly-backup",
        "client_id": "nightly-backup", "exp": now_s() + 300, "iat": now_s(), "typ": "Bearer",
        "scope": "openid offline_access", "realm_access": {"roles": ["offline_access"]},
    })
}

fn changed(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

/// A verifier that knows key `k-1`, and whose provider cannot be asked for more.
fn verifier(audience: Audience) -> AccessTokenVerifier {
    let url = JsonWebKeySetUrl::new("http://127.0.0.1:9/certs".into()).unwrap();
    let keys = CoreJsonWebKeySet::new(vec![signing_key(1, "k-1").as_verification_key()]);
    let cache = KeyCache::new(url, HttpClient::new(false).unwrap(), keys);
    AccessTokenVerifier::new(Arc::new(cache), ISSUER.into(), audience)
}

async fn verdict(header: Value, claims: Value) -> Result<AccessClaims, TokenRejected> {
    let token = token(&signing_key(1, "k-1"), header, &claims);
    match verifier(Audience::Resource(RESOURCE.into())).verify(&token).await {
        Err(Error::AccessToken(why)) => Err(why),
        other => Ok(other.unwrap()),
    }
}

async fn rejected(header: Value, claims: Value) -> TokenRejected {
    verdict(header, claims).await.unwrap_err()
}

#[tokio::test]
async fn a_good_token_yields_its_claims() {
    let claims = verdict(header(), claims()).await.unwrap();
    assert_eq!(claims.sub, "alice-id");
    assert!(claims.has_scope("offline_access") && !claims.has_scope("offline"));
    assert_eq!(claims.other["realm_access"]["roles"][0], "offline_access");
}

#[tokio::test]
async fn an_audience_may_be_a_single_string() {
    assert!(verdict(header(), changed("aud", json!(RESOURCE))).await.is_ok());
}

#[tokio::test]
async fn a_token_for_another_resource_is_refused() {
    assert_eq!(rejected(header(), changed("aud", json!("account"))).await, TokenRejected::Audience);
    assert_eq!(rejected(header(), changed("aud", json!([]))).await, TokenRejected::Audience);
}

#[tokio::test]
async fn a_client_can_ask_whether_a_token_is_its_own() {
    let token = token(&signing_key(1, "k-1"), header(), &changed("aud", json!("account")));
    assert!(verifier(Audience::IssuedTo("nightly-backup".into())).verify(&token).await.is_ok());
    let other = verifier(Audience::IssuedTo("photo-frame".into())).verify(&token).await;
    assert!(matches!(other, Err(Error::AccessToken(TokenRejected::Audience))));
}

#[tokio::test]
async fn another_issuers_token_is_refused_even_with_our_key() {
    let foreign = changed("iss", json!("http://localhost:8080/realms/other"));
    assert_eq!(rejected(header(), foreign).await, TokenRejected::Issuer);
}

#[tokio::test]
async fn an_expired_token_and_one_from_the_future_are_refused() {
    assert_eq!(rejected(header(), changed("exp", json!(now_s() - 3600))).await, TokenRejected::Expired);
    assert_eq!(rejected(header(), changed("nbf", json!(now_s() + 3600))).await, TokenRejected::NotYet);
    assert!(verdict(header(), changed("exp", json!(now_s() - 1))).await.is_ok(), "clocks may differ a little");
}

#[tokio::test]
async fn an_id_token_or_a_logout_token_is_no_access_token() {
    for typ in ["ID", "Logout", "Offline"] {
        assert_eq!(rejected(header(), changed("typ", json!(typ))).await, TokenRejected::Kind);
    }
    assert_eq!(rejected(header(), changed("typ", Value::Null)).await, TokenRejected::Kind);
    let rfc9068 = json!({"alg": "EdDSA", "kid": "k-1", "typ": "at+jwt"});
    assert!(verdict(rfc9068, changed("typ", Value::Null)).await.is_ok());
}

#[tokio::test]
async fn a_token_bound_to_a_key_is_not_a_bearer_token() {
    assert_eq!(rejected(header(), changed("cnf", json!({"jkt": "x"}))).await, TokenRejected::Bound);
}

#[tokio::test]
async fn a_changed_token_is_refused() {
    let token = token(&signing_key(1, "k-1"), header(), &claims());
    let parts: Vec<&str> = token.split('.').collect();
    let payload = BASE64_URL_SAFE_NO_PAD.encode(changed("sub", json!("bob-id")).to_string());
    let forged = format!("{}.{payload}.{}", parts[0], parts[2]);
    let verdict = verifier(Audience::Resource(RESOURCE.into())).verify(&forged).await;
    assert!(matches!(verdict, Err(Error::AccessToken(TokenRejected::Signature))));
}

#[tokio::test]
async fn a_token_by_another_key_of_the_same_name_is_refused() {
    let forged = token(&signing_key(2, "k-1"), header(), &claims());
    let verdict = verifier(Audience::Resource(RESOURCE.into())).verify(&forged).await;
    assert!(matches!(verdict, Err(Error::AccessToken(TokenRejected::Signature))));
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_and_then_refused() {
    let verifier = verifier(Audience::Resource(RESOURCE.into()));
    let unknown = token(&signing_key(1, "k-1"), json!({"alg": "EdDSA", "kid": "k-2"}), &claims());
    assert!(matches!(verifier.verify(&unknown).await, Err(Error::Network(_))), "the provider cannot be reached");
    let again = verifier.verify(&unknown).await;
    assert!(matches!(again, Err(Error::AccessToken(TokenRejected::UnknownKey))));
}

#[tokio::test]
async fn unsigned_and_shared_secret_algorithms_are_refused() {
    for alg in ["none", "HS256", "HS512"] {
        assert_eq!(rejected(json!({"alg": alg, "kid": "k-1"}), claims()).await, TokenRejected::Algorithm);
    }
}

#[tokio::test]
async fn what_must_be_understood_and_is_not_refuses_the_token() {
    let header = json!({"alg": "EdDSA", "kid": "k-1", "crit": ["b64"], "b64": false});
    assert_eq!(rejected(header, claims()).await, TokenRejected::Malformed);
}

#[tokio::test]
async fn garbage_is_malformed() {
    let verifier = verifier(Audience::Resource(RESOURCE.into()));
    for garbage in ["", ".", "..", "a.b.c", "e30.e30.e30", "e30.e30", "ö.ö.ö", &"a".repeat(10_000)] {
        let verdict = verifier.verify(garbage).await;
        assert!(matches!(verdict, Err(Error::AccessToken(TokenRejected::Malformed))), "{garbage}");
    }
}

/// For the tests of what stands on verified tokens.
#[cfg(feature = "actix")]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn verifier() -> AccessTokenVerifier {
        super::verifier(Audience::Resource(RESOURCE.into()))
    }

    pub(crate) fn good() -> String {
        of("alice-id")
    }

    pub(crate) fn of(subject: &str) -> String {
        token(&signing_key(1, "k-1"), header(), &changed("sub", json!(subject)))
    }

    pub(crate) fn under_an_unknown_key() -> String {
        token(&signing_key(1, "k-1"), json!({"alg": "EdDSA", "kid": "k-2"}), &claims())
    }
}
