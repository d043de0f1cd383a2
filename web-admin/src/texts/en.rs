//! English.

use perennial_api::{BlockedBy, Rotation};

use super::*;

pub static EN: AdminTexts = AdminTexts {
    product: "Perennial",
    language: "Language",
    sign_out: "Sign out",
    signed_in_as: |name| format!("Signed in as {name}"),
    not_found_title: "There is nothing at this address",
    not_found_words: "It may have been mistyped, or what was here is gone.",
    to_start: "Go to the start",
    no_realms: "You may not see any realm. Ask for an admin role in one.",
    view_only: "You may look at this, and not change it: your roles in this realm do not allow that.",
    failure,
    signed_out: SignedOutTexts {
        page_title: "Sign in to the admin console",
        page_words: "You are signed out. After signing in you come back to this page.",
        sign_in_to: |realm| format!("Sign in as an admin of {realm}"),
        sign_in_to_all: "Sign in as an admin of all realms",
        which: "A realm’s own admins open the console at /admin/ and the realm’s name.",
        bar_title: "You are signed out.",
        bar_words: "Sign in again in a new tab; what you typed here stays.",
        new_tab: |words| format!("{words} (new tab)"),
        check_again: "I have signed in",
        back: "You are signed in again.",
    },
    leave: LeaveTexts {
        title: "Leave without saving?",
        consequence: "What you changed on this page has not been saved and will be lost.",
        confirm: "Leave",
    },
};

pub static SCREENS: ScreenTexts = ScreenTexts {
    offline: offline::EN,
    session: session::EN,
    clients: ClientsTexts {
        title: "Clients",
        search: "Search by client ID",
        client: "Client",
        kind: "Type",
        public: "Public",
        confidential: "Confidential",
        disabled: "Disabled",
        consent: "Consent",
        consent_required: "Asked for",
        consent_not_required: "Not asked for",
        offline_access: "Offline access",
        scope: |scope| match scope {
            OfflineScope::Default => "Always",
            OfflineScope::Optional => "When asked for",
            OfflineScope::Missing => "Not possible",
        },
        none_title: "No clients",
        none_found: |words| format!("No client ID contains “{words}”."),
        show_all: "Show all clients",
    },
    policy: PolicyTexts {
        title: "What applies",
        realm_settings: "Realm’s token settings",
        offline_scope: "Offline access",
        scope: |scope| match scope {
            OfflineScope::Default => "With every authorization (default scope)",
            OfflineScope::Optional => "When asked for with scope offline_access (optional scope)",
            OfflineScope::Missing => "Not possible: scope offline_access is not assigned",
        },
        idle: "Ends if not used for",
        max: "Ends at the latest after",
        max_value: |time| time.to_owned(),
        no_max: "No maximum",
        access: "Access token lasts",
        rotation: "Refresh token changes",
        rotation_value: |mode| match mode {
            Rotation::Never => "Never",
            Rotation::Aging => "Once 70 % of the idle time has passed",
            Rotation::Always => "At every use",
            Rotation::Auto => "By the kind of client",
        },
        window: "A lost answer can be asked for again",
        window_until_proven: "Until the new token was used",
        window_seconds: |time| format!("For {time}"),
        window_closed: "Not at all",
        limit: "Sessions per user",
        limit_value: |n| format!("At most {n}"),
        no_limit: "No limit",
        from_realm: "Realm",
        from_client: "This client",
        from_rule: "Type of client",
        instead_of: |value| format!("instead of the realm’s: {value}"),
    },
    sessions: SessionsTexts {
        title: "Offline sessions",
        count: |n, one| if one { "1 session".into() } else { format!("{n} sessions") },
        user: "User",
        started: "Started",
        last_used: "Last used",
        address: "Address",
        device: "Device",
        life: "Life and end",
        actions: "Actions",
        unknown: "Unknown",
        service_account: "Service account",
        paused: "Paused",
        blocked,
        end: "End",
        end_of: |user| format!("End the session of {user}"),
        empty_title: "No offline sessions",
        empty_words: |client| {
            format!(
                "One begins when a user lets {client} work while they are away: a sign-in with scope offline_access."
            )
        },
        position: |first, last, all| match all {
            Some(all) => format!("{first} to {last} of {all}"),
            None => format!("{first} to {last}"),
        },
        past_the_end: "There are no sessions on this page any more.",
        first_page: "To the first page",
    },
    revoke: RevokeTexts {
        title: |user, _client| format!("End this session of {user}?"),
        consequence: |client, user| {
            format!(
                "One session ends at once: {client} is refused at its next refresh, and access tokens it already holds \
                 stop working. To work for {user} again from there, it needs a new sign-in. Other sessions stay."
            )
        },
        confirm: "End session",
        done: |user| format!("The session of {user} has ended."),
        already: "That session had already ended.",
        scopes: "May use",
        started: "Started",
        id: "Session ID",
    },
    tokens: TOKENS,
    drawing: DrawingTexts {
        title: "What this means",
        nightly: "Used every night",
        nightly_ends: |time| format!("Ends after {time}, however often it is used. Then the user must sign in again."),
        nightly_lives: "Never ends by itself: each use starts the idle time anew.",
        forgotten: "Used for a while, then forgotten",
        forgotten_ends: |time| format!("Ends {time} after its last use."),
        forgotten_max: |time| format!("Ends after {time}: the maximum comes before the idle time has passed."),
        nightly_too_short: |time| format!("Ends {time} after its first use: the next night comes too late."),
        start: "Start",
        legend_use: "Used",
        legend_idle: "Idle time running",
        legend_end: "End",
        legend_max: "Maximum",
        cannot_draw: "Fill in the times to see what they mean.",
        access: |time| {
            format!(
                "A removed app stops working at once where its access tokens are checked with the server, and after {time} at the latest elsewhere."
            )
        },
    },
    what_if: WhatIfTexts {
        title: "Before you save",
        no_change: |total| {
            format!(
                "Live offline sessions under this policy: {total}. Change a limit to see what would happen to them."
            )
        },
        no_sessions: "This realm has no offline sessions: no change here ends anything.",
        counting: "Counting what would end…",
        not_counted: "What would end could not be counted.",
        try_again: "Count again",
        ends: |now, total, week| format!("Ends {now} of {total} sessions now, {week} more within 7 days"),
        ends_none: |total| format!("Ends none of {total} sessions, neither now nor within 7 days."),
        mostly_of: ", mostly of ",
        client: "Client",
        now: "Now",
        within_week: "Within 7 days",
    },
};

