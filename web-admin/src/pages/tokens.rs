//! Realm settings, tab *Tokens*: the token policy beside a drawing of what it means, with a what-if before it is
//! saved. What was typed stays when saving fails.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::preview::PreviewRequest;
use perennial_api::{ApiError, RealmRepresentation, TokenPolicyPreview, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::loaded_document;
use super::policy_drawing::PolicyDrawing;
use super::token_fields::{AccessCard, Fields, OfflineCard, RefreshCard};
use super::what_if::{WhatIf, WhatIfData, limits_of, use_what_if};
use crate::api::{Api, Failure, tag_of, use_api};
use crate::form::{ClashPanel, FormTexts, Told, label_of, show_clashes};
use crate::guard::use_guard;
use crate::texts::{ScreenTexts, screen_texts};
use crate::token_form::{Field, Typed, moves_ends};

#[component]
pub fn TokensTab(realm: String) -> impl IntoView {
    loaded_document(paths::admin_realm(&realm), move |loaded| {
        view! { <TokenForm realm=realm.clone() loaded=Stored::of(&loaded) /> }.into_any()
    })
}

/// The policy as it was read, with its tag.
#[derive(Clone, PartialEq)]
struct Stored {
    policy: Typed,
    tag: Option<String>,
}

impl Stored {
    fn of(realm: &Value) -> Self {
        let read: RealmRepresentation = serde_json::from_value(realm.clone()).unwrap_or_default();
        Stored { policy: Typed::of(&read), tag: tag_of(realm) }
    }
}

/// What saving needs; handed about as one.
#[derive(Clone, Copy)]
struct Saving {
    api: Api,
    texts: &'static ScreenTexts,
    say: fn(&Failure) -> String,
    toasts: Toasts,
    realm: StoredValue<String>,
    fields: Fields,
    saved: RwSignal<Typed>,
    tag: StoredValue<Option<String>>,
    /// What another admin has saved meanwhile, once saving has failed for that.
    newer: RwSignal<Option<Stored>>,
    /// What both have changed, and nobody has decided about.
    clashes: RwSignal<Vec<Field>>,
    busy: RwSignal<bool>,
    refused: RwSignal<Option<ApiError>>,
    /// Above the buttons: why it was not saved.
    message: RwSignal<Option<String>>,
    asking: RwSignal<bool>,
    /// What the question is about; `None` where it could not be counted.
    counted: RwSignal<Option<TokenPolicyPreview>>,
    what_if: WhatIfData,
}

#[component]
fn TokenForm(realm: String, loaded: Stored) -> impl IntoView {
    let texts = screen_texts();
    let guard = use_guard();
    let realm = StoredValue::new(realm);
    let Stored { policy: start, tag } = loaded;
    let fields = Fields::new(&start);
    let saved = RwSignal::new(start);
    let typed = Memo::new(move |_| fields.typed());
    let dirty = Memo::new(move |_| *typed.read() != *saved.read());
    let limits = Memo::new(move |before: Option<&RealmRepresentation>| {
        let typed = typed.read();
        match before.filter(|_| !typed.has_valid_limits()) {
            Some(before) => before.clone(),
            None => limits_of(&typed.changes(&saved.read())),
        }
    });
    let proposal = Memo::new(move |_| PreviewRequest { realm: limits.get(), ..PreviewRequest::default() });
    let saving = Saving {
        api: use_api(),
        texts,
        say: crate::texts::texts().failure,
        toasts: use_toasts(),
        realm,
        fields,
        saved,
        tag: StoredValue::new(tag),
        newer: RwSignal::new(None),
        clashes: RwSignal::new(Vec::new()),
        busy: RwSignal::new(false),
        refused: RwSignal::new(None),
        message: RwSignal::new(None),
        asking: RwSignal::new(false),
        counted: RwSignal::new(None),
        what_if: use_what_if(realm, proposal),
    };
    Effect::new(move || guard.set_dirty(dirty.get()));
    on_cleanup(move || guard.set_dirty(false));
    // What the server said was about what was typed then.
    Effect::new(move || {
        typed.track();
        saving.refused.set(None);
        saving.message.set(None);
        saving.newer.set(None);
    });
    let error_at = Callback::new(move |field: Field| {
        let own = typed.read().problem(field).map(|problem| (texts.tokens.problem)(problem).to_owned());
        own.or_else(|| refused_at(&saving.refused.read(), field)).or_else(|| {
            let clashes = saving.clashes.read().contains(&field);
            clashes.then(|| (FormTexts::get().now_there)(&saving.in_words(field)))
        })
    });
    let form = NodeRef::<html::Form>::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !dirty.get_untracked() || saving.busy.get_untracked() {
            return;
        }
        if !saving.clashes.read_untracked().is_empty() {
            saving.message.set(Some(FormTexts::get().decide_first.to_owned()));
            show_clashes();
        } else if typed.read_untracked().is_valid() {
            saving.start(typed.get_untracked());
        } else {
            saving.message.set(Some(texts.tokens.mend_first.to_owned()));
            focus_first_error(form);
        }
    };
    view! {
        <p class="adm-intro">{texts.tokens.intro}</p>
        <form class="adm-policy" on:submit=submit node_ref=form novalidate=true>
            <div class="pn-stack">
                <OfflineCard fields=fields error_at=error_at />
                <RefreshCard fields=fields error_at=error_at />
                <AccessCard fields=fields error_at=error_at />
            </div>
            <aside class="adm-policy-side pn-stack">
                <PolicyDrawing typed=typed />
                <WhatIf data=saving.what_if />
            </aside>
            <ClashPanel told=Callback::new(move |()| saving.told()) />
            <SaveBar saving=saving dirty=dirty />
        </form>
        <ConfirmSave saving=saving typed=typed />
    }
}

