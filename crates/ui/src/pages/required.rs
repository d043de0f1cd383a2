//! What is required of a user besides a password: waiting until their address is verified, verifying it by a link, and the end
//! of a link's way.

use leptos::prelude::*;

use super::frame::{Frame, Link, Width, document, hidden_field};
use crate::components::{Button, ButtonKind, ButtonLink, Icon, IconKind};
use crate::text::use_texts;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyEmailNote {
    Sent,
    /// The link was not opened yet.
    NotYet,
    TooMany,
    /// No mail leaves here.
    CannotSend,
}

#[derive(Clone, Debug, Default)]
pub struct VerifyEmailPage {
    pub frame: Frame,
    pub action: String,
    pub csrf: String,
    /// Who is signed in, by name.
    pub user_name: String,
    /// Without one, only an admin can help.
    pub email: Option<String>,
    pub note: Option<VerifyEmailNote>,
}

pub fn verify_email_page(page: &VerifyEmailPage) -> String {
    let title = page.frame.lang.texts().required.verify_title;
    document(&page.frame, title.to_owned(), Width::Narrow, || verify_email(page))
}

fn verify_email(page: &VerifyEmailPage) -> impl IntoView + use<> {
    let all = use_texts();
    let texts = &all.required;
    let (words, is_problem) = match page.note {
        Some(VerifyEmailNote::Sent) => (Some(texts.sent), false),
        Some(VerifyEmailNote::NotYet) => (Some(texts.not_yet), true),
        Some(VerifyEmailNote::TooMany) => (Some(all.pages.too_many_attempts), true),
        Some(VerifyEmailNote::CannotSend) => (Some(texts.cannot_send), true),
        None => (None, false),
    };
    let class = if is_problem { "pn-page-problem" } else { "pn-page-note" };
    let note = words.map(|words| view! { <p class=class role="status">{words}</p> });
    let why = match &page.email {
        Some(email) => (texts.verify_why)(email),
        None => texts.no_address.to_owned(),
    };
    let was_sent = page.note.is_some();
    let (send, go_on) =
        if was_sent { (ButtonKind::Plain, ButtonKind::Primary) } else { (ButtonKind::Primary, ButtonKind::Plain) };
    let label = if was_sent { texts.send_again } else { texts.send };
    let buttons = page.email.is_some().then(|| {
        view! {
            <form class="pn-page-form" method="post" action=page.action.clone()>
                {hidden_field("csrf", &page.csrf)}
                <div class="pn-page-actions">
                    <Button kind=send submit=true id="kc-send" name="send" value="true">{label}</Button>
                    <Button kind=go_on submit=true id="kc-continue" name="continue" value="true">{texts.go_on}</Button>
                </div>
            </form>
        }
    });
    view! {
        <h1>{texts.verify_title}</h1>
        <p>{why}</p>
        <p class="pn-muted">{(all.consent.signed_in_as)(&page.user_name)}</p>
        {note}
        {buttons}
    }
}

/// By a link in a mail.
#[derive(Clone, Debug, Default)]
pub struct ConfirmEmailPage {
    pub frame: Frame,
    pub action: String,
    pub csrf: String,
    /// Whose address it is, by name.
    pub user_name: String,
    pub email: String,
}

pub fn confirm_email_page(page: &ConfirmEmailPage) -> String {
    let title = page.frame.lang.texts().required.verify_title;
    document(&page.frame, title.to_owned(), Width::Narrow, || {
        let all = use_texts();
        let texts = &all.required;
        view! {
            <h1>{texts.verify_title}</h1>
            <p>{(texts.confirm_question)(&page.email, &page.frame.realm_name)}</p>
            <p class="pn-muted">{(all.new_password.account_of)(&page.user_name)}</p>
            <form class="pn-page-form" method="post" action=page.action.clone()>
                {hidden_field("csrf", &page.csrf)}
                <Button kind=ButtonKind::Primary submit=true id="kc-confirm-email" name="confirm" value="true">
                    {texts.confirm}
                </Button>
            </form>
        }
    })
}

#[derive(Clone, Debug, Default)]
pub struct ActionDonePage {
    pub frame: Frame,
    pub new_password: bool,
    /// Verified now.
    pub email: String,
    pub app: Option<Link>,
    pub account_href: String,
}

pub fn action_done_page(page: &ActionDonePage) -> String {
    let title = page.frame.lang.texts().required.done_title;
    document(&page.frame, title.to_owned(), Width::Narrow, || action_done(page))
}

fn action_done(page: &ActionDonePage) -> impl IntoView + use<> {
    let all = use_texts();
    let texts = &all.required;
    let password = page.new_password.then(|| view! { <p>{texts.done_password}</p> });
    let app = page.app.clone().map(|link| {
        let label = (all.pages.back_to)(&link.label);
        view! { <ButtonLink kind=ButtonKind::Primary href=link.href>{label}</ButtonLink> }
    });
    let account = page.account_href.clone();
    view! {
        <div class="pn-page-sign"><Icon kind=IconKind::Check /></div>
        <h1>{texts.done_title}</h1>
        {password}
        <p>{(texts.done_email)(&page.email)}</p>
        <div class="pn-page-actions">{app} <ButtonLink href=account>{texts.to_account}</ButtonLink></div>
    }
}
