//! The sign-in page. What was typed comes back with its errors, except the password.

use leptos::prelude::*;

use super::frame::{Frame, Width, document, hidden_field};
use crate::components::{Button, ButtonKind, PasswordField, TextField};
use crate::text::use_texts;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginProblem {
    WrongCredentials,
    Disabled,
    TooManyAttempts,
    /// The request behind the form is too old.
    Expired,
    UsernameMissing,
    PasswordMissing,
}

#[derive(Clone, Debug, Default)]
pub struct LoginPage {
    pub frame: Frame,
    /// Where the form posts to, request id included.
    pub action: String,
    pub csrf: String,
    /// The app that asked for the sign-in, if it has a name.
    pub app_name: Option<String>,
    /// From `login_hint`, or as it was typed.
    pub username: String,
    pub problems: Vec<LoginProblem>,
}

pub fn login_page(page: &LoginPage) -> String {
    let texts = &page.frame.lang.texts().pages;
    document(&page.frame, texts.sign_in.to_owned(), Width::Narrow, || content(page))
}

fn content(page: &LoginPage) -> impl IntoView + use<> {
    let texts = &use_texts().pages;
    let has = |problem| page.problems.contains(&problem);
    let general = [
        (LoginProblem::WrongCredentials, texts.wrong_credentials),
        (LoginProblem::Disabled, texts.account_disabled),
        (LoginProblem::TooManyAttempts, texts.too_many_attempts),
        (LoginProblem::Expired, texts.request_expired),
    ]
    .into_iter()
    .find(|(problem, _)| has(*problem))
    .map(|(_, words)| words);
    let username_error = has(LoginProblem::UsernameMissing).then(|| texts.enter_username.to_owned());
    let password_error = has(LoginProblem::PasswordMissing).then(|| texts.enter_password.to_owned());
    let known = !page.username.is_empty();
    view! {
        <h1>{(texts.sign_in_to)(&page.frame.realm_name)}</h1>
        {page.app_name.as_ref().map(|app| view! { <p class="pn-muted">{(texts.to_continue_to)(app)}</p> })}
        {general.map(|words| view! { <p class="pn-page-problem" role="alert">{words}</p> })}
        <form class="pn-page-form" method="post" action=page.action.clone()>
            {hidden_field("csrf", &page.csrf)}
            <TextField
                id="username"
                label=texts.username
                value=RwSignal::new(page.username.clone())
                error=username_error
                required=true
                autocomplete="username"
                autofocus=!known
            />
            <PasswordField
                id="password"
                label=texts.password
                value=RwSignal::new(String::new())
                error=password_error
                required=true
                autofocus=known
            />
            <Button kind=ButtonKind::Primary submit=true id="kc-login">
                {texts.sign_in}
            </Button>
        </form>
    }
}
