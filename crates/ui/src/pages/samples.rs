//! A sample of every page in every state, for the test that renders them all and for looking at them.

use super::*;
use crate::text::{Lang, Trouble};

/// One rendered page.
pub struct Sample {
    pub name: String,
    pub html: String,
}

/// Every page and state in one language; `css` is the path of the style sheet.
pub fn samples(lang: Lang, css: &str) -> Vec<Sample> {
    let frame = Frame { lang, css: css.to_owned(), realm_name: "Demo".to_owned(), accent: None };
    let mut all = Vec::new();
    for (name, page) in logins(&frame) {
        all.push(sample(format!("login-{name}"), login_page(&page)));
    }
    for (name, page) in consents(&frame) {
        all.push(sample(format!("consent-{name}"), consent_page(&page)));
    }
    for (n, trouble) in Trouble::ALL.into_iter().enumerate() {
        let back =
            (n % 2 == 1).then(|| Link { label: "Photo frame".to_owned(), href: "https://photos.example/".to_owned() });
        let page = ErrorPage {
            frame: frame.clone(),
            trouble,
            detail: (trouble == Trouble::WrongReturnAddress).then(|| "Invalid parameter: redirect_uri".to_owned()),
            reference: "0199f0c0-5d3a-7c41".to_owned(),
            back,
        };
        all.push(sample(format!("error-{trouble:?}").to_lowercase(), error_page(&page)));
    }
    let approval = ApprovalPage {
        frame: frame.clone(),
        action: "/realms/demo/approval?request=r1".to_owned(),
        csrf: "c5f0".to_owned(),
        app_name: "Nightly backup".to_owned(),
        user_name: "Alice Example".to_owned(),
        scopes: vec![
            ("files".to_owned(), Some("read all files of the company".to_owned())),
            ("email".to_owned(), None),
        ],
    };
    all.push(sample("approval".to_owned(), approval_page(&approval)));
    let problems = [
        None,
        Some(NewPasswordProblem::WrongLength),
        Some(NewPasswordProblem::Different),
        Some(NewPasswordProblem::Same),
        Some(NewPasswordProblem::TooManyAttempts),
    ];
    for (n, problem) in problems.into_iter().enumerate() {
        let page = NewPasswordPage {
            frame: frame.clone(),
            action: "/realms/demo/new-password?request=r1".to_owned(),
            csrf: "c5f0".to_owned(),
            user_name: "Alice Example".to_owned(),
            by_link: n == 2,
            problem,
        };
        all.push(sample(format!("new-password-{n}"), new_password_page(&page)));
    }
    all.extend(required(&frame));
    all.extend(endings(&frame));
    all.extend(devices(&frame));
    all
}

fn required(frame: &Frame) -> Vec<Sample> {
    let email = "alice@demo.example".to_owned();
    let waiting = |note| VerifyEmailPage {
        frame: frame.clone(),
        action: "/realms/demo/verify-email?request=r1".to_owned(),
        csrf: "c5f0".to_owned(),
        user_name: "Alice Example".to_owned(),
        email: Some(email.clone()),
        note,
    };
    let confirm = ConfirmEmailPage {
        frame: frame.clone(),
        action: "/realms/demo/login-actions/action-token".to_owned(),
        csrf: "c5f0".to_owned(),
        user_name: "Alice Example".to_owned(),
        email: email.clone(),
    };
    let done = |new_password, app| ActionDonePage {
        frame: frame.clone(),
        new_password,
        email: email.clone(),
        app,
        account_href: "/realms/demo/account/".to_owned(),
    };
    let app = Link { label: "Photo frame".to_owned(), href: "https://photos.example/".to_owned() };
    vec![
        sample("verify-email".to_owned(), verify_email_page(&waiting(None))),
        sample("verify-email-sent".to_owned(), verify_email_page(&waiting(Some(VerifyEmailNote::Sent)))),
        sample("verify-email-not-yet".to_owned(), verify_email_page(&waiting(Some(VerifyEmailNote::NotYet)))),
        sample("verify-email-often".to_owned(), verify_email_page(&waiting(Some(VerifyEmailNote::TooMany)))),
        sample("verify-email-cannot".to_owned(), verify_email_page(&waiting(Some(VerifyEmailNote::CannotSend)))),
        sample("verify-email-none".to_owned(), verify_email_page(&VerifyEmailPage { email: None, ..waiting(None) })),
        sample("confirm-email".to_owned(), confirm_email_page(&confirm)),
        sample("action-done".to_owned(), action_done_page(&done(false, None))),
        sample("action-done-password".to_owned(), action_done_page(&done(true, Some(app)))),
    ]
}

fn sample(name: String, html: String) -> Sample {
    Sample { name, html }
}

fn logins(frame: &Frame) -> Vec<(&'static str, LoginPage)> {
    let plain = LoginPage {
        frame: frame.clone(),
        action: "/realms/demo/login?request=r1".to_owned(),
        csrf: "c5f0".to_owned(),
        app_name: Some("Nightly backup".to_owned()),
        ..LoginPage::default()
    };
    let with = |username: &str, problems: &[LoginProblem]| LoginPage {
        username: username.to_owned(),
        problems: problems.to_vec(),
        ..plain.clone()
    };
    let accent = Frame { accent: Some("violet".to_owned()), ..frame.clone() };
    vec![
        ("hint", with("alice", &[])),
        ("wrong", with("alice", &[LoginProblem::WrongCredentials])),
        ("missing", with("", &[LoginProblem::UsernameMissing, LoginProblem::PasswordMissing])),
        ("disabled", with("bob", &[LoginProblem::Disabled])),
        ("expired", with("bob", &[LoginProblem::Expired])),
        ("often", with("bob", &[LoginProblem::TooManyAttempts])),
        ("accent", LoginPage { frame: accent, app_name: None, ..plain.clone() }),
        ("plain", plain),
    ]
}

