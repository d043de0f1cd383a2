//! Token exchange (RFC 8693): names of the grant and of the token types that can be exchanged here.

/// RFC 8693 §2.1.
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// Token type identifiers of RFC 8693 §3, as far as they are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    Access,
    Refresh,
}

impl TokenType {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "urn:ietf:params:oauth:token-type:access_token",
            Self::Refresh => "urn:ietf:params:oauth:token-type:refresh_token",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Access, Self::Refresh].into_iter().find(|own| own.as_str() == text)
    }
}
