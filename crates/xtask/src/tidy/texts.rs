//! Rules about what people read: every text is shown somewhere, none is empty, and Spanish is not English left over. That
//! each language has each text is the compiler's to say, as a language is one constant of one struct.

use std::collections::{BTreeMap, BTreeSet};

use super::Violation;
use super::source::SourceFile;

/// Same in both languages without being forgotten: names, and words that both have.
const WORDS_THAT_MAY_BE_EQUAL: usize = 2;

/// One text: where it is declared, its name, and its words where they are plain.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    place: String,
    name: String,
    /// English, Spanish.
    words: Option<(String, String)>,
}

pub fn check(files: &[SourceFile]) -> Vec<Violation> {
    let texts: Vec<Text> = files.iter().flat_map(phrases).chain(declared(files)).chain(constants(files)).collect();
    let shown = shown_names(files);
    let mut violations = Vec::new();
    for text in texts {
        if !shown.contains(text.name.as_str()) {
            let message =
                format!("`{}` is shown nowhere: a text that nobody reads is nobody's to keep right", text.name);
            violations.push(Violation::new(&text.place, message));
        }
        let Some((english, spanish)) = &text.words else { continue };
        if english.trim().is_empty() || spanish.trim().is_empty() {
            violations.push(Violation::new(&text.place, format!("`{}` is empty in a language", text.name)));
        } else if english == spanish && english.split_whitespace().count() > WORDS_THAT_MAY_BE_EQUAL {
            violations.push(Violation::new(&text.place, format!("`{}` is the same in English and Spanish", text.name)));
        }
    }
    violations
}

fn holds_texts(file: &SourceFile) -> bool {
    let path = file.path.as_str();
    path.ends_with("/src/text.rs") || path.contains("/src/texts/")
}

/// Whatever stands behind a dot in production code that declares no texts itself, or in a screen beside its phrases.
fn shown_names(files: &[SourceFile]) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for file in files {
        for (at, _) in file.production.match_indices('.') {
            let rest = &file.production[at + 1..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            names.insert(&rest[..end]);
        }
    }
    names
}

/// `name = "English", "Spanish";` and `name: type = …;` of a screen's `phrases!`.
fn phrases(file: &SourceFile) -> Vec<Text> {
    let mut texts = Vec::new();
    let Some(start) = file.text.find("\nphrases! {") else { return texts };
    let first_line = file.text[..=start].matches('\n').count() + 1;
    let mut statement = String::new();
    for (index, line) in file.text[start + 1..].lines().enumerate().skip(1) {
        let line = line.trim();
        if line == "}" && statement.is_empty() {
            break;
        }
        if line.starts_with("///") || line.ends_with("=>") && statement.is_empty() {
            continue;
        }
        statement.push_str(line);
        if line.ends_with(';') {
            let place = format!("{}:{}", file.path, first_line + index);
            texts.extend(phrase(&place, &statement));
            statement.clear();
        } else {
            statement.push(' ');
        }
    }
    texts
}

fn phrase(place: &str, statement: &str) -> Option<Text> {
    let (left, right) = statement.split_once('=')?;
    let name = left.split(':').next()?.trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let words = literal(right).and_then(|(english, rest)| {
        let (spanish, _) = literal(rest.trim_start().strip_prefix(',')?)?;
        Some((english, spanish))
    });
    is_name.then(|| Text { place: place.to_owned(), name: name.to_owned(), words })
}

/// A plain string at the start, and what follows it.
pub(super) fn literal(text: &str) -> Option<(String, &str)> {
    let inner = text.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    let end = inner.find(|c: char| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    })?;
    Some((inner[..end].to_owned(), &inner[end + 1..]))
}

/// `pub name: …,` of the structs that a language fills.
fn declared(files: &[SourceFile]) -> Vec<Text> {
    let mut texts = Vec::new();
    for file in files.iter().filter(|file| holds_texts(file)) {
        let mut inside = false;
        for (index, line) in file.code.lines().enumerate() {
            if line.starts_with("pub struct ") {
                inside = line.contains("Texts") || line.contains("Words");
            } else if line.starts_with('}') {
                inside = false;
            } else if let (true, Some(field)) = (inside, line.trim().strip_prefix("pub ")) {
                let name = field.split(':').next().unwrap_or_default().trim().to_owned();
                texts.push(Text { place: format!("{}:{}", file.path, index + 1), name, words: None });
            }
        }
    }
    texts
}

