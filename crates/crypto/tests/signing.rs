//! Realm keys as the rest of the server and a relying party see them: tokens, key sets, and what is refused.

use std::sync::LazyLock;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use perennial_crypto::{Jwk, JwtError, KeyEntry, KeyRing, SigningAlgorithm, SigningError, SigningKey, VerifyingKey};
use serde_json::{Value, json};

/// PKCS#8 of one key per algorithm: making an RSA key takes long without optimisation.
static STORED: LazyLock<Vec<(String, SigningAlgorithm, Vec<u8>)>> = LazyLock::new(|| {
    let store = |alg| {
        let key = SigningKey::generate(alg).unwrap();
        (key.kid().to_owned(), alg, key.to_pkcs8().unwrap().to_vec())
    };
    SigningAlgorithm::ALL.map(store).to_vec()
});

fn key(alg: SigningAlgorithm) -> SigningKey {
    let (kid, alg, der) = STORED.iter().find(|(_, stored, _)| *stored == alg).unwrap();
    SigningKey::from_pkcs8(kid, *alg, der).unwrap()
}

fn ring() -> KeyRing {
    KeyRing::new(SigningAlgorithm::ALL.map(|alg| KeyEntry { key: key(alg), active: true }).into())
}

fn es256() -> SigningKey {
    SigningKey::generate(SigningAlgorithm::ES256).unwrap()
}

#[test]
fn every_algorithm_signs_what_the_ring_verifies() {
    for alg in SigningAlgorithm::ALL {
        let token = ring().signer(alg).unwrap().sign_jwt("JWT", &json!({ "sub": "alice" })).unwrap();
        let claims: Value = ring().verify_jwt(&token, &["JWT"]).unwrap();
        assert_eq!(claims, json!({ "sub": "alice" }), "{alg}");
    }
}

#[test]
fn a_relying_party_verifies_with_the_published_key_set_alone() {
    let published: JwkSet = serde_json::from_value(serde_json::to_value(ring().jwks()).unwrap()).unwrap();
    for alg in SigningAlgorithm::ALL {
        let token = key(alg).sign_jwt("at+jwt", &json!({ "sub": "alice", "exp": 4_000_000_000_u64 })).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!(header.typ.as_deref(), Some("at+jwt"));
        let jwk = published.find(header.kid.as_deref().unwrap()).unwrap();
        let verified = decode::<Value>(&token, &DecodingKey::from_jwk(jwk).unwrap(), &Validation::new(header.alg));
        assert_eq!(verified.unwrap().claims["sub"], "alice", "{alg}");
    }
}

#[test]
fn a_published_key_says_what_it_is_for_and_holds_no_private_part() {
    let members = |alg| {
        let json = serde_json::to_value(key(alg).public_jwk()).unwrap();
        let members: Vec<String> = json.as_object().unwrap().keys().cloned().collect();
        (json["kty"].clone(), json["use"].clone(), json["alg"].clone(), members.join(" "))
    };
    let expected = |kty: &str, alg: &str, names: &str| (json!(kty), json!("sig"), json!(alg), names.to_owned());
    let sorted = |(kty, used_for, alg, names): (Value, Value, Value, String)| {
        let mut names: Vec<&str> = names.split(' ').collect();
        names.sort_unstable();
        (kty, used_for, alg, names.join(" "))
    };
    assert_eq!(sorted(members(SigningAlgorithm::RS256)), expected("RSA", "RS256", "alg e kid kty n use"));
    assert_eq!(sorted(members(SigningAlgorithm::ES256)), expected("EC", "ES256", "alg crv kid kty use x y"));
    assert_eq!(sorted(members(SigningAlgorithm::EdDSA)), expected("OKP", "EdDSA", "alg crv kid kty use x"));
}

#[test]
fn a_generated_key_is_named_by_its_thumbprint() {
    let key = es256();
    assert_eq!(Some(key.kid().to_owned()), key.public_jwk().thumbprint());
    assert_ne!(key.kid(), es256().kid());
}

#[test]
fn a_stored_key_comes_back_whole_under_its_own_name() {
    for (_, alg, der) in STORED.iter() {
        let imported = SigningKey::from_pkcs8("imported", *alg, der).unwrap();
        assert_eq!(imported.kid(), "imported");
        assert_eq!(imported.public_jwk().thumbprint(), key(*alg).public_jwk().thumbprint());
        assert_eq!(imported.to_pkcs8().unwrap().as_slice(), der);
    }
}

