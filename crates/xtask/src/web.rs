//! `web`: bundles the consoles and the server pages' style sheet below `<target>/web`.
//!
//! Cargo decides what has to be compiled; a stamp of the inputs decides what has to be bundled.

mod assets;
mod bundle;
mod console;
mod family;
mod size;
mod split;
mod style;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::command;
use crate::toolchain::{self, WASM_TARGET};
use crate::workspace::Workspace;
use console::{CONSOLES, Console};
use size::Size;

/// Brotli size of what a console opens with.
const BUDGET_BYTES: u64 = 200_000;

const RUSTFLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
/// Cutting a module needs to know what refers to what.
const RELOCATIONS: &str = "-Clink-args=--emit-relocs";
/// Read by Leptos: types of views end at each component, so that fewer copies of the rendering code are compiled.
/// Only bundles that ship get it, as it changes nothing but their size.
const SMALL_VIEWS: &str = "--cfg erase_components";

/// What `web` was asked for.
struct Request {
    fast: bool,
    consoles: Vec<&'static Console>,
}

pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let request = parse(arguments)?;
    toolchain::ensure_wasm_target(workspace)?;
    let quality = if request.fast { 5 } else { 11 };
    style::write_pages(workspace, quality)?;
    for (console, wasm) in compile(workspace, &request)? {
        let inputs = bundle::Inputs { console, wasm, style: style::of_console(workspace, console)?, quality };
        let size = bundle::write(workspace, &inputs)?;
        report(console, size, request.fast);
    }
    Ok(())
}

/// Bundles everything; the way in for the other verbs.
pub fn run_all(workspace: &Workspace, fast: bool) -> Result<()> {
    let arguments: &[String] = if fast { &["--fast".to_owned()] } else { &[] };
    run(workspace, arguments)
}

fn parse(arguments: &[String]) -> Result<Request> {
    let mut request = Request { fast: false, consoles: Vec::new() };
    for argument in arguments {
        if argument == "--fast" {
            request.fast = true;
            continue;
        }
        match CONSOLES.iter().find(|console| console.name == argument) {
            Some(console) => request.consoles.push(console),
            None => bail!("`web` knows --fast, admin and account, not `{argument}`"),
        }
    }
    if request.consoles.is_empty() {
        request.consoles = CONSOLES.iter().collect();
    }
    Ok(request)
}

/// One line of `--message-format=json`, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Compiles the consoles and returns each with its wasm file, as cargo names it.
fn compile(workspace: &Workspace, request: &Request) -> Result<Vec<(&'static Console, PathBuf)>> {
    let profile = if request.fast { "dev" } else { "wasm" };
    let mut cargo = workspace.cargo([
        "build",
        "--message-format=json-render-diagnostics",
        "--target",
        WASM_TARGET,
        "--profile",
        profile,
        "--target-dir",
    ]);
    cargo.arg(workspace.wasm_target_directory());
    let flags = if request.fast { RELOCATIONS.to_owned() } else { format!("{SMALL_VIEWS} {RELOCATIONS}") };
    cargo.env(RUSTFLAGS, flags);
    for console in &request.consoles {
        cargo.args(["--package", console.package]);
    }
    eprintln!("xtask: {}", command::show(&cargo));
    let printed = command::output(&mut cargo)?;
    request.consoles.iter().map(|console| Ok((*console, wasm_of(console, &printed)?))).collect()
}

fn wasm_of(console: &Console, messages: &str) -> Result<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        .filter(|message| message.reason == "compiler-artifact")
        .filter(|message| {
            message
                .target
                .as_ref()
                .is_some_and(|target| target.name == console.package && target.kind.iter().any(|kind| kind == "bin"))
        })
        .flat_map(|message| message.filenames)
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        .with_context(|| format!("{0} built no wasm binary: it needs {0}/src/main.rs", console.package))
}

fn report(console: &Console, size: Size, fast: bool) {
    let [frame, screen, whole] = [size.frame, size.screen, size.whole].map(|bytes| bytes as f64 / 1000.0);
    let verdict = match (fast, size.frame <= BUDGET_BYTES) {
        (true, _) => "unoptimised, no budget applies",
        (false, true) => "within the budget of 200 kB",
        (false, false) => "OVER the budget of 200 kB",
    };
    println!("{}: opens with {frame:.1} kB brotli, {verdict}", console.package);
    if size.screen > 0 {
        println!("{}: a screen adds up to {screen:.1} kB, all of them make {whole:.1} kB", console.package);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn no_console_named_means_all_of_them() {
        let request = parse(&words("--fast")).unwrap();
        assert!(request.fast);
        assert_eq!(request.consoles.len(), CONSOLES.len());
    }

    #[test]
    fn a_console_can_be_bundled_alone() {
        let request = parse(&words("account")).unwrap();
        assert_eq!(request.consoles[0].package, "web-account");
        assert_eq!(request.consoles.len(), 1);
    }

    #[test]
    fn an_unknown_console_is_refused() {
        assert!(parse(&words("portal")).is_err());
    }

    #[test]
    fn the_wasm_file_is_the_one_of_the_binary_target() {
        let messages = r#"
{"reason":"compiler-artifact","target":{"name":"web_admin","kind":["lib"]},"filenames":["/t/libweb_admin.rlib"]}
{"reason":"compiler-artifact","target":{"name":"web-admin","kind":["bin"]},"filenames":["/t/web_admin.wasm"]}
{"reason":"build-finished","success":true}"#;
        assert_eq!(wasm_of(&CONSOLES[0], messages).unwrap(), PathBuf::from("/t/web_admin.wasm"));
    }

    #[test]
    fn a_console_without_a_binary_is_an_error_that_says_what_is_missing() {
        let error = wasm_of(&CONSOLES[0], "").unwrap_err().to_string();
        assert!(error.contains("web-admin/src/main.rs"), "{error}");
    }
}
