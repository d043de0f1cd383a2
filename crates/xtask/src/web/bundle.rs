//! One console's bundle: wasm-bindgen as a library, then hashed assets and the shell page that names them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use wasm_bindgen_cli_support::Bindgen;

use super::assets::{self, Asset};
use super::console::{self, Console, Names};
use super::family::Family;
use super::size::Size;
use super::split::{self, Pieces};
use crate::workspace::Workspace;

/// Everything that a bundle is made from.
pub struct Inputs {
    pub console: &'static Console,
    pub wasm: PathBuf,
    pub style: String,
    pub quality: i32,
}

/// The rules of bundling are an input as well: a changed rule makes a new bundle.
const RULES: [&[u8]; 5] = [
    include_bytes!("assets.rs"),
    include_bytes!("bundle.rs"),
    include_bytes!("console.rs"),
    include_bytes!("family.rs"),
    include_bytes!("split.rs"),
];

/// What is remembered of the last bundle.
#[derive(Serialize, Deserialize)]
struct Last {
    stamp: String,
    size: Size,
}

/// Writes the bundle unless its inputs are those of the last one.
pub fn write(workspace: &Workspace, inputs: &Inputs) -> Result<Size> {
    let directory = workspace.web_directory().join(inputs.console.name);
    let stamp_file = workspace.wasm_target_directory().join(format!("{}.stamp", inputs.console.name));
    let stamp = stamp(inputs)?;
    if let Some(size) = unchanged(&stamp_file, &stamp, &directory) {
        return Ok(size);
    }
    let size = publish(&directory, inputs, bind(workspace, inputs)?)?;
    assets::replace(&stamp_file, &serde_json::to_vec(&Last { stamp, size })?)?;
    Ok(size)
}

fn stamp(inputs: &Inputs) -> Result<String> {
    let wasm = fs::read(&inputs.wasm).with_context(|| format!("cannot read {}", inputs.wasm.display()))?;
    let quality = inputs.quality.to_le_bytes();
    let mut parts: Vec<&[u8]> = RULES.to_vec();
    parts.extend([wasm.as_slice(), inputs.style.as_bytes(), &quality]);
    Ok(assets::hash(&parts))
}

fn unchanged(stamp_file: &Path, stamp: &str, directory: &Path) -> Option<Size> {
    let last: Last = serde_json::from_slice(&fs::read(stamp_file).ok()?).ok()?;
    (last.stamp == stamp && directory.join("index.html").is_file()).then_some(last.size)
}

/// The name of the main module, as wasm-bindgen gives it.
const WASM: &str = "app_bg.wasm";

/// Cuts cargo's wasm, and makes of the main part the module that a browser loads and its JavaScript glue. Both join the
/// other pieces.
fn bind(workspace: &Workspace, inputs: &Inputs) -> Result<Pieces> {
    let scratch = workspace.wasm_target_directory().join(format!("{}.bindgen", inputs.console.name));
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    let mut pieces = split::cut(&inputs.wasm, &scratch.join("pieces"))?;
    Bindgen::new()
        .input_path(&pieces.main)
        .out_name("app")
        .web(true)?
        .typescript(false)
        // The other pieces import from the main one by the linker's names.
        .keep_lld_exports(!pieces.files.is_empty())
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
    for name in [split::GLUE, WASM] {
        pieces.files.push((name.to_owned(), fs::read(scratch.join(name))?));
    }
    fs::remove_dir_all(&scratch)?;
    Ok(pieces)
}

fn publish(directory: &Path, inputs: &Inputs, pieces: Pieces) -> Result<Size> {
    let family = Family::named(pieces.files)?;
    let (glue, wasm) = (family.name_of(split::GLUE)?.to_owned(), family.name_of(WASM)?.to_owned());
    let needs = pieces
        .needs
        .into_iter()
        .map(|(screen, names)| {
            let names = names.iter().map(|name| Ok(family.name_of(&format!("{name}.wasm"))?.to_owned()));
            Ok((screen, names.collect::<Result<_>>()?))
        })
        .collect::<Result<_>>()?;
    let style = Asset::hashed("app", ".css", inputs.style.clone().into_bytes());
    let boot = Asset::hashed("boot", ".js", console::boot(&glue, &wasm).into_bytes());
    let modules = [Some(glue), family.name_of(split::LOADER).ok().map(str::to_owned)].into_iter().flatten().collect();
    let names = Names { boot: boot.name.clone(), modules, wasm, style: style.name.clone() };
    let shell = console::shell(inputs.console, &names);
    let mut assets = family.assets;
    assets.extend([boot, style]);
    let sizes = assets::publish(&directory.join("assets"), &assets, inputs.quality, || {
        assets::replace(&directory.join("index.html"), shell.as_bytes())
    })?;
    Size::of(&sizes, &needs)
}
