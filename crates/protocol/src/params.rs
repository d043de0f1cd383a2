//! Request parameters as they arrived: a list of pairs, with the rule that a name may stand once (RFC 6749 §3.1 and §3.2).

use crate::OAuthError;
use std::collections::HashSet;

/// Parameters that may be sent several times (RFC 8707 §2, RFC 8693 §2.1).
const REPEATABLE: [&str; 2] = ["resource", "audience"];

/// More than any request of the protocol needs; each one costs work before its sender is known.
const MOST: usize = 128;

/// Decoded name-value pairs of a query string or form body. An empty value counts as absent (RFC 6749 §3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Takes the pairs as they are; call [`Params::check_repeated`] before trusting [`Params::get`].
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// `invalid_request` where a parameter that must be single stands twice, or where there are too many.
    pub fn check_repeated(&self) -> Result<(), OAuthError> {
        if self.0.len() > MOST {
            return Err(OAuthError::invalid_request("Too many parameters"));
        }
        let mut seen = HashSet::new();
        for (name, _) in &self.0 {
            if !seen.insert(name.as_str()) && !REPEATABLE.contains(&name.as_str()) {
                return Err(OAuthError::invalid_request(format!("duplicated parameter: {}", printable(name))));
            }
        }
        Ok(())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, value)| own == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, value)| own == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// How often a parameter stands there, empty or not.
    pub fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|(own, _)| own == name).count()
    }

    pub fn require(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name).ok_or_else(|| OAuthError::invalid_request(format!("Missing parameter: {name}")))
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

/// A name from outside, made harmless for a description (RFC 6749 §5.2 allows printable ASCII without `"` and `\`).
pub fn printable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_repeated_parameter_is_refused_even_when_it_is_unknown_or_empty() {
        assert!(params(&[("scope", "a"), ("scope", "a")]).check_repeated().is_err());
        assert!(params(&[("x", ""), ("x", "")]).check_repeated().is_err());
    }

    #[test]
    fn resource_and_audience_may_be_repeated() {
        assert!(
            params(&[("resource", "a"), ("resource", "b"), ("audience", "c"), ("audience", "d")])
                .check_repeated()
                .is_ok()
        );
    }

    #[test]
    fn a_flood_of_parameters_is_refused_at_once() {
        let flood = (0..=MOST).map(|n| (n.to_string(), String::new())).collect();
        assert!(Params::new(flood).check_repeated().is_err());
    }

    #[test]
    fn an_empty_value_counts_as_absent() {
        assert_eq!(params(&[("state", "")]).get("state"), None);
    }

    #[test]
    fn hostile_names_are_made_printable() {
        assert_eq!(printable("a\"b\\c\u{7}<é>"), "abc<>");
    }
}
