//! `tidy`: the house rules that no compiler checks, each a small function that says why it exists when it is broken.
//!
//! Owns the list of rules and the report; lengths of functions and numbers of parameters are clippy's, that none hides from it is ours.

mod lexer;
mod manifests;
mod migrations;
mod parameters;
mod refusals;
mod source;
mod text;
mod texts;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// One broken rule at one place.
#[derive(Debug, PartialEq, Eq)]
pub struct Violation {
    /// A path below the workspace root, with a line where there is one.
    pub place: String,
    pub message: String,
}

impl Violation {
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}

pub fn run(workspace: &Workspace) -> Result<()> {
    let files = source::collect(workspace)?;
    let mut violations = Vec::new();
    for file in &files {
        violations.extend(text::RULES.iter().flat_map(|rule| rule(file)));
        violations.extend(parameters::tuple_patterns(file));
        violations.extend(refusals::untranslated(file));
        if let Some(warning) = text::long_file(file) {
            println!("tidy: {}: {}", warning.place, warning.message);
        }
    }
    violations.extend(texts::check(&files));
    for package in manifests::read(workspace)? {
        violations.extend(manifests::RULES.iter().flat_map(|rule| rule(&package)));
    }
    violations.extend(migrations::twins(&workspace.workspace_root.join("migrations"))?);
    for violation in &violations {
        println!("tidy: {}: {}", violation.place, violation.message);
    }
    if !violations.is_empty() {
        bail!("{} house rules are broken", violations.len());
    }
    println!("tidy: {} source files follow the house rules", files.len());
    Ok(())
}
