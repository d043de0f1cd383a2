//! How many users have a role, for a question about taking it away from all of them. Only those to whom it was given itself
//! are known; a page of them is asked for, not all.

use leptos::prelude::*;
use perennial_api::UserRepresentation;
use perennial_ui::format;
use perennial_ui::prelude::*;
use perennial_ui::text::With;

use crate::api::{Failure, use_api};
use crate::ends::Counted;
use crate::remote::remote;
use crate::texts::phrases;

/// From here on it is “at least”.
const MOST: usize = 100;

/// `users` is the address of those who have the role; they are looked for when `asked` turns true.
pub fn holders(users: impl Into<Signal<String>>, asked: RwSignal<bool>) -> Counted {
    let lang = use_lang();
    let texts = HolderTexts::get();
    let api = use_api();
    let users: Signal<String> = users.into();
    let load = move |asked: bool| {
        let url = format!("{}?max={MOST}", users.get_untracked());
        async move {
            if !asked {
                return Ok(None);
            }
            match api.page::<UserRepresentation>(&url).await {
                Ok(page) => Ok(Some(Some((page.items.len(), page.next.is_some())))),
                Err(Failure::SignedOut) => Err(Failure::SignedOut),
                Err(_) => Ok(Some(None)),
            }
        }
    };
    let looked = remote(move || asked.get(), load);
    let known = Memo::new(move |_| looked.ready().flatten().filter(|_| !looked.busy.get()));
    let digits = move |n: usize| format::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
    let sentence = move || match known.get() {
        None => texts.counting.to_owned(),
        Some(None) => texts.unknown.to_owned(),
        Some(Some((n, false))) => (texts.have_it)(&digits(n)),
        Some(Some((n, true))) => (texts.at_least)(&digits(n)),
    };
    Counted { sentence: Signal::derive(sentence), waits: Signal::derive(move || known.get().is_none()) }
}

phrases! { HolderTexts =>
    counting = "Counting the users who have it…", "Contando los usuarios que lo tienen…";
    unknown = "How many users have it could not be counted.", "No se pudo contar cuántos usuarios lo tienen.";
    have_it: With = |n| format!("Users to whom it was given: {n}."), |n| format!("Usuarios a quienes se concedió: {n}.");
    at_least: With = |n| format!("Users to whom it was given: at least {n}."), |n| format!("Usuarios a quienes se concedió: al menos {n}.");
}
