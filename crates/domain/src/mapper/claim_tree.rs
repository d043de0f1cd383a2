//! Claims on their way into a token: nested objects that borrow from the realm's model and the user wherever they can.

use serde::{Serialize, Serializer};
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeMap};

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ClaimValue<'a> {
    Text(Cow<'a, str>),
    Whole(i64),
    Flag(bool),
    Json(Cow<'a, Value>),
    List(Vec<ClaimValue<'a>>),
    Object(ClaimTree<'a>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClaimTree<'a>(BTreeMap<&'a str, ClaimValue<'a>>);

impl Serialize for ClaimTree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl<'a> ClaimTree<'a> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, name: &str) -> Option<&ClaimValue<'a>> {
        self.0.get(name)
    }

    /// Lists are joined; anything else that stood there gives way.
    pub fn put(&mut self, path: impl Iterator<Item = &'a str>, value: ClaimValue<'a>) {
        let mut path = path.peekable();
        let mut level = self;
        while let Some(name) = path.next() {
            if path.peek().is_none() {
                level.set(name, value);
                return;
            }
            let entry = level.0.entry(name).or_insert_with(|| ClaimValue::Object(Self::default()));
            if !matches!(entry, ClaimValue::Object(_)) {
                *entry = ClaimValue::Object(Self::default());
            }
            let ClaimValue::Object(next) = entry else { return };
            level = next;
        }
    }

    fn set(&mut self, name: &'a str, value: ClaimValue<'a>) {
        match (self.0.get_mut(name), value) {
            (Some(ClaimValue::List(there)), ClaimValue::List(more)) => {
                for item in more {
                    if !there.contains(&item) {
                        there.push(item);
                    }
                }
            }
            (_, value) => drop(self.0.insert(name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(value: &str) -> ClaimValue<'_> {
        ClaimValue::Text(value.into())
    }

    #[test]
    fn claims_nest_lists_join_and_the_later_wins() {
        let mut tree = ClaimTree::default();
        tree.put(["a", "b"].into_iter(), ClaimValue::List(vec![text("x"), text("y")]));
        tree.put(["a", "b"].into_iter(), ClaimValue::List(vec![text("y"), text("z")]));
        tree.put(["a", "c"].into_iter(), text("old"));
        tree.put(["a", "c"].into_iter(), ClaimValue::Whole(7));
        tree.put(["d"].into_iter(), text("flat"));
        tree.put(["d", "e"].into_iter(), ClaimValue::Flag(true));
        let written = serde_json::to_value(&tree).expect("JSON");
        assert_eq!(written, json!({"a": {"b": ["x", "y", "z"], "c": 7}, "d": {"e": true}}));
    }
}
