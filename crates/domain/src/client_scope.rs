//! Client scopes: the permissions that clients can ask for, with their words for people.

use crate::{
    ids::{ClientScopeId, RoleId},
    mapper::ProtocolMapper,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientScopeSettings {
    pub description: Option<String>,
    /// What the consent page says; a built-in scope's text comes from the catalogue of texts instead.
    pub consent_text: Option<String>,
    pub display_on_consent: bool,
    pub include_in_token_scope: bool,
    pub admin_consent_required: bool,
    /// What tokens with this scope say.
    pub mappers: Vec<ProtocolMapper>,
}

impl Default for ClientScopeSettings {
    fn default() -> Self {
        Self {
            description: None,
            consent_text: None,
            display_on_consent: true,
            include_in_token_scope: true,
            admin_consent_required: false,
            mappers: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientScope {
    pub id: ClientScopeId,
    pub name: String,
    pub settings: ClientScopeSettings,
    /// Roles that the scope carries: it is granted only to users who have one of them, if there are any.
    pub scope_mappings: BTreeSet<RoleId>,
}
