//! `PUT /admin/realms/{realm}/users/{id}/execute-actions-email` and `…/send-verify-email`, in Keycloak's shape.

use super::caller::AdminCaller;
use crate::{
    http::{
        admin_recorder,
        api_answer::{ApiRefusal, ApiResult, no_content},
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::ApiError;
use perennial_domain::user::RequiredAction;
use perennial_flows::admin::{
    action_mails::{self, ActionMail},
    user_roles::user_id,
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

#[derive(Deserialize, schemars::JsonSchema)]
pub struct ActionMailQuery {
    /// The `clientId` of the app that the user goes on to.
    client_id: Option<String>,
    /// Where the user goes on afterwards: one of the client's redirect URIs.
    redirect_uri: Option<String>,
    /// Seconds for which the link is good.
    lifespan: Option<i64>,
}

pub async fn execute_actions(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    query: web::Query<ActionMailQuery>,
    sent: web::Json<Value>,
) -> ApiResult {
    admin_recorder::describe(&sent);
    let actions = actions(&sent).ok_or_else(|| {
        let text = "The request body must be a JSON list of UPDATE_PASSWORD and VERIFY_EMAIL";
        ApiRefusal::Invalid(ApiError::message(text.to_owned()))
    })?;
    send(&state, caller, path, query.into_inner(), actions).await
}

pub async fn verify(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    query: web::Query<ActionMailQuery>,
) -> ApiResult {
    let actions = BTreeSet::from([RequiredAction::VerifyEmail]);
    send(&state, caller, path, query.into_inner(), actions).await
}

async fn send(
    state: &AppState,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    query: ActionMailQuery,
    actions: BTreeSet<RequiredAction>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let mail = ActionMail {
        actions,
        lifespan_s: query.lifespan,
        client: given(query.client_id),
        redirect_uri: given(query.redirect_uri),
        mail_server: state.couriers.mailer.url.is_some(),
    };
    action_mails::send(&state.site, &caller.0, &realm, user_id(&id)?, mail).await?;
    Ok(no_content())
}

fn actions(sent: &Value) -> Option<BTreeSet<RequiredAction>> {
    let names = sent.as_array()?.iter();
    names.map(|name| RequiredAction::parse(name.as_str()?)).collect()
}
