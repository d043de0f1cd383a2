//! Values to store: one realm with a client, a scope, a role and a user, and grants among them.

use std::collections::BTreeSet;

use perennial_domain::authorization::{AuthorizationCode, AuthorizationRequest, CodeGrant, PendingRequest};
use perennial_domain::client::{Client, ClientSettings};
use perennial_domain::client_scope::{ClientScope, ClientScopeSettings};
use perennial_domain::consent::Consent;
use perennial_domain::grant::{Grant, GrantType, Offline, Place, Standing};
use perennial_domain::lifetime::Floors;
use perennial_domain::realm::{Realm, RealmSettings};
use perennial_domain::role::Role;
use perennial_domain::rotation::TokenFamily;
use perennial_domain::user::User;
use perennial_domain::user_session::UserSession;
use perennial_domain::{
    ClientId, ClientScopeId, GrantId, RealmId, RequestId, RoleId, Timestamp, UserId, UserSessionId,
};
use perennial_protocol::ScopeSet;
use perennial_storage::{StorageError, StorageResult, Store, Tx, clients, realms, roles, scopes, users};
use uuid::Uuid;

pub const T0: Timestamp = Timestamp::from_s(1_790_000_000);

#[expect(clippy::disallowed_methods, reason = "ids that only have to differ, in the order in which they are made")]
pub fn id() -> Uuid {
    Uuid::now_v7()
}

#[derive(Clone)]
pub struct World {
    pub realm: Realm,
    pub client: Client,
    pub scope: ClientScope,
    pub role: Role,
    pub user: User,
}

impl World {
    pub fn new(name: &str) -> Self {
        let scope = ClientScope {
            id: ClientScopeId(id()),
            name: "offline_access".into(),
            settings: ClientScopeSettings::default(),
            scope_mappings: BTreeSet::new(),
        };
        let role = Role {
            id: RoleId(id()),
            name: "offline_access".into(),
            client_id: None,
            description: Some("may be away".into()),
            composites: BTreeSet::new(),
        };
        Self {
            realm: Realm {
                id: RealmId(id()),
                name: name.into(),
                settings: RealmSettings::default(),
                not_before_at: Timestamp::default(),
                floors: Floors::default(),
            },
            client: client("nightly-backup", scope.id, role.id),
            scope,
            role,
            user: user("alice"),
        }
    }

    pub fn insert(&self, tx: &mut Tx<'_>) -> StorageResult<()> {
        realms::insert(tx, &self.realm)?;
        scopes::insert(tx, self.realm.id, &self.scope)?;
        roles::insert(tx, self.realm.id, &self.role)?;
        clients::insert(tx, self.realm.id, &self.client)?;
        users::insert(tx, self.realm.id, &self.user, Some("hash"))?;
        users::add_role(tx, self.user.id, self.role.id)
    }

    pub async fn create(store: &Store) -> Self {
        let world = Self::new("demo");
        let inserted = world.clone();
        write(store, move |tx| inserted.insert(tx)).await;
        world
    }

    pub fn offline_grant(&self) -> Grant {
        let place = Place::new("203.0.113.7", "Firefox on Linux");
        Grant {
            id: GrantId(id()),
            realm_id: self.realm.id,
            client_id: self.client.id,
            user_id: self.user.id,
            standing: Standing::Offline(Offline { began_in: Some(UserSessionId(id())), ..Offline::default() }),
            scope: ScopeSet::lenient("openid offline_access"),
            withdrawn: ScopeSet::default(),
            resources: Vec::new(),
            grant_type: GrantType::AuthorizationCode,
            began_from: place.clone(),
            started_at: T0,
            auth_at: T0,
            last_used_at: T0,
            last_used_from: place,
            family: TokenFamily {
                generation: 0,
                stamped_at: T0,
                proven: false,
                replays: 0,
                foreign_run: 0,
                foreign_generation: 0,
                key_id: "kid-1".into(),
                held_key_id: None,
            },
            access_epoch: 0,
            sender_key: None,
        }
    }

