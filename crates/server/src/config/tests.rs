//! What wins over what, which combinations are refused, and that no error or print tells a secret.

use std::collections::BTreeMap;

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Sources {
    let mut environment: BTreeMap<String, String> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    environment.entry("HOME".to_owned()).or_insert_with(|| "/home/op".to_owned());
    Sources { environment, file_name: "perennial.toml".to_owned(), ..Sources::default() }
}

fn resolve(pairs: &[(&str, &str)]) -> Result<ServeConfig, ConfigError> {
    ServeConfig::resolve(&environment(pairs))
}

fn refusal(pairs: &[(&str, &str)]) -> String {
    resolve(pairs).expect_err("must be refused").to_string()
}

#[test]
fn without_any_setting_the_documented_defaults_hold() {
    let config = resolve(&[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.base_url, "http://localhost:8080");
    assert_eq!(config.database_url.to_string(), "sqlite:data/perennial.db");
    assert_eq!(config.admin_username, "admin");
    assert_eq!(config.admin_password, None);
    assert_eq!(config.master_key_file, Path::new("/home/op/.config/perennial/master.key"));
    assert_eq!(config.audit_log, Path::new("data/audit.jsonl"));
    assert!(config.trusted_proxies.is_empty() && !config.demo && !config.test_clock);
}

#[test]
fn flags_win_over_the_environment_which_wins_over_the_file() {
    let mut sources = environment(&[("PERENNIAL_LISTEN", "127.0.0.1:2"), ("PERENNIAL_WORKERS", "2")]);
    sources.flags.insert("listen", "127.0.0.1:1".to_owned());
    for (key, value) in [("listen", "127.0.0.1:3"), ("workers", "3"), ("database_pool_size", "3")] {
        sources.file.insert(key.to_owned(), value.to_owned());
    }
    let config = ServeConfig::resolve(&sources).unwrap();
    assert_eq!(config.listen.port(), 1);
    assert_eq!(config.workers, 2);
    assert_eq!(config.database_pool_size, 3);
}

#[test]
fn an_empty_variable_counts_as_unset() {
    assert_eq!(resolve(&[("PERENNIAL_LISTEN", "")]).unwrap().listen.port(), 8080);
}

#[test]
fn a_misspelt_variable_is_refused_with_the_known_ones() {
    let error = refusal(&[("PERENNIAL_TRUSTED_PROXY", "10.0.0.0/8")]);
    assert!(error.starts_with("PERENNIAL_TRUSTED_PROXY is no setting"), "{error}");
    assert!(error.contains("PERENNIAL_TRUSTED_PROXIES") && !error.contains("10.0.0.0"), "{error}");
    assert!(resolve(&[("PERENNIAL_TRUSTED_PROXY", "")]).is_ok(), "an empty one sets nothing");
}

#[test]
fn variables_of_tools_and_of_what_runs_containers_are_let_be() {
    for name in [
        "PERENNIAL_BIN",
        "PERENNIAL_PG_BIN",
        "PERENNIAL_SERVICE_HOST",
        "PERENNIAL_PORT_8080_TCP",
        "PERENNIAL_PORT",
        "PERENNIAL_POSTGRESQL_SERVICE_HOST",
        "PERENNIAL_METRICS_PORT",
        "PERENNIAL_METRICS_PORT_9090_TCP_ADDR",
    ] {
        assert!(resolve(&[(name, "something")]).is_ok(), "{name}");
    }
}

#[test]
fn an_error_names_the_source_and_what_is_accepted_but_never_the_value() {
    let error = refusal(&[("PERENNIAL_DATABASE_URL", "mysql://root:hunter2@db/x")]);
    assert!(error.starts_with("PERENNIAL_DATABASE_URL must be `sqlite:PATH`"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
    let mut sources = environment(&[]);
    sources.flags.insert("listen", "nowhere".to_owned());
    let error = ServeConfig::resolve(&sources).unwrap_err().to_string();
    assert!(error.starts_with("--listen must be an address and a port"), "{error}");
    let mut sources = environment(&[]);
    sources.file.insert("log_format".to_owned(), "xml".to_owned());
    let error = ServeConfig::resolve(&sources).unwrap_err().to_string();
    assert!(
        error.contains("`log_format` in perennial.toml (PERENNIAL_LOG_FORMAT) must be `text` or `json`"),
        "{error}"
    );
}

#[test]
fn the_demo_and_the_test_clock_are_refused_off_loopback() {
    let public = ("PERENNIAL_LISTEN", "0.0.0.0:8080");
    let base = ("PERENNIAL_BASE_URL", "https://id.example.com");
    assert!(refusal(&[public, base, ("PERENNIAL_DEMO", "true")]).contains("--demo"));
    assert!(refusal(&[public, base, ("PERENNIAL_TEST_CLOCK", "true")]).contains("--test-clock"));
    assert!(resolve(&[public, base]).is_ok());
    assert!(resolve(&[("PERENNIAL_LISTEN", "[::1]:8080"), ("PERENNIAL_DEMO", "true")]).unwrap().demo);
}

#[test]
fn a_public_listener_must_know_its_own_address() {
    assert!(refusal(&[("PERENNIAL_LISTEN", "0.0.0.0:8080")]).contains("PERENNIAL_BASE_URL"));
}

#[test]
fn cheap_password_hashes_need_the_test_clock() {
    assert!(refusal(&[("PERENNIAL_PASSWORD_COST", "test")]).contains("--test-clock"));
    assert!(resolve(&[("PERENNIAL_PASSWORD_COST", "test"), ("PERENNIAL_TEST_CLOCK", "1")]).is_ok());
}

#[test]
fn a_certificate_needs_its_key() {
    assert!(refusal(&[("PERENNIAL_TLS_CERT", "cert.pem")]).contains("PERENNIAL_TLS_KEY"));
    let both = resolve(&[("PERENNIAL_TLS_CERT", "cert.pem"), ("PERENNIAL_TLS_KEY", "key.pem")]).unwrap();
    assert_eq!(both.base_url, "https://localhost:8080");
    assert!(both.is_https());
}

#[test]
fn the_audit_log_lies_beside_an_sqlite_database() {
    let beside = resolve(&[("PERENNIAL_DATABASE_URL", "sqlite:/var/lib/perennial/p.db")]).unwrap();
    assert_eq!(beside.audit_log, Path::new("/var/lib/perennial/audit.jsonl"));
    let elsewhere = resolve(&[("PERENNIAL_DATABASE_URL", "postgres://db/p")]).unwrap();
    assert_eq!(elsewhere.audit_log, Path::new("data/audit.jsonl"));
}

#[test]
fn the_master_key_follows_the_desktop_rules_and_never_lies_in_the_data() {
    let config = resolve(&[("XDG_CONFIG_HOME", "/etc/xdg")]).unwrap();
    assert_eq!(config.master_key_file, Path::new("/etc/xdg/perennial/master.key"));
    let error = refusal(&[("HOME", "")]);
    assert!(error.contains("PERENNIAL_MASTER_KEY_FILE"), "{error}");
}

#[test]
fn a_port_chosen_by_the_system_settles_the_default_address_only() {
    let bound = "127.0.0.1:4567".parse().unwrap();
    let own = resolve(&[("PERENNIAL_LISTEN", "127.0.0.1:0")]).unwrap().bound_to(bound);
    assert_eq!(own.base_url, "http://localhost:4567");
    let told = [("PERENNIAL_LISTEN", "127.0.0.1:0"), ("PERENNIAL_BASE_URL", "https://id.example.com")];
    assert_eq!(resolve(&told).unwrap().bound_to(bound).base_url, "https://id.example.com");
}

#[test]
fn printing_the_configuration_tells_no_secret() {
    let config = resolve(&[
        ("PERENNIAL_ADMIN_PASSWORD", "hunter2"),
        ("PERENNIAL_SMTP_URL", "smtp://u:hunter2@mail.example"),
        ("PERENNIAL_DATABASE_URL", "postgres://app:hunter2@db/p"),
    ])
    .unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}
