//! What holds for every server-rendered page in every state and language.
#![cfg(feature = "ssr")]

use perennial_ui::pages::samples::{Sample, samples};
use perennial_ui::pages::*;
use perennial_ui::text::{Lang, Trouble};

fn every_sample() -> impl Iterator<Item = (Lang, Sample)> {
    Lang::ALL.into_iter().flat_map(|lang| {
        let all = samples(lang, "/assets/pages-0.css");
        all.into_iter().map(move |sample| (lang, sample))
    })
}

/// The start tags of a document, as written.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| !tag.starts_with(['/', '!']))
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let from = tag.split_once(&format!(" {name}=\""))?.1;
    from.split('"').next()
}

/// No script, no inline style, no event handler: the content policy would refuse them all. Quoted values are
/// text, whatever they say.
fn breaks_the_policy(html: &str) -> Option<&str> {
    tags(html).into_iter().find(|tag| {
        let names: String = tag.split('"').step_by(2).collect();
        let handler = |part: &str| part.starts_with("on") && part.contains('=');
        names.starts_with("script")
            || names.starts_with("style")
            || names.contains(" style=")
            || names.split_whitespace().any(handler)
    })
}

#[test]
fn no_page_has_a_script_a_style_or_a_handler() {
    for (lang, Sample { name, html }) in every_sample() {
        assert_eq!(breaks_the_policy(&html), None, "{name} {lang:?}");
    }
}

#[test]
fn every_page_is_a_whole_document_with_one_heading_in_its_language() {
    for (lang, Sample { name, html }) in every_sample() {
        assert!(html.to_lowercase().starts_with("<!doctype html>"), "{name}: {html}");
        assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(html.contains("<title>") && html.contains("<main"), "{name}");
        assert!(html.contains("href=\"/assets/pages-0.css\""), "{name}");
        assert!(html.ends_with("</html>"), "{name}");
    }
}

#[test]
fn every_field_has_its_label() {
    for (_, Sample { name, html }) in every_sample() {
        for tag in tags(&html).into_iter().filter(|tag| tag.starts_with("input")) {
            if attribute(tag, "type") == Some("hidden") {
                continue;
            }
            let id = attribute(tag, "id").unwrap_or_else(|| panic!("{name}: {tag} has no id"));
            assert!(html.contains(&format!("for=\"{id}\"")), "{name}: {tag} has no label");
        }
    }
}

#[test]
fn ids_are_unique_in_a_page() {
    for (_, Sample { name, html }) in every_sample() {
        let mut ids: Vec<_> = tags(&html).into_iter().filter_map(|tag| attribute(tag, "id")).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}");
    }
}

#[test]
fn languages_differ_in_every_page() {
    let (en, es) = (samples(Lang::En, ""), samples(Lang::Es, ""));
    for (en, es) in en.iter().zip(&es) {
        assert_eq!(en.name, es.name);
        assert_ne!(en.html, es.html, "{}", en.name);
    }
}

const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";

fn hostile_frame() -> Frame {
    Frame {
        css: HOSTILE.to_owned(),
        realm_name: HOSTILE.to_owned(),
        accent: Some(HOSTILE.to_owned()),
        ..Frame::default()
    }
}

fn hostile_consent() -> String {
    let text = || HOSTILE.to_owned();
    let scope = |optional| ConsentScope { name: text(), display: Some(text()), optional, checked: true };
    consent_page(&ConsentPage {
        frame: hostile_frame(),
        action: text(),
        csrf: text(),
        app: AppIdentity { name: text(), logo: Some(text()), home: Some(text()), policy: None, terms: None },
        user_name: text(),
        other_account_href: Some(text()),
        scopes: vec![scope(false), scope(true)],
        device: Some(AskingDevice { label: Some(text()), address: text() }),
        away: Some(WhileAway { account_href: text(), ..WhileAway::default() }),
    })
}

#[test]
fn hostile_names_stay_text() {
    let text = || HOSTILE.to_owned();
    let frame = hostile_frame;
    let pairs = || vec![(text(), text())];
    let link = || Some(Link { label: text(), href: text() });
    let pages = [
        login_page(&LoginPage {
            frame: frame(),
            action: text(),
            csrf: text(),
            app_name: Some(text()),
            username: text(),
            problems: vec![LoginProblem::WrongCredentials],
        }),
        hostile_consent(),
        error_page(&ErrorPage {
            frame: frame(),
            trouble: Trouble::BadRequest,
            detail: Some(text()),
            reference: text(),
            back: link(),
        }),
        logout_page(&LogoutPage {
            frame: frame(),
            action: text(),
            csrf: text(),
            hidden: pairs(),
            user_name: text(),
            stay_href: Some(text()),
        }),
        signed_out_page(&SignedOutPage {
            frame: frame(),
            app: link(),
            sign_in_href: Some(text()),
            account_href: Some(text()),
        }),
        device_code_page(&DeviceCodePage {
            frame: frame(),
            action: text(),
            csrf: text(),
            user_code: text(),
            ui_locales: Some(text()),
            ..DeviceCodePage::default()
        }),
        device_done_page(&DeviceDonePage { frame: frame(), allowed: true, account_href: text() }),
        form_post_page(&FormPostPage { frame: frame(), action: text(), app_name: text(), fields: pairs() }),
    ];
    for html in pages {
        assert_eq!(breaks_the_policy(&html), None, "{html}");
        assert!(!html.contains("<img src=x"), "{html}");
    }
}

#[test]
fn an_apps_addresses_become_links_only_on_the_web() {
    let html = consent_page(&ConsentPage {
        app: AppIdentity {
            name: "App".to_owned(),
            logo: Some("http://elsewhere.example/logo.png".to_owned()),
            home: Some("javascript:alert(1)".to_owned()),
            policy: Some("data:text/html,x".to_owned()),
            terms: Some("https://app.example/terms".to_owned()),
        },
        ..ConsentPage::default()
    });
    assert!(!html.contains("javascript:") && !html.contains("data:text") && !html.contains("<img"));
    assert!(html.contains("https://app.example/terms"));
}

#[test]
fn ends_beyond_the_policys_cap_are_left_out_and_the_cap_is_said() {
    let page = |selected, cap_s| {
        let away = Some(WhileAway { selected, cap_s, ..WhileAway::default() });
        consent_page(&ConsentPage { away, ..ConsentPage::default() })
    };
    let checked = |html: &str, value: &str| {
        let wanted = |tag: &&str| attribute(tag, "value") == Some(value);
        tags(html).into_iter().find(wanted).is_some_and(|tag| tag.contains(" checked"))
    };
    let html = page(OfflineEnd::Days90, Some(5_184_000));
    assert!(!html.contains("7776000") && html.contains("60 days at most"));
    assert!(checked(&html, "2592000"), "the longest that is left: {html}");
    let html = page(OfflineEnd::Days7, None);
    assert!(checked(&html, "604800") && !checked(&html, "2592000") && html.contains("7776000"));
}

#[test]
fn a_failed_sign_in_keeps_the_username_and_never_a_password() {
    let html = login_page(&LoginPage {
        username: "alice".to_owned(),
        problems: vec![LoginProblem::WrongCredentials],
        ..LoginPage::default()
    });
    assert!(html.contains("value=\"alice\"") && html.contains("role=\"alert\""));
    let password = tags(&html).into_iter().find(|tag| tag.contains("type=\"password\"")).unwrap();
    assert_eq!(attribute(password, "value"), None);
}
