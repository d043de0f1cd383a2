//! The portal's own sentences: a struct, one constant a language, so that a missing one does not compile.

mod en;
mod es;

use perennial_ui::prelude::{EndCause, Lang, use_lang};

use crate::api::Failure;

/// A sentence around one word or name.
pub type With = fn(&str) -> String;

pub struct AccountTexts {
    pub your_account: &'static str,
    pub apps: &'static str,
    pub language: &'static str,
    pub sign_in: &'static str,
    pub sign_out: &'static str,
    pub signed_out_title: &'static str,
    pub signed_out_words: &'static str,
    pub session_lost: &'static str,
    pub not_found_title: &'static str,
    pub not_found_words: &'static str,
    pub unreachable: &'static str,
    pub refused: With,
    pub server_trouble: With,
    pub page: AppsTexts,
}

/// The screen Apps.
pub struct AppsTexts {
    pub title: &'static str,
    pub intro: &'static str,
    pub none_title: &'static str,
    pub none_words: &'static str,
    pub works_away: &'static str,
    pub in_use: &'static str,
    pub may: &'static str,
    pub may_nothing: &'static str,
    pub keeps_while_away: With,
    pub only_while_signed_in: With,
    pub allowed: &'static str,
    pub home_page: &'static str,
    pub privacy_policy: &'static str,
    pub terms: &'static str,
    pub installations: fn(usize) -> String,
    pub unknown_device: &'static str,
    pub last_used: &'static str,
    pub never_used: &'static str,
    pub from: With,
    pub allowed_from: With,
    pub since: With,
    pub ends: fn(EndCause, &str) -> String,
    pub no_end: &'static str,
    pub ended: With,
    pub paused: &'static str,
    pub blocked: &'static str,
    pub blocked_words: &'static str,
    pub remove: &'static str,
    pub remove_named: With,
    pub remove_title: With,
    pub remove_consequence: fn(&str, usize) -> String,
    pub remove_again: &'static str,
    pub removed: With,
    pub end: &'static str,
    pub end_named: fn(&str, &str) -> String,
    pub end_title: With,
    pub end_consequence: fn(&str, usize) -> String,
    pub end_again: &'static str,
    pub end_confirm: &'static str,
    pub session_ended: With,
}

pub fn texts_of(lang: Lang) -> &'static AccountTexts {
    match lang {
        Lang::En => &en::EN,
        Lang::Es => &es::ES,
    }
}

pub fn use_account_texts() -> &'static AccountTexts {
    texts_of(use_lang())
}

/// What happened and what to do next.
pub fn failure_words(lang: Lang, failure: &Failure) -> String {
    let texts = texts_of(lang);
    match failure {
        Failure::SignedOut => texts.session_lost.to_owned(),
        Failure::Unreachable => texts.unreachable.to_owned(),
        Failure::Refused { status, error } => {
            let said = error.error_message.as_ref().or(error.error_description.as_ref()).or(error.error.as_ref());
            let words = if *status >= 500 { texts.server_trouble } else { texts.refused };
            words(&said.cloned().unwrap_or_else(|| status.to_string()))
        }
    }
}
