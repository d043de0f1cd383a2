//! Chromium as a person uses it, driven by chromedriver: a fresh profile for each, widths and themes by emulation, and
//! screenshots for somebody to look at.

use crate::port::free_port;
use crate::process::Process;
use crate::server::target_directory;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use url::{ParseError, Url};

/// For transitions of the page, before its picture is taken.
pub(crate) const SETTLE: Duration = Duration::from_millis(150);
/// At what the page will show soon.
const LOOKS: usize = 40;
/// What a console shows while it loads or sends; the rows of the long list are loaded all the time.
const BUSY: &str = ".pn-skeleton, .pn-spinner, .pn-table-wrap[aria-busy]";
/// Costs time only where a test fails: several browsers share few cores.
const WAIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

const NO_SCRIPTS: &str = "--blink-settings=scriptEnabled=false";

/// Width in CSS pixels of a phone and of a desk.
pub const WIDTHS: [u32; 2] = [390, 1440];
pub const THEMES: [&str; 2] = ["light", "dark"];

/// One browser with a profile of its own. Close it with [`Chromium::quit`]; dropping it kills it too.
pub struct Chromium {
    client: fantoccini::Client,
    runs_scripts: bool,
    /// Kills the browser with it.
    _driver: Process,
    _directory: TempDir,
}

impl Chromium {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// A browser that runs no script at all: server pages must not need any.
    pub async fn start_without_scripts() -> Self {
        Self::start_with(&[NO_SCRIPTS]).await
    }

