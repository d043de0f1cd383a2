//! The shape of every sentence in a mail: a language that lacks one does not compile.

/// A sentence around the app's name.
pub(super) type Of = fn(&str) -> String;
/// A sentence around the app's name and another word: a date, or who it is about.
pub(super) type OfTwo = fn(&str, &str) -> String;

pub(super) struct MailWords {
    pub expiring: Kind,
    pub dormant: Kind,
    pub reused: Kind,
    pub leaked_session: Kind,
    pub leaked_token: Kind,
    pub causes: Causes,
    pub labels: Labels,
    /// Why the reader gets this: the user, the owner of an app.
    pub why_user: Of,
    pub why_owner: Of,
    pub actions: ActionWords,
    pub test_subject: &'static str,
    pub test_lines: [&'static str; 2],
}

/// One kind of mail, to the user and to whoever runs the app; the second word is a date for the user's lead and the user's
/// name in the owner's subject.
pub(super) struct Kind {
    pub subject: Of,
    pub lead: OfTwo,
    pub next: Of,
    pub owner_subject: OfTwo,
    pub owner_lead: OfTwo,
    pub owner_next: Of,
}

/// What a user is asked to do by a link. The realm's name goes into subjects, a date into what the link's end is said by.
pub(super) struct ActionWords {
    pub password_subject: Of,
    pub password_lead: Of,
    pub password_button: &'static str,
    pub email_subject: Of,
    pub email_lead: Of,
    pub email_button: &'static str,
    pub good_until: Of,
    pub ignore: &'static str,
    pub user: &'static str,
    pub address: &'static str,
}

/// What brings the end about, and what helps.
pub(super) struct Causes {
    pub idle: Of,
    pub max: Of,
    pub chosen: Of,
    pub other: Of,
}

pub(super) struct Labels {
    pub app: &'static str,
    pub user: &'static str,
    pub device: &'static str,
    pub allowed: &'static str,
    pub last_used: &'static str,
    pub from: &'static str,
    pub ends: &'static str,
    pub shown_at: &'static str,
    pub shown_from: &'static str,
    pub handed_in: &'static str,
    pub manage: &'static str,
}
