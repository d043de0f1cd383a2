//! Password checks in a bounded pool: argon2id takes memory and time on purpose, so only a few run at once.

use crate::{FlowError, FlowResult};
use perennial_crypto::{Entropy, PasswordCheck, Passwords};
use perennial_protocol::OAuthError;
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// How long a sign-in waits for its turn before the answer is 503.
const TURN_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer input is refused unread: it could only be an attempt to keep the pool busy.
pub const LONGEST_PASSWORD: usize = 1_024;

#[derive(Clone)]
pub struct PasswordPool {
    passwords: Arc<Passwords>,
    turns: Arc<Semaphore>,
}

impl PasswordPool {
    /// `at_once`: how many checks run in parallel; each takes the memory that the cost asks for.
    pub fn new(passwords: Passwords, at_once: usize) -> Self {
        Self { passwords: Arc::new(passwords), turns: Arc::new(Semaphore::new(at_once)) }
    }

    /// Whether the password is right. Takes as long for a user who does not exist (`stored` absent).
    pub async fn matches(&self, password: String, stored: Option<String>) -> FlowResult<bool> {
        self.run(move |passwords| {
            let check = match stored {
                Some(phc) => passwords.verify(&password, &phc),
                None => passwords.verify_absent(&password),
            };
            Ok(matches!(check, PasswordCheck::Match { .. }))
        })
        .await
    }

    pub async fn hash(&self, password: String, entropy: Entropy) -> FlowResult<String> {
        self.run(move |passwords| passwords.hash(&password, &entropy).map_err(FlowError::internal)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Passwords) -> FlowResult<T> + Send + 'static,
    ) -> FlowResult<T> {
        let turn = tokio::time::timeout(TURN_TIMEOUT, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(OAuthError::unavailable("the password pool is busy", 2).into());
        };
        let passwords = Arc::clone(&self.passwords);
        let worked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&passwords)
        });
        worked.await.map_err(FlowError::internal)?
    }
}
