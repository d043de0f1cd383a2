//! `/users/{id}/credentials…`: whether a user has a password, and taking it away. Nobody is told anything of the password itself.

use super::caller::AdminCaller;
use crate::{
    http::api_answer::{ApiResult, json, no_content},
    state::AppState,
};
use actix_web::web;
use perennial_api::StoredCredential;
use perennial_flows::admin::{credentials, user_roles::user_id};

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, user) = path.into_inner();
    let user = user_id(&user)?;
    let has_password = credentials::has_password(&state.site, &caller.0, &realm, user).await?;
    let password = StoredCredential { id: user.to_string(), kind: "password".into() };
    Ok(json(&if has_password { vec![password] } else { Vec::new() }))
}

pub async fn delete(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String, String)>,
) -> ApiResult {
    let (realm, user, credential) = path.into_inner();
    let (user, named) = (user_id(&user)?, credential.parse().ok());
    credentials::delete_password(&state.site, &caller.0, &realm, user, named).await?;
    Ok(no_content())
}
