//! A sample of every mail, for the test that writes them all and for looking at them.

use super::{ActionsInMail, Ends, Letter, MailAbout, MailInput, SessionInMail, letter};
use crate::text::Lang;

/// 2026-11-21T14:05:09Z.
const AT: i64 = 1_795_269_909_000;
const DAY_MS: i64 = 86_400_000;

/// Every mail in one language, with its name.
pub fn samples(lang: Lang) -> Vec<(&'static str, Letter)> {
    let session = SessionInMail {
        app: "Nightly backup".to_owned(),
        device: Some("Laptop in the study".to_owned()),
        started_at: AT - 40 * DAY_MS,
        last_used_at: AT - 24 * DAY_MS,
        ip: "192.0.2.17".to_owned(),
        agent: "nightly-backup/1.0 reqwest".to_owned(),
        username: None,
    };
    let owners = SessionInMail { username: Some("alice".to_owned()), ..session.clone() };
    let expiring =
        |session: &SessionInMail, by| MailAbout::Expiring { session: session.clone(), at: AT + 6 * DAY_MS, by };
    let leaked = |session_ended| MailAbout::Leaked { session: session.clone(), at: AT, session_ended };
    let reused = MailAbout::Reused {
        session: session.clone(),
        at: AT,
        ip: "203.0.113.99".to_owned(),
        agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
    };
    let asked = |new_password| ActionsInMail {
        username: "alice".to_owned(),
        email: "alice@demo.example".to_owned(),
        new_password,
        href: "https://id.example/realms/demo/login-actions/action-token?key=token".to_owned(),
        until: AT + DAY_MS / 2,
    };
    let all = [
        ("expiring-idle", expiring(&session, Ends::Idle)),
        ("expiring-max", expiring(&session, Ends::Max)),
        ("expiring-chosen", expiring(&session, Ends::Chosen)),
        ("expiring-owner", expiring(&owners, Ends::Idle)),
        ("dormant", MailAbout::Dormant { session: session.clone() }),
        ("dormant-owner", MailAbout::Dormant { session: owners.clone() }),
        ("reused", reused),
        ("leaked-session", leaked(true)),
        ("leaked-token", leaked(false)),
        ("actions-password", MailAbout::Actions(asked(true))),
        ("actions-email", MailAbout::Actions(asked(false))),
        ("test", MailAbout::Test),
    ];
    let input = |about| MailInput {
        lang,
        realm: "Demo".to_owned(),
        account_href: "https://id.example/realms/demo/account/apps".to_owned(),
        about,
    };
    all.into_iter().map(|(name, about)| (name, letter(&input(about)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_says_the_same_in_text_and_html_in_every_language() {
        for lang in Lang::ALL {
            for (name, letter) in samples(lang) {
                assert!(letter.text.starts_with(&letter.subject), "{name}");
                assert!(letter.html.contains(&format!("lang=\"{}\"", lang.tag())), "{name}");
                assert!(!letter.subject.contains('\n') && letter.subject.chars().count() < 100, "{name}");
            }
        }
    }

    #[test]
    fn a_hostile_name_stays_text_on_one_line() {
        let session = SessionInMail {
            app: format!("<img src=x onerror=1>\r\nBcc: eve@evil.example\u{202e}{}", "A".repeat(500)),
            ..SessionInMail::default()
        };
        let input = MailInput {
            lang: Lang::En,
            realm: "<b>\"x\"</b>".to_owned(),
            account_href: "https://id.example/?a=1&b='2'".to_owned(),
            about: MailAbout::Dormant { session },
        };
        let letter = letter(&input);
        assert!(!letter.html.contains("<img") && !letter.html.contains("<b>") && letter.html.contains("&lt;img"));
        assert!(!letter.subject.contains(['\r', '\n', '\u{202e}']) && !letter.text.contains("\nBcc:"));
        assert!(letter.subject.chars().count() < 200);
        assert!(letter.html.contains("?a=1&amp;b=&#39;2&#39;"));
    }
}
