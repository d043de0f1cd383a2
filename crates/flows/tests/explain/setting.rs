//! A case as it stands in the database, and the token that goes with it.

use super::cases::{APIS, Api, Case, Damage, Policy, RESERVED, Token};
use super::support::{self, DEMO, World};
use perennial_domain::{
    GrantId, ResourceId, Timestamp, UserId,
    admin_consent::AdminConsent,
    client::Client,
    grant::{Grant, GrantType, Offline, Place, Standing},
    lapse::Lapses,
    resource::{Resource, ResourceSettings},
    role::OFFLINE_ACCESS_ROLE,
    rotation::TokenFamily,
    token_policy::ResourceTokenPolicy,
};
use perennial_flows::{LoadedRealm, tokens};
use perennial_protocol::ScopeSet;
use perennial_storage::{Tx, clients, consents, grants, realms, resources, scopes, users};
use uuid::Uuid;

const DAY_S: i64 = 86_400;

/// Writes everything that a case says, and the token that goes with it.
pub fn arrange(tx: &mut Tx<'_>, realm: &LoadedRealm, case: &Case, id: GrantId) -> (Grant, Client) {
    let Case { policy, session, token, .. } = case;
    let now = tx.now().unwrap();
    let client_id = if token.public_client { "photo-frame" } else { "nightly-backup" };
    let mut client = realm.model.find_client(client_id).unwrap().clone();
    let user = users::find_by_username(tx, realm.model.realm.id, "alice").unwrap().unwrap();
    let grant = grant_of(realm, case, Given { id, client: &client, user: user.id, now });

    set_realm(tx, realm, policy, now);
    set_client(tx, realm, &mut client, case, now);
    for (at, (uri, api)) in (1..).zip(APIS.into_iter().zip(&case.apis)) {
        set_api(tx, realm, uri, api, ResourceId(Uuid::from_u128(at)));
    }
    let mut changed = user.clone();
    changed.enabled = session.user_enabled;
    users::update(tx, realm.model.realm.id, &changed).unwrap();
    let role = realm.model.find_realm_role(OFFLINE_ACCESS_ROLE).unwrap().id;
    for own_role in users::role_ids(tx, user.id).unwrap() {
        users::remove_role(tx, user.id, own_role).unwrap();
    }
    if session.has_role {
        users::add_role(tx, user.id, role).unwrap();
    }
    consents::delete(tx, user.id, client.id).unwrap();
    if session.consented {
        consents::save(tx, &support::consent(user.id, client.id, grant.scope.clone(), now)).unwrap();
    }
    if session.exists {
        grants::insert(tx, &grant).unwrap();
    }
    (grant, client)
}

fn set_realm(tx: &mut Tx<'_>, realm: &LoadedRealm, policy: &Policy, now: Timestamp) {
    let mut own = realm.model.realm.clone();
    let limits = &mut own.settings.token_policy;
    (limits.offline_idle_s, limits.offline_max_enabled) = (policy.idle_days * DAY_S, policy.max_days.is_some());
    limits.offline_max_s = policy.max_days.unwrap_or(60) * DAY_S;
    (limits.rotation, limits.replay_window) = (policy.rotation, policy.window);
    own.settings.enabled = policy.realm_enabled;
    own.not_before_at = policy.not_before_days_ago.map_or(Timestamp::default(), |days| now.minus_s(days * DAY_S));
    assert!(realms::update(tx, &own, realm.model.stamp).unwrap());
    let mut scope = realm.model.find_scope(RESERVED).unwrap().clone();
    scope.settings.admin_consent_required = policy.reserves;
    assert!(scopes::update(tx, own.id, &scope).unwrap());
}

fn set_client(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &mut Client, case: &Case, now: Timestamp) {
    let policy = &case.policy;
    client.settings.enabled = policy.client_enabled;
    client.settings.use_refresh_tokens = policy.refreshes;
    client.settings.consent_required = policy.consent_required;
    let offline = realm.model.find_scope("offline_access").unwrap().id;
    client.optional_scopes.remove(&offline);
    if policy.has_scope {
        client.optional_scopes.insert(offline);
    }
    client.settings.lapses = lapses(realm, client, case.lapsed_days_ago.map(|days| now.minus_s(days * DAY_S)));
    client.settings.admin_consent = case.approval.as_ref().map(|approval| AdminConsent {
        ends_at: approval.ends_in_days.map(|days| now.plus_s(days * DAY_S + 13)),
        ..approved(approval.whole, now.minus_s(approval.days_ago * DAY_S))
    });
    assert!(clients::update(tx, realm.model.realm.id, client).unwrap());
}

