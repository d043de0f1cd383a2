//! Derived refresh tokens: equal bytes for equal claims, and nothing but our own bytes believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use perennial_crypto::{
    Entropy, InvalidRefreshToken, PresentedToken, RefreshClaims, RefreshKey, RefreshKeys, RefreshTokenId,
    RefreshTokenType,
};
use proptest::prelude::*;
use uuid::Uuid;

const GRANT: Uuid = Uuid::from_u128(0x018f_8c5e_7b1a_7c3d_9e2f_0123_4567_89ab);

fn key(kid: &str) -> RefreshKey {
    RefreshKey::from_secret(kid, [7; 32])
}

fn keys() -> RefreshKeys {
    RefreshKeys::new(key("k1"), Vec::new())
}

fn claims(generation: u64) -> RefreshClaims<'static> {
    RefreshClaims {
        typ: RefreshTokenType::Offline,
        iss: "https://id.example/realms/demo",
        azp: "nightly-backup",
        sub: "alice",
        sid: None,
        jti: RefreshTokenId::new(GRANT, generation),
        iat_s: 1_700_000_000,
        exp_s: None,
        scope: "openid offline_access",
    }
}

#[test]
fn a_derived_token_is_presented_with_what_the_server_believes() {
    let token = keys().active().derive(&claims(3));
    let presented = keys().verify(&token).unwrap();
    assert_eq!(
        presented,
        PresentedToken {
            kid: "k1".to_owned(),
            iss: "https://id.example/realms/demo".to_owned(),
            azp: "nightly-backup".to_owned(),
            grant_id: GRANT,
            generation: 3,
            iat_s: 1_700_000_000,
            typ: RefreshTokenType::Offline,
        }
    );
}

