//! What a console's settings lean on: an accent from the palette, a rotation that is foreseen, a secret made anew, a mail
//! server tried out.

use crate::notices::{deliveries, ping, webhook};
use crate::support::alices_backup;
use perennial_testkit::{Admin, Answer, Listener, MailServer, on_both_databases};
use serde_json::{Value, json};

async fn rotation(admin: &Admin, wanted: Value) -> Value {
    admin.post("/demo/keys/rotate", &wanted).await.expect(200).json()
}

on_both_databases! {
    async fn a_realm_takes_its_accent_from_the_palette_only(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"attributes": {"accentColor": "violet", "other": "kept"}})).await;
        let kept = json!({"accentColor": "violet", "other": "kept"});
        assert_eq!(admin.realm().await["attributes"], kept);
        let page = Answer::of(server.http().get(server.demo_url("/device"))).await.expect(200);
        assert!(page.body.contains("pn-accent-violet"), "{page}");
        for wrong in ["#ff0000", "Violet", "violet\" onload=\"x", &"a".repeat(5_000)] {
            let answer = admin.put("/demo", &json!({"attributes": {"accentColor": wrong}})).await.expect(400);
            assert!(answer.body.contains("attributes.accentColor"), "{answer}");
        }
        assert_eq!(admin.realm().await["attributes"], kept);
        admin.change_realm(json!({"attributes": {"accentColor": "", "other": "kept"}})).await;
        assert_eq!(admin.realm().await["attributes"], json!({"other": "kept"}));
    }

    async fn a_rotation_is_foreseen_and_nothing_is_done(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let before = admin.get("/demo/keys").await.expect(200).json();
        let active = before["keys"].as_array().expect("keys").iter().find(|key| key["type"] == "OCT").expect("one")["kid"].clone();
        let wanted = json!({"kind": "refresh", "compromised": true, "kid": active, "dryRun": true});
        let foreseen = rotation(&admin, wanted).await;
        assert_eq!((&foreseen["removed"], &foreseen["endedSessions"]), (&json!([active]), &json!(1)), "{foreseen}");
        assert_eq!(foreseen["made"], json!([]));
        let gentle = rotation(&admin, json!({"kind": "refresh", "dryRun": true})).await;
        assert_eq!((&gentle["passive"], &gentle["endedSessions"]), (&json!([active]), &json!(0)), "{gentle}");
        assert_eq!(admin.get("/demo/keys").await.expect(200).json(), before);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let unknown = json!({"kind": "refresh", "kid": "nobody", "dryRun": true});
        admin.post("/demo/keys/rotate", &unknown).await.expect(404);

        let done = rotation(&admin, json!({"kind": "refresh", "compromised": true, "kid": active})).await;
        assert_eq!(done["endedSessions"], 1, "as foreseen: {done}");
        assert_eq!(client.refresh(&tokens.refresh_token()).await.status, 400);

        let viewer = admin.with_roles(&server, "viewer", &["view-realm"]).await;
        viewer.post("/demo/keys/rotate", &json!({"kind": "refresh", "dryRun": true})).await.expect(403);
    }

    async fn a_webhooks_secret_is_made_anew_and_told_once(server) {
        let listener = Listener::start().await;
        let hook = webhook(&server, &listener, &["*"]).await;
        let admin = Admin::sign_in(&server).await;
        let id = hook["id"].as_str().expect("an id");
        let path = format!("/demo/webhooks/{id}");
        let answer = admin.post(&format!("{path}/secret"), &Value::Null).await.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        let (old, new) = (hook["secret"].as_str().expect("told"), answer.text("secret"));
        assert_ne!(old, new);
        assert!(!admin.get(&path).await.expect(200).body.contains("whsec_"));
        ping(&server, &hook).await;
        let received = listener.wait_for(1).await.remove(0);
        assert!(received.is_signed_with(&new) && !received.is_signed_with(old), "{received:?}");
        let delivered = deliveries(&server, &hook).await;
        assert_eq!(delivered[0]["payload"], received.body, "what was sent");
        let viewer = admin.with_roles(&server, "viewer", &["view-realm"]).await;
        viewer.post(&format!("{path}/secret"), &Value::Null).await.expect(403);
        admin.post("/demo/webhooks/nonsense/secret", &Value::Null).await.expect(404);
        server.assert_never_logged(&[new.as_str()]);
    }

    async fn a_mail_server_is_tried_out_before_it_is_saved(server) {
        let mut mails = MailServer::start().await;
        let admin = Admin::sign_in(&server).await;
        let port = mails.port().to_string();
        let wanted = json!({"host": "127.0.0.1", "port": port, "from": "no-reply@demo.example", "to": "admin@demo.example"});
        admin.post("/demo/testSMTPConnection", &wanted).await.expect(204);
        let mail = mails.wait_for("admin@demo.example", 1).await.remove(0);
        assert_eq!(mail.from, "no-reply@demo.example");
        assert_eq!(admin.realm().await["smtpServer"], json!({}), "nothing is saved by trying");

        for (name, value) in [("host", ""), ("from", "nobody"), ("port", "0"), ("to", "x\r\nBcc: eve@evil.example")] {
            let mut wrong = wanted.clone();
            wrong[name] = json!(value);
            let answer = admin.post("/demo/testSMTPConnection", &wrong).await;
            assert_eq!(answer.status, 400, "{name}: {answer}");
        }
        mails.go_away().await;
        let answer = admin.post("/demo/testSMTPConnection", &wanted).await.expect(400);
        assert!(!answer.text("errorMessage").is_empty(), "{answer}");
        let viewer = admin.with_roles(&server, "viewer", &["view-realm"]).await;
        viewer.post("/demo/testSMTPConnection", &wanted).await.expect(403);
    }
}
