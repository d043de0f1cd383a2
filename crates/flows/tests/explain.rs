//! Explaining is the refresh grant's own decision, run without effect: for any policy, client, holder, session and token, what is
//! explained is what happens when the token is then shown, and explaining changes nothing.

mod support;

use perennial_domain::{
    GrantId, Timestamp, UserId,
    client::Client,
    grant::{Grant, GrantType, Offline, Place, Standing},
    role::OFFLINE_ACCESS_ROLE,
    rotation::{Decision, TokenFamily},
    token_policy::{ReplayWindow, RotationMode},
};
use perennial_flows::{
    FlowError, LoadedRealm,
    explain::{self, Explanation, Subject},
    grants::refresh_token,
    tokens,
};
use perennial_protocol::{ErrorCode, OAuthError, Params, ScopeSet, token::TokenResponse};
use perennial_storage::{Tx, clients, consents, grants, realms, users};
use proptest::prelude::*;
use support::{DEMO, World};

const DAY_S: i64 = 86_400;

#[derive(Clone, Debug)]
struct Policy {
    idle_days: i64,
    max_days: Option<i64>,
    rotation: RotationMode,
    window: Option<ReplayWindow>,
    realm_enabled: bool,
    client_enabled: bool,
    refreshes: bool,
    consent_required: bool,
    has_scope: bool,
    not_before_days_ago: Option<i64>,
}

#[derive(Clone, Debug)]
struct Session {
    exists: bool,
    started_days_ago: i64,
    used_days_ago: i64,
    chosen_end_in_days: Option<i64>,
    paused: bool,
    generation: u64,
    proven: bool,
    replays: u32,
    user_enabled: bool,
    has_role: bool,
    consented: bool,
    floor_days_ago: Option<i64>,
}

#[derive(Clone, Copy, Debug)]
enum Damage {
    None,
    Mac,
    Key,
    Nonsense,
}

#[derive(Clone, Debug)]
struct Token {
    public_client: bool,
    /// From the session's generation.
    ahead: i64,
    stamp_shift_s: i64,
    damage: Damage,
}

fn mostly() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.93)
}

fn rarely() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.07)
}

fn policy() -> impl Strategy<Value = Policy> {
    let rotation = prop_oneof![
        Just(RotationMode::Never),
        Just(RotationMode::Aging),
        Just(RotationMode::Always),
        Just(RotationMode::Auto)
    ];
    let window = prop_oneof![
        Just(None),
        Just(Some(ReplayWindow::UntilProven)),
        (0_u32..200_000).prop_map(|seconds| Some(ReplayWindow::Seconds(seconds))),
        (0_u32..3).prop_map(|times| Some(ReplayWindow::Replays(times))),
    ];
    let limits = (5_i64..60, prop::option::weighted(0.4, 20_i64..90));
    let switches = (mostly(), mostly(), mostly(), any::<bool>(), mostly());
    (limits, rotation, window, switches, prop::option::weighted(0.1, 0_i64..30)).prop_map(
        |((idle_days, max_days), rotation, window, switches, not_before_days_ago)| {
            let (realm_enabled, client_enabled, refreshes, consent_required, has_scope) = switches;
            Policy {
                idle_days,
                max_days,
                rotation,
                window,
                realm_enabled,
                client_enabled,
                refreshes,
                consent_required,
                has_scope,
                not_before_days_ago,
            }
        },
    )
}

fn session() -> impl Strategy<Value = Session> {
    let times = (0_i64..40, 0_i64..40, prop::option::weighted(0.2, -5_i64..60), prop::option::weighted(0.1, 0_i64..40));
    let family = (0_u64..6, any::<bool>(), 0_u32..3);
    let holder = (mostly(), rarely(), mostly(), mostly(), mostly());
    (times, family, holder).prop_map(|(times, (generation, proven, replays), holder)| {
        let (started_days_ago, used, chosen_end_in_days, floor_days_ago) = times;
        let (exists, paused, user_enabled, has_role, consented) = holder;
        Session {
            exists,
            started_days_ago,
            used_days_ago: used.min(started_days_ago),
            chosen_end_in_days,
            paused,
            generation,
            proven,
            replays,
            user_enabled,
            has_role,
            consented,
            floor_days_ago,
        }
    })
}

