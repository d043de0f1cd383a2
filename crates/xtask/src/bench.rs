//! `bench`: the load generator against the very binary that is shipped.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{build, command};

pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let server = build::release_server(workspace)?;
    command::run(&mut workspace.cargo(["build", "--release", "--package", "perennial-bench"]))?;
    command::run(
        Command::new(workspace.binary("release", "perennial-bench")).args(arguments).env("PERENNIAL_BIN", server),
    )
}
