//! `POST /admin/realms/{realm}/explain`: why a token or a session works or fails.

use super::caller::AdminCaller;
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{
    ApiError, EndsBy,
    explain::{
        CheckStatus, ExplainRequest, ExplainedCheck, ExplainedKind, ExplainedLimit, ExplainedRefusal, Explanation,
        RefreshOutcome, SeenValue,
    },
};
use perennial_domain::{Timestamp, limits::Line, rotation::Decision};
use perennial_flows::explain::{self, CheckView, Kind, Status, Subject};

/// Longer than any token of ours.
const LONGEST_TOKEN: usize = 16 * 1_024;

pub async fn run(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<ExplainRequest>,
) -> ApiResult {
    let subject = subject_of(sent.0)?;
    let found = explain::run(&state.site, &caller.0, &realm, subject).await?;
    Ok(json(&of_explanation(&found)))
}

fn subject_of(sent: ExplainRequest) -> Result<Subject, ApiRefusal> {
    let wrong = |field: &str, text: &str| ApiRefusal::Invalid(ApiError::at_field(field, text));
    match (sent.token, sent.session) {
        (Some(token), None) => match token.trim() {
            "" => Err(wrong("token", "must not be empty")),
            long if long.len() > LONGEST_TOKEN => Err(wrong("token", "is longer than any token of this server")),
            token => Ok(Subject::Token(token.to_owned())),
        },
        (None, Some(session)) => {
            let id = session.parse().map_err(|_| wrong("session", "must be the id of a session"))?;
            Ok(Subject::Session(id))
        }
        (None, None) => Err(wrong("token", "a token or the id of a session is needed")),
        (Some(_), Some(_)) => Err(wrong("session", "only one of token and session may be sent")),
    }
}

pub fn of_explanation(found: &explain::Explanation) -> Explanation {
    let owner = found.owner.as_ref();
    let winner = owner.and_then(|owner| owner.lines.iter().find(|line| line.wins));
    Explanation {
        kind: match found.kind {
            Kind::RefreshToken => ExplainedKind::RefreshToken,
            Kind::AccessToken => ExplainedKind::AccessToken,
            Kind::Foreign => ExplainedKind::Foreign,
        },
        works: found.works,
        seen_at: found.seen_at.as_ms(),
        refusal: found.refusal.as_ref().map(|refusal| ExplainedRefusal {
            status: refusal.code.status(),
            error: refusal.code.as_str().to_owned(),
            error_description: refusal.description.clone(),
            reason: refusal.reason.clone(),
        }),
        checks: found.checks.iter().map(of_check).collect(),
        session: owner.map(|owner| owner.grant.id.to_string()),
        offline: owner.map(|owner| owner.grant.is_offline()),
        client_id: owner.map(|owner| owner.client_id.clone()),
        user_id: owner.map(|owner| owner.grant.user_id.to_string()),
        username: owner.map(|owner| owner.username.clone()),
        generation: found.generation,
        current_generation: owner.map(|owner| owner.grant.family.generation),
        limits: owner.map(|owner| owner.lines.iter().map(of_line).collect()).unwrap_or_default(),
        expires: winner.and_then(|line| line.ends_at).map(Timestamp::as_ms),
        ends_by: winner.map(|line| EndsBy::from(line.cause.as_str())),
        refresh: found.decisions.first().map(outcome_of),
    }
}

fn of_check(view: &CheckView) -> ExplainedCheck {
    ExplainedCheck {
        name: view.check.as_str().to_owned(),
        status: match view.status {
            Status::Passed => CheckStatus::Passed,
            Status::Failed => CheckStatus::Failed,
            Status::NotReached => CheckStatus::NotReached,
            Status::NotApplicable => CheckStatus::NotApplicable,
            Status::Assumed => CheckStatus::Assumed,
        },
        public: view.public.clone(),
        admin: view.admin.clone(),
        values: view.values.iter().map(|(name, value)| ((*name).to_owned(), seen_value(value))).collect(),
    }
}

fn seen_value(value: &serde_json::Value) -> SeenValue {
    serde_json::from_value(value.clone()).unwrap_or(SeenValue::Absent)
}

fn of_line(line: &Line) -> ExplainedLimit {
    ExplainedLimit {
        limit: EndsBy::from(line.cause.as_str()),
        source: line.source.map(|source| source.as_str().to_owned()),
        seconds: line.seconds,
        from: line.from.map(Timestamp::as_ms),
        ends: line.ends_at.map(Timestamp::as_ms),
        wins: line.wins,
    }
}

fn outcome_of(decision: &Decision) -> RefreshOutcome {
    match decision {
        Decision::Keep { .. } => RefreshOutcome::Keep,
        Decision::Rotate { .. } => RefreshOutcome::Rotate,
        Decision::Replay { .. } => RefreshOutcome::Replay,
        Decision::Reused => RefreshOutcome::Reuse,
        Decision::Recover { .. } => RefreshOutcome::Recover,
        Decision::TooNew => RefreshOutcome::TooNew,
    }
}
