//! Makes a believable realm, in a database of its own or in one that is there, and says what a session costs on disk.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use perennial_bench::fill::{self, Deployment};
use perennial_crypto::MasterKey;
use perennial_storage::{Store, StoreOptions};
use perennial_testkit::Backend;

use crate::Database;
use crate::running;
use crate::stats::{per_second, ratio};
use crate::table::Table;

#[derive(Args)]
pub struct DatasetArgs {
    #[arg(long, default_value_t = 1_000_000)]
    pub sessions: u64,
    /// Both where none is named
    #[arg(long, value_enum)]
    pub database: Vec<Database>,
    /// Fills the demo realm of this database, which a server has started once, and leaves it there: `sqlite:…` or `postgres://…`
    #[arg(long, requires = "master_key_file")]
    pub into: Option<String>,
    /// Of the servers of that database
    #[arg(long)]
    pub master_key_file: Option<PathBuf>,
}

const HEAD: [&str; 7] =
    ["data set", "offline sessions", "users", "seconds", "sessions a second", "MB", "bytes a session (≤ 400)"];

pub async fn run(args: &DatasetArgs) -> Result<()> {
    let mut table = Table::new(&HEAD);
    if let (Some(url), Some(key)) = (&args.into, &args.master_key_file) {
        ensure!(key.is_file(), "{} is no file", key.display());
        table.row(make(url, "http://localhost:8080", key, args.sessions).await?);
        table.print();
        return Ok(());
    }
    let databases = match args.database.as_slice() {
        [] => vec![Backend::Sqlite, Backend::Postgres],
        chosen => chosen.iter().copied().map(Backend::from).collect(),
    };
    for database in databases {
        let mut server = running::start(database, &[]).await?;
        server.terminate().await;
        let (url, base_url) = (server.database_url(), server.base_url());
        table.row(make(url, base_url, server.master_key_file(), args.sessions).await?);
    }
    table.print();
    println!("\nOn SQLite, indexes included, and the consents of those sessions whose app needs one.");
    Ok(())
}

async fn make(url: &str, base_url: &str, master_key_file: &Path, sessions: u64) -> Result<Vec<String>> {
    let master = MasterKey::load_or_create(master_key_file)?;
    let started = Instant::now();
    let store = open(url).await?;
    let rows = fill::people(Deployment { store: &store, base_url, master: &master }, sessions).await?;
    store.shutdown().await;
    let before = file_size(url)?;
    let store = open(url).await?;
    let began = Instant::now();
    fill::sessions(&store, &rows).await?;
    store.shutdown().await;
    let (all, of_sessions) = (started.elapsed(), began.elapsed());
    let after = file_size(url)?;
    let each = before.zip(after).map(|(before, after)| ratio(after.saturating_sub(before) as f64, sessions as f64));
    let name = url.split(':').next().unwrap_or_default();
    Ok(vec![
        name.to_owned(),
        sessions.to_string(),
        rows.crowd.users().to_string(),
        format!("{:.1}", all.as_secs_f64()),
        format!("{:.0}", per_second(usize::try_from(sessions)?, of_sessions)),
        after.map_or_else(|| "-".into(), |bytes| format!("{:.0}", bytes as f64 / 1e6)),
        each.map_or_else(|| "-".into(), |bytes| format!("{bytes:.0}")),
    ])
}

async fn open(url: &str) -> Result<Store> {
    Ok(Store::open(StoreOptions { test_clock: true, ..StoreOptions::new(url) }).await?)
}

/// Known on SQLite only.
fn file_size(url: &str) -> Result<Option<u64>> {
    let Some(path) = url.strip_prefix("sqlite:") else { return Ok(None) };
    Ok(Some(Path::new(path).metadata().with_context(|| format!("the size of {path}"))?.len()))
}
