//! What a refresh can meet: settings, a session, a token, and what is asked for with it; mostly good, so that each trouble is met alone, too.

use perennial_domain::token_policy::{ReplayWindow, RotationMode};
use proptest::prelude::*;

/// Resources that the session may have been granted for.
pub const APIS: [&str; 2] = ["https://mail.example", "https://files.example"];
/// A scope of the session.
pub const RESERVED: &str = "profile";

#[derive(Clone, Debug)]
pub struct Policy {
    pub idle_days: i64,
    pub max_days: Option<i64>,
    pub rotation: RotationMode,
    pub window: Option<ReplayWindow>,
    pub realm_enabled: bool,
    pub client_enabled: bool,
    pub refreshes: bool,
    pub consent_required: bool,
    pub has_scope: bool,
    pub not_before_days_ago: Option<i64>,
    /// Only an admin can allow [`RESERVED`].
    pub reserves: bool,
}

/// An admin's approval of the client.
#[derive(Clone, Debug)]
pub struct Approval {
    pub days_ago: i64,
    pub ends_in_days: Option<i64>,
    /// With [`RESERVED`].
    pub whole: bool,
}

/// One of [`APIS`].
#[derive(Clone, Debug)]
pub struct Api {
    pub exists: bool,
    pub granted: bool,
    pub idle_days: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Session {
    pub exists: bool,
    pub started_days_ago: i64,
    pub used_days_ago: i64,
    pub chosen_end_in_days: Option<i64>,
    pub paused: bool,
    pub generation: u64,
    pub proven: bool,
    pub replays: u32,
    pub user_enabled: bool,
    pub has_role: bool,
    pub consented: bool,
    pub floor_days_ago: Option<i64>,
}

#[derive(Clone, Copy, Debug)]
pub enum Damage {
    None,
    Mac,
    Key,
    Nonsense,
}

#[derive(Clone, Debug)]
pub struct Token {
    pub public_client: bool,
    /// From the session's generation.
    pub ahead: i64,
    pub stamp_shift_s: i64,
    pub damage: Damage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedScope {
    Nothing,
    Less,
    /// Than was granted.
    More,
}

/// What the refresh asks for beyond the token.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub scope: AskedScope,
    /// Of [`APIS`].
    pub api: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub policy: Policy,
    pub approval: Option<Approval>,
    /// An earlier approval of the client lapsed then.
    pub lapsed_days_ago: Option<i64>,
    pub apis: [Api; 2],
    pub session: Session,
    pub token: Token,
    pub asked: Asked,
}

impl Case {
    pub fn granted(&self) -> Vec<String> {
        let all = APIS.iter().zip(&self.apis).filter(|(_, api)| api.granted);
        all.map(|(uri, _)| (*uri).to_owned()).collect()
    }
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
    let switches = (mostly(), mostly(), mostly(), any::<bool>(), mostly(), rarely());
    (limits, rotation, window, switches, prop::option::weighted(0.1, 0_i64..30)).prop_map(
        |((idle_days, max_days), rotation, window, switches, not_before_days_ago)| {
            let (realm_enabled, client_enabled, refreshes, consent_required, has_scope, reserves) = switches;
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
                reserves,
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

fn approval() -> impl Strategy<Value = Option<Approval>> {
    let one = (0_i64..60, prop::option::of(-5_i64..60), any::<bool>());
    let one = one.prop_map(|(days_ago, ends_in_days, whole)| Approval { days_ago, ends_in_days, whole });
    prop::option::weighted(0.3, one)
}

fn api() -> impl Strategy<Value = Api> {
    let all = (prop::bool::weighted(0.8), prop::bool::weighted(0.4), prop::option::weighted(0.3, 5_i64..60));
    all.prop_map(|(exists, granted, idle_days)| Api { exists, granted, idle_days })
}

fn asked() -> impl Strategy<Value = Asked> {
    let scope = prop_oneof![7 => Just(AskedScope::Nothing), 2 => Just(AskedScope::Less), 1 => Just(AskedScope::More)];
    (scope, prop::option::weighted(0.25, 0_usize..2)).prop_map(|(scope, api)| Asked { scope, api })
}

pub fn case() -> impl Strategy<Value = Case> {
    let lapse = prop::option::weighted(0.07, 0_i64..40);
    (policy(), approval(), lapse, [api(), api()], session(), token(), asked()).prop_map(
        |(policy, approval, lapsed_days_ago, apis, session, token, asked)| Case {
            policy,
            approval,
            lapsed_days_ago,
            apis,
            session,
            token,
            asked,
        },
    )
}
