//! What an offline session costs on disk, on SQLite, with its share of every index.

mod support;

use perennial_domain::UserId;
use perennial_domain::grant::{Grant, Place};
use perennial_protocol::ScopeSet;
use perennial_storage::bulk;
use std::path::Path;
use support::Database;
use support::samples::{World, write};

const SESSIONS: usize = 100_000;
const MOST_BYTES: u64 = 400;

/// As a browser begins it and a phone uses it later.
fn session(world: &World, number: usize) -> Grant {
    let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    let place = Place::new(format!("203.0.{}.{}", number / 250 % 250, number % 250), agent);
    let last_used_from = match number % 3 {
        0 => Place { ip: "198.51.100.23".into(), ..place.clone() },
        _ => place.clone(),
    };
    Grant {
        user_id: UserId(uuid::Uuid::from_u128(number as u128 / 8)),
        scope: ScopeSet::lenient("openid profile email offline_access"),
        began_from: place,
        last_used_from,
        ..world.offline_grant()
    }
}

#[tokio::test]
async fn an_offline_session_takes_no_more_than_four_hundred_bytes_on_disk_indexes_included() {
    let database = Database::sqlite();
    let store = database.open().await;
    let world = World::create(&store).await;
    store.shutdown().await;
    let size = || Path::new(database.url.trim_start_matches("sqlite:")).metadata().expect("a file").len();
    let before = size();
    let store = database.open().await;
    for batch in 0..SESSIONS / 10_000 {
        let world = world.clone();
        let unit = move |tx: &mut perennial_storage::Tx<'_>| {
            let all: Vec<Grant> = (0..10_000).map(|at| session(&world, batch * 10_000 + at)).collect();
            bulk::insert_grants(tx, &all)
        };
        write(&store, unit).await;
    }
    store.shutdown().await;
    let each = (size() - before) / SESSIONS as u64;
    assert!(each <= MOST_BYTES, "{each} bytes a session");
    assert!(each > 100, "{each} bytes: they are somewhere else");
}
