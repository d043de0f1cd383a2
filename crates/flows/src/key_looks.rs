//! When a realm is looked at once more because a token names a key that is unknown here. Anybody can name one, so callers share a
//! look, and there is one a second at most.

use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_protocol::OAuthError;
use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Mutex, Semaphore};

/// Between the beginnings of two looks at one realm.
const INTERVAL: Duration = Duration::from_secs(1);
const RETRY_AFTER_S: u32 = 1;

/// By the realm's name; of realms that exist only.
#[derive(Default)]
pub(crate) struct KeyLooks(RwLock<HashMap<String, Arc<Looks>>>);

struct Looks {
    /// How many have begun.
    begun: AtomicU64,
    /// The last ones that came to an end.
    turn: Mutex<Last>,
    /// Its only permit comes back an [`INTERVAL`] after a look began.
    pace: Arc<Semaphore>,
}

/// By number.
#[derive(Default)]
struct Last {
    found: u64,
    /// The database was away.
    failed: u64,
}

impl KeyLooks {
    fn of(&self, name: &str) -> Arc<Looks> {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(name.to_owned()).or_insert_with(|| {
            Arc::new(Looks { begun: AtomicU64::new(0), turn: Mutex::default(), pace: Arc::new(Semaphore::new(1)) })
        }))
    }
}

impl Site {
    /// The realm with every key that it had when this was called.
    pub(crate) async fn with_latest_keys(&self, name: &str) -> FlowResult<Arc<LoadedRealm>> {
        let looks = self.key_looks.of(name);
        let begun = looks.begun.load(Ordering::Acquire);
        let mut last = looks.turn.lock().await;
        if last.found > begun && last.found > last.failed {
            return self.glance(name).await;
        }
        // All who waited share a failure, too: one after the other they would wait longer than a request may take.
        if last.failed > begun {
            return Err(OAuthError::unavailable("a look at the realm's keys has failed just now", RETRY_AFTER_S).into());
        }
        if let Ok(permit) = Arc::clone(&looks.pace).acquire_owned().await {
            tokio::spawn(async move {
                tokio::time::sleep(INTERVAL).await;
                drop(permit);
            });
        }
        let look = looks.begun.fetch_add(1, Ordering::AcqRel) + 1;
        let found = self.realm(name).await;
        match &found {
            Ok(_) => last.found = look,
            // That is an answer.
            Err(FlowError::UnknownRealm) => {}
            Err(_) => last.failed = look,
        }
        found
    }
}
