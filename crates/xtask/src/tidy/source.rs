//! The source files below the crates and the consoles, prepared for the rules.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::lexer;
use crate::workspace::Workspace;

const FOLDERS: [&str; 3] = ["crates", "web-admin", "web-account"];

/// One `.rs` file.
pub struct SourceFile {
    /// Below the workspace root, with `/` between the parts.
    pub path: String,
    pub text: String,
    /// Without comments and without what strings hold.
    pub code: String,
    pub comments: String,
    /// `code` without test modules; empty for a file of tests.
    pub production: String,
}

impl SourceFile {
    pub fn new(path: &str, text: &str) -> Self {
        let halves = lexer::split(text);
        let production = if is_test_path(path) { String::new() } else { without_tests(&halves.code) };
        Self { path: path.to_owned(), text: text.to_owned(), code: halves.code, comments: halves.comments, production }
    }

    pub fn is_below(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }
}

pub fn collect(workspace: &Workspace) -> Result<Vec<SourceFile>> {
    let root = &workspace.workspace_root;
    let mut paths = Vec::new();
    for folder in FOLDERS {
        walk(&root.join(folder), &mut paths)?;
    }
    paths.sort();
    paths.iter().map(|path| read(root, path)).collect()
}

fn read(root: &Path, path: &Path) -> Result<SourceFile> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    Ok(SourceFile::new(&parts.join("/"), &text))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            walk(&path, found)?;
        } else if path.is_file() && name.ends_with(".rs") {
            found.push(path);
        }
    }
    Ok(())
}

/// Files that only tests are made of: integration tests, `tests.rs`, and the whole testkit.
fn is_test_path(path: &str) -> bool {
    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs");
    path.starts_with("crates/testkit/")
        || path.split('/').any(|part| part == "tests")
        || stem == "tests"
        || stem.ends_with("_tests")
}

/// Blanks every item behind `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut rest = code;
    let mut kept = String::new();
    while let Some(start) = rest.find(MARK) {
        kept.push_str(&rest[..start]);
        let item = &rest[start + MARK.len()..];
        let end = item_length(item);
        kept.extend(item[..end].chars().filter(|&character| character == '\n'));
        rest = &item[end..];
    }
    kept.push_str(rest);
    kept
}

/// Up to the `;` of a declaration or the brace that closes the item. Strings are blank, so braces balance.
fn item_length(item: &str) -> usize {
    let mut depth = 0_usize;
    for (at, character) in item.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_modules_are_no_production_code() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { c(\"}\"); }\n}\nfn d() {}\n";
        let file = SourceFile::new("crates/domain/src/x.rs", text);
        assert!(file.production.contains("fn a") && file.production.contains("fn d"));
        assert!(!file.production.contains("fn b"));
        assert_eq!(file.production.lines().count(), text.lines().count());
    }

    #[test]
    fn a_declared_test_module_hides_nothing_after_it() {
        let file = SourceFile::new("crates/domain/src/x.rs", "#[cfg(test)]\nmod tests;\nfn a() {}\n");
        assert!(file.production.contains("fn a"));
    }

    #[test]
    fn files_of_tests_are_no_production_code() {
        for path in ["crates/server/tests/a.rs", "crates/domain/src/policy/tests.rs", "crates/testkit/src/lib.rs"] {
            assert!(SourceFile::new(path, "fn a() {}").production.is_empty(), "{path}");
        }
        assert!(!SourceFile::new("crates/xtask/src/test.rs", "fn a() {}").production.is_empty());
    }
}
