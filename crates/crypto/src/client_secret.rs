//! Comparisons of secrets that a client or a browser presents: client secrets, PKCE verifiers, and the hash
//! under which codes and cookies are stored. It does not seal or store anything.

use aws_lc_rs::digest::{SHA256, digest};
use subtle::ConstantTimeEq;

/// Whether a presented client secret is the stored one. Both are hashed first, so neither the place of the first
/// difference nor the length of the stored secret shows in the time it takes.
pub fn secrets_match(presented: &str, stored: &str) -> bool {
    token_hash(presented).ct_eq(&token_hash(stored)).into()
}

/// SHA-256 of a high-entropy token (authorization code, device code, session cookie), which is what the database keeps of it.
/// Not for passwords: these need a slow hash.
pub fn token_hash(token: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    out
}

/// Whether `verifier` answers an S256 `challenge` (RFC 7636 §4.6). A verifier with the wrong syntax never does,
/// whatever its hash: §4.1 asks for 43 to 128 unreserved characters.
pub fn pkce_s256_matches(verifier: &str, challenge: &str) -> bool {
    let well_formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_unreserved);
    let expected = crate::b64::encode(token_hash(verifier));
    well_formed & bool::from(expected.as_bytes().ct_eq(challenge.as_bytes()))
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_verifier_of_rfc_7636_matches_its_challenge() {
        assert!(pkce_s256_matches(VERIFIER, CHALLENGE));
        assert!(!pkce_s256_matches(VERIFIER, VERIFIER));
        assert!(!pkce_s256_matches(VERIFIER, ""));
        assert!(!pkce_s256_matches(VERIFIER, &format!("{CHALLENGE}=")));
    }

    #[test]
    fn a_verifier_with_the_wrong_syntax_never_matches() {
        let answers_its_own_challenge = |verifier: &str| {
            let challenge = crate::b64::encode(token_hash(verifier));
            pkce_s256_matches(verifier, &challenge)
        };
        assert!(!answers_its_own_challenge(&"a".repeat(42)), "42 characters are too few");
        assert!(answers_its_own_challenge(&"a".repeat(43)));
        assert!(answers_its_own_challenge(&"~".repeat(128)));
        assert!(!answers_its_own_challenge(&"a".repeat(129)), "129 characters are too many");
        assert!(!answers_its_own_challenge(&"a b".repeat(20)), "a space is not unreserved");
        assert!(!answers_its_own_challenge(&"ä".repeat(30)), "a letter beyond ASCII is not unreserved");
    }

    #[test]
    fn a_token_hash_is_sha_256() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let hash: String = token_hash("abc").iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hash, expected);
    }

    proptest! {
        #[test]
        fn secrets_match_iff_they_are_equal(one in ".{0,40}", other in ".{0,40}") {
            prop_assert!(secrets_match(&one, &one));
            prop_assert_eq!(secrets_match(&one, &other), one == other);
        }
    }
}
