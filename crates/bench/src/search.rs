//! What admins ask of all sessions, among few and among many: first pages, filters, totals and what-ifs, in milliseconds.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use perennial_bench::fill::{self, Deployment};
use perennial_bench::{Crowd, machine};
use perennial_crypto::MasterKey;
use perennial_testkit::{Admin, Backend, TestServer};
use serde_json::{Value, json};

use crate::running;
use crate::stats::{Latencies, ratio, to_micros};
use crate::table::Table;

const TIMES: usize = 9;
/// A survey begins about 20 s after the start and rests often.
const SURVEY_LIMIT: Duration = Duration::from_secs(600);
const DAY_MS: i64 = 86_400_000;

/// A question: its name, and the body where it is a what-if.
struct Question {
    name: &'static str,
    path: String,
    body: Option<Value>,
}

pub async fn run(few: u64, many: u64) -> Result<()> {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let head = format!("{backend:?}, median ms");
        let columns = [head, few.to_string(), many.to_string(), "ratio".to_owned()];
        let mut table = Table::new(&columns.each_ref().map(String::as_str));
        let (among_few, among_many) = (measure(backend, few).await?, measure(backend, many).await?);
        for ((name, few), (_, many)) in among_few.into_iter().zip(among_many) {
            let cells = [format!("{few:.1}"), format!("{many:.1}"), format!("{:.1}", ratio(many, few))];
            table.row([name.to_owned()].into_iter().chain(cells));
        }
        table.print();
    }
    println!("\nThe first page of 100, one request at a time; load average now {}.", machine::load_average());
    Ok(())
}

async fn measure(backend: Backend, sessions: u64) -> Result<Vec<(&'static str, f64)>> {
    let (server, crowd) = populated(backend, sessions).await?;
    let admin = Admin::sign_in(&server).await;
    let surveyed = Instant::now();
    while admin.get("/demo/offline-sessions/summary").await.expect(200).json()["complete"] != true {
        ensure!(surveyed.elapsed() < SURVEY_LIMIT, "no survey came");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let mut medians = Vec::new();
    for question in questions(&admin, &crowd).await {
        let mut micros = Vec::new();
        for _ in 0..TIMES {
            let began = Instant::now();
            match &question.body {
                None => admin.get(&question.path).await.expect(200),
                Some(body) => admin.post(&question.path, body).await.expect(200),
            };
            micros.push(to_micros(began.elapsed()));
        }
        medians.push((question.name, Latencies::of(micros).percentile_ms(50.0)));
    }
    medians.push(("resident MB of the server", machine::resident_mb(server.process_id())));
    Ok(medians)
}

async fn populated(backend: Backend, sessions: u64) -> Result<(TestServer, Crowd)> {
    let mut server = running::start(backend, &[]).await?;
    server.terminate().await;
    let store = running::open(&server).await?;
    let master = MasterKey::load_or_create(server.master_key_file())?;
    let deployment = Deployment { store: &store, base_url: server.base_url(), master: &master };
    let crowd = fill::fill(deployment, sessions).await.context("filling the database")?;
    store.shutdown().await;
    server.restart().await;
    Ok((server, crowd))
}

async fn questions(admin: &Admin, crowd: &Crowd) -> Vec<Question> {
    let of_app = |at: usize| crowd.apps()[at].client_id.clone();
    let (large, small) = (of_app(0), of_app(crowd.apps().len() - 1));
    let uuid = admin.client_uuid(&large).await;
    let somebody = crowd.session(crowd.sessions / 2);
    let (first, last) = crowd.person(somebody.user);
    let user = format!("{}.{}.{}", first.to_lowercase(), last.to_lowercase(), somebody.user);
    let long_ago = crowd.made_ms - 20 * DAY_MS;
    let list = |name, query: String| Question { name, path: format!("/demo/offline-sessions{query}"), body: None };
    let preview = |name, body| Question { name, path: "/demo/token-policy/preview".into(), body: Some(body) };
    vec![
        list("list by start", String::new()),
        list("list by last use", "?sort=lastUse".into()),
        list("list by end", "?sort=end".into()),
        list("list of a large client", format!("?client={large}")),
        list("list of a small client by end", format!("?client={small}&sort=end")),
        list("list of a user", format!("?user={user}")),
        list("list paused", "?paused=true".into()),
        list("list by scope and last use", format!("?scope=phone&usedBefore={long_ago}")),
        list("summary", "/summary".into()),
        list("summary of a small client", format!("/summary?client={small}")),
        Question {
            name: "count of a large client",
            path: format!("/demo/clients/{uuid}/offline-session-count"),
            body: None,
        },
        Question { name: "client-session-stats", path: "/demo/client-session-stats".into(), body: None },
        preview(
            "what-if of a large client",
            json!({"client": {"id": uuid, "attributes": {"client.offline.session.idle.timeout": "604800"}}}),
        ),
        preview("what-if of the realm", json!({"offlineSessionIdleTimeout": 604_800})),
    ]
}
