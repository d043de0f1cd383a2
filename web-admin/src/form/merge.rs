//! Two admins in one document, as plain functions: what both changed of a list, of a map, or of a single value.

/// What becomes of a single value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Theirs,
    Mine,
    /// Both changed it, and not to the same: mine stays until it is said which holds.
    Clash,
}

pub fn value(i_changed: bool, they_changed: bool, same: bool) -> Outcome {
    match (i_changed, they_changed) {
        (true, true) if !same => Outcome::Clash,
        (true, false) => Outcome::Mine,
        _ => Outcome::Theirs,
    }
}

/// Entries are taken away and added by either; both hold. Mine stay in their order, theirs come behind.
pub fn list<T: Clone + PartialEq>(base: &[T], mine: &[T], theirs: &[T]) -> Vec<T> {
    if mine == base {
        return theirs.to_vec();
    }
    let taken = |entry: &&T| base.contains(entry) && !theirs.contains(entry);
    let added = theirs.iter().filter(|entry| !base.contains(entry) && !mine.contains(entry));
    mine.iter().filter(|entry| !taken(entry)).chain(added).cloned().collect()
}

type Pairs = Vec<(String, String)>;
/// A name, and its values as the other admin has them.
pub type NamedClash = (String, Vec<String>);

fn values_of<'p>(pairs: &'p [(String, String)], name: &str) -> Vec<&'p str> {
    pairs.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()).collect()
}

/// Names with values, name by name. Values that both only added stand beside each other; where one of the two took or replaced a
/// value, mine stay, and theirs are told with the name.
pub fn pairs(
    base: &[(String, String)],
    mine: &[(String, String)],
    theirs: &[(String, String)],
) -> (Pairs, Vec<NamedClash>) {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in mine.iter().chain(theirs).chain(base) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let (mut all, mut clashes) = (Vec::new(), Vec::new());
    for name in names {
        let [before, own, other] = [base, mine, theirs].map(|pairs| values_of(pairs, name));
        let only_adds = |now: &[&str]| before.iter().all(|value| now.contains(value));
        let kept = if own == before || own == other {
            other
        } else if other == before {
            own
        } else if !before.is_empty() && only_adds(&own) && only_adds(&other) {
            list(&before, &own, &other)
        } else {
            clashes.push((name.to_owned(), other.into_iter().map(str::to_owned).collect()));
            own
        };
        all.extend(kept.into_iter().map(|value| (name.to_owned(), value.to_owned())));
    }
    (all, clashes)
}

/// With other values of one name.
pub fn with_values(pairs: &[(String, String)], name: &str, values: &[String]) -> Pairs {
    let others = pairs.iter().filter(|(own, _)| own != name).cloned();
    others.chain(values.iter().map(|value| (name.to_owned(), value.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pairs: &[(&str, &str)]) -> Pairs {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn of_a_single_value_the_one_who_changed_it_wins_and_two_who_did_are_told() {
        assert_eq!(value(false, true, false), Outcome::Theirs);
        assert_eq!(value(true, false, false), Outcome::Mine);
        assert_eq!(value(true, true, true), Outcome::Theirs);
        assert_eq!(value(true, true, false), Outcome::Clash);
    }

    #[test]
    fn of_a_list_what_either_added_or_took_holds() {
        assert_eq!(list(&["a"], &["a", "mine"], &["a", "theirs"]), ["a", "mine", "theirs"]);
        assert_eq!(list(&["a", "b", "c"], &["b", "c"], &["a", "b"]), ["b"]);
        assert_eq!(list(&["a"], &["a"], &["b", "a"]), ["b", "a"]);
        assert_eq!(list(&["a"], &["a", "new"], &["a", "new"]), ["a", "new"]);
        assert_eq!(list(&["a"], &["b"], &["c"]), ["b", "c"]);
        assert_eq!(list(&["a", "b"], &["b", "a"], &["a", "b", "c"]), ["b", "a", "c"]);
    }

    #[test]
    fn attributes_of_other_names_stand_beside_each_other() {
        let base = all(&[("team", "a")]);
        let (merged, clashes) =
            pairs(&base, &all(&[("team", "a"), ("phone", "1")]), &all(&[("dept", "x"), ("team", "a")]));
        assert_eq!(merged, all(&[("team", "a"), ("phone", "1"), ("dept", "x")]));
        assert_eq!(clashes, Vec::new());
        let (merged, clashes) = pairs(&base, &[], &all(&[("team", "a"), ("dept", "x")]));
        assert_eq!((merged, clashes), (all(&[("dept", "x")]), Vec::new()));
        let (merged, _) = pairs(&base, &all(&[("team", "a"), ("team", "b")]), &all(&[("team", "a"), ("team", "c")]));
        assert_eq!(merged, all(&[("team", "a"), ("team", "b"), ("team", "c")]));
    }

    #[test]
    fn one_attribute_that_both_replaced_is_told() {
        let base = all(&[("team", "a"), ("desk", "1")]);
        let mine = all(&[("team", "b"), ("desk", "1")]);
        let (merged, clashes) = pairs(&base, &mine, &all(&[("team", "c"), ("desk", "2")]));
        assert_eq!(merged, all(&[("team", "b"), ("desk", "2")]));
        assert_eq!(clashes, [("team".to_owned(), vec!["c".to_owned()])]);
        assert_eq!(with_values(&merged, "team", &clashes[0].1), all(&[("desk", "2"), ("team", "c")]));
        // Of a name that is new, nobody means two values.
        let (merged, clashes) = pairs(&[], &all(&[("team", "b")]), &all(&[("team", "c")]));
        assert_eq!((merged, clashes), (all(&[("team", "b")]), vec![("team".to_owned(), vec!["c".to_owned()])]));
        // Taken away by the other, replaced by me: that is told, too.
        let (merged, clashes) = pairs(&base, &mine, &all(&[("desk", "1")]));
        assert_eq!(merged, mine);
        assert_eq!(clashes, [("team".to_owned(), Vec::new())]);
    }
}
