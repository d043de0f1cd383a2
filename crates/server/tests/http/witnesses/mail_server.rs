//! Notices go by a mail server that others wrote, aiosmtpd, over STARTTLS and signed in, and are read back from its Maildir by a
//! parser that others wrote.

use crate::notices::ALICE;
use crate::support::DAY_S;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Aiosmtpd, Answer, Backend, Choice, Client, OwnCertificate, TestServer, on_each};
use serde_json::{Value, json};

const USER: &str = "mailer";
const PASSWORD: &str = "mail-password-of-the-realm";
/// A mail's lines may have so many octets without their end (RFC 5322 §2.1.1).
const LONGEST_LINE: u64 = 998;
const SENDER: &str = "Añoranza & Söhne, \"Demo\"";

/// A server that trusts mail servers with this certificate.
async fn trusting(backend: Backend, certificate: &OwnCertificate) -> TestServer {
    let file = certificate.file().to_str().expect("UTF-8");
    TestServer::start_with(env!("CARGO_BIN_EXE_perennial"), backend, &[("SSL_CERT_FILE", file)]).await
}

async fn send_through(server: &TestServer, mails: &Aiosmtpd, changes: Value) -> Value {
    let mut settings = mails.settings();
    for (name, value) in changes.as_object().expect("fields") {
        settings[name] = value.clone();
    }
    Admin::sign_in(server).await.change_realm(json!({"smtpServer": settings})).await;
    settings
}

/// A session of alice's at nightly-backup, and time until she is told that it ends.
async fn a_notice(server: &TestServer) -> Answer {
    let tokens = Client::nightly_backup(server).authorize(server, &Person::alice(), &Choice::for_days(0)).await;
    server.advance_clock(24 * DAY_S).await;
    server.run_jobs().await;
    tokens
}

fn text<'a>(mail: &'a Value, name: &str) -> &'a str {
    mail[name].as_str().unwrap_or_else(|| panic!("no {name} in {mail:#}"))
}

/// What every reader may rely on, whatever the mail is about.
#[track_caller]
fn expect_well_made(mail: &Value) {
    assert_eq!(mail["defects"], json!([]), "{mail:#}");
    assert!(mail["longestLine"].as_u64().is_some_and(|octets| octets <= LONGEST_LINE), "{mail:#}");
    assert_eq!(mail["types"], json!(["multipart/alternative", "text/plain", "text/html"]));
    assert_eq!(mail["from"], json!([[SENDER, "no-reply@demo.example"]]));
    assert_eq!((text(mail, "recipients"), &mail["to"]), (ALICE, &json!([ALICE])));
    assert_eq!(mail["replyTo"], json!(["help@demo.example"]));
    assert_eq!(mail["headers"]["Auto-Submitted"], "auto-generated");
    assert!(mail["headers"]["Message-ID"].is_string() && mail["headers"]["Date"].is_string(), "{mail:#}");
}

async fn a_notice_reads_as_it_was_written_in_both_languages(backend: Backend) {
    let certificate = OwnCertificate::for_localhost();
    let server = trusting(backend, &certificate).await;
    let mails = Aiosmtpd::start(&certificate, USER, PASSWORD).await;
    send_through(&server, &mails, json!({"fromDisplayName": SENDER, "replyTo": "help@demo.example"})).await;
    let renamed = json!({"name": "Ñandú — 夜間 <backup>"});
    Admin::sign_in(&server).await.change_client(demo::NIGHTLY_BACKUP, renamed).await;
    let first = a_notice(&server).await;
    mails.wait_for(1).await;
    // Its sign-in is over by now.
    Admin::sign_in(&server).await.change_realm(json!({"defaultLocale": "es"})).await;
    let second = a_notice(&server).await;
    let both = mails.wait_for(2).await;
    let expected = [
        ("Ñandú — 夜間 <backup> will soon lose its access", "en", "See and manage access:"),
        ("Ñandú — 夜間 <backup> perderá pronto su acceso", "es", "Último uso"),
    ];
    let mut secrets = vec![PASSWORD.to_owned(), demo::NIGHTLY_BACKUP_SECRET.to_owned()];
    secrets.extend([&first, &second].iter().flat_map(|tokens| [tokens.access_token(), tokens.refresh_token()]));
    let portal = format!("{}/realms/demo/account/apps", server.base_url());
    for (mail, (subject, language, passage)) in both.iter().zip(expected) {
        expect_well_made(mail);
        assert_eq!(text(mail, "subject"), subject);
        let (plain, html) = (text(mail, "text"), text(mail, "html"));
        for part in [passage, "Ñandú — 夜間 <backup>", portal.as_str()] {
            assert!(plain.contains(part), "{part} in {plain}");
        }
        assert!(html.contains(&format!("<html lang=\"{language}\">")) && html.contains(&portal), "{html}");
        assert!(html.contains("Ñandú — 夜間 &lt;backup&gt;"), "{html}");
        for secret in &secrets {
            let shown = [text(mail, "raw"), plain, html].iter().any(|part| part.contains(secret.as_str()));
            assert!(!shown, "a secret in a mail");
        }
    }
    assert!(mails.sign_ins().iter().all(|line| line.starts_with("sign-in taken") && line.contains("over TLS")));
    server.assert_never_logged(&[PASSWORD]);
}

