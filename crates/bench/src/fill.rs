//! Stores a crowd in the demo realm, in batches through the storage's own units; the next batch is made while one is written.

use anyhow::{Context as _, Result};
use perennial_crypto::MasterKey;
use perennial_domain::Timestamp;
use perennial_flows::LoadedRealm;
use perennial_storage::{
    StorageError, Store, Tx, bulk, clients,
    policy_classes::{self, PolicyClass},
    realm_model, resources,
};
use perennial_testkit::demo;
use std::ops::Range;

use crate::crowd::rows::{self, Rows};
use crate::crowd::{APIS, Crowd};

/// Rows of one unit: long enough that the commit does not count, short enough for a server beside it.
const BATCH: u64 = 10_000;

/// Whose database it is.
#[derive(Clone, Copy)]
pub struct Deployment<'a> {
    pub store: &'a Store,
    pub base_url: &'a str,
    pub master: &'a MasterKey,
}

/// Users, clients, resources and offline sessions, as of the database's time.
pub async fn fill(deployment: Deployment<'_>, count: u64) -> Result<Crowd> {
    let rows = people(deployment, count).await?;
    sessions(deployment.store, &rows).await?;
    Ok(rows.crowd)
}

/// Everything but the sessions.
pub async fn people(deployment: Deployment<'_>, sessions: u64) -> Result<Rows> {
    let store = deployment.store;
    let now: Timestamp = store.read::<_, StorageError, _>(|tx| tx.now()).await?;
    let crowd = Crowd::new(sessions, now.as_ms());
    insert_apps(deployment, &crowd).await?;
    let rows = Rows::new(crowd, &load_realm(deployment).await?)?;
    for batch in batches(rows.crowd.users()) {
        let own = rows.clone();
        let unit = move |tx: &mut Tx<'_>| {
            let users: Vec<_> = batch.map(|number| own.user(number)).collect();
            bulk::insert_users(tx, own.realm, own.role, &users)
        };
        store.write(unit).await.context("inserting users")?;
    }
    Ok(rows)
}

pub async fn load_realm(deployment: Deployment<'_>) -> Result<LoadedRealm> {
    let read = |tx: &mut Tx<'_>| realm_model::load_model(tx, demo::REALM);
    let model = deployment.store.read::<_, StorageError, _>(read).await?;
    let model = model.context("no realm \"demo\": start the server once with --demo")?;
    Ok(LoadedRealm::open(model, deployment.base_url, deployment.master)?)
}

async fn insert_apps(deployment: Deployment<'_>, crowd: &Crowd) -> Result<()> {
    let realm = load_realm(deployment).await?;
    let id = realm.model.realm.id;
    let apis: Vec<_> = rows::resources(crowd).collect();
    let made = |number| rows::client(crowd, number, &realm, deployment.master);
    let all: Vec<_> = (0..crowd.apps().len()).map(made).collect();
    let of_apps = crowd.apps().iter().zip(&all).filter(|(app, _)| !app.targets.is_empty());
    let classes: Vec<PolicyClass> = of_apps
        .map(|(app, client)| PolicyClass {
            client: client.id,
            resources: app.targets.iter().map(|&at| APIS[at].uri.to_owned()).collect(),
        })
        .collect();
    let unit = move |tx: &mut Tx<'_>| {
        apis.iter().try_for_each(|api| resources::insert(tx, id, api))?;
        all.iter().try_for_each(|client| clients::insert(tx, id, client))?;
        classes.iter().try_for_each(|class| policy_classes::register(tx, id, class))
    };
    deployment.store.write::<_, StorageError, _>(unit).await.context("inserting clients: is there a data set already?")
}

pub async fn sessions(store: &Store, rows: &Rows) -> Result<()> {
    let make = |batch: Range<u64>| {
        let own = rows.clone();
        tokio::task::spawn_blocking(move || {
            let facts: Vec<_> = batch.map(|number| own.crowd.session(number)).collect();
            let grants: Vec<_> = facts.iter().map(|session| own.grant(session)).collect();
            let consents: Vec<_> = facts.iter().filter_map(|session| own.consent(session)).collect();
            (grants, consents)
        })
    };
    let mut waiting = batches(rows.crowd.sessions);
    let mut next = waiting.next().map(make);
    while let Some(made) = next {
        let (grants, consents) = made.await?;
        next = waiting.next().map(make);
        let unit = move |tx: &mut Tx<'_>| {
            bulk::insert_grants(tx, &grants)?;
            bulk::insert_consents(tx, &consents)
        };
        store.write::<_, StorageError, _>(unit).await.context("inserting sessions")?;
    }
    // SQLite goes by no statistics.
    if store.database_name() == "postgres" {
        store.write::<_, StorageError, _>(bulk::analyze).await.context("analysing the tables")?;
    }
    Ok(())
}

/// Of all numbers below, each as many as one unit takes.
pub fn batches(total: u64) -> impl Iterator<Item = Range<u64>> {
    (0..total.div_ceil(BATCH)).map(move |at| at * BATCH..((at + 1) * BATCH).min(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_join_to_the_whole_without_gap() {
        for total in [0, 1, BATCH, BATCH + 1, 5 * BATCH - 1] {
            let numbers: Vec<u64> = batches(total).flatten().collect();
            assert_eq!(numbers, (0..total).collect::<Vec<_>>());
        }
    }
}
