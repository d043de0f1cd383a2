//! The shape of every sentence the console says by itself; each language is one constant, and one that lacks a
//! sentence does not compile. The kit's components bring their own words.

mod en;
mod es;
pub mod event_words;
pub mod offline;
pub mod overview;
mod phrases;
pub mod session;
mod session_es;

pub(crate) use phrases::{phrase_type, phrases};

use perennial_api::{BlockedBy, Rotation};
use perennial_ui::prelude::{Lang, use_lang};
use perennial_ui::text::With;

use crate::api::Failure;
use crate::policy::OfflineScope;
use crate::token_form::{Problem, Window};

/// What the frame says, in the present language. Inside event handlers it is not known: ask while building the view.
pub fn texts() -> &'static AdminTexts {
    match use_lang() {
        Lang::En => &en::EN,
        Lang::Es => &es::ES,
    }
}

/// What more than one screen says; apart from the frame's words, as it arrives with the screens.
pub fn screen_texts() -> &'static ScreenTexts {
    match use_lang() {
        Lang::En => &en::SCREENS,
        Lang::Es => &es::SCREENS,
    }
}

pub struct AdminTexts {
    pub product: &'static str,
    pub language: &'static str,
    pub sign_out: &'static str,
    pub signed_in_as: With,
    pub not_found_title: &'static str,
    pub not_found_words: &'static str,
    pub to_start: &'static str,
    pub no_realms: &'static str,
    /// Above a screen where this admin may change nothing.
    pub view_only: &'static str,
    pub failure: fn(&Failure) -> String,
    pub signed_out: SignedOutTexts,
    pub leave: LeaveTexts,
}

pub struct ScreenTexts {
    pub offline: offline::OfflineTexts,
    pub session: session::SessionTexts,
    pub clients: ClientsTexts,
    pub policy: PolicyTexts,
    pub sessions: SessionsTexts,
    pub revoke: RevokeTexts,
    pub tokens: TokensTexts,
    pub drawing: DrawingTexts,
    pub what_if: WhatIfTexts,
}

pub struct SignedOutTexts {
    pub page_title: &'static str,
    pub page_words: &'static str,
    /// To a realm, and to the one whose admins see all realms.
    pub sign_in_to: With,
    pub sign_in_to_all: &'static str,
    pub which: &'static str,
    pub bar_title: &'static str,
    pub bar_words: &'static str,
    pub new_tab: With,
    pub check_again: &'static str,
    pub back: &'static str,
}

pub struct LeaveTexts {
    pub title: &'static str,
    pub consequence: &'static str,
    pub confirm: &'static str,
}

pub struct ClientsTexts {
    pub title: &'static str,
    pub search: &'static str,
    pub client: &'static str,
    pub kind: &'static str,
    pub public: &'static str,
    pub confidential: &'static str,
    pub disabled: &'static str,
    pub consent: &'static str,
    pub consent_required: &'static str,
    pub consent_not_required: &'static str,
    pub offline_access: &'static str,
    pub scope: fn(OfflineScope) -> &'static str,
    pub none_title: &'static str,
    pub none_found: With,
    pub show_all: &'static str,
}

pub struct PolicyTexts {
    pub title: &'static str,
    pub realm_settings: &'static str,
    pub offline_scope: &'static str,
    pub scope: fn(OfflineScope) -> &'static str,
    pub idle: &'static str,
    pub max: &'static str,
    pub max_value: With,
    pub no_max: &'static str,
    pub access: &'static str,
    pub rotation: &'static str,
    pub rotation_value: fn(Rotation) -> &'static str,
    pub window: &'static str,
    pub window_until_proven: &'static str,
    pub window_seconds: With,
    pub window_closed: &'static str,
    pub limit: &'static str,
    pub limit_value: With,
    pub no_limit: &'static str,
    pub from_realm: &'static str,
    pub from_client: &'static str,
    pub from_rule: &'static str,
    pub instead_of: With,
}