async fn lines_that_begin_with_a_dot_or_are_long_arrive_whole(backend: Backend) {
    let certificate = OwnCertificate::for_localhost();
    let server = trusting(backend, &certificate).await;
    let mails = Aiosmtpd::start(&certificate, USER, PASSWORD).await;
    send_through(&server, &mails, json!({"fromDisplayName": SENDER, "replyTo": "help@demo.example"})).await;
    // A paragraph begins with the name; a dot alone on its line would end the mail (RFC 5321 §4.5.2).
    let names =
        [".hidden".to_owned(), "..".to_owned(), ".".to_owned(), "dotted.".repeat(11), format!(".{}", "ü".repeat(79))];
    for (count, name) in names.into_iter().enumerate() {
        Admin::sign_in(&server).await.change_client(demo::NIGHTLY_BACKUP, json!({"name": name})).await;
        a_notice(&server).await;
        let mail = mails.wait_for(count + 1).await.remove(count);
        expect_well_made(&mail);
        assert_eq!(text(&mail, "subject"), format!("{name} will soon lose its access"));
        let lead = format!("\n{name} can act for you while you are away. This access ends on ");
        let plain = text(&mail, "text");
        assert!(plain.contains(&lead) && plain.contains(&format!("\nApp: {name}\n")), "{plain}");
        assert!(plain.ends_with("You get this mail because you have an account with Demo.\n"), "{plain}");
        assert!(text(&mail, "html").contains(&format!(">{name} can act for you")), "{mail:#}");
        assert!(text(&mail, "html").trim_end().ends_with("</html>"), "{mail:#}");
    }
}

async fn what_was_due_while_it_was_away_arrives_once(backend: Backend) {
    let certificate = OwnCertificate::for_localhost();
    let server = trusting(backend, &certificate).await;
    let mut mails = Aiosmtpd::prepare(&certificate, USER, PASSWORD);
    send_through(&server, &mails, json!({})).await;
    a_notice(&server).await;
    for _ in 0..3 {
        server.advance_clock(600).await;
        server.run_jobs().await;
    }
    mails.come().await;
    server.advance_clock(DAY_S).await;
    server.run_jobs().await;
    mails.wait_for(1).await;
    // It restarts, with another mail due in between.
    mails.go_away();
    let tokens = Client::photo_frame(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
    Client::photo_frame(&server).refresh(&tokens.refresh_token()).await.expect_tokens();
    server.advance_clock(24 * DAY_S).await;
    server.run_jobs().await;
    mails.come().await;
    for _ in 0..3 {
        server.advance_clock(DAY_S).await;
        server.run_jobs().await;
    }
    let both = mails.wait_for(2).await;
    assert!(text(&both[0], "subject").starts_with("Nightly backup"), "{both:#?}");
    assert!(text(&both[1], "subject").starts_with("Photo frame"), "{both:#?}");
    let ids: Vec<_> = both.iter().map(|mail| text(&mail["headers"], "Message-ID")).collect();
    assert_ne!(ids[0], ids[1]);
}

async fn a_wrong_password_is_told_to_the_admin_and_loses_no_mail(backend: Backend) {
    let certificate = OwnCertificate::for_localhost();
    let server = trusting(backend, &certificate).await;
    let mails = Aiosmtpd::start(&certificate, USER, PASSWORD).await;
    let wrong = send_through(&server, &mails, json!({"password": "outdated"})).await;
    let trial = async |settings: &Value, changes: Value| {
        let mut sent = settings.clone();
        sent["to"] = json!("operator@demo.example");
        for (name, value) in changes.as_object().expect("fields") {
            sent[name] = value.clone();
        }
        Admin::sign_in(&server).await.post("/demo/testSMTPConnection", &sent).await
    };
    let refused = trial(&wrong, json!({})).await.expect(400);
    assert!(refused.text("errorMessage").contains("535"), "what the mail server said: {refused}");
    assert!(!refused.body.contains("outdated"), "{refused}");
    // Without encryption it takes no sign-in, and is shown no password.
    trial(&wrong, json!({"starttls": "false"})).await.expect(400);
    a_notice(&server).await;
    assert!(mails.mails().await.is_empty());
    assert!(mails.sign_ins().iter().all(|line| line.starts_with("sign-in refused")), "{:?}", mails.sign_ins());
    let right = send_through(&server, &mails, json!({})).await;
    trial(&right, json!({})).await.expect(204);
    server.advance_clock(DAY_S).await;
    server.run_jobs().await;
    let both = mails.wait_for(2).await;
    assert_eq!((text(&both[0], "subject"), text(&both[0], "recipients")), ("Mail works", "operator@demo.example"));
    assert_eq!(text(&both[1], "recipients"), ALICE);
    for _ in 0..3 {
        server.advance_clock(DAY_S).await;
        server.run_jobs().await;
    }
    mails.wait_for(2).await;
    server.assert_never_logged(&[PASSWORD, "outdated"]);
}

on_each! {
    a_notice_reads_as_it_was_written_in_both_languages,
    lines_that_begin_with_a_dot_or_are_long_arrive_whole,
    what_was_due_while_it_was_away_arrives_once,
    a_wrong_password_is_told_to_the_admin_and_loses_no_mail,
}
