//! The behaviour over HTTP, sentence by sentence, on SQLite and on PostgreSQL: each test starts the real binary with the
//! demo realm on an empty database. The modules follow the design's sections.

mod account;
mod admin;
mod asking;
mod attacks;
mod authorize_input;
mod client_auth;
mod code_input;
mod console;
mod cors;
mod disabled;
mod discovery;
mod forms;
mod grants;
mod introspection;
mod lifetimes;
mod limits;
mod logout;
mod main_job;
mod operation;
mod races;
mod refresh;
mod revocation;
mod rotation;
mod support;
mod tokens;
mod userinfo;
