//! Everything that a realm's requests are decided by, read once into one immutable value.

mod ends;

use crate::{
    client::{Client, ClientKind},
    client_scope::{ClientScope, PermissionType},
    consent::Consent,
    grant::Grant,
    group::{Group, Groups},
    ids::{ClientId, ClientScopeId, RoleId},
    keys::SealedKey,
    lifetime::Floors,
    mapper::{self, Rule, ScopeRules},
    realm::Realm,
    resource::Resource,
    role::Role,
    time::Timestamp,
    token_policy::{EffectivePolicy, RealmTokenPolicy},
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
    pub groups: Groups,
    pub keys: Vec<SealedKey>,
    pub webhooks: Vec<Webhook>,
    /// By URI.
    pub resources: HashMap<String, Resource>,
    /// What lengthened limits have left behind, by client and resources. Sessions of one client for the same resources share
    /// one policy, so a floor for them ends nothing that lives by another.
    class_floors: HashMap<ClientId, HashMap<String, Floors>>,
    client_ids: HashMap<String, ClientId>,
    /// Names of the scopes that only an admin can allow, to use for users and in the client's own name.
    reserved: BTreeSet<String>,
    reserved_to_applications: BTreeSet<String>,
    /// What the mappers of client scopes and clients say, parsed.
    pub(crate) scope_rules: HashMap<ClientScopeId, ScopeRules>,
    pub(crate) client_rules: HashMap<ClientId, Vec<Rule>>,
}

/// The parts of a model, before its indexes are built.
pub struct RealmParts {
    pub realm: Realm,
    pub stamp: i64,
    pub clients: Vec<Client>,
    pub scopes: Vec<ClientScope>,
    pub roles: Vec<Role>,
    pub groups: Vec<Group>,
    pub keys: Vec<SealedKey>,
    pub webhooks: Vec<Webhook>,
    pub resources: Vec<Resource>,
    /// Client, resources as [`class_key`] writes them, and the floors of their sessions.
    pub class_floors: Vec<(ClientId, String, Floors)>,
}

/// Whose grant it is, and what they allowed its client.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    pub user: &'a User,
    pub consent: Option<&'a Consent>,
}

impl Owner<'_> {
    /// Whether the user allowed the client this scope.
    pub fn gave(&self, client: &Client, scope: &str) -> bool {
        self.consent.is_some_and(|consent| consent.client_id == client.id && consent.scope.contains(scope))
    }
}

/// A set of resources as one text: sorted URIs, which hold no space, with a space between them.
pub fn class_key(resources: &[String]) -> String {
    resources.join(" ")
}

