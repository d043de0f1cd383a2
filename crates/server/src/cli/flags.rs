//! The flags that settings have, on every verb, and how they meet the environment and the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::{SETTINGS, ServeConfig};
use crate::config_file;
use crate::config_sources::{ConfigError, Sources};

pub const AFTER_HELP: &str = "\
Every setting is also a variable of the environment (--base-url is PERENNIAL_BASE_URL) and a key of perennial.toml
(base_url); flags win over the environment, which wins over the file. Only there, never as a flag: the first admin's
password (PERENNIAL_ADMIN_PASSWORD) and the mail server (PERENNIAL_SMTP_URL).";

#[derive(Args, Debug, Default)]
pub struct SettingFlags {
    /// The settings' file [default: perennial.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Origin under which people reach the server [default on a loopback address: http://localhost:PORT, https with a certificate]
    #[arg(long, global = true, value_name = "URL")]
    base_url: Option<String>,
    /// sqlite:PATH or postgres://USER@HOST/DATABASE [default: sqlite:data/perennial.db]
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// Database connections; 0 chooses by the number of cores [default: 0]
    #[arg(long, global = true, value_name = "NUMBER")]
    database_pool_size: Option<String>,
    /// Name of the first admin, in the realm master [default: admin]
    #[arg(long, global = true, value_name = "NAME")]
    admin_username: Option<String>,
    /// Key that seals secrets in the database [default: ~/.config/perennial/master.key]
    #[arg(long, global = true, value_name = "FILE")]
    master_key_file: Option<String>,
    /// Certificate chain as PEM; with --tls-key the server speaks https
    #[arg(long, global = true, value_name = "FILE")]
    tls_cert: Option<String>,
    /// Private key as PEM
    #[arg(long, global = true, value_name = "FILE")]
    tls_key: Option<String>,
    /// Sender of mails [default: no-reply@ and the host of the base URL]
    #[arg(long, global = true, value_name = "ADDRESS")]
    smtp_from: Option<String>,
    /// error, warn, info, debug, trace, or a filter [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
    /// text or json [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
    /// Addresses or blocks whose X-Forwarded-For is believed, separated by commas [default: none]
    #[arg(long, global = true, value_name = "BLOCKS")]
    trusted_proxies: Option<String>,
    /// Let webhooks, logout notices and requests for keys go to http and to private addresses, mails of realms to mail servers
    /// there [default: only with --demo or --test-clock]
    #[arg(long, global = true)]
    private_targets: bool,
    /// File of the audit log [default: audit.jsonl beside an SQLite database, else in ./data]
    #[arg(long, global = true, value_name = "FILE")]
    audit_log: Option<String>,
    /// Threads that answer requests; 0: one per core [default: 0]
    #[arg(long, global = true, value_name = "NUMBER")]
    workers: Option<String>,
    /// Folder of the consoles' bundles, instead of the embedded ones
    #[arg(long, global = true, value_name = "FOLDER")]
    web_dir: Option<String>,
    /// On PostgreSQL, answer a refresh before its rotation is on disk: faster, and one lost in a crash heals itself
    #[arg(long, global = true)]
    relaxed_rotation: bool,
    /// Address and port of /metrics alone, in plain http [default: at /metrics of the other address]
    #[arg(long, global = true, value_name = "ADDRESS")]
    metrics_listen: Option<String>,
    /// Seconds between saying DOWN at /health/ready and stopping; a balancer hears of it meanwhile [default: 0]
    #[arg(long, global = true, value_name = "SECONDS")]
    stop_pause_s: Option<String>,
    /// Cost of password hashes: standard, or test beside --test-clock
    #[arg(long, global = true, value_name = "COST", hide = true)]
    password_cost: Option<String>,
    /// Add the realm demo with users and clients of known passwords; only on a loopback address
    #[arg(long, global = true)]
    demo: bool,
    /// Let POST /test/clock move the server's time; only on a loopback address
    #[arg(long, global = true)]
    test_clock: bool,
}

impl SettingFlags {
    /// The flags given, by the keys of their settings.
    pub fn texts(&self) -> BTreeMap<&'static str, String> {
        let switch = |on: bool| on.then(|| "true".to_owned());
        let flags = [
            ("listen", self.listen.clone()),
            ("base_url", self.base_url.clone()),
            ("database_url", self.database_url.clone()),
            ("database_pool_size", self.database_pool_size.clone()),
            ("admin_username", self.admin_username.clone()),
            ("master_key_file", self.master_key_file.clone()),
            ("tls_cert", self.tls_cert.clone()),
            ("tls_key", self.tls_key.clone()),
            ("smtp_from", self.smtp_from.clone()),
            ("log", self.log.clone()),
            ("log_format", self.log_format.clone()),
            ("trusted_proxies", self.trusted_proxies.clone()),
            ("private_targets", switch(self.private_targets)),
            ("audit_log", self.audit_log.clone()),
            ("workers", self.workers.clone()),
            ("web_dir", self.web_dir.clone()),
            ("relaxed_rotation", switch(self.relaxed_rotation)),
            ("metrics_listen", self.metrics_listen.clone()),
            ("stop_pause_s", self.stop_pause_s.clone()),
            ("password_cost", self.password_cost.clone()),
            ("demo", switch(self.demo)),
            ("test_clock", switch(self.test_clock)),
        ];
        flags.into_iter().filter_map(|(key, text)| Some((key, text?))).collect()
    }

    /// The configuration, from all sources.
    pub fn resolve(&self) -> Result<ServeConfig, ConfigError> {
        // What is no UTF-8 is no setting of ours.
        let environment: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let named = self.config.clone().or_else(|| environment.get("PERENNIAL_CONFIG").map(PathBuf::from));
        let path = named.clone().unwrap_or_else(|| Path::new(config_file::DEFAULT_NAME).to_owned());
        let file = config_file::read(&path, named.is_some(), SETTINGS)?;
        let sources = Sources { flags: self.texts(), environment, file, file_name: path.display().to_string() };
        ServeConfig::resolve(&sources)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_that_may_have_a_flag_has_one() {
        let text = || Some(String::new());
        let all = SettingFlags {
            config: None,
            listen: text(),
            base_url: text(),
            database_url: text(),
            database_pool_size: text(),
            admin_username: text(),
            master_key_file: text(),
            tls_cert: text(),
            tls_key: text(),
            smtp_from: text(),
            log: text(),
            log_format: text(),
            trusted_proxies: text(),
            private_targets: true,
            audit_log: text(),
            workers: text(),
            web_dir: text(),
            relaxed_rotation: true,
            metrics_listen: text(),
            stop_pause_s: text(),
            password_cost: text(),
            demo: true,
            test_clock: true,
        };
        let keys: Vec<&str> = all.texts().into_keys().collect();
        let mut expected: Vec<&str> =
            SETTINGS.iter().filter(|setting| setting.has_flag).map(|setting| setting.key).collect();
        expected.sort_unstable();
        assert_eq!(keys, expected);
    }
}
