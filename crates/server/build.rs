//! Tells the crate where the consoles' bundles lie, and in release builds writes a table that embeds them. A missing
//! bundle gives an empty table: checks and tests must not need one.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-env-changed=PERENNIAL_WEB_DIR");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let web = web_directory(&out);
    println!("cargo::rustc-env=PERENNIAL_DEFAULT_WEB_DIR={}", web.display());
    let mut files = Vec::new();
    if env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::rerun-if-changed={}", web.display());
        collect(&web, &mut files);
    }
    files.sort();
    let mut table = String::from("pub static FILES: &[(&str, &[u8])] = &[\n");
    for file in &files {
        let name = file.strip_prefix(&web).expect("collected below it").to_string_lossy().replace('\\', "/");
        writeln!(table, "    ({name:?}, include_bytes!({:?})),", file.display().to_string()).expect("a string grows");
    }
    table.push_str("];\n");
    fs::write(out.join("embedded_assets.rs"), table).expect("OUT_DIR is writable");
}

/// `PERENNIAL_WEB_DIR`, else `web` in the target directory, which is the folder above that cargo has tagged.
fn web_directory(out: &Path) -> PathBuf {
    if let Some(directory) = env::var_os("PERENNIAL_WEB_DIR").filter(|value| !value.is_empty()) {
        return PathBuf::from(directory);
    }
    let target = out.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    match target {
        Some(target) => target.join("web"),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/web"),
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