const TOKENS: TokensTexts = TokensTexts {
    intro: "How long apps may work while people are away, and how their tokens change. A change acts on existing sessions at once; what has ended never comes back.",
    offline_sessions: "Offline sessions",
    idle: "End if not used for",
    idle_help: "Every refresh starts this time anew.",
    max_on: "Limit the whole life",
    max_on_help: "Without it, a session that is used often enough lives until someone ends it.",
    max: "End at the latest after",
    max_help: "Counted from its start, however often it is used.",
    client_idle: "All clients: end if not used for",
    client_max: "All clients: end at the latest after",
    client_help: "0: what is said above. Otherwise it wins over that, for every client that says nothing itself.",
    limit: "Sessions per user and client",
    limit_help: "0 means no limit. When there is no more room, the least recently used one ends.",
    overridden: |time| {
        format!("This realm also sets a value for clients of {time}, which wins: the time here acts on no client.")
    },
    refresh_tokens: "Refresh tokens",
    rotation: "A refresh token changes",
    rotation_name: |mode| match mode {
        Rotation::Auto => "By the kind of client (recommended)",
        Rotation::Never => "Never",
        Rotation::Aging => "When it ages",
        Rotation::Always => "At every use",
    },
    rotation_help: |mode| match mode {
        Rotation::Auto => "At every use for public clients, never for clients that authenticate themselves.",
        Rotation::Never => {
            "Clients that authenticate themselves keep their token. Public clients change theirs at every use all the same."
        }
        Rotation::Aging => {
            "Once 70 % of the idle time has passed since the token was issued. Public clients: at every use."
        }
        Rotation::Always => "Each refresh gives a new token; using an old one again ends the session.",
    },
    window: "A client that lost the answer may ask again",
    window_name: |window| match window {
        Window::Auto => "By the kind of client (recommended)",
        Window::UntilProven => "Until the new token was used",
        Window::Seconds => "For some seconds",
        Window::Replays => "A number of times",
        Window::Closed => "Never: the first use wins",
    },
    window_help: |window| match window {
        Window::Auto => {
            "Until the new token was used where the client authenticates itself, for 60 seconds where it is public."
        }
        Window::UntilProven => "A nightly job that lost an answer gets through the next night.",
        Window::Seconds => {
            "It gets the same new token again within this time. After it, the old token counts as stolen and ends the session."
        }
        Window::Replays => {
            "It gets the same new token again so many times. After that, the old token counts as stolen and ends the session."
        }
        Window::Closed => "A lost answer costs the session: presenting the old token again counts as theft.",
    },
    window_seconds: "Seconds",
    window_replays: "Times",
    access_tokens: "Access tokens",
    access: "An access token lasts",
    access_help: "Never beyond the end of its session.",
    problem: |problem| match problem {
        Problem::NotANumber => "Enter a whole number.",
        Problem::Zero => "Enter more than 0.",
        Problem::TooLong => "This is too long; at most 10 years.",
        Problem::TooLarge => "This is too much; at most 1,000,000.",
    },
    save: "Save",
    discard: "Discard changes",
    unsaved: "There are changes that are not saved.",
    nothing_unsaved: "All changes are saved.",
    overtaken: "Not saved: another admin has changed this meanwhile. What you typed is still here.",
    load_newer: "Load what is there now",
    loaded_newer: "Loaded. The fields that you changed still hold what you typed.",
    saved: "The token policy has been saved.",
    not_saved: |why| format!("Not saved. {why} What you typed is still here."),
    mend_first: "Some fields need attention first.",
    confirm_title: |one| if one { "Save and end a session?" } else { "Save and end sessions?" },
    confirm_unknown: "How many sessions this ends could not be counted. Those beyond the new limits end at once, and changing it back does not revive them.",
    confirm: |n, one| {
        if one {
            return "1 session ends as soon as this is saved, and changing it back does not revive it.".to_owned();
        }
        format!("{n} sessions end as soon as this is saved, and changing it back does not revive them.")
    },
    save_anyway: |one| if one { "Save and end it" } else { "Save and end them" },
};