    pub fn online_grant(&self, session: UserSessionId) -> Grant {
        Grant { standing: Standing::Online { session: Some(session) }, ..self.offline_grant() }
    }

    pub fn session(&self) -> UserSession {
        UserSession {
            id: UserSessionId(id()),
            realm_id: self.realm.id,
            user_id: self.user.id,
            auth_at: T0,
            started_at: T0,
            last_used_at: T0,
            place: Place::new("203.0.113.7", "Firefox on Linux"),
        }
    }

    pub fn code(&self) -> AuthorizationCode {
        AuthorizationCode {
            code_hash: [7; 32],
            realm_id: self.realm.id,
            grant_id: GrantId(id()),
            grant: CodeGrant {
                client_id: self.client.id,
                user_id: self.user.id,
                user_session: UserSessionId(id()),
                redirect_uri: "http://localhost:9999/callback".into(),
                redirect_uri_sent: true,
                scope: ScopeSet::lenient("openid"),
                resources: Vec::new(),
                nonce: Some("n".into()),
                code_challenge: None,
                dpop_jkt: None,
                auth_at: T0,
                chosen_end_s: None,
                began_from: Place::default(),
                issued_at: T0,
            },
            expires_at: T0.plus_s(60),
            redeemed_at: None,
        }
    }

    pub fn pending_request(&self) -> PendingRequest {
        PendingRequest {
            id: RequestId(id()),
            realm_id: self.realm.id,
            binding_hash: [9; 32],
            request: AuthorizationRequest {
                client_id: self.client.id,
                redirect_uri: "http://localhost:9999/callback".into(),
                redirect_uri_sent: true,
                form_post: false,
                state: Some("s".into()),
                nonce: None,
                scope: ScopeSet::lenient("openid offline_access"),
                code_challenge: None,
                dpop_jkt: None,
                prompt_login: false,
                prompt_consent: true,
                select_account: false,
                device: None,
                max_age_s: None,
                hinted_user: None,
                login_hint: None,
                ui_locales: None,
                resources: Vec::new(),
            },
            signed_in_as: None,
            created_at: T0,
            expires_at: T0.plus_s(1_800),
        }
    }

    pub fn consent(&self) -> Consent {
        Consent {
            user_id: self.user.id,
            client_id: self.client.id,
            scope: ScopeSet::lenient("openid offline_access"),
            chosen_end_s: Some(604_800),
            created_at: T0,
            updated_at: T0,
        }
    }
}

pub fn client(client_id: &str, scope: ClientScopeId, role: RoleId) -> Client {
    Client {
        id: ClientId(id()),
        client_id: client_id.into(),
        settings: ClientSettings { name: Some("Nightly backup".into()), ..ClientSettings::default() },
        sealed_secret: Some(vec![1, 2, 3]),
        default_scopes: BTreeSet::new(),
        optional_scopes: BTreeSet::from([scope]),
        scope_mappings: BTreeSet::from([role]),
        not_before_at: Timestamp::default(),
        floors: Floors::default(),
    }
}

pub fn user(name: &str) -> User {
    User {
        id: UserId(id()),
        username: name.into(),
        email: Some(format!("{name}@example.org")),
        email_verified: true,
        first_name: Some("A".into()),
        last_name: None,
        enabled: true,
        locale: Some("es".into()),
        not_before_at: Timestamp::default(),
        floors: Floors::default(),
        created_at: T0,
        service_account_of: None,
        attributes: Default::default(),
        required_actions: Default::default(),
    }
}

/// A durable unit that must succeed.
pub async fn write<T: Send + 'static>(
    store: &Store,
    unit: impl FnOnce(&mut Tx<'_>) -> StorageResult<T> + Send + 'static,
) -> T {
    store.write::<T, StorageError, _>(unit).await.expect("the unit succeeds")
}

pub async fn read<T: Send + 'static>(
    store: &Store,
    unit: impl FnOnce(&mut Tx<'_>) -> StorageResult<T> + Send + 'static,
) -> T {
    store.read::<T, StorageError, _>(unit).await.expect("the unit succeeds")
}
