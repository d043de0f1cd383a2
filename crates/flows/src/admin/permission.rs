//! Who may do what in the admin API: the `admin` role of `master` everywhere, the roles of `realm-management` in their realm.

use crate::{FlowError, FlowResult, LoadedRealm};
use perennial_crypto::token_hash;
use perennial_domain::{
    RoleId, UserId,
    role::{ADMIN_ROLE, REALM_MANAGEMENT_CLIENT},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// The realm whose admins may do everything.
pub const MASTER: &str = "master";

/// Names of the `realm-management` roles, as in Keycloak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    QueryRealms,
    ViewRealm,
    ManageRealm,
    QueryClients,
    ViewClients,
    CreateClient,
    ManageClients,
    QueryUsers,
    ViewUsers,
    ManageUsers,
    ViewEvents,
    ManageEvents,
}

impl Permission {
    pub const ALL: [Self; 12] = [
        Self::QueryRealms,
        Self::ViewRealm,
        Self::ManageRealm,
        Self::QueryClients,
        Self::ViewClients,
        Self::CreateClient,
        Self::ManageClients,
        Self::QueryUsers,
        Self::ViewUsers,
        Self::ManageUsers,
        Self::ViewEvents,
        Self::ManageEvents,
    ];

    pub const fn role(self) -> &'static str {
        match self {
            Self::QueryRealms => "query-realms",
            Self::ViewRealm => "view-realm",
            Self::ManageRealm => "manage-realm",
            Self::QueryClients => "query-clients",
            Self::ViewClients => "view-clients",
            Self::CreateClient => "create-client",
            Self::ManageClients => "manage-clients",
            Self::QueryUsers => "query-users",
            Self::ViewUsers => "view-users",
            Self::ManageUsers => "manage-users",
            Self::ViewEvents => "view-events",
            Self::ManageEvents => "manage-events",
        }
    }

    /// Roles that include this permission.
    fn carried_by(self) -> &'static [&'static str] {
        match self {
            Self::QueryRealms => &["query-realms", "view-realm", "manage-realm", "realm-admin"],
            Self::ViewRealm => &["view-realm", "manage-realm", "realm-admin"],
            Self::ManageRealm => &["manage-realm", "realm-admin"],
            Self::QueryClients => &["query-clients", "view-clients", "manage-clients", "realm-admin"],
            Self::ViewClients => &["view-clients", "manage-clients", "realm-admin"],
            Self::CreateClient => &["create-client", "manage-clients", "realm-admin"],
            Self::ManageClients => &["manage-clients", "realm-admin"],
            Self::QueryUsers => &["query-users", "view-users", "manage-users", "realm-admin"],
            Self::ViewUsers => &["view-users", "manage-users", "realm-admin"],
            Self::ManageUsers => &["manage-users", "realm-admin"],
            Self::ViewEvents => &["view-events", "manage-events", "realm-admin"],
            Self::ManageEvents => &["manage-events", "realm-admin"],
        }
    }
}

/// An authenticated admin: who, from which realm, with which permissions. Read anew for every request, so that a role taken away
/// is gone at once.
#[derive(Clone, Debug)]
pub struct Caller {
    pub user: UserId,
    /// The realm that the admin signed in to.
    pub realm: String,
    master_admin: bool,
    roles: BTreeSet<String>,
    /// The tags of what the caller has read and wants to change, if only that.
    if_match: Option<String>,
    /// The caller means to be the first to make it.
    only_new: bool,
}

