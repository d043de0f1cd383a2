//! The realm's mail server: Keycloak's `smtpServer`, whose password goes in and never comes out.

use perennial_testkit::{Admin, on_both_databases};
use serde_json::{Value, json};

fn smtp(host: &str, password: &str) -> Value {
    json!({"smtpServer": {
        "host": host, "port": "587", "from": "no-reply@demo.example", "starttls": "true",
        "auth": "true", "user": "mailer", "password": password,
    }})
}

on_both_databases! {
    async fn the_password_is_never_shown_and_kept_where_it_is_sent_back_masked(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(smtp("mail.example", "hunter2-secret")).await;
        let shown = admin.realm().await;
        assert_eq!(shown["smtpServer"]["password"], "**********", "{shown}");
        assert_eq!(shown["smtpServer"]["user"], "mailer");
        admin.change_realm(json!({"smtpServer": shown["smtpServer"]})).await;
        assert_eq!(admin.realm().await["smtpServer"], shown["smtpServer"]);
        server.assert_never_logged(&["hunter2-secret"]);
    }

    async fn a_kept_password_goes_to_no_other_host(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(smtp("mail.example", "hunter2-secret")).await;
        let moved = admin.put("/demo", &smtp("evil.example", "**********")).await.expect(400);
        assert!(moved.body.contains("password"), "{moved}");
        assert_eq!(admin.realm().await["smtpServer"]["host"], "mail.example");
    }

    async fn wrong_mail_settings_are_refused_field_by_field(server) {
        let admin = Admin::sign_in(&server).await;
        for (name, value) in [("port", "99999"), ("from", "nobody"), ("from", "a@b.example\r\nBcc: c@d.example"), ("ssl", "maybe")] {
            let mut sent = smtp("mail.example", "x");
            sent["smtpServer"][name] = json!(value);
            let answer = admin.put("/demo", &sent).await.expect(400);
            assert!(answer.body.contains(&format!("smtpServer.{name}")), "{name}: {answer}");
        }
        admin.put("/demo", &json!({"smtpServer": "mail.example"})).await.expect(400);
        admin.put("/demo", &json!({"offlineSessionExpiringNoticeDays": -1})).await.expect(400);
        admin.put("/demo", &json!({"defaultLocale": "xx"})).await.expect(400);
        assert_eq!(admin.realm().await["smtpServer"], json!({}));
    }

    async fn an_empty_map_goes_back_to_the_process_wide_server(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(smtp("mail.example", "x")).await;
        admin.change_realm(json!({"smtpServer": {}})).await;
        assert_eq!(admin.realm().await["smtpServer"], json!({}));
    }
}
