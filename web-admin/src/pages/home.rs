//! Addresses that are not screens themselves: the start, a realm without a section, and everything unknown.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use crate::browser;
use crate::links;
use crate::remote::shown;
use crate::screens::opening;
use crate::shell::Realms;
use crate::texts::texts;

/// Realm of the admins themselves; the start prefers another one.
const ADMIN_REALM: &str = "master";

/// The start: goes to the realm worked on last.
#[component]
pub fn Home() -> impl IntoView {
    let realms = expect_context::<Realms>().0;
    let go = links::navigator(true);
    shown(realms, LoadingShape::Rows, move |list| {
        let names: Vec<String> = list.into_iter().filter_map(|realm| realm.realm).collect();
        let last = browser::last_realm().filter(|last| names.contains(last));
        let other = names.iter().find(|name| *name != ADMIN_REALM);
        match last.as_ref().or(other).or(names.first()) {
            Some(realm) => {
                go(&opening(realm));
                ().into_any()
            }
            None => view! { <Empty title=texts().no_realms icon=IconKind::Info /> }.into_any(),
        }
    })
}

#[component]
pub fn RealmHome(realm: String) -> impl IntoView {
    let go = links::navigator(true);
    let place = opening(&realm);
    Effect::new(move || go(&place));
}

#[component]
pub fn NotFound() -> impl IntoView {
    let texts = texts();
    browser::set_title(texts.not_found_title);
    view! {
        <Empty title=texts.not_found_title icon=IconKind::Info>
            <p>{texts.not_found_words}</p>
            <ButtonLink href=links::BASE>{texts.to_start}</ButtonLink>
        </Empty>
    }
}
