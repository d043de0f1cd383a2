//! A question before something is done: says what will happen, does it, says that it was done or why not.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_ui::prelude::*;

use crate::api::Failure;
use crate::texts::texts;

/// Words of the question; `consequence` may come later than the question, when it has been counted.
pub struct Question {
    pub open: RwSignal<bool>,
    pub title: Signal<String>,
    pub consequence: Signal<String>,
    pub confirm: &'static str,
    /// Said when it is done.
    pub done: &'static str,
}

type Doing = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// `act` is run on agreement, `on_done` after it has worked.
pub fn confirm<Fut>(
    question: Question,
    act: impl Fn() -> Fut + Send + Sync + 'static,
    on_done: impl Fn() + Send + Sync + 'static,
) -> AnyView
where
    Fut: Future<Output = Result<(), Failure>> + 'static,
{
    ask(question, Callback::new(move |()| -> Doing { Box::pin(act()) }), Callback::new(move |()| on_done()))
}

/// Once for all questions.
fn ask(question: Question, act: Callback<(), Doing>, on_done: Callback<()>) -> AnyView {
    let all = texts();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let Question { open, title, consequence, confirm, done } = question;
    Effect::new(move || {
        if open.get() {
            error.set(None);
        }
    });
    let agreed = Callback::new(move |()| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let answer = act.run(()).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    open.try_set(false);
                    toasts.done(done);
                    on_done.try_run(());
                }
                Err(failure) => drop(error.try_set(Some((all.failure)(&failure)))),
            }
        });
    });
    view! {
        <Dialog
            open=open
            kind=DialogKind::Danger
            title=title
            consequence=MaybeProp::derive(move || Some(consequence.get()))
            confirm=confirm
            on_confirm=agreed
            error=error
            busy=busy
        />
    }
    .into_any()
}
