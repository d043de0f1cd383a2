//! `bench`: release builds of the server and the load generator, then the load generator.

use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let packages = ["perennial-bench", "perennial-server"];
    let mut cargo = workspace.cargo(["build", "--release"]);
    for package in packages {
        cargo.args(["--package", package]);
    }
    let web_directory = workspace.web_directory();
    if web_directory.is_dir() {
        cargo.env("PERENNIAL_WEB_DIR", web_directory);
    }
    command::run(&mut cargo)?;
    command::run(
        Command::new(workspace.binary("release", "perennial-bench"))
            .args(arguments)
            .env("PERENNIAL_BIN", workspace.binary("release", "perennial")),
    )
}
