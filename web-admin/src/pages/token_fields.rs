//! The fields of the token policy form: their signals, and the cards they stand in.

use leptos::prelude::*;
use perennial_api::Rotation;
use perennial_ui::format;
use perennial_ui::prelude::*;

use crate::texts::screen_texts;
use crate::token_form::{Field, Typed, Window};

/// One signal a field, so that each control has its own.
#[derive(Clone, Copy)]
pub struct Fields {
    idle_s: RwSignal<Option<i64>>,
    max_on: RwSignal<bool>,
    max_s: RwSignal<Option<i64>>,
    client_idle_s: RwSignal<Option<i64>>,
    client_max_s: RwSignal<Option<i64>>,
    limit: RwSignal<String>,
    rotation: RwSignal<String>,
    window: RwSignal<String>,
    window_number: RwSignal<String>,
    access_s: RwSignal<Option<i64>>,
}

impl Fields {
    pub fn new(typed: &Typed) -> Self {
        let typed = typed.clone();
        Fields {
            idle_s: RwSignal::new(typed.idle_s),
            max_on: RwSignal::new(typed.max_on),
            max_s: RwSignal::new(typed.max_s),
            client_idle_s: RwSignal::new(typed.client_idle_s),
            client_max_s: RwSignal::new(typed.client_max_s),
            limit: RwSignal::new(typed.limit),
            rotation: RwSignal::new(typed.rotation.as_str().to_owned()),
            window: RwSignal::new(typed.window.key().to_owned()),
            window_number: RwSignal::new(typed.window_number),
            access_s: RwSignal::new(typed.access_s),
        }
    }

    pub fn set(self, typed: &Typed) {
        self.idle_s.set(typed.idle_s);
        self.max_on.set(typed.max_on);
        self.max_s.set(typed.max_s);
        self.client_idle_s.set(typed.client_idle_s);
        self.client_max_s.set(typed.client_max_s);
        self.limit.set(typed.limit.clone());
        self.rotation.set(typed.rotation.as_str().to_owned());
        self.window.set(typed.window.key().to_owned());
        self.window_number.set(typed.window_number.clone());
        self.access_s.set(typed.access_s);
    }

    /// What is typed; tracks every field.
    pub fn typed(self) -> Typed {
        let window = Window::from_key(&self.window.read());
        Typed {
            idle_s: self.idle_s.get(),
            max_on: self.max_on.get(),
            max_s: self.max_s.get(),
            client_idle_s: self.client_idle_s.get(),
            client_max_s: self.client_max_s.get(),
            limit: self.limit.get(),
            rotation: Rotation::parse(&self.rotation.read()).unwrap_or_default(),
            window,
            window_number: if window.has_number() { self.window_number.get() } else { String::new() },
            access_s: self.access_s.get(),
        }
    }
}

/// The error at a field, if any.
pub type ErrorAt = Callback<Field, Option<String>>;

/// What is said for all clients wins over what is said in general, which is told beside it.
#[component]
pub fn OfflineCard(fields: Fields, error_at: ErrorAt) -> impl IntoView {
    let lang = use_lang();
    let texts = &screen_texts().tokens;
    let wins = move |seconds: RwSignal<Option<i64>>| {
        move || {
            seconds.get().filter(|seconds| *seconds > 0).map(|seconds| {
                let words = (texts.overridden)(&format::duration(lang, seconds));
                view! { <p class="adm-note"><Icon kind=IconKind::Info /><span>{words}</span></p> }
            })
        }
    };
    let error = move |field| MaybeProp::derive(move || error_at.run(field));
    let off = Signal::derive(move || !fields.max_on.get());
    view! {
        <Card title=texts.offline_sessions>
            <DurationField id="offlineSessionIdleTimeout" label=texts.idle help=texts.idle_help
                value=fields.idle_s error=error(Field::Idle) />
            {wins(fields.client_idle_s)}
            <Switch id="offlineSessionMaxLifespanEnabled" label=texts.max_on help=texts.max_on_help value=fields.max_on />
            <DurationField id="offlineSessionMaxLifespan" label=texts.max help=texts.max_help
                value=fields.max_s error=error(Field::Max) disabled=off />
            {wins(fields.client_max_s)}
            <DurationField id="clientOfflineSessionIdleTimeout" label=texts.client_idle help=texts.client_help
                value=fields.client_idle_s error=error(Field::ClientIdle) />
            <DurationField id="clientOfflineSessionMaxLifespan" label=texts.client_max help=texts.client_help
                value=fields.client_max_s error=error(Field::ClientMax) disabled=off />
            <div class="adm-narrow">
                <NumberField id="offlineSessionLimit" label=texts.limit help=texts.limit_help
                    value=fields.limit error=error(Field::Limit) />
            </div>
        </Card>
    }
}

#[component]
pub fn RefreshCard(fields: Fields, error_at: ErrorAt) -> impl IntoView {
    let texts = &screen_texts().tokens;
    let error = move |field| MaybeProp::derive(move || error_at.run(field));
    let modes: Vec<Choice> =
        Rotation::ALL.iter().map(|mode| Choice::new(mode.as_str(), (texts.rotation_name)(*mode))).collect();
    let windows: Vec<Choice> =
        Window::ALL.iter().map(|window| Choice::new(window.key(), (texts.window_name)(*window))).collect();
    let mode_help = move || (texts.rotation_help)(Rotation::parse(&fields.rotation.read()).unwrap_or_default());
    let window = Memo::new(move |_| Window::from_key(&fields.window.read()));
    let number = move || {
        let label = match window.get() {
            Window::Seconds => texts.window_seconds,
            Window::Replays => texts.window_replays,
            _ => return None,
        };
        Some(view! {
            <div class="adm-narrow">
                <NumberField id="replayWindowNumber" label=label value=fields.window_number error=error(Field::Window) />
            </div>
        })
    };
    let no_number = MaybeProp::derive(move || error_at.run(Field::Window).filter(|_| !window.get().has_number()));
    view! {
        <Card title=texts.refresh_tokens>
            <Select id="rotation" label=texts.rotation choices=modes value=fields.rotation error=error(Field::Rotation) />
            <p class="adm-choice-help" aria-live="polite">{mode_help}</p>
            <Select id="replayWindow" label=texts.window choices=windows value=fields.window error=no_number />
            <p class="adm-choice-help" aria-live="polite">{move || (texts.window_help)(window.get())}</p>
            {number}
        </Card>
    }
}

#[component]
pub fn AccessCard(fields: Fields, error_at: ErrorAt) -> impl IntoView {
    let texts = &screen_texts().tokens;
    let error = MaybeProp::derive(move || error_at.run(Field::Access));
    view! {
        <Card title=texts.access_tokens>
            <DurationField id="accessTokenLifespan" label=texts.access help=texts.access_help
                value=fields.access_s error=error />
        </Card>
    }
}
