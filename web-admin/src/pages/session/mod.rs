//! One offline session, by its own address: its life, what it may do, from where, what ends it when, whether it would work
//! now, what happened, and what can be done with it.

mod actions;
mod checks;
mod facts;
mod limits;
mod timeline;

use leptos::prelude::*;
use perennial_api::explain::{ExplainRequest, Explanation};
use perennial_api::{UserSessionRepresentation, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::session_row::{life_of, server_now, user_of};
use crate::api::{Failure, use_api};
use crate::links;
use crate::remote::{Remote, remote};
use crate::screens::set_trail;
use crate::texts::screen_texts;
use actions::{ActionBar, Asked, Dialogs};

/// The heading; takes the focus when a button that had it is gone.
pub const HEADING_ID: &str = "session-title";

type Session = UserSessionRepresentation;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Page {
    realm: StoredValue<String>,
    id: StoredValue<String>,
    loaded: Remote<(Session, Explanation)>,
    asked: RwSignal<Option<Asked>>,
}

#[component]
pub fn SessionPage(realm: String, session: String) -> impl IntoView {
    let api = use_api();
    let (realm, id) = (StoredValue::new(realm), StoredValue::new(session));
    let load = move |()| {
        // Whoever leaves meanwhile takes the stored names along.
        let (realm, id) = (realm.get_value(), id.get_value());
        async move {
            let session: Session = api.get(&paths::admin_offline_session(&realm, &id)).await?;
            let asked = ExplainRequest { session: Some(id), ..ExplainRequest::default() };
            let explanation: Explanation = api.post(&paths::admin_explain(&realm), &asked).await?;
            Ok((session, explanation))
        }
    };
    let page = Page { realm, id, loaded: remote(|| (), load), asked: RwSignal::new(None) };
    view! {
        {move || match page.loaded.value.get() {
            None => view! { <Loading shape=LoadingShape::Cards /> }.into_any(),
            Some(Ok((session, explanation))) => whole(page, session, explanation).into_any(),
            Some(Err(Failure::Refused { status: 404, .. })) => gone(page).into_any(),
            Some(Err(failure)) => {
                let retry = Callback::new(move |()| page.loaded.reload());
                view! { <Failed words=(crate::texts::texts().failure)(&failure) on_retry=retry /> }.into_any()
            }
        }}
        <Dialogs page=page />
    }
}

fn gone(page: Page) -> impl IntoView {
    let texts = &screen_texts().session;
    set_trail("offline-access", &page.realm.get_value(), vec![Crumb::here(texts.ended_title)]);
    view! {
        <Empty title=texts.ended_title icon=IconKind::Info whole_page=true>
            <p>{texts.ended_words}</p>
            <ButtonLink href=links::offline_access(&page.realm.get_value())>{texts.back}</ButtonLink>
        </Empty>
    }
}

fn whole(page: Page, session: Session, explanation: Explanation) -> impl IntoView {
    let now = server_now(std::slice::from_ref(&session)).or(Some(explanation.seen_at)).unwrap_or_default();
    // Times in words are told from the server's "now".
    provide_now(now);
    let texts = &screen_texts().session;
    let (user, client) = (user_of(&session), session.client_id.clone().unwrap_or_default());
    set_trail("offline-access", &page.realm.get_value(), vec![Crumb::here((texts.title)(&user, &client))]);
    view! {
        <header class="adm-head ofs-head">
            <div class="pn-row">
                <h1 id=HEADING_ID tabindex="-1">{(texts.title)(&user, &client)}</h1>
                {state(&session)}
            </div>
            <ActionBar page=page paused=session.paused />
        </header>
        {life(&session, &explanation, now)}
        <div class="ofs-columns">
            <div class="pn-stack">
                {facts::permissions(page, session.clone())}
                {facts::origin(session.clone())}
            </div>
            <div class="pn-stack">
                {limits::card(explanation.clone(), now)}
                {checks::card(explanation)}
                {timeline::card(&session)}
            </div>
        </div>
    }
}

fn state(session: &Session) -> AnyView {
    let all = screen_texts();
    match (&session.blocked_by, session.paused) {
        (_, true) => view! { <Badge tone=Tone::Warning icon=IconKind::Pause>{all.sessions.paused}</Badge> }.into_any(),
        (Some(cause), false) => {
            let words = (all.sessions.blocked)(cause);
            view! { <Badge tone=Tone::Danger icon=IconKind::Warning>{words}</Badge> }.into_any()
        }
        (None, false) => view! { <Badge tone=Tone::Good icon=IconKind::Check>{all.session.live}</Badge> }.into_any(),
    }
}

/// The large lifeline, with a mark for each use that is known, and its end in a sentence.
fn life(session: &Session, explanation: &Explanation, now: i64) -> impl IntoView + use<> {
    let lang = use_lang();
    let texts = &screen_texts().session;
    let mut data = life_of(session, now);
    data.uses
        .extend(session.events.iter().filter(|event| event.event_type.starts_with("REFRESH_TOKEN")).map(|it| it.time));
    let winner = explanation.limits.iter().find(|limit| limit.wins);
    let sentence = match (session.expires, winner) {
        (Some(at), Some(limit)) => {
            let when =
                format!("{} ({})", format::relative(lang, at, now), format::exact(lang, at, zone_offset_min(at)));
            let why = (texts.limit_name)(limit.limit.as_str());
            let mut letters = why.chars();
            let why: String = letters.next().map(|c| c.to_lowercase().chain(letters).collect()).unwrap_or_default();
            let who = limit.source.as_deref().map(texts.source);
            (texts.ends_because)(&when, &why, who)
        }
        _ => texts.never_ends.to_owned(),
    };
    view! {
        <section class="pn-card ofs-life" aria-label=texts.life>
            <Lifeline id="life" data=data size=LifelineSize::Large />
            <p class="ofs-sentence">{sentence}</p>
        </section>
    }
}
