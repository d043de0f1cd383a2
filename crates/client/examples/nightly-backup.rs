//! A nightly job with offline access. The first run signs a user in through the browser and stores the offline token;
//! every later run refreshes from the file, with nobody present, and shows what it may do.
//!
//! Exit codes: 0 done, 1 failed and worth running again, 2 the access has ended and only a new sign-in helps.
//!
//! For scripts it prints lines that begin with a word in capitals: `OPEN`, `SIGNED_IN`, `REFRESHED`, `ACCESS_TOKEN`,
//! `USERINFO`, `INTROSPECTED`, `REVOKED`. Everything else is for people.

use anyhow::Context;
use clap::Parser;
use perennial_client::loopback::LoopbackListener;
use perennial_client::{
    Access, Audience, Config, Error, HeldStore, OfflineClient, OfflineTokenStore, Refreshed, SignedIn, StoredToken,
};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, UNIX_EPOCH};

const ACCESS_ENDED: u8 = 2;

/// Backs up nothing, every night, with a user's standing permission.
#[derive(Parser)]
struct Args {
    /// The OpenID Provider
    #[arg(long, env = "PERENNIAL_ISSUER", default_value = "http://localhost:8080/realms/demo")]
    issuer: String,
    /// This program's client id
    #[arg(long, env = "CLIENT_ID", default_value = "nightly-backup")]
    client_id: String,
    /// Its secret; empty for a public client
    #[arg(long, env = "CLIENT_SECRET", default_value = "nightly-backup-secret", hide_env_values = true)]
    client_secret: String,
    /// Where the offline token is kept
    #[arg(long, env = "TOKEN_FILE", default_value = "data/nightly-backup.json")]
    token_file: PathBuf,
    /// Where the browser brings the answer
    #[arg(long, env = "REDIRECT_URI", default_value = "http://localhost:9999/callback")]
    redirect_uri: String,
    /// Open the sign-in page in the browser
    #[arg(long)]
    open: bool,
    /// How long to wait for the sign-in, in seconds
    #[arg(long, default_value_t = 300)]
    listen_timeout: u64,
    /// End the offline access and forget the token
    #[arg(long)]
    revoke: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(usage) => {
            let _ = usage.print();
            // clap's own code for a misuse is 2, which means something else here.
            return if usage.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    match run(args).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("nightly-backup: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let store = OfflineTokenStore::at(&args.token_file);
    let held = store.lock().await?;
    let stored = held.load()?;
    if args.revoke && stored.is_none() {
        println!("No offline token is stored in {}.", store.path().display());
        return Ok(ExitCode::SUCCESS);
    }
    let mut config = Config::new(&args.issuer, &args.client_id, &args.redirect_uri);
    if !args.client_secret.is_empty() {
        config = config.with_secret(&args.client_secret);
    }
    let client = OfflineClient::discover(config).await.with_context(|| format!("cannot discover {}", args.issuer))?;
    match stored {
        Some(stored) if args.revoke => {
            client.revoke(&stored).await?;
            held.clear()?;
            say(&format!("REVOKED sub={}", stored.subject))?;
        }
        Some(_) => return refresh(&client, &held, &args).await,
        None => sign_in(&client, &held, &args).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn sign_in(client: &OfflineClient, held: &HeldStore, args: &Args) -> anyhow::Result<()> {
    let listener = LoopbackListener::bind(&args.redirect_uri).await?;
    let (url, pending) = client.authorization_url();
    println!("Nobody has allowed this job to work for them yet. Please sign in at this address:");
    say(&format!("OPEN {url}"))?;
    if args.open {
        open_browser(url.as_str());
    }
    let answer = listener.wait(pending.state.secret(), Duration::from_secs(args.listen_timeout)).await?;
    let SignedIn { access, subject, stored } = client.redeem(answer, pending).await?;
    let stored = stored.context("the provider gave no offline token: was offline access declined?")?;
    held.save(&stored)?;
    say(&format!("SIGNED_IN sub={subject} {}", lifetimes(&access)))?;
    report(client, &access, &stored, args).await
}

async fn refresh(client: &OfflineClient, held: &HeldStore, args: &Args) -> anyhow::Result<ExitCode> {
    let Refreshed { access, stored, rotated } = match client.refresh_in(held).await {
        Err(ended @ Error::AccessEnded { .. }) => {
            let aside = held.set_aside()?;
            eprintln!("nightly-backup: {ended}.");
            eprintln!("The token is in {} now. Run again to ask for access anew.", aside.display());
            return Ok(ExitCode::from(ACCESS_ENDED));
        }
        other => other.context("the stored token is kept")?,
    };
    say(&format!("REFRESHED sub={} {} rotated={rotated}", stored.subject, lifetimes(&access)))?;
    report(client, &access, &stored, args).await?;
    let kept = if rotated { "replaced by its successor" } else { "the same as before" };
    println!("  offline token     {kept}, in {}", args.token_file.display());
    Ok(ExitCode::SUCCESS)
}

/// Uses the access in every way there is, and tells what came of it.
async fn report(client: &OfflineClient, access: &Access, stored: &StoredToken, args: &Args) -> anyhow::Result<()> {
    let verifier = client.access_token_verifier(Audience::IssuedTo(args.client_id.clone()));
    let claims = verifier.verify(access.token.secret()).await?;
    say(&format!("ACCESS_TOKEN verified=true sub={} aud={}", claims.sub, claims.aud.join(",")))?;
    let user = client.user_info(&access.token, &stored.subject).await?;
    say(&format!("USERINFO sub={}", user.subject().as_str()))?;
    // RFC 7662 is for clients that can authenticate.
    if !args.client_secret.is_empty() {
        let introspection = client.introspect(&access.token).await?;
        say(&format!("INTROSPECTED active={}", introspection.active))?;
    }
    let name = user.preferred_username().map_or(stored.subject.as_str(), |it| it.as_str());
    println!();
    println!("  working for       {name}");
    println!("  may               {}", access.scopes.join(", "));
    println!("  access token      good for {}", duration(claims.valid_for_s()));
    match stored.ends_at.and_then(|it| u64::try_from(it).ok()) {
        Some(ends_at) => {
            let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(ends_at));
            let left = access.refresh_expires_in_s.map(duration).unwrap_or_default();
            println!("  offline access    ends on {date} (in {left}) if it is not used again before");
        }
        None => println!("  offline access    has no end of its own"),
    }
    Ok(())
}

fn lifetimes(access: &Access) -> String {
    let ends = access.refresh_expires_in_s.unwrap_or(0);
    format!("scope={} refresh_expires_in={ends}", access.scopes.join(" "))
}

fn duration(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// A line for scripts, out at once: a pipe would hold it back.
fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

fn open_browser(url: &str) {
    let opened = Command::new("xdg-open").arg(url).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if opened.is_err() {
        eprintln!("(There is no xdg-open here: please copy the address.)");
    }
}
