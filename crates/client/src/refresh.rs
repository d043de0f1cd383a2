//! Refreshing a stored offline token: presented, received, stored, and only then used. It owns the rule for trying
//! again (the *same* token, after network errors and what says to come back only: 5xx, 408, 425, 429) and the one for giving up
//! (`invalid_grant` only).

use crate::client::{Access, OfflineClient};
use crate::error::Error;
use crate::id_token::{nonce_of_refresh, same_sign_in};
use crate::store::{HeldStore, StoredToken};
use crate::wire::{self, TokenResponse};
use openidconnect::OAuth2TokenResponse;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// How often a refresh is tried, and how long between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all, the first included.
    pub attempts: u32,
    /// The wait after the first failure; it doubles with each further one.
    pub first_wait: Duration,
    /// No single wait is longer. A provider that asks for more (`Retry-After`) ends this run, not the access.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 5, first_wait: Duration::from_millis(500), longest_wait: Duration::from_secs(30) }
    }
}

impl RetryPolicy {
    /// How long to wait before the next try, or none if there is to be none.
    fn wait_after(&self, attempt: u32, error: &Error) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doubled = self.first_wait.saturating_mul(1 << (attempt - 1).min(16)).min(self.longest_wait);
        match error {
            Error::Unavailable { retry_after: Some(asked), .. } if *asked > self.longest_wait => None,
            Error::Unavailable { retry_after: Some(asked), .. } => Some(doubled.max(*asked)),
            Error::Unavailable { .. } | Error::Network(_) => Some(doubled),
            _ => None,
        }
    }
}

/// What a refresh gives, verified.
#[derive(Debug, Clone)]
pub struct Refreshed {
    /// Fresh access.
    pub access: Access,
    /// What is stored from now on.
    pub stored: StoredToken,
    /// Whether the provider handed out a successor.
    pub rotated: bool,
}

/// A refresh's answer before anything in it is used. Store [`to_store`](Self::to_store) first.
#[derive(Debug)]
pub struct Received {
    response: TokenResponse,
    next: StoredToken,
    rotated: bool,
}

impl Received {
    /// What must be durable before this answer is used: the successor, or the same token with its new end.
    pub fn to_store(&self) -> &StoredToken {
        &self.next
    }

    fn new(response: TokenResponse, stored: &StoredToken) -> Self {
        // RFC 6749 §6: without a new refresh token the old one goes on.
        let token = response.refresh_token().unwrap_or(&stored.refresh_token).clone();
        let rotated = token.secret() != stored.refresh_token.secret();
        let scopes = response.scopes().map(|given| given.iter().map(|it| it.to_string()).collect());
        let next = StoredToken {
            refresh_token: token,
            scopes: scopes.unwrap_or_else(|| stored.scopes.clone()),
            received_at: if rotated { wire::now_ms() } else { stored.received_at },
            ends_at: wire::ends_at(&response),
            ..stored.clone()
        };
        Self { response, next, rotated }
    }
}

impl OfflineClient {
    /// Refreshes the token in the store: load, present, store the successor durably, verify, return. The way to go
    /// for whoever keeps the token in a file. The lock in `held` keeps other runs from presenting the predecessor
    /// meanwhile.
    ///
    /// After [`Error::AccessEnded`] the file is left as it is; [`HeldStore::set_aside`] or [`HeldStore::clear`] it.
    pub async fn refresh_in(&self, held: &HeldStore) -> Result<Refreshed, Error> {
        let stored = held.load()?.ok_or(Error::NothingStored)?;
        let received = self.present(&stored).await?;
        held.save(received.to_store())?;
        self.verify(received).await
    }

    /// [`present`](Self::present) and [`verify`](Self::verify) in one, for a token that is kept elsewhere. The
    /// caller stores [`Refreshed::stored`] before using the rest. If verification fails, a successor is lost with it
    /// (a provider with receipt-safe rotation gives it again).
    pub async fn refresh(&self, stored: &StoredToken) -> Result<Refreshed, Error> {
        let received = self.present(stored).await?;
        self.verify(received).await
    }

    /// Presents the token, the same one again after network errors and 5xx, 408, 425 and 429, and returns what came back, unverified.
    pub async fn present(&self, stored: &StoredToken) -> Result<Received, Error> {
        if stored.issuer != self.config.issuer || stored.client_id != self.config.client_id {
            let StoredToken { issuer, client_id, .. } = stored.clone();
            return Err(Error::StoredElsewhere { issuer, client_id });
        }
        let mut attempt = 1;
        loop {
            let request = self.oidc.exchange_refresh_token(&stored.refresh_token);
            let error = match request.request_async(&self.http).await {
                Ok(response) => return Ok(Received::new(response, stored)),
                Err(error) => ended_or(wire::token_error(error)),
            };
            let Some(wait) = self.config.retry.wait_after(attempt, &error) else { return Err(error) };
            tokio::time::sleep(spread(wait)).await;
            attempt += 1;
        }
    }

