//! What many tests begin with.

mod held;

pub use held::Held;

use perennial_testkit::demo::Person;
use perennial_testkit::{Answer, Choice, Client, TestServer};
use serde_json::Value;

pub const DAY_S: i64 = 86_400;

/// alice allows nightly-backup to act while she is away.
pub async fn alices_backup(server: &TestServer) -> (Client, Answer) {
    let client = Client::nightly_backup(server);
    let tokens = client.authorize(server, &Person::alice(), &Choice::accept()).await;
    (client, tokens)
}

/// alice allows the public photo-frame to act while she is away.
pub async fn alices_frame(server: &TestServer) -> (Client, Answer) {
    let client = Client::photo_frame(server);
    let tokens = client.authorize(server, &Person::alice(), &Choice::accept()).await;
    (client, tokens)
}

/// The client called `nightly-backup` at another node.
pub fn backup_at(node: &TestServer) -> Client {
    Client::nightly_backup(node)
}

/// The grant that an access token came from: the id of its session in both APIs.
pub fn grant_of(tokens: &Answer) -> String {
    claim(tokens, "gid")
}

/// The user whom an access token is for.
pub fn user_of(tokens: &Answer) -> String {
    claim(tokens, "sub")
}

fn claim(tokens: &Answer, name: &str) -> String {
    perennial_testkit::token::claims(&tokens.access_token())[name].as_str().expect("a text claim").to_owned()
}

/// Fails the test unless the session is gone with its access tokens, at every endpoint that could tell.
pub async fn expect_ended(client: &Client, tokens: &Answer) {
    let refused = client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    let said = refused.text("error_description");
    let words = ["Offline session not found", "Offline session not active", "Session not active", "Stale token"];
    assert!(words.contains(&said.as_str()), "{refused}");
    client.userinfo(&tokens.access_token()).await.expect(401);
    if client.authentication != perennial_testkit::client::Authentication::None {
        assert!(!client.is_active(&tokens.access_token()).await);
        assert!(!client.is_active(&tokens.refresh_token()).await);
    }
}

/// The same for an offline session whose row is gone, too: nothing that is changed later could bring it back.
pub async fn expect_gone(client: &Client, tokens: &Answer) {
    expect_ended(client, tokens).await;
    client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
}

/// Fails the test unless the session goes on, and gives its next tokens.
pub async fn expect_alive(client: &Client, tokens: &Answer) -> Answer {
    client.refresh(&tokens.refresh_token()).await.expect_tokens()
}

/// An ordinary sign-in of alice's at nightly-backup, without offline access, in a browser of its own.
pub async fn alices_online(server: &TestServer) -> (perennial_testkit::Browser, Client, Answer) {
    let (browser, client) = (perennial_testkit::Browser::new(server), Client::nightly_backup(server));
    let request = perennial_testkit::AuthorizationRequest::nightly_backup().scope("openid");
    let redirect = browser.authorize(server, &request, &Person::alice(), &Choice::accept()).await;
    let tokens = client.redeem(&request, &redirect.code()).await.expect_tokens();
    (browser, client, tokens)
}

/// What a bulk ending may tell whoever does not wait: that it goes on, and which clients it has counted by then, or all of it where it
/// was through before it could tell.
pub fn expect_told_early(answer: &Answer, foretold: &Value) {
    let told = answer.json();
    let (some, all) = (clients_of(&told), clients_of(foretold));
    match answer.status {
        200 => assert_eq!((&told["complete"], &told["count"], some), (&Value::Bool(true), &foretold["count"], all)),
        202 => {
            assert_eq!(told["complete"], false, "{answer}");
            let of = |client: &Value| client["count"].as_u64().expect("a count");
            for client in some {
                let whole =
                    all.iter().find(|one| one["clientId"] == client["clientId"]).expect("a client that was foretold");
                assert!(of(client) <= of(whole), "more than there were: {answer}");
            }
            assert_eq!(told["count"].as_u64(), Some(some.iter().map(of).sum::<u64>()), "{answer}");
        }
        _ => panic!("neither promised nor done: {answer}"),
    }
}

fn clients_of(told: &Value) -> &[Value] {
    told["clients"].as_array().expect("clients")
}

/// Whether the browser would have to sign in again.
pub async fn is_signed_out(server: &TestServer, browser: &perennial_testkit::Browser) -> bool {
    let silent = perennial_testkit::AuthorizationRequest::nightly_backup().scope("openid").prompt("none");
    browser.open(&silent.url(server)).await.redirect().get("error") == Some("login_required")
}
