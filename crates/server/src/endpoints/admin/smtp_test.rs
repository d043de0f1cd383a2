//! `POST /admin/realms/{realm}/testSMTPConnection`, in Keycloak's shape: a mail through the server that is sent along, which
//! need not be saved.

use super::{caller::AdminCaller, smtp_representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, no_content},
        json_object::JsonObject,
    },
    outbox::mail::{self, Trial},
    state::AppState,
};
use actix_web::web;
use perennial_api::ApiError;
use perennial_flows::{admin::realms, mails};
use std::collections::BTreeMap;

/// Ours, beside the server's own fields: where the mail goes instead of to the admin.
const TO: &str = "to";

/// 204 once the mail server took it; otherwise what it said.
pub async fn run(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<BTreeMap<String, String>>,
) -> ApiResult {
    let mut sent = sent.0;
    let loaded = realms::to_manage(&state.site, &caller.0, &realm).await?;
    let wrong = smtp_representation::check(&sent);
    if !wrong.is_empty() {
        return Err(ApiRefusal::Invalid(ApiError::at_fields(wrong)));
    }
    let invalid = |text: String| ApiRefusal::Invalid(ApiError::message(text));
    let wrong_to = || ApiRefusal::Invalid(ApiError::at_field("smtpServer.to", "must be an e-mail address"));
    let to = match sent.remove(TO).filter(|to| !to.is_empty()) {
        Some(to) if to.parse::<lettre::Address>().is_ok() => to,
        Some(_) => return Err(wrong_to()),
        None => mails::address_of(&state.site, &caller.0)
            .await?
            .ok_or_else(|| invalid("Your account has no e-mail address to send a test to".to_owned()))?,
    };
    let before = loaded.model.realm.settings.smtp_server.as_ref();
    let server = smtp_representation::apply(before, &sent, &state.site.master).map_err(invalid)?;
    let server = server.ok_or_else(|| ApiRefusal::Invalid(ApiError::at_field("smtpServer.host", "must be given")))?;
    let trial = Trial { server, to };
    mail::try_out(&state.couriers, &state.site, &loaded, trial).await.map_err(invalid)?;
    Ok(no_content())
}