/// The plain texts of `en.rs` beside those of `es.rs`, paired by the struct they are in and their name.
fn constants(files: &[SourceFile]) -> Vec<Text> {
    let mut texts = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with("/texts/en.rs")) {
        let other = file.path.replace("/en.rs", "/es.rs");
        let Some(spanish) = files.iter().find(|file| file.path == other) else { continue };
        let spanish: BTreeMap<_, _> = plain(spanish).into_iter().map(|(key, (_, words))| (key, words)).collect();
        for (key, (line, english)) in plain(file) {
            if let Some(spanish) = spanish.get(&key) {
                let place = format!("{}:{line}", file.path);
                texts.push(Text { place, name: key.1, words: Some((english, spanish.clone())) });
            }
        }
    }
    texts
}

type Key = (String, String);

fn plain(file: &SourceFile) -> Vec<(Key, (usize, String))> {
    let mut found = Vec::new();
    let mut of = String::new();
    for (index, line) in file.text.lines().enumerate() {
        if let Some(before) = line.trim_end().strip_suffix('{') {
            let name = before.trim().rsplit([' ', ':']).next().unwrap_or_default();
            if name.ends_with("Texts") {
                of = name.to_owned();
            }
        }
        let Some((name, value)) = line.trim().split_once(": ") else { continue };
        if let Some((words, _)) = literal(value) {
            found.push(((of.clone(), name.to_owned()), (index + 1, words)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sources: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<SourceFile> = sources.iter().map(|(path, text)| SourceFile::new(path, text)).collect();
        check(&files).into_iter().map(|violation| format!("{} {}", violation.place, violation.message)).collect()
    }

    const SCREEN: &str = "web-admin/src/pages/a.rs";

    fn screen(phrases: &str) -> Vec<String> {
        found(&[(SCREEN, &format!("fn a() {{ texts.title; }}\n\nphrases! {{\n    ATexts =>\n{phrases}\n}}\n"))])
    }

    #[test]
    fn a_phrase_that_is_shown_and_translated_is_fine() {
        assert!(screen("    title = \"Keys of a realm\", \"Claves de un reino\";").is_empty());
        assert!(
            screen("    title: With =\n        |n| format!(\"{n} x\"),\n        |n| format!(\"{n} y\");").is_empty()
        );
        assert!(screen("    title = \"Token\", \"Token\";").is_empty(), "one word may be the same");
    }

    #[test]
    fn a_phrase_that_nobody_shows_is_found() {
        let wrong = screen("    title = \"a\", \"b\";\n    other = \"c\", \"d\";");
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(wrong[0].starts_with("web-admin/src/pages/a.rs:6 `other`"), "{wrong:?}");
    }

    #[test]
    fn an_empty_phrase_and_one_left_in_english_are_found() {
        assert_eq!(screen("    title = \"a\", \"\";").len(), 1);
        assert_eq!(screen("    title = \"The same \\\"words\\\" twice\", \"The same \\\"words\\\" twice\";").len(), 1);
    }

    #[test]
    fn texts_of_a_language_are_paired_by_struct_and_name() {
        let shape = "pub struct ATexts {\n    pub title: &'static str,\n    pub unused: &'static str,\n}\n";
        let en = "pub const EN: ATexts = ATexts {\n    title: \"Not yet translated\",\n};\n";
        let es = "pub const ES: ATexts = ATexts {\n    title: \"Not yet translated\",\n};\n";
        let folder = |name: &str| format!("web-admin/src/texts/{name}.rs");
        let (shape_at, en_at, es_at) = (folder("mod"), folder("en"), folder("es"));
        let wrong = found(&[(&shape_at, shape), (&en_at, en), (&es_at, es), (SCREEN, "fn a() { texts.title; }")]);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong.iter().any(|text| text.contains("`unused` is shown nowhere")), "{wrong:?}");
        assert!(wrong.iter().any(|text| text.contains("`title` is the same")), "{wrong:?}");
    }
}
