//! `GET /admin/realms/{realm}/permissions` and `GET PUT …/permissions/{id}`: client scopes as permissions. They are the same things
//! under the same ids and tags as `/client-scopes`, which makes, renames, assigns and deletes them.

use super::{caller::AdminCaller, client_scopes::scope_id, texts::check_text};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content, tagged},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, PermissionRepresentation};
use perennial_domain::{client_scope::ClientScope, realm_model::RealmModel};
use perennial_flows::admin::{
    Permission,
    client_scopes::{self, ScopeChange, ScopeDraft},
    tag_of,
};

/// In characters, as at `/client-scopes`.
const LONGEST: usize = 255;

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let mut scopes: Vec<&ClientScope> = loaded.model.scopes.values().collect();
    scopes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(json(&scopes.into_iter().map(|scope| of_scope(&loaded.model, scope)).collect::<Vec<_>>()))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let scope = client_scopes::find(&loaded.model, scope_id(&id))?;
    Ok(tagged(&tag_of(scope)?, &of_scope(&loaded.model, scope)))
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<PermissionRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let sent = sent.0;
    caller.0.require(Permission::ManageClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let scope = client_scopes::find(&loaded.model, scope_id(&id))?;
    check(&sent, &of_scope(&loaded.model, scope)).map_err(ApiRefusal::Invalid)?;
    let change: ScopeChange = Box::new(move |scope| {
        let mut settings = scope.settings.clone();
        if let Some(text) = &sent.display_text {
            settings.consent_text = Some(text.clone()).filter(|text| !text.is_empty());
        }
        if let Some(text) = &sent.description {
            settings.description = Some(text.clone()).filter(|text| !text.is_empty());
        }
        settings.admin_consent_required = sent.admin_consent_required.unwrap_or(settings.admin_consent_required);
        ScopeDraft { name: scope.name.clone(), settings, mappers: None }
    });
    client_scopes::update(&state.site, &caller.0, &realm, (scope_id(&id), change)).await?;
    Ok(no_content())
}

fn of_scope(model: &RealmModel, scope: &ClientScope) -> PermissionRepresentation {
    let (default, optional) = model.scopes_of_new_clients();
    let kind = match (default.contains(&scope.id), optional.contains(&scope.id)) {
        (true, _) => "default",
        (false, true) => "optional",
        (false, false) => "none",
    };
    PermissionRepresentation {
        id: Some(scope.id.to_string()),
        name: Some(scope.name.clone()),
        display_text: scope.settings.consent_text.clone(),
        description: scope.settings.description.clone(),
        kind: Some(kind.to_owned()),
        admin_consent_required: Some(scope.settings.admin_consent_required),
    }
}

/// What is only read may come back as it was: whoever changes one field sends the rest along.
fn check(sent: &PermissionRepresentation, now: &PermissionRepresentation) -> Result<(), ApiError> {
    let mut wrong = Vec::new();
    let read_only = [("id", &sent.id, &now.id), ("name", &sent.name, &now.name), ("type", &sent.kind, &now.kind)];
    for (field, sent, now) in read_only {
        if sent.is_some() && sent != now {
            wrong.push(ApiError::at_field(field, "is changed at the client scope, not here"));
        }
    }
    wrong.extend(check_text("displayText", sent.display_text.as_deref(), LONGEST));
    wrong.extend(check_text("description", sent.description.as_deref(), LONGEST));
    if wrong.is_empty() { Ok(()) } else { Err(ApiError::at_fields(wrong)) }
}
