//! `witnesses`: other people's client libraries and tools that the tests run against the server: one Python environment and
//! one `node_modules`, pinned, made from the package registries once and kept in the target directory until a pin changes.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::host::Interpreters;
use crate::workspace::Workspace;

const PINS: &str = "crates/testkit/witnesses";
/// Holds the pins that a directory was made from; written last, so that a broken off installation is made anew.
const STAMP: &str = "made-from";

/// Where the tests find them.
pub struct Witnesses {
    python: PathBuf,
    node: PathBuf,
    node_directory: PathBuf,
}

impl Witnesses {
    /// For the environment of `cargo test`.
    pub fn variables(&self) -> [(&'static str, &Path); 3] {
        [
            ("PERENNIAL_PYTHON", &self.python),
            ("PERENNIAL_NODE", &self.node),
            ("PERENNIAL_NODE_DIRECTORY", &self.node_directory),
        ]
    }
}

/// The verb: makes them and says where they are, for tests that are started without this task.
pub fn run(workspace: &Workspace) -> Result<()> {
    for (name, path) in make(workspace)?.variables() {
        println!("{name}={}", path.display());
    }
    Ok(())
}

pub fn make(workspace: &Workspace) -> Result<Witnesses> {
    let interpreters = crate::host::interpreters()?;
    let pins = workspace.workspace_root.join(PINS);
    let home = workspace.target_directory.join("witnesses");
    let python = home.join("python");
    unless_made(&python, &[pins.join("requirements.txt")], || install_python(&interpreters, &pins, &python))?;
    let node_directory = home.join("node");
    let files = [pins.join("package.json"), pins.join("package-lock.json")];
    unless_made(&node_directory, &files, || install_node(&interpreters, &files, &node_directory))?;
    Ok(Witnesses { python: python.join("bin/python"), node: interpreters.node, node_directory })
}

fn install_python(interpreters: &Interpreters, pins: &Path, into: &Path) -> Result<()> {
    command::run(Command::new(&interpreters.python).args(["-m", "venv"]).arg(into))?;
    let mut pip = Command::new(into.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    command::run(pip.arg(pins.join("requirements.txt")))
}

fn install_node(interpreters: &Interpreters, files: &[PathBuf], into: &Path) -> Result<()> {
    fs::create_dir_all(into)?;
    for file in files {
        let name = file.file_name().context("a pin is a file")?;
        fs::copy(file, into.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    let mut npm = Command::new(&interpreters.npm);
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]);
    command::run(npm.current_dir(into))
}

/// Leaves a directory alone that was made from just these pins, by the interpreters of this machine.
fn unless_made(directory: &Path, pins: &[PathBuf], make: impl FnOnce() -> Result<()>) -> Result<()> {
    let mut wanted = OsString::from(directory).into_encoded_bytes();
    for pin in pins {
        wanted.extend(fs::read(pin).with_context(|| format!("cannot read {}", pin.display()))?);
    }
    let stamp = directory.join(STAMP);
    if fs::read(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(());
    }
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    make()?;
    fs::write(stamp, wanted)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_kept_until_a_pin_changes() {
        let scratch = tempfile::tempdir().expect("a temporary directory");
        let (directory, pin) = (scratch.path().join("made"), scratch.path().join("pin"));
        let mut times = 0;
        let mut make = |text: &str, fails: bool| {
            fs::write(&pin, text).expect("written");
            let made = unless_made(&directory, std::slice::from_ref(&pin), || {
                times += 1;
                fs::create_dir_all(&directory)?;
                anyhow::ensure!(!fails, "no network");
                Ok(())
            });
            (made.is_ok(), times)
        };
        assert_eq!(make("a==1", true), (false, 1));
        assert_eq!(make("a==1", false), (true, 2), "what broke off is made anew");
        assert_eq!(make("a==1", false), (true, 2));
        assert_eq!(make("a==2", false), (true, 3));
    }
}
