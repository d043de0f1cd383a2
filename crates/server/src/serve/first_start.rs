//! What the first start makes: the realm of the admins with its first admin, and on request the demo realm. Later starts
//! find both and change nothing.

use std::time::Duration;

use anyhow::Context as _;
use perennial_flows::bootstrap::{self, FirstAdmin};
use perennial_flows::{FlowError, FlowResult};
use perennial_storage::StorageError;

use super::announce;
use super::foundation::Foundation;

/// Of 43 random characters, as many as people can still copy; 144 bits.
const PASSWORD_LENGTH: usize = 24;
/// How often, and after which pause, a node looks again that started together with others on an empty database.
const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

pub async fn run(foundation: &Foundation) -> anyhow::Result<()> {
    let made = with_patience(async || ensure_admin(foundation).await).await;
    let generated = made.context("the first admin could not be made")?;
    if let Some(password) = generated {
        announce::first_admin(&foundation.config.admin_username, &password);
    }
    if foundation.config.demo {
        with_patience(async || bootstrap::ensure_demo(foundation.site()).await)
            .await
            .context("the demo realm could not be made")?;
    }
    Ok(())
}

/// The password, where one was made up.
async fn ensure_admin(foundation: &Foundation) -> FlowResult<Option<String>> {
    let (site, config) = (foundation.site(), &foundation.config);
    let configured = config.admin_password.as_ref().map(|password| password.expose().to_owned());
    let password = configured.clone().unwrap_or_else(|| {
        let mut password = site.entropy.secret();
        password.truncate(PASSWORD_LENGTH);
        password
    });
    match bootstrap::ensure_master(site, &config.admin_username, &password).await? {
        FirstAdmin::Existed => Ok(None),
        FirstAdmin::Created => {
            tracing::info!(username = config.admin_username, "made the first admin");
            Ok(configured.is_none().then_some(password))
        }
    }
}

/// Nodes that start together get in each other's way at most once: the loser finds what the winner made.
async fn with_patience<T>(make: impl AsyncFn() -> FlowResult<T>) -> FlowResult<T> {
    for _ in 1..ATTEMPTS {
        match make().await {
            Err(FlowError::Conflict(_) | FlowError::Storage(StorageError::Conflict(_))) => {
                tokio::time::sleep(PAUSE).await;
            }
            done => return done,
        }
    }
    make().await
}
