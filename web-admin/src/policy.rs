//! Which value of the token policy applies to a client, and who set it: within one limit the most specific wins,
//! longer or shorter. For showing only; what acts is decided by the server.

use perennial_api::client::attributes;
use perennial_api::{ClientRepresentation, RealmRepresentation, ReplayWindow, Rotation};

/// Who set the value that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Client,
    Realm,
    /// Neither: the rule for this kind of client.
    Rule,
}

/// A value, who set it, and what the realm says where the client says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied<T> {
    pub value: T,
    pub source: Source,
    pub instead_of: Option<T>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfflineScope {
    /// Given with every authorization.
    Default,
    /// Given when asked for.
    Optional,
    Missing,
}

/// Durations in seconds. A value is `None` where the server has not said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientPolicy {
    pub scope: OfflineScope,
    pub idle_s: Option<Applied<i64>>,
    /// `Applied { value: None, .. }`: no maximum.
    pub max_s: Applied<Option<i64>>,
    pub access_s: Option<Applied<i64>>,
    pub rotation: Applied<Rotation>,
    pub window: Applied<ReplayWindow>,
    pub limit: Option<Applied<i64>>,
}

impl ClientPolicy {
    pub fn of(realm: &RealmRepresentation, client: &ClientRepresentation) -> Self {
        let public = client.public_client.unwrap_or_default();
        let (idle_s, max_s) = for_clients(realm);
        let realm_idle = idle_s.or(realm.offline_session_idle_timeout);
        let limited = realm.offline_session_max_lifespan_enabled.unwrap_or_default();
        let realm_max = max_s.or(realm.offline_session_max_lifespan).filter(|_| limited);
        ClientPolicy {
            scope: offline_scope(client),
            idle_s: number(seconds(client, attributes::OFFLINE_SESSION_IDLE_TIMEOUT), realm_idle),
            max_s: match seconds(client, attributes::OFFLINE_SESSION_MAX_LIFESPAN) {
                Some(own) => Applied { value: Some(own), source: Source::Client, instead_of: Some(realm_max) },
                None => Applied { value: realm_max, source: Source::Realm, instead_of: None },
            },
            access_s: number(seconds(client, attributes::ACCESS_TOKEN_LIFESPAN), realm.access_token_lifespan),
            rotation: rotation(realm, client, public),
            window: window(realm, client, public),
            limit: number(
                client.attribute(attributes::OFFLINE_SESSION_LIMIT).and_then(|text| text.parse().ok()),
                realm.offline_session_limit,
            ),
        }
    }
}

/// The realm's idle timeout and maximum for clients, in seconds, where it sets them; they win over its general ones.
pub fn for_clients(realm: &RealmRepresentation) -> (Option<i64>, Option<i64>) {
    let idle_s = realm.client_offline_session_idle_timeout.and_then(positive);
    (idle_s, realm.client_offline_session_max_lifespan.and_then(positive))
}

fn positive(seconds: i64) -> Option<i64> {
    (seconds > 0).then_some(seconds)
}

fn seconds(client: &ClientRepresentation, attribute: &str) -> Option<i64> {
    client.attribute(attribute)?.parse().ok().and_then(positive)
}

fn number(own: Option<i64>, of_realm: Option<i64>) -> Option<Applied<i64>> {
    match (own, of_realm) {
        (Some(value), instead_of) => Some(Applied { value, source: Source::Client, instead_of }),
        (None, Some(value)) => Some(Applied { value, source: Source::Realm, instead_of: None }),
        (None, None) => None,
    }
}

pub fn offline_scope(client: &ClientRepresentation) -> OfflineScope {
    let has = |scopes: &Option<Vec<String>>| scopes.iter().flatten().any(|scope| scope == "offline_access");
    if has(&client.default_client_scopes) {
        OfflineScope::Default
    } else if has(&client.optional_client_scopes) {
        OfflineScope::Optional
    } else {
        OfflineScope::Missing
    }
}

/// Public clients rotate whatever is set (RFC 9700 §2.2.2); `auto` does not rotate the others.
fn rotation(realm: &RealmRepresentation, client: &ClientRepresentation, public: bool) -> Applied<Rotation> {
    let own = client.attribute(attributes::ROTATION).and_then(Rotation::parse);
    let of_realm = realm.rotation.unwrap_or_default();
    let (value, source) = match (own, of_realm) {
        _ if public => (Rotation::Always, Source::Rule),
        (Some(Rotation::Auto), _) => (Rotation::Never, Source::Rule),
        (Some(own), _) => (own, Source::Client),
        (None, Rotation::Auto) => (Rotation::Never, Source::Rule),
        (None, of_realm) => (of_realm, Source::Realm),
    };
    Applied { value, source, instead_of: (source == Source::Client).then_some(of_realm) }
}

