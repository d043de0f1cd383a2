//! `at_hash` and `c_hash` of an ID token (OIDC Core §3.1.3.6, §3.3.2.11).

use aws_lc_rs::digest::{SHA256, SHA512, digest};

use super::SigningAlgorithm;
use crate::b64;

/// The left half of the hash of an access token or a code, as base64url. The hash is the one that the ID token's algorithm
/// uses: SHA-256 for RS256 and ES256, SHA-512 for EdDSA on Ed25519.
pub fn half_hash(alg: SigningAlgorithm, value: &str) -> String {
    let hash = match alg {
        SigningAlgorithm::RS256 | SigningAlgorithm::ES256 => &SHA256,
        SigningAlgorithm::EdDSA => &SHA512,
    };
    let full = digest(hash, value.as_bytes());
    b64::encode(&full.as_ref()[..full.as_ref().len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_hashes_agree_with_published_examples() {
        // OIDC Core, appendix A.3 (at_hash) and A.4 (c_hash).
        let at_hash = half_hash(SigningAlgorithm::RS256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        assert_eq!(at_hash, "77QmUPtjPfzWtF2AnpK9RQ");
        let c_hash = half_hash(SigningAlgorithm::ES256, "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk");
        assert_eq!(c_hash, "LDktKdoQak3Pk0cnXxCltA");
    }

    #[test]
    fn eddsa_uses_half_of_sha_512() {
        assert_eq!(half_hash(SigningAlgorithm::EdDSA, "x").len(), 43);
        assert_eq!(half_hash(SigningAlgorithm::RS256, "x").len(), 22);
    }
}
