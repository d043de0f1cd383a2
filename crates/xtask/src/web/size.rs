//! What a console costs on the wire, in brotli bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// What the shell page asks for: the frame, before any screen.
    pub frame: u64,
    /// The most that a screen adds to it.
    pub screen: u64,
    /// Everything, for somebody who visits all screens.
    pub whole: u64,
}

impl Size {
    /// `files` are the compressed sizes by name, `needs` the names of what each screen is made of.
    pub fn of(files: &BTreeMap<String, u64>, needs: &HashMap<String, Vec<String>>) -> Result<Self> {
        let sum_of = |names: &Vec<String>| -> Result<u64> {
            names.iter().map(|name| files.get(name).copied().with_context(|| format!("{name} is missing"))).sum()
        };
        let later: BTreeSet<&String> = needs.values().flatten().collect();
        let mut screen = 0;
        for names in needs.values() {
            screen = screen.max(sum_of(names)?);
        }
        let frame = files.iter().filter(|(name, _)| !later.contains(name)).map(|(_, size)| size).sum();
        Ok(Size { frame, screen, whole: files.values().sum() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_costs_its_own_files_and_those_it_shares() {
        let files = [("app.js", 10), ("keys.wasm", 3), ("roles.wasm", 4), ("both.wasm", 2)];
        let files = files.map(|(name, size)| (name.to_owned(), size)).into_iter().collect();
        let needs = [("keys", ["keys.wasm", "both.wasm"]), ("roles", ["roles.wasm", "both.wasm"])];
        let needs = needs.map(|(screen, names)| (screen.to_owned(), names.map(str::to_owned).to_vec()));
        let size = Size::of(&files, &needs.into_iter().collect()).unwrap();
        assert_eq!(size, Size { frame: 10, screen: 6, whole: 19 });
    }

    #[test]
    fn a_console_of_one_piece_is_all_frame() {
        let files = [("app.js".to_owned(), 10)].into_iter().collect();
        assert_eq!(Size::of(&files, &HashMap::new()).unwrap(), Size { frame: 10, screen: 0, whole: 10 });
    }

    #[test]
    fn a_piece_that_was_not_written_is_an_error() {
        let needs = [("keys".to_owned(), vec!["keys.wasm".to_owned()])].into_iter().collect();
        assert!(Size::of(&BTreeMap::new(), &needs).is_err());
    }
}
