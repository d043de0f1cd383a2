//! What an app asks for and only an admin can allow: who must approve it, and the way back.

use leptos::prelude::*;

use super::frame::{Frame, Width, document, hidden_field};
use crate::components::{Button, ButtonKind, Icon, IconKind};
use crate::scopes::scope_words;
use crate::text::{Trouble, use_texts};

#[derive(Clone, Debug, Default)]
pub struct ApprovalPage {
    pub frame: Frame,
    pub action: String,
    pub csrf: String,
    pub app_name: String,
    /// Who is signed in, by name.
    pub user_name: String,
    /// Names of scopes, each with the realm's own text for it.
    pub scopes: Vec<(String, Option<String>)>,
}

pub fn approval_page(page: &ApprovalPage) -> String {
    let title = (page.frame.lang.texts().troubles)(Trouble::AskAdmin).title;
    document(&page.frame, title.to_owned(), Width::Narrow, || content(page))
}

fn content(page: &ApprovalPage) -> impl IntoView + use<> {
    let texts = use_texts();
    let words = (texts.troubles)(Trouble::AskAdmin);
    let lang = page.frame.lang;
    let scopes: Vec<_> = page
        .scopes
        .iter()
        .map(|(name, display)| {
            let scope = scope_words(lang, name, display.as_deref());
            view! { <li>{scope.title}</li> }
        })
        .collect();
    let (who, whom) = ((texts.pages.approval_who)(&page.frame.realm_name, &page.app_name), page.user_name.clone());
    let (action, csrf) = (page.action.clone(), hidden_field("csrf", &page.csrf));
    let back = (texts.pages.back_to)(&page.app_name);
    view! {
        <div class="pn-page-sign pn-page-sign-wait"><Icon kind=IconKind::Key /></div>
        <h1>{words.title}</h1>
        <p>{who}</p>
        <ul class="pn-page-list">{scopes}</ul>
        <p class="pn-muted">{(texts.consent.signed_in_as)(&whom)}</p>
        <h2>{texts.pages.what_next}</h2>
        <p>{words.next}</p>
        <form class="pn-page-form" method="post" action=action>
            {csrf}
            <div class="pn-page-actions">
                <Button kind=ButtonKind::Primary submit=true id="kc-back" name="back" value="true">
                    {back}
                </Button>
            </div>
        </form>
    }
}
