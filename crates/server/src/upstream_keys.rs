//! The public keys of upstream providers, fetched where an admin said they are and kept in memory: for ten minutes, or until a token
//! names a key that is not among them; for a day where the provider cannot be asked. Whatever tokens name, one address is asked by one at
//! a time, once a second at most, and ever less often for keys that stay unknown. Whoever signs with a known key waits for no other.

use crate::outbound::Outbound;
use perennial_crypto::ForeignKeys;
use perennial_domain::{Timestamp, upstream::KeySource};
use perennial_flows::{FlowResult, upstream::Presented};
use perennial_protocol::OAuthError;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

const KEPT_MS: i64 = 600_000;
/// While nobody can say whether they still hold.
const KEPT_AT_MOST_MS: i64 = 86_400_000;
const PAUSE_MS: i64 = 1_000;
/// The pause doubles so often: up to about a minute.
const MOST_DOUBLED: u32 = 6;
/// In bytes: certificates beside the keys take room.
const LARGEST: usize = 128 * 1_024;
/// Addresses that are remembered; admins can change theirs without end.
const MOST_PLACES: usize = 1_000;
/// Seconds after which a provider whose keys could not be had may try again, at the least.
const RETRY_AFTER_S: u32 = 5;

#[derive(Default)]
pub struct UpstreamKeys {
    by_address: Mutex<HashMap<String, Arc<Place>>>,
}

#[derive(Default)]
struct Place {
    known: Mutex<Known>,
    /// Held while it is asked, so that those who come meanwhile share the answer.
    turn: tokio::sync::Mutex<()>,
}

/// What an address has said so far.
#[derive(Clone, Default)]
struct Known {
    /// The last keys that were had, and when.
    keys: Option<(Arc<ForeignKeys>, Timestamp)>,
    asked_at: Option<Timestamp>,
    /// The last answer was of no use.
    is_down: bool,
    /// How often it was asked.
    answers: u64,
    /// How often in a row the key that was asked for did not come.
    fruitless: u32,
}

impl UpstreamKeys {
    /// The keys of the provider that a token is said to be from.
    pub async fn of(&self, outbound: &Outbound, presented: &Presented) -> FlowResult<Arc<ForeignKeys>> {
        let keys = match &presented.provider.keys {
            KeySource::Jwks(text) => ForeignKeys::parse(text).map(Arc::new).ok_or(RETRY_AFTER_S),
            KeySource::Url(address) => self.place(address).keys(outbound, presented, address).await,
        };
        keys.map_err(|seconds| OAuthError::unavailable("the provider's keys cannot be had", seconds).into())
    }

    fn place(&self, address: &str) -> Arc<Place> {
        let mut all = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_PLACES && !all.contains_key(address) {
            all.clear();
        }
        Arc::clone(all.entry(address.to_owned()).or_default())
    }
}

