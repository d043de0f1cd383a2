//! What was allowed before a bulk ending by a filter, and comes for its tokens after that: it begins nothing that the filter admits.

use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases};
use serde_json::{Value, json};

const REVOKE: &str = "/demo/offline-sessions/revoke";

/// A code and a device that somebody has allowed, and that nobody has come for yet.
struct Allowed {
    frame: Client,
    request: AuthorizationRequest,
    code: String,
    device_code: String,
}

impl Allowed {
    async fn by(server: &TestServer, person: &Person) -> Self {
        let (frame, request) = (Client::photo_frame(server), AuthorizationRequest::photo_frame());
        let redirect = Browser::new(server).authorize(server, &request, person, &Choice::accept()).await;
        let device = frame.ask_for_device(&[("scope", "openid offline_access")]).await.expect(200);
        Browser::new(server).connect_device(server, &device, person, &Choice::accept()).await;
        Self { frame, request, code: redirect.code(), device_code: device.text("device_code") }
    }

    async fn come(&self) -> [Answer; 2] {
        let redeemed = self.frame.redeem(&self.request, &self.code).await;
        [redeemed, self.frame.poll_device(&self.device_code).await]
    }

    async fn expect_nothing(&self) {
        let [redeemed, polled] = self.come().await;
        assert_eq!((redeemed.status, redeemed.text("error").as_str()), (400, "invalid_grant"), "{redeemed}");
        assert_eq!(polled.status, 400, "{polled}");
        assert!(["invalid_grant", "access_denied"].contains(&polled.text("error").as_str()), "{polled}");
    }

    async fn expect_both(&self) {
        for answer in self.come().await {
            let tokens = answer.expect_tokens();
            self.frame.refresh(&tokens.refresh_token()).await.expect_tokens();
        }
    }
}

async fn sessions(admin: &Admin) -> usize {
    admin.offline_sessions(demo::PHOTO_FRAME).await.len()
}

async fn ended(admin: &Admin, filter: Value) -> Value {
    admin.post(REVOKE, &json!({ "filter": filter })).await.expect(200).json()
}

on_both_databases! {
    async fn a_code_and_a_device_that_were_allowed_before_begin_nothing_that_was_to_end(server) {
        let admin = Admin::sign_in(&server).await;
        let now_ms = 1_000 * server.now_s().await;
        for filter in [
            json!({"user": "alice"}),
            json!({"user": "alice", "client": "photo-frame"}),
            json!({"client": "photo-frame"}),
            json!({"scope": "offline_access"}),
            json!({"paused": false}),
            json!({"blocked": false, "user": "alice"}),
            json!({"client": "photo-frame", "usedAfter": now_ms - 86_400_000}),
            json!({"user": "alice", "endsBefore": now_ms + 400 * 86_400_000_i64}),
        ] {
            let allowed = Allowed::by(&server, &Person::alice()).await;
            let told = ended(&admin, filter.clone()).await;
            assert_eq!((&told["count"], &told["complete"]), (&json!(0), &json!(true)), "{filter}: nothing had begun");
            allowed.expect_nothing().await;
            assert_eq!(sessions(&admin).await, 0, "{filter}");
            // What is allowed from then on is no latecomer.
            server.advance_clock(1).await;
            Allowed::by(&server, &Person::alice()).await.expect_both().await;
            assert_eq!(ended(&admin, json!({"user": "alice"})).await["count"], 2, "{filter}");
        }
    }

    async fn one_that_begins_beside_sessions_that_end_ends_with_them(server) {
        let admin = Admin::sign_in(&server).await;
        Allowed::by(&server, &Person::alice()).await.expect_both().await;
        let (allowed, bobs) = (Allowed::by(&server, &Person::alice()).await, Allowed::by(&server, &Person::bob()).await);
        assert_eq!(ended(&admin, json!({"user": "alice"})).await["count"], 2);
        allowed.expect_nothing().await;
        bobs.expect_both().await;
        assert_eq!(sessions(&admin).await, 2, "bob's");
    }

    async fn what_the_filter_does_not_mean_begins(server) {
        let admin = Admin::sign_in(&server).await;
        let allowed = Allowed::by(&server, &Person::alice()).await;
        let now_ms = 1_000 * server.now_s().await;
        for filter in [
            json!({"user": "bob"}),
            json!({"user": "alice", "client": "nightly-backup"}),
            json!({"scope": "phone"}),
            json!({"resource": "https://api.example/"}),
            json!({"ipAddress": "192.0.2.77"}),
            json!({"user": "alice", "usedBefore": now_ms - 1_000}),
            json!({"user": "alice", "startedBefore": now_ms - 1_000}),
            json!({"user": "alice", "paused": true}),
            json!({"user": "alice", "blocked": true}),
            json!({"user": "alice", "endsBefore": now_ms + 1_000}),
        ] {
            assert_eq!(ended(&admin, filter).await["count"], 0);
        }
        let dry = json!({"filter": {"user": "alice"}, "dryRun": true});
        assert_eq!(admin.post(REVOKE, &dry).await.expect(200).json()["count"], 0);
        admin.post("/master/offline-sessions/revoke", &json!({"all": true})).await.expect(200);
        allowed.expect_both().await;
        assert_eq!(sessions(&admin).await, 2);
    }

    async fn a_device_that_is_still_being_decided_on_is_not_meant(server) {
        let admin = Admin::sign_in(&server).await;
        let frame = Client::photo_frame(&server);
        let device = frame.ask_for_device(&[("scope", "openid offline_access")]).await.expect(200);
        ended(&admin, json!({"user": "alice"})).await;
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        frame.poll_device(&device.text("device_code")).await.expect_tokens();
        assert_eq!(sessions(&admin).await, 1);
    }
}
