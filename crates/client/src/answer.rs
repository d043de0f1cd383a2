//! The answer to an authorization request as it arrives at the redirect URI, and the checks that come before anything
//! in it is believed (RFC 6749 §4.1.2 and §10.12, RFC 9207). It redeems nothing.

use crate::error::AnswerRejected;
use std::collections::BTreeMap;

/// An answer, still unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationAnswer {
    /// `state`, if there is one.
    pub state: Option<String>,
    /// `iss`, if there is one (RFC 9207).
    pub iss: Option<String>,
    /// What the provider says.
    pub outcome: Outcome,
}

/// What an authorization request came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The code to redeem.
    Code(String),
    /// A refusal (RFC 6749 §4.1.2.1).
    Refused {
        /// The OAuth error code.
        error: String,
        /// The provider's own words, for people.
        description: Option<String>,
    },
}

impl AuthorizationAnswer {
    /// From the redirect URI's query string. Unknown parameters are ignored, a repeated one is refused.
    pub fn from_query(query: &str) -> Result<Self, AnswerRejected> {
        let mut parameters = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            // RFC 6749 §3.1: parameters must not be included more than once.
            if parameters.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(AnswerRejected::Malformed("a parameter occurs twice"));
            }
        }
        let mut take = |name| parameters.remove(name);
        let outcome = match (take("code"), take("error")) {
            (Some(code), None) => Outcome::Code(code),
            (None, Some(error)) => Outcome::Refused { error, description: take("error_description") },
            (Some(_), Some(_)) => return Err(AnswerRejected::Malformed("it has both a code and an error")),
            (None, None) => return Err(AnswerRejected::Malformed("it has neither a code nor an error")),
        };
        Ok(Self { state: take("state"), iss: take("iss"), outcome })
    }

    /// Whether it answers the request that carried this `state`, at this issuer. An `iss` that is there must be
    /// right; it must be there if the provider announces it.
    pub(crate) fn check(&self, state: &str, issuer: &str, iss_announced: bool) -> Result<(), AnswerRejected> {
        if self.state.as_deref() != Some(state) {
            return Err(AnswerRejected::State);
        }
        match self.iss.as_deref() {
            Some(found) if found == issuer => Ok(()),
            None if !iss_announced => Ok(()),
            found => Err(AnswerRejected::Issuer { found: found.map(str::to_owned) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "http://localhost:8080/realms/demo";

    fn answer(query: &str) -> AuthorizationAnswer {
        AuthorizationAnswer::from_query(query).unwrap()
    }

    #[test]
    fn a_code_with_the_right_state_and_issuer_passes() {
        let answer = answer("code=c-1&state=s-1&iss=http%3A%2F%2Flocalhost%3A8080%2Frealms%2Fdemo&session_state=x");
        assert_eq!(answer.outcome, Outcome::Code("c-1".into()));
        assert_eq!(answer.check("s-1", ISSUER, true), Ok(()));
    }

    #[test]
    fn another_state_or_none_is_rejected() {
        assert_eq!(answer("code=c&state=s-2").check("s-1", ISSUER, false), Err(AnswerRejected::State));
        assert_eq!(answer("code=c").check("s-1", ISSUER, false), Err(AnswerRejected::State));
        assert_eq!(answer("code=c&state=").check("s-1", ISSUER, false), Err(AnswerRejected::State));
    }

    #[test]
    fn another_issuer_is_rejected_even_if_no_issuer_was_announced() {
        let mixed_up = answer("code=c&state=s&iss=https%3A%2F%2Fevil.example");
        let found = Some("https://evil.example".to_owned());
        assert_eq!(mixed_up.check("s", ISSUER, false), Err(AnswerRejected::Issuer { found }));
    }

    #[test]
    fn a_missing_issuer_is_rejected_where_one_is_announced_and_passes_elsewhere() {
        assert_eq!(answer("code=c&state=s").check("s", ISSUER, true), Err(AnswerRejected::Issuer { found: None }));
        assert_eq!(answer("code=c&state=s").check("s", ISSUER, false), Ok(()));
    }

    #[test]
    fn a_refusal_is_checked_like_a_code() {
        let refused = answer("error=access_denied&error_description=not+now&state=s");
        assert_eq!(refused.check("other", ISSUER, false), Err(AnswerRejected::State));
        let description = Some("not now".to_owned());
        assert_eq!(refused.outcome, Outcome::Refused { error: "access_denied".into(), description });
    }

    #[test]
    fn what_is_not_an_answer_is_malformed() {
        for query in ["", "state=s", "code=a&code=b&state=s", "code=a&error=b", "code=a&state=s&state=s"] {
            assert!(matches!(AuthorizationAnswer::from_query(query), Err(AnswerRejected::Malformed(_))), "{query}");
        }
    }
}
