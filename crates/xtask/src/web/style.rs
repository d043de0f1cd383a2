//! Style sheets: the kit's files in name order, then those of a console or of the server pages.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::assets::{self, Asset};
use super::console::Console;
use crate::workspace::Workspace;

const KIT: &str = "crates/ui/style";
const PAGES: &str = "crates/ui/style/pages";

pub fn of_console(workspace: &Workspace, console: &Console) -> Result<String> {
    let root = &workspace.workspace_root;
    concatenate(&[root.join(KIT), root.join(console.package).join("style")])
}

/// Writes `pages/pages-<hash>.css`, which the server links from its script-free pages.
pub fn write_pages(workspace: &Workspace, quality: i32) -> Result<()> {
    let root = &workspace.workspace_root;
    let sheet = concatenate(&[root.join(KIT), root.join(PAGES)])?;
    let asset = Asset::hashed("pages", ".css", sheet.into_bytes());
    let directory = workspace.web_directory().join("pages");
    assets::publish(&directory, &[asset], quality, || Ok(()))?;
    Ok(())
}

/// All `.css` files of the folders, folder by folder; a missing folder has none.
fn concatenate(folders: &[PathBuf]) -> Result<String> {
    let mut sheet = String::new();
    for folder in folders {
        for file in sheets_in(folder)? {
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            sheet.push_str(text.trim_end());
            sheet.push('\n');
        }
    }
    Ok(sheet)
}

fn sheets_in(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|extension| extension == "css") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_follow_one_another_by_folder_then_by_name() {
        let kit = tempfile::tempdir().unwrap();
        let own = tempfile::tempdir().unwrap();
        fs::write(kit.path().join("20-table.css"), "table{}\n\n").unwrap();
        fs::write(kit.path().join("10-tokens.css"), ":root{}").unwrap();
        fs::write(kit.path().join("notes.txt"), "not a sheet").unwrap();
        fs::write(own.path().join("00-own.css"), "main{}").unwrap();
        let folders = [kit.path().to_owned(), own.path().to_owned()];
        assert_eq!(concatenate(&folders).unwrap(), ":root{}\ntable{}\nmain{}\n");
    }

    #[test]
    fn a_missing_folder_has_no_sheets() {
        assert_eq!(concatenate(&[PathBuf::from("/nowhere/at/all")]).unwrap(), "");
    }
}
