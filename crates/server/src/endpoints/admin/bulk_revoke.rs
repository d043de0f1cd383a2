//! `POST /admin/realms/{realm}/offline-sessions/revoke`: ends every offline session that a filter admits, or says which it would. Where that
//! takes long, the answer says so and how far it has come. An ending goes on then; a count does for a while, for who asks again.

use super::{caller::AdminCaller, session_filter, session_representation as representation};
use crate::{
    dry_runs::Counted,
    http::{
        api_answer::{ApiRefusal, ApiResult, json},
        json_object::JsonObject,
        to_the_end::asker_has_gone,
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

/// Well within the minute after which 503 is answered; most of what takes long is through by then, and told whole.
const LONGEST_WAIT: Duration = Duration::from_secs(50);
/// Sessions that one request may name.
const MOST_NAMED: usize = 10_000;

pub async fn run(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    request: HttpRequest,
    sent: JsonObject<RevokeRequest>,
) -> ApiResult {
    // Before names are looked up: who may not do this learns nothing of them.
    caller.0.require(Permission::ManageUsers, &realm)?;
    let RevokeRequest { filter, sessions, dry_run, all } = sent.0;
    let only = ids_of(&sessions)?;
    let filter = session_filter::of_representation(&state, &realm, filter).await?;
    let wish = Wish { filter, only, dry_run, all };
    bulk_revoke::admit(&state.site, &realm, &caller.0, &wish).await?;
    let actor = Actor::Admin { user: caller.0.user };
    if dry_run && wish.only.is_empty() {
        return foretell(state, realm.into_inner(), actor, wish, &request).await;
    }
    // A list of sessions is soon through, and would not outlive a restart.
    let patience = if wish.only.is_empty() { patience(&request) } else { Duration::MAX };
    let so_far = SoFar::default();
    let told = so_far.clone();
    let work = act::to_the_end(async move {
        let done = bulk_revoke::carry_out(&state.site, &realm, &actor, wish, &told).await;
        if let (Err(error), false) = (&done, dry_run) {
            // Whoever has got their 202 does not hear of it; a job takes it up again.
            tracing::error!(%error, realm = realm.as_str(), "a bulk ending stopped before its end");
        }
        done
    });
    let goes_on = async {
        tokio::join!(tokio::time::sleep(patience), so_far.is_promised());
    };
    tokio::select! {
        done = work => Ok(json(&answer(&done??, dry_run, true))),
        () = goes_on => Ok(accepted(&answer(&so_far.done(), dry_run, false))),
    }
}

/// Counts, together with whoever asks for the same at this moment, for as long as somebody waits.
async fn foretell(
    state: web::Data<AppState>,
    realm: String,
    actor: Actor,
    wish: Wish,
    request: &HttpRequest,
) -> ApiResult {
    let what = Counted { realm: realm.clone(), filter: wish.filter.clone() };
    let shared = state.clone();
    let run = state
        .dry_runs
        .join(what, |so_far| async move { bulk_revoke::carry_out(&shared.site, &realm, &actor, wish, &so_far).await });
    let patience = patience(request);
    let enough = async {
        if !patience.is_zero() {
            tokio::time::sleep(patience).await;
        }
    };
    tokio::select! {
        biased;
        done = run.done() => Ok(json(&answer(&done?, true, true))),
        () = enough => {
            let told = answer(&run.so_far(), true, false);
            run.keep();
            Ok(accepted(&told))
        }
        // Nobody reads it.
        () = asker_has_gone(request) => Ok(HttpResponse::RequestTimeout().finish()),
    }
}

fn accepted(so_far: &RevokeAnswer) -> HttpResponse {
    HttpResponse::Accepted().insert_header((CACHE_CONTROL, "no-store")).json(so_far)
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

/// Until there is an answer, whatever it is. RFC 7240: `Prefer: respond-async` does not wait, or as long as `wait` says.
fn patience(request: &HttpRequest) -> Duration {
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