fn window(realm: &RealmRepresentation, client: &ClientRepresentation, public: bool) -> Applied<ReplayWindow> {
    let own = client.attribute(attributes::REPLAY_WINDOW).and_then(ReplayWindow::parse);
    let of_realm = realm.replay_window.unwrap_or_default();
    let by_kind = if public { ReplayWindow::Seconds(60) } else { ReplayWindow::UntilProven };
    let (value, source) = match own.filter(|own| *own != ReplayWindow::Auto) {
        Some(own) => (own, Source::Client),
        None if of_realm != ReplayWindow::Auto => (of_realm, Source::Realm),
        None => (by_kind, Source::Rule),
    };
    Applied { value, source, instead_of: (source == Source::Client).then_some(of_realm) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn realm() -> RealmRepresentation {
        RealmRepresentation {
            offline_session_idle_timeout: Some(100),
            offline_session_max_lifespan: Some(1_000),
            ..RealmRepresentation::default()
        }
    }

    fn client(attributes: &[(&str, &str)]) -> ClientRepresentation {
        let attributes = attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        ClientRepresentation { attributes: Some(attributes), ..ClientRepresentation::default() }
    }

    #[test]
    fn the_realm_applies_where_the_client_is_silent() {
        let policy = ClientPolicy::of(&realm(), &client(&[]));
        assert_eq!(policy.idle_s, Some(Applied { value: 100, source: Source::Realm, instead_of: None }));
        assert_eq!(policy.max_s, Applied { value: None, source: Source::Realm, instead_of: None });
        assert_eq!(policy.limit, None);
    }

    #[test]
    fn a_clients_own_limit_wins_longer_or_shorter_and_needs_no_switch() {
        let own = client(&[
            (attributes::OFFLINE_SESSION_IDLE_TIMEOUT, "500"),
            (attributes::OFFLINE_SESSION_MAX_LIFESPAN, "70"),
        ]);
        let policy = ClientPolicy::of(&realm(), &own);
        assert_eq!(policy.idle_s, Some(Applied { value: 500, source: Source::Client, instead_of: Some(100) }));
        assert_eq!(policy.max_s, Applied { value: Some(70), source: Source::Client, instead_of: Some(None) });
    }

    #[test]
    fn the_realms_value_for_clients_wins_over_its_general_one() {
        let realm = RealmRepresentation {
            client_offline_session_idle_timeout: Some(50),
            client_offline_session_max_lifespan: Some(0),
            offline_session_max_lifespan_enabled: Some(true),
            ..realm()
        };
        let policy = ClientPolicy::of(&realm, &client(&[]));
        assert_eq!(policy.idle_s.map(|idle| idle.value), Some(50));
        assert_eq!(policy.max_s.value, Some(1_000));
    }

    #[test]
    fn public_clients_rotate_whatever_is_set() {
        let public = ClientRepresentation { public_client: Some(true), ..client(&[(attributes::ROTATION, "never")]) };
        let policy = ClientPolicy::of(&realm(), &public);
        assert_eq!((policy.rotation.value, policy.rotation.source), (Rotation::Always, Source::Rule));
        assert_eq!(policy.window.value, ReplayWindow::Seconds(60));
    }

    #[test]
    fn clients_that_authenticate_do_not_rotate_by_themselves() {
        let policy = ClientPolicy::of(&realm(), &client(&[]));
        assert_eq!((policy.rotation.value, policy.rotation.source), (Rotation::Never, Source::Rule));
        assert_eq!(policy.window.value, ReplayWindow::UntilProven);
    }

    #[test]
    fn the_scope_says_whether_offline_access_can_be_had_at_all() {
        let mut client = ClientRepresentation::default();
        assert_eq!(ClientPolicy::of(&realm(), &client).scope, OfflineScope::Missing);
        client.optional_client_scopes = Some(vec!["offline_access".into()]);
        assert_eq!(ClientPolicy::of(&realm(), &client).scope, OfflineScope::Optional);
        client.default_client_scopes = Some(vec!["offline_access".into()]);
        assert_eq!(ClientPolicy::of(&realm(), &client).scope, OfflineScope::Default);
    }
}
