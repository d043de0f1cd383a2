//! The provider's public keys: fetched, kept, and fetched again when a token names a key that is not among them or
//! when they have grown old. It owns the limit that keeps forged key ids from becoming a load on the provider, and
//! verifies nothing itself.

use crate::error::{Error, with_causes};
use crate::http::HttpClient;
use openidconnect::core::CoreJsonWebKeySet;
use openidconnect::{DiscoveryError, JsonWebKeySetUrl};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// The least time between two fetches, however many unknown key ids arrive.
const FETCH_INTERVAL: Duration = Duration::from_secs(10);
/// After this time a key that the provider has withdrawn is no longer believed.
const MAX_AGE: Duration = Duration::from_secs(15 * 60);

#[derive(Debug)]
pub(crate) struct KeyCache {
    url: JsonWebKeySetUrl,
    http: HttpClient,
    current: RwLock<Snapshot>,
    /// When the last fetch began; held while one runs, so that many requests cause one.
    fetching: Mutex<Instant>,
}

#[derive(Debug, Clone)]
struct Snapshot {
    keys: Arc<CoreJsonWebKeySet>,
    fetched: Instant,
}

impl KeyCache {
    /// Starts with a set that has just been fetched.
    pub(crate) fn new(url: JsonWebKeySetUrl, http: HttpClient, keys: CoreJsonWebKeySet) -> Self {
        // Backdated: the first unknown key may be asked for at once.
        let now = Instant::now();
        let last_fetch = now.checked_sub(FETCH_INTERVAL).unwrap_or(now);
        let current = RwLock::new(Snapshot { keys: Arc::new(keys), fetched: now });
        Self { url, http, current, fetching: Mutex::new(last_fetch) }
    }

    /// The keys to verify with. An old set is renewed first; while the provider cannot be reached, it goes on.
    pub(crate) async fn current(&self) -> Arc<CoreJsonWebKeySet> {
        let snapshot = self.snapshot();
        if snapshot.fetched.elapsed() < MAX_AGE {
            return snapshot.keys;
        }
        self.newer_than(&snapshot.keys).await.ok().flatten().unwrap_or(snapshot.keys)
    }

    /// A set fetched after `seen` was, or none if the limit forbids fetching now.
    pub(crate) async fn newer_than(
        &self,
        seen: &Arc<CoreJsonWebKeySet>,
    ) -> Result<Option<Arc<CoreJsonWebKeySet>>, Error> {
        let mut last_fetch = self.fetching.lock().await;
        let present = self.snapshot().keys;
        if !Arc::ptr_eq(&present, seen) {
            return Ok(Some(present));
        }
        if last_fetch.elapsed() < FETCH_INTERVAL {
            return Ok(None);
        }
        *last_fetch = Instant::now();
        let keys = CoreJsonWebKeySet::fetch_async(&self.url, &self.http).await.map_err(discovery_error)?;
        let fresh = Snapshot { keys: Arc::new(keys), fetched: Instant::now() };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        Ok(Some(fresh.keys))
    }

    fn snapshot(&self) -> Snapshot {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub(crate) fn discovery_error(error: DiscoveryError<crate::http::HttpError>) -> Error {
    match error {
        DiscoveryError::Request(error) => error.into(),
        DiscoveryError::UrlParse(error) => Error::Config(error.to_string()),
        DiscoveryError::Response(status, _, why) => Error::Protocol(format!("{status}: {why}")),
        other => Error::Protocol(with_causes(&other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> KeyCache {
        // Port 9 is "discard": nothing answers there.
        let url = JsonWebKeySetUrl::new("http://127.0.0.1:9/certs".into()).unwrap();
        KeyCache::new(url, HttpClient::new(false).unwrap(), CoreJsonWebKeySet::default())
    }

    #[tokio::test]
    async fn unknown_keys_are_asked_for_once_per_interval_also_when_asking_fails() {
        let cache = cache();
        let seen = cache.current().await;
        assert!(matches!(cache.newer_than(&seen).await, Err(Error::Network(_))));
        assert!(matches!(cache.newer_than(&seen).await, Ok(None)));
    }

    #[tokio::test]
    async fn who_saw_an_older_set_gets_the_present_one_without_a_fetch() {
        let cache = cache();
        let older = Arc::new(CoreJsonWebKeySet::default());
        let newer = cache.newer_than(&older).await.unwrap().expect("the present set");
        assert!(Arc::ptr_eq(&newer, &cache.current().await));
    }
}
