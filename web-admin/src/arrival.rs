//! The code of a screen arrives with the first visit to it or to its neighbours, so that the console opens after its frame
//! and one screen have come, not after all of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use perennial_ui::prelude::*;

use crate::browser;
use crate::screens::{At, Place};
use crate::texts::phrases;

/// A screen whose code is here.
pub type Show = fn(At) -> AnyView;

/// Fetches a screen's code, once; a failed attempt is not remembered.
pub type Fetch = fn() -> Pin<Box<dyn Future<Output = Result<Show, SplitLoaderError>>>>;

/// `arriving!(piece, name, path::to::screen)`: a [`Fetch`] for a screen, and a point at which the bundler cuts. Screens of
/// one piece come in one file; what several pieces share becomes files as well, of which there may be as many as there
/// are sets of pieces: a handful of pieces is enough.
macro_rules! arriving {
    ($piece:ident, $name:ident, $show:path) => {{
        #[leptos::wasm_split::wasm_split($piece, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $name() -> Result<$crate::arrival::Show, leptos::wasm_split::SplitLoaderError> {
            Ok($show)
        }
        || Box::pin($name())
    }};
}
pub(crate) use arriving;

thread_local! {
    /// By section. What has arrived is shown at once when one comes back to it.
    static HERE: RefCell<BTreeMap<&'static str, Show>> = const { RefCell::new(BTreeMap::new()) };
}

pub fn screen(place: &'static Place, at: At) -> AnyView {
    if let Some(show) = HERE.with_borrow(|here| here.get(place.section).copied()) {
        return show(at);
    }
    let missing = ArrivalTexts::get().missing;
    let code = RwSignal::new(None);
    spawn_local(async move {
        let fetched = (place.fetch)().await;
        if let Ok(show) = fetched {
            HERE.with_borrow_mut(|here| here.insert(place.section, show));
        }
        code.try_set(Some(fetched.map_err(drop)));
    });
    let show = move || match code.get() {
        None => view! { <Loading shape=LoadingShape::Rows /> }.into_any(),
        Some(Ok(show)) => show(at.clone()),
        // The files of the page in this window are gone once a newer console is served: the page itself is to be renewed.
        Some(Err(())) => view! { <Failed words=missing on_retry=Callback::new(|()| browser::reload()) /> }.into_any(),
    };
    show.into_any()
}

phrases! {
    ArrivalTexts =>
    missing = "This page could not be fetched. Either the network failed, or the console was renewed since you opened it.",
        "No se pudo obtener esta página. Falló la red o la consola se renovó desde que la abrió.";
}
