//! The sentences that the admin and account APIs refuse with, in Spanish, for the server's answers to whoever asks for it, as the
//! consoles do; they themselves hold none of this. What is not in the tables stays as it was said, in English.

mod fields;
mod imports;
mod sentences;

/// English and Spanish, both with `{}` where a value stands, in the same order.
type Pair = (&'static str, &'static str);

const VALUE: &str = "{}";

/// The first pair whose English is all of the message says it in Spanish, with the values as they are. Also what is said of a
/// field by its name, like `clientId must be given`.
#[must_use]
pub fn in_spanish(english: &str) -> Option<String> {
    whole(english).or_else(|| {
        let (field, said) = english.split_once(' ')?;
        let is_name = !field.is_empty() && field.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:[]".contains(c));
        let spanish = fields::PAIRS.iter().find_map(|pair| translated(said, pair)).filter(|_| is_name)?;
        Some(format!("{field} {spanish}"))
    })
}

fn whole(english: &str) -> Option<String> {
    pairs().find_map(|pair| translated(english, pair))
}

fn pairs() -> impl Iterator<Item = &'static Pair> {
    fields::PAIRS.iter().chain(sentences::PAIRS).chain(imports::PAIRS)
}

fn translated(message: &str, pair: &Pair) -> Option<String> {
    let (english, spanish) = pair;
    let values = values(message, english)?;
    let mut pieces = spanish.split(VALUE);
    let mut said = pieces.next().unwrap_or_default().to_owned();
    for (value, piece) in values.into_iter().zip(pieces) {
        said.push_str(value);
        said.push_str(piece);
    }
    Some(said)
}

/// What stands for each `{}`, none of it empty; each is as short as it can be, so that the message is gone through once.
fn values<'m>(message: &'m str, template: &str) -> Option<Vec<&'m str>> {
    let Some((first, rest)) = template.split_once(VALUE) else {
        return (message == template).then(Vec::new);
    };
    let mut left = message.strip_prefix(first)?;
    let mut pieces = rest.split(VALUE).peekable();
    let mut values = Vec::new();
    while let Some(piece) = pieces.next() {
        let shortest = left.chars().next()?.len_utf8();
        let end = match pieces.peek() {
            Some(_) => shortest + left[shortest..].find(piece)?,
            None => left.strip_suffix(piece)?.len(),
        };
        if end < shortest {
            return None;
        }
        values.push(&left[..end]);
        left = &left[end + piece.len()..];
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_said_in_spanish_with_its_values_as_they_are() {
        assert_eq!(in_spanish("must be given").as_deref(), Some("debe indicarse"));
        assert_eq!(in_spanish("must be between 1 and 60").as_deref(), Some("debe estar entre 1 y 60"));
        assert_eq!(in_spanish("Client {} ñ already exists").as_deref(), Some("Ya existe el cliente {} ñ"));
        assert_eq!(
            in_spanish("Client x already exists already exists").as_deref(),
            Some("Ya existe el cliente x already exists")
        );
    }

    #[test]
    fn what_is_said_of_a_field_by_its_name_is_known_too() {
        assert_eq!(in_spanish("config.jwksUrl must be given").as_deref(), Some("config.jwksUrl debe indicarse"));
        assert_eq!(in_spanish("<b> must be given"), None);
    }

    #[test]
    fn what_is_not_in_the_tables_is_left_to_the_reader() {
        for unknown in [
            "",
            " ",
            "{}",
            "must be",
            "must be given ",
            "Must be given",
            "connection refused",
            "must be between 1 and ",
        ] {
            assert_eq!(in_spanish(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn machine_codes_are_never_translated() {
        for (english, _) in pairs() {
            assert!(english.contains(' '), "a code for programs: {english}");
        }
        for code in ["invalid_grant", "invalid_request", "unknown_error", "temporarily_unavailable"] {
            assert_eq!(in_spanish(code), None, "{code}");
        }
    }

    #[test]
    fn a_value_is_never_empty() {
        for empty in ["must be between  and 60", "must be one of ", " is not a type of event", " already exists"] {
            assert_eq!(in_spanish(empty), None, "{empty:?}");
        }
        assert_eq!(values("ab", "a{}b"), None);
        assert_eq!(values("aéb", "a{}b"), Some(vec!["é"]));
        assert_eq!(values("é-é", "{}-{}"), Some(vec!["é", "é"]));
        assert_eq!(values("--", "{}-{}"), None);
        assert_eq!(values("---", "{}-{}"), Some(vec!["-", "-"]));
    }

    #[test]
    fn hostile_messages_are_gone_through_once_and_break_nothing() {
        let long = 200_000;
        let of_words = ["{}", "must be between 1 and ", " already exists", "é", "' already exists.", "\u{0}", " "];
        for word in of_words {
            let message = word.repeat(long / word.len());
            let started_like_one = format!("Top level group named '{message}");
            let ended_like_one = format!("{message} already exists.");
            for hostile in [message, started_like_one, ended_like_one] {
                if let Some(said) = in_spanish(&hostile) {
                    assert!(said.len() < hostile.len() + 100, "{word:?}");
                }
            }
        }
    }

    #[test]
    fn each_pair_is_reached_and_has_the_same_values_in_both_languages() {
        for (english, spanish) in pairs() {
            assert_eq!(english.matches(VALUE).count(), spanish.matches(VALUE).count(), "{english}");
            assert!(!spanish.trim().is_empty() && english != spanish, "{english}");
            let with = |text: &str| text.replace(VALUE, "7");
            assert_eq!(in_spanish(&with(english)), Some(with(spanish)), "another pair stands before: {english}");
        }
    }

    #[test]
    fn a_predicate_begins_small_and_ends_without_a_full_stop() {
        for (english, spanish) in fields::PAIRS {
            assert!(!spanish.ends_with('.') && !spanish.starts_with(char::is_uppercase), "{english}");
        }
    }
}
