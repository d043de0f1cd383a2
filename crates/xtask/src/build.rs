//! `build`: the release binary `perennial`, with the consoles embedded. Also the debug binary for `up` and `test`.

use std::path::PathBuf;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{command, web};

pub fn run(workspace: &Workspace) -> Result<()> {
    let binary = release_server(workspace)?;
    println!("{}", binary.display());
    Ok(())
}

pub fn release_server(workspace: &Workspace) -> Result<PathBuf> {
    web::run_all(workspace, false)?;
    command::run(
        workspace
            .cargo(["build", "--release", "--package", "perennial-server"])
            .env("PERENNIAL_WEB_DIR", workspace.web_directory()),
    )?;
    Ok(workspace.binary("release", "perennial"))
}

/// Reads the consoles from disk. Not narrowed to its package, so that it shares compiled dependencies with `cargo test`.
pub fn debug_server(workspace: &Workspace) -> Result<PathBuf> {
    command::run(&mut workspace.cargo(["build", "--bin", "perennial"]))?;
    Ok(workspace.binary("debug", "perennial"))
}
