//! The device grant (RFC 8628): its way from code to tokens, its polling, and attacks on it.

mod attacks;
mod flow;
mod polling;

use perennial_testkit::demo::Person;
use perennial_testkit::{Answer, Browser, Choice, Client, TestServer};

/// Seconds between two polls, unless a client sets another interval.
pub const INTERVAL_S: i64 = 5;

pub async fn ask(client: &Client) -> Answer {
    client.ask_for_device(&[("scope", "openid offline_access")]).await.expect(200)
}

/// The photo frame's tokens after alice has allowed it.
pub async fn alices_device(server: &TestServer) -> (Client, Answer) {
    let client = Client::photo_frame(server);
    let device = ask(&client).await;
    let page = Browser::new(server).connect_device(server, &device, &Person::alice(), &Choice::accept()).await;
    assert!(page.text().contains("Your device is connected"), "{page}");
    let tokens = client.poll_device(&device.text("device_code")).await.expect_tokens();
    (client, tokens)
}
