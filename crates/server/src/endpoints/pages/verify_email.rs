//! The page on which a user waits until their e-mail address is verified.

use super::asking::{Asked, AskingPage, answer};
use actix_web::HttpResponse;
use perennial_flows::{
    FlowResult,
    authorize::{
        asking::Outcome,
        verify_email::{self, VerifyEmailForm, Wait, Wish},
    },
};
use perennial_protocol::{Params, endpoints};
use perennial_ui::pages::{VerifyEmailNote, VerifyEmailPage, verify_email_page};

pub enum VerifyEmail {}

impl AskingPage for VerifyEmail {
    const PATH: &'static str = endpoints::VERIFY_EMAIL_PAGE;
    type Note = Wait;

    async fn page(asked: &Asked<'_>, wait: Option<Wait>) -> FlowResult<HttpResponse> {
        let view = verify_email::view(&asked.state.site, asked.realm, asked.id, &asked.visitor).await?;
        let page = VerifyEmailPage {
            frame: asked.frame(&view.page),
            action: asked.address(Self::PATH),
            csrf: asked.csrf(&view.page)?,
            user_name: view.page.user_name.clone(),
            email: view.email,
            note: wait.map(|wait| match wait {
                Wait::Sent => VerifyEmailNote::Sent,
                Wait::NotYet => VerifyEmailNote::NotYet,
                Wait::TooMany => VerifyEmailNote::TooMany,
                Wait::CannotSend => VerifyEmailNote::CannotSend,
            }),
        };
        Ok(answer(&view.page, verify_email_page(&page)))
    }

    async fn submit(asked: &Asked<'_>, params: &Params) -> FlowResult<Outcome<Wait>> {
        params.check_repeated()?;
        let filled = VerifyEmailForm {
            csrf: params.get("csrf").unwrap_or_default().to_owned(),
            wish: if params.get("send").is_some() { Wish::Mail } else { Wish::GoOn },
            mail_server: asked.state.couriers.mailer.url.is_some(),
        };
        verify_email::submit(&asked.state.site, asked.realm, asked.id, &asked.visitor, filled).await
    }
}
