//! Token policies: what a realm sets, what a client overrides, and which value wins.
//!
//! All durations are seconds. Within one limit the most specific value replaces the others, longer or shorter
//! (offline-access rules, "Lifetimes"); how the limits combine is in [`crate::lifetime`].

use crate::{client::ClientKind, lifetime::OnlineFloors, time::Timestamp};
use serde::{Deserialize, Serialize};

/// 30 days.
pub const DEFAULT_OFFLINE_IDLE_S: i64 = 2_592_000;
/// 60 days.
pub const DEFAULT_OFFLINE_MAX_S: i64 = 5_184_000;
const DEFAULT_PUBLIC_REPLAY_WINDOW_S: u32 = 60;

/// When presenting the current refresh token advances its generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RotationMode {
    Never,
    /// Once 70 % of the idle timeout has passed since the token was issued.
    Aging,
    Always,
    /// `always` for public clients without a sender constraint, `never` for the rest.
    #[default]
    Auto,
}

/// How long the predecessor of an unproven token still gives the same successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplayWindow {
    /// Until the successor was presented once: a nightly job that lost a response gets through the next night.
    UntilProven,
    /// Seconds since the successor was issued; 0 closes the window.
    Seconds(u32),
    /// This many replays of one generation (Keycloak's `refreshTokenMaxReuse`).
    Replays(u32),
}

/// A realm's own values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RealmTokenPolicy {
    pub access_token_lifespan_s: i64,
    pub sso_session_idle_s: i64,
    pub sso_session_max_s: i64,
    /// 0: the SSO value.
    pub client_session_idle_s: i64,
    /// 0: the SSO value.
    pub client_session_max_s: i64,
    pub offline_idle_s: i64,
    pub offline_max_enabled: bool,
    pub offline_max_s: i64,
    /// 0: `offline_idle_s` counts.
    pub client_offline_idle_s: i64,
    /// 0: `offline_max_s` counts.
    pub client_offline_max_s: i64,
    pub rotation: RotationMode,
    /// `None`: by the kind of client, see [`EffectivePolicy`].
    pub replay_window: Option<ReplayWindow>,
    /// Live offline sessions per user and client; 0: no limit.
    pub offline_session_limit: u32,
    pub authorization_code_lifespan_s: i64,
    /// How long a person may take to sign in and consent.
    pub login_lifespan_s: i64,
    /// What shorter limits had ended stays ended: user sessions, and the online grants in them.
    pub ended_sessions: OnlineFloors,
    pub ended_online_grants: OnlineFloors,
}

impl Default for RealmTokenPolicy {
    fn default() -> Self {
        Self {
            access_token_lifespan_s: 300,
            sso_session_idle_s: 1_800,
            sso_session_max_s: 36_000,
            client_session_idle_s: 0,
            client_session_max_s: 0,
            offline_idle_s: DEFAULT_OFFLINE_IDLE_S,
            offline_max_enabled: false,
            offline_max_s: DEFAULT_OFFLINE_MAX_S,
            client_offline_idle_s: 0,
            client_offline_max_s: 0,
            rotation: RotationMode::Auto,
            replay_window: None,
            offline_session_limit: 20,
            authorization_code_lifespan_s: 60,
            login_lifespan_s: 1_800,
            ended_sessions: OnlineFloors::default(),
            ended_online_grants: OnlineFloors::default(),
        }
    }
}

impl RealmTokenPolicy {
    /// This policy, about to take the place of `before`: where a limit of online access gets longer, what it had ended stays ended.
    #[must_use]
    pub fn keeping_ended_by(mut self, before: &Self, now: Timestamp) -> Self {
        let sso = |policy: &Self| (policy.sso_session_idle_s, policy.sso_session_max_s);
        self.ended_sessions = before.ended_sessions.before_lengthening(sso(before), sso(&self), now);
        let (old, new) = (before.online_limits(), self.online_limits());
        self.ended_online_grants = before.ended_online_grants.before_lengthening(old, new, now);
        self
    }

    /// When something online that begins at `now` counts as started and used, whatever clocks say.
    #[must_use]
    pub fn online_start_of(&self, now: Timestamp) -> Timestamp {
        let marks = [self.ended_sessions, self.ended_online_grants];
        marks.iter().fold(now, |start, marks| start.max(marks.used_before_at).max(marks.started_before_at))
    }

    /// Idle timeout and maximum of online grants.
    fn online_limits(&self) -> (i64, i64) {
        (
            positive(self.client_session_idle_s).unwrap_or(self.sso_session_idle_s),
            positive(self.client_session_max_s).unwrap_or(self.sso_session_max_s),
        )
    }
}

/// A client's overrides; `None` inherits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientTokenPolicy {
    pub access_token_lifespan_s: Option<i64>,
    pub offline_idle_s: Option<i64>,
    pub offline_max_s: Option<i64>,
    pub rotation: Option<RotationMode>,
    pub replay_window: Option<ReplayWindow>,
    pub offline_session_limit: Option<u32>,
}

