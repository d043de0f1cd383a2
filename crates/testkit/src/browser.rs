//! A browser without scripts: cookies, redirects within the provider, forms, and the headers that real browsers add.
//! It stops where it would leave the provider, and hands out what it would have taken along.

use crate::answer::Answer;
use crate::page::{Form, Page};
use crate::server::{TestServer, http_builder};
use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, ORIGIN, USER_AGENT};
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;

const MAX_REDIRECTS: usize = 10;
/// One that people have; sessions show it.
pub const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A person's browser, with its own cookies.
#[derive(Debug, Clone)]
pub struct Browser {
    http: reqwest::Client,
    jar: Arc<Jar>,
    base: Url,
    language: String,
}

/// Where a visit ended.
#[derive(Debug, Clone)]
pub enum Visit {
    Page(Page),
    Redirect(Redirect),
}

/// A way out of the provider: to a client's redirect URI, with the answer's parameters.
#[derive(Debug, Clone)]
pub struct Redirect {
    pub to: Url,
    pub params: BTreeMap<String, String>,
    /// Whether the answer travels in a form rather than in the address.
    pub posted: bool,
}

impl Browser {
    pub fn new(server: &TestServer) -> Self {
        Self::speaking(server, "en")
    }

    /// A browser whose user prefers a language (BCP 47).
    pub fn speaking(server: &TestServer, language: &str) -> Self {
        let jar = Arc::new(Jar::default());
        let http = http_builder().cookie_provider(Arc::clone(&jar)).build().expect("an HTTP client");
        let base = Url::parse(server.base_url()).expect("the base URL");
        Self { http, jar, base, language: language.to_owned() }
    }

    /// Types an address, or follows a link from elsewhere.
    pub async fn open(&self, url: &str) -> Visit {
        let url = self.base.join(url).expect("an address");
        self.follow(url).await
    }

    /// Like [`Browser::open`]; leaving the provider fails the test.
    pub async fn open_page(&self, url: &str) -> Page {
        self.open(url).await.page()
    }

    /// Submits a form as the page it stands on would.
    pub async fn submit(&self, form: &Form) -> Visit {
        self.submit_from(form, Some(&self.origin()), "same-origin").await
    }

    /// Submits a form from wherever an attacker put it.
    pub async fn submit_from(&self, form: &Form, origin: Option<&str>, site: &str) -> Visit {
        let mut url = form.action.clone();
        if !self.is_ours(&url) {
            let params = form.pairs().into_iter().collect();
            return Visit::Redirect(Redirect { to: url, params, posted: form.post });
        }
        if !form.post {
            url.set_query(None);
            url.query_pairs_mut().extend_pairs(form.pairs());
            return self.follow(url).await;
        }
        let mut request = self.http.post(url.clone()).form(&form.pairs());
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        let answer = Answer::of(self.dress(request, site)).await;
        self.arrive(url, answer).await
    }

    /// A plain GET with this browser's cookies, nothing followed.
    pub async fn get(&self, url: &str) -> Answer {
        let url = self.base.join(url).expect("an address");
        Answer::of(self.dress(self.http.get(url), "none")).await
    }

    /// A request of a page's own script, as consoles make it.
    pub fn fetch(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let url = self.base.join(path).expect("an address");
        let request = self.http.request(method, url).header(ACCEPT, "application/json").header(USER_AGENT, FIREFOX);
        request.header(ACCEPT_LANGUAGE, &self.language).header("Sec-Fetch-Site", "same-origin")
    }

    /// `name=value; …` of the cookies that would be sent to a path.
    pub fn cookies(&self, path: &str) -> String {
        let url = self.base.join(path).expect("an address");
        let cookies = self.jar.cookies(&url);
        cookies.and_then(|value| value.to_str().map(str::to_owned).ok()).unwrap_or_default()
    }

    /// Plants a cookie, as an attacker on a sibling domain could.
    pub fn plant_cookie(&self, cookie: &str) {
        self.jar.add_cookie_str(cookie, &self.base);
    }

    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    fn is_ours(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    fn dress(&self, request: reqwest::RequestBuilder, site: &str) -> reqwest::RequestBuilder {
        request
            .header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .header(ACCEPT_LANGUAGE, &self.language)
            .header(USER_AGENT, FIREFOX)
            .header("Sec-Fetch-Site", site)
            .header("Sec-Fetch-Mode", "navigate")
            .header("Sec-Fetch-Dest", "document")
    }

    async fn follow(&self, url: Url) -> Visit {
        let answer = Answer::of(self.dress(self.http.get(url.clone()), "none")).await;
        self.arrive(url, answer).await
    }

    /// Follows redirects until a page is shown or the way leads out.
    async fn arrive(&self, mut url: Url, mut answer: Answer) -> Visit {
        for _ in 0..MAX_REDIRECTS {
            if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
                let (status, headers, html) = (answer.status, answer.headers, answer.body);
                return Visit::Page(Page { url, status, headers, html });
            }
            assert!(!matches!(answer.status, 307 | 308), "a redirect that repeats a POST: {answer}");
            let location = answer.header("location");
            let next = url.join(location).unwrap_or_else(|error| panic!("{error}: {answer}"));
            if !self.is_ours(&next) {
                let params = next.query_pairs().into_owned().collect();
                return Visit::Redirect(Redirect { to: next, params, posted: false });
            }
            answer = Answer::of(self.dress(self.http.get(next.clone()), "same-origin")).await;
            url = next;
        }
        panic!("redirected in circles, at last to {url}");
    }
}

impl Visit {
    /// The page; leaving the provider fails the test.
    #[track_caller]
    pub fn page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::Redirect(redirect) => panic!("sent away to {}", redirect.to),
        }
    }

    /// The way out; another page fails the test.
    #[track_caller]
    pub fn redirect(self) -> Redirect {
        match self {
            Self::Page(page) => panic!("not sent back to the client, but shown {page}"),
            Self::Redirect(redirect) => redirect,
        }
    }
}

impl Redirect {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    /// The authorization code.
    #[track_caller]
    pub fn code(&self) -> String {
        self.get("code").unwrap_or_else(|| panic!("no code in {self:?}")).to_owned()
    }

    /// Fails the test unless this is that error and says who issued it (RFC 9207), with no code beside it.
    #[track_caller]
    pub fn expect_error(&self, code: &str, issuer: &str) {
        assert_eq!(self.get("error"), Some(code), "{self:?}");
        assert_eq!(self.get("iss"), Some(issuer), "{self:?}");
        assert_eq!(self.get("code"), None, "{self:?}");
    }
}