fn approved(whole: bool, since: Timestamp) -> AdminConsent {
    let names = ["openid", "offline_access", RESERVED].into_iter().take(if whole { 3 } else { 2 });
    AdminConsent { scopes: names.map(|name| (name.to_owned(), since)).collect(), ..AdminConsent::default() }
}

/// What an approval left behind that was taken away then.
fn lapses(realm: &LoadedRealm, client: &Client, at: Option<Timestamp>) -> Lapses {
    let Some(at) = at else { return Lapses::default() };
    let mut then = client.clone();
    then.settings.lapses = Lapses::default();
    then.settings.admin_consent = Some(approved(false, Timestamp::default()));
    Lapses::of(&realm.model, &then, None, at)
}

fn set_api(tx: &mut Tx<'_>, realm: &LoadedRealm, uri: &str, api: &Api, id: ResourceId) {
    let limits = ResourceTokenPolicy { offline_idle_s: api.idle_days.map(|days| days * DAY_S), ..Default::default() };
    let settings = ResourceSettings { token_policy: limits, ..Default::default() };
    let (own, exists) = (realm.model.realm.id, realm.model.resources.contains_key(uri));
    match (exists, api.exists) {
        (true, true) => assert!(resources::update(tx, own, id, &settings).unwrap()),
        (true, false) => assert!(resources::delete(tx, own, id).unwrap()),
        (false, true) => resources::insert(tx, own, &Resource { id, uri: uri.to_owned(), settings }).unwrap(),
        (false, false) => {}
    }
}

/// What a case leaves open of a grant.
struct Given<'a> {
    id: GrantId,
    client: &'a Client,
    user: UserId,
    now: Timestamp,
}

fn grant_of(realm: &LoadedRealm, case: &Case, given: Given<'_>) -> Grant {
    let Given { id, client, user, now } = given;
    let session = &case.session;
    let used_at = now.minus_s(session.used_days_ago * DAY_S + 7);
    let place = Place::new("192.0.2.1", "curl");
    Grant {
        id,
        realm_id: realm.model.realm.id,
        client_id: client.id,
        user_id: user,
        standing: Standing::Offline(Offline {
            chosen_end_at: session.chosen_end_in_days.map(|days| now.plus_s(days * DAY_S + 11)),
            paused_at: session.paused.then_some(used_at),
            ..Offline::default()
        }),
        scope: ScopeSet::lenient("openid profile offline_access"),
        withdrawn: ScopeSet::default(),
        resources: case.granted(),
        grant_type: GrantType::AuthorizationCode,
        began_from: place.clone(),
        started_at: now.minus_s(session.started_days_ago * DAY_S + 9),
        auth_at: now.minus_s(session.started_days_ago * DAY_S + 9),
        last_used_at: used_at,
        last_used_from: place,
        family: TokenFamily {
            generation: session.generation,
            stamped_at: used_at,
            proven: session.proven,
            replays: session.replays,
            foreign_run: 0,
            foreign_generation: 0,
            key_id: realm.refresh.active().kid().to_owned(),
            held_key_id: None,
        },
        access_epoch: 0,
        sender_key: None,
    }
}

/// The token of another generation, perhaps damaged.
pub fn shown(realm: &LoadedRealm, grant: &Grant, client: &Client, token: &Token) -> String {
    let mut other = grant.clone();
    other.family.generation = other.family.generation.saturating_add_signed(token.ahead);
    other.family.stamped_at = other.family.stamped_at.plus_s(token.stamp_shift_s);
    let genuine = tokens::refresh_token(realm, client, &other, None).unwrap();
    let (message, mac) = genuine.rsplit_once('.').unwrap();
    match token.damage {
        Damage::None => genuine,
        Damage::Mac => format!("{message}.{}{}", if mac.starts_with('A') { 'B' } else { 'A' }, &mac[1..]),
        Damage::Key => support::under_another_key(message, mac),
        Damage::Nonsense => "no token at all".to_owned(),
    }
}

pub async fn raise_floor(world: &World, case: &Case, client: &Client) {
    let (session, id) = (case.session.clone(), client.id);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let Some(days) = session.floor_days_ago else { return Ok(()) };
        let at = tx.now()?.minus_s(days * DAY_S);
        let floors = perennial_domain::lifetime::Floors { ended_if_used_before_at: at, ..Default::default() };
        Ok(clients::raise_floors(tx, realm.model.realm.id, id, floors)?)
    };
    world.site.write(DEMO, unit).await.unwrap();
}
