//! How many sessions of which client a bulk ending has come to, for itself and for whoever does not wait until it is through.

use super::{Done, Fitting, counted};
use crate::LoadedRealm;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

#[derive(Clone, Debug, Default)]
pub struct SoFar(Arc<Mutex<HashMap<String, u64>>>);

impl SoFar {
    pub(super) fn add(&self, realm: &LoadedRealm, fitting: &Fitting) {
        let mut tally = self.lock();
        for (_, client) in fitting {
            let name = realm.model.clients.get(client).map(|client| client.client_id.clone());
            *tally.entry(name.unwrap_or_default()).or_default() += 1;
        }
    }

    /// As of now; each of them is ended for good.
    pub fn done(&self) -> Done {
        counted(Done::default(), self.lock().clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
