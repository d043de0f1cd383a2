//! OAuth 2.0 Form Post Response Mode. The specification lets a script send the form; our pages have none, so a
//! person presses the button.

use leptos::prelude::*;

use super::frame::{Frame, Width, document, hidden_field};
use crate::components::{Button, ButtonKind};

#[derive(Clone, Debug, Default)]
pub struct FormPostPage {
    pub frame: Frame,
    /// The client's validated redirect URI.
    pub action: String,
    pub app_name: String,
    /// The authorization response's parameters.
    pub fields: Vec<(String, String)>,
}

pub fn form_post_page(page: &FormPostPage) -> String {
    let texts = &page.frame.lang.texts().pages;
    document(&page.frame, texts.almost_there.to_owned(), Width::Narrow, || {
        let fields: Vec<_> = page.fields.iter().map(|(name, value)| hidden_field(name, value)).collect();
        let words = (texts.continue_to)(&page.app_name);
        view! {
            <h1>{texts.almost_there}</h1>
            <p>{(texts.form_post_text)(&page.app_name)}</p>
            <form class="pn-page-form" method="post" action=page.action.clone()>
                {fields}
                <Button kind=ButtonKind::Primary submit=true id="continue">
                    {words}
                </Button>
            </form>
        }
    })
}
