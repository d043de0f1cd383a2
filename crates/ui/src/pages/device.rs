//! Entering the code that a device shows (RFC 8628 §3.3), and the page after the answer. Both say that the device must be one's own:
//! the code of somebody else's device would let them in (§5.4).

use leptos::prelude::*;

use super::frame::{Frame, Width, document, hidden_field};
use crate::components::{Button, ButtonKind, Icon, IconKind, TextField};
use crate::text::use_texts;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceProblem {
    Missing,
    /// Unknown, expired, or answered already: alike, so that guessing tells nothing.
    Wrong,
    TooManyAttempts,
}

#[derive(Clone, Debug, Default)]
pub struct DeviceCodePage {
    pub frame: Frame,
    pub action: String,
    pub csrf: String,
    /// From the address, or as it was typed.
    pub user_code: String,
    /// The code came with the address: the person compares it instead of typing it.
    pub confirm: bool,
    pub ui_locales: Option<String>,
    pub problem: Option<DeviceProblem>,
}

pub fn device_code_page(page: &DeviceCodePage) -> String {
    let title = page.frame.lang.texts().device.title;
    document(&page.frame, title.to_owned(), Width::Narrow, || content(page))
}

fn content(page: &DeviceCodePage) -> impl IntoView + use<> {
    let texts = &use_texts().device;
    let (general, of_field) = match page.problem {
        Some(DeviceProblem::TooManyAttempts) => (Some(use_texts().pages.too_many_attempts), None),
        Some(DeviceProblem::Wrong) => (None, Some(texts.wrong_code.to_owned())),
        Some(DeviceProblem::Missing) => (None, Some(texts.enter_code.to_owned())),
        None => (None, None),
    };
    let go_on = if page.confirm { texts.codes_equal } else { texts.go_on };
    let what = if page.confirm { texts.compare } else { texts.explain };
    let field = if page.confirm {
        view! {
            <p class="pn-device-code pn-mono" id="user-code">{page.user_code.clone()}</p>
            {hidden_field("user_code", &page.user_code)}
        }
        .into_any()
    } else {
        view! {
            <TextField
                id="user_code"
                label=texts.code
                value=RwSignal::new(page.user_code.clone())
                help=texts.code_help
                error=of_field
                required=true
                autocomplete="one-time-code"
                autofocus=true
            />
        }
        .into_any()
    };
    view! {
        <h1>{texts.title}</h1>
        <p>{what}</p>
        {general.map(|words| view! { <p class="pn-page-problem" role="alert">{words}</p> })}
        <form class="pn-page-form" method="post" action=page.action.clone()>
            {hidden_field("csrf", &page.csrf)}
            {page.ui_locales.as_ref().map(|locales| hidden_field("ui_locales", locales))}
            {field}
            {own_device_warning()}
            <Button kind=ButtonKind::Primary submit=true id="kc-device">
                {go_on}
            </Button>
        </form>
    }
}

/// The warning of RFC 8628 §5.4; the consent page shows it again.
pub(super) fn own_device_warning() -> impl IntoView {
    let texts = &use_texts().device;
    view! {
        <div class="pn-device-warning" role="note">
            <Icon kind=IconKind::Warning />
            <p><strong>{texts.own_only}</strong> " " {texts.own_only_why}</p>
        </div>
    }
}

#[derive(Clone, Debug, Default)]
pub struct DeviceDonePage {
    pub frame: Frame,
    pub allowed: bool,
    /// The portal's Apps.
    pub account_href: String,
}

pub fn device_done_page(page: &DeviceDonePage) -> String {
    let texts = &page.frame.lang.texts().device;
    let title = if page.allowed { texts.done_title } else { texts.refused_title };
    document(&page.frame, title.to_owned(), Width::Narrow, || done(page))
}

fn done(page: &DeviceDonePage) -> impl IntoView + use<> {
    let texts = &use_texts().device;
    let href = page.account_href.clone();
    let manage = use_texts().pages.manage_apps;
    if page.allowed {
        view! {
            <div class="pn-page-sign"><Icon kind=IconKind::Check /></div>
            <h1>{texts.done_title}</h1>
            <p>{texts.done_text}</p>
            <p><a href=href>{manage}</a></p>
        }
        .into_any()
    } else {
        view! {
            <div class="pn-page-sign pn-page-sign-failed"><Icon kind=IconKind::Warning /></div>
            <h1>{texts.refused_title}</h1>
            <p>{texts.refused_text}</p>
        }
        .into_any()
    }
}
