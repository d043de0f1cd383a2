//! A fresh realm: its keys, roles, client scopes and built-in clients, with Keycloak's names.

use super::{blank_user, site_now};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    admin::users::check_free,
    loaded_realm::{new_refresh_key, new_signing_key},
    passwords::LONGEST_PASSWORD,
};
use perennial_crypto::SigningAlgorithm;
use perennial_domain::{
    ClientId, ClientScopeId, RealmId, RoleId, Timestamp, UserId,
    client::{Client, ClientKind, ClientSettings},
    client_scope::{ClientScope, ClientScopeSettings},
    keys::SealedKey,
    lifetime::Floors,
    mapper::standard_mappers,
    realm::{Realm, RealmSettings},
    role::{self, Role},
};
use perennial_storage::{Tx, clients, groups, keys, realms, roles, scopes, scopes::LinkKind, users};
use std::collections::{BTreeMap, BTreeSet};

pub struct NewRealm {
    pub name: String,
    /// Its scopes for new clients are filled in.
    pub settings: RealmSettings,
}

impl NewRealm {
    pub fn new(name: &str, display_name: &str) -> Self {
        let settings = RealmSettings { display_name: Some(display_name.into()), ..RealmSettings::default() };
        Self { name: name.into(), settings }
    }
}

#[derive(Clone, Debug, Default)]
pub struct NewUser {
    pub username: String,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// Realm roles besides the default ones.
    pub roles: Vec<String>,
}

/// name, shown on the consent page, part of the token's `scope`, assigned to new clients by default (else as optional)
const SCOPES: [(&str, bool, bool, bool); 10] = [
    ("profile", true, true, true),
    ("email", true, true, true),
    ("address", true, true, false),
    ("phone", true, true, false),
    ("roles", false, false, true),
    ("web-origins", false, false, true),
    ("microprofile-jwt", false, true, false),
    ("acr", false, false, true),
    ("basic", false, false, true),
    ("offline_access", true, true, false),
];

const ACCOUNT_ROLES: [&str; 5] =
    ["view-profile", "manage-account", "view-applications", "view-consent", "manage-consent"];
/// Each with those that it includes, which stand before it.
const MANAGEMENT_ROLES: [(&str, &[&str]); 12] = [
    ("query-realms", &[]),
    ("query-clients", &[]),
    ("query-users", &[]),
    ("view-realm", &[]),
    ("manage-realm", &[]),
    ("create-client", &[]),
    ("view-clients", &["query-clients"]),
    ("manage-clients", &[]),
    ("view-users", &["query-users"]),
    ("manage-users", &[]),
    ("view-events", &[]),
    ("manage-events", &[]),
];

/// Creates a realm that is ready for clients and users. RS256 signs by default; an ES256 key is there for those who choose it.
pub async fn create_realm(site: &Site, new: NewRealm) -> FlowResult<()> {
    let fresh = FreshRealm::prepare(site, new).await?;
    site.store.write(move |tx| fresh.write(tx)).await
}

/// A realm that is not stored yet, with its keys, which take a while to make.
pub(crate) struct FreshRealm {
    realm: Realm,
    keys: Vec<SealedKey>,
    scopes: Vec<(ClientScope, LinkKind)>,
    builder: Builder,
}

impl FreshRealm {
    pub(crate) async fn prepare(site: &Site, new: NewRealm) -> FlowResult<Self> {
        let now = site_now(site).await?;
        let id = RealmId(site.entropy.uuid_v7(now.as_ms()));
        let builder = Builder { site_ids: site.entropy.clone(), now, realm: id };
        let scopes = builder.scopes();
        let of_kind = |wanted| scopes.iter().filter(|(_, kind)| *kind == wanted).map(|(scope, _)| scope.id).collect();
        let settings = RealmSettings {
            default_client_scopes: of_kind(LinkKind::Default),
            optional_client_scopes: of_kind(LinkKind::Optional),
            ..new.settings
        };
        let (not_before_at, floors) = (Timestamp::default(), Floors::default());
        let realm = Realm { id, name: new.name, settings, not_before_at, floors };
        Ok(Self { realm, keys: new_keys(site, now).await?, scopes, builder })
    }

