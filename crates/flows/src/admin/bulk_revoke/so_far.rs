//! How far a bulk ending has come, for itself and for whoever does not wait until it is through.

use super::{Done, Fitting, counted};
use crate::LoadedRealm;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

#[derive(Clone, Debug, Default)]
pub struct SoFar {
    /// Sessions by `clientId`.
    tally: Arc<Mutex<HashMap<String, u64>>>,
    promised: Arc<Notify>,
}

impl SoFar {
    pub(super) fn add(&self, realm: &LoadedRealm, fitting: &Fitting) {
        let mut tally = self.lock();
        for (_, client) in fitting {
            let name = realm.model.clients.get(client).map(|client| client.client_id.clone());
            *tally.entry(name.unwrap_or_default()).or_default() += 1;
        }
    }

    /// How many there are of one client.
    pub(super) fn set(&self, client_id: &str, count: u64) {
        let mut tally = self.lock();
        if count > 0 {
            tally.insert(client_id.to_owned(), count);
        } else {
            tally.remove(client_id);
        }
    }

    /// As of now; each of them is ended for good.
    pub fn done(&self) -> Done {
        counted(Done::default(), self.lock().clone())
    }

    /// It goes on now whatever happens to this node.
    pub(super) fn promise(&self) {
        self.promised.notify_one();
    }

    /// Until then nobody may be told that it goes on.
    pub async fn is_promised(&self) {
        self.promised.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