#[test]
fn a_client_that_peeks_inside_sees_a_jwt() {
    let token = key("k1").derive(&claims(1));
    let parts: Vec<&str> = token.split('.').collect();
    let header = URL_SAFE_NO_PAD.decode(parts[0]).unwrap();
    assert_eq!(header, br#"{"alg":"HS256","typ":"JWT","kid":"k1"}"#);
    let payload: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    assert_eq!(payload["typ"], "Offline");
    assert_eq!(payload["jti"], format!("{GRANT}.1"));
    assert_eq!(parts.len(), 3);
}

#[test]
fn another_jwt_library_finds_the_mac_right() {
    let token = key("k1").derive(&claims(1));
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    validation.required_spec_claims.clear();
    let secret = jsonwebtoken::DecodingKey::from_secret(&[7; 32]);
    let read = jsonwebtoken::decode::<serde_json::Value>(&token, &secret, &validation).unwrap();
    assert_eq!(read.claims["azp"], "nightly-backup");
}

#[test]
fn each_generation_has_its_own_token() {
    assert_ne!(key("k1").derive(&claims(1)), key("k1").derive(&claims(2)));
}

#[test]
fn an_older_key_is_believed_until_it_is_dropped() {
    let old_token = key("old").derive(&claims(1));
    let rotated = RefreshKeys::new(RefreshKey::from_secret("new", [8; 32]), vec![key("old")]);
    assert_eq!(rotated.verify(&old_token).unwrap().kid, "old");
    assert_eq!(rotated.active().kid(), "new");
    let dropped = RefreshKeys::new(RefreshKey::from_secret("new", [8; 32]), Vec::new());
    assert_eq!(dropped.verify(&old_token), Err(InvalidRefreshToken::UnknownKey));
}

#[test]
fn a_token_of_a_key_with_the_same_name_but_another_secret_is_forged() {
    let forged = RefreshKey::from_secret("k1", [9; 32]).derive(&claims(1));
    assert_eq!(keys().verify(&forged), Err(InvalidRefreshToken::WrongMac));
}

#[test]
fn a_token_that_names_another_algorithm_is_refused() {
    let token = key("k1").derive(&claims(1));
    let rest = token.split_once('.').unwrap().1;
    for alg in ["none", "HS512", "hs256", "RS256"] {
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","typ":"JWT","kid":"k1"}}"#));
        let refused = keys().verify(&format!("{header}.{rest}"));
        assert_eq!(refused, Err(InvalidRefreshToken::WrongAlgorithm), "{alg}");
    }
}

#[test]
fn text_that_is_no_token_is_malformed_and_a_long_one_is_not_even_read() {
    for text in ["", ".", "..", "a.b", "a.b.c", "e30.e30.", "not a token", "ä.ö.ü"] {
        assert_eq!(keys().verify(text), Err(InvalidRefreshToken::Malformed), "{text:?}");
    }
    assert_eq!(keys().verify(&"a".repeat(4097)), Err(InvalidRefreshToken::TooLong));
    let token = key("k1").derive(&claims(1));
    assert!(keys().verify(&format!("{token}=")).is_err());
    assert!(keys().verify(&format!("{token}.")).is_err());
    assert!(keys().verify(&format!(" {token}")).is_err());
}

#[test]
fn a_right_mac_over_a_strange_token_id_is_refused() {
    // Signed with the right key by way of another library, since ours cannot write such an id.
    let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    header.kid = Some("k1".to_owned());
    let body = serde_json::json!({
        "typ": "Offline", "iss": "i", "azp": "a", "jti": format!("{GRANT}.01"), "iat": 1
    });
    let secret = jsonwebtoken::EncodingKey::from_secret(&[7; 32]);
    let token = jsonwebtoken::encode(&header, &body, &secret).unwrap();
    assert_eq!(keys().verify(&token), Err(InvalidRefreshToken::UnreadableClaims));
}

#[test]
fn generated_keys_differ_and_show_their_name_only() {
    let entropy = Entropy::seeded(1);
    let (one, other) = (RefreshKey::generate(&entropy), RefreshKey::generate(&entropy));
    assert_ne!(one.kid(), other.kid());
    assert_ne!(one.secret(), other.secret());
    assert_eq!(format!("{one:?}"), format!("RefreshKey {{ kid: {:?}, .. }}", one.kid()));
}

prop_compose! {
    fn any_text()(text in ".{0,60}") -> String { text }
}

proptest! {
    #[test]
    fn deriving_is_deterministic_and_reads_back(
        texts in prop::collection::vec(any_text(), 4),
        grant in any::<u128>(),
        generation in any::<u64>(),
        iat_s in any::<i64>(),
        exp_s in any::<Option<i64>>(),
        secret in any::<[u8; 32]>(),
    ) {
        let claims = RefreshClaims {
            typ: RefreshTokenType::Refresh,
            iss: &texts[0],
            azp: &texts[1],
            sub: &texts[2],
            sid: Some(&texts[3]),
            jti: RefreshTokenId::new(Uuid::from_u128(grant), generation),
            iat_s,
            exp_s,
            scope: "openid",
        };
        let token = RefreshKey::from_secret("k", secret).derive(&claims);
        prop_assert_eq!(&token, &RefreshKey::from_secret("k", secret).derive(&claims.clone()));
        let presented = RefreshKeys::new(RefreshKey::from_secret("k", secret), Vec::new()).verify(&token).unwrap();
        prop_assert_eq!(presented.iss, claims.iss);
        prop_assert_eq!(presented.azp, claims.azp);
        prop_assert_eq!(RefreshTokenId::new(presented.grant_id, presented.generation), claims.jti);
        prop_assert_eq!(presented.iat_s, iat_s);
    }

    #[test]
    fn a_token_with_any_bit_flipped_is_refused(at in any::<prop::sample::Index>(), bit in 0..8u8, generation in any::<u64>()) {
        let mut bytes = key("k1").derive(&claims(generation)).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        // What is no longer UTF-8 never reaches a text parameter.
        if let Ok(token) = String::from_utf8(bytes) {
            prop_assert!(keys().verify(&token).is_err());
        }
    }

    #[test]
    fn no_text_whatever_makes_the_reader_panic(text in "\\PC{0,200}") {
        prop_assert!(keys().verify(&text).is_err());
    }
}
