//! Whether a refresh would be answered now, by the refresh grant's own decision: in a sentence, and check by check.

use leptos::prelude::*;
use perennial_api::explain::{CheckStatus, ExplainedCheck, Explanation};
use perennial_ui::format;
use perennial_ui::prelude::*;

use crate::texts::screen_texts;

pub fn card(explanation: Explanation) -> impl IntoView {
    let lang = use_lang();
    let texts = &screen_texts().session;
    let answer = match &explanation.refusal {
        None => (texts.works)(explanation.refresh).to_owned(),
        Some(refusal) => (texts.refused)(&refusal.error, &refusal.error_description),
    };
    let (icon, class) = match explanation.works {
        true => (IconKind::Check, "ofs-answer ofs-answer-good"),
        false => (IconKind::Warning, "ofs-answer ofs-answer-bad"),
    };
    let count = format::number(lang, explanation.checks.len() as i64);
    // What failed is said without being asked for.
    let failed = explanation.checks.iter().filter(|it| it.status == CheckStatus::Failed).map(check).collect_view();
    let all = explanation.checks.iter().map(check).collect_view();
    view! {
        <Card title=texts.checks>
            <p class=class>
                <Icon kind=icon />
                <span>{answer}</span>
            </p>
            <ul class="ofs-checks">{failed}</ul>
            <details class="ofs-all-checks">
                <summary>{(texts.all_checks)(&count)}</summary>
                <ol class="ofs-checks">{all}</ol>
            </details>
        </Card>
    }
}

fn check(check: &ExplainedCheck) -> impl IntoView + use<> {
    let texts = &screen_texts().session;
    let (icon, status, class) = match check.status {
        CheckStatus::Passed => (IconKind::Check, texts.passed, "ofs-check ofs-check-passed"),
        CheckStatus::Failed => (IconKind::Close, texts.failed, "ofs-check ofs-check-failed"),
        CheckStatus::NotReached => (IconKind::Clock, texts.not_reached, "ofs-check"),
        CheckStatus::NotApplicable => (IconKind::Info, texts.not_applicable, "ofs-check"),
        CheckStatus::Assumed => (IconKind::Check, texts.assumed, "ofs-check"),
    };
    let title = (texts.check)(&check.name).map_or_else(|| check.name.clone(), str::to_owned);
    view! {
        <li class=class>
            <Icon kind=icon />
            <div>
                <p>
                    <span>{title}</span>
                    " "
                    <span class="pn-muted pn-small">{status}</span>
                </p>
                // As the server says it, in the log's language.
                <p class="pn-muted pn-small" lang="en">{check.admin.clone()}</p>
            </div>
        </li>
    }
}
