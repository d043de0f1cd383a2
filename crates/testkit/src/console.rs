//! A console without its page: the sign-in that the server does with itself, the cookie, and the calls that the page's
//! code makes with it. Works for the admin console and the account portal.

use crate::answer::Answer;
use crate::authorize::Choice;
use crate::browser::{Browser, Visit};
use crate::demo::Person;
use crate::server::TestServer;
use reqwest::Method;
use serde_json::Value;

/// The header that every changing call of a console carries.
pub const CONSOLE_HEADER: &str = "X-Perennial-Console";

/// One signed-in console in one browser.
#[derive(Debug, Clone)]
pub struct Console {
    pub browser: Browser,
    /// `/admin/console` or `/realms/{realm}/account/console`.
    pub prefix: String,
}

impl Console {
    /// The account portal of the demo realm.
    pub async fn account(server: &TestServer, person: &Person) -> Self {
        Self::account_in(Browser::new(server), person).await
    }

    /// The same in a browser that has a past.
    pub async fn account_in(browser: Browser, person: &Person) -> Self {
        let login = "/realms/demo/account/console/login?return_to=/realms/demo/account/apps";
        Self::sign_in(browser, login, "/realms/demo/account/console", person).await
    }

    /// The admin console.
    pub async fn admin(server: &TestServer, person: &Person) -> Self {
        let login = "/admin/console/login?realm=master&return_to=/admin/demo/clients";
        Self::sign_in(Browser::new(server), login, "/admin/console", person).await
    }

    /// The same for an admin of the demo realm alone.
    pub async fn admin_of_demo(server: &TestServer, person: &Person) -> Self {
        let login = "/admin/console/login?realm=demo&return_to=/admin/demo/clients";
        Self::sign_in(Browser::new(server), login, "/admin/console", person).await
    }

    async fn sign_in(browser: Browser, login: &str, prefix: &str, person: &Person) -> Self {
        let mut visit = browser.open(login).await;
        if let Visit::Page(page) = &visit
            && page.has("input[name=password]")
        {
            visit = browser.submit(&crate::authorize::sign_in(page, person)).await;
        }
        if let Visit::Page(page) = &visit
            && page.has("#kc-accept")
        {
            visit = browser.submit(&crate::authorize::decide(page, &Choice::accept())).await;
        }
        let page = visit.page();
        assert!(!page.has("input[name=password]"), "not signed in: {page}");
        let console = Self { browser, prefix: prefix.to_owned() };
        console.get(&format!("{prefix}/me")).await.expect(200);
        console
    }

    pub async fn me(&self) -> Answer {
        self.get(&format!("{}/me", self.prefix)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.browser.fetch(Method::GET, path)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.changing(Method::PUT, path).json(body)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.changing(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.changing(Method::PATCH, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.changing(Method::DELETE, path)).await
    }

    /// A change as the console's own page makes it.
    pub fn changing(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.browser.fetch(method, path).header(CONSOLE_HEADER, "1");
        request.header("Origin", self.browser.origin())
    }

    pub async fn sign_out(&self) -> Answer {
        self.post(&format!("{}/logout", self.prefix), &Value::Null).await
    }

    /// The apps that can act for the user of an account portal.
    pub async fn applications(&self) -> Vec<Value> {
        let answer = self.get("/realms/demo/account/applications").await.expect(200);
        answer.json().as_array().expect("a list of applications").clone()
    }

    /// Takes everything away from an app.
    pub async fn remove_app(&self, client_id: &str) {
        let path = format!("/realms/demo/account/applications/{client_id}/consent");
        self.delete(&path).await.expect(204);
    }
}
