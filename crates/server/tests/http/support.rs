//! What many tests begin with.

use perennial_testkit::demo::Person;
use perennial_testkit::{Answer, Choice, Client, TestServer};

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
