//! A page as a person without scripts meets it: its text, its links and its forms, filled in and submitted by hand.

use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};
use url::Url;

/// One HTML page that was shown.
#[derive(Debug, Clone)]
pub struct Page {
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    pub html: String,
}

/// A form, with what the page filled in already.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: Url,
    pub post: bool,
    pub controls: Vec<Control>,
}

/// One named field of a form.
#[derive(Debug, Clone)]
pub struct Control {
    pub name: String,
    pub value: String,
    pub kind: String,
    pub id: String,
    /// Whether it would be sent now; buttons only are when pressed.
    pub active: bool,
}

impl Page {
    /// All text, white space folded.
    pub fn text(&self) -> String {
        let document = Html::parse_document(&self.html);
        let body = document.select(&selector("body")).next();
        let text: String = body.map(|body| body.text().collect::<Vec<_>>().join(" ")).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether anything matches the CSS selector.
    pub fn has(&self, css: &str) -> bool {
        Html::parse_document(&self.html).select(&selector(css)).next().is_some()
    }

    /// The attribute of the first match.
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        let document = Html::parse_document(&self.html);
        document.select(&selector(css)).find_map(|element| element.attr(name).map(str::to_owned))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn forms(&self) -> Vec<Form> {
        let document = Html::parse_document(&self.html);
        document.select(&selector("form")).map(|form| self.read_form(form)).collect()
    }

    /// The form that a control with this name or id belongs to.
    #[track_caller]
    pub fn form_with(&self, control: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.find(control).is_some());
        found.unwrap_or_else(|| panic!("no form with {control:?} on {self}"))
    }

    /// Fails the test unless the page holds to what every server page promises: no script, no framing, no caching.
    #[track_caller]
    pub fn assert_hardened(&self) {
        let policy = self.header("content-security-policy");
        assert!(policy.contains("script-src 'none'"), "scripts are not forbidden: {policy:?} on {self}");
        assert!(policy.contains("frame-ancestors 'none'"), "framing is not forbidden: {policy:?} on {self}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{self}");
        assert!(self.header("cache-control").contains("no-store"), "{self}");
        assert!(!self.has("script") && !self.has("[onclick], [onload], [style]"), "script or inline style on {self}");
        assert!(!self.header("referrer-policy").is_empty(), "addresses leak through Referer on {self}");
    }

    fn read_form(&self, form: ElementRef<'_>) -> Form {
        let action = form.attr("action").unwrap_or_default();
        let action = if action.is_empty() { self.url.clone() } else { self.url.join(action).expect("an action URL") };
        let post = form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
        let mut controls = Vec::new();
        for element in form.select(&selector("input, button, select, textarea")) {
            controls.extend(read_control(element));
        }
        Form { action, post, controls }
    }
}

impl std::fmt::Display for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (HTTP {}): {}", self.url, self.status, self.text())
    }
}

impl Form {
    /// The control with this name or id.
    pub fn find(&self, name_or_id: &str) -> Option<&Control> {
        self.controls.iter().find(|control| control.name == name_or_id || control.id == name_or_id)
    }

    /// Types a value into a field.
    #[must_use]
    #[track_caller]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        let control = self.controls.iter_mut().find(|control| control.name == name);
        let control = control.unwrap_or_else(|| panic!("no field {name:?}"));
        control.value = value.to_owned();
        control.active = true;
        self
    }

    /// Leaves a field out, as an attacker's form would.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.controls.retain(|control| control.name != name);
        self
    }

    /// Unticks the box of a scope: the one whose value is the scope.
    #[must_use]
    #[track_caller]
    pub fn decline(mut self, scope: &str) -> Self {
        let mut boxes = self.controls.iter_mut().filter(|control| control.kind == "checkbox");
        let control = boxes.find(|control| control.value == scope || control.name == scope);
        control.unwrap_or_else(|| panic!("no box for the scope {scope:?}")).active = false;
        self
    }

    /// Chooses one of several radio buttons or options of a group.
    #[must_use]
    #[track_caller]
    pub fn choose(mut self, name: &str, value: &str) -> Self {
        let mut found = false;
        for control in self.controls.iter_mut().filter(|control| control.name == name) {
            control.active = control.value == value;
            found |= control.active;
        }
        assert!(found, "no choice {value:?} for {name:?} among {:?}", self.controls);
        self
    }

    /// Presses a button, found by id or name.
    #[must_use]
    #[track_caller]
    pub fn press(mut self, button: &str) -> Self {
        let control = self.controls.iter_mut().find(|control| control.id == button || control.name == button);
        control.unwrap_or_else(|| panic!("no button {button:?}")).active = true;
        self
    }

    /// What a browser would send.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let sent = self.controls.iter().filter(|control| control.active && !control.name.is_empty());
        sent.map(|control| (control.name.clone(), control.value.clone())).collect()
    }
}

fn read_control(element: ElementRef<'_>) -> Vec<Control> {
    let attribute = |name: &str| element.attr(name).unwrap_or_default().to_owned();
    let tag = element.value().name();
    let control = |kind: String, value: String, active: bool| Control {
        name: attribute("name"),
        value,
        kind,
        id: attribute("id"),
        active: active && element.attr("disabled").is_none(),
    };
    match tag {
        "select" => {
            let options: Vec<_> = element.select(&selector("option")).collect();
            let chosen = options.iter().position(|option| option.attr("selected").is_some()).unwrap_or(0);
            let values = options.iter().map(|option| option.attr("value").unwrap_or_default().to_owned());
            values.enumerate().map(|(at, value)| control("option".into(), value, at == chosen)).collect()
        }
        "textarea" => vec![control("textarea".into(), element.text().collect(), true)],
        "button" => vec![control("submit".into(), attribute("value"), false)],
        _ => {
            let kind = element.attr("type").unwrap_or("text").to_ascii_lowercase();
            let ticks = matches!(kind.as_str(), "checkbox" | "radio");
            let value = element.attr("value").unwrap_or(if ticks { "on" } else { "" }).to_owned();
            let active = match kind.as_str() {
                "checkbox" | "radio" => element.attr("checked").is_some(),
                "submit" | "image" | "button" | "reset" => false,
                _ => true,
            };
            vec![control(kind, value, active)]
        }
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("a CSS selector")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        let url = Url::parse("http://localhost:1/realms/demo/consent?request=1").unwrap();
        Page { url, status: 200, headers: HeaderMap::new(), html: html.to_owned() }
    }

    #[test]
    fn a_form_sends_what_a_browser_would_send() {
        let page = page(
            r#"<form method=post><input type=hidden name=csrf value=c><input type=checkbox name=scope value=email checked>
            <input type=checkbox name=scope value=phone><input type=radio name=end value=7>
            <input type=radio name=end value=30 checked><button id=kc-accept name=accept value=1>Yes</button>
            <button id=kc-cancel name=cancel value=1>No</button></form>"#,
        );
        let form = page.form_with("kc-accept");
        assert!(form.post);
        assert_eq!(form.action, page.url);
        let pairs = form.decline("email").choose("end", "7").press("kc-accept").pairs();
        let expected = [("csrf", "c"), ("end", "7"), ("accept", "1")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
