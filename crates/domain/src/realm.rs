//! Realms: the settings that hold for all of its clients and users.

use crate::{
    brute_force::BruteForce,
    event_settings::EventSettings,
    ids::{ClientScopeId, GroupId, RealmId},
    lifetime::Floors,
    mail::SmtpServer,
    notice::NoticeSettings,
    time::Timestamp,
    token_policy::RealmTokenPolicy,
    upstream::IdentityProvider,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What happens where a user or client may not have offline access but asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfflineAccessDenied {
    /// The request is refused.
    #[default]
    Reject,
    /// The scope is dropped and an ordinary refresh token is issued.
    Online,
}

/// What an admin sets on a realm; stored as one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RealmSettings {
    pub display_name: Option<String>,
    pub enabled: bool,
    pub token_policy: RealmTokenPolicy,
    pub offline_access_denied: OfflineAccessDenied,
    /// Signing algorithm of tokens where the client sets none.
    pub default_algorithm: String,
    pub default_locale: String,
    /// A name from the palette of accents; `None`: the default one.
    pub accent: Option<String>,
    /// The scopes that a new client starts with; ids of scopes that are gone may remain.
    pub default_client_scopes: BTreeSet<ClientScopeId>,
    pub optional_client_scopes: BTreeSet<ClientScopeId>,
    /// The groups that a new user joins; ids of groups that are gone may remain.
    pub default_groups: BTreeSet<GroupId>,
    pub events: EventSettings,
    /// What ends offline sessions unless it is set: a password that an admin resets, a user who is disabled.
    pub password_reset_keeps_offline_sessions: bool,
    pub disabling_keeps_offline_sessions: bool,
    pub notices: NoticeSettings,
    pub brute_force: BruteForce,
    /// `None`: the process-wide one.
    pub smtp_server: Option<SmtpServer>,
    /// Upstream providers by alias.
    pub identity_providers: BTreeMap<String, IdentityProvider>,
    /// Attributes of Keycloak's realms that have no field here; kept for its tools.
    pub attributes: BTreeMap<String, String>,
}

impl Default for RealmSettings {
    fn default() -> Self {
        Self {
            display_name: None,
            enabled: true,
            token_policy: RealmTokenPolicy::default(),
            offline_access_denied: OfflineAccessDenied::Reject,
            default_algorithm: "RS256".into(),
            default_locale: "en".into(),
            accent: None,
            password_reset_keeps_offline_sessions: false,
            disabling_keeps_offline_sessions: false,
            default_client_scopes: BTreeSet::new(),
            optional_client_scopes: BTreeSet::new(),
            default_groups: BTreeSet::new(),
            events: EventSettings::default(),
            notices: NoticeSettings::default(),
            brute_force: BruteForce::default(),
            smtp_server: None,
            identity_providers: BTreeMap::new(),
            attributes: BTreeMap::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Realm {
    pub id: RealmId,
    pub name: String,
    pub settings: RealmSettings,
    /// Tokens issued before are refused (revocation policy).
    pub not_before_at: Timestamp,
    pub floors: Floors,
}

impl Realm {
    pub fn display_name(&self) -> &str {
        self.settings.display_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.name)
    }
}