impl RealmModel {
    pub fn new(parts: RealmParts) -> Self {
        let mut class_floors: HashMap<ClientId, HashMap<String, Floors>> = HashMap::new();
        for (client, key, floors) in parts.class_floors {
            class_floors.entry(client).or_default().insert(key, floors);
        }
        let client_ids = parts.clients.iter().map(|client| (client.client_id.clone(), client.id)).collect();
        let reserved = |used: PermissionType| -> BTreeSet<String> {
            parts.scopes.iter().filter(|scope| scope.is_reserved(used)).map(|scope| scope.name.clone()).collect()
        };
        let [reserved, reserved_to_applications] = PermissionType::ALL.map(reserved);
        let rules_of_scope = |scope: &ClientScope| {
            let hidden = !scope.settings.include_in_token_scope;
            Some((scope.id, ScopeRules::of(&scope.name, hidden, &scope.settings.mappers)?))
        };
        let with_mappers = parts.clients.iter().filter(|client| !client.settings.mappers.is_empty());
        Self {
            scope_rules: parts.scopes.iter().filter_map(rules_of_scope).collect(),
            client_rules: with_mappers.map(|own| (own.id, mapper::rules_of(&own.settings.mappers))).collect(),
            realm: parts.realm,
            stamp: parts.stamp,
            clients: parts.clients.into_iter().map(|client| (client.id, client)).collect(),
            scopes: parts.scopes.into_iter().map(|scope| (scope.id, scope)).collect(),
            roles: parts.roles.into_iter().map(|role| (role.id, role)).collect(),
            groups: parts.groups.into_iter().map(|group| (group.id, group)).collect(),
            keys: parts.keys,
            webhooks: parts.webhooks,
            resources: parts.resources.into_iter().map(|resource| (resource.uri.clone(), resource)).collect(),
            class_floors,
            client_ids,
            reserved,
            reserved_to_applications,
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

    /// The policy that acts on the client's grants without a resource; see [`RealmModel::policy_of_grant`] for one that exists.
    pub fn policy_of(&self, client: &Client) -> EffectivePolicy {
        self.policy_under(&self.realm.settings.token_policy, client, &[])
    }

    /// The policy of the client's grants for these resources; those that are gone have no say.
    pub fn policy_for(&self, client: &Client, resources: &[String]) -> EffectivePolicy {
        self.policy_under(&self.realm.settings.token_policy, client, resources)
    }

    /// The same if the realm's values were others.
    pub fn policy_under(&self, realm: &RealmTokenPolicy, client: &Client, resources: &[String]) -> EffectivePolicy {
        let settings = &client.settings;
        let inherited = EffectivePolicy::resolve(realm, &settings.token_policy, settings.kind);
        let living = resources.iter().filter_map(|uri| self.resources.get(uri));
        inherited.for_resources(living.map(|resource| &resource.settings.token_policy))
    }

    pub fn policy_of_grant(&self, client: &Client, grant: &Grant) -> EffectivePolicy {
        let settings = &client.settings;
        // A public client that proves a key is constrained like one that authenticates.
        let kind = if grant.sender_key.is_some() { ClientKind::Confidential } else { settings.kind };
        let resolved = EffectivePolicy::resolve(&self.realm.settings.token_policy, &settings.token_policy, kind);
        let inherited = EffectivePolicy { of_online: !grant.is_offline(), ..resolved };
        inherited.for_resources(self.living_resources(&grant.resources).map(|resource| &resource.settings.token_policy))
    }

    /// The floors of realm, client and lengthened limits: with a user's, all that end the client's sessions for these resources.
    pub fn floors_for(&self, client: &Client, resources: &[String]) -> Floors {
        self.realm.floors.max(client.floors).max(self.class_floors_of(client.id, resources))
    }

    /// What lengthened limits have left behind.
    pub fn class_floors_of(&self, client: ClientId, resources: &[String]) -> Floors {
        let Some(of_client) = self.class_floors.get(&client) else { return Floors::default() };
        let found = match resources {
            [] => of_client.get(""),
            [one] => of_client.get(one),
            several => of_client.get(&class_key(several)),
        };
        found.copied().unwrap_or_default()
    }

    /// The highest floor of the realm, its clients and their classes of sessions.
    pub fn highest_floors(&self) -> Floors {
        let of_clients = self.clients.values().map(|client| client.floors);
        let of_classes = self.class_floors.values().flat_map(HashMap::values).copied();
        of_clients.chain(of_classes).fold(self.realm.floors, Floors::max)
    }

    /// Those of a grant's resources that still exist.
    pub fn living_resources<'a>(&'a self, uris: &'a [String]) -> impl Iterator<Item = &'a Resource> {
        uris.iter().filter_map(|uri| self.resources.get(uri))
    }

    /// The latest not-before of realm, client and user.
    pub fn not_before_of(&self, client: &Client, user: &User) -> Timestamp {
        self.realm.not_before_at.max(client.not_before_at).max(user.not_before_at)
    }

    /// Whether only an admin can allow the scope.
    pub fn is_reserved(&self, used: PermissionType, scope: &str) -> bool {
        match used {
            PermissionType::Delegated => self.reserved.contains(scope),
            PermissionType::Application => self.reserved_to_applications.contains(scope),
        }
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
