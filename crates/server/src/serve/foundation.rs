//! What every request stands on: the configuration, the site with its store and keys, the consoles' files. Laid once at
//! start, shared by all workers.

use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;

use actix_web::web;
use anyhow::Context as _;
use perennial_crypto::{Entropy, PasswordCost, Passwords};
use perennial_flows::passwords::PasswordPool;
use perennial_flows::site::{Site, SiteParts};
use perennial_storage::{Store, StoreOptions};

use super::master_key;
use crate::assets::Assets;
use crate::audit_log::AuditLog;
use crate::client_address::TrustedProxies;
use crate::config::ServeConfig;
use crate::config_values::PasswordCostSetting;
use crate::dry_runs::DryRuns;
use crate::health::Stopping;
use crate::http::late::Patience;
use crate::outbound::Outbound;
use crate::outbox::Couriers;
use crate::outbox::mail::{Mailer, default_sender};
use crate::security_headers::IsHttps;
use crate::state::AppState;
use crate::upstream_keys::UpstreamKeys;

/// Cheap to clone.
#[derive(Clone)]
pub struct Foundation {
    pub config: Arc<ServeConfig>,
    pub state: web::Data<AppState>,
    pub audit: Arc<AuditLog>,
    pub stopping: web::Data<Stopping>,
}

impl Foundation {
    /// Opens everything and migrates the database; creates nothing in it.
    pub async fn lay(config: ServeConfig) -> anyhow::Result<Self> {
        let audit = Arc::new(open_audit_log(&config.audit_log)?);
        let lines = Arc::clone(&audit);
        let store = open_store(&config).await?;
        let master = master_key::open(&store, &config.master_key_file).await?;
        let assets = Assets::open(config.web_dir.clone());
        let site = Site::new(SiteParts {
            store,
            master: Arc::new(master),
            entropy: Entropy::system(),
            passwords: password_pool(config.password_cost)?,
            base_url: config.base_url.clone(),
            audit: Box::new(move |line| lines.append(line)),
        });
        let from = config.smtp_from.clone().unwrap_or_else(|| default_sender(&config.base_url));
        let mailer = Mailer { url: config.smtp_url.clone(), from };
        let couriers = Couriers { http: Outbound::new(config.allows_private_targets()), mailer };
        let upstream_keys = UpstreamKeys::default();
        let (dry_runs, patience, https) = (DryRuns::default(), Patience::default(), config.is_https());
        let state = AppState { site, assets, couriers, upstream_keys, dry_runs, patience, https };
        Ok(Self { config: Arc::new(config), state: web::Data::new(state), audit, stopping: web::Data::default() })
    }

    pub fn site(&self) -> &Site {
        &self.state.site
    }

    pub fn assets(&self) -> &Assets {
        &self.state.assets
    }

    /// What middleware and handlers ask for by type.
    pub fn share(&self, routes: &mut web::ServiceConfig) {
        routes
            .app_data(self.state.clone())
            .app_data(self.stopping.clone())
            .app_data(web::Data::from(Arc::clone(&self.audit)))
            .app_data(web::Data::new(self.site().store.clone()))
            .app_data(web::Data::new(self.assets().clone()))
            .app_data(web::Data::new(TrustedProxies(self.config.trusted_proxies.clone())))
            .app_data(web::Data::new(IsHttps(self.config.is_https())));
    }
}

fn open_audit_log(path: &Path) -> anyhow::Result<AuditLog> {
    let opened = AuditLog::open(path);
    opened.with_context(|| format!("the audit log {} (PERENNIAL_AUDIT_LOG) cannot be written", path.display()))
}

async fn open_store(config: &ServeConfig) -> anyhow::Result<Store> {
    let mut options = StoreOptions::new(config.database_url.expose());
    options.pool_size = config.database_pool_size;
    options.test_clock = config.test_clock;
    options.relaxed_rotation = config.relaxed_rotation;
    let name = || format!("the database {} (PERENNIAL_DATABASE_URL)", config.database_url);
    let store = Store::open(options).await.with_context(name)?;
    store.migrate().await.with_context(name)?;
    Ok(store)
}

/// One check a core: more at once would only take turns on the processor, and more memory.
fn password_pool(cost: PasswordCostSetting) -> anyhow::Result<PasswordPool> {
    let cost = match cost {
        PasswordCostSetting::Standard => PasswordCost::default(),
        PasswordCostSetting::Test => PasswordCost::CHEAPEST,
    };
    Ok(PasswordPool::new(Passwords::new(cost)?, available_parallelism()?.get()))
}
