//! Nonces for DPoP proofs (RFC 9449 §8): a time and a MAC over it under a realm's key. Nothing is stored, so every node accepts
//! what another gave out.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;

use crate::{RefreshKeys, b64};

/// How long a nonce is good, in seconds.
pub const NONCE_LIFE_S: i64 = 300;
const MAC_LENGTH: usize = 16;

impl RefreshKeys {
    /// The nonce of this second.
    pub fn nonce(&self, now_s: i64) -> String {
        encode(self.active().mac_key(), now_s)
    }

    /// Whether it is one of this realm's, under any of its keys, and not too old.
    pub fn accepts_nonce(&self, nonce: &str, now_s: i64) -> bool {
        let Some(at_s) = b64::decode(nonce).as_deref().and_then(<[u8]>::first_chunk).map(|at| i64::from_be_bytes(*at))
        else {
            return false;
        };
        // Clocks of nodes may differ by a little.
        let fresh = (now_s - NONCE_LIFE_S..=now_s.saturating_add(60)).contains(&at_s);
        fresh
            && self
                .all()
                .any(|key| verify_slices_are_equal(encode(key.mac_key(), at_s).as_bytes(), nonce.as_bytes()).is_ok())
    }
}

fn encode(key: &hmac::Key, at_s: i64) -> String {
    let at = at_s.to_be_bytes();
    // No token's signing input holds a NUL, so no nonce can ever stand for a token's MAC or the other way round.
    let mac = hmac::sign(key, &[b"dpop-nonce\0", at.as_slice()].concat());
    b64::encode([at.as_slice(), &mac.as_ref()[..MAC_LENGTH]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RefreshKey;

    const NOW_S: i64 = 1_790_000_000;

    fn keys(secret: u8) -> RefreshKeys {
        RefreshKeys::new(RefreshKey::from_secret("k", [secret; 32]), Vec::new())
    }

    #[test]
    fn a_nonce_is_good_for_its_time_in_its_realm() {
        let own = keys(1);
        let nonce = own.nonce(NOW_S);
        assert!(own.accepts_nonce(&nonce, NOW_S) && own.accepts_nonce(&nonce, NOW_S + NONCE_LIFE_S));
        assert!(!own.accepts_nonce(&nonce, NOW_S + NONCE_LIFE_S + 1));
        assert!(!own.accepts_nonce(&nonce, NOW_S - 61));
        assert!(!keys(2).accepts_nonce(&nonce, NOW_S));
        assert!(!own.accepts_nonce("", NOW_S) && !own.accepts_nonce(&nonce[..31], NOW_S));
    }

    #[test]
    fn a_nonce_survives_a_rotation_of_the_key() {
        let nonce = keys(1).nonce(NOW_S);
        let rotated =
            RefreshKeys::new(RefreshKey::from_secret("n", [9; 32]), vec![RefreshKey::from_secret("k", [1; 32])]);
        assert!(rotated.accepts_nonce(&nonce, NOW_S));
    }
}
