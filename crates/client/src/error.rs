//! Everything that can go wrong for a relying party, sorted by what it must do next: try later, ask the user again,
//! or look at its configuration. The one distinction that matters most is [`Error::AccessEnded`], after which the
//! stored token is worthless; after every other error it is still good.

use crate::access_token::TokenRejected;
use crate::http::HttpError;
use crate::store::StoreError;
use std::time::Duration;

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The provider said `invalid_grant` to the stored token (RFC 6749 §5.2): the access has ended, and only the user
    /// can give it again. Nothing else in this enum means that.
    #[error("offline access has ended: {}", description.as_deref().unwrap_or("the provider gave no reason"))]
    AccessEnded {
        /// The provider's own words, for people.
        description: Option<String>,
    },
    /// The provider is there and cannot answer now (5xx, 408, 425 or 429), or has paused this access. The stored token stays good.
    #[error("the provider cannot answer now (HTTP {status}){}", details(description.as_deref(), *retry_after))]
    Unavailable {
        /// HTTP status: 500 to 599, 408, 425 or 429.
        status: u16,
        /// How long the provider asked to wait.
        retry_after: Option<Duration>,
        /// The provider's own words, for people.
        description: Option<String>,
    },
    /// No complete answer came back. The stored token stays good, also if the provider has rotated it meanwhile.
    #[error("no answer from the provider: {0}")]
    Network(String),
    /// The provider refused with an OAuth error that does not end the access, such as `invalid_client`.
    #[error("the provider refused: {error}{}", description.as_deref().map(|it| format!(" ({it})")).unwrap_or_default())]
    Refused {
        /// The OAuth error code.
        error: String,
        /// The provider's own words, for people.
        description: Option<String>,
    },
    /// The answer to the authorization request is not the one that was waited for.
    #[error("sign-in answer rejected: {0}")]
    Answer(#[from] AnswerRejected),
    /// An ID token failed its verification (OpenID Connect Core §3.1.3.7 and §12.2).
    #[error("ID token rejected: {0}")]
    IdToken(String),
    /// An access token failed its verification.
    #[error("access token rejected: {0}")]
    AccessToken(#[from] TokenRejected),
    /// The stored token belongs to another issuer or client and was not sent anywhere.
    #[error("the stored token is for client {client_id} at {issuer}, not for this configuration")]
    StoredElsewhere {
        /// The issuer that gave it.
        issuer: String,
        /// The client that it was given to.
        client_id: String,
    },
    /// Nothing is stored: the user has to sign in first.
    #[error("no offline token is stored")]
    NothingStored,
    /// The token store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The provider does not offer what was asked for.
    #[error("the provider has no {0} endpoint")]
    NoEndpoint(&'static str),
    /// A URL or another setting of this client cannot be used.
    #[error("configuration: {0}")]
    Config(String),
    /// The provider answered something that is not the protocol.
    #[error("unexpected answer from the provider: {0}")]
    Protocol(String),
}

/// Why an answer to the authorization request was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerRejected {
    /// `state` is absent or is another sign-in's (RFC 6749 §10.12).
    #[error("its state belongs to another sign-in")]
    State,
    /// `iss` is absent although the provider announces it, or names another issuer (RFC 9207 §2.4).
    #[error("it was sent by another issuer ({})", found.as_deref().unwrap_or("none named"))]
    Issuer {
        /// The `iss` parameter, if there was one.
        found: Option<String>,
    },
    /// A parameter occurs twice, or neither `code` nor `error` is present.
    #[error("it is not an answer to an authorization request: {0}")]
    Malformed(&'static str),
}

impl Error {
    /// Whether the stored token may still be used after this error. True for all but [`Error::AccessEnded`].
    pub fn keeps_token(&self) -> bool {
        !matches!(self, Error::AccessEnded { .. })
    }
}

impl From<HttpError> for Error {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Unavailable { status, retry_after, description } => {
                Error::Unavailable { status, retry_after, description }
            }
            HttpError::Network(source) => Error::Network(with_causes(&source)),
            HttpError::Insecure(url) => Error::Config(format!("{url} is neither https nor on this machine")),
            HttpError::TooLarge => Error::Protocol("the answer is larger than any that this protocol has".into()),
            HttpError::Invalid(why) => Error::Config(why),
        }
    }
}

fn details(description: Option<&str>, retry_after: Option<Duration>) -> String {
    let words = description.map(|it| format!(": {it}")).unwrap_or_default();
    let wait = retry_after.map(|it| format!("; it asks to wait {} s", it.as_secs())).unwrap_or_default();
    words + &wait
}

/// An error with its chain of causes in one line: reqwest's own text leaves out the part that helps.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !line.contains(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        cause = inner.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_ended_access_gives_the_token_up() {
        assert!(!Error::AccessEnded { description: None }.keeps_token());
        let busy = HttpError::Unavailable { status: 503, retry_after: None, description: None };
        assert!(Error::from(busy).keeps_token());
        assert!(Error::Refused { error: "invalid_client".into(), description: None }.keeps_token());
        assert!(Error::Network("connection reset".into()).keeps_token());
    }

    #[test]
    fn the_providers_own_words_reach_the_reader() {
        let paused = Error::Unavailable {
            status: 503,
            retry_after: Some(Duration::from_secs(3600)),
            description: Some("paused".into()),
        };
        assert_eq!(paused.to_string(), "the provider cannot answer now (HTTP 503): paused; it asks to wait 3600 s");
        let ended = Error::AccessEnded { description: Some("Offline session not found".into()) };
        assert_eq!(ended.to_string(), "offline access has ended: Offline session not found");
    }
}