#[test]
fn a_key_of_another_kind_is_rejected_without_showing_it() {
    let (_, _, der) = &STORED[1];
    for alg in [SigningAlgorithm::RS256, SigningAlgorithm::EdDSA] {
        let error = SigningKey::from_pkcs8("k", alg, der).unwrap_err();
        assert!(matches!(error, SigningError::Rejected { .. }));
        assert!(error.to_string().starts_with(&format!("not a usable PKCS#8 key for {alg}: ")), "{error}");
    }
    assert!(SigningKey::from_pkcs8("k", SigningAlgorithm::ES256, b"rubbish").is_err());
}

#[test]
fn the_first_active_key_of_an_algorithm_signs_and_passive_ones_still_verify() {
    let (old, passive, current) = (es256(), es256(), es256());
    let old_token = old.sign_jwt("JWT", &json!({ "n": 1 })).unwrap();
    let kids = [current.kid().to_owned(), old.kid().to_owned(), passive.kid().to_owned()];
    let ring = KeyRing::new(vec![
        KeyEntry { key: passive, active: false },
        KeyEntry { key: current, active: true },
        KeyEntry { key: old, active: true },
    ]);

    assert_eq!(ring.signer(SigningAlgorithm::ES256).unwrap().kid(), kids[0]);
    assert!(ring.signer(SigningAlgorithm::RS256).is_none());
    assert_eq!(ring.verify_jwt::<Value>(&old_token, &["JWT"]).unwrap(), json!({ "n": 1 }));
    let published: Vec<String> = ring.jwks().keys.into_iter().filter_map(|jwk| jwk.kid).collect();
    assert_eq!(published, [&*kids[2], &*kids[0], &*kids[1]]);
}

#[test]
fn the_type_is_compared_without_case_and_without_its_prefix() {
    let key = es256();
    let token = |typ: &str| key.sign_jwt(typ, &json!({})).unwrap();
    let verifying = VerifyingKey::from_jwk(&key.public_jwk()).unwrap();
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"] {
        assert!(verifying.verify_jwt::<Value>(&token(typ), &["JWT", "at+jwt"]).is_ok(), "{typ}");
    }
    for typ in ["JWT", "logout+jwt", "", "application/", "at+jw"] {
        let refused = verifying.verify_jwt::<Value>(&token(typ), &["at+jwt"]);
        assert_eq!(refused, Err(JwtError::WrongType), "{typ}");
    }
}

#[test]
fn a_header_without_type_passes_only_where_that_is_expected() {
    let key = es256();
    let mut header = Header::new(Algorithm::ES256);
    header.typ = None;
    let signer = EncodingKey::from_ec_der(&key.to_pkcs8().unwrap());
    let token = encode(&header, &json!({}), &signer).unwrap();
    let verifying = VerifyingKey::from_jwk(&key.public_jwk()).unwrap();
    assert_eq!(verifying.verify_jwt::<Value>(&token, &["JWT"]), Err(JwtError::WrongType));
    assert!(verifying.verify_jwt::<Value>(&token, &["JWT", ""]).is_ok());
}

#[test]
fn a_token_cannot_choose_another_algorithm_than_its_keys() {
    let rsa = key(SigningAlgorithm::RS256);
    let ring = KeyRing::new(vec![KeyEntry { key: key(SigningAlgorithm::RS256), active: true }]);
    // The classic confusion: the public modulus taken as an HMAC secret.
    for alg in [Algorithm::HS256, Algorithm::HS512] {
        let mut header = Header::new(alg);
        header.kid = Some(rsa.kid().to_owned());
        let secret = EncodingKey::from_secret(rsa.public_jwk().n.unwrap().as_bytes());
        let forged = encode(&header, &json!({}), &secret).unwrap();
        assert_eq!(ring.verify_jwt::<Value>(&forged, &["JWT"]), Err(JwtError::WrongAlgorithm));
    }
    // Our own key with another hash: the 26 bytes before the PKCS#1 key only say that it is one for RSA.
    let mut header = Header::new(Algorithm::RS384);
    header.kid = Some(rsa.kid().to_owned());
    let our_key = EncodingKey::from_rsa_der(&rsa.to_pkcs8().unwrap()[26..]);
    let token = encode(&header, &json!({}), &our_key).unwrap();
    assert_eq!(ring.verify_jwt::<Value>(&token, &["JWT"]), Err(JwtError::WrongAlgorithm));
}