/// Names a state of something, for the `ETag` header (RFC 9110 §8.8.3). It takes in all that is stored of it, and is the same on every
/// node, whatever was built when.
pub fn tag_of(state: &impl Serialize) -> FlowResult<String> {
    // By way of a value, whose members are sorted.
    let canonical = serde_json::to_value(state).map_err(FlowError::internal)?.to_string();
    let hash = token_hash(&canonical);
    Ok(format!("\"{}\"", hash[..16].iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
}

impl Caller {
    /// `roles`: those that count for this caller, with all that they include.
    pub fn new(realm: &LoadedRealm, user: UserId, roles: &BTreeSet<RoleId>) -> Self {
        let model = &realm.model;
        let management = model.find_client(REALM_MANAGEMENT_CLIENT).map(|client| client.id);
        let admin = model.find_realm_role(ADMIN_ROLE).is_some_and(|role| roles.contains(&role.id));
        let named = roles.iter().filter_map(|id| model.roles.get(id));
        let management_roles = named.filter(|role| role.client_id.is_some() && role.client_id == management);
        Self {
            user,
            realm: realm.name().to_owned(),
            master_admin: realm.name() == MASTER && admin,
            roles: management_roles.map(|role| role.name.clone()).collect(),
            if_match: None,
            only_new: false,
        }
    }

    /// Changes are refused unless what they are about still is what these tags name.
    #[must_use]
    pub fn only_if(mut self, if_match: Option<String>) -> Self {
        self.if_match = if_match;
        self
    }

    /// Changes are refused where there is something already: `If-None-Match: *` (RFC 9110 §13.1.2).
    #[must_use]
    pub fn only_new(mut self, only_new: bool) -> Self {
        self.only_new = only_new;
        self
    }

    /// Asked inside of the unit that makes the change, so that of two admins who read the same only one overwrites it.
    pub fn require_unchanged(&self, state: &impl Serialize) -> FlowResult<()> {
        if self.only_new {
            return Err(FlowError::Changed);
        }
        let Some(named) = &self.if_match else { return Ok(()) };
        let (tag, mut each) = (tag_of(state)?, named.split(',').map(str::trim));
        if each.any(|one| one == "*" || one == tag) { Ok(()) } else { Err(FlowError::Changed) }
    }

    /// The same of what has no tag: none that is named can be its own (RFC 9110 §13.1.1).
    pub fn require_untagged(&self) -> FlowResult<()> {
        let any =
            !self.only_new && self.if_match.as_ref().is_none_or(|named| named.split(',').any(|one| one.trim() == "*"));
        if any { Ok(()) } else { Err(FlowError::Changed) }
    }

    /// The same of what is not there: no tag can be meant by it (RFC 9110 §13.1.1).
    pub fn require_awaited(&self) -> FlowResult<()> {
        if self.if_match.is_none() { Ok(()) } else { Err(FlowError::Changed) }
    }

    pub fn may(&self, permission: Permission, realm: &str) -> bool {
        let carried = || permission.carried_by().iter().any(|role| self.roles.contains(*role));
        self.master_admin || (self.realm == realm && carried())
    }

    /// The roles of `realm-management` that count in the caller's own realm.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str)
    }

    /// Whether nothing in the realm is beyond the caller; in `master` that takes more than its own `realm-admin`.
    pub fn is_whole_admin_of(&self, realm: &str) -> bool {
        self.master_admin || (realm != MASTER && self.realm == realm && self.roles.contains("realm-admin"))
    }

    /// Admins of all realms only.
    pub fn require_master_admin(&self) -> FlowResult<()> {
        if self.master_admin { Ok(()) } else { Err(FlowError::Forbidden) }
    }

    /// Nobody gives, or acts on those who have, admin roles that they do not have themselves.
    pub fn require_roles(&self, realm: &LoadedRealm, roles: impl IntoIterator<Item = RoleId>) -> FlowResult<()> {
        let model = &realm.model;
        let management = model.find_client(REALM_MANAGEMENT_CLIENT).map(|client| client.id);
        let beyond = |id: &RoleId| match model.roles.get(id) {
            Some(role) if role.client_id.is_some() => {
                role.client_id == management && !(self.realm == realm.name() && self.roles.contains(&role.name))
            }
            Some(role) => realm.name() == MASTER && role.name == ADMIN_ROLE,
            None => false,
        };
        let refused = !self.master_admin && model.closure(roles).iter().any(beyond);
        if refused { Err(FlowError::Forbidden) } else { Ok(()) }
    }

    pub fn require(&self, permission: Permission, realm: &str) -> FlowResult<()> {
        if self.may(permission, realm) { Ok(()) } else { Err(FlowError::Forbidden) }
    }
}
