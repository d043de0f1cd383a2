//! The end of a user session, and what uses it in the middle of another unit. On PostgreSQL alone: the units of SQLite take turns.

use crate::support::{alices_online, expect_alive, grant_of, is_signed_out};
use perennial_crypto::token_hash;
use perennial_domain::GrantId;
use perennial_domain::grant::Grant;
use perennial_storage::{StorageError, StorageResult, Store, StoreOptions, Tx, codes, grants};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, Listener, TestServer, on_postgres,
};
use serde_json::json;
use std::sync::mpsc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Enough for a request to come as far as it can. One that does not is no failure: it comes later, and is judged then.
const A_WHILE: Duration = Duration::from_millis(300);

/// The idle timeout of the demo realm's user sessions.
const IDLE_S: i64 = 1_800;

/// A unit beside the server's own that has done its work, keeps what it holds, and is undone when it is let go.
struct Halted {
    go: mpsc::Sender<()>,
    unit: JoinHandle<Result<(), StorageError>>,
}

impl Halted {
    async fn after(server: &TestServer, work: impl FnOnce(&mut Tx<'_>) -> StorageResult<()> + Send + 'static) -> Self {
        let store = Store::open(StoreOptions::new(server.database_url())).await.expect("the database");
        let (go, gone_on) = mpsc::channel::<()>();
        let (there, arrived) = tokio::sync::oneshot::channel();
        let unit = move |tx: &mut Tx<'_>| {
            work(tx)?;
            there.send(()).expect("somebody waits for it");
            assert!(gone_on.recv().is_err(), "nothing is ever sent");
            Err::<(), StorageError>(StorageError::Conflict("undone".into()))
        };
        let unit = tokio::spawn(async move { store.write(unit).await });
        arrived.await.expect("it came so far");
        Self { go, unit }
    }

    async fn undo(self) {
        drop(self.go);
        self.unit.await.expect("no panic").expect_err("undone");
    }
}

/// Ends the user session of an ordinary token of photo-frame's, as that itself may.
fn logging_out(server: &TestServer, tokens: &Answer) -> JoinHandle<Answer> {
    let form = [("client_id", demo::PHOTO_FRAME), ("refresh_token", &tokens.refresh_token())];
    tokio::spawn(Answer::of(server.http().post(server.demo_url("/protocol/openid-connect/logout")).form(&form)))
}

on_postgres! {
    async fn a_client_whose_code_is_redeemed_while_its_session_ends_is_told_of_the_end_or_gets_nothing(server) {
        let app = Listener::start().await;
        let told = json!({"attributes": {"backchannel.logout.url": app.url("/backchannel")}});
        Admin::sign_in(&server).await.change_client(demo::NIGHTLY_BACKUP, told).await;
        let (browser, node) = (Browser::new(&server), server.second_node().await);
        let asked = AuthorizationRequest::photo_frame().scope("openid");
        let redirect = browser.authorize(&server, &asked, &Person::alice(), &Choice::accept()).await;
        let frames = Client::photo_frame(&server).redeem(&asked, &redirect.code()).await.expect_tokens();
        let request = AuthorizationRequest::nightly_backup().scope("openid");
        let code = browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await.code();

        // The id of the grant that the code becomes is taken: whoever redeems it has found the session, and waits.
        let (like, hash) = (grant_of(&frames).parse::<GrantId>().expect("an id"), token_hash(&code));
        let halted = Halted::after(&server, move |tx| {
            let like = grants::find(tx, like)?.expect("the frame's grant");
            let id = codes::find(tx, like.realm_id, &hash)?.expect("the code").grant_id;
            grants::insert(tx, &Grant { id, ..like })
        })
        .await;
        let client = Client::nightly_backup(&server);
        let redeeming = tokio::spawn(async move { client.redeem(&request, &code).await });
        tokio::time::sleep(A_WHILE).await;
        let ending = logging_out(&node, &frames);
        tokio::time::sleep(A_WHILE).await;
        halted.undo().await;

        ending.await.expect("an answer").expect(204);
        let redeemed = redeeming.await.expect("an answer");
        if redeemed.status == 200 {
            Client::nightly_backup(&server).refresh(&redeemed.refresh_token()).await.expect_error(400, "invalid_grant");
            app.wait_for(1).await;
        } else {
            redeemed.expect_error(400, "invalid_grant");
        }
    }

    async fn a_session_that_was_used_just_before_its_end_outlives_the_walk_that_found_it_idle(server) {
        let (browser, client, tokens) = alices_online(&server).await;
        server.advance_clock(IDLE_S - 1).await;
        let grant = grant_of(&tokens).parse::<GrantId>().expect("an id");
        // The use has been judged, and waits to be written.
        let halted = Halted::after(&server, move |tx| grants::hold_all(tx, &[grant])).await;
        let (user, token) = (client.clone(), tokens.refresh_token());
        let using = tokio::spawn(async move { user.refresh(&token).await });
        tokio::time::sleep(A_WHILE).await;
        server.advance_clock(2).await;
        let walking = tokio::spawn(Answer::of(server.http().post(server.url("/test/jobs"))));
        tokio::time::sleep(A_WHILE).await;
        halted.undo().await;

        walking.await.expect("an answer").expect(204);
        let used = using.await.expect("an answer");
        if used.status == 200 {
            expect_alive(&client, &used).await;
            assert!(!is_signed_out(&server, &browser).await);
        } else {
            used.expect_error(400, "invalid_grant");
        }
    }

    async fn uses_and_endings_of_sessions_at_two_nodes_do_not_wait_for_each_other_in_a_circle(server) {
        let node = server.second_node().await;
        for _ in 0..10 {
            let frame = Client::photo_frame(&server);
            let request = AuthorizationRequest::photo_frame().scope("openid");
            let redirect = Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
            let tokens = frame.redeem(&request, &redirect.code()).await.expect_tokens();
            let uses: Vec<_> = (0..6)
                .map(|number| {
                    let client = Client::photo_frame(if number % 2 == 0 { &server } else { &node });
                    let token = tokens.refresh_token();
                    tokio::spawn(async move { client.refresh(&token).await })
                })
                .collect();
            logging_out(&node, &tokens).await.expect("an answer").expect(204);
            for used in uses {
                let used = used.await.expect("an answer");
                assert!(matches!(used.status, 200 | 400), "{used}");
            }
        }
    }
}
