//! Data that lives on the server: loaded when its key changes, on demand, and after a new sign-in. An answer that
//! arrives after its key has changed is dropped.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_ui::prelude::*;

use crate::api::{Failure, use_api};
use crate::texts::texts;

/// What was not possible for now is asked for again after this long.
pub const SOON: Duration = Duration::from_secs(5);

pub struct Remote<T: Send + Sync + 'static> {
    /// `None` until the first answer; while a later one is under way the present one stays.
    pub value: RwSignal<Option<Result<T, Failure>>>,
    pub busy: RwSignal<bool>,
    reloads: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

impl<T: Send + Sync + 'static> Remote<T> {
    pub fn reload(self) {
        self.reloads.try_update(|n| *n = n.wrapping_add(1));
    }
}

impl<T: Clone + Send + Sync + 'static> Remote<T> {
    pub fn ready(self) -> Option<T> {
        self.value.get()?.ok()
    }
}

pub fn remote<K, T, Fut>(key: impl Fn() -> K + 'static, load: impl Fn(K) -> Fut + 'static) -> Remote<T>
where
    K: 'static,
    T: Send + Sync + 'static,
    Fut: Future<Output = Result<T, Failure>> + 'static,
{
    let this = Remote { value: RwSignal::new(None), busy: RwSignal::new(false), reloads: RwSignal::new(0) };
    let ask = move || -> Asked {
        let answer = load(key());
        Box::pin(async move {
            let answer = answer.await;
            Box::new(move || {
                // Signed out is said once for the whole console; what is on the screen stays there.
                if !matches!(answer, Err(Failure::SignedOut)) {
                    if answer.as_ref().is_err_and(Failure::is_for_now) {
                        set_timeout(move || this.reload(), SOON);
                    }
                    this.value.try_set(Some(answer));
                }
            }) as Box<dyn FnOnce()>
        })
    };
    keep_asking(Box::new(ask), this.busy, this.reloads);
    this
}

/// An answer under way, and then how to take it over.
type Asked = Pin<Box<dyn Future<Output = Box<dyn FnOnce()>>>>;

/// Knows no types, so that the bundle has it once and not for every list and thing that is loaded.
fn keep_asking(ask: Box<dyn Fn() -> Asked>, busy: RwSignal<bool>, reloads: RwSignal<u32>) {
    let api = use_api();
    let latest = StoredValue::new(0_u32);
    Effect::new(move || {
        reloads.track();
        api.sign_ins.track();
        let asked = ask();
        let mine = latest.get_value().wrapping_add(1);
        latest.set_value(mine);
        busy.set(true);
        spawn_local(async move {
            let take_over = asked.await;
            if latest.try_get_value() == Some(mine) {
                busy.try_set(false);
                take_over();
            }
        });
    });
}

/// The loading and failed states around what `ready` shows.
pub fn shown<T, V>(remote: Remote<T>, shape: LoadingShape, ready: impl Fn(T) -> V + Send + 'static) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    move || match remote.value.get() {
        None => view! { <Loading shape /> }.into_any(),
        Some(Ok(value)) => ready(value).into_any(),
        Some(Err(failure)) => {
            let retry = Callback::new(move |()| {
                remote.value.set(None);
                remote.reload();
            });
            view! { <Failed words=(texts().failure)(&failure) on_retry=retry /> }.into_any()
        }
    }
}

/// The loading state until there is an answer, whichever it is; from then on `ready`'s view stays, whatever is loaded again.
/// For what stands beside other things, which must not move when it comes.
pub fn once_answered<T>(remote: Remote<T>, shape: LoadingShape, ready: impl Fn() -> AnyView + Send + 'static) -> AnyView
where
    T: Send + Sync + 'static,
{
    let answered = Memo::new(move |before: Option<&bool>| before == Some(&true) || remote.value.with(Option::is_some));
    let view = move || match answered.get() {
        true => ready(),
        false => view! { <Loading shape /> }.into_any(),
    };
    view.into_any()
}

/// Below a choice: that its list could not be loaded, and a way to try again. Nothing while it could.
pub fn failed_below<T: Send + Sync + 'static>(remote: Remote<T>) -> AnyView {
    let say = texts().failure;
    let words =
        Memo::new(move |_| remote.value.with(|value| value.as_ref().and_then(|answer| answer.as_ref().err()).map(say)));
    not_loaded(words, Callback::new(move |()| remote.reload()))
}

/// Once for all types.
fn not_loaded(words: Memo<Option<String>>, again: Callback<()>) -> AnyView {
    let try_again = use_kit_texts().try_again;
    let note = move || {
        words.get().map(|words| {
            view! {
                <div class="pn-row">
                    <p class="pn-field-error" role="alert">{words}</p>
                    <Button on_press=again>{try_again}</Button>
                </div>
            }
        })
    };
    note.into_any()
}
