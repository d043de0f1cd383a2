//! What an admin types into a search for users, in a realm that has many: the first page of 25, as multiples of what looking one user
//! up by the exact name costs in the same run.

use std::time::Instant;

use anyhow::{Context as _, Result};
use perennial_bench::fill::{self, Deployment};
use perennial_bench::{Crowd, machine};
use perennial_crypto::MasterKey;
use perennial_storage::{StorageError, bulk};
use perennial_testkit::{Admin, Backend, TestServer};

use crate::running;
use crate::stats::{Latencies, ratio, to_micros};
use crate::table::Table;

const TIMES: usize = 9;
/// Of the believable realm, which is made for a number of sessions.
const SESSIONS_OF_A_USER: u64 = 8;

pub async fn run(users: u64) -> Result<()> {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let head = format!("{backend:?}, {users} users");
        let mut table = Table::new(&[head.as_str(), "median ms", "by exact name"]);
        let (server, crowd) = populated(backend, users).await?;
        let admin = Admin::sign_in(&server).await;
        let mut exact = 0.0;
        for (name, query) in questions(&crowd) {
            let path = format!("/demo/users?max=25&{query}");
            let mut micros = Vec::new();
            for _ in 0..TIMES {
                let began = Instant::now();
                admin.get(&path).await.expect(200);
                micros.push(to_micros(began.elapsed()));
            }
            let median = Latencies::of(micros).percentile_ms(50.0);
            if exact == 0.0 {
                exact = median;
            }
            table.row([name.to_owned(), format!("{median:.1}"), format!("{:.1}", ratio(median, exact))]);
        }
        table.print();
    }
    println!("\nOne request at a time; load average now {}.", machine::load_average());
    Ok(())
}

/// The realm's people without sessions.
async fn populated(backend: Backend, users: u64) -> Result<(TestServer, Crowd)> {
    let mut server = running::start(backend, &[]).await?;
    server.terminate().await;
    let store = running::open(&server).await?;
    let master = MasterKey::load_or_create(server.master_key_file())?;
    let deployment = Deployment { store: &store, base_url: server.base_url(), master: &master };
    let rows = fill::people(deployment, users * SESSIONS_OF_A_USER).await.context("filling the database")?;
    // SQLite goes by no statistics.
    if store.database_name() == "postgres" {
        store.write::<_, StorageError, _>(bulk::analyze).await.context("analysing the tables")?;
    }
    store.shutdown().await;
    server.restart().await;
    Ok((server, rows.crowd))
}

/// The lookup that the others are compared with goes first.
fn questions(crowd: &Crowd) -> Vec<(&'static str, String)> {
    let number = crowd.users() / 2;
    let (first, last) = crowd.person(number);
    let (first, last) = (first.to_lowercase(), last.to_lowercase());
    let name = format!("{first}.{last}.{number}");
    let all_but_one: String = name.chars().take(name.len() - 1).collect();
    vec![
        ("the exact name", format!("username={name}&exact=true")),
        ("everybody", String::new()),
        ("one letter", "search=m".to_owned()),
        ("a first name", format!("search={first}")),
        ("a last name", format!("search={last}")),
        ("first and last name", format!("search={first}%20{last}")),
        ("almost all of a user name", format!("search={all_but_one}")),
        ("nobody's name", "search=xavier".to_owned()),
        ("disabled, by last name", format!("search={last}&enabled=false")),
        ("a part, of nobody", "search=*xavier*".to_owned()),
    ]
}
