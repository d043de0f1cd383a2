//! What a browser loads before a console can be used: the bundle's files as they travel, in brotli.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use perennial_testkit::server::web_directory;

use crate::table::Table;

pub fn run() -> Result<()> {
    let mut table = Table::new(&["console, kB in brotli", "wasm", "script", "style", "all (≤ 200)"]);
    for console in ["admin", "account"] {
        let assets = web_directory().join(console).join("assets");
        let sizes = Sizes::of(&assets).with_context(|| format!("no {}: run `cargo xtask web`", assets.display()))?;
        let all = [sizes.wasm, sizes.script, sizes.style, sizes.wasm + sizes.script + sizes.style];
        table.row([console.to_owned()].into_iter().chain(all.map(kilobytes)));
    }
    table.print();
    Ok(())
}

/// In bytes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sizes {
    wasm: u64,
    script: u64,
    style: u64,
}

impl Sizes {
    fn of(assets: &Path) -> Result<Self> {
        let mut sizes = Self::default();
        for entry in fs::read_dir(assets)? {
            let entry = entry?;
            sizes.add(&entry.file_name().to_string_lossy(), entry.metadata()?.len());
        }
        Ok(sizes)
    }

    fn add(&mut self, name: &str, bytes: u64) {
        let Some(name) = name.strip_suffix(".br") else { return };
        match name.rsplit('.').next() {
            Some("wasm") => self.wasm += bytes,
            Some("js") => self.script += bytes,
            Some("css") => self.style += bytes,
            _ => {}
        }
    }
}

fn kilobytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_travels_in_brotli_is_counted_by_its_kind() {
        let mut sizes = Sizes::default();
        for (name, bytes) in
            [("app.wasm", 900), ("app.wasm.br", 30), ("app.js.br", 5), ("boot.js.br", 1), ("app.css.br", 4)]
        {
            sizes.add(name, bytes);
        }
        assert_eq!(sizes, Sizes { wasm: 30, script: 6, style: 4 });
        assert_eq!(kilobytes(1_234), "1.2");
    }
}
