//! `perennial serve`

use std::process::ExitCode;

use super::flags::SettingFlags;

pub async fn run(flags: &SettingFlags) -> anyhow::Result<ExitCode> {
    let config = flags.resolve()?;
    crate::logging::start(&config.log, config.log_format)?;
    crate::serve::run(config).await?;
    Ok(ExitCode::SUCCESS)
}
