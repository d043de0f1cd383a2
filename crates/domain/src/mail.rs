//! Mails as they are queued: to whom, in which language, about what. How they read is decided when they are sent.

use crate::{lifetime::EndCause, time::Timestamp, user::RequiredAction};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    /// BCP 47 tag.
    pub language: String,
    /// Name of the realm, as in addresses.
    pub realm: String,
    pub about: About,
}

/// A session in the words that a mail needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFacts {
    pub app: String,
    /// Set where the reader is not the user but whoever runs the app.
    pub username: Option<String>,
    pub device_label: Option<String>,
    pub started_at: Timestamp,
    pub last_used_at: Timestamp,
    pub last_ip: String,
    pub last_agent: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum About {
    Expiring {
        session: SessionFacts,
        ends_at: Timestamp,
        /// As in [`EndCause`].
        cause: EndCause,
    },
    Dormant {
        session: SessionFacts,
    },
    /// A token was used twice: the session has ended.
    Reused {
        session: SessionFacts,
        at: Timestamp,
        /// From where it was shown the second time.
        ip: String,
        agent: String,
    },
    /// Somebody handed in a token; `session_ended` where it was one that renews.
    Leaked {
        session: SessionFacts,
        at: Timestamp,
        session_ended: bool,
    },
    /// What the user is asked to do, with the link by which they do it.
    Actions {
        username: String,
        actions: BTreeSet<RequiredAction>,
        /// Sealed with the master key: whoever has the token may act.
        sealed_token: Vec<u8>,
        expires_at: Timestamp,
    },
    /// An admin tries the mail server.
    Test,
}

impl About {
    /// For the log of deliveries.
    pub const fn topic(&self) -> &'static str {
        match self {
            Self::Expiring { .. } => "session_expiring",
            Self::Dormant { .. } => "session_dormant",
            Self::Reused { .. } => "token_reused",
            Self::Leaked { .. } => "token_leaked",
            Self::Actions { .. } => "actions",
            Self::Test => "test",
        }
    }
}

/// A realm's own mail server, as Keycloak's `smtpServer` has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SmtpServer {
    pub host: String,
    /// `None`: the usual one for how the connection is secured.
    pub port: Option<u16>,
    pub from: String,
    pub from_display_name: Option<String>,
    pub reply_to: Option<String>,
    /// TLS from the first byte.
    pub ssl: bool,
    /// TLS is asked for and must be given (RFC 3207).
    pub starttls: bool,
    pub auth: bool,
    pub user: Option<String>,
    /// Sealed with the master key.
    pub sealed_password: Option<Vec<u8>>,
}