impl Place {
    /// Or the seconds after which it may be tried again.
    async fn keys(&self, outbound: &Outbound, presented: &Presented, address: &str) -> Result<Arc<ForeignKeys>, u32> {
        let (at, kid) = (presented.at, presented.kid.as_deref());
        let seen = self.known().clone();
        if !seen.must_ask(at, kid) {
            return seen.answer(at, kid);
        }
        let _turn = match self.turn.try_lock() {
            Ok(turn) => turn,
            Err(_) if seen.knows(at, kid) => return seen.answer(at, kid),
            Err(_) => self.turn.lock().await,
        };
        let is_answered = self.known().answers != seen.answers;
        if !is_answered {
            let fetched = fetch(outbound, presented, address).await;
            self.known().take(at, kid, fetched);
        }
        self.known().answer(at, kid)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn kept(&self, at: Timestamp, longest_ms: i64) -> Option<&Arc<ForeignKeys>> {
        let (keys, had_at) = self.keys.as_ref()?;
        (at.elapsed_ms_since(*had_at) < longest_ms).then_some(keys)
    }

    /// Whether one of the keys that are left could be meant.
    fn knows(&self, at: Timestamp, kid: Option<&str>) -> bool {
        self.kept(at, KEPT_AT_MOST_MS).is_some_and(|keys| keys.knows(kid))
    }

    fn must_ask(&self, at: Timestamp, kid: Option<&str>) -> bool {
        let is_known = self.kept(at, KEPT_MS).is_some_and(|keys| keys.knows(kid));
        !is_known && self.pause_left_ms(at) <= 0
    }

    /// It grows as long as others sign with known keys; without any, everything waits for the provider.
    fn pause_left_ms(&self, at: Timestamp) -> i64 {
        let doubled = if self.knows(at, None) { self.fruitless.min(MOST_DOUBLED) } else { 0 };
        self.asked_at.map_or(0, |asked_at| (PAUSE_MS << doubled) - at.elapsed_ms_since(asked_at))
    }

    /// A key that is unknown while the provider cannot be asked, or has not been asked just now, may still be one of its.
    fn answer(&self, at: Timestamp, kid: Option<&str>) -> Result<Arc<ForeignKeys>, u32> {
        let was_just_asked = self.asked_at.is_some_and(|asked_at| at.elapsed_ms_since(asked_at) < PAUSE_MS);
        let is_sure = self.knows(at, kid) || (was_just_asked && !self.is_down);
        let keys = self.kept(at, KEPT_AT_MOST_MS).filter(|_| is_sure).cloned();
        keys.ok_or_else(|| {
            let left_s = u32::try_from(self.pause_left_ms(at).max(0) / 1_000 + 1).unwrap_or(RETRY_AFTER_S);
            left_s.max(RETRY_AFTER_S)
        })
    }

    /// No answer takes nothing away: whoever names unknown keys must not make known ones unknown.
    fn take(&mut self, at: Timestamp, kid: Option<&str>, fetched: Fetched) {
        self.asked_at = Some(at);
        self.answers += 1;
        self.is_down = !matches!(fetched, Fetched::Keys(_));
        let is_fruitful = matches!(&fetched, Fetched::Keys(keys) if keys.knows(kid));
        self.fruitless = if is_fruitful { 0 } else { self.fruitless.saturating_add(1) };
        match fetched {
            Fetched::Keys(keys) => self.keys = Some((keys, at)),
            Fetched::Withdrawn => self.keys = None,
            Fetched::Nothing => {}
        }
    }
}

enum Fetched {
    Keys(Arc<ForeignKeys>),
    /// A key set without a usable key: those that it had before are good no longer.
    Withdrawn,
    /// No key set.
    Nothing,
}

async fn fetch(outbound: &Outbound, presented: &Presented, address: &str) -> Fetched {
    let (fetched, reason) = match outbound.get(address, LARGEST).await {
        Ok(text) => match ForeignKeys::read(&text) {
            Some(keys) if !keys.is_empty() => return Fetched::Keys(Arc::new(keys)),
            Some(_) => (Fetched::Withdrawn, "the answer holds no usable key".to_owned()),
            None => (Fetched::Nothing, "the answer is no key set".to_owned()),
        },
        Err(reason) => (Fetched::Nothing, reason),
    };
    let issuer = &presented.provider.issuer;
    tracing::warn!(issuer, reason, "the keys of an identity provider cannot be had");
    fetched
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_crypto::{SigningAlgorithm, SigningKey};

    fn keys_of(key: &SigningKey) -> Fetched {
        let keys = ForeignKeys::parse(&serde_json::json!({"keys": [key.public_jwk()]}).to_string());
        Fetched::Keys(Arc::new(keys.expect("keys")))
    }

    const START: Timestamp = Timestamp::from_ms(1_000_000);

    #[test]
    fn an_address_is_asked_again_for_unknown_keys_after_a_second_and_for_known_ones_after_ten_minutes() {
        let key = SigningKey::generate(SigningAlgorithm::EdDSA).expect("a key");
        let (mut good, mut failed) = (Known::default(), Known::default());
        assert!(good.must_ask(START, None));
        good.take(START, Some(key.kid()), keys_of(&key));
        failed.take(START, Some(key.kid()), Fetched::Nothing);
        let after = |ms: i64| Timestamp::from_ms(START.as_ms() + ms);
        for (known, kid, pause_ms) in [
            (&good, Some(key.kid()), 600_000),
            (&good, None, 600_000),
            (&good, Some("another"), 1_000),
            (&failed, Some(key.kid()), 1_000),
        ] {
            assert!(!known.must_ask(after(pause_ms - 1), kid), "{kid:?}");
            assert!(known.must_ask(after(pause_ms), kid), "{kid:?}");
        }
    }

    #[test]
    fn what_stays_unknown_is_asked_for_ever_less_often_until_something_comes_of_it() {
        let [key, next] = [(); 2].map(|()| SigningKey::generate(SigningAlgorithm::EdDSA).expect("a key"));
        let (mut known, mut at) = (Known::default(), START);
        known.take(at, Some(key.kid()), keys_of(&key));
        for pause_s in [1, 2, 4, 8, 16, 32, 64, 64, 64] {
            assert!(
                !known.must_ask(Timestamp::from_ms(at.as_ms() + pause_s * 1_000 - 1), Some("another")),
                "{pause_s}"
            );
            at = at.plus_s(pause_s);
            assert!(known.must_ask(at, Some("another")) && !known.must_ask(at, Some(key.kid())), "{pause_s}");
            known.take(at, Some("another"), keys_of(&key));
        }
        assert_eq!(
            known.answer(at.plus_s(10), Some(next.kid())).unwrap_err(),
            55,
            "not asked for a while: nobody can say"
        );
        at = at.plus_s(64);
        known.take(at, Some(next.kid()), keys_of(&next));
        assert!(known.answer(at, Some(next.kid())).is_ok() && known.must_ask(at.plus_s(1), Some("another")));
    }

    #[test]
    fn a_provider_of_which_nothing_is_known_is_asked_every_second() {
        let (mut known, mut at) = (Known::default(), START);
        for _ in 0..20 {
            assert!(known.must_ask(at, Some("any")) && known.answer(at, Some("any")).is_err());
            known.take(at, Some("any"), Fetched::Nothing);
            at = at.plus_s(1);
        }
    }

    #[test]
    fn known_keys_outlast_an_address_that_is_down_by_a_day() {
        let key = SigningKey::generate(SigningAlgorithm::EdDSA).expect("a key");
        let mut known = Known::default();
        known.take(START, Some(key.kid()), keys_of(&key));
        assert!(known.answer(START, Some("another")).is_ok(), "refused by what the provider says");
        for after_s in [5, 600, 3_600, 86_399] {
            let at = START.plus_s(after_s);
            known.take(at, Some(key.kid()), Fetched::Nothing);
            assert!(known.answer(at, Some(key.kid())).is_ok(), "{after_s}");
            assert!(known.answer(at, Some("another")).is_err(), "nobody can say");
        }
        assert!(known.answer(START.plus_s(86_400), Some(key.kid())).is_err());
    }

    #[test]
    fn keys_that_their_provider_withdraws_are_good_no_longer() {
        let key = SigningKey::generate(SigningAlgorithm::EdDSA).expect("a key");
        let mut known = Known::default();
        known.take(START, Some(key.kid()), keys_of(&key));
        let at = START.plus_s(600);
        assert!(known.must_ask(at, Some(key.kid())));
        known.take(at, Some(key.kid()), Fetched::Withdrawn);
        assert!(known.answer(at, Some(key.kid())).is_err());
        assert!(ForeignKeys::read("{\"keys\": []}").is_some_and(|keys| keys.is_empty()));
        assert!(ForeignKeys::read("<html>").is_none());
    }

    #[test]
    fn addresses_without_end_are_not_kept() {
        let all = UpstreamKeys::default();
        for n in 0..=MOST_PLACES {
            all.place(&format!("https://up.example/{n}"));
        }
        assert!(all.by_address.lock().expect("unpoisoned").len() <= MOST_PLACES);
    }
}
