//! `perennial sessions`: lists and ends offline sessions, beside a running server or without one. What it ends is refused by every
//! node from its next request on.

use std::net::IpAddr;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use perennial_api::session_search::{ClientSessions, RevokeAnswer, SessionFilterRepresentation};
use perennial_domain::audit::Actor;
use perennial_domain::session_filter::SessionFilter;
use perennial_flows::FlowError;
use perennial_flows::admin::bulk_revoke::{self, Wish};
use perennial_flows::admin::session_search::{self, Order, Search};
use perennial_flows::session_view::SessionView;

use super::flags::SettingFlags;
use crate::endpoints::admin::{session_filter, session_representation};
use crate::serve::foundation::Foundation;
use crate::state::AppState;

/// Sessions read at once.
const PAGE: usize = 500;
const DAY_S: i64 = 86_400;

#[derive(Subcommand)]
pub enum SessionsVerb {
    /// Show offline sessions, the oldest first
    List(List),
    /// End offline sessions
    Revoke(Revoke),
}

#[derive(Args)]
pub struct List {
    #[command(flatten)]
    filter: Filter,
    /// One JSON object a line, as the admin API has it
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Revoke {
    #[command(flatten)]
    filter: Filter,
    /// Every offline session of the realm; must be said where nothing else is
    #[arg(long)]
    all: bool,
    /// Only say how many would end
    #[arg(long)]
    dry_run: bool,
    /// One JSON object, as the admin API has it
    #[arg(long)]
    json: bool,
}

/// Every part that is given must hold.
#[derive(Args)]
struct Filter {
    #[arg(long)]
    realm: String,
    /// A client's clientId or UUID
    #[arg(long)]
    client: Option<String>,
    /// A user's name or UUID
    #[arg(long)]
    user: Option<String>,
    /// One that the sessions have
    #[arg(long)]
    scope: Option<String>,
    /// Where they began or were last used from
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,
    /// Not used for so many days
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(0..36_500))]
    unused_for: Option<i64>,
}

pub async fn run(flags: &SettingFlags, verb: SessionsVerb) -> anyhow::Result<ExitCode> {
    let config = flags.resolve()?;
    crate::logging::start(&config.log, config.log_format)?;
    let foundation = Foundation::lay(config).await?;
    let done = match verb {
        SessionsVerb::List(wanted) => list(&foundation.state, wanted).await,
        SessionsVerb::Revoke(wanted) => revoke(&foundation.state, wanted).await,
    };
    foundation.site().store.shutdown().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn list(state: &AppState, wanted: List) -> anyhow::Result<()> {
    let (realm, filter) = read(state, wanted.filter).await?;
    let mut after = None;
    loop {
        let search =
            Search { filter: filter.clone(), order: Order::Start, descending: false, after, first: 0, max: PAGE };
        let found = session_search::find(&state.site, &realm, search).await?;
        for view in &found.sessions {
            match wanted.json {
                true => println!("{}", serde_json::to_string(&session_representation::of_view(view))?),
                false => println!("{}", line(view)),
            }
        }
        match found.next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

fn line(view: &SessionView) -> String {
    let days = |seconds: i64| seconds / DAY_S;
    let used = days(view.grant.last_used_at.seconds_until(view.seen_at));
    let left = days(view.seen_at.seconds_until(view.end.at));
    let (id, client, user) = (view.grant.id, &view.client_id, &view.username);
    let blocked = view.blocked.map(|blocked| format!("  {}", blocked.as_str())).unwrap_or_default();
    format!("{id}  {client}  {user}  used {used} d ago  ends in {left} d ({}){blocked}", view.end.cause.as_str())
}

async fn revoke(state: &AppState, wanted: Revoke) -> anyhow::Result<()> {
    let (realm, filter) = read(state, wanted.filter).await?;
    let wish = Wish { filter, only: Vec::new(), dry_run: wanted.dry_run, all: wanted.all };
    let done = bulk_revoke::revoke(&state.site, &realm, &Actor::Operator, wish).await.map_err(|error| match error {
        FlowError::Invalid(_) => anyhow!("nothing is said of which sessions: --all means every one of the realm"),
        other => other.into(),
    })?;
    if wanted.json {
        let clients = done.clients.into_iter().map(|(client_id, count)| ClientSessions { client_id, count }).collect();
        let sample = done.sample.iter().map(session_representation::of_view).collect();
        let answer = RevokeAnswer { dry_run: wanted.dry_run, complete: true, count: done.total, clients, sample };
        println!("{}", serde_json::to_string(&answer)?);
        return Ok(());
    }
    for (client, count) in &done.clients {
        println!("{count}  {client}");
    }
    println!("{}  {}", done.total, if wanted.dry_run { "would end" } else { "ended" });
    Ok(())
}

/// The realm, which must exist, and what is asked for in it, with names looked up.
async fn read(state: &AppState, filter: Filter) -> anyhow::Result<(String, SessionFilter)> {
    let realm = filter.realm;
    state.site.realm(&realm).await.map_err(|error| match error {
        FlowError::UnknownRealm => anyhow!("there is no realm {realm}"),
        other => other.into(),
    })?;
    let now = state.site.store.read(|tx| Ok::<_, FlowError>(tx.now()?)).await?;
    let asked = SessionFilterRepresentation {
        client: filter.client,
        user: filter.user,
        scope: filter.scope,
        ip_address: filter.address.map(|address| address.to_string()),
        used_before: filter.unused_for.map(|days| now.minus_s(days * DAY_S).as_ms()),
        ..SessionFilterRepresentation::default()
    };
    let read = session_filter::of_representation(state, &realm, asked).await;
    Ok((realm, read.map_err(|refusal| anyhow!("{refusal}"))?))
}
