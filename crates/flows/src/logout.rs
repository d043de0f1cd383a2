//! RP-initiated logout (OIDC RP-Initiated Logout 1.0): ends the user session and its online grants; offline sessions stay,
//! unless the logout is asked for with an offline token of its own.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    client_auth::{self, Credentials},
    endings::user_session,
    events, genuine, id_token_hint, revocation,
    sign_in::{Browser, csrf_matches, find_session, foreign_form},
};
use perennial_domain::{
    GrantId, Timestamp, UserId, UserSessionId,
    audit::{Action, Actor},
    client::Client,
    event::{Event, EventType},
    grant::{Place, Standing},
    user_session::UserSession,
};
use perennial_protocol::{OAuthError, Params};
use perennial_storage::{Tx, grants, users};

/// What a logout form's CSRF token is bound to.
pub const CSRF_PURPOSE: &str = "logout";

/// A validated request to log out.
#[derive(Clone, Debug, Default)]
pub struct LogoutRequest {
    pub client_id: Option<String>,
    /// The name that people read.
    pub client_name: Option<String>,
    pub post_logout_redirect_uri: Option<String>,
    pub state: Option<String>,
    /// From a valid `id_token_hint`: whose session it is.
    pub hinted: Option<Hinted>,
    pub ui_locales: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Hinted {
    pub sid: String,
    pub sub: String,
}

pub enum LogoutStep {
    /// Without a hint that fits, a person must confirm: a link on another site must not sign anybody out (§2).
    Confirm(LogoutRequest),
    /// Signed out, or nobody was signed in.
    Done(LogoutRequest),
}

/// Checks the request and, where its hint names the browser's own session, carries it out.
pub async fn begin(site: &Site, realm_name: &str, params: &Params, browser: &Browser) -> FlowResult<LogoutStep> {
    params.check_repeated()?;
    let realm = site.realm(realm_name).await?;
    let request = validate(&realm, params)?;
    let (browser, hinted, client_id) = (browser.clone(), request.hinted.clone(), request.client_id.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let Some(session) = find_session(tx, realm, &browser)? else { return Ok(Found::Nobody) };
        let fits = |hint: &Hinted| hint.sid == session.id.to_string() && hint.sub == session.user_id.to_string();
        if !hinted.as_ref().is_some_and(fits) {
            return Ok(Found::Unconfirmed);
        }
        user_session::end(tx, realm, session.id, session.user_id)?;
        raise_logout(tx, realm, &session, &browser, client_id.as_deref())?;
        Ok(Found::Ended(session.id, session.user_id, tx.now()?))
    };
    match site.write(realm_name, unit).await?.0 {
        Found::Unconfirmed => Ok(LogoutStep::Confirm(request)),
        Found::Nobody => Ok(LogoutStep::Done(request)),
        Found::Ended(session, user, at) => {
            site.record(at, realm_name, Actor::User { user }, Action::UserSessionEnded { session });
            Ok(LogoutStep::Done(request))
        }
    }
}

enum Found {
    Nobody,
    Unconfirmed,
    Ended(UserSessionId, UserId, Timestamp),
}

/// The confirmation page's form. The parameters are those of the request and are checked again.
pub async fn confirm(
    site: &Site,
    realm_name: &str,
    params: &Params,
    csrf: &str,
    browser: &Browser,
) -> FlowResult<LogoutRequest> {
    let binding = browser.binding.as_deref().ok_or_else(foreign_form)?;
    if !csrf_matches(binding, CSRF_PURPOSE, csrf) {
        return Err(foreign_form());
    }
    let realm = site.realm(realm_name).await?;
    let request = validate(&realm, params)?;
    end_current(site, realm_name, browser).await?;
    Ok(request)
}

/// Ends whatever session the browser has.
pub async fn end_current(site: &Site, realm_name: &str, browser: &Browser) -> FlowResult<()> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let Some(session) = find_session(tx, realm, &browser)? else { return Ok(None) };
        user_session::end(tx, realm, session.id, session.user_id)?;
        raise_logout(tx, realm, &session, &browser, None)?;
        Ok(Some((session.id, session.user_id, tx.now()?)))
    };
    if let (Some((session, user, at)), _) = site.write(realm_name, unit).await? {
        site.record(at, realm_name, Actor::User { user }, Action::UserSessionEnded { session });
    }
    Ok(())
}

