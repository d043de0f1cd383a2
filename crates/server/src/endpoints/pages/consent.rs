//! The consent page.

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
    FlowResult,
    authorize::consent::{self, AwayChoice, ConsentForm, ConsentView, OfflineView, Submitted},
    sign_in::{foreign_form, form_token},
};
use perennial_protocol::{OAuthError, Params, endpoints};
use perennial_ui::pages::{
    AWAY_DECLINED, AppIdentity, AskingDevice, ConsentPage, ConsentScope, OfflineEnd, WhileAway, consent_page,
};

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
        let view = consent::view(&state.site, &realm, (id, &visitor)).await?;
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
        let filled = read(&form::of_body(&request, &body)?)?;
        let visitor = browser::of_request(&request);
        let answer = match consent::submit(&state.site, &realm, (id, &visitor), filled).await? {
            Submitted::Answered(answer) => answer,
            Submitted::ShowAnew => return Ok(page::see_other(&page_address(&realm, id)).finish()),
        };
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

fn page_address(realm: &str, id: RequestId) -> String {
    format!("{}{}?request={id}", cookies::realm_path(realm), endpoints::CONSENT_PAGE)
}

/// The form's fields: `scope` once for each ticked box, `offline_end`, and which button was pressed.
fn read(params: &Params) -> FlowResult<ConsentForm> {
    let away = params.get("offline_end").map(|value| match value {
        AWAY_DECLINED => Ok(AwayChoice::Declined),
        end => OfflineEnd::from_value(end)
            .map(|end| AwayChoice::Until(end.seconds()))
            .ok_or_else(|| OAuthError::invalid_request("This end cannot be chosen")),
    });
    Ok(ConsentForm {
        csrf: params.get("csrf").unwrap_or_default().to_owned(),
        accepted: params.get("accept").is_some() && params.get("cancel").is_none(),
        ticked: params.all("scope").map(str::to_owned).collect(),
        away: away.transpose()?,
    })
}

fn render(
    (state, request): (&AppState, &HttpRequest),
    (realm, id): (&str, RequestId),
    view: ConsentView,
    csrf: String,
) -> HttpResponse {
    let context = PageContext {
        state,
        request,
        realm_name: view.realm_name,
        accent: view.accent,
        languages: vec![view.ui_locales, view.user_locale],
    };
    let settings = view.client.settings.clone();
    let below = cookies::realm_path(realm);
    let page = ConsentPage {
        frame: context.frame(),
        action: page_address(realm, id),
        csrf,
        app: AppIdentity {
            name: view.client.display_name().to_owned(),
            logo: settings.logo_uri,
            home: settings.base_url,
            policy: settings.policy_uri,
            terms: settings.tos_uri,
        },
        user_name: view.user_name,
        other_account_href: Some(format!("{below}/login?request={id}")),
        scopes: view
            .scopes
            .into_iter()
            .map(|scope| ConsentScope {
                checked: true,
                name: scope.name,
                display: scope.text,
                optional: scope.optional,
            })
            .collect(),
        device: view.device.map(|device| AskingDevice { label: device.label, address: device.ip }),
        away: view.offline.map(|offline| while_away(offline, format!("{below}/account/"))),
    };
    page::builder(StatusCode::OK, Some(&view.redirect_uri)).body(consent_page(&page))
}

fn while_away(offline: OfflineView, account_href: String) -> WhileAway {
    let chosen = |seconds: Option<i64>| OfflineEnd::ALL.into_iter().find(|end| end.seconds() == seconds);
    WhileAway {
        selected: offline.preselected.and_then(chosen).unwrap_or_default(),
        cap_s: offline.max_s,
        idle_s: Some(offline.idle_s),
        declinable: offline.declinable,
        account_href,
    }
}
