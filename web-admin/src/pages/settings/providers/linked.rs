//! How many users are linked with a provider: counted while it is asked whether it is to go or not to be heard any more.

use leptos::prelude::*;
use perennial_api::{LinkedUserCount, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;
use perennial_ui::text::With;

use crate::api::{Failure, use_api};
use crate::ends::{Count, Counted};
use crate::remote::remote;
use crate::texts::phrases;

/// Counted anew each time `asked` turns true.
pub fn linked(realm: &str, alias: &str, asked: RwSignal<bool>) -> Counted {
    let (api, lang, texts) = (use_api(), use_lang(), LinkedCountTexts::get());
    let path = paths::admin_identity_provider_linked_count(realm, alias);
    let load = move |asked: bool| {
        let path = path.clone();
        async move {
            if !asked {
                return Ok(None);
            }
            match api.get::<LinkedUserCount>(&path).await {
                Ok(told) => Ok(Some(Count::Exactly(told.count))),
                Err(Failure::SignedOut) => Err(Failure::SignedOut),
                Err(_) => Ok(Some(Count::Unknown)),
            }
        }
    };
    let counted = remote(move || asked.get(), load);
    let known = Memo::new(move |_| counted.ready().flatten().filter(|_| !counted.busy.get()));
    let sentence = move || match known.get() {
        None => texts.counting.to_owned(),
        Some(Count::Exactly(0)) => texts.none.to_owned(),
        Some(Count::Exactly(1)) => texts.one.to_owned(),
        Some(Count::Exactly(n) | Count::AtLeast(n)) => {
            (texts.many)(&format::number(lang, i64::try_from(n).unwrap_or(i64::MAX)))
        }
        Some(Count::Unknown) => texts.unknown.to_owned(),
    };
    Counted { sentence: Signal::derive(sentence), waits: Signal::derive(move || known.get().is_none()) }
}

phrases! {
    /// Users of a provider.
    LinkedCountTexts =>
    counting = "Counting the users that are linked with it…", "Contando los usuarios vinculados con él…";
    unknown = "How many users are linked with it could not be counted.",
        "No se pudo contar cuántos usuarios están vinculados con él.";
    none = "No user is linked with it.", "Ningún usuario está vinculado con él.";
    one = "1 user is linked with it.", "1 usuario está vinculado con él.";
    many: With = |n| format!("{n} users are linked with it."), |n| format!("{n} usuarios están vinculados con él.");
}
