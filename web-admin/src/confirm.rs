//! A question before something is done: says what will happen, does it, says that it was done or why not.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_ui::prelude::*;

use crate::api::Failure;
use crate::ends::Counted;
use crate::texts::texts;

/// What will happen; may come later than the question, when it has been counted. Nothing is agreed to before.
#[derive(Clone, Copy)]
pub struct Consequence {
    pub words: Signal<String>,
    pub waits: Signal<bool>,
}

impl Consequence {
    /// What always happens, and the sentence with the number.
    pub fn counted(words: impl Into<Signal<String>>, counted: Counted) -> Self {
        let words: Signal<String> = words.into();
        let both = Signal::derive(move || format!("{} {}", words.get(), counted.get()));
        Consequence { words: both, waits: counted.waits }
    }
}

impl From<Signal<String>> for Consequence {
    fn from(words: Signal<String>) -> Self {
        Consequence { words, waits: Signal::stored(false) }
    }
}

impl From<String> for Consequence {
    fn from(words: String) -> Self {
        Signal::stored(words).into()
    }
}

impl From<&'static str> for Consequence {
    fn from(words: &'static str) -> Self {
        words.to_owned().into()
    }
}

/// Words of the question.
pub struct Question {
    pub open: RwSignal<bool>,
    pub title: Signal<String>,
    pub consequence: Consequence,
    pub confirm: &'static str,
    /// Said when it is done.
    pub done: &'static str,
}

type Doing = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// A dialog that is open while there is something to ask about.
pub fn opened_by<T: Send + Sync + 'static>(what: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move || {
        if what.read().is_some() {
            open.set(true);
        }
    });
    Effect::new(move || {
        if !open.get() {
            what.set(None);
        }
    });
    open
}

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
    let locked = Signal::derive(move || busy.get() || consequence.waits.get());
    view! {
        <Dialog
            open=open
            kind=DialogKind::Danger
            title=title
            consequence=MaybeProp::derive(move || Some(consequence.words.get()))
            confirm=confirm
            on_confirm=agreed
            error=error
            busy=locked
        />
    }
    .into_any()
}
