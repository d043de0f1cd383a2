//! The development tasks: `cargo xtask <verb>`, one file a verb.
//!
//! Owns argument parsing and the exit code; what a verb does is in its own file.

mod bench;
mod build;
mod ci;
mod command;
mod host;
mod test;
mod tidy;
mod toolchain;
mod up;
mod web;
mod witnesses;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

const USAGE: &str = "\
cargo xtask <verb>

  up [--fast] [args…]     bundle the consoles, build the server, serve the demo realm; args go to `perennial serve`
  test [filter]           install or name what is missing, then check the house rules and run every test
  ci                      formatting, lints, house rules, wasm proofs, then `test`
  web [--fast] [console…] bundle the consoles (admin, account; both when none is named) and the pages' style sheet
  build                   the release binary with the consoles embedded
  witnesses               the client libraries that tests run against the server, from the package registries
  tidy                    the house rules only
  bench [args…]           release build, then perennial-bench with args

--fast bundles unoptimised consoles: quicker to build, many times larger.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((verb, rest)) = arguments.split_first() else {
        println!("{USAGE}");
        return Ok(());
    };
    if matches!(verb.as_str(), "help" | "--help" | "-h") {
        println!("{USAGE}");
        return Ok(());
    }
    let workspace = Workspace::load()?;
    match verb.as_str() {
        "up" => up::run(&workspace, rest),
        "test" => test::run(&workspace, rest),
        "ci" => without_arguments(rest).and_then(|()| ci::run(&workspace)),
        "web" => web::run(&workspace, rest),
        "build" => without_arguments(rest).and_then(|()| build::run(&workspace)),
        "witnesses" => without_arguments(rest).and_then(|()| witnesses::run(&workspace)),
        "tidy" => without_arguments(rest).and_then(|()| tidy::run(&workspace)),
        "bench" => bench::run(&workspace, rest),
        unknown => bail!("there is no verb `{unknown}`\n\n{USAGE}"),
    }
}

fn without_arguments(rest: &[String]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => bail!("this verb takes no argument, got `{extra}`"),
    }
}
