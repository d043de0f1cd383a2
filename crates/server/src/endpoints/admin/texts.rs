//! Texts that stand on pages, in mails and in the audit log: what they may hold, and how long they may be.

use perennial_api::ApiError;

/// One line.
pub fn check_line(field: &str, text: Option<&str>, longest: usize) -> Option<ApiError> {
    let fits = |text: &str| text.chars().count() <= longest && !text.chars().any(char::is_control);
    let told = || ApiError::at_field(field, format!("must not be longer than {longest} printable characters"));
    (!text.is_none_or(fits)).then(told)
}

/// It may have several lines.
pub fn check_text(field: &str, text: Option<&str>, longest: usize) -> Option<ApiError> {
    let is_odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    let fits = |text: &str| text.chars().count() <= longest && !text.chars().any(is_odd);
    let told =
        || ApiError::at_field(field, format!("must not be longer than {longest} characters, none of them control"));
    (!text.is_none_or(fits)).then(told)
}

/// Whether a name can stand in a path. Browsers and proxies take these two for a way up (RFC 3986 §5.2.4), escaped or not: what is
/// meant for the thing would reach what holds it.
pub fn fits_in_a_path(name: &str) -> bool {
    !matches!(name, "." | "..")
}
