//! The question before access is taken away: what will happen, to how many, and what it does not do. The answer stays
//! in the dialog while it is on its way, and so does an error.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_ui::prelude::*;

use super::TITLE_ID;
use crate::browser;
use crate::store::use_apps;
use crate::texts::{AppsTexts, failure_words, use_account_texts};

/// What is about to end.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    App { client_id: String, name: String, installations: usize },
    Installation { id: String, app: String, device: String, others: usize },
}

impl Ending {
    fn title(&self, texts: &AppsTexts) -> String {
        match self {
            Ending::App { name, .. } => (texts.remove_title)(name),
            Ending::Installation { app, .. } => (texts.end_title)(app),
        }
    }

    fn consequence(&self, texts: &AppsTexts) -> String {
        match self {
            Ending::App { name, installations, .. } => (texts.remove_consequence)(name, *installations),
            Ending::Installation { device, others, .. } => (texts.end_consequence)(device, *others),
        }
    }

    fn again(&self, texts: &AppsTexts) -> &'static str {
        match self {
            Ending::App { .. } => texts.remove_again,
            Ending::Installation { .. } => texts.end_again,
        }
    }

    fn confirm(&self, texts: &AppsTexts) -> &'static str {
        match self {
            Ending::App { .. } => texts.remove,
            Ending::Installation { .. } => texts.end_confirm,
        }
    }

    fn done(&self, texts: &AppsTexts) -> String {
        match self {
            Ending::App { name, .. } => (texts.removed)(name),
            Ending::Installation { app, .. } => (texts.session_ended)(app),
        }
    }
}

/// The one question of the page.
#[derive(Clone, Copy)]
pub struct Question {
    open: RwSignal<bool>,
    about: RwSignal<Option<Ending>>,
    error: RwSignal<Option<String>>,
}

impl Question {
    pub fn ask(self, ending: Ending) {
        self.error.set(None);
        self.about.set(Some(ending));
        self.open.set(true);
    }
}

pub fn provide_ending() {
    provide_context(Question { open: RwSignal::new(false), about: RwSignal::new(None), error: RwSignal::new(None) });
}

pub fn use_ending() -> Question {
    expect_context()
}

#[component]
pub fn EndingDialog() -> impl IntoView {
    let texts = &use_account_texts().page;
    let (lang, toasts, apps) = (use_lang(), use_toasts(), use_apps());
    let Question { open, about, error } = use_ending();
    let busy = RwSignal::new(false);
    let say = move |words: fn(&Ending, &AppsTexts) -> String| {
        Signal::derive(move || about.read().as_ref().map(|ending| words(ending, texts)).unwrap_or_default())
    };
    let confirm = Callback::new(move |()| {
        let Some(ending) = about.get_untracked() else { return };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let answer = match &ending {
                Ending::App { client_id, .. } => apps.remove_app(client_id).await,
                Ending::Installation { id, .. } => apps.end_session(id).await,
            };
            // The page may have been left or shown anew in another language meanwhile.
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    open.try_set(false);
                    toasts.done(ending.done(texts));
                    // After the dialog has closed and given focus back to a button that may be gone.
                    request_animation_frame(|| browser::focus(TITLE_ID));
                }
                Err(failure) => {
                    if error.try_set(Some(failure_words(lang, &failure))).is_some() {
                        toasts.failed(failure_words(lang, &failure));
                    }
                }
            }
        });
    });
    view! {
        <Dialog
            open=open
            kind=DialogKind::Danger
            title=say(Ending::title)
            consequence=say(Ending::consequence)
            confirm=say(|ending, texts| ending.confirm(texts).to_owned())
            error=error
            busy=busy
            on_confirm=confirm
        >
            <p>{move || about.read().as_ref().map(|ending| ending.again(texts))}</p>
        </Dialog>
    }
}
