//! Data sets that are made once and copied for each test: on SQLite a file below the target directory that outlives the tests, on
//! PostgreSQL a database that all tests of one process copy. Time stands still in them at the instant at which they were made.

use anyhow::{Context as _, Result};
use perennial_crypto::MasterKey;
use perennial_storage::{Store, StoreOptions};
use perennial_testkit::server::target_directory;
use perennial_testkit::{Backend, TestDatabase, TestServer};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;

use crate::Crowd;
use crate::fill::{self, Deployment};

/// A server on a copy of its own.
pub struct Populated {
    pub server: TestServer,
    pub crowd: Crowd,
}

/// What a copy is made from.
struct Kept {
    database: TestDatabase,
    master_key: Vec<u8>,
    crowd: Crowd,
}

/// One at a time makes or copies; the PostgreSQL ones of this process.
static KEPT: Mutex<Vec<Kept>> = Mutex::const_new(Vec::new());

/// Starts a server on the demo realm with so many offline sessions. What makes it once is the caller's binary.
pub async fn server(binary: impl AsRef<Path>, backend: Backend, sessions: u64) -> Populated {
    let binary = binary.as_ref();
    let mut kept = KEPT.lock().await;
    let made = match backend {
        Backend::Sqlite => on_disk(binary, sessions).await,
        Backend::Postgres => in_this_process(binary, sessions, &mut kept).await,
    };
    drop(kept);
    let (database, master_key, crowd) = made.unwrap_or_else(|error| panic!("no data set: {error:#}"));
    let server = TestServer::resume(binary, database, &master_key).await;
    Populated { server, crowd }
}

type Copied = (TestDatabase, Vec<u8>, Crowd);

async fn in_this_process(binary: &Path, sessions: u64, kept: &mut Vec<Kept>) -> Result<Copied> {
    if !kept.iter().any(|own| own.crowd.sessions == sessions) {
        let (server, crowd) = make(binary, Backend::Postgres, sessions).await?;
        let master_key = fs::read(server.master_key_file())?;
        kept.push(Kept { database: server.database().copy(), master_key, crowd });
    }
    let own = kept.iter().find(|own| own.crowd.sessions == sessions).context("just made")?;
    Ok((own.database.copy(), own.master_key.clone(), own.crowd.clone()))
}

async fn on_disk(binary: &Path, sessions: u64) -> Result<Copied> {
    let root = target_directory().join("data-sets");
    fs::create_dir_all(&root)?;
    // Another test process may be making it.
    let lock = File::create(root.join("lock"))?;
    lock.lock()?;
    let own = root.join(format!("{sessions}-{:016x}", fingerprint()?));
    if !own.is_dir() {
        remove_older(&root, sessions)?;
        let (server, crowd) = make(binary, Backend::Sqlite, sessions).await?;
        let half = root.join("half-made");
        let _ = fs::remove_dir_all(&half);
        fs::create_dir_all(&half)?;
        fs::copy(server.database_url().trim_start_matches("sqlite:"), half.join("perennial.db"))?;
        fs::copy(server.master_key_file(), half.join("master.key"))?;
        fs::write(half.join("made_ms"), crowd.made_ms.to_string())?;
        fs::rename(half, &own)?;
    }
    let made_ms = fs::read_to_string(own.join("made_ms"))?.parse()?;
    let database = TestDatabase::sqlite_from(&own.join("perennial.db"));
    Ok((database, fs::read(own.join("master.key"))?, Crowd::new(sessions, made_ms)))
}

/// Fills a fresh deployment; nobody uses its database when this is done.
async fn make(binary: &Path, backend: Backend, sessions: u64) -> Result<(TestServer, Crowd)> {
    let mut server = TestServer::start(binary, backend).await;
    server.terminate().await;
    let store = Store::open(StoreOptions { test_clock: true, ..StoreOptions::new(server.database_url()) }).await?;
    let master = MasterKey::load_or_create(server.master_key_file())?;
    let filled = fill::fill(Deployment { store: &store, base_url: server.base_url(), master: &master }, sessions).await;
    store.shutdown().await;
    drop(store);
    Ok((server, filled?))
}

/// Of everything that decides what is in a data set: the schema, what a fresh realm has, and the crowd.
fn fingerprint() -> Result<u64> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut hasher = DefaultHasher::new();
    for source in ["migrations/sqlite", "crates/flows/src/bootstrap", "crates/bench/src/crowd"] {
        hash(&root.join(source), &mut hasher)?;
    }
    for source in ["crates/bench/src/crowd.rs", "crates/bench/src/fill.rs", "crates/storage/src/grant_row.rs"] {
        hasher.write(&fs::read(root.join(source))?);
    }
    Ok(hasher.finish())
}

fn hash(directory: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let mut inside: Vec<PathBuf> =
        fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    inside.sort();
    for path in inside {
        hasher.write(path.file_name().unwrap_or_default().as_encoded_bytes());
        if path.is_dir() { hash(&path, hasher)? } else { hasher.write(&fs::read(&path)?) }
    }
    Ok(())
}

/// They are of no use any more, and large.
fn remove_older(root: &Path, sessions: u64) -> Result<()> {
    let of_size = format!("{sessions}-");
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&of_size) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
