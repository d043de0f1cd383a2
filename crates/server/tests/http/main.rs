//! The behaviour over HTTP, sentence by sentence, on SQLite and on PostgreSQL: each test starts the real binary with the
//! demo realm on an empty database. The folders follow the sections of the behaviour: asking (§2), tokens (§3), lifetimes (§4),
//! refresh (§5), rotation (§6), endings (§7), events (§8).

mod account;
mod admin;
mod asking;
mod console;
mod endings;
mod events;
mod explain;
mod faults;
mod lifetimes;
mod main_job;
mod notices;
mod operation;
mod protocol;
mod refresh;
mod rotation;
mod support;
mod tokens;
mod witnesses;
