//! The login page's two sides: what it shows, and what its form does.

use super::{Step, find_pending, take_up};
use crate::{
    FlowResult, LoadedRealm, Site, events,
    guessing::{self, Attempt, Verdict},
    sign_in::{Browser, SessionCookie, Started, csrf_matches, foreign_form, fresh_cookie, start_session},
};
use perennial_domain::{
    RequestId,
    audit::{Action, Actor},
    authorization::PendingRequest,
    event::{Event, EventType},
};
use perennial_storage::{Tx, requests};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct LoginView {
    /// The OAuth `client_id`.
    pub client_id: String,
    pub realm_name: String,
    pub accent: Option<String>,
    pub client_name: String,
    pub redirect_uri: String,
    pub login_hint: Option<String>,
    pub ui_locales: Option<String>,
}

pub struct LoginForm {
    pub csrf: String,
    pub username: String,
    pub password: String,
}

pub enum LoginOutcome {
    SignedIn(Step, SessionCookie),
    /// One answer for an unknown name and a wrong password.
    Wrong,
    /// Too many of these, under this name or from this place: whether this one was right, nobody looked.
    TooMany,
}

pub async fn view(site: &Site, realm_name: &str, id: RequestId, browser: &Browser) -> FlowResult<LoginView> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let pending = find_pending(tx, realm, id, &browser)?;
        let client = realm.client(pending.request.client_id)?;
        Ok(LoginView {
            client_id: client.client_id.clone(),
            realm_name: realm.model.realm.display_name().to_owned(),
            accent: realm.model.realm.settings.accent.clone(),
            client_name: client.display_name().to_owned(),
            redirect_uri: pending.request.redirect_uri,
            login_hint: pending.request.login_hint,
            ui_locales: pending.request.ui_locales,
        })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn submit(
    site: &Site,
    realm_name: &str,
    id: RequestId,
    browser: &Browser,
    form: LoginForm,
) -> FlowResult<LoginOutcome> {
    let binding = browser.binding.as_deref().ok_or_else(foreign_form)?;
    if !csrf_matches(binding, &id.to_string(), &form.csrf) {
        return Err(foreign_form());
    }
    let shown = view(site, realm_name, id, browser).await?;
    let username = form.username.clone();
    let attempt = Attempt { password: form.password, ip: browser.place.ip.clone() };
    let refuse = |outcome, error: &str| {
        let event = Event::new(EventType::LoginError).client(&shown.client_id).at_place(&browser.place);
        site.raise_refusal(realm_name, event.error(error).detail(events::USERNAME, username.clone()));
        Ok(outcome)
    };
    let proven = match guessing::sign_in(site, realm_name, form.username, attempt).await? {
        Verdict::Right(proven) => proven,
        Verdict::Wrong => return refuse(LoginOutcome::Wrong, guessing::WRONG),
        Verdict::TooManyOfUser => return refuse(LoginOutcome::Wrong, guessing::BLOCKED),
        Verdict::TooMany => return refuse(LoginOutcome::TooMany, guessing::BLOCKED),
    };
    let (own, cookie, entropy) = (browser.clone(), fresh_cookie(site), site.entropy.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        if !proven.holds(tx, realm)? {
            return Ok(None);
        }
        let mut pending = find_pending(tx, realm, id, &own)?;
        let fresh = cookie(tx.now()?);
        let started = start_session(tx, realm, proven.user, &own, fresh)?;
        raise_signed_in(tx, realm, &pending, &own, &started)?;
        requests::mark_signed_in(tx, id, started.session.id)?;
        pending.signed_in_as = Some(started.session.id);
        let browser = Browser { session: Some(started.cookie.clone()), ..own.clone() };
        Ok(Some((take_up(tx, realm, &pending, &browser, &entropy)?, started)))
    };
    let (done, _) = site.write(realm_name, unit).await?;
    let Some((step, started)) = done else { return refuse(LoginOutcome::Wrong, guessing::WRONG) };
    if let Some((session, user)) = started.replaced {
        let action = Action::UserSessionEnded { session };
        site.record(started.session.auth_at, realm_name, Actor::User { user }, action);
    }
    Ok(LoginOutcome::SignedIn(step, started.cookie))
}

fn raise_signed_in(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    pending: &PendingRequest,
    browser: &Browser,
    started: &Started,
) -> FlowResult<()> {
    let client = realm.client(pending.request.client_id)?;
    let in_browser = |event_type| Event::new(event_type).client(&client.client_id).at_place(&browser.place);
    if let Some((session, user)) = started.replaced {
        let ended = in_browser(EventType::UserSessionDeleted).user(user).session(session);
        events::raise(tx, realm, ended.detail("reason", "replaced").detail(events::BY, "server"))?;
    }
    let session = &started.session;
    events::raise(tx, realm, in_browser(EventType::Login).user(session.user_id).session(session.id))
}
