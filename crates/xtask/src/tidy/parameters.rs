//! The rule about parameters. Clippy counts them, and a tuple pattern would hide some from it.

use super::Violation;
use super::source::SourceFile;

/// A tuple as the only parameter is a row that is mapped over. Closures are free.
pub fn tuple_patterns(file: &SourceFile) -> Vec<Violation> {
    let reason = "takes parameters in a tuple: each has a name of its own, or a struct named after the step holds them";
    let hiding = functions(&file.code).filter(hides_parameters);
    let violation = |function: Function<'_>| {
        Violation::new(format!("{}:{}", file.path, function.line), format!("`{}` {reason}", function.name))
    };
    hiding.map(violation).collect()
}

struct Function<'c> {
    name: &'c str,
    line: usize,
    /// Without their attributes.
    parameters: Vec<&'c str>,
}

fn hides_parameters(function: &Function<'_>) -> bool {
    let others = function.parameters.iter().filter(|parameter| !is_receiver(parameter));
    others.count() > 1 && function.parameters.iter().any(|parameter| is_tuple(parameter))
}

/// Those that have a name: types of functions and patterns of macros are none.
fn functions(code: &str) -> impl Iterator<Item = Function<'_>> {
    code.match_indices("fn ").filter_map(|(at, word)| {
        if code[..at].ends_with(is_of_name) {
            return None;
        }
        let rest = code[at + word.len()..].trim_start();
        let (name, rest) = rest.split_at(rest.find(|character: char| !is_of_name(character))?);
        let rest = match rest.strip_prefix('<') {
            Some(generics) => between(generics)?.1,
            None => rest,
        };
        let (parts, _) = between(rest.strip_prefix('(').filter(|_| !name.is_empty())?)?;
        let parameters = parts.into_iter().map(without_attributes).filter(|part| !part.is_empty()).collect();
        Some(Function { name, line: code[..at].matches('\n').count() + 1, parameters })
    })
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// From behind an opened bracket to the one that closes it, apart at its commas, and what follows.
fn between(text: &str) -> Option<(Vec<&str>, &str)> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut depth, mut before) = (1_usize, ' ');
    for (at, character) in text.char_indices() {
        match character {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if before == '-' => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 1 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        if depth == 0 {
            parts.push(&text[start..at]);
            return Some((parts, &text[at + 1..]));
        }
        before = character;
    }
    None
}

fn without_attributes(parameter: &str) -> &str {
    let mut rest = parameter.trim();
    while let Some((_, behind)) = rest.strip_prefix("#[").and_then(between) {
        rest = behind.trim_start();
    }
    rest
}

fn is_receiver(parameter: &str) -> bool {
    let pattern = parameter.split(':').next().unwrap_or_default();
    pattern.split_whitespace().next_back().is_some_and(|name| name.trim_start_matches('&') == "self")
}

fn is_tuple(parameter: &str) -> bool {
    let pattern = parameter.trim_start_matches('&').trim_start();
    pattern.strip_prefix("mut ").unwrap_or(pattern).starts_with('(')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<String> {
        let found = tuple_patterns(&SourceFile::new("crates/flows/src/a.rs", text));
        found.into_iter().map(|violation| violation.place).collect()
    }

    #[test]
    fn no_parameter_hides_in_a_tuple() {
        for text in [
            "fn a((b, c): (B, C), d: D) {}",
            "fn a(b: B, &(c, d): &(C, D)) {}",
            "fn a(&self, b: B, #[prop(into)] (c, d): (C, D)) {}",
            "pub(crate) async fn a<T: Fn(B) -> C, const N: usize>(\n    tx: &mut Tx<'_>,\n    (b, mut c): (B, T),\n) {}",
            "#[cfg(test)]\nmod tests { fn a(b: B, (c, d): (C, D)) {} }",
        ] {
            assert_eq!(places(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_row_that_is_mapped_over_is_taken_apart() {
        for text in
            ["fn a((b, c): (B, C)) {}", "fn a(&self, (b, c): Row,) {}", "fn a<'s>(self: &'s Self, (b, c): Row) {}"]
        {
            assert!(places(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn closures_and_types_are_free() {
        for text in [
            "fn a(b: B, c: (C, D)) {}",
            "fn a(b: B, c: impl Fn((C, D), E) -> F) {}",
            "fn a() { let f = |(b, c): (B, C), d: D| b; }",
            "type A = fn((B, C), D) -> E;",
            "macro_rules! a { ($name:ident) => { fn $name((b, c): (B, C), d: D) {} } }",
            "fn a() {} // fn b((c, d): (C, D), e: E)",
            "fn a(Path(b): Path<B>, c: C) {}",
        ] {
            assert!(places(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn the_line_of_the_function_is_named() {
        assert_eq!(places("fn a() {}\n\nfn b(c: C, (d, e): (D, E)) {}\n"), ["crates/flows/src/a.rs:3"]);
    }
}
