//! `GET …/statistics`: what an overview draws, counted where it happens and never by looking at sessions.

use super::{new_client, session_of};
use crate::support::{DAY_S, alices_backup};
use perennial_testkit::demo::Person;
use perennial_testkit::token::claims;
use perennial_testkit::{Admin, Choice, TestServer, on_both_databases};
use serde_json::{Value, json};

async fn statistics(server: &TestServer, admin: &Admin) -> Value {
    server.run_jobs().await;
    admin.get("/demo/statistics").await.expect(200).json()
}

/// The last `back` but one of a list of spans.
fn last<'a>(found: &'a Value, spans: &str, back: usize) -> &'a Value {
    found[spans].as_array().expect("spans").iter().rev().nth(back).expect("a span")
}

fn sum(found: &Value, spans: &str, name: &str) -> u64 {
    let count = |span: &Value| span[name].as_u64().unwrap_or_default();
    found[spans].as_array().expect("spans").iter().map(count).sum()
}

on_both_databases! {
    async fn what_begins_and_is_used_is_counted_by_minute_and_by_day(server) {
        let (backup, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        for _ in 0..3 {
            backup.refresh(&tokens.refresh_token()).await.expect_tokens();
        }
        backup.refresh("nonsense").await.expect(400);
        let found = statistics(&server, &admin).await;
        assert_eq!((found["minutes"].as_array().unwrap().len(), found["days"].as_array().unwrap().len()), (60, 30));
        let today = last(&found, "days", 0);
        assert_eq!((&today["begun"], &today["refreshed"]), (&json!(1), &json!(3)));
        assert_eq!(last(&found, "minutes", 0)["refreshed"], 3);

        server.advance_clock(DAY_S).await;
        backup.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let found = statistics(&server, &Admin::sign_in(&server).await).await;
        assert_eq!((&last(&found, "days", 0)["begun"], &last(&found, "days", 1)["begun"]), (&json!(1), &json!(1)));
        assert_eq!((sum(&found, "minutes", "refreshed"), sum(&found, "days", "refreshed")), (0, 3));
    }

    async fn endings_are_counted_by_cause(server) {
        let admin = Admin::sign_in(&server).await;
        let client = new_client(&server, &admin, "counted").await;
        let revoked = session_of(&client, &Person::alice()).await;
        let ended = session_of(&client, &Person::alice()).await;
        session_of(&client, &Person::bob()).await;
        client.revoke(&revoked.refresh_token()).await.expect(200);
        let jti = claims(&ended.refresh_token())["jti"].as_str().expect("a jti").to_owned();
        let body = json!({"sessions": [jti.split('.').next()]});
        assert_eq!(admin.post("/demo/offline-sessions/revoke", &body).await.expect(200).json()["count"], 1);
        let endings = last(&statistics(&server, &admin).await, "days", 0)["endings"].clone();
        assert_eq!(endings, json!({"admin": 1, "client": 1}));

        // Bob's runs out.
        server.advance_clock(31 * DAY_S).await;
        let found = statistics(&server, &Admin::sign_in(&server).await).await;
        assert_eq!(last(&found, "days", 0)["endings"], json!({"idle": 1}));
    }

    async fn an_empty_realm_has_empty_figures_and_only_admins_see_them(server) {
        let admin = Admin::sign_in(&server).await;
        let found = statistics(&server, &admin).await;
        assert_eq!((sum(&found, "days", "begun"), sum(&found, "minutes", "refreshed")), (0, 0));
        admin.get("/nowhere/statistics").await.expect(404);
        let (_, tokens) = alices_backup(&server).await;
        let nobody = Admin::with_bearer(&server, &tokens.access_token());
        assert!([401, 403].contains(&nobody.get("/demo/statistics").await.status));
    }
}