    pub(crate) fn write(&self, tx: &mut Tx<'_>) -> FlowResult<()> {
        realms::insert(tx, &self.realm)?;
        for key in &self.keys {
            keys::insert(tx, self.realm.id, key)?;
        }
        for (scope, _) in &self.scopes {
            scopes::insert(tx, self.realm.id, scope)?;
        }
        self.builder.fill(tx, &self.realm)
    }
}

/// Creates an enabled user with the realm's default roles.
pub async fn create_user(site: &Site, realm_name: &str, new: NewUser, password: String) -> FlowResult<UserId> {
    if new.username.trim().is_empty() || new.username.len() > 255 {
        return Err(FlowError::Invalid("A user name has 1 to 255 characters".into()));
    }
    let others = [&new.email, &new.first_name, &new.last_name];
    if others.into_iter().flatten().any(|text| text.len() > 255) {
        return Err(FlowError::Invalid("An address and a name have at most 255 characters".into()));
    }
    if password.is_empty() || password.len() > LONGEST_PASSWORD {
        return Err(FlowError::Invalid(format!("A password has 1 to {LONGEST_PASSWORD} characters")));
    }
    let hash = site.passwords.hash(password, site.entropy.clone()).await?;
    let mut user = blank_user(&site.entropy, new.username.trim(), site_now(site).await?);
    user.email_verified = new.email.is_some();
    (user.email, user.first_name, user.last_name) = (new.email, new.first_name, new.last_name);
    let id = user.id;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        check_free(tx, realm, &user)?;
        users::insert(tx, realm.model.realm.id, &user, Some(&hash))?;
        add_default_roles(tx, realm, user.id)?;
        join_default_groups(tx, realm, user.id)?;
        for name in &new.roles {
            let role = realm.model.find_realm_role(name).ok_or(FlowError::NotFound("Could not find role"))?;
            users::add_role(tx, user.id, role.id)?;
        }
        Ok(())
    };
    site.write(realm_name, unit).await?;
    Ok(id)
}

pub(crate) fn add_default_roles(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId) -> FlowResult<()> {
    if let Some(role) = realm.model.find_realm_role(&role::default_roles_name(realm.name())) {
        users::add_role(tx, user, role.id)?;
    }
    Ok(())
}

/// What every new user may do, by the default role and the default groups.
pub(crate) fn roles_of_new_users(realm: &LoadedRealm) -> BTreeSet<RoleId> {
    let model = &realm.model;
    let role = model.find_realm_role(&role::default_roles_name(realm.name())).map(|role| role.id);
    let groups: Vec<_> = model.realm.settings.default_groups.iter().copied().collect();
    model.effective_roles(role, &groups)
}

pub(crate) fn join_default_groups(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId) -> FlowResult<()> {
    let model = &realm.model;
    for group in model.realm.settings.default_groups.iter().filter(|id| model.groups.contains_key(id)) {
        groups::join(tx, user, *group)?;
    }
    Ok(())
}

/// RSA generation takes a while, so it stays off the async workers.
async fn new_keys(site: &Site, now: Timestamp) -> FlowResult<Vec<SealedKey>> {
    let (master, entropy) = (site.master.clone(), site.entropy.clone());
    let work = move || {
        Ok(vec![
            new_signing_key(SigningAlgorithm::RS256, &master, now)?,
            new_signing_key(SigningAlgorithm::ES256, &master, now)?,
            new_refresh_key(&entropy, &master, now),
        ])
    };
    tokio::task::spawn_blocking(work).await.map_err(FlowError::internal)?
}

struct Builder {
    site_ids: perennial_crypto::Entropy,
    now: Timestamp,
    realm: RealmId,
}

impl Builder {
    fn id(&self) -> uuid::Uuid {
        self.site_ids.uuid_v7(self.now.as_ms())
    }