pub struct SessionsTexts {
    pub title: &'static str,
    pub count: fn(&str, bool) -> String,
    pub user: &'static str,
    pub started: &'static str,
    pub last_used: &'static str,
    pub address: &'static str,
    pub device: &'static str,
    pub life: &'static str,
    pub actions: &'static str,
    pub unknown: &'static str,
    pub service_account: &'static str,
    pub paused: &'static str,
    pub blocked: fn(&BlockedBy) -> String,
    pub end: &'static str,
    pub end_of: With,
    pub empty_title: &'static str,
    pub empty_words: With,
    /// First and last row, and all where the number is known.
    pub position: fn(&str, &str, Option<&str>) -> String,
    pub past_the_end: &'static str,
    pub first_page: &'static str,
}

pub struct RevokeTexts {
    pub title: fn(&str, &str) -> String,
    /// Client, user.
    pub consequence: fn(&str, &str) -> String,
    pub confirm: &'static str,
    pub done: With,
    pub already: &'static str,
    pub scopes: &'static str,
    pub started: &'static str,
    pub id: &'static str,
}

pub struct TokensTexts {
    pub intro: &'static str,
    pub offline_sessions: &'static str,
    pub idle: &'static str,
    pub idle_help: &'static str,
    pub max_on: &'static str,
    pub max_on_help: &'static str,
    pub max: &'static str,
    pub max_help: &'static str,
    pub limit: &'static str,
    pub client_idle: &'static str,
    pub client_max: &'static str,
    pub client_help: &'static str,
    pub limit_help: &'static str,
    pub overridden: With,
    pub refresh_tokens: &'static str,
    pub rotation: &'static str,
    pub rotation_name: fn(Rotation) -> &'static str,
    pub rotation_help: fn(Rotation) -> &'static str,
    pub window: &'static str,
    pub window_name: fn(Window) -> &'static str,
    pub window_help: fn(Window) -> &'static str,
    pub window_seconds: &'static str,
    pub window_replays: &'static str,
    pub access_tokens: &'static str,
    pub access: &'static str,
    pub access_help: &'static str,
    pub problem: fn(Problem) -> &'static str,
    pub save: &'static str,
    pub discard: &'static str,
    pub unsaved: &'static str,
    pub nothing_unsaved: &'static str,
    pub overtaken: &'static str,
    pub load_newer: &'static str,
    pub loaded_newer: &'static str,
    pub saved: &'static str,
    pub not_saved: With,
    pub mend_first: &'static str,
    /// True for exactly one session, here and below.
    pub confirm_title: fn(bool) -> &'static str,
    pub confirm_unknown: &'static str,
    /// Sessions that end, in digits.
    pub confirm: fn(&str, bool) -> String,
    pub save_anyway: fn(bool) -> &'static str,
}

pub struct DrawingTexts {
    pub title: &'static str,
    pub nightly: &'static str,
    pub nightly_ends: With,
    pub nightly_lives: &'static str,
    pub forgotten: &'static str,
    pub forgotten_ends: With,
    pub forgotten_max: With,
    pub nightly_too_short: With,
    pub start: &'static str,
    pub legend_use: &'static str,
    pub legend_idle: &'static str,
    pub legend_end: &'static str,
    pub legend_max: &'static str,
    pub cannot_draw: &'static str,
    pub access: With,
}

pub struct WhatIfTexts {
    pub title: &'static str,
    pub no_change: With,
    pub no_sessions: &'static str,
    pub counting: &'static str,
    pub not_counted: &'static str,
    pub try_again: &'static str,
    /// Ends now, total, ends within 7 days.
    pub ends: fn(&str, &str, &str) -> String,
    pub ends_none: With,
    pub mostly_of: &'static str,
    pub client: &'static str,
    pub now: &'static str,
    pub within_week: &'static str,
}
