//! Languages, and the shape of every sentence the kit shows: a language that lacks one does not compile.
//! The sentences themselves are in `texts`. A console adds its own in the same manner: a struct, one constant a language.

use crate::texts::{EN, ES, KIT_EN, KIT_ES};
use leptos::prelude::*;

/// A language that is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    En,
    Es,
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Es];

    /// BCP 47 tag, as for the `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Es => "es",
        }
    }

    /// The language's name in itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::Es => "Español",
        }
    }

    /// The language of one tag: `es-AR` is Spanish; `None` for one that we do not have.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Lang::ALL.into_iter().find(|lang| primary.eq_ignore_ascii_case(lang.tag()))
    }

    /// The first of the reader's preferences that we have, else English. Takes `ui_locales` (separated by spaces)
    /// and `Accept-Language` (commas, weights in descending order as browsers send them).
    pub fn choose(preferences: &str) -> Lang {
        preferences
            .split([' ', ','])
            .filter_map(|tag| Lang::from_tag(tag.split(';').next().unwrap_or(tag)))
            .next()
            .unwrap_or_default()
    }

    pub const fn texts(self) -> &'static Texts {
        match self {
            Lang::En => &EN,
            Lang::Es => &ES,
        }
    }
}

/// Sets the language for everything below.
pub fn provide_lang(lang: Lang) {
    provide_context(lang);
}

pub fn use_lang() -> Lang {
    use_context::<Lang>().unwrap_or_default()
}

pub fn use_texts() -> &'static Texts {
    use_lang().texts()
}

/// The kit's own words, without those of the server's pages, which a console never shows.
pub fn use_kit_texts() -> &'static KitTexts {
    match use_lang() {
        Lang::En => &KIT_EN,
        Lang::Es => &KIT_ES,
    }
}

/// A sentence around one word or name.
pub type With = fn(&str) -> String;

pub struct Texts {
    pub kit: KitTexts,
    pub lifeline: LifelineTexts,
    pub pages: PageTexts,
    pub consent: ConsentTexts,
    pub device: DeviceTexts,
    pub new_password: NewPasswordTexts,
    pub required: RequiredTexts,
    pub troubles: fn(Trouble) -> TroubleWords,
}

/// What the components say by themselves.
pub struct KitTexts {
    pub skip_to_content: &'static str,
    pub main_navigation: &'static str,
    pub sections: &'static str,
    pub menu: &'static str,
    pub you_are_here: &'static str,
    pub cancel: &'static str,
    pub close: &'static str,
    pub dismiss: &'static str,
    pub working: &'static str,
    pub loading: &'static str,
    pub try_again: &'static str,
    pub failed_title: &'static str,
    pub reference: With,
    pub previous: &'static str,
    pub next: &'static str,
    pub pages: &'static str,
    pub filters: &'static str,
    pub remove_filter: With,
    pub clear_filters: &'static str,
    pub as_table: &'static str,
    pub sort_by: With,
    pub notifications: &'static str,
    pub on: &'static str,
    pub off: &'static str,
    pub seconds: &'static str,
    pub minutes: &'static str,
    pub hours: &'static str,
    pub days: &'static str,
    pub unit: &'static str,
    pub opens_elsewhere: &'static str,
    pub error_prefix: &'static str,
}

/// What the lifeline says; each takes a day or a time as words.
pub struct LifelineTexts {
    pub title: &'static str,
    pub began: With,
    pub last_used: With,
    pub never_used: &'static str,
    pub now: &'static str,
    pub ends_idle: With,
    pub ends_max: With,
    pub ends_chosen: With,
    pub ends_approval: With,
    pub ends_other: With,
    pub no_end: &'static str,
    pub ended: With,
}

/// Sign-in, errors and sign-out.
pub struct PageTexts {
    pub sign_in: &'static str,
    pub sign_in_to: With,
    pub to_continue_to: With,
    pub username: &'static str,
    pub password: &'static str,
    pub wrong_credentials: &'static str,
    pub account_disabled: &'static str,
    pub too_many_attempts: &'static str,
    pub enter_username: &'static str,
    pub enter_password: &'static str,
    pub request_expired: &'static str,
    pub what_next: &'static str,
    pub error_reference_help: &'static str,
    pub back_to: With,
    /// Of the realm and the app.
    pub approval_who: fn(&str, &str) -> String,
    pub sign_out_title: &'static str,
    pub sign_out_question: With,
    pub sign_out_stays: &'static str,
    pub sign_out: &'static str,
    pub stay_signed_in: &'static str,
    pub signed_out_title: &'static str,
    pub signed_out_text: With,
    pub signed_out_apps: &'static str,
    pub sign_in_again: &'static str,
    pub manage_apps: &'static str,
    pub almost_there: &'static str,
    pub form_post_text: With,
    pub continue_to: With,
}

