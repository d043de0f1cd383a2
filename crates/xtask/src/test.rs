//! `test`: makes sure of everything that the tests start, then runs all of them and counts.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::host::{self, Programs};
use crate::witnesses::{self, Witnesses};
use crate::workspace::{CONSOLES, OPTIONAL_FEATURES, Workspace};
use crate::{build, command, tidy, web};

pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let programs = host::programs()?;
    let witnesses = witnesses::make(workspace)?;
    web::run_all(workspace, false)?;
    let server = build::debug_server(workspace)?;
    // A broken house rule must not hide a broken test.
    let tidied = tidy::run(workspace);
    let mut tally = Tally { succeeded: true, ..Tally::default() };
    // Options name targets of the server's crates.
    if !arguments.iter().any(|argument| argument.starts_with('-')) {
        run_tests(&mut tests_of_consoles(workspace, arguments), &mut tally)?;
    }
    run_tests(&mut tests(workspace, &programs, &witnesses, &server, arguments), &mut tally)?;
    tally.report();
    if !tally.succeeded {
        bail!(if tally.failed > 0 { "tests failed" } else { "cargo could not run all tests, see above" });
    }
    tidied
}

fn tests(
    workspace: &Workspace,
    programs: &Programs,
    witnesses: &Witnesses,
    server: &Path,
    filter: &[String],
) -> Command {
    let mut cargo = workspace.cargo(["test", "--no-fail-fast", "--features", OPTIONAL_FEATURES]);
    cargo.args(filter).env("PERENNIAL_BIN", server).envs(programs.variables());
    cargo.envs(witnesses.variables());
    cargo
}

/// What the consoles decide without a browser, compiled for this machine, beside the server's crates with their other features.
fn tests_of_consoles(workspace: &Workspace, filter: &[String]) -> Command {
    let mut cargo = workspace.cargo(["test", "--no-fail-fast", "--target-dir"]);
    cargo.arg(workspace.console_test_directory());
    for console in CONSOLES {
        cargo.args(["--package", console]);
    }
    cargo.args(filter);
    cargo
}

/// What cargo reported, test binary by test binary.
#[derive(Debug, Default)]
struct Tally {
    results: Vec<String>,
    passed: u64,
    failed: u64,
    succeeded: bool,
}

impl Tally {
    /// Takes up a line like `test result: ok. 3 passed; 0 failed; 0 ignored; …`; other lines count nothing.
    fn read(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        let count = |unit: &str| -> u64 {
            counts.split([';', '.']).find_map(|part| part.trim().strip_suffix(unit)?.trim().parse().ok()).unwrap_or(0)
        };
        let (passed, failed) = (count("passed"), count("failed"));
        if passed + failed > 0 {
            self.results.push(line.to_owned());
        }
        self.passed += passed;
        self.failed += failed;
    }

    fn report(&self) {
        println!();
        for result in &self.results {
            println!("{result}");
        }
        println!("{} passed, {} failed", self.passed, self.failed);
    }
}

/// Runs the tests with their output passed through, and adds them up.
fn run_tests(cargo: &mut Command, tally: &mut Tally) -> Result<()> {
    let line = command::show(cargo);
    eprintln!("xtask: {line}");
    let mut child = cargo.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{line}`"))?;
    let output = child.stdout.take().context("the output of cargo is piped")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        tally.read(&line);
    }
    tally.succeeded &= child.wait()?.success();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_binaries_add_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
            "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            tally.read(line);
        }
        assert_eq!((tally.passed, tally.failed), (4, 2));
        assert_eq!(tally.results.len(), 2, "empty binaries are not worth a line");
    }
}
