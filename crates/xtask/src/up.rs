//! `up`: from a fresh clone to a served demo realm.
//!
//! The server is built with the dev profile: a release build with link-time optimisation takes several times as long,
//! and what would feel slow without optimisation, password hashing and bundling, is optimised package by package in the
//! root manifest. The consoles are optimised, because unoptimised wasm is slow to load.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{build, command, web};

pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let fast = arguments.iter().any(|argument| argument == "--fast");
    web::run_all(workspace, fast)?;
    let mut server = Command::new(build::debug_server(workspace)?);
    server
        .args(["serve", "--demo"])
        .args(arguments.iter().filter(|argument| *argument != "--fast"))
        .env("PERENNIAL_WEB_DIR", workspace.web_directory());
    replace_process(&mut server)
}

/// Becomes the server, so that Ctrl-C and other signals reach it and nothing stands between.
#[cfg(unix)]
fn replace_process(server: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;

    let error = server.exec();
    Err(anyhow::Error::new(error).context(format!("cannot start `{}`", command::show(server))))
}

#[cfg(not(unix))]
fn replace_process(server: &mut Command) -> Result<()> {
    command::run(server)
}
