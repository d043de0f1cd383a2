//! What a mail says: the sentences of its kind and reader, put together with the facts.

use super::en::EN;
use super::es::ES;
use super::words::{Kind, MailWords};
use crate::agent::short_agent;
use crate::format::exact;
use crate::text::Lang;

/// Longest name taken over from outside, in characters.
const NAME_LENGTH: usize = 80;

/// Everything that a mail is made of. Instants are Unix milliseconds.
#[derive(Clone, Debug)]
pub struct MailInput {
    pub lang: Lang,
    /// As people read it.
    pub realm: String,
    /// The reader's account portal.
    pub account_href: String,
    pub about: MailAbout,
}

#[derive(Clone, Debug)]
pub enum MailAbout {
    Expiring { session: SessionInMail, at: i64, by: Ends },
    Dormant { session: SessionInMail },
    Reused { session: SessionInMail, at: i64, ip: String, agent: String },
    Leaked { session: SessionInMail, at: i64, session_ended: bool },
    Actions(ActionsInMail),
    Test,
}

/// What the reader is asked to do.
#[derive(Clone, Debug)]
pub struct ActionsInMail {
    pub username: String,
    pub email: String,
    pub new_password: bool,
    /// Whoever has it may act.
    pub href: String,
    pub until: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    Idle,
    Max,
    Chosen,
    Other,
}

#[derive(Clone, Debug, Default)]
pub struct SessionInMail {
    pub app: String,
    /// Set where the reader runs the app.
    pub username: Option<String>,
    pub device: Option<String>,
    pub started_at: i64,
    pub last_used_at: i64,
    pub ip: String,
    pub agent: String,
}

/// A mail before it is laid out. Nothing in it is escaped, and no text has a line break.
pub(super) struct Sheet {
    pub lang: Lang,
    pub realm: String,
    pub subject: String,
    pub paragraphs: Vec<String>,
    pub facts: Vec<(&'static str, String)>,
    /// Label and address.
    pub action: Option<(&'static str, String)>,
    pub why: String,
}

pub(super) fn sheet(input: &MailInput) -> Sheet {
    let words = words_of(input.lang);
    let realm = clean(&input.realm);
    let blank = Sheet {
        lang: input.lang,
        why: (words.why_user)(&realm),
        realm,
        subject: String::new(),
        paragraphs: Vec::new(),
        facts: Vec::new(),
        action: None,
    };
    match &input.about {
        MailAbout::Test => test(blank, words),
        MailAbout::Actions(asked) => actions(blank, words, asked),
        MailAbout::Expiring { session, at, by } => {
            let mut sheet = about_session(blank, input, &words.expiring, session, *at);
            let app = clean(&session.app);
            let cause = match by {
                Ends::Idle => (words.causes.idle)(&app),
                Ends::Max => (words.causes.max)(&app),
                Ends::Chosen => (words.causes.chosen)(&app),
                Ends::Other => (words.causes.other)(&app),
            };
            if session.username.is_none() {
                sheet.paragraphs.insert(1, cause);
            }
            sheet.facts.push((words.labels.ends, exact(input.lang, *at, None)));
            sheet
        }
        MailAbout::Dormant { session } => about_session(blank, input, &words.dormant, session, session.last_used_at),
        MailAbout::Reused { session, at, ip, agent } => {
            let mut sheet = about_session(blank, input, &words.reused, session, *at);
            sheet.facts.push((words.labels.shown_at, exact(input.lang, *at, None)));
            sheet.facts.push((words.labels.shown_from, place(ip, agent)));
            sheet
        }
        MailAbout::Leaked { session, at, session_ended } => {
            let kind = if *session_ended { &words.leaked_session } else { &words.leaked_token };
            let mut sheet = about_session(blank, input, kind, session, *at);
            sheet.facts.push((words.labels.handed_in, exact(input.lang, *at, None)));
            sheet
        }
    }
}

fn words_of(lang: Lang) -> &'static MailWords {
    match lang {
        Lang::En => &EN,
        Lang::Es => &ES,
    }
}

fn test(blank: Sheet, words: &MailWords) -> Sheet {
    let paragraphs = words.test_lines.iter().map(|line| (*line).to_owned()).collect();
    Sheet { subject: words.test_subject.to_owned(), paragraphs, ..blank }
}

fn actions(blank: Sheet, words: &MailWords, asked: &ActionsInMail) -> Sheet {
    let own = &words.actions;
    let (subject, lead, button) = if asked.new_password {
        ((own.password_subject)(&blank.realm), (own.password_lead)(&blank.realm), own.password_button)
    } else {
        ((own.email_subject)(&blank.realm), (own.email_lead)(&blank.realm), own.email_button)
    };
    let until = (own.good_until)(&exact(blank.lang, asked.until, None));
    Sheet {
        subject,
        paragraphs: vec![lead, until, own.ignore.to_owned()],
        facts: vec![(own.user, clean(&asked.username)), (own.address, clean(&asked.email))],
        action: Some((button, asked.href.clone())),
        ..blank
    }
}

/// The user may act in the portal; whoever runs the app has no portal, and is told whose session it is.
fn about_session(blank: Sheet, input: &MailInput, kind: &Kind, session: &SessionInMail, at: i64) -> Sheet {
    let words = words_of(input.lang);
    let (app, date) = (clean(&session.app), exact(input.lang, at, None));
    let facts = facts(words, input.lang, session);
    match session.username.as_deref().map(clean) {
        Some(user) => Sheet {
            subject: (kind.owner_subject)(&app, &user),
            paragraphs: vec![(kind.owner_lead)(&app, &date), (kind.owner_next)(&app)],
            why: (words.why_owner)(&blank.realm),
            facts,
            ..blank
        },
        None => Sheet {
            subject: (kind.subject)(&app),
            paragraphs: vec![(kind.lead)(&app, &date), (kind.next)(&app)],
            facts,
            action: Some((words.labels.manage, input.account_href.clone())),
            ..blank
        },
    }
}

fn facts(words: &MailWords, lang: Lang, session: &SessionInMail) -> Vec<(&'static str, String)> {
    let labels = &words.labels;
    let mut facts = vec![(labels.app, clean(&session.app))];
    facts.extend(session.username.as_deref().map(|user| (labels.user, clean(user))));
    facts.extend(session.device.as_deref().map(|device| (labels.device, clean(device))));
    facts.push((labels.allowed, exact(lang, session.started_at, None)));
    facts.push((labels.last_used, exact(lang, session.last_used_at, None)));
    facts.push((labels.from, place(&session.ip, &session.agent)));
    facts
}

fn place(ip: &str, agent: &str) -> String {
    match short_agent(agent) {
        Some(agent) => format!("{} · {}", clean(ip), clean(&agent)),
        None => clean(ip),
    }
}

/// On one line, and not endless. What turns the direction of text or hides in it goes as well.
fn clean(text: &str) -> String {
    let is_harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let plain: String = text.chars().map(|c| if is_harmful(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= NAME_LENGTH {
        return line;
    }
    format!("{}…", line.chars().take(NAME_LENGTH).collect::<String>())
}
