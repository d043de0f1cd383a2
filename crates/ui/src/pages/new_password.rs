//! A temporary password is replaced by one that only its user knows. Nothing that was typed comes back.

use leptos::prelude::*;

use super::frame::{Frame, Width, document, hidden_field};
use crate::components::{Button, ButtonKind, PasswordField};
use crate::text::{NewPasswordTexts, use_texts};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewPasswordProblem {
    WrongLength,
    /// The two fields differ.
    Different,
    /// It is the one that is to be replaced.
    Same,
    TooManyAttempts,
}

#[derive(Clone, Debug, Default)]
pub struct NewPasswordPage {
    pub frame: Frame,
    pub action: String,
    pub csrf: String,
    /// Whose password it is, by name.
    pub user_name: String,
    /// Whether they got here by a link in a mail, signed in nowhere.
    pub by_link: bool,
    pub problem: Option<NewPasswordProblem>,
}

pub fn new_password_page(page: &NewPasswordPage) -> String {
    let title = page.frame.lang.texts().new_password.title;
    document(&page.frame, title.to_owned(), Width::Narrow, || content(page))
}

fn content(page: &NewPasswordPage) -> impl IntoView + use<> {
    let all = use_texts();
    let texts = &all.new_password;
    let error = match page.problem {
        Some(NewPasswordProblem::WrongLength) => Some(texts.wrong_length),
        Some(NewPasswordProblem::Same) => Some(texts.same),
        Some(NewPasswordProblem::Different | NewPasswordProblem::TooManyAttempts) | None => None,
    };
    let often = page.problem == Some(NewPasswordProblem::TooManyAttempts);
    let often = often.then(|| view! { <p class="pn-page-problem" role="alert">{all.pages.too_many_attempts}</p> });
    let (why, whose) = if page.by_link {
        (texts.why_link, (texts.account_of)(&page.user_name))
    } else {
        (texts.why, (all.consent.signed_in_as)(&page.user_name))
    };
    let differs = (page.problem == Some(NewPasswordProblem::Different)).then(|| texts.different.to_owned());
    view! {
        <h1>{texts.title}</h1>
        <p>{why}</p>
        <p class="pn-muted">{whose}</p>
        {often}
        <form class="pn-page-form" method="post" action=page.action.clone()>
            {hidden_field("csrf", &page.csrf)}
            <PasswordField
                id="password-new"
                label=texts.password
                value=RwSignal::new(String::new())
                help=texts.help
                error=error.map(str::to_owned)
                required=true
                autocomplete="new-password"
                autofocus=true
            />
            <PasswordField
                id="password-confirm"
                label=texts.again
                value=RwSignal::new(String::new())
                error=differs
                required=true
                autocomplete="new-password"
            />
            {also_ends(texts)}
            <Button kind=ButtonKind::Primary submit=true id="kc-new-password">
                {texts.save}
            </Button>
        </form>
    }
}

/// What else ends with the old password; a box that is not ticked is not sent.
fn also_ends(texts: &NewPasswordTexts) -> impl IntoView + use<> {
    let (title, sessions, offline) = (texts.also, texts.end_sessions, texts.end_offline);
    view! {
        <fieldset class="pn-check-list">
            <legend class="pn-label">{title}</legend>
            <div class="pn-checks">
                <label class="pn-check" for="logout-sessions">
                    <input type="checkbox" id="logout-sessions" name="logout-sessions" value="on" checked=true />
                    <span>{sessions}</span>
                </label>
                <label class="pn-check" for="logout-offline">
                    <input type="checkbox" id="logout-offline" name="logout-offline" value="on" />
                    <span>{offline}</span>
                </label>
            </div>
        </fieldset>
    }
}
