//! When nobody is signed in: a page of its own at the start; later, a bar above what is on the screen, so that
//! nothing typed is lost. Signing in happens in a second tab then, and this one notices when it is looked at again.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{Me, paths};
use perennial_ui::prelude::*;

use crate::api::use_api;
use crate::browser;
use crate::links;
use crate::texts::{SignedOutTexts, texts};

/// Admins of every realm are users of this one.
const ADMIN_REALM: &str = "master";

/// A realm to sign in to, as its admin; the likeliest one first.
struct Way {
    url: String,
    words: String,
}

/// The realm signed in to before, the one that the page is about, and the one of the admins of all realms.
fn realms(before: Option<String>, page: Option<String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for realm in [before, page, Some(ADMIN_REALM.to_owned())].into_iter().flatten() {
        if !realm.is_empty() && !all.contains(&realm) {
            all.push(realm);
        }
    }
    all
}

fn ways(texts: &SignedOutTexts) -> Vec<Way> {
    let here = browser::here();
    let page = links::realm_of(here.split('?').next().unwrap_or_default());
    let way = |realm: String| Way {
        url: paths::admin_console_login(&realm, &here),
        words: match realm.as_str() {
            ADMIN_REALM => texts.sign_in_to_all.to_owned(),
            realm => (texts.sign_in_to)(realm),
        },
    };
    realms(browser::signed_in_to(), page).into_iter().map(way).collect()
}

/// Only the likeliest way stands out.
fn kind_of(place: usize) -> ButtonKind {
    if place == 0 { ButtonKind::Primary } else { ButtonKind::Plain }
}

#[component]
pub fn SignedOutPage() -> impl IntoView {
    let texts = &texts().signed_out;
    browser::set_title(texts.page_title);
    let ways = ways(texts);
    // Whoever comes by the start has not said which realm is theirs.
    let hint = (ways.len() == 1).then(|| view! { <p>{texts.which}</p> });
    let link = |(place, way): (usize, Way)| {
        view! { <ButtonLink href=way.url kind=kind_of(place) leave=true>{way.words}</ButtonLink> }
    };
    view! {
        <main class="adm-gate">
            <Empty title=texts.page_title icon=IconKind::Key whole_page=true>
                <p>{texts.page_words}</p>
                <div class="adm-ways" id="sign-in">{ways.into_iter().enumerate().map(link).collect_view()}</div>
                {hint}
            </Empty>
        </main>
    }
}

#[component]
pub fn SignedOutBar() -> impl IntoView {
    let api = use_api();
    let texts = &texts().signed_out;
    let toasts = use_toasts();
    let check = move || {
        if !api.signed_out.get_untracked() {
            return;
        }
        spawn_local(async move {
            let answer = api.get::<Me>(paths::ADMIN_CONSOLE_ME).await;
            // Coming back and the button may both have asked: the first answer says it.
            if api.signed_out.try_get_untracked() != Some(true) {
                return;
            }
            if let Ok(me) = answer {
                browser::remember_signed_in_to(&me.realm);
                api.signed_out.set(false);
                api.sign_ins.update(|n| *n = n.wrapping_add(1));
                toasts.done(texts.back);
            }
        });
    };
    let handle = window_event_listener(ev::focus, move |_| check());
    on_cleanup(move || handle.remove());
    let link = |(place, way): (usize, Way)| {
        let class = if place == 0 { "pn-button pn-button-primary" } else { "pn-button" };
        view! {
            <a class=class href=way.url target="_blank" rel="opener">
                <span class="pn-button-words">{(texts.new_tab)(&way.words)}</span>
            </a>
        }
    };
    let bar = move || {
        view! {
            <div class="adm-signed-out" role="alert">
                <Icon kind=IconKind::Warning />
                <p><strong>{texts.bar_title}</strong>" "{texts.bar_words}</p>
                <div class="adm-ways">
                    {ways(texts).into_iter().enumerate().map(link).collect_view()}
                    <Button on_press=Callback::new(move |()| check())>{texts.check_again}</Button>
                </div>
            </div>
        }
    };
    move || api.signed_out.get().then(bar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_in_leads_to_the_realm_known_of_the_reader_then_to_that_of_the_page_then_to_that_of_all() {
        let some = |realm: &str| Some(realm.to_owned());
        assert_eq!(realms(None, None), ["master"]);
        assert_eq!(realms(None, some("demo")), ["demo", "master"]);
        assert_eq!(realms(some("master"), some("demo")), ["master", "demo"]);
        assert_eq!(realms(some("demo"), some("demo")), ["demo", "master"]);
        assert_eq!(realms(some("demo"), some("other")), ["demo", "other", "master"]);
    }
}
