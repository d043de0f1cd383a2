//! `perennial-bench`: starts the release server, drives it, and prints figures as ratios to what the same machine allows
//! at the same moment. Nothing here judges a figure.

mod baseline;
mod connection;
mod dataset;
mod flat;
mod load;
mod population;
mod refresh;
mod running;
mod search;
mod sizes;
mod stats;
mod table;
mod users;

use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};
use perennial_bench::machine;
use perennial_crypto::SigningAlgorithm;
use perennial_testkit::Backend;

#[derive(Parser)]
#[command(about = "Measures the server that PERENNIAL_BIN names; run it with `cargo xtask bench`")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Refreshes with rotation: a second, as a share of the bare signatures, with latencies and memory
    Refresh(RefreshArgs),
    /// Resident memory at rest and under load
    Memory(LoadArgs),
    /// Brotli sizes of the consoles
    Sizes,
    /// A believable realm with so many offline sessions: bytes a session, rows a second
    Dataset(dataset::DatasetArgs),
    /// Lists, summaries, counts and previews among few and among many stored sessions
    Search {
        #[arg(long, default_value_t = 10_000)]
        few: u64,
        #[arg(long, default_value_t = 1_000_000)]
        many: u64,
    },
    /// Searches for users among so many, as multiples of a look-up by the exact name
    Users {
        #[arg(long, default_value_t = 1_000_000)]
        users: u64,
    },
    /// Refreshes among few and among many stored sessions: the latencies' ratio
    Flat {
        #[arg(long, default_value_t = 10_000)]
        few: u64,
        #[arg(long, default_value_t = 1_000_000)]
        many: u64,
        #[command(flatten)]
        load: LoadArgs,
    },
}

#[derive(Args, Clone)]
struct RefreshArgs {
    /// All of them where none is named
    #[arg(long, value_enum)]
    database: Vec<Database>,
    /// RS256 and ES256 where none is named
    #[arg(long)]
    algorithm: Vec<SigningAlgorithm>,
    /// Offline sessions that are stored beforehand
    #[arg(long, default_value_t = 10_000)]
    stored: u64,
    #[command(flatten)]
    load: LoadArgs,
}

#[derive(Args, Clone)]
struct LoadArgs {
    #[arg(long, default_value_t = 8.0)]
    seconds: f64,
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// A setting of the server, `NAME=VALUE`; may be repeated
    #[arg(long = "set", value_parser = setting)]
    settings: Vec<(String, String)>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

impl From<Database> for Backend {
    fn from(database: Database) -> Self {
        match database {
            Database::Sqlite => Self::Sqlite,
            Database::Postgres => Self::Postgres,
        }
    }
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is expected")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// One thread: the generator takes as little from the server's cores as it can.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    perennial_testkit::postgres::commit_durably();
    machine::describe();
    match Cli::parse().command {
        Some(Command::Refresh(args)) => refresh::run(&args).await,
        Some(Command::Memory(args)) => refresh::memory(&args).await,
        Some(Command::Sizes) => sizes::run(),
        Some(Command::Dataset(args)) => dataset::run(&args).await,
        Some(Command::Search { few, many }) => search::run(few, many).await,
        Some(Command::Users { users }) => users::run(users).await,
        Some(Command::Flat { few, many, load }) => flat::run(few, many, &load).await,
        None => everything().await,
    }
}

async fn everything() -> Result<()> {
    let load = LoadArgs { seconds: 8.0, connections: 32, settings: Vec::new() };
    sizes::run()?;
    refresh::memory(&load).await?;
    let set = dataset::DatasetArgs { sessions: 100_000, database: Vec::new(), into: None, master_key_file: None };
    dataset::run(&set).await?;
    refresh::run(&RefreshArgs { database: Vec::new(), algorithm: Vec::new(), stored: 10_000, load }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_split_at_its_first_equals_sign() {
        assert_eq!(setting("PERENNIAL_LOG=warn,a=b"), Ok(("PERENNIAL_LOG".into(), "warn,a=b".into())));
        assert!(setting("PERENNIAL_LOG").is_err());
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }
}
