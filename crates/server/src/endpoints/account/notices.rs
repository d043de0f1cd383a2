//! `GET PUT …/account/notices`: whether its user is told of sessions that end soon or sleep.

use super::person::Person;
use crate::{
    http::{
        api_answer::{ApiResult, json, no_content},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_flows::{FlowError, notices};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, schemars::JsonSchema)]
pub struct Choice {
    mail: bool,
}

pub async fn find(state: web::Data<AppState>, person: Person) -> ApiResult {
    let mail = notices::wants_mail(&state.site, &person.realm, person.user).await?;
    Ok(json(&Choice { mail }))
}

/// Chosen in person: an app could silence the mails that tell of what it does.
pub async fn choose(state: web::Data<AppState>, person: Person, sent: JsonObject<Choice>) -> ApiResult {
    if !person.in_person {
        return Err(FlowError::Forbidden.into());
    }
    notices::choose_mail(&state.site, &person.realm, person.user, sent.0.mail).await?;
    Ok(no_content())
}
