//! A form that makes something new: what is wrong is said at its field, and what was typed stays when it fails.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::ApiError;
use perennial_ui::prelude::*;

use crate::api::Failure;
use crate::edit::focus_first_error;
use crate::guard::use_guard;
use crate::links;
use crate::texts::{phrases, texts};

phrases! { DraftTexts =>
    cancel = "Cancel", "Cancelar";
}

#[derive(Clone, Copy)]
pub struct Draft {
    busy: RwSignal<bool>,
    refused: RwSignal<Option<ApiError>>,
    message: RwSignal<Option<String>>,
}

impl Draft {
    /// `touched` says whether there is anything that would be lost.
    pub fn new(touched: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        let guard = use_guard();
        Effect::new(move || guard.set_dirty(touched()));
        on_cleanup(move || guard.set_dirty(false));
        Draft { busy: RwSignal::new(false), refused: RwSignal::new(None), message: RwSignal::new(None) }
    }

    pub fn error(self, name: &'static str) -> MaybeProp<String> {
        MaybeProp::derive(move || self.refused.read().as_ref()?.for_field(name).map(str::to_owned))
    }

    /// Says at a field what is wrong before anything is sent.
    pub fn refuse(self, name: &str, words: &str) {
        self.refused.set(Some(ApiError::at_field(name, words)));
        request_animation_frame(focus_first_error);
    }
}

/// `send` gives the address to go to once it is made; `None` where it has said by itself why it sent nothing.
#[component]
pub fn DraftView<S, Fut>(
    draft: Draft,
    send: S,
    #[prop(into)] confirm: String,
    /// Said when it is made.
    #[prop(into)]
    done: String,
    #[prop(into)] back: String,
    children: Children,
) -> impl IntoView
where
    S: Fn() -> Option<Fut> + Send + Sync + 'static,
    Fut: Future<Output = Result<String, Failure>> + 'static,
{
    let all = texts();
    let toasts = use_toasts();
    let guard = use_guard();
    let go = links::navigator(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if draft.busy.get_untracked() {
            return;
        }
        draft.refused.set(None);
        draft.message.set(None);
        let Some(sent) = send() else { return };
        draft.busy.set(true);
        let (go, done) = (go.clone(), done.clone());
        spawn_local(async move {
            let answer = sent.await;
            draft.busy.set(false);
            match answer {
                Ok(url) => {
                    guard.set_dirty(false);
                    toasts.done(done);
                    go(&url);
                }
                Err(failure) => {
                    draft.message.set(Some((all.failure)(&failure)));
                    if let Failure::Refused { error, .. } = failure {
                        draft.refused.set(Some(error));
                        request_animation_frame(focus_first_error);
                    }
                }
            }
        });
    };
    view! {
        <form class="adm-edit adm-edit-new" novalidate on:submit=submit>
            {children()}
            {move || draft.message.get().map(|words| view! { <p class="pn-field-error" role="alert">{words}</p> })}
            <div class="pn-row adm-edit-actions">
                <Button kind=ButtonKind::Primary submit=true busy=draft.busy id="make">{confirm}</Button>
                <ButtonLink href=back>{DraftTexts::get().cancel}</ButtonLink>
            </div>
        </form>
    }
}
