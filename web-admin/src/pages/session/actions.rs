//! What can be done with a session. Each says before what will happen, and after that it did.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{OfflineSessionPatch, paths};
use perennial_ui::prelude::*;

use super::{HEADING_ID, Page};
use crate::api::{Failure, use_api};
use crate::browser;
use crate::pages::session_row::user_of;
use crate::texts::session::ActionTexts;
use crate::texts::{screen_texts, texts};

/// Without it, a session is none.
const OFFLINE_ACCESS: &str = "offline_access";

/// What somebody wants, before it was agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Pause,
    Resume,
    /// Take this scope away.
    Narrow(String),
    Shorten,
    Rename,
    End,
}

impl Asked {
    fn texts(&self) -> &'static ActionTexts {
        let texts = &screen_texts().session;
        match self {
            Asked::Pause => &texts.pause,
            Asked::Resume => &texts.resume,
            Asked::Narrow(scope) if scope == OFFLINE_ACCESS => &texts.end,
            Asked::Narrow(_) => &texts.narrow,
            Asked::Shorten => &texts.shorten,
            Asked::Rename => &texts.rename,
            Asked::End => &texts.end,
        }
    }

    fn takes_away(&self) -> bool {
        matches!(self, Asked::Narrow(_) | Asked::Shorten | Asked::End)
    }
}

#[component]
pub fn ActionBar(page: Page, paused: bool) -> impl IntoView {
    let texts = &screen_texts().session;
    let ask = move |asked: Asked| Callback::new(move |()| page.asked.set(Some(asked.clone())));
    let (steer, icon, words) = match paused {
        true => (Asked::Resume, IconKind::Play, texts.resume.button),
        false => (Asked::Pause, IconKind::Pause, texts.pause.button),
    };
    view! {
        <div class="pn-row ofs-actions">
            <Button icon=icon on_press=ask(steer) id="pause">{words}</Button>
            <Button icon=IconKind::Clock on_press=ask(Asked::Shorten) id="shorten">{texts.shorten.button}</Button>
            <Button icon=IconKind::Edit on_press=ask(Asked::Rename) id="rename">{texts.rename.button}</Button>
            <Button kind=ButtonKind::Danger icon=IconKind::Remove on_press=ask(Asked::End) id="end">
                {texts.end.button}
            </Button>
        </div>
    }
}

/// What is typed into the questions that have a field.
#[derive(Clone, Copy)]
struct Typed {
    /// Seconds from now.
    end: RwSignal<Option<i64>>,
    label: RwSignal<String>,
    error: RwSignal<Option<String>>,
}

