//! `POST /admin/realms/{realm}/offline-sessions/revoke`: ends every offline session that a filter admits, or says which it would.

use super::{caller::AdminCaller, session_filter, session_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{
    ApiError,
    session_search::{ClientSessions, RevokeAnswer, RevokeRequest},
};
use perennial_domain::GrantId;
use perennial_flows::admin::{
    Permission, act,
    bulk_revoke::{self, Wish},
};

/// Sessions that one request may name.
const MOST_NAMED: usize = 10_000;

pub async fn run(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<RevokeRequest>,
) -> ApiResult {
    // Before names are looked up: who may not do this learns nothing of them.
    caller.0.require(Permission::ManageUsers, &realm)?;
    let RevokeRequest { filter, sessions, dry_run, all } = sent.0;
    let only = ids_of(&sessions)?;
    let filter = session_filter::of_representation(&state, &realm, filter).await?;
    let wish = Wish { filter, only, dry_run, all };
    let done = act::to_the_end(async move { bulk_revoke::run(&state.site, &realm, &caller.0, wish).await }).await??;
    Ok(json(&RevokeAnswer {
        dry_run,
        count: done.total,
        clients: done.clients.into_iter().map(|(client_id, count)| ClientSessions { client_id, count }).collect(),
        sample: done.sample.iter().map(representation::of_view).collect(),
    }))
}

fn ids_of(sessions: &[String]) -> Result<Vec<GrantId>, ApiRefusal> {
    let wrong = |text: &str| ApiRefusal::Invalid(ApiError::at_field("sessions", text));
    if sessions.len() > MOST_NAMED {
        return Err(wrong("names too many sessions at once"));
    }
    let mut ids = Vec::with_capacity(sessions.len());
    for session in sessions {
        ids.push(session.parse().map_err(|_| wrong("must hold ids of sessions"))?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
