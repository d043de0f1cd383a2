//! The rule about migrations: both databases have the same ones, each with a way back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Violation;

const BACKENDS: [&str; 2] = ["sqlite", "postgres"];
const SCRIPTS: [&str; 2] = ["up.sql", "down.sql"];

pub fn twins(migrations: &Path) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    let mut every_version = BTreeSet::new();
    for backend in BACKENDS {
        every_version.extend(versions(&migrations.join(backend))?);
    }
    for version in every_version {
        for backend in BACKENDS {
            let folder = migrations.join(backend).join(&version);
            for script in SCRIPTS.iter().filter(|script| !folder.join(script).is_file()) {
                let place = format!("migrations/{backend}/{version}");
                let message = format!("lacks {script}: both databases move together, forwards and back");
                violations.push(Violation::new(place, message));
            }
        }
    }
    Ok(violations)
}

fn versions(folder: &Path) -> Result<BTreeSet<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut names = BTreeSet::new();
    for entry in entries {
        let entry = entry?;
        if entry.path().is_dir() {
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "select 1;").unwrap();
        }
        root
    }

    #[test]
    fn twins_with_a_way_back_are_clean() {
        let root = tree(&["sqlite/1/up.sql", "sqlite/1/down.sql", "postgres/1/up.sql", "postgres/1/down.sql"]);
        assert_eq!(twins(root.path()).unwrap(), []);
    }

    #[test]
    fn a_missing_twin_and_a_missing_way_back_are_found() {
        let root = tree(&["sqlite/1/up.sql", "sqlite/1/down.sql", "postgres/1/up.sql", "sqlite/2/up.sql"]);
        let places: Vec<String> = twins(root.path()).unwrap().into_iter().map(|found| found.place).collect();
        assert_eq!(
            places,
            ["migrations/postgres/1", "migrations/sqlite/2", "migrations/postgres/2", "migrations/postgres/2"]
        );
    }
}
