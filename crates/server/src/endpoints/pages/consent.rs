//! The consent page.

use super::asking::{Asked, AskingPage, answer};
use crate::http::cookies;
use actix_web::HttpResponse;
use perennial_flows::{
    FlowResult,
    authorize::{
        asking::Outcome,
        consent::{self, AwayChoice, ConsentForm, ConsentView, OfflineView},
    },
};
use perennial_protocol::{OAuthError, Params, endpoints};
use perennial_ui::pages::{
    AWAY_DECLINED, AppIdentity, AskingDevice, ConsentPage, ConsentScope, OfflineEnd, WhileAway, consent_page,
};
use std::convert::Infallible;

pub enum Consent {}

impl AskingPage for Consent {
    const PATH: &'static str = endpoints::CONSENT_PAGE;
    type Note = Infallible;

    async fn page(asked: &Asked<'_>, _: Option<Infallible>) -> FlowResult<HttpResponse> {
        render(asked, consent::view(&asked.state.site, asked.realm, asked.id, &asked.visitor).await?)
    }

    /// A `scope` stands there once for each ticked box.
    async fn submit(asked: &Asked<'_>, params: &Params) -> FlowResult<Outcome<Infallible>> {
        consent::submit(&asked.state.site, asked.realm, asked.id, &asked.visitor, read(params)?).await
    }
}

/// The form's fields: the ticked scopes, `offline_end`, and which button was pressed.
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

fn render(asked: &Asked<'_>, view: ConsentView) -> FlowResult<HttpResponse> {
    let settings = view.client.settings.clone();
    let page = ConsentPage {
        frame: asked.frame(&view.page),
        action: asked.address(Consent::PATH),
        csrf: asked.csrf(&view.page)?,
        app: AppIdentity {
            name: view.client.display_name().to_owned(),
            logo: settings.logo_uri,
            home: settings.base_url,
            policy: settings.policy_uri,
            terms: settings.tos_uri,
        },
        user_name: view.page.user_name.clone(),
        other_account_href: Some(asked.address(endpoints::LOGIN_PAGE)),
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
        away: view.offline.map(|offline| while_away(offline, format!("{}/account/", cookies::realm_path(asked.realm)))),
    };
    Ok(answer(&view.page, consent_page(&page)))
}

fn while_away(offline: OfflineView, account_href: String) -> WhileAway {
    // Where days of the choice have passed, the one that it was.
    let fits = |end: OfflineEnd, left_s: Option<i64>| match (end.seconds(), left_s) {
        (Some(own_s), Some(left_s)) => own_s >= left_s,
        (own_s, left_s) => own_s == left_s,
    };
    let chosen = |left_s: Option<i64>| OfflineEnd::ALL.into_iter().find(|end| fits(*end, left_s));
    WhileAway {
        selected: offline.preselected.and_then(chosen).unwrap_or_default(),
        cap_s: offline.max_s,
        idle_s: Some(offline.idle_s),
        declinable: offline.declinable,
        account_href,
    }
}
