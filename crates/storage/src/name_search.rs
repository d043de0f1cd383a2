//! What a search looks for in the names and addresses of users: as patterns, which decide, and as stretches of the indexes, which
//! have all that can fit. Asks no database.

use crate::users::{UserFilter, fold};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    FirstName,
    LastName,
    Email,
    Username,
}

/// First those whose indexes are the cheapest to read, since a search stops at the first that has too many.
const SEARCHED: [Field; 4] = [Field::FirstName, Field::LastName, Field::Email, Field::Username];

/// Of a field's order, by bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stretch {
    At(String),
    /// From the one on, and before the other where anything comes behind it.
    From(String, Option<String>),
}

/// Holds where one of these does.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub any: Vec<Fit>,
}

#[derive(Clone, Debug)]
pub(crate) struct Fit {
    pub field: Field,
    /// For `LIKE`, with a backslash before what is meant as it stands.
    pub pattern: String,
    /// Where all that fits stands; `None`: anywhere.
    pub stretch: Option<Stretch>,
}

const ESCAPE: char = '\\';

/// All of which must hold.
pub(crate) fn conditions(filter: &UserFilter) -> Vec<Condition> {
    let words = set(&filter.search).unwrap_or_default().split_whitespace().map(searched);
    let shape = if filter.exact { Shape::Whole } else { Shape::Part };
    let fields = [
        (Field::Username, &filter.username),
        (Field::Email, &filter.email),
        (Field::FirstName, &filter.first_name),
        (Field::LastName, &filter.last_name),
    ];
    let of_fields = fields.into_iter().filter_map(|(field, text)| Some(Condition::new(shape, set(text)?, &[field])));
    words.chain(of_fields).collect()
}

pub(crate) fn set(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

impl Condition {
    fn new(shape: Shape, text: &str, fields: &[Field]) -> Self {
        let mut any = Vec::new();
        for &field in fields {
            let texts = match field {
                // Stored as they are folded.
                Field::Username | Field::Email => vec![fold(text)],
                Field::FirstName | Field::LastName => in_lower_case(text),
            };
            let fit = |text: &String| Fit { field, pattern: shape.pattern(text), stretch: shape.stretch(text) };
            any.extend(texts.iter().map(fit));
        }
        Self { any }
    }

    /// How few it is likely to leave; `None` where no index says which.
    pub fn sharpness(&self) -> Option<usize> {
        let of_stretch = |stretch: &Stretch| match stretch {
            Stretch::At(_) => usize::MAX,
            Stretch::From(start, _) => start.chars().count(),
        };
        self.any.iter().map(|fit| fit.stretch.as_ref().map(of_stretch)).min().flatten()
    }
}

/// How a text stands in the one that fits.
#[derive(Clone, Copy)]
enum Shape {
    Whole,
    Part,
    /// At the start; `*` is anything.
    Start,
}

impl Shape {
    fn pattern(self, text: &str) -> String {
        match self {
            Self::Whole => escaped(text),
            Self::Part => format!("%{}%", escaped(text)),
            Self::Start if text.ends_with('*') => escaped(text).replace('*', "%"),
            Self::Start => escaped(text).replace('*', "%") + "%",
        }
    }

    fn stretch(self, text: &str) -> Option<Stretch> {
        match self {
            Self::Whole => Some(Stretch::At(text.to_owned())),
            Self::Part => None,
            Self::Start => {
                let start = text.split('*').next().filter(|start| !start.is_empty())?;
                Some(Stretch::From(start.to_owned(), successor(start)))
            }
        }
    }
}

/// A word of a search, as Keycloak reads it.
fn searched(word: &str) -> Condition {
    match word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(whole) => Condition::new(Shape::Whole, whole, &SEARCHED),
        None => Condition::new(Shape::Start, word, &SEARCHED),
    }
}

fn escaped(text: &str) -> String {
    text.replace(ESCAPE, "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The first text behind all that begin with this one: in the order of characters, which is that of their bytes.
fn successor(start: &str) -> Option<String> {
    let mut kept = start.to_owned();
    while let Some(last) = kept.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            kept.push(next);
            return Some(kept);
        }
    }
    None
}

/// What `lower()` of a database makes of a name that is the same without case. PostgreSQL folds letter by letter or by the rules of
/// its locale; SQLite, and PostgreSQL under the locale C, know ASCII only and leave other letters as somebody has written them: in
/// lower case, as here, capitalised or in capitals.
fn in_lower_case(text: &str) -> Vec<String> {
    let mut all = vec![fold(text)];
    if text.is_ascii() {
        return all;
    }
    let by_letter = text.chars().filter_map(|letter| letter.to_lowercase().next()).collect::<String>();
    for written in [by_letter, text.to_owned(), capitalised(text), text.to_uppercase()] {
        let left = written.to_ascii_lowercase();
        if !all.contains(&left) {
            all.push(left);
        }
    }
    all
}

fn capitalised(text: &str) -> String {
    let (mut written, mut is_inside) = (String::new(), false);
    for letter in text.chars() {
        if is_inside {
            written.extend(letter.to_lowercase());
        } else {
            written.extend(letter.to_uppercase());
        }
        is_inside = letter.is_alphanumeric();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_start_unless_it_says_otherwise() {
        let start = |from: &str, below: &str| Some(Stretch::From(from.into(), Some(below.into())));
        for (word, pattern, stretch) in [
            ("ali", "ali%", start("ali", "alj")),
            ("ali*", "ali%", start("ali", "alj")),
            ("al*ce", "al%ce%", start("al", "am")),
            ("*lic*", "%lic%", None),
            ("*", "%", None),
            ("\"alice\"", "alice", Some(Stretch::At("alice".into()))),
            ("\"", "\"%", start("\"", "#")),
            ("50%", "50\\%%", start("50%", "50&")),
            ("50%_\\", "50\\%\\_\\\\%", start("50%_\\", "50%_]")),
        ] {
            let condition = searched(word);
            assert_eq!(condition.any.len(), SEARCHED.len(), "{word}");
            for fit in condition.any {
                assert_eq!((fit.pattern.as_str(), &fit.stretch), (pattern, &stretch), "{word}");
            }
        }
    }

    #[test]
    fn a_stretch_has_all_that_begins_with_its_start_and_nothing_else() {
        assert_eq!(successor("a\u{d7ff}").as_deref(), Some("a\u{e000}"), "surrogates are no characters");
        assert_eq!(successor("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(successor("\u{10ffff}"), None);
    }

    #[test]
    fn a_name_is_looked_for_as_people_write_it() {
        assert_eq!(in_lower_case("Maria"), ["maria"]);
        for typed in ["ángel", "Ángel", "ÁNGEL"] {
            assert_eq!(in_lower_case(typed), ["ángel", "Ángel"], "{typed}");
        }
        assert_eq!(in_lower_case("muñoz"), ["muñoz", "muÑoz"]);
        assert_eq!(in_lower_case("éva-émile"), ["éva-émile", "Éva-Émile"]);
        assert!(in_lower_case("ΣΩΚΡΆΤΗΣ").contains(&"σωκράτησ".to_owned()), "PostgreSQL folds letter by letter");
    }

    #[test]
    fn what_no_index_knows_has_no_sharpness() {
        assert_eq!(searched("*ana*").sharpness(), None);
        assert!(searched("\"ana\"").sharpness() > searched("anastasia").sharpness());
        assert!(searched("garcía").sharpness() > searched("ana").sharpness());
    }
}
