//! What a browser loads before a console can be used, and what it loads for the screens: files as they travel, in brotli.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use perennial_testkit::server::web_directory;

use crate::table::Table;

pub fn run() -> Result<()> {
    let mut table =
        Table::new(&["console, kB in brotli", "wasm", "script", "style", "opens with (≤ 200)", "with every screen"]);
    for console in ["admin", "account"] {
        let folder = web_directory().join(console);
        let sizes = Sizes::of(&folder).with_context(|| format!("no {}: run `cargo xtask web`", folder.display()))?;
        let opening = sizes.wasm + sizes.script + sizes.style;
        let all = [sizes.wasm, sizes.script, sizes.style, opening, opening + sizes.later];
        table.row([console.to_owned()].into_iter().chain(all.map(kilobytes)));
    }
    table.print();
    Ok(())
}

/// In bytes: what the shell page names, by kind, and what comes with the screens.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sizes {
    wasm: u64,
    script: u64,
    style: u64,
    later: u64,
}

impl Sizes {
    fn of(folder: &Path) -> Result<Self> {
        let shell = fs::read_to_string(folder.join("index.html"))?;
        let mut sizes = Self::default();
        for entry in fs::read_dir(folder.join("assets"))? {
            let entry = entry?;
            sizes.add(&shell, &entry.file_name().to_string_lossy(), entry.metadata()?.len());
        }
        Ok(sizes)
    }

    fn add(&mut self, shell: &str, name: &str, bytes: u64) {
        let Some(name) = name.strip_suffix(".br") else { return };
        match name.rsplit('.').next() {
            _ if !shell.contains(name) => self.later += bytes,
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

    const FILES: [(&str, u64); 6] = [
        ("app.wasm", 900),
        ("app.wasm.br", 30),
        ("app.js.br", 5),
        ("boot.js.br", 1),
        ("app.css.br", 4),
        ("keys.wasm.br", 7),
    ];

    #[test]
    fn what_travels_in_brotli_is_counted_by_its_kind_and_by_when() {
        let shell = "/app.css /app.js /boot.js /app.wasm";
        let mut sizes = Sizes::default();
        for (name, bytes) in FILES {
            sizes.add(shell, name, bytes);
        }
        assert_eq!(sizes, Sizes { wasm: 30, script: 6, style: 4, later: 7 });
        assert_eq!(kilobytes(1_234), "1.2");
    }
}