#[test]
fn a_token_of_a_stranger_is_refused_whatever_name_it_bears() {
    let ours = es256();
    let kid = ours.kid().to_owned();
    let stranger = es256();
    let impostor = SigningKey::from_pkcs8(&kid, SigningAlgorithm::ES256, &stranger.to_pkcs8().unwrap()).unwrap();
    let ring = KeyRing::new(vec![KeyEntry { key: ours, active: true }]);

    let unknown = stranger.sign_jwt("JWT", &json!({})).unwrap();
    assert_eq!(ring.verify_jwt::<Value>(&unknown, &["JWT"]), Err(JwtError::UnknownKey));
    let forged = impostor.sign_jwt("JWT", &json!({})).unwrap();
    assert_eq!(ring.verify_jwt::<Value>(&forged, &["JWT"]), Err(JwtError::WrongSignature));
    let mut header = Header::new(Algorithm::ES256);
    header.kid = None;
    let signer = EncodingKey::from_ec_der(&stranger.to_pkcs8().unwrap());
    let nameless = encode(&header, &json!({}), &signer).unwrap();
    assert_eq!(ring.verify_jwt::<Value>(&nameless, &["JWT"]), Err(JwtError::UnknownKey));
}

#[test]
fn expired_claims_are_returned_because_the_caller_has_the_clock() {
    let token =
        key(SigningAlgorithm::EdDSA).sign_jwt("JWT", &json!({ "exp": 1, "aud": "other", "nbf": 9_999_999_999_u64 }));
    assert!(ring().verify_jwt::<Value>(&token.unwrap(), &["JWT"]).is_ok());
}

#[test]
fn an_extension_that_must_be_understood_is_refused() {
    let key = es256();
    let mut header = Header::new(Algorithm::ES256);
    header.crit = Some(vec!["b64".to_owned()]);
    let signer = EncodingKey::from_ec_der(&key.to_pkcs8().unwrap());
    let token = encode(&header, &json!({}), &signer).unwrap();
    let verifying = VerifyingKey::from_jwk(&key.public_jwk()).unwrap();
    assert_eq!(verifying.verify_jwt::<Value>(&token, &["JWT"]), Err(JwtError::Critical));
}

#[test]
fn text_that_is_no_token_is_malformed_and_a_long_one_is_not_even_read() {
    let ring = KeyRing::new(Vec::new());
    for text in ["", "a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.e30."] {
        assert_eq!(ring.verify_jwt::<Value>(text, &["JWT"]), Err(JwtError::Malformed), "{text:?}");
    }
    let long = "a".repeat(16 * 1024 + 1);
    assert_eq!(ring.verify_jwt::<Value>(&long, &["JWT"]), Err(JwtError::TooLong));
}

#[test]
fn claims_of_another_shape_are_unreadable_and_not_wrongly_signed() {
    let token = key(SigningAlgorithm::EdDSA).sign_jwt("JWT", &json!({ "sub": 5 })).unwrap();
    #[derive(Debug, serde::Deserialize, PartialEq)]
    struct Claims {
        sub: String,
    }
    assert_eq!(ring().verify_jwt::<Claims>(&token, &["JWT"]), Err(JwtError::UnreadableClaims));
}

#[test]
fn a_changed_character_anywhere_makes_a_token_invalid() {
    let key = es256();
    let verifying = VerifyingKey::from_jwk(&key.public_jwk()).unwrap();
    let token = key.sign_jwt("JWT", &json!({ "sub": "alice" })).unwrap();
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(verifying.verify_jwt::<Value>(&changed, &["JWT"]).is_err(), "at {at}");
    }
}

#[test]
fn debug_output_shows_no_key() {
    let key = es256();
    let shown = format!("{key:?}");
    assert_eq!(shown, format!("SigningKey {{ kid: {:?}, algorithm: ES256, .. }}", key.kid()));
}

#[test]
fn a_broken_or_foreign_jwk_verifies_nothing() {
    let good = es256().public_jwk();
    assert!(VerifyingKey::from_jwk(&good).is_some());
    assert!(VerifyingKey::from_jwk(&Jwk { x: Some("*".to_owned()), ..good.clone() }).is_none());
    assert!(VerifyingKey::from_jwk(&Jwk { y: None, ..good.clone() }).is_none());
    assert!(VerifyingKey::from_jwk(&Jwk { crv: Some("P-521".to_owned()), ..good }).is_none());
}
