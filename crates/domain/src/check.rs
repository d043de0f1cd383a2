//! The checks that a token meets, by name and in their order (offline-access rules, "Refresh"). Whatever explains or logs a
//! decision says these names; whatever decides goes through them in this order.

/// One check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    ClientAuthentication,
    ClientEnabled,
    /// The client may use refresh tokens.
    GrantAllowed,
    TokenPresent,
    /// Well-formed, by a known key, with the right MAC.
    TokenGenuine,
    TokenRealm,
    /// Issued to the client that shows it.
    TokenClient,
    SenderConstraint,
    SessionExists,
    /// Of an access token: its session was not narrowed, paused or given an earlier end since.
    AccessEpoch,
    /// Of an access token: its own time.
    TokenNotExpired,
    /// No limit and no floor has ended it.
    NotEnded,
    /// Of an online grant: the user session that it belongs to.
    UserSession,
    NotPaused,
    UserEnabled,
    NotBefore,
    /// The user has the role `offline_access`.
    OfflineRole,
    /// The client has the scope, and the role in its scope.
    OfflineScope,
    Consent,
    /// One at least of the resources that it was granted for still exists.
    ResourcesLeft,
    Scope,
    Resource,
    Generation,
    /// Of an access token: not revoked by itself.
    TokenNotDenied,
}

impl Check {
    /// Those that a refresh makes.
    pub const OF_REFRESH: [Self; 21] = [
        Self::ClientAuthentication,
        Self::ClientEnabled,
        Self::GrantAllowed,
        Self::TokenPresent,
        Self::TokenGenuine,
        Self::TokenRealm,
        Self::TokenClient,
        Self::SenderConstraint,
        Self::SessionExists,
        Self::NotEnded,
        Self::UserSession,
        Self::NotPaused,
        Self::UserEnabled,
        Self::NotBefore,
        Self::OfflineRole,
        Self::OfflineScope,
        Self::Consent,
        Self::ResourcesLeft,
        Self::Scope,
        Self::Resource,
        Self::Generation,
    ];

    /// Those that every use of an access token makes.
    pub const OF_ACCESS: [Self; 16] = [
        Self::TokenGenuine,
        Self::SessionExists,
        Self::AccessEpoch,
        Self::TokenNotExpired,
        Self::TokenClient,
        Self::ClientEnabled,
        Self::NotEnded,
        Self::UserSession,
        Self::NotPaused,
        Self::UserEnabled,
        Self::NotBefore,
        Self::OfflineRole,
        Self::OfflineScope,
        Self::Consent,
        Self::ResourcesLeft,
        Self::TokenNotDenied,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientAuthentication => "client-authentication",
            Self::ClientEnabled => "client-enabled",
            Self::GrantAllowed => "grant-allowed",
            Self::TokenPresent => "token-present",
            Self::TokenGenuine => "token-genuine",
            Self::TokenRealm => "token-realm",
            Self::TokenClient => "token-client",
            Self::SenderConstraint => "sender-constraint",
            Self::SessionExists => "session-exists",
            Self::AccessEpoch => "access-epoch",
            Self::TokenNotExpired => "token-not-expired",
            Self::NotEnded => "not-ended",
            Self::UserSession => "user-session",
            Self::NotPaused => "not-paused",
            Self::UserEnabled => "user-enabled",
            Self::NotBefore => "not-before",
            Self::OfflineRole => "offline-role",
            Self::OfflineScope => "offline-scope",
            Self::Consent => "consent",
            Self::ResourcesLeft => "resources-left",
            Self::Scope => "scope",
            Self::Resource => "resource",
            Self::Generation => "generation",
            Self::TokenNotDenied => "token-not-denied",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_checks_of_a_list_have_the_same_name() {
        for list in [&Check::OF_REFRESH[..], &Check::OF_ACCESS[..]] {
            let names: std::collections::BTreeSet<_> = list.iter().map(|check| check.as_str()).collect();
            assert_eq!(names.len(), list.len());
        }
    }
}
