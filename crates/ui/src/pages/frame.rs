//! What every page has around its content: the document, the style sheet, the realm's name and accent.

use leptos::prelude::*;

use crate::accent::accent_class;
use crate::text::{Lang, provide_lang};

/// Common to all pages.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub lang: Lang,
    /// Path of the style sheet.
    pub css: String,
    pub realm_name: String,
    /// Name of one of the accents in `accent`.
    pub accent: Option<String>,
}

/// A named place to go to.
#[derive(Clone, Debug)]
pub struct Link {
    pub label: String,
    pub href: String,
}

/// How much room the content wants.
#[derive(Clone, Copy)]
pub(super) enum Width {
    Narrow,
    Wide,
}

/// Renders a whole document; `content` runs with the page's language in context.
pub(super) fn document<V: IntoView>(frame: &Frame, title: String, width: Width, content: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_lang(frame.lang);
        let body = content();
        shell(frame, title, width, body).into_view().to_html()
    });
    owner.cleanup();
    html
}

fn shell<V: IntoView>(frame: &Frame, title: String, width: Width, body: V) -> impl IntoView + use<V> {
    let main = match width {
        Width::Narrow => "pn-page-main",
        Width::Wide => "pn-page-main pn-page-wide",
    };
    let realm = frame.realm_name.clone();
    view! {
        <!DOCTYPE html>
        <html lang=frame.lang.tag()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <title>{format!("{title} · {realm}")}</title>
                <link rel="icon" href="data:," />
                <link rel="stylesheet" href=frame.css.clone() />
            </head>
            <body class=format!("pn-page {}", accent_class(frame.accent.as_deref())).trim().to_owned()>
                <header class="pn-page-head">
                    <span class="pn-brand-mark" aria-hidden="true"></span>
                    <span>{realm}</span>
                </header>
                <main class=main>{body}</main>
            </body>
        </html>
    }
}

/// Hidden fields of a form.
pub(super) fn hidden_field(name: &str, value: &str) -> impl IntoView + use<> {
    view! { <input type="hidden" name=name.to_owned() value=value.to_owned() /> }
}

/// Only addresses on the web become links: what a client registered may be anything, `javascript:` included.
pub(super) fn web_address(href: &str) -> Option<&str> {
    let scheme_ends = href.find("://")?;
    let scheme = &href[..scheme_ends];
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")).then_some(href)
}