fn scope(name: &str, optional: bool, display: Option<&str>) -> ConsentScope {
    ConsentScope { name: name.to_owned(), display: display.map(str::to_owned), optional, checked: optional }
}

fn consents(frame: &Frame) -> Vec<(&'static str, ConsentPage)> {
    let full = ConsentPage {
        frame: frame.clone(),
        action: "/realms/demo/consent?request=r1".to_owned(),
        csrf: "c5f0".to_owned(),
        app: AppIdentity {
            name: "Nightly backup".to_owned(),
            logo: None,
            home: Some("https://backup.example/".to_owned()),
            policy: Some("https://backup.example/privacy".to_owned()),
            terms: Some("https://backup.example/terms".to_owned()),
        },
        user_name: "Alice Example".to_owned(),
        other_account_href: Some("/realms/demo/login?request=r1&other=1".to_owned()),
        scopes: vec![
            scope("openid", false, None),
            scope("profile", false, None),
            scope("email", true, None),
            scope("files.read", true, Some("read your files")),
            scope("offline_access", false, None),
        ],
        device: None,
        away: Some(WhileAway {
            selected: OfflineEnd::Days30,
            declinable: true,
            cap_s: None,
            idle_s: Some(2_592_000),
            account_href: "/realms/demo/account/apps".to_owned(),
        }),
    };
    let capped = ConsentPage {
        app: AppIdentity { name: "Photo frame".to_owned(), ..AppIdentity::default() },
        scopes: vec![scope("openid", false, None), scope("offline_access", false, None)],
        away: full.away.clone().map(|away| WhileAway { selected: OfflineEnd::Days90, cap_s: Some(5_184_000), ..away }),
        ..full.clone()
    };
    let online = ConsentPage { away: None, other_account_href: None, ..full.clone() };
    let device = ConsentPage {
        device: Some(AskingDevice { label: Some("Living room".to_owned()), address: "192.0.2.7".to_owned() }),
        ..capped.clone()
    };
    vec![("full", full), ("capped", capped), ("online", online), ("device", device)]
}

fn devices(frame: &Frame) -> Vec<Sample> {
    let plain = DeviceCodePage {
        frame: frame.clone(),
        action: "/realms/demo/device".to_owned(),
        csrf: "c5f0".to_owned(),
        ..DeviceCodePage::default()
    };
    let code =
        |confirm, problem| DeviceCodePage { user_code: "WDJB-MJHT".to_owned(), confirm, problem, ..plain.clone() };
    let done =
        |allowed| DeviceDonePage { frame: frame.clone(), allowed, account_href: "/realms/demo/account/".to_owned() };
    vec![
        sample("device-code".to_owned(), device_code_page(&plain)),
        sample("device-code-confirm".to_owned(), device_code_page(&code(true, None))),
        sample("device-code-wrong".to_owned(), device_code_page(&code(false, Some(DeviceProblem::Wrong)))),
        sample("device-code-missing".to_owned(), device_code_page(&code(false, Some(DeviceProblem::Missing)))),
        sample("device-code-often".to_owned(), device_code_page(&code(false, Some(DeviceProblem::TooManyAttempts)))),
        sample("device-done".to_owned(), device_done_page(&done(true))),
        sample("device-refused".to_owned(), device_done_page(&done(false))),
    ]
}

fn endings(frame: &Frame) -> Vec<Sample> {
    let app = Link { label: "Photo frame".to_owned(), href: "https://photos.example/".to_owned() };
    let logout = LogoutPage {
        frame: frame.clone(),
        action: "/realms/demo/logout-confirm".to_owned(),
        csrf: "c5f0".to_owned(),
        hidden: vec![("state".to_owned(), "s1".to_owned())],
        user_name: "Alice Example".to_owned(),
        stay_href: Some("/realms/demo/account/apps".to_owned()),
    };
    let signed_out = SignedOutPage {
        frame: frame.clone(),
        app: Some(app),
        sign_in_href: Some("/realms/demo/account/apps".to_owned()),
        account_href: Some("/realms/demo/account/apps".to_owned()),
    };
    let bare = SignedOutPage { frame: frame.clone(), ..SignedOutPage::default() };
    let form_post = FormPostPage {
        frame: frame.clone(),
        action: "https://photos.example/callback".to_owned(),
        app_name: "Photo frame".to_owned(),
        fields: vec![("code".to_owned(), "abc".to_owned()), ("state".to_owned(), "s1".to_owned())],
    };
    vec![
        sample("logout".to_owned(), logout_page(&logout)),
        sample("signed-out".to_owned(), signed_out_page(&signed_out)),
        sample("signed-out-bare".to_owned(), signed_out_page(&bare)),
        sample("form-post".to_owned(), form_post_page(&form_post)),
    ]
}
