//! The server's configuration, resolved once at start from flags over environment over `perennial.toml` over defaults.
//! What goes together and what does not is decided here; how single values are written is in `config_values`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;

use crate::config_sources::{ConfigError, Setting, Sources};
use crate::config_values::{self as values, AddressBlock, DatabaseUrl, LogFormat, PasswordCostSetting, Secret};

macro_rules! settings {
    ($($name:ident = $key:literal $(, $secret:ident)?;)+) => {
        $(const $name: Setting = Setting { key: $key, has_flag: settings!(@flag $($secret)?) };)+
        /// Every setting there is.
        pub const SETTINGS: &[Setting] = &[$($name),+];
    };
    (@flag) => { true };
    (@flag secret) => { false };
}

settings! {
    LISTEN = "listen";
    BASE_URL = "base_url";
    DATABASE_URL = "database_url";
    DATABASE_POOL_SIZE = "database_pool_size";
    ADMIN_USERNAME = "admin_username";
    ADMIN_PASSWORD = "admin_password", secret;
    MASTER_KEY_FILE = "master_key_file";
    TLS_CERT = "tls_cert";
    TLS_KEY = "tls_key";
    SMTP_URL = "smtp_url", secret;
    SMTP_FROM = "smtp_from";
    LOG = "log";
    LOG_FORMAT = "log_format";
    TRUSTED_PROXIES = "trusted_proxies";
    PRIVATE_TARGETS = "private_targets";
    AUDIT_LOG = "audit_log";
    DEMO = "demo";
    TEST_CLOCK = "test_clock";
    PASSWORD_COST = "password_cost";
    WORKERS = "workers";
    WEB_DIR = "web_dir";
    RELAXED_ROTATION = "relaxed_rotation";
    STOP_PAUSE_S = "stop_pause_s";
    METRICS_LISTEN = "metrics_listen";
}

/// What the HTTP library tells about its own start is said better by ours.
const DEFAULT_LOG: &str = "info,actix_server=warn";