    /// Verifies what came back: the ID token, if there is one, must speak of the same user and sign-in (OpenID Connect
    /// Core §12.2).
    pub async fn verify(&self, received: Received) -> Result<Refreshed, Error> {
        let Received { response, next, rotated } = received;
        let claims = self.verified_claims(&response, |found| nonce_of_refresh(found, &next)).await?;
        if let Some(claims) = &claims {
            same_sign_in(claims, &next)?;
        }
        Ok(Refreshed { access: wire::access(&response, &next.scopes, claims), stored: next, rotated })
    }
}

/// RFC 6749 §5.2: `invalid_grant` on a refresh says that this token will never work again.
fn ended_or(error: Error) -> Error {
    match error {
        Error::Refused { error, description } if error == "invalid_grant" => Error::AccessEnded { description },
        other => other,
    }
}

/// Up to a quarter more, so that all the jobs that a restart has cut off do not come back in one moment.
fn spread(wait: Duration) -> Duration {
    // A fresh `RandomState` is seeded at random; nothing here needs more than that.
    let random = RandomState::new().build_hasher().finish() % 1000;
    wait + wait.mul_f64(random as f64 / 4000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openidconnect::RefreshToken;

    const POLICY: RetryPolicy =
        RetryPolicy { attempts: 4, first_wait: Duration::from_secs(1), longest_wait: Duration::from_secs(3) };

    fn stored() -> StoredToken {
        StoredToken {
            issuer: "http://localhost:8080/realms/demo".into(),
            client_id: "nightly-backup".into(),
            subject: "alice-id".into(),
            refresh_token: RefreshToken::new("current".into()),
            scopes: vec!["openid".into(), "offline_access".into()],
            nonce: None,
            authenticated_at: None,
            received_at: 1,
            ends_at: None,
        }
    }

    fn received(extra: &str) -> Received {
        let json = format!(r#"{{"access_token":"a","token_type":"Bearer"{extra}}}"#);
        Received::new(serde_json::from_str(&json).unwrap(), &stored())
    }

    fn refusal(error: &str) -> Error {
        let body = format!(r#"{{"error":"{error}","error_description":"because"}}"#);
        ended_or(wire::refused(&serde_json::from_str(&body).unwrap()))
    }

    fn unavailable(retry_after_s: Option<u64>) -> Error {
        let retry_after = retry_after_s.map(Duration::from_secs);
        Error::Unavailable { status: 503, retry_after, description: None }
    }

    #[test]
    fn only_invalid_grant_ends_the_access() {
        let ended = refusal("invalid_grant");
        assert!(matches!(ended, Error::AccessEnded { description: Some(why) } if why == "because"));
        for code in ["invalid_client", "unauthorized_client", "invalid_scope", "temporarily_unavailable", "made_up"] {
            assert!(matches!(refusal(code), Error::Refused { error, .. } if error == code));
        }
    }

    #[test]
    fn network_errors_and_5xx_are_tried_again_with_doubling_waits() {
        let waits =
            |error: &Error| [1, 2, 3, 4].map(|attempt| POLICY.wait_after(attempt, error).map(|it| it.as_secs()));
        assert_eq!(waits(&Error::Network("reset".into())), [Some(1), Some(2), Some(3), None]);
        assert_eq!(waits(&unavailable(None)), [Some(1), Some(2), Some(3), None]);
    }

    #[test]
    fn retry_after_is_honoured_and_one_that_is_too_long_ends_the_run() {
        assert_eq!(POLICY.wait_after(1, &unavailable(Some(3))), Some(Duration::from_secs(3)));
        assert_eq!(POLICY.wait_after(2, &unavailable(Some(0))), Some(Duration::from_secs(2)));
        assert_eq!(POLICY.wait_after(1, &unavailable(Some(3600))), None);
    }

    #[test]
    fn a_refusal_is_never_tried_again() {
        for error in [refusal("invalid_grant"), refusal("invalid_client"), Error::Protocol("html".into())] {
            assert_eq!(POLICY.wait_after(1, &error), None);
        }
    }

    #[test]
    fn a_wait_is_spread_but_never_shortened() {
        for _ in 0..100 {
            let spread = spread(Duration::from_secs(4));
            assert!((Duration::from_secs(4)..=Duration::from_secs(5)).contains(&spread));
        }
    }

    #[test]
    fn a_successor_replaces_the_stored_token_and_the_same_or_none_keeps_it() {
        let successor = received(r#","refresh_token":"next","scope":"openid""#);
        assert!(successor.rotated);
        assert_eq!(successor.to_store().refresh_token.secret(), "next");
        assert_eq!(successor.to_store().scopes, ["openid"]);
        for same in [r#","refresh_token":"current""#, ""] {
            let same = received(same);
            assert!(!same.rotated);
            assert_eq!(same.to_store().refresh_token.secret(), "current");
            assert_eq!(same.to_store().received_at, 1);
            assert_eq!(same.to_store().scopes, ["openid", "offline_access"]);
        }
    }
}