/// A protected resource's overrides; `None` inherits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceTokenPolicy {
    pub access_token_lifespan_s: Option<i64>,
    pub offline_idle_s: Option<i64>,
    pub offline_max_s: Option<i64>,
}

/// Where a winning value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitSource {
    Resource,
    Client,
    /// The realm's value for clients (`clientOfflineSession…`).
    RealmClient,
    Realm,
}

impl LimitSource {
    /// As the API says it in `endsBySource`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Client => "client",
            Self::RealmClient => "realm-client",
            Self::Realm => "realm",
        }
    }
}

/// A limit in seconds and who set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub seconds: i64,
    pub source: LimitSource,
}

/// The policy that acts on one client's grants, every inheritance resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectivePolicy {
    pub access_token_lifespan_s: i64,
    pub offline_idle: Limit,
    pub offline_max: Option<Limit>,
    pub online_idle_s: i64,
    pub online_max_s: i64,
    /// Whether it is for an online grant: then its tokens age by the online idle timeout.
    pub of_online: bool,
    pub ended_online: OnlineFloors,
    pub rotation: RotationMode,
    pub replay_window: ReplayWindow,
    pub offline_session_limit: u32,
}

impl EffectivePolicy {
    /// The idle timeout that the age of a token is measured by.
    pub const fn idle_s(&self) -> i64 {
        if self.of_online { self.online_idle_s } else { self.offline_idle.seconds }
    }

    /// Resolves realm and client values for a client of this kind.
    pub fn resolve(realm: &RealmTokenPolicy, client: &ClientTokenPolicy, kind: ClientKind) -> Self {
        let (online_idle_s, online_max_s) = realm.online_limits();
        Self {
            access_token_lifespan_s: client.access_token_lifespan_s.unwrap_or(realm.access_token_lifespan_s),
            offline_idle: offline_idle(realm, client),
            offline_max: offline_max(realm, client),
            online_idle_s,
            online_max_s,
            of_online: false,
            ended_online: realm.ended_online_grants,
            rotation: rotation(client.rotation.unwrap_or(realm.rotation), kind),
            replay_window: client.replay_window.or(realm.replay_window).unwrap_or_else(|| default_window(kind)),
            offline_session_limit: client.offline_session_limit.unwrap_or(realm.offline_session_limit),
        }
    }

    /// For grants of these resources. A resource's value replaces the client's and the realm's, longer or shorter; of several
    /// resources, each with its own value or the inherited one, the shortest counts.
    #[must_use]
    pub fn for_resources<'a>(self, resources: impl IntoIterator<Item = &'a ResourceTokenPolicy>) -> Self {
        let own = |seconds: Option<i64>| {
            seconds.and_then(positive).map(|seconds| Limit { seconds, source: LimitSource::Resource })
        };
        let of = |resource: &ResourceTokenPolicy| Self {
            access_token_lifespan_s: resource
                .access_token_lifespan_s
                .and_then(positive)
                .unwrap_or(self.access_token_lifespan_s),
            offline_idle: own(resource.offline_idle_s).unwrap_or(self.offline_idle),
            offline_max: own(resource.offline_max_s).or(self.offline_max),
            ..self
        };
        resources.into_iter().map(of).reduce(Self::shortest).unwrap_or(self)
    }

    fn shortest(self, other: Self) -> Self {
        let shorter = |a: Limit, b: Limit| if b.seconds < a.seconds { b } else { a };
        Self {
            access_token_lifespan_s: self.access_token_lifespan_s.min(other.access_token_lifespan_s),
            offline_idle: shorter(self.offline_idle, other.offline_idle),
            offline_max: match (self.offline_max, other.offline_max) {
                (Some(a), Some(b)) => Some(shorter(a, b)),
                (one, another) => one.or(another),
            },
            ..self
        }
    }
}

fn offline_idle(realm: &RealmTokenPolicy, client: &ClientTokenPolicy) -> Limit {
    let own = client.offline_idle_s.and_then(positive).map(|seconds| Limit { seconds, source: LimitSource::Client });
    let for_clients =
        positive(realm.client_offline_idle_s).map(|seconds| Limit { seconds, source: LimitSource::RealmClient });
    own.or(for_clients).unwrap_or(Limit { seconds: realm.offline_idle_s, source: LimitSource::Realm })
}

/// `offline_max_enabled` gates the realm's values only.
fn offline_max(realm: &RealmTokenPolicy, client: &ClientTokenPolicy) -> Option<Limit> {
    let own = client.offline_max_s.and_then(positive).map(|seconds| Limit { seconds, source: LimitSource::Client });
    let of_realm = || {
        let for_clients =
            positive(realm.client_offline_max_s).map(|seconds| Limit { seconds, source: LimitSource::RealmClient });
        for_clients.or(Some(Limit { seconds: realm.offline_max_s, source: LimitSource::Realm }))
    };
    own.or_else(|| realm.offline_max_enabled.then(of_realm).flatten())
}