    async fn start_with(further: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let port = free_port();
        let mut command = Command::new(program("PERENNIAL_CHROMEDRIVER", "/usr/bin/chromedriver"));
        command.arg(format!("--port={port}")).env("TMPDIR", directory.path());
        let mut driver = Process::start(command, &directory.path().join("chromedriver.log"));
        driver.wait_for_line(WAIT, |line| line.contains("started successfully")).await;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(directory.path(), further))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|error| panic!("no browser: {error}\n{}", driver.output()));
        Self { client, runs_scripts: !further.contains(&NO_SCRIPTS), _driver: driver, _directory: directory }
    }

    pub fn runs_scripts(&self) -> bool {
        self.runs_scripts
    }

    pub fn client(&self) -> &fantoccini::Client {
        &self.client
    }

    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("opening {url}: {error}"));
    }

    pub async fn url(&self) -> Url {
        self.client.current_url().await.expect("an address")
    }

    /// Waits for an element that is there.
    pub async fn find(&self, css: &str) -> Element {
        self.wait_for(Locator::Css(css), css).await
    }

    /// Waits for the innermost element with this text.
    pub async fn find_text(&self, text: &str) -> Element {
        let path = format!("//*[not(self::script)][not(self::style)][text()[contains(normalize-space(.), '{text}')]]");
        self.wait_for(Locator::XPath(&path), text).await
    }

    /// Waits for a button or link by its visible text or accessible name.
    pub async fn control(&self, name: &str) -> Element {
        self.wait_for(Locator::XPath(&control_path(name)), name).await
    }

    pub async fn click(&self, css: &str) {
        self.press(Locator::Css(css), css).await;
    }

    pub async fn click_text(&self, name: &str) {
        self.press(Locator::XPath(&control_path(name)), name).await;
    }

    /// Presses a button of the open dialog, once it can be pressed.
    pub async fn answer_dialog(&self, name: &str) {
        let path = format!("//dialog[@open]//button[not(@aria-disabled)][contains(normalize-space(.), '{name}')]");
        self.press(Locator::XPath(&path), name).await;
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, css: &str, value: &str) {
        let replace = async |field: Element| {
            field.clear().await?;
            field.send_keys(value).await
        };
        self.act(Locator::Css(css), css, replace).await;
    }

    /// Types at the end of what stands there, or presses keys.
    pub async fn type_into(&self, css: &str, keys: &str) {
        self.act(Locator::Css(css), css, async |field: Element| field.send_keys(keys).await).await;
    }

    /// The visible text of an element.
    pub async fn text_of(&self, css: &str) -> String {
        self.act(Locator::Css(css), css, async |element: Element| element.text().await).await
    }

    /// What stands in a field.
    pub async fn value_of(&self, css: &str) -> String {
        let value = self.act(Locator::Css(css), css, async |field: Element| field.prop("value").await).await;
        value.unwrap_or_default()
    }

    /// An attribute of an element that has it.
    pub async fn attribute_of(&self, css: &str, name: &str) -> String {
        let value = self.act(Locator::Css(css), css, async |element: Element| element.attr(name).await).await;
        value.unwrap_or_else(|| panic!("{css} has no {name}"))
    }

    pub async fn has(&self, css: &str) -> bool {
        self.client.find(Locator::Css(css)).await.is_ok()
    }

    /// Waits until the text is gone.
    pub async fn wait_until_gone(&self, text: &str) {
        let until = tokio::time::Instant::now() + WAIT;
        while self.text().await.contains(text) {
            assert!(tokio::time::Instant::now() < until, "{text:?} stays on {}", self.describe().await);
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until the page's address satisfies `wanted`.
    pub async fn wait_for_url(&self, wanted: impl Fn(&Url) -> bool) -> Url {
        let until = tokio::time::Instant::now() + WAIT;
        loop {
            let url = self.url().await;
            if wanted(&url) {
                return url;
            }
            assert!(tokio::time::Instant::now() < until, "still at {}", self.describe().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The visible text. While one page replaces another there is none, which does not mean that something is gone.
    pub async fn text(&self) -> String {
        for _ in 0..LOOKS {
            if let Ok(body) = self.client.find(Locator::Css("body")).await
                && let Ok(text) = body.text().await
            {
                return text;
            }
            tokio::time::sleep(SETTLE).await;
        }
        String::new()
    }

    /// Opens a console, follows its invitation to sign in, and does: to the admin console as an admin of all realms.
    pub async fn enter_console(&self, url: &str, person: &crate::demo::Person) {
        self.open(url).await;
        self.click("[href*='/admin/console/login?realm=master'], [href*='account/console/login']").await;
        self.sign_in(person).await;
    }

    /// Fills the login page in and sends it.
    pub async fn sign_in(&self, person: &crate::demo::Person) {
        self.fill("input[name=username]", &person.username).await;
        self.fill("input[name=password]", &person.password).await;
        self.click("#kc-login").await;
    }

    /// Sets width (CSS pixels) and theme.
    pub async fn emulate(&self, width: u32, theme: &str) {
        let height = if width < 600 { 844 } else { 900 };
        self.resize(width, height).await;
        // Still pictures: nothing is caught half-way between two colours.
        let features = json!({"features": [
            {"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
        if self.runs_scripts() {
            let size = format!("(width: {width}px) and (height: {height}px)");
            self.wait_until(&format!("matchMedia('(prefers-color-scheme: {theme}) and {size}').matches")).await;
        }
    }

    /// Waits until nothing of the page is being loaded or sent, as far as it shows that: what is dimmed meanwhile has not the
    /// colours that it is read in.
    pub(crate) async fn wait_until_at_rest(&self) {
        self.wait_until(&format!("!document.querySelector('{BUSY}')")).await;
    }

    /// The page learns of a new size or theme later, with its next frame: on a busy machine it must not be judged by half of
    /// each, and what it does of itself then must not come between the next steps. A page that never gets there is judged as
    /// it is.
    async fn wait_until(&self, condition: &str) {
        let asked = json!({"expression": in_next_frames(condition), "awaitPromise": true, "returnByValue": true});
        for _ in 0..LOOKS {
            let answer = self.try_devtools("Runtime.evaluate", asked.clone()).await;
            if answer.is_ok_and(|answer| answer["result"]["value"] == json!(true)) {
                return;
            }
            tokio::time::sleep(SETTLE).await;
        }
    }

    async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// The screen in both themes and widths, in `target/screenshots/NAME-THEME-WIDTH.png`. Ends as a light desk.
    /// Whatever is photographed has to be accessible, in either theme and at either width.
    pub async fn screenshots(&self, name: &str) {
        let directory = target_directory().join("screenshots");
        std::fs::create_dir_all(&directory).expect("a directory for screenshots");
        for theme in THEMES {
            for width in WIDTHS {
                self.emulate(width, theme).await;
                tokio::time::sleep(SETTLE).await;
                if (theme, width) == (THEMES[0], WIDTHS[1]) || (theme, width) == (THEMES[1], WIDTHS[0]) {
                    self.expect_accessible(&format!("{name}-{theme}-{width}")).await;
                }
                let picture = self.picture(name, width).await;
                let file = directory.join(format!("{name}-{theme}-{width}.png"));
                std::fs::write(file, picture).expect("writing a screenshot");
            }
        }
        self.emulate(WIDTHS[1], THEMES[0]).await;
    }

    /// From now on downloads begin without a question, into this directory.
    pub async fn download_to(&self, directory: &Path) {
        let params = json!({"behavior": "allow", "downloadPath": directory});
        self.devtools("Browser.setDownloadBehavior", params).await;
    }

    pub async fn quit(self) {
        let _ = self.client.clone().close().await;
    }

    /// Where the browser is and what it shows, for messages.
    pub async fn describe(&self) -> String {
        format!("{}:\n{}", self.url().await, self.text().await)
    }

    /// The whole page as PNG. Nothing may stick out to the side: phones work.
    async fn picture(&self, name: &str, width: u32) -> Vec<u8> {
        let layout = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let size = |part: &str, side: &str| layout[part][side].as_f64().unwrap_or_default();
        let needed = size("cssContentSize", "width");
        assert!(needed <= f64::from(width) + 1.0, "{name} is {needed} px wide on a {width} px screen");
        let height = size("cssContentSize", "height");
        // A taller window, so that what sticks to its edge or covers it is where it belongs.
        if height > size("cssLayoutViewport", "clientHeight") {
            self.resize(width, height.ceil() as u32).await;
            tokio::time::sleep(SETTLE).await;
        }
        self.client.screenshot().await.expect("a screenshot")
    }

    pub(crate) async fn devtools(&self, command: &str, params: Value) -> Value {
        let answer = self.try_devtools(command, params).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    async fn try_devtools(&self, command: &str, params: Value) -> Result<Value, CmdError> {
        self.client.issue_cmd(DevTools(json!({"cmd": command, "params": params}))).await
    }

    async fn wait_for(&self, locator: Locator<'_>, name: &str) -> Element {
        let until = tokio::time::Instant::now() + WAIT;
        loop {
            match self.client.find(locator).await {
                Ok(element) => return element,
                Err(error) if tokio::time::Instant::now() > until => {
                    panic!("no {name:?} ({error}) on {}", self.describe().await)
                }
                Err(_) => tokio::time::sleep(POLL).await,
            }
        }
    }

    /// Does it with an element: once it can be done, and with the one that stands there then. An answer of the server may
    /// replace any part of the page at any time.
    async fn act<T>(&self, locator: Locator<'_>, name: &str, act: impl AsyncFn(Element) -> Result<T, CmdError>) -> T {
        let until = tokio::time::Instant::now() + WAIT;
        loop {
            match act(self.wait_for(locator, name).await).await {
                Ok(done) => return done,
                Err(error) if tokio::time::Instant::now() > until => {
                    panic!("{name:?}: {error}, on {}", self.describe().await)
                }
                Err(_) => tokio::time::sleep(POLL).await,
            }
        }
    }

    /// Clicks an element where a person would: scrolled to, clear of the bars at the edges. Waits while something still covers it.
    async fn press(&self, locator: Locator<'_>, name: &str) {
        let scroll = "arguments[0].scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'})";
        let press = async |element: Element| {
            if let Ok(it) = serde_json::to_value(&element) {
                // Whether it can be clicked, the click tells.
                drop(self.client.execute(scroll, vec![it]).await);
            }
            element.click().await
        };
        self.act(locator, name, press).await;
    }
}

/// chromedriver's way to the DevTools protocol.
#[derive(Debug)]
struct DevTools(Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}

fn capabilities(directory: &Path, further: &[&str]) -> Capabilities {
    let profile = format!("--user-data-dir={}", directory.join("profile").display());
    let arguments: Vec<&str> = FLAGS.iter().copied().chain(further.iter().copied()).chain([profile.as_str()]).collect();
    let chrome = json!({"binary": program("PERENNIAL_CHROMIUM", "/usr/bin/chromium"), "args": arguments});
    let Value::Object(map) = json!({"browserName": "chrome", "goog:chromeOptions": chrome}) else {
        unreachable!("an object literal")
    };
    map
}

/// Asked once the page has drawn itself; a page that nobody sees draws nothing.
fn in_next_frames(condition: &str) -> String {
    format!(
        "new Promise((go) => {{ const look = () => go({condition}); setTimeout(look, 5000); \
         requestAnimationFrame(() => requestAnimationFrame(look)); }})"
    )
}

fn control_path(name: &str) -> String {
    format!(
        "//*[self::button or self::a or @role='button' or @role='tab' or @role='menuitem']\
         [contains(normalize-space(.), '{name}') or contains(@aria-label, '{name}')]"
    )
}

fn program(variable: &str, usual: &str) -> PathBuf {
    let path = std::env::var_os(variable).map_or_else(|| PathBuf::from(usual), PathBuf::from);
    assert!(path.exists(), "{} is missing: install it, or name it with {variable}", path.display());
    path
}
