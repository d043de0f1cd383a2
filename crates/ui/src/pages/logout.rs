//! Before and after signing out. Both say that access given for the time away is not ended by it.

use leptos::prelude::*;

use super::frame::{Frame, Link, Width, document, hidden_field};
use crate::components::{Button, ButtonKind, ButtonLink, Icon, IconKind};
use crate::text::use_texts;

#[derive(Clone, Debug, Default)]
pub struct LogoutPage {
    pub frame: Frame,
    pub action: String,
    pub csrf: String,
    /// What the request carried and the form must bring back (`post_logout_redirect_uri`, `state`, …).
    pub hidden: Vec<(String, String)>,
    /// Who is signed in, by name.
    pub user_name: String,
    pub stay_href: Option<String>,
}

pub fn logout_page(page: &LogoutPage) -> String {
    let texts = &page.frame.lang.texts().pages;
    document(&page.frame, texts.sign_out.to_owned(), Width::Narrow, || {
        let hidden: Vec<_> = page.hidden.iter().map(|(name, value)| hidden_field(name, value)).collect();
        let stay =
            page.stay_href.clone().map(|href| view! { <ButtonLink href=href>{texts.stay_signed_in}</ButtonLink> });
        view! {
            <h1>{texts.sign_out_title}</h1>
            <p>{(texts.sign_out_question)(&page.user_name)}</p>
            <p class="pn-muted">{texts.sign_out_stays}</p>
            <form class="pn-page-form" method="post" action=page.action.clone()>
                {hidden_field("csrf", &page.csrf)}
                {hidden}
                <div class="pn-page-actions">
                    <Button kind=ButtonKind::Primary submit=true id="kc-logout" name="confirm" value="true">
                        {texts.sign_out}
                    </Button>
                    {stay}
                </div>
            </form>
        }
    })
}

#[derive(Clone, Debug, Default)]
pub struct SignedOutPage {
    pub frame: Frame,
    /// The app that asked for it, with its validated address.
    pub app: Option<Link>,
    pub sign_in_href: Option<String>,
    /// The portal's Apps.
    pub account_href: Option<String>,
}

pub fn signed_out_page(page: &SignedOutPage) -> String {
    let texts = &page.frame.lang.texts().pages;
    document(&page.frame, texts.signed_out_title.to_owned(), Width::Narrow, || signed_out(page))
}

fn signed_out(page: &SignedOutPage) -> impl IntoView + use<> {
    let texts = &use_texts().pages;
    let app = page.app.clone().map(|link| {
        view! { <ButtonLink kind=ButtonKind::Primary href=link.href>{(texts.back_to)(&link.label)}</ButtonLink> }
    });
    let again = page.sign_in_href.clone();
    let again = again.map(|href| view! { <ButtonLink href=href>{texts.sign_in_again}</ButtonLink> });
    let apps = page.account_href.clone();
    let apps = apps.map(|href| view! { <p><a href=href>{texts.manage_apps}</a></p> });
    view! {
        <div class="pn-page-sign"><Icon kind=IconKind::Check /></div>
        <h1>{texts.signed_out_title}</h1>
        <p>{(texts.signed_out_text)(&page.frame.realm_name)}</p>
        <p class="pn-muted">{texts.signed_out_apps}</p>
        {apps}
        <div class="pn-page-actions">{app} {again}</div>
    }
}
