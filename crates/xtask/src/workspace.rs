//! Where things are: the workspace root, cargo's target directory and the packages, all as `cargo metadata` tells them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// Off by default for those who depend on a crate, but built, linted and tested here.
pub const OPTIONAL_FEATURES: &str = "perennial-client/actix";

/// What runs in browsers, as wasm; not among the workspace's default members.
pub const CONSOLES: [&str; 2] = ["web-admin", "web-account"];

/// The part of `cargo metadata --no-deps` that the tasks need.
#[derive(Debug, Deserialize)]
pub struct Workspace {
    pub workspace_root: PathBuf,
    /// Follows `CARGO_TARGET_DIR`.
    pub target_directory: PathBuf,
    pub packages: Vec<Package>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Package {
    pub name: String,
    pub manifest_path: PathBuf,
    pub dependencies: Vec<Dependency>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Dependency {
    pub name: String,
    /// Absent for a normal dependency, else `dev` or `build`.
    pub kind: Option<String>,
}

impl Workspace {
    pub fn load() -> Result<Self> {
        // Of the checkout that cargo runs this for: another one with the same target directory may have compiled it.
        let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(here)
            .output()
            .context("cannot run cargo")?;
        if !output.status.success() {
            bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_slice(&output.stdout).context("cargo metadata answered something else than expected")
    }

    /// A cargo command in the workspace root, by the same toolchain that runs this task.
    pub fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = Command::new(cargo());
        command.args(arguments).current_dir(&self.workspace_root);
        command
    }

    /// The bundles: `admin/`, `account/` and `pages/`.
    pub fn web_directory(&self) -> PathBuf {
        self.target_directory.join("web")
    }

    /// A target directory of its own, so that wasm and native builds do not wait for each other.
    pub fn wasm_target_directory(&self) -> PathBuf {
        self.target_directory.join("wasm-build")
    }

    pub fn console_test_directory(&self) -> PathBuf {
        self.target_directory.join("console-tests")
    }

    pub fn binary(&self, profile_directory: &str, name: &str) -> PathBuf {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        self.target_directory.join(profile_directory).join(file)
    }
}

/// Cargo names itself to what it runs; a directly started task falls back to the one on the PATH.
fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
