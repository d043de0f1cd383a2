//! The rule that whatever the admin and account APIs refuse can be said in Spanish: each sentence that stands where a refusal
//! is made is known to `perennial_api::spanish`. What gets there by other ways is for the tests that send wrong values.

use perennial_api::spanish::in_spanish;

use super::Violation;
use super::source::SourceFile;
use super::texts::literal;

/// Where the refusals of these APIs are made.
const FOLDERS: [&str; 5] = [
    "crates/server/src/endpoints/admin",
    "crates/server/src/endpoints/account",
    "crates/server/src/http",
    "crates/flows",
    "crates/domain/src/mapper",
];

/// What makes a refusal, and how many arguments stand before its words.
const MAKERS: [(&str, usize); 6] = [
    ("ApiError::at_field(", 1),
    ("ApiError::message(", 0),
    ("FlowError::Invalid(", 0),
    ("FlowError::Conflict(", 0),
    ("FlowError::NotFound(", 0),
    ("FlowError::NotYet(", 0),
];

/// Whatever begins like this is said of a field, however it gets there.
const OF_FIELDS: [&str; 3] = ["\"must ", "\"is ", "\"are "];

pub fn untranslated(file: &SourceFile) -> Vec<Violation> {
    if !FOLDERS.iter().any(|folder| file.is_below(folder)) {
        return Vec::new();
    }
    let violation = |said: Said| {
        let message = format!(
            "`{}` has no Spanish, so the consoles would show it in English: give it one in perennial_api::spanish",
            said.words
        );
        Violation::new(format!("{}:{}", file.path, said.line), message)
    };
    refusals(file).into_iter().filter(|said| in_spanish(&said.words).is_none()).map(violation).collect()
}

struct Said {
    line: usize,
    words: String,
}

fn refusals(file: &SourceFile) -> Vec<Said> {
    let mut found = Vec::new();
    let mut start = 0;
    let halves = file.production.lines().zip(file.comments.lines());
    for (index, (line, (production, comment))) in file.text.lines().zip(halves).enumerate() {
        // Of tests only the ends of lines are left in `production`.
        if production.chars().count() == line.chars().count() {
            let words = Line { file: &file.text, start, line, comment }.refusals();
            found.extend(words.into_iter().map(|words| Said { line: index + 1, words }));
        }
        start += line.len() + 1;
    }
    found
}

struct Line<'f> {
    file: &'f str,
    /// Where it begins in the file.
    start: usize,
    line: &'f str,
    /// What of it is a comment.
    comment: &'f str,
}

impl Line<'_> {
    fn refusals(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (maker, skipped) in MAKERS {
            for at in self.places(maker) {
                found.extend(nth_argument(&self.file[at + maker.len()..], skipped).and_then(written));
            }
        }
        for beginning in OF_FIELDS {
            for at in self.places(beginning) {
                let is_format = self.file[..at].trim_end().ends_with(FORMAT);
                found.extend(words(&self.file[at..], is_format));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// In the file.
    fn places(&self, word: &str) -> Vec<usize> {
        if self.comment.contains(word) {
            return Vec::new();
        }
        self.line.match_indices(word).map(|(at, _)| self.start + at).collect()
    }
}

const FORMAT: &str = "format!(";

/// What follows so many commas of this call.
fn nth_argument(arguments: &str, skipped: usize) -> Option<&str> {
    (0..skipped).try_fold(arguments, |rest, _| {
        let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
        for (at, character) in rest.char_indices() {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = quoted,
                '"' => quoted = !quoted,
                _ if quoted => {}
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.checked_sub(1)?,
                ',' if depth == 0 => return Some(&rest[at + 1..]),
                _ => {}
            }
        }
        None
    })
}

/// The words of an argument, where they are written right there.
fn written(argument: &str) -> Option<String> {
    let argument = argument.trim_start();
    match argument.strip_prefix(FORMAT) {
        Some(format) => words(format, true),
        None => words(argument, false),
    }
}

fn words(literally: &str, is_format: bool) -> Option<String> {
    let words = unescaped(&literal(literally)?.0);
    Some(if is_format { filled(&words) } else { words })
}

/// A line that goes on below does so at its first word.
fn unescaped(literal: &str) -> String {
    let mut plain = String::new();
    let mut characters = literal.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
        } else if characters.peek() == Some(&'\n') {
            while characters.next_if(|next| next.is_whitespace()).is_some() {}
        } else {
            plain.extend(characters.next());
        }
    }
    plain
}

/// Some value for each that a format has a place for. No sentence has braces of its own there.
fn filled(format: &str) -> String {
    let mut parts = format.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push('x');
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: &str = "crates/server/src/endpoints/admin/a.rs";

    fn found(path: &str, text: &str) -> Vec<String> {
        untranslated(&SourceFile::new(path, text)).into_iter().map(|violation| violation.place).collect()
    }

    #[test]
    fn a_refusal_without_spanish_is_found() {
        for text in [
            "fn a() { ApiError::message(\"Nobody has heard of this\") }",
            "fn a() { ApiError::at_field(format!(\"a.{}\", f(b, c)), \"rhymes with (nothing\") }",
            "fn a() { ApiError::at_field(\"a, \\\"b\", format!(\"rhymes with {b}\")) }",
            "fn a() { FlowError::Invalid(\"Nobody has heard of this\".into()) }",
            "fn a() { FlowError::Conflict(format!(\"{name} is unheard of\")) }",
            "fn a() { FlowError::NotFound(\"Nobody home\") }",
            "fn a() { wrong(\"name\", \"must rhyme\") }",
            "fn a() { let text = format!(\"is no rhyme with {name}\"); }",
        ] {
            assert_eq!(found(ENDPOINT, text), [format!("{ENDPOINT}:1")], "{text}");
        }
    }

    #[test]
    fn the_line_where_it_is_made_is_named() {
        let text = "fn é() {}\n\nfn a() {\n    FlowError::Invalid(\n        \"Nobody\".into())\n}\n";
        assert_eq!(found("crates/flows/src/a.rs", text), ["crates/flows/src/a.rs:4"]);
    }

    #[test]
    fn what_the_table_knows_is_fine() {
        for text in [
            "fn a() { ApiError::at_field(\"name\", \"must be given\") }",
            "fn a() { ApiError::at_field(name, format!(\"must be between {lowest} and {highest}\")) }",
            "fn a() { FlowError::Conflict(format!(\"Client {} already exists\", name)) }",
            "fn a() { FlowError::Invalid(\n    \"A public client \\\n     has no secret\".into()) }",
            "fn a() { let text = \"must be Unix seconds, 0 or \\\"now\\\"\"; }",
        ] {
            assert!(found(ENDPOINT, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn variables_patterns_comments_tests_and_other_crates_are_left_alone() {
        for text in [
            "fn a() { ApiError::at_field(field, text()) }",
            "fn a() { if let FlowError::NotFound(_) = error {} }",
            "fn a() {} // FlowError::NotFound(\"Nobody home\"), \"must rhyme\"",
            "#[cfg(test)]\nmod tests {\n    fn a() { FlowError::NotFound(\"Nobody home\"); }\n}",
        ] {
            assert!(found(ENDPOINT, text).is_empty(), "{text}");
        }
        let text = "fn a() { FlowError::NotFound(\"Nobody home\") }";
        assert!(found("crates/server/src/cli/a.rs", text).is_empty());
        assert!(found("crates/server/src/endpoints/admin/tests/a.rs", text).is_empty());
    }
}
