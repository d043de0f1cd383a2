//! The page on which a user replaces a temporary password.

use super::asking::{Asked, AskingPage, answer};
use actix_web::HttpResponse;
use perennial_flows::{
    FlowResult,
    authorize::{
        asking::Outcome,
        new_password::{self, NewPasswordForm},
    },
    chosen_password::{AlsoEnds, ChosenPassword, Unfit},
};
use perennial_protocol::{Params, endpoints};
use perennial_ui::pages::{NewPasswordPage, NewPasswordProblem, new_password_page};

pub enum NewPassword {}

impl AskingPage for NewPassword {
    const PATH: &'static str = endpoints::NEW_PASSWORD_PAGE;
    type Note = Unfit;

    async fn page(asked: &Asked<'_>, unfit: Option<Unfit>) -> FlowResult<HttpResponse> {
        let view = new_password::view(&asked.state.site, asked.realm, asked.id, &asked.visitor).await?;
        let page = NewPasswordPage {
            frame: asked.frame(&view),
            action: asked.address(Self::PATH),
            csrf: asked.csrf(&view)?,
            user_name: view.user_name.clone(),
            by_link: false,
            problem: unfit.map(problem_of),
        };
        Ok(answer(&view, new_password_page(&page)))
    }

    async fn submit(asked: &Asked<'_>, params: &Params) -> FlowResult<Outcome<Unfit>> {
        params.check_repeated()?;
        let csrf = params.get("csrf").unwrap_or_default().to_owned();
        let filled = NewPasswordForm { csrf, chosen: chosen(params) };
        new_password::submit(&asked.state.site, asked.realm, asked.id, &asked.visitor, filled).await
    }
}

/// What the form's fields say, on whichever page it stands.
pub fn chosen(params: &Params) -> ChosenPassword {
    let field = |name: &str| params.get(name).unwrap_or_default().to_owned();
    let ticked = |name: &str| params.get(name).is_some();
    ChosenPassword {
        password: field("password-new"),
        again: field("password-confirm"),
        ends: AlsoEnds { other_sessions: ticked("logout-sessions"), offline_sessions: ticked("logout-offline") },
    }
}

pub const fn problem_of(unfit: Unfit) -> NewPasswordProblem {
    match unfit {
        Unfit::WrongLength => NewPasswordProblem::WrongLength,
        Unfit::Different => NewPasswordProblem::Different,
        Unfit::Same => NewPasswordProblem::Same,
        Unfit::TooMany => NewPasswordProblem::TooManyAttempts,
    }
}
