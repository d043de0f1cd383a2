//! What an ending would end: counted by a look at each session, or by the database where it can compare by itself.

use super::{Done, Ending, LOOK, SAMPLE, counted, fitting, look};
use crate::{
    FlowResult, LoadedRealm,
    admin::{session_search::views, sessions},
};
use perennial_domain::GrantId;
use perennial_storage::Tx;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::Notify;

/// Looks for a sample, where the database does the counting.
const MOST_LOOKS: usize = 25;

impl Ending<'_> {
    pub(super) async fn count(&self) -> FlowResult<Done> {
        let by_bounds = self.filter.is_of_bounds();
        let mut done = Done::default();
        let mut stand = None;
        for looks in 1.. {
            let wanted = self.filter.clone();
            let sampled = done.sample.len();
            let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
                let (seen, rest) = look(tx, realm, &wanted, stand, LOOK)?;
                let fitting = fitting(tx, realm, &wanted, seen, true)?;
                let ids: Vec<GrantId> = fitting.iter().take(SAMPLE - sampled).map(|(id, _)| *id).collect();
                let sample = views(tx, realm, &wanted, &ids)?;
                Ok((fitting, sample, rest))
            };
            let ((fitting, sample, rest), realm) = self.site.read(self.realm_name, unit).await?;
            self.so_far.add(&realm, &fitting);
            done.sample.extend(sample);
            stand = rest;
            if stand.is_none() || (by_bounds && (done.sample.len() == SAMPLE || looks == MOST_LOOKS)) {
                break;
            }
        }
        match stand {
            None => Ok(Done { sample: done.sample, ..self.so_far.done() }),
            Some(_) => Ok(Done { sample: done.sample, ..self.count_by_bounds().await? }),
        }
    }

    /// By the database, client by client, without reading a row.
    pub(super) async fn count_by_bounds(&self) -> FlowResult<Done> {
        let mut tally = HashMap::new();
        let (realm, only) = (self.site.realm(self.realm_name).await?, self.filter.client);
        for client in realm.model.clients.values().filter(|own| only.is_none_or(|client| client == own.id)) {
            let (id, wanted) = (client.id, self.filter.clone());
            let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| match realm.model.clients.get(&id) {
                Some(client) => sessions::count_alive(tx, realm, client, &wanted),
                None => Ok(0),
            };
            let (alive, _) = self.site.read(self.realm_name, unit).await?;
            if alive > 0 {
                tally.insert(client.client_id.clone(), alive);
            }
        }
        Ok(counted(Done::default(), tally))
    }

    /// The same as of one instant, which `has_begun` hears of: whatever is written after that changes nothing of it.
    pub(super) async fn count_at_once(&self, has_begun: &Arc<Notify>) -> FlowResult<Done> {
        let (wanted, only) = (self.filter.clone(), self.filter.client);
        let (told, has_begun) = (self.so_far.clone(), Arc::clone(has_begun));
        let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
            // A unit's snapshot stands since its look at the realm's stamp.
            has_begun.notify_one();
            for client in realm.model.clients.values().filter(|own| only.is_none_or(|client| client == own.id)) {
                told.set(&client.client_id, sessions::count_alive(tx, realm, client, &wanted)?);
            }
            Ok(())
        };
        self.site.read(self.realm_name, unit).await?;
        Ok(self.so_far.done())
    }
}
