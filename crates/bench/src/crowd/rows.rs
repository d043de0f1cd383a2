//! A crowd as values of the domain, ready to be stored: ids, names, places, scopes and token families around its facts.

use anyhow::{Context as _, Result};
use perennial_crypto::MasterKey;
use perennial_domain::client::{Client, ClientKind, ClientSettings};
use perennial_domain::consent::Consent;
use perennial_domain::grant::{Grant, GrantType, Offline, PausedBy, Place, Standing};
use perennial_domain::lifetime::Floors;
use perennial_domain::resource::{Resource, ResourceSettings};
use perennial_domain::role::default_roles_name;
use perennial_domain::rotation::TokenFamily;
use perennial_domain::token_policy::{ClientTokenPolicy, ResourceTokenPolicy};
use perennial_domain::user::User;
use perennial_domain::{ClientId, GrantId, RealmId, ResourceId, RoleId, Timestamp, UserId, UserSessionId};
use perennial_flows::loaded_realm::CLIENT_SECRET_PURPOSE;
use perennial_flows::{LoadedRealm, tokens};
use perennial_protocol::ScopeSet;
use std::collections::BTreeSet;
use uuid::Uuid;

use super::{APIS, App, Crowd, Session};

const AGENTS: [&str; 8] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0.0.0 Mobile Safari/537.36",
    "python-requests/2.32.3",
    "sync-agent/2.4 (linux; arm64)",
    "okhttp/4.12.0",
    "Go-http-client/2.0",
];
const DEVICES: [&str; 4] = ["Kitchen tablet", "Office laptop", "Old phone", "Attic server"];
/// Kinds of ids, so that none is used twice.
const USER: u8 = 1;
const CLIENT: u8 = 2;
const RESOURCE: u8 = 3;
const SESSION: u8 = 4;
const SIGN_IN: u8 = 5;

/// What all rows of one realm share.
#[derive(Clone)]
pub struct Rows {
    pub crowd: Crowd,
    pub realm: RealmId,
    /// What every user of the realm has.
    pub role: RoleId,
    refresh_key: String,
    /// What an app is granted that asks for little, and for more.
    scopes: [ScopeSet; 2],
}

impl Rows {
    /// Of a realm that has the crowd's clients already.
    pub fn new(crowd: Crowd, realm: &LoadedRealm) -> Result<Self> {
        let role = realm.model.find_realm_role(&default_roles_name(realm.name())).context("the default role")?;
        let first = realm.client(client_id(&crowd, 0)).context("the first app's client")?;
        let granted = |asked: &str| tokens::granted_scope(realm, first, &ScopeSet::lenient(asked));
        Ok(Self {
            realm: realm.model.realm.id,
            role: role.id,
            refresh_key: realm.refresh.active().kid().to_owned(),
            scopes: [granted("openid offline_access"), granted("openid offline_access address phone")],
            crowd,
        })
    }

    pub fn user(&self, number: u64) -> User {
        let (first, last) = self.crowd.person(number);
        let username = format!("{}.{}.{number}", first.to_lowercase(), last.to_lowercase());
        User {
            id: user_id(&self.crowd, number),
            email: Some(format!("{username}@people.example")),
            username,
            email_verified: !number.is_multiple_of(9),
            first_name: Some(first.into()),
            last_name: Some(last.into()),
            enabled: number % 500 != 499,
            locale: number.is_multiple_of(5).then(|| "es".into()),
            not_before_at: Timestamp::default(),
            floors: Floors::default(),
            created_at: Timestamp::from_ms(self.crowd.first_ms()),
            service_account_of: None,
            attributes: Default::default(),
            required_actions: Default::default(),
        }
    }

    pub fn grant(&self, session: &Session) -> Grant {
        let (rest, number) = (session.rest, session.number);
        let started_at = Timestamp::from_ms(session.started_ms);
        let last_used_at = Timestamp::from_ms(session.used_ms);
        let began_from = Place { ip: address(rest), user_agent: AGENTS[(rest >> 32) as usize % AGENTS.len()].into() };
        let elsewhere = || Place { ip: address(rest >> 7), user_agent: began_from.user_agent.clone() };
        let last_used_from = if rest % 3 == 0 { elsewhere() } else { began_from.clone() };
        let rotations = (session.used_ms - session.started_ms) / 86_400_000;
        Grant {
            id: session_id(session),
            realm_id: self.realm,
            client_id: client_id(&self.crowd, session.app),
            user_id: user_id(&self.crowd, session.user),
            standing: Standing::Offline(Offline {
                began_in: (rest % 4 != 0).then(|| UserSessionId(id(session.started_ms, SIGN_IN, number))),
                chosen_end_at: session.chosen_end_ms.map(Timestamp::from_ms),
                paused_at: session.paused_ms.map(Timestamp::from_ms),
                paused_by: PausedBy::User,
                device_label: (rest % 10 == 7).then(|| DEVICES[(rest >> 9) as usize % DEVICES.len()].into()),
            }),
            scope: self.scope(session).clone(),
            withdrawn: ScopeSet::default(),
            resources: session.targets.iter().map(|&at| APIS[at].uri.to_owned()).collect(),
            grant_type: if rest % 4 == 0 { GrantType::DeviceCode } else { GrantType::AuthorizationCode },
            began_from,
            started_at,
            auth_at: started_at,
            last_used_at,
            last_used_from,
            family: TokenFamily {
                generation: rotations.cast_unsigned(),
                stamped_at: last_used_at,
                proven: rotations == 0,
                replays: u32::from(rest % 97 == 0),
                foreign_run: 0,
                foreign_generation: 0,
                key_id: self.refresh_key.clone(),
                held_key_id: None,
            },
            access_epoch: 0,
            sender_key: None,
        }
    }

