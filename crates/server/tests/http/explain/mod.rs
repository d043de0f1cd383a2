//! Why a token works or fails, what a policy would end, which sessions there are, and endings of many: everything that looks at
//! offline sessions from above.

mod command_line;
mod dry_runs;
mod export;
mod lists;
mod million;
mod neighbours;
mod preview;
mod revoke;
mod statistics;
mod tokens;
mod whole;

use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, Client, TestServer};
use serde_json::{Value, json};

/// A confidential client that needs no consent, as an admin creates it.
async fn new_client(server: &TestServer, admin: &Admin, name: &str) -> Client {
    admin.create_client(json!({"clientId": name, "secret": "s", "directAccessGrantsEnabled": true})).await;
    Client::confidential(server, name, "s")
}

async fn session_of(client: &Client, person: &Person) -> Answer {
    client.password_grant(person, "openid offline_access").await.expect_tokens()
}

async fn explain_token(admin: &Admin, token: &str) -> Value {
    admin.post("/demo/explain", &json!({"token": token})).await.expect(200).json()
}

async fn explain_session(admin: &Admin, id: &str) -> Value {
    admin.post("/demo/explain", &json!({"session": id})).await.expect(200).json()
}

/// The status of one check.
fn status_of<'a>(explanation: &'a Value, check: &str) -> &'a str {
    let checks = explanation["checks"].as_array().expect("checks");
    let found = checks.iter().find(|one| one["name"] == check);
    found.unwrap_or_else(|| panic!("no check {check}: {explanation}"))["status"].as_str().expect("a status")
}

fn ids(list: &Value) -> Vec<String> {
    let all = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    all.iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

/// The next page's address below `/admin/realms`.
fn next_of(answer: &Answer) -> Option<String> {
    let link = answer.header("link");
    let address = link.strip_prefix('<')?.split_once('>')?.0;
    Some(address.strip_prefix("/admin/realms").expect("a path of the admin API").to_owned())
}