fn failure(failure: &Failure) -> String {
    match failure {
        Failure::SignedOut => "You are signed out. Sign in again in another tab, then try once more.".into(),
        Failure::Unreachable => "The server could not be reached. Check the connection, then try again.".into(),
        Failure::Refused { status: 403, .. } => "Your roles do not allow this. Ask an admin of this realm.".into(),
        Failure::Refused { status: 503, error } if error.text().is_some() => {
            format!("{}.", error.text().unwrap_or_default().trim_end_matches('.'))
        }
        Failure::Refused { status: 500.., .. } => "The server had trouble with this. Try again in a moment.".into(),
        Failure::Refused { status, error } => match error.text() {
            Some(words) => format!("The server says: {}.", words.trim_end_matches('.')),
            None => format!("The server refused this (status {status})."),
        },
    }
}

fn blocked(cause: &BlockedBy) -> String {
    match cause {
        BlockedBy::ClientDisabled => "Blocked: client disabled".into(),
        BlockedBy::UserDisabled => "Blocked: user disabled".into(),
        BlockedBy::Role => "Blocked: role taken away".into(),
        BlockedBy::Scope => "Blocked: scope taken away".into(),
        BlockedBy::Consent => "Blocked: consent missing".into(),
        BlockedBy::Other(cause) if cause == "not-before" => "Blocked: revocation policy".into(),
        BlockedBy::Other(cause) => format!("Blocked: {cause}"),
    }
}
