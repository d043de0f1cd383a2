//! Signing in: the user session that a browser keeps. Passwords are checked in `guessing`.

use crate::{FlowError, FlowResult, LoadedRealm, Site, endings::user_session};
use perennial_crypto::{secrets_match, token_hash};
use perennial_domain::{Timestamp, UserId, UserSessionId, grant::Place, user_session::UserSession};
use perennial_storage::{Tx, user_sessions, users};

/// What a browser shows of itself: its cookies and where it is.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// Binds authorization requests to this browser; see [`csrf_token`].
    pub binding: Option<String>,
    pub session: Option<SessionCookie>,
    pub place: Place,
}

/// The sign-in cookie: `<session id>.<secret>`. The database holds the secret's hash only.
#[derive(Clone)]
pub struct SessionCookie {
    pub id: UserSessionId,
    pub secret: String,
}

impl std::fmt::Debug for SessionCookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionCookie").field("id", &self.id).finish_non_exhaustive()
    }
}

impl SessionCookie {
    pub fn parse(value: &str) -> Option<Self> {
        let (id, secret) = value.split_once('.')?;
        Some(Self { id: id.parse().ok()?, secret: secret.to_owned() })
    }

    pub fn value(&self) -> String {
        format!("{}.{}", self.id, self.secret)
    }
}

/// Ties a form to a browser and a purpose (an authorization request, a logout): nobody else can compute it.
pub fn csrf_token(binding: &str, purpose: &str) -> String {
    hex(&token_hash(&format!("{binding}.{purpose}")))
}

pub fn csrf_matches(binding: &str, purpose: &str, sent: &str) -> bool {
    secrets_match(sent, &csrf_token(binding, purpose))
}

/// The same for a form that a signed-in user is shown: it says whose answer it asks for, too.
pub fn form_token(binding: &str, purpose: &str, session: UserSessionId) -> String {
    format!("{}.{}", csrf_token(binding, purpose), csrf_token(binding, &format!("{purpose} {session}")))
}

/// What a form with such a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormOf {
    /// The page that this user was shown.
    User,
    /// One that this browser was shown while somebody else was signed in.
    AnotherUser,
    Nobody,
}

pub fn form_of(browser: &Browser, purpose: &str, sent: &str) -> FormOf {
    let (Some(binding), Some((csrf, own))) = (browser.binding.as_deref(), sent.split_once('.')) else {
        return FormOf::Nobody;
    };
    if !csrf_matches(binding, purpose, csrf) {
        return FormOf::Nobody;
    }
    let session = browser.session.as_ref().map(|cookie| format!("{purpose} {}", cookie.id));
    match session {
        Some(session) if csrf_matches(binding, &session, own) => FormOf::User,
        _ => FormOf::AnotherUser,
    }
}

/// The browser's live session, if its cookie is right.
pub fn find_session(tx: &mut Tx<'_>, realm: &LoadedRealm, browser: &Browser) -> FlowResult<Option<UserSession>> {
    let Some(cookie) = &browser.session else { return Ok(None) };
    let Some((session, secret_hash)) = user_sessions::find_with_secret(tx, cookie.id)? else { return Ok(None) };
    let floors = realm.model.realm.floors;
    let ours = session.realm_id == realm.model.realm.id && session.started_at >= floors.online_ended_before_at;
    let proven = secret_hash.is_some_and(|stored| secrets_match(&hex(&token_hash(&cookie.secret)), &hex(&stored)));
    let now = tx.now()?;
    Ok((ours && proven && session.is_alive(&realm.model.realm.settings.token_policy, now)).then_some(session))
}

/// A session that has just been started.
pub struct Started {
    pub session: UserSession,
    pub cookie: SessionCookie,
    /// Another user's session in this browser, which ended by it.
    pub replaced: Option<(UserSessionId, UserId)>,
}

/// Starts a session for a user who has just proved who they are. A new one each time: a cookie that somebody planted before
/// the sign-in is worth nothing after it, and nobody inherits another user's session. The same user's earlier session in
/// this browser goes on under the new cookie, so that its apps stay signed in.
pub fn start_session(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    user: UserId,
    browser: &Browser,
    fresh: SessionCookie,
) -> FlowResult<Started> {
    let now = tx.now()?;
    let earlier = find_session(tx, realm, browser)?;
    let mut replaced = None;
    if let Some(session) = earlier {
        if session.user_id != user {
            user_session::end(tx, realm, session.id, session.user_id)?;
            replaced = Some((session.id, session.user_id));
        } else if user_sessions::reauthenticate(tx, session.id, now, &token_hash(&fresh.secret))? {
            let cookie = SessionCookie { id: session.id, secret: fresh.secret };
            let last_used_at = now.max(session.last_used_at);
            let session = UserSession { auth_at: now, last_used_at, ..session };
            return Ok(Started { session, cookie, replaced: None });
        }
        // A missed guard: it ended at another node at this moment, and nothing goes on with what has ended.
    }
    let mut session = new_session(realm, fresh.id, user, now, browser);
    let floors = users::find(tx, realm.model.realm.id, user)?.map(|user| user.floors).unwrap_or_default();
    session.started_at = floors.max(realm.model.realm.floors).start_of(session.started_at);
    user_sessions::insert(tx, &session, Some(&token_hash(&fresh.secret)))?;
    Ok(Started { session, cookie: fresh, replaced })
}

/// A cookie that no browser has yet.
pub fn fresh_cookie(site: &Site) -> impl Fn(Timestamp) -> SessionCookie + Send + Sync + 'static {
    let entropy = site.entropy.clone();
    move |now| SessionCookie { id: UserSessionId(entropy.uuid_v7(now.as_ms())), secret: entropy.secret() }
}

fn new_session(realm: &LoadedRealm, id: UserSessionId, user: UserId, now: Timestamp, browser: &Browser) -> UserSession {
    let start = realm.model.realm.settings.token_policy.online_start_of(now);
    UserSession {
        id,
        realm_id: realm.model.realm.id,
        user_id: user,
        auth_at: now,
        started_at: start,
        last_used_at: start,
        place: browser.place.clone(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The refusal for a form that another browser, or nobody's page, sent.
pub fn foreign_form() -> FlowError {
    FlowError::Invalid("This page has expired, or was opened in another browser".into())
}
