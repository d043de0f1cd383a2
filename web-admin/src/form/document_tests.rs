//! What is typed against what is saved.

use super::*;
use serde_json::json;

fn entry(path: &'static str, rule: Rule, input: Input) -> Entry {
    Entry { path, rule, input }
}

fn text(path: &'static str, typed: &str) -> Entry {
    entry(path, Rule::Free, Input::Text(RwSignal::new(typed.to_owned())))
}

#[test]
fn only_what_differs_is_sent_and_absent_is_as_empty() {
    let _owner = Owner::new();
    let saved = json!({"name": "a", "count": 3, "on": true});
    let entries = [
        text("name", "b "),
        text("note", ""),
        entry("count", Rule::Count, Input::Number(RwSignal::new("3".into()))),
        entry("on", Rule::Free, Input::Flag(RwSignal::new(false))),
    ];
    assert_eq!(Value::Object(changes(&entries, &saved)), json!({"name": "b", "on": false}));
}

#[test]
fn a_secret_is_sent_as_it_was_typed() {
    let _owner = Owner::new();
    let secret = entry("password", Rule::Free, Input::Secret(RwSignal::new(" a b ".into())));
    assert_eq!(Value::Object(changes(&[secret], &json!({"password": "a b"}))), json!({"password": " a b "}));
}

#[test]
fn a_map_is_sent_whole() {
    let _owner = Owner::new();
    let saved = json!({"attributes": {"kept": "1", "a.b": "x"}});
    let entries = [text("attributes/a.b", "y"), text("attributes/new", "")];
    let expected = json!({"attributes": {"kept": "1", "a.b": "y"}});
    assert_eq!(Value::Object(changes(&entries, &saved)), expected);
}

#[test]
fn words_become_a_sentence() {
    assert_eq!(sentence("must be a port"), "Must be a port.");
    assert_eq!(sentence("Done!"), "Done!");
}

#[test]
fn a_list_is_typed_in_lines_and_kept_in_order_as_an_attribute_as_one_text() {
    let _owner = Owner::new();
    let saved = json!({"uris": ["b", "a"], "attributes": {"out": "x##y"}});
    let typed = |path, typed: &str| match path {
        "uris" => entry(path, Rule::Free, Input::Lines(RwSignal::new(typed.to_owned()))),
        _ => entry(path, Rule::Free, Input::Joined(RwSignal::new(typed.to_owned()))),
    };
    assert!(changes(&[typed("uris", " b \n\na"), typed("attributes/out", "x\ny")], &saved).is_empty());
    let expected = json!({"uris": ["a"], "attributes": {"out": "y##z"}});
    let changed = changes(&[typed("uris", "a"), typed("attributes/out", "y\nz")], &saved);
    assert_eq!(Value::Object(changed), expected);
}

#[test]
fn a_name_in_several_pairs_has_several_values_and_one_without_a_name_is_nothing() {
    let _owner = Owner::new();
    let pairs = |all: &[(&str, &str)]| {
        let all = all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        entry("attributes", Rule::Free, Input::Pairs(RwSignal::new(all)))
    };
    let saved = json!({"attributes": {"team": ["a", "b"]}});
    assert!(changes(&[pairs(&[("team", "a"), (" ", "x"), ("team ", "b")])], &saved).is_empty());
    let changed = changes(&[pairs(&[("team", "a"), ("desk", "3")])], &saved);
    assert_eq!(Value::Object(changed), json!({"attributes": {"team": ["a"], "desk": ["3"]}}));
}

#[test]
fn names_have_no_order() {
    let _owner = Owner::new();
    let names = entry("all", Rule::Needed, Input::Names(RwSignal::new(vec!["b".into(), "a".into()])));
    assert!(changes(&[names], &json!({"all": ["a", "b"]})).is_empty());
}