/// A public client's token is good for whoever holds it, so it rotates whatever is set (RFC 9700 §2.2.2).
fn rotation(set: RotationMode, kind: ClientKind) -> RotationMode {
    match (kind, set) {
        (ClientKind::Public, _) => RotationMode::Always,
        (ClientKind::Confidential, RotationMode::Auto) => RotationMode::Never,
        (ClientKind::Confidential, other) => other,
    }
}

fn default_window(kind: ClientKind) -> ReplayWindow {
    match kind {
        ClientKind::Confidential => ReplayWindow::UntilProven,
        ClientKind::Public => ReplayWindow::Seconds(DEFAULT_PUBLIC_REPLAY_WINDOW_S),
    }
}

fn positive(seconds: i64) -> Option<i64> {
    (seconds > 0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(realm: &RealmTokenPolicy, client: &ClientTokenPolicy) -> EffectivePolicy {
        EffectivePolicy::resolve(realm, client, ClientKind::Confidential)
    }

    #[test]
    fn the_most_specific_idle_timeout_wins_longer_or_shorter() {
        let mut realm = RealmTokenPolicy { offline_idle_s: 100, ..Default::default() };
        let mut client = ClientTokenPolicy::default();
        assert_eq!(resolve(&realm, &client).offline_idle, Limit { seconds: 100, source: LimitSource::Realm });
        realm.client_offline_idle_s = 500;
        assert_eq!(resolve(&realm, &client).offline_idle, Limit { seconds: 500, source: LimitSource::RealmClient });
        client.offline_idle_s = Some(300);
        assert_eq!(resolve(&realm, &client).offline_idle, Limit { seconds: 300, source: LimitSource::Client });
    }

    #[test]
    fn the_switch_of_the_maximum_gates_the_realms_values_only() {
        let mut realm = RealmTokenPolicy { offline_max_s: 100, client_offline_max_s: 50, ..Default::default() };
        let mut client = ClientTokenPolicy::default();
        assert_eq!(resolve(&realm, &client).offline_max, None);
        client.offline_max_s = Some(70);
        assert_eq!(resolve(&realm, &client).offline_max, Some(Limit { seconds: 70, source: LimitSource::Client }));
        realm.offline_max_enabled = true;
        client.offline_max_s = None;
        assert_eq!(resolve(&realm, &client).offline_max, Some(Limit { seconds: 50, source: LimitSource::RealmClient }));
    }

    #[test]
    fn a_resource_replaces_the_client_and_of_several_the_shortest_counts() {
        let realm = RealmTokenPolicy { offline_idle_s: 100, access_token_lifespan_s: 30, ..Default::default() };
        let inherited = resolve(&realm, &ClientTokenPolicy::default());
        let long = ResourceTokenPolicy { offline_idle_s: Some(500), offline_max_s: Some(900), ..Default::default() };
        let short = ResourceTokenPolicy { offline_idle_s: Some(50), ..Default::default() };
        let brief = ResourceTokenPolicy { access_token_lifespan_s: Some(10), ..Default::default() };
        let of_resource = |seconds| Limit { seconds, source: LimitSource::Resource };
        assert_eq!(inherited.for_resources([]), inherited);
        let alone = inherited.for_resources([&long]);
        assert_eq!((alone.offline_idle, alone.offline_max), (of_resource(500), Some(of_resource(900))));
        assert_eq!(alone.access_token_lifespan_s, 30);
        let both = inherited.for_resources([&long, &short]);
        assert_eq!((both.offline_idle, both.offline_max), (of_resource(50), Some(of_resource(900))));
        let mixed = inherited.for_resources([&long, &brief]);
        assert_eq!((mixed.offline_idle, mixed.access_token_lifespan_s), (inherited.offline_idle, 10));
    }

    #[test]
    fn public_clients_rotate_whatever_is_set() {
        for set in [RotationMode::Never, RotationMode::Aging, RotationMode::Always, RotationMode::Auto] {
            let realm = RealmTokenPolicy { rotation: set, ..Default::default() };
            let policy = EffectivePolicy::resolve(&realm, &ClientTokenPolicy::default(), ClientKind::Public);
            assert_eq!(policy.rotation, RotationMode::Always);
        }
    }

    #[test]
    fn auto_never_rotates_for_clients_that_authenticate() {
        let policy = resolve(&RealmTokenPolicy::default(), &ClientTokenPolicy::default());
        assert_eq!(policy.rotation, RotationMode::Never);
        assert_eq!(policy.replay_window, ReplayWindow::UntilProven);
    }
}
