//! What stands in a form's fields, as the JSON that the admin API has for it. Attributes are texts in one object, and
//! keep flags as `true` and lists joined by `##`; everything else has a type of its own.

use leptos::prelude::*;
use serde_json::{Map, Value, json};

const ATTRIBUTES: &str = "attributes.";
/// Between the entries of a list that is an attribute.
const JOINT: &str = "##";

/// A field and how its text is meant.
#[derive(Clone, Copy)]
pub enum Control {
    Text(RwSignal<String>),
    /// One entry a line.
    Lines(RwSignal<String>),
    Flag(RwSignal<bool>),
}

impl Control {
    pub fn set(self, value: &Value) {
        match self {
            Control::Text(signal) => signal.set(value.as_str().unwrap_or_default().to_owned()),
            Control::Flag(signal) => signal.set(value.as_bool().unwrap_or_default()),
            Control::Lines(signal) => {
                let lines: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                signal.set(lines.join("\n"));
            }
        }
    }
}

/// What is typed: a text, a flag or a list of texts.
pub fn typed(control: Control) -> Value {
    match control {
        Control::Text(signal) => signal.read().trim().into(),
        Control::Flag(signal) => signal.get().into(),
        Control::Lines(signal) => lines(&signal.read()).into(),
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What the document has under the name, in the same three forms.
pub fn stored(document: &Value, name: &str, control: Control) -> Value {
    let found = match name.strip_prefix(ATTRIBUTES) {
        Some(attribute) => document.get("attributes").and_then(|all| all.get(attribute)),
        None => document.get(name),
    };
    match control {
        Control::Text(_) => match found {
            Some(Value::Number(number)) => number.to_string().into(),
            Some(Value::String(text)) => text.trim().into(),
            _ => "".into(),
        },
        Control::Flag(_) => found.is_some_and(|value| *value == Value::Bool(true) || value == "true").into(),
        Control::Lines(_) => match found {
            Some(Value::String(text)) => text.split(JOINT).filter(|entry| !entry.is_empty()).collect::<Vec<_>>().into(),
            Some(list @ Value::Array(_)) => list.clone(),
            _ => json!([]),
        },
    }
}

pub fn as_sent(name: &str, value: Value) -> Value {
    if !name.starts_with(ATTRIBUTES) {
        return value;
    }
    match value {
        Value::Bool(flag) => flag.to_string().into(),
        Value::Array(entries) => {
            let entries: Vec<&str> = entries.iter().filter_map(Value::as_str).collect();
            entries.join(JOINT).into()
        }
        other => other,
    }
}

pub fn put_at(body: &mut Value, name: &str, value: Value) {
    let Some(body) = body.as_object_mut() else { return };
    match name.strip_prefix(ATTRIBUTES) {
        None => {
            body.insert(name.to_owned(), value);
        }
        Some(attribute) => {
            let all = body.entry("attributes").or_insert_with(|| Value::Object(Map::new()));
            if let Some(all) = all.as_object_mut() {
                all.insert(attribute.to_owned(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_sent_as_text_and_read_back() {
        let mut body = json!({});
        put_at(&mut body, "attributes.a.b", as_sent("attributes.a.b", json!(true)));
        put_at(&mut body, "attributes.uris", as_sent("attributes.uris", json!(["x", "y"])));
        put_at(&mut body, "enabled", as_sent("enabled", json!(true)));
        assert_eq!(body, json!({"attributes": {"a.b": "true", "uris": "x##y"}, "enabled": true}));
        let _owner = Owner::new();
        _owner.set();
        let flag = Control::Flag(RwSignal::new(false));
        let list = Control::Lines(RwSignal::new(" x \n\n y".into()));
        assert_eq!(stored(&body, "attributes.a.b", flag), json!(true));
        assert_eq!(stored(&body, "attributes.uris", list), untrack(|| typed(list)));
        assert_eq!(stored(&json!({}), "attributes.uris", list), json!([]));
    }
}