    /// What its user said yes to, where its app needs that.
    pub fn consent(&self, session: &Session) -> Option<Consent> {
        let at = Timestamp::from_ms(session.started_ms);
        self.crowd.apps()[session.app].needs_consent.then(|| Consent {
            user_id: user_id(&self.crowd, session.user),
            client_id: client_id(&self.crowd, session.app),
            scope: self.scopes[1].clone(),
            chosen_end_s: None,
            created_at: at,
            updated_at: at,
        })
    }

    fn scope(&self, session: &Session) -> &ScopeSet {
        &self.scopes[usize::from(session.rest % 6 == 1)]
    }
}

pub fn client(crowd: &Crowd, number: usize, realm: &LoadedRealm, master: &MasterKey) -> Client {
    let app: &App = &crowd.apps()[number];
    let (default_scopes, optional_scopes) = realm.model.scopes_of_new_clients();
    let secret = format!("{}-secret", app.client_id);
    let settings = ClientSettings {
        name: Some(app.name.clone()),
        description: Some(format!("{} works while you are away.", app.name)),
        enabled: app.is_enabled,
        kind: if app.is_public { ClientKind::Public } else { ClientKind::Confidential },
        redirect_uris: vec![format!("https://{}.example/callback", app.client_id)],
        contacts: vec![format!("owner@{}.example", app.client_id)],
        consent_required: app.needs_consent,
        token_policy: ClientTokenPolicy { offline_idle_s: app.idle_s, offline_max_s: app.max_s, ..Default::default() },
        ..ClientSettings::default()
    };
    Client {
        id: client_id(crowd, number),
        client_id: app.client_id.clone(),
        settings,
        sealed_secret: (!app.is_public).then(|| master.seal(CLIENT_SECRET_PURPOSE, secret.as_bytes())),
        default_scopes,
        optional_scopes,
        scope_mappings: BTreeSet::new(),
        not_before_at: Timestamp::default(),
        floors: Floors::default(),
    }
}

pub fn resources(crowd: &Crowd) -> impl Iterator<Item = Resource> + '_ {
    APIS.iter().zip(0..).map(|(api, number)| Resource {
        id: ResourceId(id(crowd.first_ms(), RESOURCE, number)),
        uri: api.uri.into(),
        settings: ResourceSettings {
            name: Some(api.name.into()),
            token_policy: ResourceTokenPolicy {
                offline_idle_s: api.idle_s,
                offline_max_s: api.max_s,
                ..Default::default()
            },
            ..Default::default()
        },
    })
}

pub fn client_id(crowd: &Crowd, number: usize) -> ClientId {
    ClientId(id(crowd.first_ms(), CLIENT, number as u64))
}

pub fn user_id(crowd: &Crowd, number: u64) -> UserId {
    UserId(id(crowd.first_ms(), USER, number))
}

pub fn session_id(session: &Session) -> GrantId {
    GrantId(id(session.started_ms, SESSION, session.number))
}

/// A version 7 UUID (RFC 9562 §5.7) that only its arguments decide; those of one instant are in the order of their numbers.
fn id(at_ms: i64, kind: u8, number: u64) -> Uuid {
    let (stamp, kind) = (u128::from(at_ms.cast_unsigned()), u128::from(kind));
    let version_and_variant = (0x7 << 76) | (0x2 << 62);
    Uuid::from_u128((stamp << 80) | version_and_variant | (kind << 64) | u128::from(number))
}

/// Some of version 6, most of version 4.
fn address(rest: u64) -> String {
    let [a, b, c, d, ..] = rest.to_be_bytes();
    if a % 8 == 0 { format!("2001:db8:{b:x}::{c:x}{d:02x}") } else { format!("{}.{b}.{c}.{d}", 11 + a % 200) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_version_seven_and_in_order() {
        let one = id(1_790_000_000_123, SESSION, 7);
        assert_eq!(one.get_version_num(), 7);
        assert_eq!(one.get_variant(), uuid::Variant::RFC4122);
        let (seconds, nanos) = one.get_timestamp().expect("a stamp").to_unix();
        assert_eq!((seconds, nanos), (1_790_000_000, 123_000_000));
        assert!(one < id(1_790_000_000_123, SESSION, 8) && one < id(1_790_000_000_124, SESSION, 0));
    }

    #[test]
    fn addresses_are_addresses() {
        for rest in [0, 1, u64::MAX, 0x0123_4567_89AB_CDEF, 0x0800_FF00_0000_0000] {
            assert!(address(rest).parse::<std::net::IpAddr>().is_ok(), "{}", address(rest));
        }
    }
}