fn refused_at(refused: &Option<ApiError>, field: Field) -> Option<String> {
    let refused = refused.as_ref()?;
    field.json_names().iter().find_map(|name| refused.for_field(name)).map(str::to_owned)
}

fn focus_first_error(form: NodeRef<html::Form>) {
    let wrong = form.get_untracked().and_then(|form| form.query_selector("[aria-invalid=true]").ok().flatten());
    if let Some(wrong) = wrong.and_then(|wrong| wrong.dyn_into::<HtmlElement>().ok()) {
        let _ = wrong.focus();
    }
}

impl Saving {
    /// Counts first where limits change, and asks where something would end.
    fn start(self, typed: Typed) {
        let changes = typed.changes(&self.saved.read_untracked());
        self.busy.set(true);
        spawn_local(async move {
            if !moves_ends(&changes) {
                return self.put(typed, changes).await;
            }
            let path = paths::admin_token_policy_preview(&self.realm.get_value());
            let counted = self.api.post::<TokenPolicyPreview>(&path, &limits_of(&changes)).await;
            if self.is_left() {
                return;
            }
            match counted {
                Ok(counted) if counted.ends_now == 0 => self.put(typed, changes).await,
                Err(Failure::SignedOut) => self.failed(Failure::SignedOut),
                counted => {
                    self.busy.set(false);
                    self.counted.set(counted.ok());
                    self.asking.set(true);
                }
            }
        });
    }

    fn confirmed(self, typed: Typed) {
        let changes = typed.changes(&self.saved.read_untracked());
        self.busy.set(true);
        spawn_local(async move {
            self.put(typed, changes).await;
            self.asking.set(false);
        });
    }

    /// What belongs to a page that somebody has left cannot be read any more.
    fn is_left(self) -> bool {
        self.saved.try_with_untracked(|_| ()).is_none()
    }

    async fn put(self, sent: Typed, changes: RealmRepresentation) {
        let path = paths::admin_realm(&self.realm.get_value());
        if let Err(failure) = self.put_if_unchanged(&path, &changes).await {
            return self.failed(failure);
        }
        // What is stored now is the server's to say; without its answer, what was sent, under the tag of before: the next save is
        // refused by it and looks first.
        let stored = match self.api.document(&path).await {
            Ok(realm) => Stored::of(&realm),
            Err(_) => Stored { policy: sent.clone(), tag: self.tag.try_get_value().flatten() },
        };
        if self.is_left() {
            return;
        }
        // What was typed meanwhile stays.
        if untrack(|| self.fields.typed()) == sent {
            self.fields.set(&stored.policy);
        }
        self.tag.set_value(stored.tag);
        self.saved.set(stored.policy);
        self.busy.set(false);
        self.what_if.preview.reload();
        self.toasts.done(self.texts.tokens.saved);
    }

    /// What else of the realm another admin has changed is no matter here.
    async fn put_if_unchanged(self, path: &str, changes: &RealmRepresentation) -> Result<(), Failure> {
        let answer = self.api.put_if(path, changes, self.tag.get_value()).await;
        let Err(failure) = answer else { return Ok(()) };
        if !failure.is_overtaken() {
            return Err(failure);
        }
        let now = Stored::of(&self.api.document(path).await?);
        if self.saved.try_get_untracked().is_none_or(|saved| saved != now.policy) {
            self.newer.set(Some(now));
            return Err(failure);
        }
        self.api.put_if(path, changes, now.tag).await
    }

