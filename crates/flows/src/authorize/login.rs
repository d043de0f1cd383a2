//! The login page's two sides: what it shows, and what its form does.

use super::{Advanced, Step, advance, find_pending, finish::Fresh};
use crate::{
    FlowResult, LoadedRealm, Site,
    passwords::LONGEST_PASSWORD,
    sign_in::{self, Browser, SessionCookie, Started, csrf_matches, foreign_form, fresh_cookie, start_session},
};
use perennial_domain::{
    RequestId, UserId,
    audit::{Action, Actor},
};
use perennial_storage::{Tx, requests};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct LoginView {
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
}

pub async fn view(site: &Site, realm_name: &str, (id, browser): (RequestId, &Browser)) -> FlowResult<LoginView> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let pending = find_pending(tx, realm, (id, &browser))?;
        Ok(LoginView {
            realm_name: realm.model.realm.display_name().to_owned(),
            accent: realm.model.realm.settings.accent.clone(),
            client_name: realm.client(pending.request.client_id)?.display_name().to_owned(),
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
    (id, browser): (RequestId, &Browser),
    form: LoginForm,
) -> FlowResult<LoginOutcome> {
    let binding = browser.binding.as_deref().ok_or_else(foreign_form)?;
    if !csrf_matches(binding, &id.to_string(), &form.csrf) {
        return Err(foreign_form());
    }
    view(site, realm_name, (id, browser)).await?;
    if form.password.len() > LONGEST_PASSWORD {
        return Ok(LoginOutcome::Wrong);
    }
    let Some(user) = sign_in::check_password(site, realm_name, (form.username, form.password)).await? else {
        return Ok(LoginOutcome::Wrong);
    };
    let (browser, cookie, entropy) = (browser.clone(), fresh_cookie(site), site.entropy.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let now = tx.now()?;
        signed_in(tx, realm, (id, user, &browser), (cookie(now), Fresh::new(&entropy, now)))
    };
    let ((step, started), _) = site.write(realm_name, unit).await?;
    if let Some((session, user)) = started.replaced {
        let action = Action::UserSessionEnded { session };
        site.record(started.session.auth_at, realm_name, Actor::User { user }, action);
    }
    Ok(LoginOutcome::SignedIn(step, started.cookie))
}

fn signed_in(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (id, user, browser): (RequestId, UserId, &Browser),
    (cookie, fresh): (SessionCookie, Fresh),
) -> FlowResult<(Step, Started)> {
    let mut pending = find_pending(tx, realm, (id, browser))?;
    let started = start_session(tx, realm, (user, browser), cookie)?;
    requests::mark_signed_in(tx, id, started.session.id)?;
    pending.signed_in_as = Some(started.session.id);
    let browser = Browser { session: Some(started.cookie.clone()), ..browser.clone() };
    let step = match advance(tx, realm, (&pending, &browser), &fresh)? {
        Advanced::Ask(step, _) => step,
        Advanced::Done(answer) => Step::Answer(answer),
    };
    Ok((step, started))
}
