//! What the API answers, put together as the page shows it: an app, what it may do, and where it is installed. Pure.

use perennial_api::account::ApplicationRepresentation;
use perennial_api::policy::EndsBy;
use perennial_api::session::{BlockedBy, UserSessionRepresentation};
use perennial_ui::agent::short_agent;
use perennial_ui::prelude::{EndCause, LifelineData, LifelineEnd, LifelineState};

/// Offline access is a badge and a sentence of its own, not one line among the permissions.
const OFFLINE_ACCESS: &str = "offline_access";

#[derive(Clone, Debug, PartialEq)]
pub struct ConnectedApp {
    pub client_id: String,
    pub name: String,
    pub description: Option<String>,
    pub home: Option<String>,
    pub policy: Option<String>,
    pub terms: Option<String>,
    /// Someone is signed in to it right now.
    pub in_use: bool,
    pub scopes: Vec<Permission>,
    pub granted_at: Option<i64>,
    /// The most recently used first.
    pub installations: Vec<Installation>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Permission {
    pub name: String,
    pub display: Option<String>,
}

/// One offline session.
#[derive(Clone, Debug, PartialEq)]
pub struct Installation {
    pub id: String,
    /// A label or a short form of the user agent.
    pub device: Option<String>,
    pub address: Option<String>,
    pub life: LifelineData,
    pub last_used_at: i64,
    pub blocked_by: Option<BlockedBy>,
}

/// `now` (ms) is the browser's; where the server says how long a session still lasts, its clock is used instead.
pub fn connected_apps(
    apps: Vec<ApplicationRepresentation>,
    sessions: Vec<UserSessionRepresentation>,
    now: i64,
) -> Vec<ConnectedApp> {
    let mut all: Vec<ConnectedApp> = apps.into_iter().map(|app| from_application(app, now)).collect();
    for session in sessions.into_iter().filter(|session| session.offline || session.client_id.is_some()) {
        let client_id = client_of(&session);
        let at = all.iter().position(|app| app.client_id == client_id).unwrap_or_else(|| {
            all.push(only_known_by(&session, client_id));
            all.len() - 1
        });
        if !all[at].installations.iter().any(|known| known.id == session.id) {
            all[at].installations.push(installation(session, now));
        }
    }
    for app in &mut all {
        app.installations.sort_by_key(|installation| std::cmp::Reverse(installation.last_used_at));
    }
    let last_used = |app: &ConnectedApp| app.installations.first().map(|first| first.last_used_at);
    all.sort_by(|a, b| last_used(b).cmp(&last_used(a)).then_with(|| a.name.cmp(&b.name)));
    all
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn permissions(names: impl IntoIterator<Item = (String, Option<String>)>) -> Vec<Permission> {
    names
        .into_iter()
        .filter(|(name, _)| name != OFFLINE_ACCESS)
        .map(|(name, display)| Permission { name, display })
        .collect()
}

fn from_application(app: ApplicationRepresentation, now: i64) -> ConnectedApp {
    let from_session =
        || app.offline_sessions.iter().flat_map(|session| session.scopes.clone()).map(|name| (name, None));
    let mut scopes = match &app.consent {
        Some(consent) => {
            permissions(consent.granted_scopes.iter().cloned().map(|scope| (scope.name, scope.display_text)))
        }
        None => permissions(from_session()),
    };
    let mut seen = Vec::new();
    scopes.retain(|scope| {
        !seen.contains(&scope.name) && {
            seen.push(scope.name.clone());
            true
        }
    });
    ConnectedApp {
        name: filled(app.client_name).unwrap_or_else(|| app.client_id.clone()),
        description: filled(app.description),
        home: web_address(filled(app.effective_url).or(filled(app.base_url)).or(filled(app.root_url))),
        policy: web_address(app.policy_uri),
        terms: web_address(app.tos_uri),
        in_use: app.in_use,
        scopes,
        granted_at: app.consent.and_then(|consent| consent.created_date),
        installations: app.offline_sessions.into_iter().map(|session| installation(session, now)).collect(),
        client_id: app.client_id,
    }
}

/// A session whose app the list of applications does not name.
fn only_known_by(session: &UserSessionRepresentation, client_id: String) -> ConnectedApp {
    ConnectedApp {
        name: filled(session.client_name.clone()).unwrap_or_else(|| client_id.clone()),
        client_id,
        description: None,
        home: None,
        policy: None,
        terms: None,
        in_use: false,
        scopes: permissions(session.scopes.iter().cloned().map(|name| (name, None))),
        granted_at: None,
        installations: Vec::new(),
    }
}

fn client_of(session: &UserSessionRepresentation) -> String {
    session.client_id.clone().or_else(|| session.clients.values().next().cloned()).unwrap_or_default()
}

fn installation(session: UserSessionRepresentation, now: i64) -> Installation {
    let now = match (session.expires, session.expires_in) {
        (Some(expires), Some(left_s)) => expires - left_s * 1_000,
        _ => now,
    };
    let cause = session.ends_by.as_ref().map_or(EndCause::Other, end_cause);
    let state = match (&session.blocked_by, session.paused) {
        (Some(_), _) => LifelineState::Blocked,
        (None, true) => LifelineState::Paused,
        (None, false) => LifelineState::Live,
    };
    Installation {
        life: LifelineData {
            started_at: session.start,
            uses: vec![session.start, session.last_access],
            // A use in the very second of the answer is not in the future.
            now: now.max(session.last_access),
            end: session.expires.map(|at| LifelineEnd { at, cause }),
            state,
        },
        device: filled(session.device_label).or_else(|| session.user_agent.as_deref().and_then(short_agent)),
        address: filled(session.last_ip_address).or(filled(session.ip_address)),
        last_used_at: session.last_access,
        blocked_by: session.blocked_by,
        id: session.id,
    }
}

fn end_cause(ends_by: &EndsBy) -> EndCause {
    match ends_by {
        EndsBy::Idle => EndCause::Idle,
        EndsBy::Max => EndCause::Max,
        EndsBy::Consent => EndCause::Chosen,
        EndsBy::Approval => EndCause::Approval,
        _ => EndCause::Other,
    }
}

/// Only addresses on the web become links: what a client registered may be anything.
fn web_address(href: Option<String>) -> Option<String> {
    href.filter(|href| href.starts_with("https://") || href.starts_with("http://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: &str, client: &str, last_access: i64) -> UserSessionRepresentation {
        UserSessionRepresentation {
            id: id.to_owned(),
            client_id: Some(client.to_owned()),
            offline: true,
            start: 1,
            last_access,
            scopes: vec!["openid".to_owned(), OFFLINE_ACCESS.to_owned()],
            ..UserSessionRepresentation::default()
        }
    }

    fn app(client: &str, sessions: Vec<UserSessionRepresentation>) -> ApplicationRepresentation {
        ApplicationRepresentation {
            client_id: client.to_owned(),
            offline_sessions: sessions,
            ..ApplicationRepresentation::default()
        }
    }

    #[test]
    fn sessions_join_their_app_once_and_the_last_used_comes_first() {
        let apps = vec![app("a", vec![]), app("b", vec![session("1", "b", 5)])];
        let all = connected_apps(apps, vec![session("1", "b", 5), session("2", "b", 9), session("3", "c", 7)], 10);
        let shape: Vec<_> = all
            .iter()
            .map(|app| (app.client_id.as_str(), app.installations.iter().map(|i| i.id.as_str()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(shape, [("b", vec!["2", "1"]), ("c", vec!["3"]), ("a", vec![])]);
    }

    #[test]
    fn offline_access_is_no_line_among_the_permissions() {
        let all = connected_apps(vec![app("a", vec![session("1", "a", 5), session("2", "a", 5)])], vec![], 10);
        let names: Vec<_> = all[0].scopes.iter().map(|scope| scope.name.as_str()).collect();
        assert_eq!(names, ["openid"]);
    }

    #[test]
    fn now_is_the_servers_where_it_says_what_is_left() {
        let mut one = session("1", "a", 5_000);
        (one.expires, one.expires_in) = (Some(100_000), Some(90));
        let life = connected_apps(vec![], vec![one], 77_000)[0].installations[0].life.clone();
        assert_eq!((life.now, life.end.map(|end| end.at)), (10_000, Some(100_000)));
    }

    #[test]
    fn only_web_addresses_become_links() {
        let mut one = app("a", vec![]);
        one.effective_url = Some("javascript:alert(1)".to_owned());
        one.tos_uri = Some("https://a.example/".to_owned());
        let all = connected_apps(vec![one], vec![], 0);
        assert_eq!((all[0].home.as_deref(), all[0].terms.as_deref()), (None, Some("https://a.example/")));
    }
}