/// Everything that the server is told from outside. Printing it shows no secret.
#[derive(Clone, Debug)]
pub struct ServeConfig {
    pub listen: SocketAddr,
    /// An origin without a trailing slash. Settled by [`Self::bound_to`] where the system chose the port.
    pub base_url: String,
    base_url_is_default: bool,
    pub database_url: DatabaseUrl,
    /// 0: chosen by the number of cores.
    pub database_pool_size: u32,
    pub admin_username: String,
    /// Generated and shown once where it is absent.
    pub admin_password: Option<Secret>,
    pub master_key_file: PathBuf,
    pub tls: Option<TlsFiles>,
    pub smtp_url: Option<Secret>,
    /// Sender of mails of realms that have no mail server of their own.
    pub smtp_from: Option<Mailbox>,
    /// A filter as `tracing` understands it.
    pub log: String,
    pub log_format: LogFormat,
    pub trusted_proxies: Vec<AddressBlock>,
    private_targets: Option<bool>,
    pub audit_log: PathBuf,
    pub demo: bool,
    pub test_clock: bool,
    pub password_cost: PasswordCostSetting,
    /// 0: one per core.
    pub workers: u32,
    /// `None`: embedded in release builds, the target directory in debug builds.
    pub web_dir: Option<PathBuf>,
    /// On PostgreSQL, rotations commit asynchronously: one that a crash loses heals itself. Endings are durable either way.
    pub relaxed_rotation: bool,
    /// Between the first word of a stop, which is that of `/health/ready`, and the stop: a balancer's probes need that long to hear it.
    pub stop_pause: Duration,
    /// `None`: at `/metrics` of the address that everybody reaches.
    pub metrics_listen: Option<SocketAddr>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl ServeConfig {
    pub fn resolve(sources: &Sources) -> Result<Self, ConfigError> {
        sources.refuse_unknown(SETTINGS)?;
        let listen = sources.value(LISTEN, values::listen_address)?.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let tls = tls_files(sources)?;
        let database_url: DatabaseUrl = sources.value(DATABASE_URL, str::parse)?.map_or_else(default_database, Ok)?;
        let own_base_url = sources.value(BASE_URL, values::base_url)?;
        let audit_log = path(sources, AUDIT_LOG)?.unwrap_or_else(|| default_audit_log(&database_url));
        let config = Self {
            listen,
            base_url_is_default: own_base_url.is_none(),
            base_url: own_base_url.unwrap_or_else(|| default_base_url(listen, tls.is_some())),
            database_pool_size: sources.value(DATABASE_POOL_SIZE, values::small_number)?.unwrap_or(0),
            admin_username: sources.value(ADMIN_USERNAME, values::not_empty)?.unwrap_or_else(|| "admin".to_owned()),
            admin_password: sources.value(ADMIN_PASSWORD, values::not_empty)?.map(Secret::new),
            master_key_file: path(sources, MASTER_KEY_FILE)?.map_or_else(|| default_master_key_file(sources), Ok)?,
            tls,
            smtp_url: sources.value(SMTP_URL, values::smtp_url)?,
            smtp_from: sources.value(SMTP_FROM, values::mailbox)?,
            log: sources.value(LOG, crate::logging::filter)?.unwrap_or_else(|| DEFAULT_LOG.to_owned()),
            log_format: sources.value(LOG_FORMAT, str::parse)?.unwrap_or_default(),
            trusted_proxies: sources.value(TRUSTED_PROXIES, values::address_blocks)?.unwrap_or_default(),
            private_targets: sources.value(PRIVATE_TARGETS, values::switch)?,
            audit_log,
            demo: sources.value(DEMO, values::switch)?.unwrap_or(false),
            test_clock: sources.value(TEST_CLOCK, values::switch)?.unwrap_or(false),
            password_cost: sources.value(PASSWORD_COST, str::parse)?.unwrap_or_default(),
            workers: sources.value(WORKERS, values::small_number)?.unwrap_or(0),
            web_dir: path(sources, WEB_DIR)?,
            relaxed_rotation: sources.value(RELAXED_ROTATION, values::switch)?.unwrap_or(false),
            metrics_listen: sources.value(METRICS_LISTEN, values::listen_address)?,
            stop_pause: sources.value(STOP_PAUSE_S, values::pause_s)?.unwrap_or_default(),
            database_url,
        };
        config.check_combinations()?;
        Ok(config)
    }

    /// `listen` and `base_url` as they are once the system has chosen a port.
    #[must_use]
    pub fn bound_to(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        if self.base_url_is_default {
            self.base_url = default_base_url(address, self.tls.is_some());
        }
        self
    }

    /// Cookies are `Secure` and HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Whether what admins enter as a webhook or a realm's mail server may lie on this machine or in its network, and a webhook
    /// be plain http. Where nothing is set, it is so with a server that is for trying out.
    pub fn allows_private_targets(&self) -> bool {
        self.private_targets.unwrap_or(self.demo || self.test_clock)
    }

    fn check_combinations(&self) -> Result<(), ConfigError> {
        let refuse = |text: &str| Err(ConfigError::Combination(text.to_owned()));
        if !self.listen.ip().is_loopback() {
            if self.demo {
                return refuse(
                    "--demo (PERENNIAL_DEMO) opens accounts with known passwords: it needs a loopback address, such as --listen 127.0.0.1:8080",
                );
            }
            if self.test_clock {
                return refuse(
                    "--test-clock (PERENNIAL_TEST_CLOCK) lets anyone move the server's time: it needs a loopback address, such as --listen 127.0.0.1:8080",
                );
            }
            if self.base_url_is_default {
                return refuse(
                    "PERENNIAL_BASE_URL must say under which address people reach the server, such as https://id.example.com, since it does not listen on a loopback address",
                );
            }
        }
        if self.password_cost == PasswordCostSetting::Test && !self.test_clock {
            return refuse("PERENNIAL_PASSWORD_COST=test protects no password: it needs --test-clock");
        }
        Ok(())
    }
}

fn path(sources: &Sources, setting: Setting) -> Result<Option<PathBuf>, ConfigError> {
    Ok(sources.value(setting, values::not_empty)?.map(PathBuf::from))
}

fn tls_files(sources: &Sources) -> Result<Option<TlsFiles>, ConfigError> {
    match (path(sources, TLS_CERT)?, path(sources, TLS_KEY)?) {
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (None, None) => Ok(None),
        _ => Err(ConfigError::Combination(
            "PERENNIAL_TLS_CERT and PERENNIAL_TLS_KEY go together: set both, each to a PEM file".to_owned(),
        )),
    }
}

fn default_database() -> Result<DatabaseUrl, ConfigError> {
    "sqlite:data/perennial.db".parse().map_err(|accepted: &str| ConfigError::Combination(accepted.to_owned()))
}

/// People type `localhost`; a browser treats it as a secure context without a certificate.
fn default_base_url(listen: SocketAddr, has_tls: bool) -> String {
    let scheme = if has_tls { "https" } else { "http" };
    format!("{scheme}://localhost:{}", listen.port())
}

fn default_audit_log(database: &DatabaseUrl) -> PathBuf {
    let folder = database.sqlite_path().and_then(|file| Path::new(file).parent());
    folder.unwrap_or_else(|| Path::new("data")).join("audit.jsonl")
}

/// Outside of `./data`, so that a copy of the data does not carry the key that opens it.
fn default_master_key_file(sources: &Sources) -> Result<PathBuf, ConfigError> {
    let variable = |name: &str| sources.environment.get(name).filter(|text| !text.is_empty());
    let absolute = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = absolute.or_else(|| variable("HOME").map(|home| Path::new(home).join(".config")));
    folder.map(|folder| folder.join("perennial/master.key")).ok_or_else(|| {
        ConfigError::Combination(
            "PERENNIAL_MASTER_KEY_FILE must name a file, since there is no HOME to keep the master key in".to_owned(),
        )
    })
}

#[cfg(test)]
mod tests;
