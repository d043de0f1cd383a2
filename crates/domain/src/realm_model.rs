//! Everything that a realm's requests are decided by, read once into one immutable value.

use crate::{
    client::Client,
    client_scope::ClientScope,
    ids::{ClientId, ClientScopeId, RoleId},
    keys::SealedKey,
    lifetime::Floors,
    realm::Realm,
    role::Role,
    time::Timestamp,
    token_policy::EffectivePolicy,
    user::User,
    webhook::Webhook,
};
use perennial_protocol::{ScopeSet, scope};
use std::collections::{BTreeSet, HashMap};

/// A realm with its clients, scopes, roles and keys as of one stamp.
#[derive(Clone, Debug)]
pub struct RealmModel {
    pub realm: Realm,
    /// Random, renewed by every change; compared for equality only.
    pub stamp: i64,
    pub clients: HashMap<ClientId, Client>,
    pub scopes: HashMap<ClientScopeId, ClientScope>,
    pub roles: HashMap<RoleId, Role>,
    pub keys: Vec<SealedKey>,
    pub webhooks: Vec<Webhook>,
    client_ids: HashMap<String, ClientId>,
}

/// The parts of a model, before its indexes are built.
pub struct RealmParts {
    pub realm: Realm,
    pub stamp: i64,
    pub clients: Vec<Client>,
    pub scopes: Vec<ClientScope>,
    pub roles: Vec<Role>,
    pub keys: Vec<SealedKey>,
    pub webhooks: Vec<Webhook>,
}

impl RealmModel {
    pub fn new(parts: RealmParts) -> Self {
        let client_ids = parts.clients.iter().map(|client| (client.client_id.clone(), client.id)).collect();
        Self {
            realm: parts.realm,
            stamp: parts.stamp,
            clients: parts.clients.into_iter().map(|client| (client.id, client)).collect(),
            scopes: parts.scopes.into_iter().map(|scope| (scope.id, scope)).collect(),
            roles: parts.roles.into_iter().map(|role| (role.id, role)).collect(),
            keys: parts.keys,
            webhooks: parts.webhooks,
            client_ids,
        }
    }

    /// By the OAuth `client_id`.
    pub fn find_client(&self, client_id: &str) -> Option<&Client> {
        self.clients.get(self.client_ids.get(client_id)?)
    }

    /// A disabled realm's clients are refused like disabled ones, and resume with it.
    pub fn admits(&self, client: &Client) -> bool {
        self.realm.settings.enabled && client.settings.enabled
    }

    pub fn find_realm_role(&self, name: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.client_id.is_none() && role.name == name)
    }

    pub fn find_client_role(&self, client: ClientId, name: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.client_id == Some(client) && role.name == name)
    }

    pub fn find_scope(&self, name: &str) -> Option<&ClientScope> {
        self.scopes.values().find(|scope| scope.name == name)
    }

    pub fn policy_of(&self, client: &Client) -> EffectivePolicy {
        let settings = &client.settings;
        EffectivePolicy::resolve(&self.realm.settings.token_policy, &settings.token_policy, settings.kind)
    }

    /// The floors of realm, client and user together.
    pub fn floors_of(&self, client: &Client, user: Floors) -> Floors {
        self.realm.floors.max(client.floors).max(user)
    }

    /// The latest not-before of realm, client and user.
    pub fn not_before_of(&self, client: &Client, user: &User) -> Timestamp {
        self.realm.not_before_at.max(client.not_before_at).max(user.not_before_at)
    }

    /// Names of the scopes that every token of the client gets.
    pub fn default_scopes_of(&self, client: &Client) -> ScopeSet {
        self.names(&client.default_scopes)
    }

    /// `openid` needs no assignment (OIDC Core §3.1.2.1); every other scope must be assigned to the client.
    pub fn may_request(&self, client: &Client, name: &str) -> bool {
        let assigned = |ids: &BTreeSet<ClientScopeId>| {
            ids.iter().filter_map(|id| self.scopes.get(id)).any(|scope| scope.name == name)
        };
        name == scope::OPENID || assigned(&client.default_scopes) || assigned(&client.optional_scopes)
    }

    pub fn is_default_scope(&self, client: &Client, name: &str) -> bool {
        client.default_scopes.iter().filter_map(|id| self.scopes.get(id)).any(|scope| scope.name == name)
    }

    /// The scopes by default and on request that a new client starts with.
    pub fn scopes_of_new_clients(&self) -> (BTreeSet<ClientScopeId>, BTreeSet<ClientScopeId>) {
        let settings = &self.realm.settings;
        let known =
            |ids: &BTreeSet<ClientScopeId>| ids.iter().filter(|id| self.scopes.contains_key(id)).copied().collect();
        (known(&settings.default_client_scopes), known(&settings.optional_client_scopes))
    }

    /// The roles given, and all that they include.
    pub fn closure(&self, roles: impl IntoIterator<Item = RoleId>) -> BTreeSet<RoleId> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<RoleId> = roles.into_iter().collect();
        while let Some(id) = open.pop() {
            if let Some(role) = self.roles.get(&id)
                && reached.insert(id)
            {
                open.extend(&role.composites);
            }
        }
        reached
    }

    /// The user's roles that the client may carry: all with full scope, otherwise those in its scope mappings.
    pub fn roles_in_scope(&self, client: &Client, of_user: &BTreeSet<RoleId>) -> BTreeSet<RoleId> {
        if client.settings.full_scope_allowed {
            return of_user.clone();
        }
        let mut mapped = self.closure(client.scope_mappings.iter().copied());
        mapped.extend(self.roles.values().filter(|role| role.client_id == Some(client.id)).map(|role| role.id));
        of_user.intersection(&mapped).copied().collect()
    }

    fn names(&self, ids: &BTreeSet<ClientScopeId>) -> ScopeSet {
        let mut names: Vec<&str> =
            ids.iter().filter_map(|id| self.scopes.get(id)).map(|scope| scope.name.as_str()).collect();
        names.sort_unstable();
        names.into_iter().collect()
    }
}
