//! The words for each check of a session that a refresh can fail (offline-access rules, "Refresh", steps 5 and 6).

use perennial_domain::access::Blocked;
use perennial_protocol::{ErrorCode, OAuthError};

/// Seconds after which a client should ask whether a pause is over.
const PAUSED_RETRY_S: u32 = 3_600;

/// What the client is told; the reason behind it is for the log.
pub(super) fn of(blocked: Blocked, offline: bool) -> OAuthError {
    let description = match blocked {
        // Clients throw a token away on any 4xx, and a pause ends.
        Blocked::Paused => return OAuthError::unavailable("paused", PAUSED_RETRY_S),
        Blocked::ClientDisabled => return OAuthError::invalid_client("client disabled"),
        Blocked::Ended(_) if offline => "Offline session not active",
        Blocked::Ended(_) | Blocked::UserSessionGone => "Session not active",
        Blocked::UserDisabled => "User disabled",
        Blocked::NotBefore => "Stale token",
        Blocked::OfflineRoleGone | Blocked::OfflineScopeGone => {
            "Offline session invalid because offline access not granted anymore"
        }
        Blocked::ResourcesGone => {
            return OAuthError::new(ErrorCode::InvalidTarget, "The resource does not exist any more");
        }
        Blocked::ConsentGone => "Client no longer has requested consent from user",
    };
    OAuthError::invalid_grant(description).because(blocked.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::{
        Timestamp,
        lifetime::{EndCause, SessionEnd},
    };

    const ENDED: Blocked =
        Blocked::Ended(SessionEnd { at: Timestamp::from_ms(0), cause: EndCause::Idle, source: None });
    const GONE: &str = "Offline session invalid because offline access not granted anymore";

    #[test]
    fn each_check_of_a_session_has_its_own_words() {
        for (blocked, offline, description) in [
            (ENDED, true, "Offline session not active"),
            (ENDED, false, "Session not active"),
            (Blocked::UserSessionGone, false, "Session not active"),
            (Blocked::UserDisabled, true, "User disabled"),
            (Blocked::NotBefore, true, "Stale token"),
            (Blocked::OfflineRoleGone, true, GONE),
            (Blocked::OfflineScopeGone, true, GONE),
            (Blocked::ConsentGone, true, "Client no longer has requested consent from user"),
        ] {
            let error = of(blocked, offline);
            assert_eq!((error.code, error.description.as_str()), (ErrorCode::InvalidGrant, description), "{blocked:?}");
        }
    }

    #[test]
    fn a_paused_session_is_no_reason_to_throw_its_token_away() {
        let error = of(Blocked::Paused, true);
        assert_eq!(error.code.status(), 503);
        assert!(error.retry_after_s.is_some());
    }

    #[test]
    fn a_disabled_client_fails_to_authenticate() {
        assert_eq!(of(Blocked::ClientDisabled, true).code.status(), 401);
    }
}
