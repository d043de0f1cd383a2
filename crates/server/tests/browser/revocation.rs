//! Revocation of a realm, of a client and of a user, each on its own page: what was issued until then is refused, what begins
//! later works, and the mark goes again without reviving anything.

use crate::support::{admin_console, server_with_consoles, wait_until_closed};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Backend, Choice, Chromium, Client, TestServer};

/// What has a mark.
struct Level {
    page: String,
    /// Where the API tells the mark.
    api: String,
    /// A session of this client for this person is none of its.
    spares: Option<(Client, Person)>,
}

impl Level {
    async fn set(&self, browser: &Chromium, server: &TestServer) {
        browser.open(&server.url(&self.page)).await;
        browser.find_text("Nothing is revoked by time").await;
        assert!(!browser.has("#clear-not-before").await, "there is no mark on {}", self.page);
        browser.click("#set-not-before").await;
        browser.find_text("1 offline session ends at once").await;
        browser.answer_dialog("Revoke all until now").await;
        browser.find_text("Everything issued before this moment is refused").await;
        assert!(self.mark(server).await > 0, "{}", self.api);
    }

    async fn clear(&self, browser: &Chromium, server: &TestServer) {
        browser.click("#clear-not-before").await;
        browser.find_text("sessions that have ended stay ended").await;
        browser.answer_dialog("Clear").await;
        browser.find_text("Nothing is revoked by time").await;
        wait_until_closed(browser, "#clear-not-before").await;
        assert_eq!(self.mark(server).await, 0, "{}", self.api);
    }

    /// In Unix seconds; 0 is none.
    async fn mark(&self, server: &TestServer) -> i64 {
        Admin::sign_in(server).await.get(&self.api).await.expect(200).number("notBefore")
    }

    /// The session that is spared.
    async fn bystander(&self, server: &TestServer) -> Option<Answer> {
        let (client, person) = self.spares.as_ref()?;
        Some(client.authorize(server, person, &Choice::accept()).await)
    }
}

async fn levels(server: &TestServer) -> [Level; 3] {
    let admin = Admin::sign_in(server).await;
    let (client, user) = (admin.client_uuid(demo::NIGHTLY_BACKUP).await, admin.user_id("alice").await);
    [
        Level { page: "/admin/demo/revocation".to_owned(), api: "/demo".to_owned(), spares: None },
        Level {
            page: format!("/admin/demo/clients/{client}/advanced"),
            api: format!("/demo/clients/{client}"),
            spares: Some((Client::photo_frame(server), Person::alice())),
        },
        Level {
            page: format!("/admin/demo/users/{user}"),
            api: format!("/demo/users/{user}"),
            spares: Some((Client::nightly_backup(server), Person::bob())),
        },
    ]
}

#[tokio::test]
async fn a_mark_at_a_realm_a_client_or_a_user_refuses_what_is_older_and_goes_again() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let backup = Client::nightly_backup(&server);
    let levels = levels(&server).await;
    let browser = admin_console(&server, &levels[0].page).await;
    for level in &levels {
        let old = backup.authorize(&server, &Person::alice(), &Choice::accept()).await;
        let old = backup.refresh(&old.refresh_token()).await.expect_tokens().refresh_token();
        let bystander = level.bystander(&server).await;

        level.set(&browser, &server).await;
        backup.refresh(&old).await.expect_refusal("Offline session not found");
        let new = backup.authorize(&server, &Person::alice(), &Choice::accept()).await;
        let new = backup.refresh(&new.refresh_token()).await.expect_tokens().refresh_token();

        level.clear(&browser, &server).await;
        backup.refresh(&old).await.expect_refusal("Offline session not found");
        let new = backup.refresh(&new).await.expect_tokens().refresh_token();

        // Each level begins with nothing but its own.
        backup.revoke(&new).await.expect(200);
        if let (Some((client, _)), Some(tokens)) = (&level.spares, bystander) {
            let spared = client.refresh(&tokens.refresh_token()).await.expect_tokens();
            client.revoke(&spared.refresh_token()).await.expect(200);
        }
    }
    browser.quit().await;
}
