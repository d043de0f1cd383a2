//! `…/webhooks`: targets, their test and their deliveries. A secret is shown only in the answer that made it.

use super::{caller::AdminCaller, webhook_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content, tagged},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, HeaderValue, LINK, LOCATION},
    web,
};
use perennial_api::{ApiError, PageQuery, WebhookRepresentation, page::next_link, paths};
use perennial_domain::{OutboxId, WebhookId, webhook::WebhookSettings};
use perennial_flows::{
    FlowError,
    admin::{
        tag_of,
        webhooks::{self, DeliveryPage},
    },
};

const DEFAULT_PAGE: u64 = 100;
const LONGEST_PAGE: u64 = 500;

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    let all = webhooks::list(&state.site, &caller.0, &realm).await?;
    let shown = all.iter().map(|webhook| representation::seen_by(&caller.0, &realm, webhook));
    Ok(json(&shown.collect::<Vec<_>>()))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let webhook = webhooks::find(&state.site, &caller.0, &realm, webhook_id(&id)?).await?;
    Ok(tagged(&tag_of(&webhook)?, &representation::seen_by(&caller.0, &realm, &webhook)))
}

pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<WebhookRepresentation>,
) -> ApiResult {
    representation::check_new(&sent.0, &state.couriers.http).map_err(ApiRefusal::Invalid)?;
    let blank = WebhookSettings { enabled: true, ..WebhookSettings::default() };
    let draft = representation::apply(&blank, &sent.0);
    let (webhook, secret) = webhooks::create(&state.site, &caller.0, &realm, draft).await?;
    let mut shown = representation::of_webhook(&webhook);
    shown.secret = Some(secret.reveal().to_string());
    let address = format!("{}{}", state.site.base_url, paths::admin_webhook(&realm, &webhook.id.to_string()));
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, address))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(shown))
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<WebhookRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    representation::check(&sent.0, &state.couriers.http).map_err(ApiRefusal::Invalid)?;
    let change = Box::new(move |settings: &WebhookSettings| representation::apply(settings, &sent.0));
    webhooks::update(&state.site, &caller.0, &realm, webhook_id(&id)?, change).await?;
    Ok(no_content())
}

/// Another secret, in this answer and nowhere else.
pub async fn renew_secret(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let secret = webhooks::renew_secret(&state.site, &caller.0, &realm, webhook_id(&id)?).await?;
    let shown = WebhookRepresentation { secret: Some(secret.reveal().to_string()), ..Default::default() };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    webhooks::delete(&state.site, &caller.0, &realm, webhook_id(&id)?).await?;
    Ok(no_content())
}

/// 202: it is queued; the deliveries tell what became of it.
pub async fn ping(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let delivery = webhooks::ping(&state.site, &caller.0, &realm, webhook_id(&id)?).await?;
    Ok(HttpResponse::Accepted().json(serde_json::json!({"id": delivery.to_string()})))
}

pub async fn deliveries(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    query: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let wrong_cursor = || ApiRefusal::Invalid(ApiError::at_field("after", "is not a cursor of this list"));
    let after: Option<OutboxId> =
        query.after.as_deref().map(|text| text.parse().map_err(|_| wrong_cursor())).transpose()?;
    let max = query.max.unwrap_or(DEFAULT_PAGE).clamp(1, LONGEST_PAGE);
    let asked = DeliveryPage { after, max: i64::try_from(max).unwrap_or(1) };
    let page = webhooks::deliveries(&state.site, &caller.0, &realm, webhook_id(&id)?, asked).await?;
    let mut answer = json(&page.iter().map(representation::of_delivery).collect::<Vec<_>>());
    let is_full = u64::try_from(page.len()).is_ok_and(|count| count == max);
    if let Some(last) = page.last().filter(|_| is_full)
        && let Ok(link) = HeaderValue::from_str(&next_link(request.path(), &query, &last.id.to_string()))
    {
        answer.headers_mut().insert(LINK, link);
    }
    Ok(answer)
}

pub async fn redeliver(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String, String)>,
) -> ApiResult {
    let (realm, id, delivery) = path.into_inner();
    let delivery: OutboxId = delivery.parse().map_err(|_| FlowError::NotFound("Delivery not found"))?;
    webhooks::redeliver(&state.site, &caller.0, &realm, webhook_id(&id)?, delivery).await?;
    Ok(HttpResponse::Accepted().finish())
}

fn webhook_id(text: &str) -> Result<WebhookId, FlowError> {
    text.parse().map_err(|_| FlowError::NotFound("Webhook not found"))
}