#[component]
pub fn Dialogs(page: Page) -> impl IntoView {
    let api = use_api();
    let toasts = use_toasts();
    let say = texts().failure;
    let all = screen_texts();
    let typed = Typed { end: RwSignal::new(None), label: RwSignal::new(String::new()), error: RwSignal::new(None) };
    let (plain, danger) = (RwSignal::new(false), RwSignal::new(false));
    let busy = RwSignal::new(false);
    // What is asked stays while its dialog closes.
    let present = RwSignal::new(None::<&'static ActionTexts>);
    Effect::new(move || {
        let asked = page.asked.get();
        if let Some(asked) = &asked {
            present.set(Some(asked.texts()));
            typed.error.set(None);
            typed.end.set(None);
            let session = page.loaded.value.get_untracked().and_then(Result::ok).map(|(session, _)| session);
            typed.label.set(session.and_then(|session| session.device_label).unwrap_or_default());
        }
        danger.set(asked.as_ref().is_some_and(Asked::takes_away));
        plain.set(asked.is_some_and(|asked| !asked.takes_away()));
    });
    Effect::new(move || {
        if !plain.get() && !danger.get() && page.asked.read_untracked().is_some() {
            page.asked.set(None);
        }
    });
    let confirm = Callback::new(move |()| {
        let Some(asked) = page.asked.get_untracked() else { return };
        let Some(sent) = patch(page, &asked, typed) else {
            return typed.error.set(Some(all.session.shorten_wrong.to_owned()));
        };
        busy.set(true);
        spawn_local(async move {
            let path = paths::admin_offline_session(&page.realm.get_value(), &page.id.get_value());
            let answer = match asked {
                Asked::End => api.delete(&path).await,
                _ => api.patch(&path, &sent).await,
            };
            busy.set(false);
            match answer {
                Ok(()) => toasts.done(present.try_get_untracked().flatten().map_or("", |texts| texts.done)),
                Err(Failure::Refused { status: 404, .. }) => toasts.done(all.session.ended_title),
                Err(failure) => return typed.error.set(Some(say(&failure))),
            }
            page.asked.set(None);
            page.loaded.reload();
            // After the dialog has closed, which gives the focus back to a button that may be about to go.
            request_animation_frame(|| browser::focus(HEADING_ID));
        });
    });
    let question = Question { page, present, typed, busy, confirm };
    view! {
        {question.dialog(plain, DialogKind::Plain)}
        {question.dialog(danger, DialogKind::Danger)}
    }
}

/// What the page asks before it does something.
#[derive(Clone, Copy)]
struct Question {
    page: Page,
    present: RwSignal<Option<&'static ActionTexts>>,
    typed: Typed,
    /// It was agreed to, and is being done.
    busy: RwSignal<bool>,
    confirm: Callback<()>,
}

impl Question {
    fn dialog(self, open: RwSignal<bool>, kind: DialogKind) -> impl IntoView {
        let Self { page, present, typed, busy, confirm } = self;
        let title = Signal::derive(move || present.get().map_or(String::new(), |texts| texts.title.to_owned()));
        let words = Signal::derive(move || present.get().map_or(String::new(), |texts| texts.confirm.to_owned()));
        let consequence = MaybeProp::derive(move || {
            let session = page.loaded.ready()?.0;
            let client = session.client_id.clone().unwrap_or_default();
            let words = (present.get()?.consequence)(&client, &user_of(&session));
            Some(words).filter(|words| !words.is_empty())
        });
        view! {
            <Dialog open kind title confirm=words on_confirm=confirm error=typed.error busy consequence>
                {move || page.asked.get().map(|asked| fields(&asked, typed))}
            </Dialog>
        }
    }
}

fn fields(asked: &Asked, typed: Typed) -> AnyView {
    let texts = &screen_texts().session;
    match asked {
        Asked::Narrow(scope) if scope == OFFLINE_ACCESS => view! { <p>{texts.end_by_scope}</p> }.into_any(),
        Asked::Narrow(scope) => {
            let words = perennial_ui::scopes::scope_words(use_lang(), scope, None);
            view! {
                <p>
                    <strong>{words.title}</strong>
                    " "
                    <code>{scope.clone()}</code>
                </p>
            }
            .into_any()
        }
        Asked::Shorten => view! {
            <DurationField
                id="ends-after"
                label=texts.shorten_field
                value=typed.end
                help=texts.shorten_help
            />
        }
        .into_any(),
        Asked::Rename => view! {
            <TextField id="device-label" label=texts.rename_field value=typed.label help=texts.rename_help />
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// What the API is asked for; `None` where what was typed cannot be meant.
fn patch(page: Page, asked: &Asked, typed: Typed) -> Option<OfflineSessionPatch> {
    let (session, explanation) = page.loaded.value.get_untracked()?.ok()?;
    let sent = OfflineSessionPatch::default();
    Some(match asked {
        Asked::Pause => OfflineSessionPatch { paused: Some(true), ..sent },
        Asked::Resume => OfflineSessionPatch { paused: Some(false), ..sent },
        Asked::Narrow(gone) => {
            let kept = session.scopes.into_iter().filter(|scope| scope != gone).collect();
            OfflineSessionPatch { scopes: Some(kept), ..sent }
        }
        Asked::Shorten => {
            let seconds = typed.end.get_untracked().filter(|seconds| *seconds > 0)?;
            let at = explanation.seen_at.checked_add(seconds.checked_mul(1_000)?)?;
            if session.expires.is_some_and(|end| at >= end) {
                return None;
            }
            OfflineSessionPatch { expires: Some(Some(at)), ..sent }
        }
        Asked::Rename => {
            let label = typed.label.get_untracked().trim().to_owned();
            OfflineSessionPatch { device_label: Some(Some(label).filter(|label| !label.is_empty())), ..sent }
        }
        Asked::End => sent,
    })
}
