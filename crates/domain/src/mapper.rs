//! Protocol mappers: which claims about a user stand in which tokens, as an admin sets it on client scopes and clients. The stored
//! form keeps Keycloak's configuration; [`Rule`] is what a realm's model makes of it once, so that no request parses anything.

mod apply;
mod claim_path;
mod claim_tree;
mod rule;
mod standard;

pub use apply::Teller;
pub use claim_path::ClaimPath;
pub use claim_tree::{ClaimTree, ClaimValue};
pub use rule::{Rule, Source, Targets};
pub use standard::standard_mappers;

use crate::{ids::MapperId, realm_model::RealmModel};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! kinds {
    ($($kind:ident = $provider:literal),+ $(,)?) => {
        /// What a mapper can do; the names are Keycloak's providers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum MapperKind {
            $(#[serde(rename = $provider)] $kind),+
        }

        impl MapperKind {
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            pub const fn provider(self) -> &'static str {
                match self {
                    $(Self::$kind => $provider),+
                }
            }
        }
    };
}

kinds! {
    UserAttribute = "oidc-usermodel-attribute-mapper",
    UserProperty = "oidc-usermodel-property-mapper",
    FullName = "oidc-full-name-mapper",
    Address = "oidc-address-mapper",
    RealmRoles = "oidc-usermodel-realm-role-mapper",
    ClientRoles = "oidc-usermodel-client-role-mapper",
    Audience = "oidc-audience-mapper",
    AudienceResolve = "oidc-audience-resolve-mapper",
    AllowedOrigins = "oidc-allowed-origins-mapper",
    Hardcoded = "oidc-hardcoded-claim-mapper",
    Groups = "oidc-group-membership-mapper",
    SessionNote = "oidc-usersessionmodel-note-mapper",
}

impl MapperKind {
    pub fn of_provider(provider: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.provider() == provider)
    }
}

/// A mapper as it is stored: among the settings of its client or client scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtocolMapper {
    pub id: MapperId,
    /// Unique within its client or client scope.
    pub name: String,
    pub kind: MapperKind,
    /// Keycloak's keys; those that the kind does not know are kept for its tools.
    pub config: BTreeMap<String, String>,
}

/// Rules of a client scope, with what decides whether a token has them.
#[derive(Clone, Debug)]
pub(crate) struct ScopeRules {
    name: String,
    /// It never stands in a token's `scope`, so it acts where it is assigned by default.
    hidden: bool,
    rules: Vec<Rule>,
}

impl ScopeRules {
    /// `None` where there is nothing to say.
    pub(crate) fn of(name: &str, hidden: bool, mappers: &[ProtocolMapper]) -> Option<Self> {
        let rules = rules_of(mappers);
        (!rules.is_empty()).then(|| Self { name: name.to_owned(), hidden, rules })
    }
}

/// In the order of the mappers' names: where two write the same claim, the later one wins. What is stored has been checked.
pub(crate) fn rules_of(mappers: &[ProtocolMapper]) -> Vec<Rule> {
    let mut sorted: Vec<&ProtocolMapper> = mappers.iter().collect();
    sorted.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    sorted.into_iter().filter_map(|mapper| Rule::parse(mapper.kind, &mapper.config).ok()).collect()
}

impl RealmModel {
    /// What acts on a token of the client with this scope: the client scopes that it has, then the client's own mappers.
    pub fn rules_for<'a>(
        &'a self,
        client: &'a crate::client::Client,
        scope: &perennial_protocol::ScopeSet,
    ) -> Vec<&'a Rule> {
        let mut acting: Vec<&'a Rule> = Vec::with_capacity(24);
        let of_scope = |id| self.scope_rules.get(id);
        for found in client.default_scopes.iter().filter_map(of_scope) {
            if found.hidden || scope.contains(&found.name) {
                acting.extend(&found.rules);
            }
        }
        for found in client.optional_scopes.difference(&client.default_scopes).filter_map(of_scope) {
            if scope.contains(&found.name) {
                acting.extend(&found.rules);
            }
        }
        acting.extend(self.client_rules.get(&client.id).into_iter().flatten());
        acting
    }
}