    /// What was typed stays, on top of what another admin has saved.
    fn take_newer(self) {
        let Some(Stored { policy, tag }) = self.newer.get_untracked() else { return };
        let (typed, before) = (untrack(|| self.fields.typed()), self.saved.get_untracked());
        let clashes = typed.clashes(&before, &policy);
        let typed = typed.onto(&before, &policy);
        self.tag.set_value(tag);
        self.fields.set(&typed);
        self.saved.set(policy);
        if clashes.is_empty() {
            self.toasts.done(self.texts.tokens.loaded_newer);
        } else {
            show_clashes();
        }
        self.clashes.set(clashes);
        self.newer.set(None);
        self.message.set(None);
    }

    fn told(self) -> Vec<Told> {
        let told = |field: Field| Told {
            label: label_of(field.json_names()[0]),
            now: self.in_words(field),
            decide: Callback::new(move |take| {
                if take {
                    let typed = untrack(|| self.fields.typed()).with(field, &self.saved.read_untracked());
                    self.fields.set(&typed);
                }
                self.clashes.update(|all| all.retain(|one| *one != field));
                self.message.set(None);
            }),
        };
        self.clashes.get().into_iter().map(told).collect()
    }

    /// What is saved of a field.
    fn in_words(self, field: Field) -> String {
        let (saved, texts, forms) = (self.saved.read(), &self.texts.tokens, FormTexts::get());
        let time = |seconds: Option<i64>| match seconds {
            Some(seconds) if seconds > 0 => format::duration(use_lang(), seconds),
            _ => forms.empty.to_owned(),
        };
        match field {
            Field::Idle => time(saved.idle_s),
            Field::Max if saved.max_on => time(saved.max_s),
            Field::Max => forms.off.to_owned(),
            Field::ClientIdle => time(saved.client_idle_s),
            Field::ClientMax => time(saved.client_max_s),
            Field::Limit => saved.limit.clone(),
            Field::Rotation => (texts.rotation_name)(saved.rotation).to_owned(),
            Field::Window => format!("{} {}", (texts.window_name)(saved.window), saved.window_number).trim().to_owned(),
            Field::Access => time(saved.access_s),
        }
    }

    fn failed(self, failure: Failure) {
        self.busy.set(false);
        if failure.is_overtaken() {
            return self.message.set(Some(self.texts.tokens.overtaken.to_owned()));
        }
        let why = (self.say)(&failure);
        self.message.set(Some((self.texts.tokens.not_saved)(&why)));
        if let Failure::Refused { error, .. } = failure {
            self.refused.set(Some(error));
        }
    }
}

#[component]
fn SaveBar(saving: Saving, dirty: Memo<bool>) -> impl IntoView {
    let texts = &saving.texts.tokens;
    let discard = Callback::new(move |()| {
        saving.clashes.set(Vec::new());
        saving.fields.set(&saving.saved.get_untracked());
    });
    let clean = Signal::derive(move || !dirty.get());
    let take = Callback::new(move |()| saving.take_newer());
    let newer = move || {
        let is_there = saving.newer.read().is_some();
        is_there.then(|| view! { <Button on_press=take id="load-newer">{texts.load_newer}</Button> })
    };
    let status = move || if dirty.get() { texts.unsaved } else { texts.nothing_unsaved };
    view! {
        <div class="adm-save" class:adm-save-dirty=move || dirty.get()>
            <div class="adm-save-words">
                {move || saving.message.get().map(|words| view! { <p class="pn-field-error" role="alert">{words}</p> })}
                <p class="pn-muted" role="status">{status}</p>
            </div>
            {newer}
            <Button on_press=discard disabled=clean>{texts.discard}</Button>
            <Button kind=ButtonKind::Primary submit=true busy=saving.busy disabled=clean id="save">{texts.save}</Button>
        </div>
    }
}

#[component]
fn ConfirmSave(saving: Saving, typed: Memo<Typed>) -> impl IntoView {
    let lang = use_lang();
    let texts = &saving.texts.tokens;
    let consequence = MaybeProp::derive(move || {
        let Some(counted) = saving.counted.get() else { return Some(texts.confirm_unknown.to_owned()) };
        let number = format::number(lang, i64::try_from(counted.ends_now).unwrap_or(i64::MAX));
        Some((texts.confirm)(&number, counted.ends_now == 1))
    });
    let one = move || saving.counted.get().is_some_and(|counted| counted.ends_now == 1);
    let confirm = Callback::new(move |()| saving.confirmed(typed.get_untracked()));
    view! {
        <Dialog
            open=saving.asking
            kind=DialogKind::Danger
            title=Signal::derive(move || (texts.confirm_title)(one()).to_owned())
            consequence=consequence
            confirm=Signal::derive(move || (texts.save_anyway)(one()).to_owned())
            on_confirm=confirm
            busy=saving.busy
        />
    }
}
