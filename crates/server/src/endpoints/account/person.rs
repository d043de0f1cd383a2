//! Whose account it is: the portal's own session, or a bearer token that names this API as its audience.

use crate::{
    endpoints::{console::cookie::ConsoleCookie, protocol::userinfo::bearer_token},
    http::{api_answer::ApiRefusal, same_origin},
    state::AppState,
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::Method, web};
use perennial_domain::{UserId, UserSessionId, role::ACCOUNT_CLIENT};
use perennial_flows::{
    FlowError, bearer,
    console::{self, ConsoleKind},
};
use std::{future::Future, pin::Pin};

pub struct Person {
    pub user: UserId,
    pub realm: String,
    /// At the portal itself, not an app with a token of theirs.
    pub in_person: bool,
    /// The user session that they are in now.
    pub session: Option<UserSessionId>,
}

type Found = Result<(UserId, Option<UserSessionId>), ApiRefusal>;

impl FromRequest for Person {
    type Error = ApiRefusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiRefusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<web::Data<AppState>>().cloned().ok_or(ApiRefusal::Unauthorized)?;
            let realm = request.match_info().get("realm").unwrap_or_default().to_owned();
            let token = bearer_token(&request);
            let in_person = token.is_none();
            let (user, session) = match token {
                Some(token) => by_token(&state, &realm, token, request.method()).await?,
                None => by_cookie(&state, &realm, &request).await?,
            };
            Ok(Self { user, realm, in_person, session })
        })
    }
}

/// A token must name this API and carry the role for what it wants: an app that may read a profile may not end sessions.
async fn by_token(state: &AppState, realm: &str, token: String, method: &Method) -> Found {
    let (active, loaded) = match bearer::authorize(&state.site, realm, token).await {
        Ok(judged) => judged,
        Err(FlowError::OAuth(_)) => return Err(ApiRefusal::Unauthorized),
        Err(trouble) => return Err(trouble.into()),
    };
    if active.is_exchanged() {
        return Err(FlowError::Forbidden.into());
    }
    let wanted: [&str; 2] = match *method {
        Method::GET | Method::HEAD => ["view-applications", "manage-account"],
        _ => ["manage-consent", "manage-account"],
    };
    let model = &loaded.model;
    let carried = model.roles_in_scope(loaded.client(active.client)?, &active.holder.roles);
    let account = model.find_client(ACCOUNT_CLIENT).map(|client| client.id);
    let allows = |name: &&str| {
        account.and_then(|id| model.find_client_role(id, name)).is_some_and(|role| carried.contains(&role.id))
    };
    let named = active.facts.aud.as_ref().is_some_and(|audience| audience.contains(ACCOUNT_CLIENT));
    if named && wanted.iter().any(allows) {
        Ok((active.holder.user.id, active.grant.user_session()))
    } else {
        Err(FlowError::Forbidden.into())
    }
}

async fn by_cookie(state: &AppState, realm: &str, request: &HttpRequest) -> Found {
    let cookie = ConsoleCookie::of_request(request, ConsoleKind::Account).ok_or(ApiRefusal::Unauthorized)?;
    let changes = request.method() != Method::GET && request.method() != Method::HEAD;
    if changes && !same_origin::is_console_call(request, &state.site.base_url) {
        return Err(ApiRefusal::Foreign);
    }
    // The cookie counts in the realm that it was made for, whatever the path says.
    if cookie.realm != realm {
        return Err(ApiRefusal::Unauthorized);
    }
    let found = console::visitor(&state.site, realm, ConsoleKind::Account, &cookie.secret).await?;
    let visitor = found.ok_or(ApiRefusal::Unauthorized)?;
    console::keep_alive(&state.site, realm, &visitor).await?;
    Ok((visitor.user.id, visitor.session))
}
