//! Mails in English.

use super::words::{ActionWords, Causes, Kind, Labels, MailWords};

pub(super) const EN: MailWords = MailWords {
    expiring: Kind {
        subject: |app| format!("{app} will soon lose its access"),
        lead: |app, date| format!("{app} can act for you while you are away. This access ends on {date}."),
        next: |app| format!("If you no longer want {app} to have it, you can end it now."),
        owner_subject: |app, user| format!("{app}: the access for {user} ends soon"),
        owner_lead: |app, date| format!("The offline session that {app} holds for this user ends on {date}."),
        owner_next: |_| "After that, the app can go on only once the user has signed in again.".to_owned(),
    },
    dormant: Kind {
        subject: |app| format!("{app} still has access, but does not use it"),
        lead: |app, date| format!("{app} may act for you while you are away, but has not done so since {date}."),
        next: |app| {
            format!("Do you still use {app}? If not, take its access away: unused access helps nobody but thieves.")
        },
        owner_subject: |app, user| format!("{app}: the access for {user} is not used"),
        owner_lead: |app, date| format!("The offline session that {app} holds for this user was last used on {date}."),
        owner_next: |_| "If the app no longer needs it, revoke its token.".to_owned(),
    },
    reused: Kind {
        subject: |app| format!("We ended an access of {app} to protect you"),
        lead: |app, _| {
            format!(
                "A token of {app} was shown to us that had already been replaced by a newer one. That happens when a \
                 token is copied by somebody else, and sometimes when an app makes a mistake."
            )
        },
        next: |app| {
            format!(
                "To be safe, we ended this one access. Your other sessions go on. To use {app} as before, sign in there \
                 again. If you do not recognise the place below, tell whoever runs {app}."
            )
        },
        owner_subject: |app, user| format!("{app}: the access for {user} ended after its token was used twice"),
        owner_lead: |app, _| format!("A token of {app} was shown that had already been replaced by a newer one."),
        owner_next: |_| {
            "The session has ended. Look for a copied token, or for two processes that share one.".to_owned()
        },
    },
    leaked_session: Kind {
        subject: |app| format!("We ended an access of {app}: its token had leaked"),
        lead: |app, _| {
            format!(
                "Somebody found a token with which {app} acts for you, and handed it in to us. We ended that access."
            )
        },
        next: |app| format!("Your other sessions go on. To use {app} as before, sign in there again."),
        owner_subject: |app, user| format!("{app}: a leaked token of {user} was handed in"),
        owner_lead: |app, _| {
            format!("Somebody handed in a refresh token of {app} that had leaked. Its session has ended.")
        },
        owner_next: |_| "Find out where it leaked before the user signs in again.".to_owned(),
    },
    leaked_token: Kind {
        subject: |app| format!("A token of {app} had leaked and no longer works"),
        lead: |app, _| {
            format!(
                "Somebody found a short-lived token with which {app} acts for you, and handed it in to us. It no longer works."
            )
        },
        next: |app| {
            format!("There is nothing you must do. If you do not trust {app} any more, you can take its access away.")
        },
        owner_subject: |app, user| format!("{app}: a leaked access token of {user} was handed in"),
        owner_lead: |app, _| {
            format!("Somebody handed in an access token of {app} that had leaked. It no longer works.")
        },
        owner_next: |_| "The session goes on. Find out where the token leaked.".to_owned(),
    },
    causes: Causes {
        idle: |app| {
            format!("It ends because {app} has not used it for a while. If {app} uses it before then, it goes on.")
        },
        max: |app| format!("It then has lasted as long as is allowed. To go on, sign in to {app} and allow it again."),
        chosen: |_| "This is the end that you chose when you allowed it. You can move it in your account.".to_owned(),
        other: |_| "This is the end that was set for it.".to_owned(),
    },
    labels: Labels {
        app: "App",
        user: "User",
        device: "Device",
        allowed: "Allowed",
        last_used: "Last used",
        from: "From",
        ends: "Ends",
        shown_at: "Shown",
        shown_from: "Shown from",
        handed_in: "Handed in",
        manage: "See and manage access",
    },
    why_user: |realm| format!("You get this mail because you have an account with {realm}."),
    why_owner: |realm| format!("You get this mail because you are named as a contact of this app at {realm}."),
    actions: ActionWords {
        password_subject: |realm| format!("Choose a new password for {realm}"),
        password_lead: |realm| {
            format!("An administrator of {realm} asks you to choose a new password for your account.")
        },
        password_button: "Choose a new password",
        email_subject: |realm| format!("Verify your e-mail address for {realm}"),
        email_lead: |realm| format!("Please confirm that this address belongs to your account at {realm}."),
        email_button: "Verify the address",
        good_until: |date| format!("The link works once, until {date}."),
        ignore: "If you did not expect this mail, do nothing: without the link, nothing changes. Pass it on to nobody.",
        user: "Account",
        address: "Address",
    },
    test_subject: "Mail works",
    test_lines: ["This is a test of the mail settings.", "If you can read it, mails from here reach you."],
};
