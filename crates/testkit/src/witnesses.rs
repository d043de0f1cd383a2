//! Other people's client libraries and tools, run against the server: from the one Python environment and the one
//! `node_modules` that `cargo xtask witnesses` makes of the pins in `witnesses/`.

use crate::server::target_directory;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// For the whole of a script, on a busy machine.
const LIMIT: Duration = Duration::from_secs(1_800);

/// The interpreter whose environment has the Python packages.
pub fn python() -> PathBuf {
    found("PERENNIAL_PYTHON", target_directory().join("witnesses/python/bin/python"))
}

/// Where a script finds `node_modules`.
pub fn node_directory() -> PathBuf {
    found("PERENNIAL_NODE_DIRECTORY", target_directory().join("witnesses/node"))
}

/// Runs a Python script with these variables to its end; it must succeed. What it printed.
pub async fn run_python(script: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(python());
    // Some leave files where they are started.
    command.arg("-").current_dir(std::env::temp_dir()).envs(variables.iter().copied());
    succeed(command, script).await
}

/// Runs an ECMAScript module with these variables to its end; it must succeed. What it printed.
pub async fn run_node(script: &str, variables: &[(&str, &str)]) -> String {
    let node = std::env::var_os("PERENNIAL_NODE").map_or_else(|| PathBuf::from("node"), PathBuf::from);
    let mut command = Command::new(node);
    // A module from the standard input finds its packages from the working directory up.
    command.args(["--input-type=module", "-"]).current_dir(node_directory()).envs(variables.iter().copied());
    succeed(command, script).await
}

async fn succeed(mut command: Command, script: &str) -> String {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("the interpreter starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(script.as_bytes()).await.expect("the script is read");
    drop(input);
    let ended = tokio::time::timeout(LIMIT, child.wait_with_output()).await.expect("the script ends in time");
    let Output { status, stdout, stderr } = ended.expect("the script's output");
    let text = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(status.success(), "the script failed ({status}):\n{text}");
    text
}

fn found(variable: &str, usual: PathBuf) -> PathBuf {
    let path = std::env::var_os(variable).map_or(usual, PathBuf::from);
    assert!(path.exists(), "{} is missing: run `cargo xtask witnesses`, or name it with {variable}", path.display());
    path
}
