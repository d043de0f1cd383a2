//! The OpenID Provider: HTTP endpoints, configuration, background jobs, command line.

pub mod assets;
pub mod audit_log;
pub mod cli;
pub mod client_address;
pub mod config;
pub mod config_file;
pub mod config_sources;
pub mod config_values;
pub mod dry_runs;
pub mod endpoints;
pub mod health;
pub mod http;
pub mod jobs;
pub mod logging;
pub mod metrics;
pub mod openapi;
pub mod outbound;
pub mod outbox;
pub mod routes;
pub mod routing;
pub mod security_headers;
pub mod serve;
pub mod state;
pub mod tls;
pub mod upstream_keys;
