//! Secrets of webhooks and what they sign, as the Standard Webhooks convention has it: `whsec_` and base64, HMAC-SHA256 over
//! id, timestamp and body. It sends nothing.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::Entropy;

const PREFIX: &str = "whsec_";
/// Bytes; the convention asks for 24 to 64.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret, opened. Printing it shows nothing.
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    pub fn generate(entropy: &Entropy) -> Self {
        Self(Zeroizing::new(entropy.bytes::<32>().to_vec()))
    }

    /// `whsec_` and the base64 of 24 to 64 bytes; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?);
        LENGTHS.contains(&bytes.len()).then_some(Self(bytes))
    }

    /// As its owner keeps it.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(&*self.0)))
    }

    /// The value of `webhook-signature`; `timestamp_s` is Unix seconds.
    pub fn sign(&self, id: &str, timestamp_s: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let mac = hmac::sign(&key, format!("{id}.{timestamp_s}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.as_ref()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the convention's own reference libraries.
    #[test]
    fn the_published_example_is_signed_alike() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_survives_being_shown_and_read() {
        let secret = WebhookSecret::generate(&Entropy::seeded(1));
        let again = WebhookSecret::parse(&secret.reveal()).unwrap();
        assert_eq!(again.sign("a", 1, "b"), secret.sign("a", 1, "b"));
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        for wrong in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64!"] {
            assert!(WebhookSecret::parse(wrong).is_none(), "{wrong}");
        }
        assert!(WebhookSecret::parse(&format!("whsec_{}", STANDARD.encode([0; 65]))).is_none());
    }
}
