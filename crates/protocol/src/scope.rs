//! Scope values and sets (RFC 6749 §3.3): syntax and set arithmetic. Which scopes a client may have is the domain's rule.

use serde::{Deserialize, Serialize};
use std::fmt;

pub const OPENID: &str = "openid";
pub const OFFLINE_ACCESS: &str = "offline_access";
/// Characters of a `scope` parameter.
pub const LONGEST: usize = 1_024;

/// Distinct scope tokens in the order in which they were first named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ScopeSet(Vec<String>);

impl ScopeSet {
    /// Splits at spaces and drops repetitions. Syntax is checked by [`ScopeSet::parse`].
    pub fn lenient(text: &str) -> Self {
        text.split(' ').filter(|token| !token.is_empty()).collect()
    }

    /// `None` where a token has a character outside `%x21 / %x23-5B / %x5D-7E` (RFC 6749 §3.3), or where the text is longer than
    /// [`LONGEST`]: a set takes more work than its length, and a refresh token has to carry it.
    pub fn parse(text: &str) -> Option<Self> {
        let legal = |byte: u8| matches!(byte, b' ' | 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        (text.len() <= LONGEST && text.bytes().all(legal)).then(|| Self::lenient(text))
    }

    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|own| own == scope)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn insert(&mut self, scope: &str) {
        if !self.contains(scope) {
            self.0.push(scope.to_owned());
        }
    }

    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.contains(scope))
    }

    /// Those of `self` that satisfy the rule, in order.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        self.iter().filter(|scope| keep(scope)).collect()
    }

    #[must_use]
    pub fn without(&self, scope: &str) -> Self {
        self.filtered(|own| own != scope)
    }

    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }
}

impl<'a> FromIterator<&'a str> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = &'a str>>(tokens: I) -> Self {
        let mut set = Self::default();
        tokens.into_iter().for_each(|token| set.insert(token));
        set
    }
}

impl From<String> for ScopeSet {
    fn from(text: String) -> Self {
        Self::lenient(&text)
    }
}

impl From<ScopeSet> for String {
    fn from(set: ScopeSet) -> Self {
        set.to_string()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_drops_repetitions() {
        assert_eq!(ScopeSet::lenient("openid  a openid b").to_string(), "openid a b");
    }

    #[test]
    fn refuses_characters_outside_the_grammar() {
        assert!(ScopeSet::parse("openid a\"b").is_none());
        assert!(ScopeSet::parse("openid a\\b").is_none());
        assert!(ScopeSet::parse("openid\ta").is_none());
        assert!(ScopeSet::parse("openid añ").is_none());
        assert!(ScopeSet::parse("https://graph.example/Mail.Read openid").is_some());
    }

    #[test]
    fn a_narrowed_set_is_a_subset() {
        let all = ScopeSet::lenient("openid email offline_access");
        assert!(all.without("email").is_subset_of(&all));
        assert!(!ScopeSet::lenient("phone").is_subset_of(&all));
    }
}
