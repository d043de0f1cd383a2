//! The page that says who must approve an app, where only an admin can.

use super::{RequestQuery, check_origin};
use crate::{
    http::{
        browser, cookies, form,
        page::{self, PageContext},
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use perennial_domain::RequestId;
use perennial_flows::{
    authorize::approval::{self, ApprovalView},
    sign_in::{foreign_form, form_token},
};
use perennial_protocol::endpoints;
use perennial_ui::pages::{ApprovalPage, approval_page};

type Query = web::Query<RequestQuery>;

pub async fn show(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    query: Result<Query, actix_web::Error>,
) -> HttpResponse {
    let shown = async {
        let id = query.map_err(|_| foreign_form())?.id()?;
        let visitor = browser::of_request(&request);
        let view = approval::view(&state.site, &realm, (id, &visitor)).await?;
        let binding = visitor.binding.as_deref().ok_or_else(foreign_form)?;
        let csrf = form_token(binding, &id.to_string(), view.session);
        Ok(render((&state, &request), (&realm, id), view, csrf))
    };
    shown.await.unwrap_or_else(|error| page::error(&state, &request, (&realm, &error)))
}

pub async fn submit(
    state: web::Data<AppState>,
    request: HttpRequest,
    (realm, query): (web::Path<String>, Result<Query, actix_web::Error>),
    body: web::Bytes,
) -> HttpResponse {
    let submitted = async {
        check_origin(&state, &request)?;
        let id = query.map_err(|_| foreign_form())?.id()?;
        let params = form::of_body(&request, &body)?;
        let visitor = browser::of_request(&request);
        let csrf = params.get("csrf").unwrap_or_default();
        let answer = approval::submit(&state.site, &realm, (id, &visitor), csrf).await?;
        let loaded = state.site.glance(&realm).await?;
        let context = PageContext {
            state: &state,
            request: &request,
            realm_name: loaded.model.realm.display_name().to_owned(),
            accent: loaded.model.realm.settings.accent.clone(),
            languages: Vec::new(),
        };
        let (mut builder, page) = page::authorization_answer(&context, &answer);
        Ok(builder.body(page))
    };
    submitted.await.unwrap_or_else(|error| page::error(&state, &request, (&realm, &error)))
}

fn render(
    (state, request): (&AppState, &HttpRequest),
    (realm, id): (&str, RequestId),
    view: ApprovalView,
    csrf: String,
) -> HttpResponse {
    let context = PageContext {
        state,
        request,
        realm_name: view.realm_name,
        accent: view.accent,
        languages: vec![view.ui_locales, view.user_locale],
    };
    let page = ApprovalPage {
        frame: context.frame(),
        action: format!("{}{}?request={id}", cookies::realm_path(realm), endpoints::APPROVAL_PAGE),
        csrf,
        app_name: view.client_name,
        user_name: view.user_name,
        scopes: view.scopes,
    };
    page::builder(StatusCode::OK, Some(&view.redirect_uri)).body(approval_page(&page))
}
