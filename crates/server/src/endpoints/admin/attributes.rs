//! Attributes of users and groups: names with lists of texts, of bounded size.

use perennial_api::ApiError;
use perennial_domain::user::Attributes;
use std::collections::BTreeMap;

const FIELD: &str = "attributes";
const MOST_NAMES: usize = 100;
const MOST_VALUES: usize = 100;
const LONGEST_NAME: usize = 255;
const LONGEST_VALUE: usize = 2_048;
/// In bytes, of all names and values together: they are read with every token of their user.
const LARGEST: usize = 32_768;

pub fn check(sent: &BTreeMap<String, Vec<String>>) -> Result<(), ApiError> {
    let wrong = |text: &str| Err(ApiError::at_field(FIELD, text));
    if sent.len() > MOST_NAMES || sent.values().any(|values| values.len() > MOST_VALUES) {
        return wrong("must be at most 100, each with at most 100 values");
    }
    let named =
        |name: &String| !name.trim().is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
    if !sent.keys().all(named) {
        return wrong("must have names of 1 to 255 printable characters");
    }
    if sent.values().flatten().any(|value| value.chars().count() > LONGEST_VALUE || value.contains('\0')) {
        return wrong("must have values of at most 2048 characters");
    }
    let size: usize =
        sent.iter().map(|(name, values)| name.len() + values.iter().map(String::len).sum::<usize>()).sum();
    if size > LARGEST { wrong("must not be larger than 32 KiB together") } else { Ok(()) }
}

/// Without those that have no value, and those that `fields` keep elsewhere.
pub fn kept(sent: &BTreeMap<String, Vec<String>>, fields: &[&str]) -> Attributes {
    let mut all = sent.clone();
    all.retain(|name, values| {
        values.retain(|value| !value.is_empty());
        !values.is_empty() && !fields.contains(&name.as_str())
    });
    all
}
