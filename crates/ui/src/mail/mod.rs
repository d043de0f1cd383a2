//! The mails that the server writes, as plain functions of plain data: what is said is in `words`, how it looks as text and as
//! HTML in `layout`. Everything that comes from outside is cut, cleaned of control characters, and escaped in HTML.

mod compose;
mod en;
mod es;
mod layout;
pub mod samples;
mod words;

pub use compose::{ActionsInMail, Ends, MailAbout, MailInput, SessionInMail};

/// A finished mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
}

pub fn letter(input: &MailInput) -> Letter {
    let sheet = compose::sheet(input);
    Letter { text: layout::text(&sheet), html: layout::html(&sheet), subject: sheet.subject }
}
