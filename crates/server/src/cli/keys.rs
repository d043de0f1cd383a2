//! `perennial keys`: lists, rotates and retires the keys of realms, beside a running server or without one. Servers follow at
//! their next request.

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use perennial_domain::audit::Actor;
use perennial_domain::keys::KeyPurpose;
use perennial_flows::keys::{self, KeyRotation, KeysRotated};
use perennial_flows::{FlowError, Site};
use perennial_storage::realms;

use super::flags::SettingFlags;
use crate::endpoints::admin::keys::metadata;
use crate::serve::foundation::Foundation;

#[derive(Subcommand)]
pub enum KeysVerb {
    /// Show the keys of every realm, or of one
    List {
        #[arg(long)]
        realm: Option<String>,
    },
    /// Let new keys take over; old ones verify as long as a token of theirs can be about
    Rotate(Rotate),
    /// Remove old keys that nothing needs any more; a running server does it every hour
    Retire {
        #[arg(long)]
        realm: Option<String>,
    },
}

#[derive(Args)]
pub struct Rotate {
    /// Only this realm's keys; otherwise those of every realm
    #[arg(long)]
    realm: Option<String>,
    /// Only these keys; otherwise both
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Others may know the old keys: remove them at once. With a refresh key all its sessions end
    #[arg(long)]
    compromised: bool,
    /// Only the key with this id
    #[arg(long, requires = "realm", requires = "kind")]
    kid: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// They make refresh tokens
    Refresh,
    /// They sign access and ID tokens
    Signing,
}

pub async fn run(flags: &SettingFlags, verb: KeysVerb) -> anyhow::Result<ExitCode> {
    let config = flags.resolve()?;
    crate::logging::start(&config.log, config.log_format)?;
    let foundation = Foundation::lay(config).await?;
    let site = foundation.site();
    let done = match verb {
        KeysVerb::List { realm } => list(site, realm).await,
        KeysVerb::Rotate(wanted) => rotate(site, wanted).await,
        KeysVerb::Retire { realm } => retire(site, realm).await,
    };
    site.store.shutdown().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn list(site: &Site, realm: Option<String>) -> anyhow::Result<()> {
    for name in names(site, realm).await? {
        for key in metadata(&*site.realm(&name).await?).keys {
            println!("{name}  {}  {}  {}  {}", key.status, key.algorithm, key.kind, key.kid);
        }
    }
    Ok(())
}

async fn rotate(site: &Site, wanted: Rotate) -> anyhow::Result<()> {
    let purposes: &[KeyPurpose] = match wanted.kind {
        Some(Kind::Refresh) => &[KeyPurpose::Refresh],
        Some(Kind::Signing) => &[KeyPurpose::Sign],
        None => &[KeyPurpose::Refresh, KeyPurpose::Sign],
    };
    for name in names(site, wanted.realm).await? {
        for purpose in purposes {
            let rotation = KeyRotation { purpose: *purpose, compromised: wanted.compromised, kid: wanted.kid.clone() };
            tell(&name, &keys::rotate(site, &name, rotation, Actor::Operator).await?);
        }
    }
    Ok(())
}

fn tell(realm: &str, done: &KeysRotated) {
    for (what, kids) in [("new", &done.made), ("old", &done.passive), ("removed", &done.removed)] {
        for kid in kids {
            println!("{realm}  {what}  {kid}");
        }
    }
    if done.ended_sessions > 0 {
        println!("{realm}  {} sessions ended", done.ended_sessions);
    }
}

async fn retire(site: &Site, realm: Option<String>) -> anyhow::Result<()> {
    for name in names(site, realm).await? {
        for kid in keys::retire(site, &name).await? {
            println!("{name}  removed  {kid}");
        }
    }
    Ok(())
}

/// The realm asked for, which must exist, or all.
async fn names(site: &Site, realm: Option<String>) -> anyhow::Result<Vec<String>> {
    let all = site.store.read(|tx| Ok::<_, FlowError>(realms::list(tx)?)).await?;
    let names: Vec<String> = all.into_iter().map(|realm| realm.name).collect();
    match realm {
        None => Ok(names),
        Some(name) if names.contains(&name) => Ok(vec![name]),
        Some(name) => anyhow::bail!("there is no realm {name}"),
    }
}
