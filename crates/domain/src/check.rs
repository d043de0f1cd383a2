//! The checks of a refresh, by name and in their order (offline-access rules, "Refresh"). Whatever explains or logs a
//! decision says these names; whatever decides goes through them in this order.

/// One check. The order of the variants is the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
}

impl Check {
    pub const ALL: [Self; 21] = [
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_check_in_the_order_in_which_they_are_made() {
        assert!(Check::ALL.is_sorted());
        assert_eq!(Check::ALL.last(), Some(&Check::Generation));
        let names: std::collections::BTreeSet<_> = Check::ALL.iter().map(|check| check.as_str()).collect();
        assert_eq!(names.len(), Check::ALL.len());
    }
}