fn token() -> impl Strategy<Value = Token> {
    let ahead = prop_oneof![6 => Just(0_i64), 3 => Just(-1), 1 => Just(-2), 1 => 1_i64..70_000];
    let damage = prop_oneof![12 => Just(Damage::None), 1 => Just(Damage::Mac), 1 => Just(Damage::Key), 1 => Just(Damage::Nonsense)];
    (any::<bool>(), ahead, -400_i64..400, damage).prop_map(|(public_client, ahead, stamp_shift_s, damage)| Token {
        public_client,
        ahead,
        stamp_shift_s,
        damage,
    })
}

/// Writes everything that a case says, and the token that goes with it.
fn arrange(tx: &mut Tx<'_>, realm: &LoadedRealm, case: &(Policy, Session, Token), id: GrantId) -> (Grant, Client) {
    let (policy, session, token) = case;
    let now = tx.now().unwrap();
    let client_id = if token.public_client { "photo-frame" } else { "nightly-backup" };
    let mut client = realm.model.find_client(client_id).unwrap().clone();
    let user = users::find_by_username(tx, realm.model.realm.id, "alice").unwrap().unwrap();
    let grant = grant_of(realm, (&client, user.id), session, (id, now));

    let mut own = realm.model.realm.clone();
    let limits = &mut own.settings.token_policy;
    (limits.offline_idle_s, limits.offline_max_enabled) = (policy.idle_days * DAY_S, policy.max_days.is_some());
    limits.offline_max_s = policy.max_days.unwrap_or(60) * DAY_S;
    (limits.rotation, limits.replay_window) = (policy.rotation, policy.window);
    own.settings.enabled = policy.realm_enabled;
    own.not_before_at = policy.not_before_days_ago.map_or(Timestamp::default(), |days| now.minus_s(days * DAY_S));
    assert!(realms::update(tx, &own, realm.model.stamp).unwrap());

    client.settings.enabled = policy.client_enabled;
    client.settings.use_refresh_tokens = policy.refreshes;
    client.settings.consent_required = policy.consent_required;
    let offline = realm.model.find_scope("offline_access").unwrap().id;
    client.optional_scopes.remove(&offline);
    if policy.has_scope {
        client.optional_scopes.insert(offline);
    }
    assert!(clients::update(tx, own.id, &client).unwrap());

    let mut changed = user.clone();
    changed.enabled = session.user_enabled;
    users::update(tx, own.id, &changed).unwrap();
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

fn grant_of(
    realm: &LoadedRealm,
    (client, user_id): (&Client, UserId),
    session: &Session,
    (id, now): (GrantId, Timestamp),
) -> Grant {
    let used_at = now.minus_s(session.used_days_ago * DAY_S + 7);
    let place = Place::new("192.0.2.1", "curl");
    Grant {
        id,
        realm_id: realm.model.realm.id,
        client_id: client.id,
        user_id,
        standing: Standing::Offline(Offline {
            chosen_end_at: session.chosen_end_in_days.map(|days| now.plus_s(days * DAY_S + 11)),
            paused_at: session.paused.then_some(used_at),
            ..Offline::default()
        }),
        scope: ScopeSet::lenient("openid profile offline_access"),
        withdrawn: ScopeSet::default(),
        resources: Vec::new(),
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
fn shown(realm: &LoadedRealm, (grant, client): (&Grant, &Client), token: &Token) -> String {
    let mut other = grant.clone();
    other.family.generation = other.family.generation.saturating_add_signed(token.ahead);
    other.family.stamped_at = other.family.stamped_at.plus_s(token.stamp_shift_s);
    let genuine = tokens::refresh_token(realm, client, (&other, None)).unwrap();
    let (message, mac) = genuine.rsplit_once('.').unwrap();
    match token.damage {
        Damage::None => genuine,
        Damage::Mac => format!("{message}.{}{}", if mac.starts_with('A') { 'B' } else { 'A' }, &mac[1..]),
        Damage::Key => support::under_another_key(message, mac),
        Damage::Nonsense => "no token at all".to_owned(),
    }
}

async fn raise_floor(world: &World, case: &(Policy, Session, Token), client: &Client) {
    let (session, id) = (case.1.clone(), client.id);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let Some(days) = session.floor_days_ago else { return Ok(()) };
        let at = tx.now()?.minus_s(days * DAY_S);
        let floors = perennial_domain::lifetime::Floors { ended_if_used_before_at: at, ..Default::default() };
        Ok(clients::raise_floors(tx, (realm.model.realm.id, id), floors)?)
    };
    world.site.write(DEMO, unit).await.unwrap();
}

async fn refresh(world: &World, client: &Client, token: &str) -> Result<TokenResponse, FlowError> {
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", token)];
    let params = Params::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
    let call = (&params, support::credentials(client), Place::new("192.0.2.1", "curl"));
    refresh_token::run(&world.site, DEMO, call).await
}

fn agree(explained: &Explanation, refreshed: Result<TokenResponse, FlowError>, realm: &LoadedRealm, before: &Grant) {
    match refreshed {
        Ok(tokens) => {
            assert!(explained.works, "it works, and is explained as {:?}", explained.refusal);
            let answer = realm.refresh.verify(&tokens.refresh_token.unwrap()).unwrap();
            let expected = match *explained.decisions.last().unwrap() {
                Decision::Rotate { to } => to,
                Decision::Keep { .. } => explained.generation.unwrap(),
                Decision::Replay { .. } => before.family.generation,
                other => panic!("{other:?} is no success"),
            };
            assert_eq!(answer.generation, expected);
        }
        // Whose a forged token is cannot be told, so what its client would be refused for before is not explained.
        Err(FlowError::OAuth(refusal)) if explained.kind == explain::Kind::Foreign && !is_of_token(&refusal) => {
            assert!(!explained.works);
        }
        Err(FlowError::OAuth(refusal)) => {
            let told = explained.refusal.as_ref().unwrap_or_else(|| panic!("explained as working: {refusal}"));
            assert_eq!(
                (told.code, &told.description, &told.reason),
                (refusal.code, &refusal.description, &refusal.reason)
            );
            assert_eq!(explained.checks.iter().filter(|check| check.status == explain::Status::Failed).count(), 1);
        }
        Err(trouble) => panic!("{trouble}"),
    }
}

fn is_of_token(refusal: &OAuthError) -> bool {
    refusal.code == ErrorCode::InvalidGrant
}

async fn check(world: &World, case: &(Policy, Session, Token)) -> bool {
    let id = GrantId(world.site.entropy.uuid_v7(1));
    let own = case.clone();
    let ((grant, client), _) =
        world.fresh().await.write(DEMO, move |tx, realm| Ok(arrange(tx, realm, &own, id))).await.unwrap();
    raise_floor(world, case, &client).await;
    let realm = world.site.realm(DEMO).await.unwrap();
    let token = shown(&realm, (&grant, &client), &case.2);

    let before = world.grant(id).await;
    let explained = explain::explain(&world.site, DEMO, Subject::Token(token.clone())).await.unwrap();
    assert_eq!(world.grant(id).await, before, "explaining changed the session");
    let again = explain::explain(&world.site, DEMO, Subject::Token(token.clone())).await.unwrap();
    assert_eq!((again.works, &again.refusal), (explained.works, &explained.refusal));

    agree(&explained, refresh(world, &client, &token).await, &realm, &grant);
    explained.works
}

#[test]
fn what_is_explained_is_what_a_refresh_then_does() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::create());
    let counts = std::cell::Cell::new((0, 0));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 400, ..ProptestConfig::default() });
    runner
        .run(&(policy(), session(), token()), |case| {
            let works = runtime.block_on(check(&world, &case));
            let (good, all) = counts.get();
            counts.set((good + u32::from(works), all + 1));
            Ok(())
        })
        .unwrap();
    let (good, all) = counts.get();
    assert!(good * 10 > all && good * 10 < all * 9, "{good} of {all} worked: the cases cover one side only");
}
