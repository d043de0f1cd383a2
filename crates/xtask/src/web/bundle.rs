//! One console's bundle: wasm-bindgen as a library, then hashed assets and the shell page that names them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use super::assets::{self, Asset};
use super::console::{self, Console, Names};
use crate::workspace::Workspace;

/// Everything that a bundle is made from.
pub struct Inputs {
    pub console: &'static Console,
    pub wasm: PathBuf,
    pub style: String,
    pub quality: i32,
}

/// The rules of bundling are an input as well: a changed rule makes a new bundle.
const RULES: [&[u8]; 3] = [include_bytes!("bundle.rs"), include_bytes!("console.rs"), include_bytes!("assets.rs")];

/// Writes the bundle unless its inputs are those of the last one. Returns its brotli size in bytes.
pub fn write(workspace: &Workspace, inputs: &Inputs) -> Result<u64> {
    let directory = workspace.web_directory().join(inputs.console.name);
    let stamp_file = workspace.wasm_target_directory().join(format!("{}.stamp", inputs.console.name));
    let stamp = stamp(inputs)?;
    if let Some(size) = unchanged(&stamp_file, &stamp, &directory) {
        return Ok(size);
    }
    let (glue, wasm) = bind(workspace, inputs)?;
    let size = publish(&directory, inputs, glue, wasm)?;
    assets::replace(&stamp_file, format!("{stamp} {size}").as_bytes())?;
    Ok(size)
}

fn stamp(inputs: &Inputs) -> Result<String> {
    let wasm = fs::read(&inputs.wasm).with_context(|| format!("cannot read {}", inputs.wasm.display()))?;
    let quality = inputs.quality.to_le_bytes();
    let mut parts: Vec<&[u8]> = RULES.to_vec();
    parts.extend([wasm.as_slice(), inputs.style.as_bytes(), &quality]);
    Ok(assets::hash(&parts))
}

fn unchanged(stamp_file: &Path, stamp: &str, directory: &Path) -> Option<u64> {
    let written = fs::read_to_string(stamp_file).ok()?;
    let (last, size) = written.split_once(' ')?;
    let same = last == stamp && directory.join("index.html").is_file();
    same.then(|| size.parse().ok()).flatten()
}

/// Splits cargo's wasm into the module that a browser loads and its JavaScript glue.
fn bind(workspace: &Workspace, inputs: &Inputs) -> Result<(Vec<u8>, Vec<u8>)> {
    let scratch = workspace.wasm_target_directory().join(format!("{}.bindgen", inputs.console.name));
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    Bindgen::new()
        .input_path(&inputs.wasm)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate(&scratch)
        .with_context(|| format!("wasm-bindgen failed for {}", inputs.console.package))?;
    ensure!(
        !scratch.join("snippets").exists(),
        "a dependency of {} brings JavaScript files of its own, which the bundle does not carry",
        inputs.console.package
    );
    let glue = fs::read(scratch.join("app.js"))?;
    let wasm = fs::read(scratch.join("app_bg.wasm"))?;
    fs::remove_dir_all(&scratch)?;
    Ok((glue, wasm))
}

fn publish(directory: &Path, inputs: &Inputs, glue: Vec<u8>, wasm: Vec<u8>) -> Result<u64> {
    let glue = Asset::hashed("app", ".js", glue);
    let wasm = Asset::hashed("app", "_bg.wasm", wasm);
    let style = Asset::hashed("app", ".css", inputs.style.clone().into_bytes());
    let boot = Asset::hashed("boot", ".js", console::boot(&glue.name, &wasm.name).into_bytes());
    let names =
        Names { boot: boot.name.clone(), glue: glue.name.clone(), wasm: wasm.name.clone(), style: style.name.clone() };
    let shell = console::shell(inputs.console, &names);
    assets::publish(&directory.join("assets"), &[boot, glue, wasm, style], inputs.quality, || {
        assets::replace(&directory.join("index.html"), shell.as_bytes())
    })
}