    fn fill(&self, tx: &mut Tx<'_>, realm: &Realm) -> FlowResult<()> {
        let account = self.add_client(tx, realm, "account", disabled_flows(ClientKind::Public))?;
        let management = self.add_client(tx, realm, "realm-management", disabled_flows(ClientKind::Confidential))?;
        self.add_client(tx, realm, "broker", disabled_flows(ClientKind::Confidential))?;
        for (client_id, settings) in [
            ("admin-cli", ClientSettings { direct_access_grants: true, ..disabled_flows(ClientKind::Public) }),
            ("account-console", console(format!("/realms/{}/account/console/callback", realm.name))),
            ("security-admin-console", console("/admin/console/callback".into())),
        ] {
            self.add_client(tx, realm, client_id, settings)?;
        }
        self.add_roles(tx, realm, account, management)
    }

    fn scopes(&self) -> Vec<(ClientScope, LinkKind)> {
        let scope = |(name, shown, in_token, by_default): (&str, bool, bool, bool)| {
            let settings = ClientScopeSettings {
                display_on_consent: shown,
                include_in_token_scope: in_token,
                mappers: standard_mappers(name, || self.id()),
                ..ClientScopeSettings::default()
            };
            let scope = ClientScope {
                id: ClientScopeId(self.id()),
                name: name.into(),
                settings,
                scope_mappings: BTreeSet::new(),
            };
            (scope, if by_default { LinkKind::Default } else { LinkKind::Optional })
        };
        SCOPES.map(scope).into()
    }

    fn add_client(
        &self,
        tx: &mut Tx<'_>,
        realm: &Realm,
        client_id: &str,
        settings: ClientSettings,
    ) -> FlowResult<ClientId> {
        let client = Client {
            id: ClientId(self.id()),
            client_id: client_id.into(),
            settings,
            sealed_secret: None,
            default_scopes: realm.settings.default_client_scopes.clone(),
            optional_scopes: realm.settings.optional_client_scopes.clone(),
            scope_mappings: BTreeSet::new(),
            not_before_at: Timestamp::default(),
            floors: Floors::default(),
        };
        clients::insert(tx, self.realm, &client)?;
        Ok(client.id)
    }

    fn add_roles(&self, tx: &mut Tx<'_>, realm: &Realm, account: ClientId, management: ClientId) -> FlowResult<()> {
        let mut included = BTreeSet::new();
        included.insert(self.add_role(tx, role::OFFLINE_ACCESS_ROLE, None, BTreeSet::new())?);
        included.insert(self.add_role(tx, "uma_authorization", None, BTreeSet::new())?);
        for name in ACCOUNT_ROLES {
            included.insert(self.add_role(tx, name, Some(account), BTreeSet::new())?);
        }
        self.add_role(tx, &role::default_roles_name(&realm.name), None, included)?;
        let mut made = BTreeMap::new();
        for (name, includes) in MANAGEMENT_ROLES {
            let included = includes.iter().filter_map(|name| made.get(name).copied()).collect();
            made.insert(name, self.add_role(tx, name, Some(management), included)?);
        }
        self.add_role(tx, "realm-admin", Some(management), made.into_values().collect())?;
        if realm.name == crate::admin::permission::MASTER {
            self.add_role(tx, role::ADMIN_ROLE, None, BTreeSet::new())?;
        }
        Ok(())
    }

    fn add_role(
        &self,
        tx: &mut Tx<'_>,
        name: &str,
        client_id: Option<ClientId>,
        composites: BTreeSet<RoleId>,
    ) -> FlowResult<RoleId> {
        let id = RoleId(self.id());
        roles::insert(tx, self.realm, &Role { id, name: name.into(), client_id, description: None, composites })?;
        Ok(id)
    }
}

fn disabled_flows(kind: ClientKind) -> ClientSettings {
    ClientSettings { kind, standard_flow: false, direct_access_grants: false, ..ClientSettings::default() }
}

/// Its path is completed with the server's base URL when the realm is loaded.
fn console(callback: String) -> ClientSettings {
    ClientSettings {
        kind: ClientKind::Public,
        direct_access_grants: false,
        redirect_uris: vec![callback],
        ..ClientSettings::default()
    }
}
