//! The screen Apps, the portal's home: a card per app that can act for the user, and the question before anything is
//! taken away.

mod card;
mod ending;
mod installation;

use leptos::prelude::*;
use perennial_ui::prelude::*;

use self::card::AppCard;
use self::ending::{EndingDialog, provide_ending};
use crate::browser;
use crate::model::ConnectedApp;
use crate::store::{Remote, use_apps};
use crate::texts::{failure_words, use_account_texts};

/// Focus goes here when the button that was pressed has gone with what it ended.
const TITLE_ID: &str = "apps-title";

#[component]
pub fn AppsPage() -> impl IntoView {
    let account = use_account_texts();
    let texts = &account.page;
    let lang = use_lang();
    let apps = use_apps();
    browser::describe_document(&format!("{} · {}", texts.title, account.your_account), lang);
    let retry = Callback::new(move |()| apps.load());
    let content = move || match apps.list.get() {
        Remote::Loading => view! { <Loading shape=LoadingShape::Cards /> }.into_any(),
        Remote::Failed(failure) => view! { <Failed words=failure_words(lang, &failure) on_retry=retry /> }.into_any(),
        Remote::Ready(list) if list.is_empty() => view! {
            <Empty title=texts.none_title icon=IconKind::Apps>
                <p>{texts.none_words}</p>
            </Empty>
        }
        .into_any(),
        Remote::Ready(list) => cards(list).into_any(),
    };
    provide_ending();
    view! {
        <div class="acc-page">
            <header class="acc-page-head">
                <h1 id=TITLE_ID tabindex="-1">{texts.title}</h1>
                <p class="pn-muted">{texts.intro}</p>
            </header>
            {content}
            <EndingDialog />
        </div>
    }
}

fn cards(list: Vec<ConnectedApp>) -> impl IntoView {
    // One "now" for the whole page: the server's, where an app's session told it.
    if let Some(installation) = list.iter().flat_map(|app| &app.installations).next() {
        provide_now(installation.life.now);
    }
    let cards = list.into_iter().map(|app| view! { <li><AppCard app=app /></li> });
    view! { <ul class="acc-apps">{cards.collect_view()}</ul> }
}
