//! `POST /admin/realms/{realm}/offline-sessions/revoke`: ends every offline session that a filter admits, or says which it would. Where that
//! takes long, it goes on after the answer, which says so and how far it has come.

use super::{caller::AdminCaller, session_filter, session_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, http::header::CACHE_CONTROL, web};
use perennial_api::{
    ApiError,
    session_search::{ClientSessions, RevokeAnswer, RevokeRequest},
};
use perennial_domain::{GrantId, audit::Actor};
use perennial_flows::admin::{
    Permission, act,
    bulk_revoke::{self, Done, SoFar, Wish},
};
use std::time::Duration;

/// Well within the minute that a request may take; most of what takes long is through by then, and told whole.
const LONGEST_WAIT: Duration = Duration::from_secs(50);
/// Sessions that one request may name.
const MOST_NAMED: usize = 10_000;

pub async fn run(
    state: web::Data<AppState>,
    caller: AdminCaller,
    (realm, request): (web::Path<String>, HttpRequest),
    sent: JsonObject<RevokeRequest>,
) -> ApiResult {
    // Before names are looked up: who may not do this learns nothing of them.
    caller.0.require(Permission::ManageUsers, &realm)?;
    let RevokeRequest { filter, sessions, dry_run, all } = sent.0;
    let only = ids_of(&sessions)?;
    let filter = session_filter::of_representation(&state, &realm, filter).await?;
    let wish = Wish { filter, only, dry_run, all };
    bulk_revoke::admit(&state.site, &realm, &caller.0, &wish).await?;
    let (patience, so_far) = (patience(&request, dry_run), SoFar::default());
    let (told, actor) = (so_far.clone(), Actor::Admin { user: caller.0.user });
    let work = act::to_the_end(async move {
        let done = bulk_revoke::carry_out(&state.site, &realm, &actor, (wish, &told)).await;
        if let (Err(error), false) = (&done, dry_run) {
            // Whoever has got their 202 does not hear of it.
            tracing::error!(%error, realm = realm.as_str(), "a bulk ending stopped before its end");
        }
        done
    });
    match tokio::time::timeout(patience, work).await {
        Ok(done) => Ok(json(&answer(&done??, dry_run, true))),
        Err(_) => Ok(HttpResponse::Accepted().insert_header((CACHE_CONTROL, "no-store")).json(answer(
            &so_far.done(),
            dry_run,
            false,
        ))),
    }
}

fn answer(done: &Done, dry_run: bool, complete: bool) -> RevokeAnswer {
    let by_client = |(client_id, count): &(String, u64)| ClientSessions { client_id: client_id.clone(), count: *count };
    RevokeAnswer {
        dry_run,
        complete,
        count: done.total,
        clients: done.clients.iter().map(by_client).collect(),
        sample: done.sample.iter().map(representation::of_view).collect(),
    }
}

/// Until there is an answer, whatever it is. RFC 7240: `Prefer: respond-async` does not wait, or as long as `wait` says. What is
/// only counted is waited for, since nothing of it remains.
fn patience(request: &HttpRequest, dry_run: bool) -> Duration {
    if dry_run {
        return Duration::MAX;
    }
    let all = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    let mut wished = all.flat_map(|value| value.split([',', ';'])).map(str::trim);
    if !wished.clone().any(|one| one.eq_ignore_ascii_case("respond-async")) {
        return LONGEST_WAIT;
    }
    let seconds = wished.find_map(|one| one.strip_prefix("wait=")?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or_default()).min(LONGEST_WAIT)
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
