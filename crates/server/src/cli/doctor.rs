//! `perennial doctor`: looks at everything that a start needs, changes nothing, and says what to do. Ends with a failure
//! where a start would fail.

use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

use perennial_storage::{Store, StoreOptions};

use super::flags::SettingFlags;
use crate::assets::Assets;
use crate::config::ServeConfig;
use crate::{serve, tls};

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
    let folder = config.audit_log.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match std::fs::metadata(folder) {
        Ok(metadata) if metadata.permissions().readonly() => {
            findings.bad("audit log", format!("{} cannot be written", folder.display()));
        }
        Ok(_) => findings.good("audit log", config.audit_log.display()),
        Err(_) => findings.note("audit log", format!("{} will be created", config.audit_log.display())),
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
    let store = match Store::open(options).await {
        Ok(store) => store,
        Err(error) => return findings.bad("database", error),
    };
    match store.ping().await {
        Ok(()) => findings.good("database", &config.database_url),
        Err(error) => findings.bad("database", error.private_reason()),
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
