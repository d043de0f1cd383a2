//! Words of the authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.1): prompt, response mode, PKCE challenge.

use crate::OAuthError;

/// How the answer travels (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    Query,
    FormPost,
}

impl ResponseMode {
    /// The default for `response_type=code` is `query`.
    pub fn parse(value: Option<&str>) -> Result<Self, OAuthError> {
        match value {
            None | Some("query") => Ok(Self::Query),
            Some("form_post") => Ok(Self::FormPost),
            Some(_) => Err(OAuthError::invalid_request("Invalid parameter: response_mode")),
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }
}

/// The `prompt` values of one request (OIDC Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    pub none: bool,
    pub login: bool,
    pub consent: bool,
    pub select_account: bool,
}

impl Prompt {
    /// Unknown values are ignored; `none` together with another is an error.
    pub fn parse(value: Option<&str>) -> Result<Self, OAuthError> {
        let mut prompt = Self::default();
        for word in value.unwrap_or_default().split(' ') {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => {}
            }
        }
        if prompt.none && (prompt.login || prompt.consent || prompt.select_account) {
            return Err(OAuthError::invalid_request("Invalid parameter: prompt"));
        }
        Ok(prompt)
    }
}

/// Syntax of an S256 code challenge: 43 characters of base64url (RFC 7636 §4.2).
pub fn is_s256_challenge(value: &str) -> bool {
    value.len() == 43 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompt_none_excludes_every_other() {
        assert!(Prompt::parse(Some("none login")).is_err());
        assert!(Prompt::parse(Some("none")).is_ok_and(|prompt| prompt.none));
    }

    #[test]
    fn prompt_takes_several_words_and_ignores_unknown_ones() {
        let prompt = Prompt::parse(Some("login create consent")).expect("valid");
        assert!(prompt.login && prompt.consent && !prompt.none && !prompt.select_account);
    }

    #[test]
    fn fragment_mode_is_refused_for_codes() {
        assert!(ResponseMode::parse(Some("fragment")).is_err());
        assert_eq!(ResponseMode::parse(None), Ok(ResponseMode::Query));
    }
}
