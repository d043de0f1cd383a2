//! `GET …/account/offline-sessions`, `PATCH DELETE …/account/offline-sessions/{id}`.

use super::{pages, patch, person::Person};
use crate::{
    endpoints::admin::session_representation,
    http::{
        api_answer::{ApiResult, no_content},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_api::{ApiError, OfflineSessionPatch, PageQuery};
use perennial_domain::{GrantId, audit::Actor};
use perennial_flows::{
    FlowError, account,
    endings::{
        self,
        steering::{self, Driver},
    },
};

pub async fn list(
    state: web::Data<AppState>,
    person: Person,
    query: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    let part = pages::asked(&query)?;
    let (sessions, next) = account::offline_sessions(&state.site, &person.realm, person.user, part).await?;
    let shown: Vec<_> = sessions.iter().map(session_representation::of_view).collect();
    Ok(pages::answer(&shown, next, &request))
}

/// An app with a token of the user's may pause and narrow; more than it has only the user gives, in the portal.
pub async fn steer(
    state: web::Data<AppState>,
    person: Person,
    path: web::Path<(String, String)>,
    sent: JsonObject<OfflineSessionPatch>,
) -> ApiResult {
    let (_, session) = path.into_inner();
    let driver = Driver {
        actor: Actor::User { user: person.user },
        owner: Some(person.user),
        may_resume: person.in_person,
        may_extend: person.in_person,
    };
    let steering = patch::read(sent.0)?;
    steering::steer(&state.site, &person.realm, known(&session)?, driver, steering).await?;
    Ok(no_content())
}

/// Only one's own: another user's session is not found.
pub async fn end(state: web::Data<AppState>, person: Person, path: web::Path<(String, String)>) -> ApiResult {
    let (_, session) = path.into_inner();
    let actor = Actor::User { user: person.user };
    endings::end_grant(&state.site, &person.realm, known(&session)?, Some(person.user), actor).await?;
    Ok(no_content())
}

fn known(session: &str) -> Result<GrantId, FlowError> {
    session.parse().map_err(|_| FlowError::NotFound(ApiError::SESSION_NOT_FOUND))
}
