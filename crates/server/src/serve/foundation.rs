//! What every request stands on: the configuration, the open store, the master key, the consoles' files. Laid once at
//! start, shared by all workers.

use std::sync::Arc;

use actix_web::web;
use anyhow::Context as _;
use perennial_crypto::MasterKey;
use perennial_storage::{Store, StoreOptions};

use crate::assets::Assets;
use crate::client_address::TrustedProxies;
use crate::config::ServeConfig;
use crate::security_headers::IsHttps;

/// Cheap to clone.
#[derive(Clone)]
pub struct Foundation {
    pub config: Arc<ServeConfig>,
    pub store: Store,
    pub master: Arc<MasterKey>,
    pub assets: Assets,
}

impl Foundation {
    pub async fn lay(config: ServeConfig) -> anyhow::Result<Self> {
        let assets = Assets::open(config.web_dir.clone());
        let store = open_store(&config).await?;
        let master = Arc::new(MasterKey::load_or_create(&config.master_key_file)?);
        Ok(Self { config: Arc::new(config), store, master, assets })
    }

    /// What middleware and handlers ask for by type.
    pub fn share(&self, routes: &mut web::ServiceConfig) {
        routes
            .app_data(web::Data::new(self.store.clone()))
            .app_data(web::Data::new(self.assets.clone()))
            .app_data(web::Data::new(TrustedProxies(self.config.trusted_proxies.clone())))
            .app_data(web::Data::new(IsHttps(self.config.is_https())));
    }
}

async fn open_store(config: &ServeConfig) -> anyhow::Result<Store> {
    let mut options = StoreOptions::new(config.database_url.expose());
    options.pool_size = config.database_pool_size;
    options.test_clock = config.test_clock;
    let store = Store::open(options).await.with_context(|| format!("the database {}", config.database_url))?;
    store.migrate().await.with_context(|| format!("the database {}", config.database_url))?;
    Ok(store)
}