#[test]
fn what_cannot_be_saved_is_named() {
    let _owner = Owner::new();
    for (rule, input, problem) in [
        (Rule::Needed, Input::Text(RwSignal::new(" ".into())), Some(Problem::Missing)),
        (Rule::Free, Input::Text(RwSignal::new(String::new())), None),
        (Rule::Needed, Input::Names(RwSignal::new(Vec::new())), Some(Problem::NoneChosen)),
        (Rule::Count, Input::Number(RwSignal::new("-1".into())), Some(Problem::NotANumber)),
        (Rule::CountOrNone, Input::Text(RwSignal::new("soon".into())), Some(Problem::NotANumber)),
        (Rule::CountOrNone, Input::Text(RwSignal::new(" ".into())), None),
        (Rule::Count, Input::Number(RwSignal::new("1000001".into())), Some(Problem::TooLarge)),
        (Rule::Time, Input::Seconds(RwSignal::new(None)), Some(Problem::NotANumber)),
        (Rule::Time, Input::Seconds(RwSignal::new(Some(0))), Some(Problem::Zero)),
        (Rule::TimeOrZero, Input::Seconds(RwSignal::new(Some(0))), None),
        (Rule::Time, Input::Seconds(RwSignal::new(Some(LONGEST_S + 1))), Some(Problem::TooLong)),
    ] {
        assert_eq!(entry("a", rule, input).problem(), problem, "{rule:?}");
    }
}

#[test]
fn what_another_admin_saved_joins_what_is_typed_in_the_same_list_or_map() {
    let _owner = Owner::new();
    let base = json!({"uris": ["a"], "types": ["LOGIN"], "attributes": {"team": ["a"]}});
    let theirs =
        json!({"uris": ["a", "theirs"], "types": ["LOGIN", "LOGOUT"], "attributes": {"team": ["a"], "dept": ["x"]}});
    let pairs = vec![("team".to_owned(), "a".to_owned()), ("phone ".to_owned(), "1".to_owned())];
    let entries = [
        entry("uris", Rule::Free, Input::Lines(RwSignal::new("a\nmine".into()))),
        entry("types", Rule::Free, Input::Names(RwSignal::new(vec!["REFRESH".into(), "LOGIN".into()]))),
        entry("attributes", Rule::Free, Input::Pairs(RwSignal::new(pairs))),
    ];
    for entry in &entries {
        assert_eq!(entry.input.merge(&at(&base, entry.path), &at(&theirs, entry.path)), Told::new());
    }
    let sent = json!({
        "uris": ["a", "mine", "theirs"],
        "types": ["LOGIN", "LOGOUT", "REFRESH"],
        "attributes": {"team": ["a"], "phone": ["1"], "dept": ["x"]},
    });
    assert_eq!(Value::Object(changes(&entries, &theirs)), sent);
}

#[test]
fn what_both_changed_stays_as_typed_and_is_told_until_it_is_taken() {
    let _owner = Owner::new();
    let base = json!({"name": "a", "note": null, "on": false, "attributes": {"team": ["a"]}});
    let theirs = json!({"name": "c", "note": "", "on": true, "attributes": {"team": ["c"]}});
    let name = text("name", "b");
    assert_eq!(name.input.merge(&base["name"], &theirs["name"]), [(None, json!("c"))]);
    assert!(name.input.differs(&theirs["name"]));
    name.input.take(None, &theirs["name"]);
    assert!(!name.input.differs(&theirs["name"]));
    assert_eq!(text("note", "mine").input.merge(&base["note"], &theirs["note"]), Told::new(), "empty is as absent");
    let on = Input::Flag(RwSignal::new(true));
    assert_eq!(on.merge(&base["on"], &theirs["on"]), Told::new(), "both wanted the same");
    let pairs = Input::Pairs(RwSignal::new(vec![("team".into(), "b".into()), ("desk".into(), "1".into())]));
    let told = pairs.merge(&base["attributes"], &theirs["attributes"]);
    assert_eq!(told, [(Some("team".to_owned()), json!(["c"]))]);
    pairs.take(Some("team"), &told[0].1);
    assert!(!pairs.differs(&json!({"team": ["c"], "desk": ["1"]})));
}
