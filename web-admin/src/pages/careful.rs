//! Saving what may take something away: what is concerned is counted first, told, and agreed to; only then is it saved.
//! Where nothing can be counted it is asked all the same.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_ui::prelude::*;
use serde_json::{Map, Value};

use crate::api::use_api;
use crate::ends::{Count, CountWords, Counted, Whose, count};
use crate::form::Form;
use crate::texts::phrases;

/// What saving these changes takes away, and from whom.
#[derive(Clone)]
pub struct Risk {
    pub title: String,
    pub words: String,
    pub confirm: &'static str,
    pub whose: Whose,
    /// Asked about also where no offline session is concerned.
    pub always: bool,
}

type Save = Callback<Map<String, Value>>;

/// What a form does to save, and the question to be placed beside it. `risk` sees what differs.
pub fn careful(
    form: Form,
    realm: StoredValue<String>,
    put: Save,
    risk: impl Fn(&Map<String, Value>) -> Option<Risk> + Send + Sync + 'static,
) -> (Save, AnyView) {
    let api = use_api();
    let asked = RwSignal::new(None::<(Risk, Count)>);
    let open = RwSignal::new(false);
    let save = Callback::new(move |changes: Map<String, Value>| {
        let Some(risk) = risk(&changes) else { return put.run(changes) };
        form.busy.set(true);
        spawn_local(async move {
            let counted = count(api, realm.get_value(), risk.whose.clone().filter()).await;
            if form.busy.try_set(false).is_some() {
                // Left meanwhile.
                return;
            }
            match counted {
                Err(failure) => form.fail(failure),
                Ok(Count::Exactly(0)) if !risk.always => put.run(changes),
                Ok(counted) => {
                    asked.try_set(Some((risk, counted)));
                    open.try_set(true);
                }
            }
        });
    });
    (save, question(put, asked, open))
}

/// The same where nothing can be counted: `words` says what saving these changes means, if it has to be said.
pub fn said_first(
    put: Save,
    words: impl Fn(&Map<String, Value>) -> Option<&'static str> + Send + Sync + 'static,
) -> (Save, AnyView) {
    let nothing = Counted { sentence: Signal::stored(String::new()), waits: Signal::stored(false) };
    said_with(put, RwSignal::new(false), nothing, words)
}

/// The same followed by a number of something else than offline sessions, which is counted while `open`.
pub fn said_with(
    put: Save,
    open: RwSignal<bool>,
    counted: Counted,
    words: impl Fn(&Map<String, Value>) -> Option<&'static str> + Send + Sync + 'static,
) -> (Save, AnyView) {
    let texts = CarefulTexts::get();
    let said = RwSignal::new("");
    let consequence =
        MaybeProp::derive(move || Some(format!("{} {}", said.get(), counted.get()).trim_end().to_owned()));
    let save = Callback::new(move |changes: Map<String, Value>| match words(&changes) {
        None => put.run(changes),
        Some(words) => {
            said.set(words);
            open.set(true);
        }
    });
    let agreed = Callback::new(move |()| {
        open.set(false);
        put.run(Map::new());
    });
    let view = view! {
        <Dialog
            open=open
            kind=DialogKind::Danger
            title=texts.title
            consequence=consequence
            confirm=texts.confirm
            on_confirm=agreed
            busy=counted.waits
        />
    };
    (save, view.into_any())
}

phrases! {
    /// A question without a number of offline sessions.
    CarefulTexts =>
    title = "Save this?", "¿Guardar esto?";
    confirm = "Save all the same", "Guardar de todos modos";
}

fn question(put: Save, asked: RwSignal<Option<(Risk, Count)>>, open: RwSignal<bool>) -> AnyView {
    let lang = use_lang();
    let words = CountWords::concerned();
    let consequence = MaybeProp::derive(move || {
        let asked = asked.read();
        let (risk, counted) = asked.as_ref()?;
        Some(format!("{} {}", risk.words, words.say(lang, *counted)))
    });
    let title = move || asked.read().as_ref().map(|(risk, _)| risk.title.clone()).unwrap_or_default();
    let confirm = move || asked.read().as_ref().map(|(risk, _)| risk.confirm.to_owned()).unwrap_or_default();
    let agreed = Callback::new(move |()| {
        open.set(false);
        put.run(Map::new());
    });
    view! {
        <Dialog
            open=open
            kind=DialogKind::Danger
            title=Signal::derive(title)
            consequence=consequence
            confirm=Signal::derive(confirm)
            on_confirm=agreed
        />
    }
    .into_any()
}