fn raise_logout(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    session: &UserSession,
    browser: &Browser,
    client_id: Option<&str>,
) -> FlowResult<()> {
    let client = client_id.and_then(|id| realm.model.find_client(id));
    let event = Event::new(EventType::Logout).user(session.user_id).session(session.id).at_place(&browser.place);
    let event = Event { client: client.map(|client| client.client_id.clone()), ..event };
    events::raise(tx, realm, event)
}

/// The logout endpoint called by a client with a refresh token of its own: an ordinary one signs its user out, an offline one ends
/// its session only.
pub async fn with_token(
    site: &Site,
    realm_name: &str,
    credentials: Credentials,
    token: String,
    place: Place,
) -> FlowResult<()> {
    // A forged one costs no unit; what its sender did wrong is told as with any other.
    if !genuine::is_ours(site, realm_name, &token).await? {
        return revocation::run(site, realm_name, credentials, token, place).await;
    }
    let (caller, shown, from) = (credentials.clone(), token.clone(), place.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_auth::authenticate(realm, &caller)?;
        let Ok(presented) = realm.refresh.verify(&shown) else { return Ok(None) };
        let found = grants::find(tx, GrantId(presented.grant_id))?;
        let own = found.filter(|grant| grant.client_id == client.id);
        let Some(Standing::Online { session: Some(session) }) = own.as_ref().map(|grant| &grant.standing) else {
            return Ok(None);
        };
        let user =
            own.as_ref().map(|grant| grant.user_id).ok_or_else(|| FlowError::internal("a grant without a user"))?;
        let ended = user_session::end(tx, realm, *session, user)?;
        if ended {
            let event = Event::new(EventType::Logout).client(&client.client_id).user(user).session(*session);
            events::raise(tx, realm, event.at_place(&from))?;
        }
        Ok(ended.then_some((*session, client.id, tx.now()?)))
    };
    if let (Some((session, client, at)), _) = site.write(realm_name, unit).await? {
        site.record(at, realm_name, Actor::Client { client }, Action::UserSessionEnded { session });
        return Ok(());
    }
    revocation::run(site, realm_name, credentials, token, place).await
}

fn validate(realm: &LoadedRealm, params: &Params) -> FlowResult<LogoutRequest> {
    let hint = params.get("id_token_hint").map(|token| id_token_hint::read(realm, token)).transpose()?;
    let sent = params.get("client_id");
    if let (Some(hint), Some(sent)) = (&hint, sent)
        && hint.azp != sent
        // A name that is nobody's any more is an earlier one, perhaps of this client.
        && realm.model.find_client(&hint.azp).is_some()
    {
        return Err(OAuthError::invalid_request("Parameter client_id is different from the id_token_hint's").into());
    }
    let client_id = sent.map(str::to_owned).or_else(|| hint.as_ref().map(|hint| hint.azp.clone()));
    let client = client_id.as_deref().and_then(|id| realm.model.find_client(id));
    let redirect = params.get("post_logout_redirect_uri");
    if redirect.is_some_and(|uri| !client.is_some_and(|client| client.allows_post_logout_redirect(uri))) {
        return Err(OAuthError::invalid_request("Invalid parameter: post_logout_redirect_uri").into());
    }
    Ok(LogoutRequest {
        client_name: client.map(Client::display_name).map(str::to_owned),
        client_id,
        post_logout_redirect_uri: redirect.map(str::to_owned),
        state: params.get("state").filter(|state| state.len() <= 2_048).map(str::to_owned),
        hinted: hint.map(|hint| Hinted { sid: hint.sid, sub: hint.sub }),
        ui_locales: params.get("ui_locales").map(str::to_owned),
    })
}

/// The name of whoever is signed in in this browser, for the question.
pub async fn current_user(site: &Site, realm_name: &str, browser: &Browser) -> FlowResult<Option<String>> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let Some(session) = find_session(tx, realm, &browser)? else { return Ok(None) };
        let user = users::find(tx, realm.model.realm.id, session.user_id)?;
        Ok(user.map(|user| user.full_name().unwrap_or(user.username)))
    };
    Ok(site.read(realm_name, unit).await?.0)
}
