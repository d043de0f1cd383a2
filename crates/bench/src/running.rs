//! A release server with a population in its database: started, stopped to be filled, started again.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use perennial_bench::fill;
use perennial_crypto::MasterKey;
use perennial_domain::Timestamp;
use perennial_flows::LoadedRealm;
use perennial_storage::{StorageError, Store, StoreOptions, Tx, bulk, realms};
use perennial_testkit::{Backend, TestServer, demo};

use crate::population::Population;

/// Connections hold sessions of their own; more than these would not spread the load further.
const MOST_SESSIONS_USED: u64 = 32_000;

pub struct Running {
    pub server: TestServer,
    pub realm: LoadedRealm,
    pub population: Population,
    /// Of the last start, with the population stored; known to the 20 ms between two looks.
    pub start_time: Duration,
}

/// An empty deployment that has started once, so that the demo realm is there.
pub async fn start(backend: Backend, settings: &[(String, String)]) -> Result<TestServer> {
    let binary = std::env::var_os("PERENNIAL_BIN").context("PERENNIAL_BIN names no server: run `cargo xtask bench`")?;
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(TestServer::start_with(PathBuf::from(binary), backend, &settings).await)
}

impl Running {
    pub async fn with_sessions(backend: Backend, settings: &[(String, String)], sessions: u64) -> Result<Self> {
        let mut server = start(backend, settings).await?;
        server.terminate().await;
        let store = open(&server).await?;
        let realm = load_realm(&server, &store).await?;
        let population = Population::new(&realm, sessions, now()?)?;
        insert(&store, &population).await?;
        store.shutdown().await;
        let started = Instant::now();
        server.restart().await;
        Ok(Self { server, realm, population, start_time: started.elapsed() })
    }

    /// Tokens of stored sessions, derived as the server derives them.
    pub fn tokens(&self) -> Result<Vec<String>> {
        self.population.tokens(&self.realm, MOST_SESSIONS_USED)
    }
}

async fn insert(store: &Store, population: &Population) -> Result<()> {
    for batch in fill::batches(population.users()) {
        let own = population.clone();
        let unit = move |tx: &mut Tx<'_>| {
            let users: Vec<_> = batch.clone().map(|number| own.user(number)).collect();
            bulk::insert_users(tx, own.realm, own.role, &users)?;
            bulk::insert_consents(tx, &batch.map(|number| own.consent(number)).collect::<Vec<_>>())
        };
        store.write::<_, StorageError, _>(unit).await.context("inserting users")?;
    }
    for batch in fill::batches(population.sessions) {
        let own = population.clone();
        let unit = move |tx: &mut Tx<'_>| {
            bulk::insert_grants(tx, &batch.map(|number| own.session(number)).collect::<Vec<_>>())
        };
        store.write::<_, StorageError, _>(unit).await.context("inserting sessions")?;
    }
    Ok(())
}

/// The server's database, beside it.
pub async fn open(server: &TestServer) -> Result<Store> {
    Ok(Store::open(StoreOptions::new(server.database_url())).await?)
}

pub async fn load_realm(server: &TestServer, store: &Store) -> Result<LoadedRealm> {
    let master = MasterKey::load_or_create(server.master_key_file())?;
    let model = store.read::<_, StorageError, _>(|tx| realms::load_model(tx, demo::REALM)).await?;
    Ok(LoadedRealm::open(model.context("the demo realm")?, server.base_url(), &master)?)
}

pub fn now() -> Result<Timestamp> {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(Timestamp::from_ms(i64::try_from(since_epoch.as_millis())?))
}
