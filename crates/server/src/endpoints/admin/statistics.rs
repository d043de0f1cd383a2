//! `GET /admin/realms/{realm}/statistics`: what the overview draws.

use super::caller::AdminCaller;
use crate::{
    http::api_answer::{ApiResult, json},
    state::AppState,
};
use actix_web::web;
use perennial_api::statistics::{Statistics, StatisticsSpan};
use perennial_domain::figure::Figure;
use perennial_flows::admin::statistics::{self, Span};

pub async fn read(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    let found = statistics::read(&state.site, &realm, &caller.0).await?;
    Ok(json(&Statistics {
        as_of: found.seen_at.as_ms(),
        minutes: found.minutes.iter().map(of_span).collect(),
        days: found.days.iter().map(of_span).collect(),
    }))
}

fn of_span(span: &Span) -> StatisticsSpan {
    let mut shown = StatisticsSpan { from: span.from.as_ms(), ..StatisticsSpan::default() };
    for (figure, count) in &span.counts {
        let count = u64::try_from(*count).unwrap_or_default();
        match figure {
            Figure::Begun => shown.begun = count,
            Figure::Refreshed => shown.refreshed = count,
            Figure::Refused => shown.refused = count,
            ending => drop(shown.endings.insert(ending.as_str().to_owned(), count)),
        }
    }
    shown
}
