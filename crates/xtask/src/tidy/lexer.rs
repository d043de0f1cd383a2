//! Splits Rust text into code and comments, so that a rule about one is not fooled by the other or by a string.
//!
//! Both halves keep the line structure: what belongs to the other half, and what strings hold, is blank.

/// The two halves of one file.
pub struct Halves {
    pub code: String,
    pub comments: String,
}

/// What the reader is in the middle of.
#[derive(Clone, Copy)]
enum Within {
    Code,
    LineComment,
    /// Block comments nest.
    BlockComment(u32),
    Text,
    /// A raw string, with the number of `#` that close it.
    RawText(usize),
}

pub fn split(text: &str) -> Halves {
    let characters: Vec<char> = text.chars().collect();
    let mut halves = Halves { code: String::new(), comments: String::new() };
    let mut within = Within::Code;
    let mut at = 0;
    while at < characters.len() {
        let (length, next) = step(&characters, at, within);
        let is_comment = matches!((within, next), (Within::LineComment | Within::BlockComment(_), _))
            || matches!(next, Within::LineComment | Within::BlockComment(_));
        let is_code = matches!((within, next), (Within::Code, Within::Code));
        for &character in &characters[at..at + length] {
            halves.code.push(blank_unless(is_code, character));
            halves.comments.push(blank_unless(is_comment, character));
        }
        within = next;
        at += length;
    }
    halves
}

fn blank_unless(keep: bool, character: char) -> char {
    if keep || character == '\n' { character } else { ' ' }
}

/// How many characters belong together from here, and what follows them.
fn step(characters: &[char], at: usize, within: Within) -> (usize, Within) {
    let here = characters[at];
    let pair = (here, characters.get(at + 1).copied().unwrap_or(' '));
    match within {
        Within::LineComment if here == '\n' => (1, Within::Code),
        Within::BlockComment(depth) => match pair {
            ('*', '/') if depth == 1 => (2, Within::Code),
            ('*', '/') => (2, Within::BlockComment(depth - 1)),
            ('/', '*') => (2, Within::BlockComment(depth + 1)),
            _ => (1, within),
        },
        Within::Text => match here {
            '\\' => (2.min(characters.len() - at), within),
            '"' => (1, Within::Code),
            _ => (1, within),
        },
        Within::RawText(hashes) if here == '"' && hashes_from(characters, at + 1) >= hashes => {
            (1 + hashes, Within::Code)
        }
        Within::Code => step_in_code(characters, at, pair),
        Within::LineComment | Within::RawText(_) => (1, within),
    }
}

fn step_in_code(characters: &[char], at: usize, pair: (char, char)) -> (usize, Within) {
    match pair {
        ('/', '/') => (2, Within::LineComment),
        ('/', '*') => (2, Within::BlockComment(1)),
        ('"', _) => (1, Within::Text),
        ('r', '"' | '#') if starts_raw_text(characters, at) => {
            let hashes = hashes_from(characters, at + 1);
            (2 + hashes, Within::RawText(hashes))
        }
        ('\'', _) => (character_literal(characters, at), Within::Code),
        _ => (1, Within::Code),
    }
}

fn hashes_from(characters: &[char], from: usize) -> usize {
    characters[from..].iter().take_while(|&&character| character == '#').count()
}

/// `r"`, `r#"` and the like, but neither the end of a name nor a raw identifier.
fn starts_raw_text(characters: &[char], at: usize) -> bool {
    let opens = characters.get(at + 1 + hashes_from(characters, at + 1)) == Some(&'"');
    let in_name = |back: usize| {
        at.checked_sub(back)
            .and_then(|index| characters.get(index))
            .is_some_and(|character| character.is_alphanumeric() || *character == '_')
    };
    let has_prefix = at > 0 && matches!(characters[at - 1], 'b' | 'c');
    opens && if has_prefix { !in_name(2) } else { !in_name(1) }
}

/// Length of a character literal, or one for the quote of a lifetime.
fn character_literal(characters: &[char], at: usize) -> usize {
    if characters.get(at + 1) == Some(&'\\') {
        let escaped = characters.get(at + 3..).unwrap_or(&[]);
        return match escaped.iter().position(|&character| character == '\'') {
            Some(offset) => offset + 4,
            None => 1,
        };
    }
    if characters.get(at + 2) == Some(&'\'') { 3 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_code_are_told_apart_line_by_line() {
        let halves = split("let a = 1; // note\n/* block /* nested */ still */ let b;\n");
        assert_eq!(halves.code.lines().next(), Some("let a = 1;        "));
        assert!(halves.comments.starts_with("           // note\n/* block"));
        assert!(halves.code.contains("let b;") && !halves.code.contains("still"));
    }

    #[test]
    fn what_strings_hold_is_neither() {
        for text in ["f(\"// x\")", "f(r#\"// \"x\"#)", "f(br\"// x\")", "f(\"\\\"// x\")"] {
            let halves = split(text);
            assert_eq!(halves.comments.trim(), "", "{text}");
            assert!(!halves.code.contains('x'), "{text}");
            assert!(halves.code.ends_with(')'), "{text}");
        }
    }

    #[test]
    fn quotes_of_characters_and_lifetimes_open_no_string() {
        for text in ["let q = '\"'; x", "let q = '\\''; x", "fn f<'a>(v: &'a str) { x", "let q = '\\u{1F600}'; x"] {
            assert!(split(text).code.ends_with('x'), "{text}");
        }
    }

    #[test]
    fn a_name_that_ends_in_r_opens_no_raw_string() {
        assert!(split("for\"a\" x").code.ends_with('x'));
    }
}
