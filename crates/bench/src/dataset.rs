//! Fills a database with a population, in batches through the storage's own units, and says what a session costs on disk.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use perennial_storage::{StorageError, Store, consents, grants, users};
use perennial_testkit::Backend;

use crate::population::Population;
use crate::running;
use crate::stats::{per_second, ratio};
use crate::table::Table;

/// Rows in one unit: long enough that the commit does not count, short enough for a queue.
const BATCH: u64 = 2_000;

pub async fn run(sessions: u64) -> Result<()> {
    let mut server = running::start(Backend::Sqlite, &[]).await?;
    server.terminate().await;
    let path = server.database_url().trim_start_matches("sqlite:").to_owned();
    let store = running::open(&server).await?;
    let realm = running::load_realm(&server, &store).await?;
    let population = Population::new(&realm, sessions, running::now()?)?;
    insert_users(&store, &population).await?;
    store.shutdown().await;
    let before = file_size(&path)?;
    let store = running::open(&server).await?;
    let started = Instant::now();
    insert_sessions(&store, &population).await?;
    store.shutdown().await;
    let rate = per_second(usize::try_from(sessions)?, started.elapsed());
    let bytes = file_size(&path)?.saturating_sub(before);
    let mut table = Table::new(&["SQLite", "offline sessions", "MB", "bytes a session (≤ 400)", "inserted a second"]);
    let each = ratio(bytes as f64, sessions as f64);
    table.row([
        "indexes included".into(),
        sessions.to_string(),
        format!("{:.1}", bytes as f64 / 1e6),
        format!("{each:.0}"),
        format!("{rate:.0}"),
    ]);
    table.print();
    Ok(())
}

pub async fn insert_users(store: &Store, population: &Population) -> Result<()> {
    for batch in batches(population.users()) {
        let own = population.clone();
        let unit = move |tx: &mut perennial_storage::Tx<'_>| {
            for number in batch {
                let user = own.user(number);
                users::insert(tx, own.realm, &user, None)?;
                users::add_role(tx, user.id, own.role)?;
                consents::save(tx, &own.consent(number))?;
            }
            Ok::<_, StorageError>(())
        };
        store.write(unit).await.context("inserting users")?;
    }
    Ok(())
}

pub async fn insert_sessions(store: &Store, population: &Population) -> Result<()> {
    for batch in batches(population.sessions) {
        let own = population.clone();
        let unit = move |tx: &mut perennial_storage::Tx<'_>| {
            for number in batch {
                grants::insert(tx, &own.session(number))?;
            }
            Ok::<_, StorageError>(())
        };
        store.write(unit).await.context("inserting sessions")?;
    }
    Ok(())
}

fn batches(total: u64) -> impl Iterator<Item = std::ops::Range<u64>> {
    (0..total.div_ceil(BATCH)).map(move |at| at * BATCH..((at + 1) * BATCH).min(total))
}

fn file_size(path: &str) -> Result<u64> {
    Ok(Path::new(path).metadata().with_context(|| format!("the size of {path}"))?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_join_to_the_whole_without_gap() {
        for total in [0, 1, BATCH, BATCH + 1, 5 * BATCH - 1] {
            let numbers: Vec<u64> = batches(total).flatten().collect();
            assert_eq!(numbers, (0..total).collect::<Vec<_>>());
        }
    }
}
