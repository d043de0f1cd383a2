//! `GET POST …/account/credentials`, and Keycloak's older `POST …/credentials/password`. A password is changed by the user in
//! person, never by an app with a token of theirs.

use super::person::Person;
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content},
        browser,
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_api::{ApiError, CredentialContainer, PasswordChangeRequest};
use perennial_flows::{
    FlowError,
    account_password::{self, PasswordChange},
    chosen_password::{AlsoEnds, Chooser},
};

pub async fn list(state: web::Data<AppState>, person: Person) -> ApiResult {
    let present = account_password::exists(&state.site, &person.realm, person.user).await?;
    let password = CredentialContainer {
        kind: "password".to_owned(),
        category: "basic-authentication".to_owned(),
        updateable: true,
        removeable: false,
        present,
    };
    Ok(json(&[password]))
}

pub async fn change_password(
    state: web::Data<AppState>,
    request: HttpRequest,
    person: Person,
    sent: JsonObject<PasswordChangeRequest>,
) -> ApiResult {
    if !person.in_person {
        return Err(FlowError::Forbidden.into());
    }
    let sent = sent.0;
    if sent.confirmation.as_ref().is_some_and(|again| *again != sent.new_password) {
        return Err(ApiRefusal::Invalid(ApiError::at_field("confirmation", "must equal the new password")));
    }
    let change = PasswordChange {
        current: sent.current_password,
        new: sent.new_password,
        ends: AlsoEnds { other_sessions: sent.logout_sessions, offline_sessions: sent.end_offline_sessions },
    };
    let chooser = Chooser { user: person.user, session: person.session, place: browser::place(&request) };
    account_password::change(&state.site, &person.realm, chooser, change).await?;
    Ok(no_content())
}
