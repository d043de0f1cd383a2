//! The one error page: what happened, what to do next, and the reference that finds the event in the log.

use leptos::prelude::*;

use super::frame::{Frame, Link, Width, document};
use crate::components::{ButtonLink, Icon, IconKind};
use crate::text::{Trouble, use_texts};

#[derive(Clone, Debug)]
pub struct ErrorPage {
    pub frame: Frame,
    pub trouble: Trouble,
    /// For the app's makers, as in the OAuth `error_description`; not translated.
    pub detail: Option<String>,
    pub reference: String,
    /// Where it is safe to go: never an address that was not validated.
    pub back: Option<Link>,
}

pub fn error_page(page: &ErrorPage) -> String {
    let title = (page.frame.lang.texts().troubles)(page.trouble).title;
    document(&page.frame, title.to_owned(), Width::Narrow, || content(page))
}

fn content(page: &ErrorPage) -> impl IntoView + use<> {
    let texts = use_texts();
    let words = (texts.troubles)(page.trouble);
    let back = page.back.clone().map(|link| {
        view! { <ButtonLink href=link.href>{(texts.pages.back_to)(&link.label)}</ButtonLink> }
    });
    view! {
        <div class="pn-page-sign pn-page-sign-failed"><Icon kind=IconKind::Warning /></div>
        <h1>{words.title}</h1>
        <p>{words.what}</p>
        <h2>{texts.pages.what_next}</h2>
        <p>{words.next}</p>
        {back}
        <div class="pn-page-reference">
            {page.detail.clone().map(|detail| view! { <p class="pn-mono">{detail}</p> })}
            <p>{(texts.kit.reference)("")}<code id="reference">{page.reference.clone()}</code></p>
            <p>{texts.pages.error_reference_help}</p>
        </div>
    }
}
