//! `perennial migrate`: for operators who change the schema before they change the servers.

use std::process::ExitCode;

use anyhow::Context as _;

use super::flags::SettingFlags;

pub async fn run(flags: &SettingFlags) -> anyhow::Result<ExitCode> {
    let config = flags.resolve()?;
    crate::logging::start(&config.log, config.log_format)?;
    let url = config.database_url.expose().to_owned();
    let migrated = tokio::task::spawn_blocking(move || perennial_storage::migrate(&url)).await?;
    migrated.with_context(|| config.database_url.to_string())?;
    println!("{} is up to date", config.database_url);
    Ok(ExitCode::SUCCESS)
}
