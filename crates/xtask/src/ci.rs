//! `ci`: everything that has to hold before a change is taken, cheapest first.

use anyhow::{Result, ensure};

use crate::toolchain::{self, WASM_TARGET};
use crate::workspace::{CONSOLES, OPTIONAL_FEATURES, Workspace};
use crate::{command, test, tidy};

/// Crates that both sides of the wire share.
const SHARED: [&str; 2] = ["perennial-api", "perennial-protocol"];

pub fn run(workspace: &Workspace) -> Result<()> {
    toolchain::ensure_wasm_target(workspace)?;
    command::run(&mut workspace.cargo(["fmt", "--all", "--check"]))?;
    tidy::run(workspace)?;
    lint(workspace)?;
    prove_that_the_wire_is_portable(workspace)?;
    test::run(workspace, &[])
}

/// Clippy of the native crates with their tests, and of the consoles as what they are: wasm.
fn lint(workspace: &Workspace) -> Result<()> {
    command::run(&mut workspace.cargo([
        "clippy",
        "--all-targets",
        "--features",
        OPTIONAL_FEATURES,
        "--",
        "-D",
        "warnings",
    ]))?;
    let mut consoles = workspace.cargo(["clippy", "--target", WASM_TARGET, "--target-dir"]);
    consoles.arg(workspace.wasm_target_directory());
    for console in CONSOLES {
        consoles.args(["--package", console]);
    }
    command::run(consoles.args(["--", "-D", "warnings"]))
}

/// The contract crates build to wasm, and the database library reaches neither them nor the consoles.
fn prove_that_the_wire_is_portable(workspace: &Workspace) -> Result<()> {
    for package in SHARED {
        let mut build = workspace.cargo(["build", "--package", package, "--target", WASM_TARGET, "--target-dir"]);
        command::run(build.arg(workspace.wasm_target_directory()))?;
    }
    for package in SHARED.iter().chain(&CONSOLES) {
        let tree = ["tree", "--prefix", "none", "--edges", "normal,build", "--target", "all", "--package", package];
        let printed = command::output(&mut workspace.cargo(tree))?;
        ensure!(
            !names_database_library(&printed),
            "{package} pulls in diesel: what is shared with the browser must not know the database"
        );
    }
    Ok(())
}

fn names_database_library(tree: &str) -> bool {
    tree.lines().any(|line| line.starts_with("diesel"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_library_is_found_wherever_it_hides() {
        assert!(names_database_library("perennial-api v0.1.0\nserde v1.0.0\ndiesel_derives v2.3.0 (proc-macro)\n"));
        assert!(!names_database_library("perennial-api v0.1.0\nserde v1.0.0\n"));
    }
}
