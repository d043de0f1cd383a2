//! For tests: the real server as a process over a database of its own, and the people and programs that talk to it:
//! a form-filling browser without scripts, clients, an independent relying party, admins, consoles and Chromium.
//! They speak HTTP; only what lies on the disk (the audit log, a copy of the data) is read there. Nothing reaches into the server.

pub mod accessibility;
pub mod admin;
pub mod aiosmtpd;
pub mod answer;
pub mod authorize;
pub mod backup;
pub mod browser;
pub mod certificate;
pub mod chromium;
pub mod client;
pub mod console;
pub mod database;
pub mod demo;
pub mod device;
pub mod dpop;
pub mod listener;
mod macros;
pub mod mail_server;
pub mod page;
pub mod port;
pub mod postgres;
pub mod process;
pub mod relying_party;
pub mod server;
pub mod small_disk;
pub mod token;
pub mod witnesses;

pub use admin::Admin;
pub use aiosmtpd::Aiosmtpd;
pub use answer::Answer;
pub use authorize::{AuthorizationRequest, Choice};
pub use browser::{Browser, Redirect, Visit};
pub use certificate::OwnCertificate;
pub use chromium::Chromium;
pub use client::Client;
pub use console::Console;
pub use database::{Backend, TestDatabase};
pub use dpop::{DpopKey, Prover};
pub use listener::Listener;
pub use mail_server::MailServer;
pub use page::Page;
pub use postgres::PostgresDatabase;
pub use relying_party::RelyingParty;
pub use server::TestServer;
