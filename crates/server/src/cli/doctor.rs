//! `perennial doctor`: looks at what a start needs and at what would fail later (mail, clocks), and says what to do. It changes nothing
//! in the database and leaves no file behind. Ends with a failure where a start would fail.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::{AsyncSmtpTransport, Tokio1Executor};
use perennial_storage::{Store, StoreOptions};

use super::flags::SettingFlags;
use crate::assets::Assets;
use crate::config::ServeConfig;
use crate::{serve, tls};

type Transport = AsyncSmtpTransport<Tokio1Executor>;

const MAIL_TIMEOUT: Duration = Duration::from_secs(10);
/// Seconds.
const MOST_APART_S: i64 = 5;

/// What was found, printed as it is found.
#[derive(Default)]
struct Findings {
    has_failed: bool,
}

impl Findings {
    fn good(&self, subject: &str, text: impl Display) {
        println!("ok    {subject}: {text}");
    }

    fn note(&self, subject: &str, text: impl Display) {
        println!("note  {subject}: {text}");
    }

    fn bad(&mut self, subject: &str, text: impl Display) {
        println!("FAIL  {subject}: {text}");
        self.has_failed = true;
    }
}

pub async fn run(flags: &SettingFlags) -> anyhow::Result<ExitCode> {
    let mut findings = Findings::default();
    match flags.resolve() {
        Ok(config) => {
            findings.good("configuration", format!("{} on {}", config.base_url, config.listen));
            look_at_listener(&mut findings, &config);
            look_at_files(&mut findings, &config);
            look_at_database(&mut findings, &config).await;
            look_at_mail(&findings, &config).await;
        }
        Err(error) => findings.bad("configuration", error),
    }
    Ok(if findings.has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn look_at_listener(findings: &mut Findings, config: &ServeConfig) {
    match serve::listener::bind(config.listen) {
        Ok(_) => findings.good("address", format!("{} is free", config.listen)),
        // Where the server runs already, that is as it should be.
        Err(error) => findings.note("address", error),
    }
    match config.metrics_listen.map(|address| (address, serve::listener::bind_figures(address))) {
        Some((address, Ok(_))) => findings.good("figures", format!("{address} is free")),
        Some((_, Err(error))) => findings.note("figures", error),
        None => {}
    }
    if let Some(files) = &config.tls {
        match tls::server_config(files) {
            Ok(_) => findings.good("tls", files.certificate.display()),
            Err(error) => findings.bad("tls", error),
        }
    } else if config.is_https() && config.trusted_proxies.is_empty() {
        findings.note(
            "proxy",
            "the address is https, but there is no certificate: where a proxy speaks TLS, name it in PERENNIAL_TRUSTED_PROXIES, or every session shows the proxy's address",
        );
    }
}

fn look_at_files(findings: &mut Findings, config: &ServeConfig) {
    for name in Assets::open(config.web_dir.clone()).missing() {
        findings.note("consoles", format!("the bundle `{name}` is missing: run `cargo xtask web`"));
    }
    let place = config.audit_log.display();
    match can_add_to(&config.audit_log) {
        Ok(true) => findings.good("audit log", place),
        Ok(false) => findings.note("audit log", format!("{place} will be created")),
        Err(error) => findings.bad("audit log", format!("{place} cannot be written: {error}")),
    }
}

/// Whether the file is there; an error where a start could neither write nor make it.
fn can_add_to(file: &Path) -> io::Result<bool> {
    match OpenOptions::new().append(true).open(file) {
        Ok(_) => return Ok(true),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Err(_) => {}
    }
    let mut folders = file.ancestors().skip(1).map(|folder| match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    });
    let Some(folder) = folders.find(|folder| folder.exists()) else { return Ok(false) };
    // Nothing but trying tells whether this user may.
    let probe = folder.join(format!(".perennial-doctor-{}", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&probe)?;
    std::fs::remove_file(&probe)?;
    Ok(false)
}

/// Tokens that one machine issues and another checks live by both clocks.
async fn look_at_clock(findings: &Findings, store: &Store) {
    let Ok(theirs) = store.read(|tx| tx.now()).await else { return };
    let own = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let apart_s = (i64::try_from(own.as_millis()).unwrap_or(i64::MAX) - theirs.as_ms()).abs() / 1_000;
    if apart_s > MOST_APART_S {
        let text = format!("this machine's and the database's are {apart_s} s apart: let both follow a time server");
        findings.note("clock", text);
    }
}

async fn look_at_mail(findings: &Findings, config: &ServeConfig) {
    let Some(url) = &config.smtp_url else { return };
    let connected = async {
        let transport: Transport = Transport::from_url(url.expose())?.build();
        transport.test_connection().await
    };
    match tokio::time::timeout(MAIL_TIMEOUT, connected).await {
        Ok(Ok(true)) => findings.good("mail", "the mail server answers"),
        Ok(Ok(false)) => findings.note("mail", "the mail server does not answer as one: mails wait"),
        Ok(Err(error)) => findings.note("mail", format!("the mail server cannot be reached, mails wait: {error}")),
        Err(_) => findings.note("mail", "the mail server does not answer: mails wait"),
    }
}

async fn look_at_database(findings: &mut Findings, config: &ServeConfig) {
    if let Some(file) = config.database_url.sqlite_path()
        && !Path::new(file).exists()
    {
        findings.note("database", format!("{} is not there yet; the first start creates it", config.database_url));
        return;
    }
    let mut options = StoreOptions::new(config.database_url.expose());
    options.pool_size = 1;
    options.read_only = true;
    let store = match Store::open(options).await {
        Ok(store) => store,
        Err(error) => return findings.bad("database", error),
    };
    match store.ping().await {
        Ok(()) => {
            findings.good("database", &config.database_url);
            look_at_clock(findings, &store).await;
        }
        Err(error) => findings.bad("database", error.private_reason()),
    }
    if let Err(error) = store.check_schema().await {
        findings.bad("schema", error);
    }
    match serve::master_key::inspect(&store, &config.master_key_file).await {
        Ok(true) => findings.good("master key", config.master_key_file.display()),
        Ok(false) => findings.note("master key", format!("{} will be created", config.master_key_file.display())),
        Err(error) => findings.bad(
            "master key",
            format!("{error:#}; where the database was never migrated, `perennial migrate` or the first start does it"),
        ),
    }
    store.shutdown().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_log_is_tried_where_it_would_be_written_and_nothing_is_left_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("audit.jsonl");
        assert!(!can_add_to(&file).unwrap());
        assert!(!can_add_to(&folder.path().join("new/audit.jsonl")).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        std::fs::write(&file, "").unwrap();
        assert!(can_add_to(&file).unwrap());
        assert!(can_add_to(folder.path()).is_err(), "a folder is no file");
        assert!(can_add_to(&file.join("below-a-file")).is_err());
    }
}
