//! English.

use super::{device, new_password, required};
use crate::text::{ConsentTexts, KitTexts, LifelineTexts, PageTexts, Texts, Trouble, TroubleWords};

pub static EN: Texts = Texts {
    kit: KIT,
    lifeline: LIFELINE,
    pages: PAGES,
    consent: CONSENT,
    device: device::EN,
    new_password: new_password::EN,
    required: required::EN,
    troubles,
};

/// For consoles, which show none of the pages.
pub static KIT_TEXTS: KitTexts = KIT;

const KIT: KitTexts = KitTexts {
    skip_to_content: "Skip to the content",
    main_navigation: "Main",
    sections: "Sections",
    menu: "Menu",
    you_are_here: "You are here",
    cancel: "Cancel",
    close: "Close",
    dismiss: "Dismiss",
    working: "Working…",
    loading: "Loading…",
    try_again: "Try again",
    failed_title: "This could not be loaded",
    reference: |id| format!("Reference: {id}"),
    previous: "Previous",
    next: "Next",
    pages: "Pages",
    filters: "Filters",
    remove_filter: |name| format!("Remove the filter {name}"),
    clear_filters: "Clear all",
    as_table: "Show as a table",
    sort_by: |name| format!("Sort by {name}"),
    notifications: "Notifications",
    on: "On",
    off: "Off",
    seconds: "seconds",
    minutes: "minutes",
    hours: "hours",
    days: "days",
    unit: "Unit",
    opens_elsewhere: "opens another site",
    error_prefix: "Error:",
};

const LIFELINE: LifelineTexts = LifelineTexts {
    title: "Life of this access",
    began: |when| format!("Began {when}."),
    last_used: |when| format!("Last used {when}."),
    never_used: "Not used yet.",
    now: "Now",
    ends_idle: |day| format!("idle, if not used by {day}"),
    ends_max: |day| format!("longest lifetime, on {day}"),
    ends_chosen: |day| format!("the end chosen with the consent, on {day}"),
    ends_approval: |day| format!("the approval ends on {day}"),
    ends_other: |day| format!("ends on {day}"),
    no_end: "no end, until taken away",
    ended: |day| format!("ended on {day}"),
};

const PAGES: PageTexts = PageTexts {
    sign_in: "Sign in",
    sign_in_to: |realm| format!("Sign in to {realm}"),
    to_continue_to: |app| format!("to continue to {app}"),
    username: "Username or email",
    password: "Password",
    wrong_credentials: "Username or password is wrong. Check both and try again.",
    account_disabled: "This account is disabled. Ask an administrator to enable it.",
    too_many_attempts: "Too many attempts. Wait a few minutes and try again.",
    enter_username: "Enter your username or email.",
    enter_password: "Enter your password.",
    request_expired: "This sign-in took too long and has expired. Start again from the app.",
    what_next: "What to do next",
    error_reference_help: "Quote this reference if you ask for help; it finds the event in the log.",
    back_to: |app| format!("Back to {app}"),
    approval_who: |realm, app| {
        format!(
            "{app} asks for access that only an administrator of {realm} can allow. An administrator must approve that it may"
        )
    },
    sign_out_title: "Sign out?",
    sign_out_question: |name| format!("You are signed in as {name}."),
    sign_out_stays: "Apps that you allowed to work while you are away keep that access. You can end it in your account, under Apps.",
    sign_out: "Sign out",
    stay_signed_in: "Stay signed in",
    signed_out_title: "You are signed out",
    signed_out_text: |realm| format!("Your session at {realm} has ended in this browser."),
    signed_out_apps: "Apps that you allowed to work while you are away still can, until their access ends or you take it away.",
    sign_in_again: "Sign in again",
    manage_apps: "See which apps can act for you",
    almost_there: "Almost there",
    form_post_text: |app| format!("Press the button to go back to {app}."),
    continue_to: |app| format!("Continue to {app}"),
};

const CONSENT: ConsentTexts = ConsentTexts {
    title: |app| format!("Allow {app}?"),
    asks: |app| format!("{app} asks for access to your account."),
    signed_in_as: |name| format!("You are signed in as {name}."),
    other_account: "Use another account",
    home_page: "Home page",
    privacy_policy: "Privacy policy",
    terms: "Terms of service",
    no_details: "This app has given no home page, privacy policy or terms.",
    will_be_able: |app| format!("{app} will be able to"),
    you_may_add: "You may also allow it to",
    away_title: "While you are away",
    away_continues: |app| {
        format!("{app} can keep doing what you allow here when you are not signed in, until the end that you choose.")
    },
    away_no_more: "It gets no additional permission by this.",
    away_until: "This access lasts",
    for_days: |n| format!("{n} days"),
    until_revoked: "until I take it away",
    away_declined: "not at all: only while I am there",
    capped: |longest| format!("Longer is not offered: access in this place lasts {longest} at most."),
    away_idle: |idle| format!("Whatever you choose, it ends earlier if the app does not use it for {idle}."),
    take_away: "You can take it away at any time in your account, under ",
    take_away_link: "Apps",
    allow: "Allow",
    deny: "Do not allow",
};

fn troubles(trouble: Trouble) -> TroubleWords {
    let (title, what, next) = match trouble {
        Trouble::UnknownApp => (
            "This app is not known here",
            "The app that sent you here is not registered, or it is disabled.",
            "Go back to the app and tell its makers, or ask your administrator to register it.",
        ),
        Trouble::WrongReturnAddress => (
            "This app gave a wrong address",
            "The address that the app wants you to return to is not one that it registered, so you were not sent there.",
            "Go back to the app and start again. If it happens again, tell its makers.",
        ),
        Trouble::BadRequest => (
            "The app's request could not be read",
            "Something is missing in it, or wrong.",
            "Go back to the app and start again. If it happens again, tell its makers.",
        ),
        Trouble::Expired => (
            "This page is no longer valid",
            "It waited too long, or it was already answered.",
            "Go back to the app and start again.",
        ),
        Trouble::NotFromHere => (
            "This form could not be checked",
            "It did not come from this page, or your browser keeps no cookies for it.",
            "Allow cookies for this site, go back to the app and start again.",
        ),
        Trouble::AskAdmin => (
            "Your administrator must approve this app",
            "The app asks for access that only an administrator can give.",
            "Ask your administrator to approve it, then start again from the app.",
        ),
        Trouble::Forbidden => (
            "You may not do this",
            "Your account does not have the right that is needed here.",
            "Ask your administrator for it, or sign in with another account.",
        ),
        Trouble::NotFound => (
            "There is nothing here",
            "This address does not exist, or no longer.",
            "Check the address, or go back to where you came from.",
        ),
        Trouble::TooManyRequests => {
            ("Too many attempts", "There were too many attempts in a short time.", "Wait a few minutes and try again.")
        }
        Trouble::Internal => (
            "Something went wrong here",
            "The fault is ours. Nothing was changed.",
            "Try again in a moment. If it happens again, tell your administrator the reference below.",
        ),
    };
    TroubleWords { title, what, next }
}
