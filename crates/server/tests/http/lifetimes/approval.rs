//! The end of an admin's approval, as it is now, ends the sessions that live by it, and is told as it is.

use crate::support::{DAY_S, grant_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::token::claims;
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases};
use serde_json::{Value, json};

/// Approves what nightly-backup asks for, until `end` (milliseconds).
async fn approve(admin: &Admin, end: Option<i64>) {
    let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let approval = json!({"scopes": ["openid", "profile", "email", "offline_access"], "expires": end});
    admin.put(&format!("/demo/admin-consents/{uuid}"), &approval).await.expect(204);
}

/// Alice's session, which no consent page was shown for.
async fn silently(server: &TestServer) -> Answer {
    let (browser, request) = (Browser::new(server), AuthorizationRequest::nightly_backup());
    let page = browser.open_page(&request.url(server)).await;
    let redirect = browser.submit(&perennial_testkit::authorize::sign_in(&page, &Person::alice())).await.redirect();
    Client::nightly_backup(server).redeem(&request, &redirect.code()).await.expect_tokens()
}

async fn shown(admin: &Admin) -> Value {
    admin.offline_sessions(demo::NIGHTLY_BACKUP).await.remove(0)
}

async fn foretold(admin: &Admin) -> [Value; 3] {
    let told = admin.post("/demo/token-policy/preview", &json!({})).await.expect(200).json();
    ["total", "endsNow", "endsWithin7Days"].map(|name| told[name].clone())
}

on_both_databases! {
    async fn what_ends_with_the_approval_is_foretold_and_counted_and_what_its_user_allowed_is_not(server) {
        Client::nightly_backup(&server).authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
        let admin = Admin::sign_in(&server).await;
        approve(&admin, None).await;
        silently(&server).await;
        assert_eq!(foretold(&admin).await, [2, 0, 0]);
        let start = shown(&admin).await["start"].as_i64().expect("an instant");
        approve(&admin, Some(start + 9 * DAY_S * 1_000)).await;
        assert_eq!(foretold(&admin).await, [2, 0, 0]);
        approve(&admin, Some(start + 5 * DAY_S * 1_000)).await;
        assert_eq!(foretold(&admin).await, [2, 0, 1]);
        server.advance_clock(5 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        assert_eq!(foretold(&admin).await, [1, 0, 0]);
    }

    async fn lists_sums_and_dry_runs_know_which_sessions_end_with_the_approval(server) {
        let bobs = Client::nightly_backup(&server).authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
        let admin = Admin::sign_in(&server).await;
        approve(&admin, None).await;
        let alices = silently(&server).await;
        let end = (server.now_s().await + 5 * DAY_S) * 1_000;
        approve(&admin, Some(end)).await;
        let by_end = "/demo/offline-sessions?sort=end&order=asc";
        let both = admin.get(by_end).await.expect(200).json();
        assert_eq!((&both[0]["id"], &both[1]["id"]), (&json!(grant_of(&alices)), &json!(grant_of(&bobs))));
        assert_eq!((&both[0]["expires"], &both[0]["endsBy"]), (&json!(end), &json!("approval")));
        for (bound, ending) in [(end, 0), (end + 1, 1), (end + 90 * DAY_S * 1_000, 2)] {
            let summed = admin.get(&format!("/demo/offline-sessions/summary?endsBefore={bound}")).await.expect(200).json();
            assert_eq!((&summed["total"], &summed["complete"]), (&json!(ending), &json!(true)), "{bound}");
            let dry = json!({"filter": {"endsBefore": bound}, "dryRun": true});
            let told = admin.post("/demo/offline-sessions/revoke", &dry).await.expect(200).json();
            assert_eq!(told["count"], ending, "{bound}");
        }
        server.advance_clock(5 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        let left = admin.get(by_end).await.expect(200).json();
        assert_eq!((left.as_array().map(Vec::len), &left[0]["id"]), (Some(1), &json!(grant_of(&bobs))));
        assert_eq!(admin.get("/demo/offline-sessions/summary").await.expect(200).json()["total"], 1);
    }

    async fn an_approval_that_is_given_an_end_later_or_shortened_ends_its_sessions_then(server) {
        let admin = Admin::sign_in(&server).await;
        approve(&admin, None).await;
        let (client, tokens) = (Client::nightly_backup(&server), silently(&server).await);
        let start = shown(&admin).await["start"].as_i64().expect("an instant");
        for days in [9, 5] {
            let end = start + days * DAY_S * 1_000;
            approve(&admin, Some(end)).await;
            let session = shown(&admin).await;
            assert_eq!((&session["expires"], &session["endsBy"]), (&json!(end), &json!("approval")));
            let refreshed = client.refresh(&tokens.refresh_token()).await.expect_tokens();
            assert_eq!(refreshed.number("refresh_expires_in"), days * DAY_S);
            let exp = &claims(&refreshed.refresh_token())["exp"];
            assert_eq!(exp, &json!(end / 1_000));
            assert_eq!(&client.introspect(&refreshed.refresh_token()).await.expect(200).json()["exp"], exp);
        }
        server.advance_clock(5 * DAY_S - 60).await;
        let last = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!((last.number("refresh_expires_in"), last.number("expires_in")), (60, 60));
        server.advance_clock(60).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn in_its_last_second_a_session_does_not_say_that_nothing_limits_it(server) {
        let admin = Admin::sign_in(&server).await;
        approve(&admin, None).await;
        let (client, tokens) = (Client::nightly_backup(&server), silently(&server).await);
        approve(&admin, Some((server.now_s().await + DAY_S) * 1_000)).await;
        server.advance_clock(DAY_S - 1).await;
        let last = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(last.number("refresh_expires_in"), 1, "{last}");
    }

    async fn a_session_with_a_consent_of_its_own_does_not_end_with_the_approval(server) {
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        let admin = Admin::sign_in(&server).await;
        let start = shown(&admin).await["start"].as_i64().expect("an instant");
        approve(&admin, Some(start + DAY_S * 1_000)).await;
        assert_eq!(shown(&admin).await["endsBy"], "idle");
        server.advance_clock(DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }
}
