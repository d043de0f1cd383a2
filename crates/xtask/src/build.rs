//! `build`: the release binary `perennial`, with the consoles embedded.

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{command, web};

pub fn run(workspace: &Workspace) -> Result<()> {
    web::run_all(workspace, false)?;
    command::run(
        workspace
            .cargo(["build", "--release", "--package", "perennial-server"])
            .env("PERENNIAL_WEB_DIR", workspace.web_directory()),
    )?;
    println!("{}", workspace.binary("release", "perennial").display());
    Ok(())
}
