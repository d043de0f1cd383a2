//! axe-core on the page that a browser shows. It is brought in over the DevTools protocol, which no content security policy
//! of the page has a say in: the policy stays as strict as people get it.

use crate::chromium::{Chromium, SETTLE, THEMES, WIDTHS};
use crate::witnesses::node_directory;
use serde_json::{Value, json};

/// WCAG 2.2 up to level AA, and what axe-core calls best practice.
const RUN: &str = "(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await axe.run(document, { runOnly: tags, resultTypes: ['violations'], elementRef: false });
    return found.violations.map((rule) => ({
        rule: rule.id,
        help: rule.help,
        places: rule.nodes.map((node) => node.target.join(' ') + ' | ' + node.html.slice(0, 240) + ' | '
            + [...node.any, ...node.all, ...node.none].map((check) => check.message).join('; ')),
    }));
})()";

impl Chromium {
    /// Nothing on the present page is a violation, in its present theme and width. `name` is for the message. A browser
    /// without scripts cannot tell.
    pub async fn expect_accessible(&self, name: &str) {
        if !self.runs_scripts() {
            return;
        }
        self.wait_until_at_rest().await;
        if self.evaluate("typeof axe").await != "object" {
            self.evaluate(&axe_core()).await;
        }
        let found = self.evaluate(RUN).await;
        let none = found.as_array().is_some_and(Vec::is_empty);
        let shown = serde_json::to_string_pretty(&found).unwrap_or_default();
        assert!(none, "{name} is not accessible to all ({}):\n{shown}", self.url().await);
    }

    /// The same for a page that no screenshot is taken of, in each theme and at each width once.
    pub async fn expect_accessible_in_both_themes(&self, name: &str) {
        for (theme, width) in THEMES.into_iter().zip(WIDTHS) {
            self.emulate(width, theme).await;
            tokio::time::sleep(SETTLE).await;
            self.expect_accessible(&format!("{name}-{theme}-{width}")).await;
        }
    }

    async fn evaluate(&self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.devtools("Runtime.evaluate", asked).await;
        assert!(answer.get("exceptionDetails").is_none(), "a script failed: {answer}");
        answer["result"]["value"].clone()
    }
}

fn axe_core() -> String {
    let file = node_directory().join("node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(&file);
    let source = source.unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask witnesses`", file.display()));
    // What it answers with is a library, not a value.
    format!("{source}; 0")
}
