//! `perennial realm export|import`: a realm as a file, beside a running server or without one. Keycloak's realm files are read,
//! too; what cannot be taken over is told line by line.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use perennial_flows::admin::export;
use perennial_flows::admin::import::{self, Outcome, Report};
use perennial_flows::{FlowError, Site};

use super::flags::SettingFlags;
use crate::endpoints::admin::realm_file::{reading, writing};
use crate::serve::foundation::Foundation;

#[derive(Subcommand)]
pub enum RealmVerb {
    /// Write a realm with its clients, roles, scopes and users to a file that only its owner can read
    Export(Export),
    /// Make a realm of a file, also of one that Keycloak wrote
    Import(Import),
}

#[derive(Args)]
pub struct Export {
    realm: String,
    /// Where to write; it must not exist. Otherwise: to standard output
    #[arg(long)]
    file: Option<PathBuf>,
    /// Leave out the users with their passwords' hashes
    #[arg(long)]
    without_users: bool,
    /// Hide the clients' secrets
    #[arg(long)]
    hide_secrets: bool,
}

#[derive(Args)]
pub struct Import {
    file: PathBuf,
    /// Name the realm differently
    #[arg(long)]
    name: Option<String>,
}

pub async fn run(flags: &SettingFlags, verb: RealmVerb) -> anyhow::Result<ExitCode> {
    let config = flags.resolve()?;
    crate::logging::start(&config.log, config.log_format)?;
    let foundation = Foundation::lay(config).await?;
    let site = foundation.site();
    let done = match verb {
        RealmVerb::Export(wanted) => write(site, wanted).await,
        RealmVerb::Import(wanted) => read(site, wanted).await,
    };
    site.store.shutdown().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn write(site: &Site, wanted: Export) -> anyhow::Result<()> {
    let realm = site.realm(&wanted.realm).await.map_err(|error| told(error, &wanted.realm))?;
    let users = match wanted.without_users {
        true => None,
        false => Some(export::users(site, &wanted.realm).await.map_err(|error| told(error, &wanted.realm))?),
    };
    let parts = writing::Parts { clients: true, roles: true, secrets: !wanted.hide_secrets };
    let text = serde_json::to_string_pretty(&writing::realm(&realm, users.as_deref(), parts)?)?;
    match &wanted.file {
        None => println!("{text}"),
        Some(path) => {
            let mut file = private_file(path).with_context(|| format!("{} cannot be written", path.display()))?;
            file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).context("the file cannot be written")?;
            println!("{} written to {}", wanted.realm, path.display());
        }
    }
    Ok(())
}

/// It holds secrets.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

async fn read(site: &Site, wanted: Import) -> anyhow::Result<()> {
    let path = wanted.file.display();
    let file = File::open(&wanted.file).with_context(|| format!("{path} cannot be read"))?;
    let file = serde_json::from_reader(BufReader::new(file)).with_context(|| format!("{path} is no JSON file"))?;
    let wrong =
        |error: perennial_api::ApiError| anyhow::anyhow!("{path}: {}", error.text().unwrap_or("it cannot be read"));
    let (new, package, report) = reading::realm(file, wanted.name, &site.master).map_err(wrong)?;
    let name = new.name.clone();
    let report = import::create(site, None, new, package, report).await.map_err(|error| told(error, &name))?;
    tell(&name, &report);
    Ok(())
}

fn tell(realm: &str, report: &Report) {
    let count = |outcome| report.count(outcome);
    println!("{realm}: {} added, {} adjusted", count(Outcome::Added), count(Outcome::Overwritten));
    for left in &report.left_out {
        println!("left out  {}: {}", left.what, left.why);
    }
}

fn told(error: FlowError, realm: &str) -> anyhow::Error {
    match error {
        FlowError::UnknownRealm => anyhow::anyhow!("there is no realm {realm}"),
        FlowError::Conflict(_) => anyhow::anyhow!("there is a realm {realm} already; nothing was changed"),
        FlowError::Storage(error) => anyhow::anyhow!("{error}: {}", error.private_reason()),
        other => anyhow::anyhow!("{other}"),
    }
}
