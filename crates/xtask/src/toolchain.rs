//! The wasm target of the pinned toolchain. Never installs or upgrades a toolchain.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::workspace::Workspace;

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Adds the wasm target when its standard library is missing. Looking first gives a clear answer where rustup does not
/// install targets by itself: there, a build fails late with E0463.
pub fn ensure_wasm_target(workspace: &Workspace) -> Result<()> {
    let directory = command::output(
        Command::new("rustc")
            .args(["--print", "target-libdir", "--target", WASM_TARGET])
            .current_dir(&workspace.workspace_root),
    )?;
    if Path::new(directory.trim()).is_dir() {
        return Ok(());
    }
    // Cargo's proxy has put the pinned toolchain into RUSTUP_TOOLCHAIN; started in the root, rustup finds it without too.
    command::run(Command::new("rustup").args(["target", "add", WASM_TARGET]).current_dir(&workspace.workspace_root))
        .with_context(|| format!("the standard library for {WASM_TARGET} is missing and could not be added"))
}
