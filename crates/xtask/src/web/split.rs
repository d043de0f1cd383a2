//! Cuts a console's wasm at the points that the console names, before wasm-bindgen sees it: what opens the console stays
//! in the main module, and each screen becomes files of its own that the browser fetches with the first visit.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use wasm_encoder::RawSection;
use wasm_split_cli_support::{Options, transform};
use wasmparser::Parser;

/// The module that fetches screens; wasm-bindgen's glue imports it by this name.
pub const LOADER: &str = "screens.js";
/// wasm-bindgen's glue, which the loader imports by this name.
pub const GLUE: &str = "app.js";

/// The specification's number of sections that mean nothing to execution (core specification, §5.5.3).
const CUSTOM_SECTION: u8 = 0;

/// What is left of a module that was cut.
pub struct Pieces {
    /// For wasm-bindgen. All of the module where there was nothing to cut, without the relocations that cutting needs.
    pub main: PathBuf,
    /// The loader and the pieces that it fetches, by file name; empty where there was nothing to cut.
    pub files: Vec<(String, Vec<u8>)>,
    /// For each screen the file names, without their suffix, that it needs beyond the main module.
    pub needs: HashMap<String, Vec<String>>,
}

/// Cuts `wasm` into `directory`, which must be empty or missing.
pub fn cut(wasm: &Path, directory: &Path) -> Result<Pieces> {
    let input = fs::read(wasm)?;
    let main = directory.join("main.wasm");
    let loader_path = format!("./{LOADER}");
    let glue_path = format!("./{GLUE}");
    let mut options = Options::new(&input);
    options.output_dir = directory;
    options.main_out_path = &main;
    options.link_name = &loader_path;
    options.main_module = &glue_path;
    let split = transform(options).map_err(|error| anyhow!("cannot cut {}: {error:#}", wasm.display()))?;
    if split.split_modules.is_empty() {
        return Ok(Pieces { main, files: Vec::new(), needs: HashMap::new() });
    }
    let mut files = vec![(LOADER.to_owned(), fs::read(directory.join(LOADER))?)];
    for module in &split.split_modules {
        let name = module.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((name, bare(&fs::read(module)?)?));
    }
    Ok(Pieces { main, files, needs: split.prefetch_map })
}

/// The module without names of functions and other notes, which make up half of it; wasm-bindgen drops them from the main
/// module.
fn bare(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Some((id, range)) = payload?.as_section()
            && id != CUSTOM_SECTION
        {
            let data = &wasm[range.start as usize..range.end as usize];
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_go_and_code_stays() {
        let mut module = wasm_encoder::Module::new();
        let mut types = wasm_encoder::TypeSection::new();
        types.ty().function([], []);
        module.section(&types);
        let bytes = module.clone().finish();
        module.section(&wasm_encoder::CustomSection { name: "name".into(), data: (&[1, 2, 3]).into() });
        assert_eq!(bare(&module.finish()).unwrap(), bytes);
    }

    #[test]
    fn what_is_no_wasm_is_an_error() {
        assert!(bare(b"<!DOCTYPE html>").is_err());
    }
}
