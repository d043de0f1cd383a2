//! The page that says who must approve an app, where only an admin can.

use super::asking::{Asked, AskingPage, answer};
use actix_web::HttpResponse;
use perennial_flows::{
    FlowResult,
    authorize::{approval, asking::Outcome},
};
use perennial_protocol::{Params, endpoints};
use perennial_ui::pages::{ApprovalPage, approval_page};
use std::convert::Infallible;

pub enum Approval {}

impl AskingPage for Approval {
    const PATH: &'static str = endpoints::APPROVAL_PAGE;
    type Note = Infallible;

    async fn page(asked: &Asked<'_>, _: Option<Infallible>) -> FlowResult<HttpResponse> {
        let view = approval::view(&asked.state.site, asked.realm, asked.id, &asked.visitor).await?;
        let page = ApprovalPage {
            frame: asked.frame(&view.page),
            action: asked.address(Self::PATH),
            csrf: asked.csrf(&view.page)?,
            app_name: view.client_name,
            user_name: view.page.user_name.clone(),
            scopes: view.scopes,
        };
        Ok(answer(&view.page, approval_page(&page)))
    }

    async fn submit(asked: &Asked<'_>, params: &Params) -> FlowResult<Outcome<Infallible>> {
        let csrf = params.get("csrf").unwrap_or_default();
        approval::submit(&asked.state.site, asked.realm, asked.id, &asked.visitor, csrf).await
    }
}
