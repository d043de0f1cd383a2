//! A person who connects a device (RFC 8628): enters its code, signs in where that is asked for, and decides.

use crate::answer::Answer;
use crate::authorize::{Choice, decide, sign_in};
use crate::browser::{Browser, Visit};
use crate::demo::Person;
use crate::page::{Form, Page};
use crate::server::TestServer;

/// More pages than the way from a code to its answer has.
const MAX_PAGES: usize = 6;

impl Browser {
    /// The form for a code, filled in.
    pub async fn code_form(&self, server: &TestServer, user_code: &str) -> Form {
        let page = self.open_page(&server.demo_url("/device")).await;
        page.form_with("kc-device").fill("user_code", user_code).press("kc-device")
    }

    /// Enters a code and stops at the next page.
    pub async fn enter_code(&self, server: &TestServer, user_code: &str) -> Page {
        let form = self.code_form(server, user_code).await;
        self.submit(&form).await.page()
    }

    /// The whole way from the code to the last page.
    pub async fn connect_device(&self, server: &TestServer, device: &Answer, person: &Person, choice: &Choice) -> Page {
        let mut page = self.enter_code(server, &device.text("user_code")).await;
        for _ in 0..MAX_PAGES {
            let form = match () {
                () if page.has("#kc-accept") => decide(&page, choice),
                () if page.has("input[name=password]") => sign_in(&page, person),
                () => return page,
            };
            page = match self.submit(&form).await {
                Visit::Page(page) => page,
                Visit::Redirect(redirect) => panic!("a device has nowhere to be sent to: {}", redirect.to),
            };
        }
        panic!("still at it after {MAX_PAGES} pages: {page}");
    }
}
