//! Where random bytes come from: the system, or a seed that makes a whole flow repeatable in tests.
//! Signing keys are not made from it: their generator lives inside the cryptographic library.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use uuid::{Builder, Uuid};
use zeroize::Zeroizing;

/// A source of random bytes. Clones share the source, so a seeded one goes on where its other clones stopped.
#[derive(Clone)]
pub struct Entropy(Source);

#[derive(Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<ChaCha20Rng>>),
}

impl Entropy {
    /// The cryptographic library's generator, seeded by the operating system.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// The same bytes in the same order for the same seed. Predictable by design: for tests only.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))))
    }

    pub fn fill(&self, out: &mut [u8]) {
        match &self.0 {
            // A server that cannot draw random bytes must not go on with weak ones.
            Source::System => aws_lc_rs::rand::fill(out).expect("the system's random generator failed"),
            Source::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(out),
        }
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// 32 random bytes as 43 characters of base64url: for codes, cookies, client secrets, CSRF tokens.
    pub fn secret(&self) -> String {
        crate::b64::encode(Zeroizing::new(self.bytes::<32>()).as_slice())
    }

    /// A version 7 UUID (RFC 9562 §5.7) stamped `at_ms`, milliseconds since the epoch; an instant before it counts as 0.
    pub fn uuid_v7(&self, at_ms: i64) -> Uuid {
        let stamp = u64::try_from(at_ms).unwrap_or(0);
        Builder::from_unix_timestamp_millis(stamp, &self.bytes()).into_uuid()
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Entropy(system)",
            Source::Seeded(_) => "Entropy(seeded)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let (one, other) = (Entropy::seeded(7), Entropy::seeded(7));
        assert_eq!(one.bytes::<48>(), other.bytes::<48>());
        assert_eq!(one.secret(), other.secret());
        assert_ne!(Entropy::seeded(8).secret(), Entropy::seeded(7).secret());
    }

    #[test]
    fn clones_of_a_seeded_source_never_repeat_each_other() {
        let one = Entropy::seeded(7);
        let clone = one.clone();
        assert_ne!(one.secret(), clone.secret());
    }

    #[test]
    fn a_secret_has_43_url_safe_characters() {
        let secret = Entropy::system().secret();
        assert_eq!(secret.len(), 43);
        assert!(secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert_ne!(secret, Entropy::system().secret());
    }

    #[test]
    fn a_uuid_v7_carries_its_instant_and_sorts_by_it() {
        let entropy = Entropy::seeded(1);
        let earlier = entropy.uuid_v7(1_700_000_000_123);
        let later = entropy.uuid_v7(1_700_000_000_124);
        assert_eq!(earlier.get_version_num(), 7);
        assert_eq!(earlier.get_timestamp().map(|t| t.to_unix()), Some((1_700_000_000, 123_000_000)));
        assert!(earlier < later);
        assert_eq!(entropy.uuid_v7(-5).get_timestamp().map(|t| t.to_unix()), Some((0, 0)));
    }
}
