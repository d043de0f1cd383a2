//! The device authorization grant (RFC 8628): its names, the answer to a device, and how a person's code is written and read.

use serde::{Deserialize, Serialize};

/// RFC 8628 §3.4.
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Seconds by which each poll that came too early lengthens the interval (RFC 8628 §3.5).
pub const SLOW_DOWN_STEP_S: i64 = 5;
/// Letters of a user code: no vowels, so that no words come of it, and nothing that looks like a digit (RFC 8628 §6.1).
pub const USER_CODE_ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Letters of a user code; 20 to the power of 8 are 34 bits.
pub const USER_CODE_LENGTH: usize = 8;

/// What a device is told (RFC 8628 §3.2).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceAuthorizationResponse {
    pub device_code: String,
    pub user_code: String,
    pub verification_uri: String,
    pub verification_uri_complete: String,
    /// Seconds.
    pub expires_in: i64,
    /// Seconds between two polls.
    pub interval: i64,
}

/// A user code as it is compared: letters of the alphabet only, in upper case. `None` where it cannot be a code. What people put
/// between the letters does not matter (RFC 8628 §6.1).
pub fn normalize_user_code(typed: &str) -> Option<String> {
    // No code is longer, even with a separator after each letter.
    if typed.chars().count() > 4 * USER_CODE_LENGTH {
        return None;
    }
    let letters: String = typed.chars().filter(|c| !matches!(c, '-' | ' ' | '.' | '_' | '–' | '\u{a0}')).collect();
    let upper = letters.to_ascii_uppercase();
    let legal = upper.len() == USER_CODE_LENGTH && upper.bytes().all(|letter| USER_CODE_ALPHABET.contains(&letter));
    legal.then_some(upper)
}

/// `WDJB-MJHT`: in two groups, as people read it.
pub fn display_user_code(normalized: &str) -> String {
    let (left, right) = normalized.split_at_checked(USER_CODE_LENGTH / 2).unwrap_or((normalized, ""));
    if right.is_empty() { left.to_owned() } else { format!("{left}-{right}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_a_person_types_it() {
        for typed in ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "W.D.J.B.M.J.H.T", "wdjb–mjht"] {
            assert_eq!(normalize_user_code(typed).as_deref(), Some("WDJBMJHT"), "{typed:?}");
        }
        assert_eq!(display_user_code("WDJBMJHT"), "WDJB-MJHT");
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in ["", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH1", "WDJB\0MJHT", "ẄDJBMJHT"] {
            assert_eq!(normalize_user_code(typed), None, "{typed:?}");
        }
        assert_eq!(normalize_user_code(&"-".repeat(10_000)), None);
    }
}
