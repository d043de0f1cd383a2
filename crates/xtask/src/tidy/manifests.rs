//! Rules about one package's manifest: who may import whom, inherited lints, and versions in one place.

use std::fs;

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::Violation;
use crate::workspace::{Dependency, Workspace};

/// Every rule of this file; each answers with what it found.
pub const RULES: [fn(&Manifest) -> Vec<Violation>; 4] =
    [layers, database_library, inherited_lints, versions_in_one_place];

/// One package: what cargo says about it and what its manifest holds.
pub struct Manifest {
    pub package: String,
    pub dependencies: Vec<Dependency>,
    pub table: Table,
}

/// Which of our crates each crate may import. What is not listed is forbidden.
const LAYERS: [(&str, &[&str]); 14] = [
    ("perennial-protocol", &[]),
    ("perennial-api", &["protocol"]),
    ("perennial-domain", &["protocol"]),
    ("perennial-crypto", &["domain", "protocol"]),
    ("perennial-storage", &["domain", "protocol"]),
    ("perennial-flows", &["domain", "protocol", "crypto", "storage"]),
    ("perennial-ui", &["protocol", "api"]),
    ("perennial-server", &["protocol", "api", "domain", "crypto", "storage", "flows", "ui"]),
    ("perennial-client", &[]),
    ("perennial-testkit", &["protocol", "api", "domain", "crypto", "storage", "flows", "server", "client"]),
    ("perennial-bench", &["protocol", "api", "domain", "crypto", "storage", "flows", "server", "client", "testkit"]),
    ("xtask", &["api"]),
    ("web-admin", &["api", "protocol", "ui"]),
    ("web-account", &["api", "protocol", "ui"]),
];

/// What tests may import beyond their crate's layer.
const FOR_TESTS: [&str; 4] = ["testkit", "bench", "client", "api"];

pub fn read(workspace: &Workspace) -> Result<Vec<Manifest>> {
    workspace
        .packages
        .iter()
        .map(|package| {
            let path = &package.manifest_path;
            let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            let table = text.parse().with_context(|| format!("{} is no TOML", path.display()))?;
            Ok(Manifest { package: package.name.clone(), dependencies: package.dependencies.clone(), table })
        })
        .collect()
}

fn layers(manifest: &Manifest) -> Vec<Violation> {
    let Some((_, allowed)) = LAYERS.iter().find(|(package, _)| *package == manifest.package) else {
        let message = "has no place among the layers: add it to the table in xtask's tidy/manifests.rs";
        return vec![Violation::new(&manifest.package, message)];
    };
    manifest
        .dependencies
        .iter()
        .filter(|dependency| !may_import(allowed, dependency))
        .map(|dependency| {
            let message = format!("may not depend on {}: the layers point one way only", dependency.name);
            Violation::new(&manifest.package, message)
        })
        .collect()
}

fn may_import(allowed: &[&str], dependency: &Dependency) -> bool {
    let is_ours = LAYERS.iter().any(|(package, _)| *package == dependency.name);
    let is_for_tests = dependency.kind.as_deref() == Some("dev");
    match dependency.name.strip_prefix("perennial-") {
        Some(layer) => allowed.contains(&layer) || (is_for_tests && FOR_TESTS.contains(&layer)),
        None => !is_ours,
    }
}

fn database_library(manifest: &Manifest) -> Vec<Violation> {
    if manifest.package == "perennial-storage" {
        return Vec::new();
    }
    manifest
        .dependencies
        .iter()
        .filter(|dependency| dependency.name == "diesel" || dependency.name.starts_with("diesel_"))
        .map(|dependency| {
            let message = format!("depends on {}: only storage knows the database library", dependency.name);
            Violation::new(&manifest.package, message)
        })
        .collect()
}

fn inherited_lints(manifest: &Manifest) -> Vec<Violation> {
    let inherits = manifest.table.get("lints").and_then(|lints| lints.get("workspace"));
    if inherits == Some(&Value::Boolean(true)) {
        return Vec::new();
    }
    let message = "lacks `[lints] workspace = true`: the same lints hold for every crate";
    vec![Violation::new(&manifest.package, message)]
}

fn versions_in_one_place(manifest: &Manifest) -> Vec<Violation> {
    dependency_tables(&manifest.table)
        .into_iter()
        .flatten()
        .filter(|(_, entry)| entry.get("workspace") != Some(&Value::Boolean(true)))
        .map(|(name, _)| {
            let message = format!("declares {name} by itself: versions stand in the workspace table, once each");
            Violation::new(&manifest.package, message)
        })
        .collect()
}

/// The dependency tables of the package and of its `[target.…]` sections.
fn dependency_tables(table: &Table) -> Vec<&Table> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = table.get("target").and_then(Value::as_table);
    let sections = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    std::iter::once(table)
        .chain(sections)
        .flat_map(|section| KINDS.iter().filter_map(|kind| section.get(*kind)))
        .filter_map(Value::as_table)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(package: &str, dependencies: &[(&str, Option<&str>)], toml: &str) -> Manifest {
        Manifest {
            package: package.to_owned(),
            dependencies: dependencies
                .iter()
                .map(|(name, kind)| Dependency { name: (*name).to_owned(), kind: kind.map(str::to_owned) })
                .collect(),
            table: toml.parse().unwrap(),
        }
    }

    #[test]
    fn a_lower_layer_may_not_import_a_higher_one() {
        let domain = |name| manifest("perennial-domain", &[(name, None)], "");
        assert_eq!(layers(&domain("perennial-storage")).len(), 1);
        assert_eq!(layers(&domain("perennial-protocol")), []);
        assert_eq!(layers(&domain("serde")), []);
    }

    #[test]
    fn nothing_imports_a_package_outside_the_layers() {
        assert_eq!(layers(&manifest("perennial-server", &[("web-admin", None)], "")).len(), 1);
        assert_eq!(layers(&manifest("perennial-server", &[("perennial-testkit", None)], "")).len(), 1);
    }

    #[test]
    fn tests_may_use_the_testkit() {
        assert_eq!(layers(&manifest("perennial-server", &[("perennial-testkit", Some("dev"))], "")), []);
        assert_eq!(layers(&manifest("perennial-domain", &[("perennial-server", Some("dev"))], "")).len(), 1);
    }

    #[test]
    fn a_package_that_is_not_listed_is_a_violation() {
        assert_eq!(layers(&manifest("perennial-extra", &[], "")).len(), 1);
    }

    #[test]
    fn diesel_is_a_dependency_of_storage_only() {
        let dependencies = [("diesel_migrations", None)];
        assert_eq!(database_library(&manifest("perennial-server", &dependencies, "")).len(), 1);
        assert_eq!(database_library(&manifest("perennial-storage", &dependencies, "")), []);
    }

    #[test]
    fn lints_are_inherited() {
        assert_eq!(inherited_lints(&manifest("xtask", &[], "[lints.clippy]\nall = \"allow\"")).len(), 1);
        assert_eq!(inherited_lints(&manifest("xtask", &[], "[lints]\nworkspace = true")), []);
    }

    #[test]
    fn a_version_stands_in_the_workspace_table() {
        let own = "[dependencies]\nserde = \"1\"\n[target.'cfg(unix)'.dev-dependencies]\nlibc = { version = \"0.2\" }";
        assert_eq!(versions_in_one_place(&manifest("xtask", &[], own)).len(), 2);
        let shared = "[dependencies]\nserde.workspace = true\ntoml = { workspace = true, features = [\"serde\"] }";
        assert_eq!(versions_in_one_place(&manifest("xtask", &[], shared)), []);
    }
}
