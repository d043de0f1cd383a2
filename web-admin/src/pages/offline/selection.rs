//! Which sessions are chosen: some, by their ids, or all that the filter admits, whether they are loaded or not.

use std::collections::BTreeSet;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    picked: BTreeSet<String>,
    all: bool,
    /// Row where a range begins.
    anchor: u64,
}

impl Selection {
    pub fn is_empty(&self) -> bool {
        !self.all && self.picked.is_empty()
    }

    pub fn is_all(&self) -> bool {
        self.all
    }

    pub fn has(&self, id: &str) -> bool {
        self.all || self.picked.contains(id)
    }

    pub fn picked(&self) -> impl Iterator<Item = &String> {
        self.picked.iter()
    }

    pub fn len(&self) -> usize {
        self.picked.len()
    }

    pub fn anchor(&self) -> u64 {
        self.anchor
    }

    pub fn toggle(&mut self, row: u64, id: &str) {
        // Taking one out of "all" would leave a set that no filter describes.
        self.all = false;
        if !self.picked.remove(id) {
            self.picked.insert(id.to_owned());
        }
        self.anchor = row;
    }

    /// A range adds to what is chosen; its anchor stays.
    pub fn add(&mut self, ids: impl Iterator<Item = String>) {
        self.all = false;
        self.picked.extend(ids);
    }

    pub fn pick_all(&mut self) {
        *self = Selection { all: true, ..Selection::default() };
    }

    pub fn clear(&mut self) {
        *self = Selection { anchor: self.anchor, ..Selection::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_begins_at_the_row_chosen_last() {
        let mut chosen = Selection::default();
        chosen.toggle(4, "d");
        chosen.add(["e".to_owned(), "f".to_owned()].into_iter());
        assert_eq!((chosen.anchor(), chosen.len(), chosen.has("f")), (4, 3, true));
        chosen.toggle(5, "e");
        assert_eq!((chosen.anchor(), chosen.len(), chosen.has("e")), (5, 2, false));
    }

    #[test]
    fn all_is_more_than_what_is_loaded_and_touching_one_row_starts_anew() {
        let mut chosen = Selection::default();
        chosen.pick_all();
        assert!(chosen.is_all() && chosen.has("never seen"));
        chosen.toggle(0, "a");
        assert!(!chosen.is_all() && chosen.has("a") && chosen.len() == 1);
        chosen.clear();
        assert!(chosen.is_empty());
    }
}
