//! Refreshes with rotation `always` by a confidential client, and the memory they take, on each database with each algorithm.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use perennial_crypto::SigningAlgorithm;
use perennial_testkit::{Admin, Backend, Client, TestServer, token};
use serde_json::json;

use crate::baseline::{self, Baseline};
use crate::load::{Load, Outcome};
use crate::running::{self, Running};
use crate::stats::ratio;
use crate::table::Table;
use crate::{LoadArgs, RefreshArgs, machine};

/// An access token and an ID token.
const SIGNATURES: f64 = 2.0;
/// The core that the ES256 budget is given for signs as many RS256 tokens a second.
const REFERENCE_RS256: f64 = 4_700.0;
/// After it, what the start allocated for a moment has been given back.
const AT_REST: Duration = Duration::from_secs(3);

const HEAD: [&str; 9] = [
    "refresh with rotation",
    "a second",
    "bare signatures/s",
    "share (≥ 60 %)",
    "share of server CPU",
    "p50 ms",
    "p99 ms",
    "CPU µs server + generator",
    "resident MB",
];

pub async fn run(args: &RefreshArgs) -> Result<()> {
    let databases = match args.database.as_slice() {
        [] => vec![Backend::Sqlite, Backend::Postgres],
        chosen => chosen.iter().map(|&database| database.into()).collect(),
    };
    let algorithms = match args.algorithm.as_slice() {
        [] => vec![SigningAlgorithm::RS256, SigningAlgorithm::ES256],
        chosen => chosen.to_vec(),
    };
    let reference = baseline::measure(SigningAlgorithm::RS256)?;
    let mut table = Table::new(&HEAD);
    for database in databases {
        let running = Running::with_sessions(database, &args.load.settings, args.stored).await?;
        let admin = Admin::sign_in(&running.server).await;
        admin.rotate_always().await;
        let mut load = Load::new(&running.server, running.tokens()?, args.load.connections)?;
        for &algorithm in &algorithms {
            sign_with(&admin, &running.server, algorithm).await?;
            let bare = baseline::measure(algorithm)?;
            let outcome = load.run(&running.server, args.load.seconds).await?;
            table.row(row(database, algorithm, &bare, &outcome, &running.server));
        }
    }
    table.print();
    notes(args, &reference);
    Ok(())
}

fn notes(args: &RefreshArgs, reference: &Baseline) {
    let per_core = reference.per_second / machine::cores() as f64;
    println!(
        "\n{} keep-alive connections, {} sessions stored, {} s a run; load average now {}.",
        args.load.connections,
        args.stored,
        args.load.seconds,
        machine::load_average()
    );
    println!(
        "Share: refreshes × {SIGNATURES} of the bare signatures on all cores, both by the wall clock, generator included."
    );
    println!(
        "Share of server CPU: {SIGNATURES} signatures' CPU time of a refresh's in the server's process; a database server's own is not in it."
    );
    println!("SQLite: WAL, synchronous=FULL. PostgreSQL: fsync and synchronous_commit on.");
    println!(
        "RS256 here: {per_core:.0} a second and core; rates × {:.2} compare with a budget for {REFERENCE_RS256} a second and core.",
        ratio(REFERENCE_RS256, per_core)
    );
}

fn row(
    database: Backend,
    algorithm: SigningAlgorithm,
    bare: &Baseline,
    outcome: &Outcome,
    server: &TestServer,
) -> Vec<String> {
    vec![
        format!("{database:?} {algorithm}"),
        format!("{:.0}", outcome.per_second),
        format!("{:.0}", bare.per_second),
        format!("{:.0} %", 100.0 * ratio(outcome.per_second * SIGNATURES, bare.per_second)),
        format!("{:.0} %", 100.0 * ratio(bare.cpu_us * SIGNATURES, outcome.server_cpu_us)),
        format!("{:.1}", outcome.latencies.percentile_ms(50.0)),
        format!("{:.1}", outcome.latencies.percentile_ms(99.0)),
        format!("{:.0} + {:.0}", outcome.server_cpu_us, outcome.own_cpu_us),
        format!("{:.0}", machine::resident_mb(server.process_id())),
    ]
}

/// Makes the realm sign with the algorithm, and makes sure that it does.
pub async fn sign_with(admin: &Admin, server: &TestServer, algorithm: SigningAlgorithm) -> Result<()> {
    admin.change_realm(json!({"defaultSignatureAlgorithm": algorithm.as_str()})).await;
    let answer = Client::nightly_backup(server).client_credentials("openid").await.expect_tokens();
    let signed_with = token::header(&answer.access_token());
    ensure!(signed_with["alg"] == algorithm.as_str(), "the realm signs with {signed_with}");
    Ok(())
}

/// With passwords hashed at their real cost, which the other runs do not pay.
pub async fn memory(args: &LoadArgs) -> Result<()> {
    let mut table = Table::new(&["resident memory", "MB at rest (≤ 40)", "MB after load (≤ 120)"]);
    let mut settings = args.settings.clone();
    settings.push(("PERENNIAL_PASSWORD_COST".to_owned(), "standard".to_owned()));
    for database in [Backend::Sqlite, Backend::Postgres] {
        let first_start = running::start(database, &settings).await.context("a first start")?;
        tokio::time::sleep(AT_REST).await;
        let fresh = machine::resident_mb(first_start.process_id());
        drop(first_start);
        let running = Running::with_sessions(database, &settings, 10_000).await?;
        tokio::time::sleep(AT_REST).await;
        let at_rest = machine::resident_mb(running.server.process_id());
        let admin = Admin::sign_in(&running.server).await;
        admin.rotate_always().await;
        sign_with(&admin, &running.server, SigningAlgorithm::ES256).await?;
        let mut load = Load::new(&running.server, running.tokens()?, args.connections)?;
        load.run(&running.server, args.seconds).await?;
        let loaded = machine::resident_mb(running.server.process_id());
        table.row([format!("{database:?}"), format!("{at_rest:.0} (first start: {fresh:.0})"), format!("{loaded:.0}")]);
    }
    table.print();
    Ok(())
}