/// The consent page.
pub struct ConsentTexts {
    pub title: With,
    pub asks: With,
    pub signed_in_as: With,
    pub other_account: &'static str,
    pub home_page: &'static str,
    pub privacy_policy: &'static str,
    pub terms: &'static str,
    pub no_details: &'static str,
    pub will_be_able: With,
    pub you_may_add: &'static str,
    pub away_title: &'static str,
    pub away_continues: With,
    pub away_no_more: &'static str,
    pub away_until: &'static str,
    pub for_days: fn(u32) -> String,
    pub until_revoked: &'static str,
    pub away_declined: &'static str,
    pub capped: With,
    pub away_idle: With,
    pub take_away: &'static str,
    pub take_away_link: &'static str,
    pub allow: &'static str,
    pub deny: &'static str,
}

/// Replacing a temporary password.
pub struct NewPasswordTexts {
    pub title: &'static str,
    pub why: &'static str,
    pub why_link: &'static str,
    /// Whose, where nobody is signed in.
    pub account_of: With,
    pub password: &'static str,
    pub again: &'static str,
    pub help: &'static str,
    pub wrong_length: &'static str,
    pub different: &'static str,
    pub same: &'static str,
    pub also: &'static str,
    pub end_sessions: &'static str,
    pub end_offline: &'static str,
    pub save: &'static str,
}

/// What else is required of a user, and the ends of links in mails.
pub struct RequiredTexts {
    pub verify_title: &'static str,
    pub verify_why: With,
    pub no_address: &'static str,
    pub send: &'static str,
    pub send_again: &'static str,
    pub go_on: &'static str,
    pub sent: &'static str,
    pub not_yet: &'static str,
    pub cannot_send: &'static str,
    /// An address, and where it belongs.
    pub confirm_question: fn(&str, &str) -> String,
    pub confirm: &'static str,
    pub done_title: &'static str,
    pub done_password: &'static str,
    pub done_email: With,
    pub to_account: &'static str,
}

/// Connecting a device (RFC 8628).
pub struct DeviceTexts {
    pub title: &'static str,
    pub explain: &'static str,
    pub compare: &'static str,
    pub code: &'static str,
    pub code_help: &'static str,
    pub enter_code: &'static str,
    pub wrong_code: &'static str,
    pub go_on: &'static str,
    pub codes_equal: &'static str,
    pub own_only: &'static str,
    pub own_only_why: &'static str,
    pub asked_by: With,
    pub asked_from: With,
    pub done_title: &'static str,
    pub done_text: &'static str,
    pub refused_title: &'static str,
    pub refused_text: &'static str,
}

/// Why a request of a browser could not go on, as far as a person needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The app is unknown here or disabled.
    UnknownApp,
    /// The address to come back to is not one that the app registered, so nobody is sent there.
    WrongReturnAddress,
    /// The app's request is malformed.
    BadRequest,
    /// The request or its page is too old, or was already answered.
    Expired,
    /// A form came from elsewhere, or cookies are switched off.
    NotFromHere,
    /// An admin must approve the app first.
    AskAdmin,
    /// The person may not do this.
    Forbidden,
    NotFound,
    TooManyRequests,
    /// Our own fault.
    Internal,
}

impl Trouble {
    pub const ALL: [Trouble; 10] = [
        Trouble::UnknownApp,
        Trouble::WrongReturnAddress,
        Trouble::BadRequest,
        Trouble::Expired,
        Trouble::NotFromHere,
        Trouble::AskAdmin,
        Trouble::Forbidden,
        Trouble::NotFound,
        Trouble::TooManyRequests,
        Trouble::Internal,
    ];
}

/// What happened, and what to do next.
#[derive(Clone, Copy, Debug)]
pub struct TroubleWords {
    pub title: &'static str,
    pub what: &'static str,
    pub next: &'static str,
}
