//! `perennial sessions`: the operator lists and ends offline sessions beside a running server.

use crate::support::{DAY_S, alices_backup, alices_frame, expect_alive, grant_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, TestServer, on_both_databases};
use serde_json::{Value, json};

/// What the verb prints where it succeeds, as JSON lines.
fn lines(server: &TestServer, arguments: &[&str]) -> Vec<Value> {
    let (done, text) = server.run_verb(&[&["sessions"], arguments, &["--json"]].concat());
    assert!(done, "{arguments:?}: {text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
}

fn refused(server: &TestServer, arguments: &[&str]) -> String {
    let (done, text) = server.run_verb(&[&["sessions"], arguments].concat());
    assert!(!done, "{arguments:?}: {text}");
    text
}

on_both_databases! {
    async fn sessions_are_listed_as_the_admin_api_has_them_and_filtered(server) {
        let (client, tokens) = alices_backup(&server).await;
        let bobs = client.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let (_, framed) = alices_frame(&server).await;
        let all = lines(&server, &["list", "--realm", "demo"]);
        assert_eq!(all.len(), 3, "{all:?}");
        let admin = Admin::sign_in(&server).await;
        let shown = admin.get("/demo/offline-sessions?order=asc").await.expect(200).json();
        assert_eq!(json!(all), shown);
        let ids = |arguments: &[&str]| -> Vec<String> {
            let found = lines(&server, &[&["list", "--realm", "demo"], arguments].concat());
            found.iter().map(|session| session["id"].as_str().expect("an id").to_owned()).collect()
        };
        assert_eq!(ids(&["--user", "bob"]), [grant_of(&bobs)]);
        assert_eq!(ids(&["--client", "photo-frame"]), [grant_of(&framed)]);
        assert_eq!(ids(&["--client", "nightly-backup", "--user", "alice"]), [grant_of(&tokens)]);
        assert_eq!(ids(&["--scope", "phone"]), [""; 0]);
        assert_eq!(ids(&["--unused-for", "2"]), [""; 0]);
        server.advance_clock(3 * DAY_S).await;
        expect_alive(&client, &bobs).await;
        assert_eq!(ids(&["--unused-for", "2", "--client", "nightly-backup"]), [grant_of(&tokens)]);
        let (done, text) = server.run_verb(&["sessions", "list", "--realm", "demo", "--user", "bob"]);
        assert!(done && text.contains("nightly-backup  bob  used 0 d ago  ends in 27 d (consent)"), "{text}");
    }

    async fn a_dry_run_ends_nothing_and_the_real_one_what_it_said(server) {
        let (client, tokens) = alices_backup(&server).await;
        let bobs = client.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let arguments = ["revoke", "--realm", "demo", "--client", "nightly-backup", "--user", "alice"];
        let would = lines(&server, &[&arguments[..], &["--dry-run"]].concat()).remove(0);
        assert_eq!((&would["dryRun"], &would["count"], &would["sample"][0]["id"]), (&json!(true), &json!(1), &json!(grant_of(&tokens))));
        expect_alive(&client, &tokens).await;
        let done = lines(&server, &arguments).remove(0);
        assert_eq!((&done["dryRun"], &done["count"]), (&json!(false), &json!(1)));
        // The running server knows at once.
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!client.is_active(&tokens.access_token()).await);
        expect_alive(&client, &bobs).await;
        let line = server.audit_lines().into_iter().find(|line| line["action"] == "grants_ended").expect("an audit line");
        assert_eq!((&line["actor"], &line["grants"]), (&json!("operator"), &json!([grant_of(&tokens)])));
        let told = Admin::sign_in(&server).await.event("REVOKE_GRANT").await;
        assert_eq!((&told["details"]["by"], &told["clientId"]), (&json!("operator"), &json!(demo::NIGHTLY_BACKUP)));
        assert_eq!(lines(&server, &arguments).remove(0)["count"], 0);
    }

    async fn everything_ends_only_where_that_is_said(server) {
        let (client, tokens) = alices_backup(&server).await;
        let (frame, framed) = alices_frame(&server).await;
        let text = refused(&server, &["revoke", "--realm", "demo"]);
        assert!(text.contains("--all"), "{text}");
        expect_alive(&client, &tokens).await;
        let (done, text) = server.run_verb(&["sessions", "revoke", "--realm", "demo", "--all"]);
        assert!(done && text.contains("2  ended"), "{text}");
        for (client, tokens) in [(client, tokens), (frame, framed)] {
            client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        }
    }

    async fn what_is_not_there_is_named(server) {
        alices_backup(&server).await;
        assert!(refused(&server, &["list", "--realm", "nowhere"]).contains("no realm nowhere"));
        assert!(refused(&server, &["list", "--realm", "demo", "--client", "nothing"]).contains("Client not found"));
        assert!(refused(&server, &["revoke", "--realm", "demo", "--user", "nobody"]).contains("User not found"));
        assert!(refused(&server, &["revoke", "--realm", "demo", "--address", "here"]).contains("--address"));
        assert!(refused(&server, &["list"]).contains("--realm"));
        assert!(refused(&server, &["list", "--realm", "demo", "--unused-for=-1"]).contains("unused-for"));
        assert_eq!(lines(&server, &["list", "--realm", "demo"]).len(), 1);
    }
}
