//! `POST /admin/realms/{realm}/partialImport` and `/partial-export`, as Keycloak has them: parts of a realm out of a realm file
//! and into one. An export over HTTP has neither users nor secrets; `perennial realm export` has both.

use super::{
    caller::AdminCaller,
    realm_file::{reading, writing},
    realm_upload::RealmUpload,
};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json},
        flag::flag,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, ImportResult, ImportResults, LeftOut};
use perennial_flows::{
    FlowError,
    admin::{
        export,
        import::{self, IfExists, Kind, Outcome, PartialImport, Report},
    },
};
use serde::Deserialize;
use serde_json::Value;

pub async fn import(
    state: web::Data<AppState>,
    RealmUpload { caller, file }: RealmUpload,
    realm: web::Path<String>,
) -> ApiResult {
    let if_exists = if_exists(file.get("ifResourceExists")).map_err(ApiRefusal::Invalid)?;
    let name = realm.to_string();
    let read = web::block(move || reading::part(file, &name)).await.map_err(FlowError::internal)?;
    let (package, report) = read.map_err(ApiRefusal::Invalid)?;
    let report = import::add(&state.site, &caller, &realm, PartialImport { package, report, if_exists }).await?;
    Ok(json(&results(&report)))
}

fn if_exists(sent: Option<&Value>) -> Result<IfExists, ApiError> {
    match sent.map(|value| value.as_str().unwrap_or_default()) {
        None | Some("FAIL") => Ok(IfExists::Fail),
        Some("SKIP") => Ok(IfExists::Skip),
        Some("OVERWRITE") => Ok(IfExists::Overwrite),
        Some(_) => Err(ApiError::at_field("ifResourceExists", "must be FAIL, SKIP or OVERWRITE")),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub struct Wanted {
    #[serde(deserialize_with = "flag")]
    export_clients: Option<bool>,
    #[serde(deserialize_with = "flag")]
    export_groups_and_roles: Option<bool>,
}

pub async fn export(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    wanted: web::Query<Wanted>,
) -> ApiResult {
    let found = export::realm(&state.site, &caller.0, &realm).await?;
    let is_wanted = |part: Option<bool>| part.unwrap_or(false);
    let (clients, roles) = (is_wanted(wanted.export_clients), is_wanted(wanted.export_groups_and_roles));
    let parts = writing::Parts { clients, roles, secrets: false };
    Ok(json(&writing::realm(&found, None, parts).map_err(FlowError::internal)?))
}

pub fn results(report: &Report) -> ImportResults {
    let one = |taken: &import::Taken| ImportResult {
        action: match taken.outcome {
            Outcome::Added => "ADDED",
            Outcome::Overwritten => "OVERWRITTEN",
            Outcome::Skipped => "SKIPPED",
        }
        .into(),
        resource_type: match taken.kind {
            Kind::Scope => "CLIENT_SCOPE",
            Kind::Client => "CLIENT",
            Kind::RealmRole => "REALM_ROLE",
            Kind::ClientRole => "CLIENT_ROLE",
            Kind::Resource => "RESOURCE",
            Kind::Group => "GROUP",
            Kind::User => "USER",
            Kind::Webhook => "WEBHOOK",
            Kind::IdentityProvider => "IDENTITY_PROVIDER",
        }
        .into(),
        resource_name: taken.name.clone(),
        id: taken.id.to_string(),
    };
    let left_out = report.left_out.iter().map(|left| LeftOut { what: left.what.clone(), why: left.why.clone() });
    ImportResults {
        added: report.count(Outcome::Added),
        overwritten: report.count(Outcome::Overwritten),
        skipped: report.count(Outcome::Skipped),
        results: report.taken.iter().map(one).collect(),
        left_out: left_out.collect(),
    }
}
