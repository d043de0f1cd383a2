//! How a mail is made, and that a mail server in trouble loses nothing and blocks nobody.

use super::{ALICE, mail_server};
use crate::support::{DAY_S, alices_backup};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Backend, Choice, Client, MailServer, TestServer, on_both_databases, on_each};
use serde_json::json;
use std::time::Duration;

/// They take longer than a busy machine needs for everything else.
const SLOW_MAILS: usize = 10;

/// alice's session at nightly-backup, and time until its notice is due.
async fn a_session_that_ends_soon(server: &TestServer) {
    Client::nightly_backup(server).authorize(server, &Person::alice(), &Choice::for_days(0)).await;
    server.advance_clock(24 * DAY_S).await;
}

/// Has a mail sent to somebody new.
async fn write_to(server: &TestServer, realm: &str, name: &str) {
    let admin = Admin::sign_in(server).await;
    let fields = json!({"username": name, "enabled": true, "email": format!("{name}@mail.example")});
    let id = admin.post(&format!("/{realm}/users"), &fields).await.created_id();
    let actions = json!(["UPDATE_PASSWORD"]);
    admin.put(&format!("/{realm}/users/{id}/execute-actions-email"), &actions).await.expect(204);
}

on_both_databases! {
    async fn a_mail_says_the_same_as_text_and_as_html_and_leads_to_the_portal(server) {
        let mails = mail_server(&server).await;
        a_session_that_ends_soon(&server).await;
        server.run_jobs().await;
        let mail = mails.wait_for(ALICE, 1).await.remove(0);
        assert_eq!(mail.content_type, "multipart/alternative");
        let portal = format!("{}/realms/demo/account/apps", server.base_url());
        for part in [&mail.text, &mail.html] {
            assert!(part.contains(&portal) && part.contains("Nightly backup"), "{part}");
        }
        assert!(mail.html.contains("<html lang=\"en\">"), "{}", mail.html);
        assert_eq!((mail.from.as_str(), mail.to), ("no-reply@demo.example", vec![ALICE.to_owned()]));
        for header in ["Auto-Submitted: auto-generated", "Message-ID: <", "Date: "] {
            assert!(mail.raw.contains(header), "{header} in {}", mail.raw);
        }
    }

    async fn a_mail_is_written_in_the_realms_language_where_the_user_has_none(server) {
        let mails = mail_server(&server).await;
        Admin::sign_in(&server).await.change_realm(json!({"defaultLocale": "es"})).await;
        a_session_that_ends_soon(&server).await;
        server.run_jobs().await;
        let mail = mails.wait_for(ALICE, 1).await.remove(0);
        assert_eq!(mail.subject, "Nightly backup perderá pronto su acceso");
        assert!(mail.html.contains("<html lang=\"es\">") && mail.text.contains("Último uso"), "{}", mail.text);
    }

    async fn a_hostile_app_name_stays_text_and_adds_no_header(server) {
        let mails = mail_server(&server).await;
        let name = "<script>alert(1)</script>\u{202e} & Bcc: eve@evil.example";
        Admin::sign_in(&server).await.change_client("nightly-backup", json!({"name": name})).await;
        a_session_that_ends_soon(&server).await;
        server.run_jobs().await;
        let mail = mails.wait_for(ALICE, 1).await.remove(0);
        assert_eq!(mail.recipients, [ALICE]);
        assert!(!mail.raw.lines().any(|line| line.starts_with("Bcc:")), "{}", mail.raw);
        assert!(!mail.html.contains("<script>") && mail.html.contains("&lt;script&gt;"), "{}", mail.html);
        assert!(!mail.subject.contains('\u{202e}'), "{}", mail.subject);
    }

    async fn a_dead_mail_server_loses_nothing(server) {
        let mut mails = mail_server(&server).await;
        mails.go_away().await;
        a_session_that_ends_soon(&server).await;
        for _ in 0..3 {
            server.run_jobs().await;
            server.advance_clock(600).await;
        }
        assert!(mails.mails().is_empty());
        mails.come_back().await;
        server.advance_clock(DAY_S).await;
        server.run_jobs().await;
        mails.wait_for(ALICE, 1).await;
        server.advance_clock(DAY_S).await;
        server.run_jobs().await;
        assert_eq!(mails.mails().len(), 1, "once");
    }

    async fn a_dead_mail_server_delays_no_request(server) {
        let mut mails = mail_server(&server).await;
        mails.go_away().await;
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(24 * DAY_S).await;
        server.run_jobs().await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_mail_server_that_answers_slowly_holds_up_no_other_realms_mails(server) {
        let (slow, elsewhere) = (mail_server(&server).await, MailServer::start().await);
        // Together they take longer than anybody waits for here.
        slow.answer_slowly(Duration::from_secs(12));
        for number in 0..SLOW_MAILS {
            write_to(&server, "demo", &format!("reader-{number}")).await;
        }
        slow.wait_for("reader-0@mail.example", 1).await;
        let smtp = json!({"host": "127.0.0.1", "port": elsewhere.port().to_string(), "from": "no-reply@branch.example"});
        Admin::sign_in(&server).await.post("", &json!({"realm": "branch", "smtpServer": smtp})).await.expect(201);
        write_to(&server, "branch", "rose").await;
        elsewhere.wait_for("rose@mail.example", 1).await;
        assert!(slow.mails().len() < SLOW_MAILS, "it waited for the slow one");
    }

    async fn a_recipient_who_is_refused_keeps_nobody_elses_mail(server) {
        let mails = mail_server(&server).await;
        mails.refuse("alice");
        let client = Client::nightly_backup(&server);
        client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        client.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
        server.advance_clock(24 * DAY_S).await;
        server.run_jobs().await;
        mails.wait_for("bob@demo.example", 1).await;
        assert!(mails.mails_to(ALICE).is_empty());
    }
}

/// The operator's own mail server may be there all the same.
async fn only_the_operators_mail_server_may_be_in_the_servers_own_network(backend: Backend) {
    let mails = MailServer::start().await;
    let (url, strict) = (mails.url(), "PERENNIAL_PRIVATE_TARGETS");
    let settings = [(strict, "false"), ("PERENNIAL_SMTP_URL", url.as_str())];
    let server = TestServer::start_with(env!("CARGO_BIN_EXE_perennial"), backend, &settings).await;
    for host in ["127.0.0.1", "localhost"] {
        let admin = Admin::sign_in(&server).await;
        let smtp = json!({"host": host, "port": mails.port().to_string(), "from": "no-reply@demo.example"});
        admin.change_realm(json!({"smtpServer": smtp})).await;
        a_session_that_ends_soon(&server).await;
        server.run_jobs().await;
        assert!(mails.mails().is_empty(), "{:?}", mails.mails());
    }
    let admin = Admin::sign_in(&server).await;
    admin.change_realm(json!({"smtpServer": {}})).await;
    server.advance_clock(DAY_S).await;
    server.run_jobs().await;
    mails.wait_for(ALICE, 1).await;
}

on_each!(only_the_operators_mail_server_may_be_in_the_servers_own_network);
