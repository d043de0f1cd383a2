//! What an import holds, in the domain's terms; things name each other, since ids may have to change on the way.

use crate::admin::{clients::ClientChange, groups::GroupDraft, mappers::MapperDraft, users::UserDraft};
use perennial_domain::{
    ClientId, ClientScopeId, GroupId, RoleId, Timestamp, UserId,
    client_scope::ClientScopeSettings,
    resource::ResourceSettings,
    upstream::{IdentityLink, IdentityProvider},
    webhook::WebhookSettings,
};
use perennial_protocol::ScopeSet;

#[derive(Default)]
pub struct Package {
    pub scopes: Vec<ScopeEntry>,
    /// Names of the default and the optional scopes of new clients.
    pub scopes_of_new_clients: Option<(Vec<String>, Vec<String>)>,
    pub clients: Vec<ClientEntry>,
    pub roles: Vec<RoleEntry>,
    pub scope_mappings: Vec<ScopeMapping>,
    pub resources: Vec<ResourceEntry>,
    pub groups: Vec<GroupEntry>,
    /// Paths of the groups that new users join.
    pub default_groups: Option<Vec<String>>,
    pub users: Vec<UserEntry>,
    pub webhooks: Vec<WebhookSettings>,
    /// By alias.
    pub identity_providers: Vec<(String, IdentityProvider)>,
}

/// A realm role, or a role of the client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleName {
    pub client: Option<String>,
    pub name: String,
}

impl std::fmt::Display for RoleName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.client.as_ref().map_or(Ok(()), |client| write!(f, "{client}."))?;
        f.write_str(&self.name)
    }
}

pub struct ScopeEntry {
    pub id: Option<ClientScopeId>,
    pub name: String,
    pub change: Box<dyn Fn(&ClientScopeSettings) -> ClientScopeSettings + Send + Sync>,
    /// All of them, where the file says so.
    pub mappers: Option<Vec<MapperDraft>>,
}

pub struct ClientEntry {
    pub id: Option<ClientId>,
    pub client_id: String,
    pub change: ClientChange,
    pub not_before_at: Timestamp,
    pub approval: Option<ApprovalEntry>,
}

/// An admin's consent for the client.
pub struct ApprovalEntry {
    pub scopes: Vec<String>,
    pub ends_at: Option<Timestamp>,
}

pub struct RoleEntry {
    pub id: Option<RoleId>,
    pub role: RoleName,
    pub description: Option<String>,
    pub includes: Vec<RoleName>,
}

/// Who carries roles in their scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarrierName {
    Client(String),
    Scope(String),
}

pub struct ScopeMapping {
    pub carrier: CarrierName,
    pub role: RoleName,
}

pub struct ResourceEntry {
    pub uri: String,
    pub settings: ResourceSettings,
}

pub struct GroupEntry {
    pub id: Option<GroupId>,
    pub draft: GroupDraft,
    pub roles: Vec<RoleName>,
    pub below: Vec<GroupEntry>,
}

pub struct UserEntry {
    pub id: Option<UserId>,
    pub draft: UserDraft,
    pub password_hash: Option<String>,
    pub created_at: Option<Timestamp>,
    pub not_before_at: Timestamp,
    /// The `clientId` whose service account it is.
    pub service_account_of: Option<String>,
    /// Those given directly; absent: the realm's default ones.
    pub roles: Option<Vec<RoleName>>,
    /// Paths; absent: the realm's default ones.
    pub groups: Option<Vec<String>>,
    pub consents: Vec<ConsentEntry>,
    pub identities: Vec<IdentityLink>,
}

pub struct ConsentEntry {
    pub client_id: String,
    pub scope: ScopeSet,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub chosen_end_s: Option<i64>,
}
