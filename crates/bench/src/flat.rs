//! Whether a refresh costs the same however many sessions are stored: the latencies among many by those among few.

use anyhow::Result;
use perennial_crypto::SigningAlgorithm;
use perennial_testkit::{Admin, Backend};

use crate::load::{Load, Outcome};
use crate::running::Running;
use crate::stats::ratio;
use crate::table::Table;
use crate::{LoadArgs, machine, refresh};

pub async fn run(few: u64, many: u64, args: &LoadArgs) -> Result<()> {
    let mut table =
        Table::new(&["SQLite ES256, stored sessions", "a second", "p50 ms", "p99 ms", "start s", "resident MB"]);
    let mut outcomes = Vec::new();
    for stored in [few, many] {
        let (outcome, running) = measure(stored, args).await?;
        let latencies = &outcome.latencies;
        table.row([
            stored.to_string(),
            format!("{:.0}", outcome.per_second),
            format!("{:.1}", latencies.percentile_ms(50.0)),
            format!("{:.1}", latencies.percentile_ms(99.0)),
            format!("{:.2}", running.start_time.as_secs_f64()),
            format!("{:.0}", machine::resident_mb(running.server.process_id())),
        ]);
        outcomes.push(outcome);
    }
    if let [few, many] = outcomes.as_slice() {
        let percentile = |percent| ratio(many.latencies.percentile_ms(percent), few.latencies.percentile_ms(percent));
        table.row([
            "many by few (p99 ≤ 1.2)".to_owned(),
            format!("{:.2}", ratio(many.per_second, few.per_second)),
            format!("{:.2}", percentile(50.0)),
            format!("{:.2}", percentile(99.0)),
        ]);
    }
    table.print();
    println!(
        "\n{} connections without a pause between requests: latencies are mostly waiting for the CPU.",
        args.connections
    );
    Ok(())
}

async fn measure(stored: u64, args: &LoadArgs) -> Result<(Outcome, Running)> {
    let running = Running::with_sessions(Backend::Sqlite, &args.settings, stored).await?;
    let admin = Admin::sign_in(&running.server).await;
    admin.rotate_always().await;
    refresh::sign_with(&admin, &running.server, SigningAlgorithm::ES256).await?;
    let mut load = Load::new(&running.server, running.tokens()?, args.connections)?;
    let outcome = load.run(&running.server, args.seconds).await?;
    Ok((outcome, running))
}
