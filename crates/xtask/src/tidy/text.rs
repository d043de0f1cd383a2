//! Rules about the text of one source file.

use super::Violation;
use super::source::SourceFile;

/// Every rule of this file; each answers with what it found.
pub const RULES: [fn(&SourceFile) -> Vec<Violation>; 6] =
    [module_doc, file_size, diesel_in_storage, unfinished_work, unwrap, ambient_clock_and_randomness];

const LINES_ALLOWED: usize = 400;
const LINES_ADVISED: usize = 300;

fn module_doc(file: &SourceFile) -> Vec<Violation> {
    let first = file.text.lines().find(|line| !line.trim().is_empty());
    if first.is_some_and(|line| line.starts_with("//!")) {
        return Vec::new();
    }
    let message = "starts without `//!`: a reader learns from the first lines what the file owns and what it does not";
    vec![Violation::new(&file.path, message)]
}

fn file_size(file: &SourceFile) -> Vec<Violation> {
    let lines = file.text.lines().count();
    if lines <= LINES_ALLOWED || is_schema(file) {
        return Vec::new();
    }
    let message =
        format!("{lines} lines, {LINES_ALLOWED} allowed: a file is read as a whole, split it by what it owns");
    vec![Violation::new(&file.path, message)]
}

/// A remark, not a violation: the file grows towards the limit.
pub fn long_file(file: &SourceFile) -> Option<Violation> {
    let lines = file.text.lines().count();
    let is_long = lines > LINES_ADVISED && lines <= LINES_ALLOWED && !is_schema(file);
    is_long.then(|| Violation::new(&file.path, format!("note: {lines} lines, better below {LINES_ADVISED}")))
}

/// Tables, declared one after another: long by nature.
fn is_schema(file: &SourceFile) -> bool {
    file.path.ends_with("/schema.rs")
}

fn diesel_in_storage(file: &SourceFile) -> Vec<Violation> {
    if file.is_below("crates/storage") {
        return Vec::new();
    }
    let reason = "only storage knows the database library, so that queries and their guards stay in one place";
    found_in(file, &file.code, &["diesel::", "diesel_migrations::"], reason)
}

fn unfinished_work(file: &SourceFile) -> Vec<Violation> {
    let reason = "what is merged is finished; what is left belongs into the tracker";
    let mut violations = found_in(file, &file.comments, &["TODO", "FIXME"], reason);
    violations.extend(found_in(file, &file.code, &["todo!", "unimplemented!", "dbg!", "#[ignore"], reason));
    violations
}

fn unwrap(file: &SourceFile) -> Vec<Violation> {
    let reason = "a panic without a sentence: handle the error, or `expect` with the reason why it cannot happen";
    found_in(file, &file.production, &[".unwrap()"], reason)
}

fn ambient_clock_and_randomness(file: &SourceFile) -> Vec<Violation> {
    const AMBIENT: [&str; 9] = [
        "SystemTime::now",
        "Instant::now",
        "Utc::now",
        "Uuid::now_v7",
        "Uuid::new_v4",
        "rand::rng(",
        "rand::random",
        "thread_rng",
        "SystemRandom",
    ];
    if !file.is_below("crates/domain") && !file.is_below("crates/flows") {
        return Vec::new();
    }
    let reason =
        "decisions and flows get clock and randomness passed in, so that a whole flow can be repeated in a test";
    found_in(file, &file.production, &AMBIENT, reason)
}

/// One violation per line that contains a word.
fn found_in(file: &SourceFile, half: &str, words: &[&str], reason: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (index, line) in half.lines().enumerate() {
        for word in words.iter().filter(|word| contains_word(line, word)) {
            let place = format!("{}:{}", file.path, index + 1);
            violations.push(Violation::new(place, format!("`{word}`: {reason}")));
        }
    }
    violations
}

/// A word counts where no longer name contains it: `xdiesel::` is another crate.
fn contains_word(line: &str, word: &str) -> bool {
    let begins_name = word.starts_with(|first: char| first.is_alphanumeric());
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !begins_name || !before.is_some_and(|last| last.is_alphanumeric() || last == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rule = fn(&SourceFile) -> Vec<Violation>;

    fn check(rule: Rule, path: &str, text: &str) -> usize {
        rule(&SourceFile::new(path, text)).len()
    }

    #[test]
    fn a_file_starts_with_its_module_doc() {
        assert_eq!(check(module_doc, "crates/domain/src/a.rs", "use b;\n"), 1);
        assert_eq!(check(module_doc, "crates/domain/src/a.rs", "//! Owns a.\n\nuse b;\n"), 0);
    }

    #[test]
    fn a_file_has_at_most_400_lines_unless_it_is_the_schema() {
        let long = "//\n".repeat(401);
        assert_eq!(check(file_size, "crates/storage/src/a.rs", &long), 1);
        assert_eq!(check(file_size, "crates/storage/src/schema.rs", &long), 0);
        assert_eq!(check(file_size, "crates/storage/src/a.rs", &"//\n".repeat(400)), 0);
    }

    #[test]
    fn a_file_over_300_lines_is_remarked_on() {
        let file = |lines: usize| SourceFile::new("crates/storage/src/a.rs", &"//\n".repeat(lines));
        assert!(long_file(&file(301)).is_some());
        assert!(long_file(&file(300)).is_none());
    }

    #[test]
    fn diesel_is_named_in_storage_only() {
        let text = "use diesel::prelude::*;";
        assert_eq!(check(diesel_in_storage, "crates/flows/src/a.rs", text), 1);
        assert_eq!(check(diesel_in_storage, "crates/storage/src/a.rs", text), 0);
        assert_eq!(check(diesel_in_storage, "crates/flows/src/a.rs", "// diesel::x stays out"), 0);
    }

    #[test]
    fn unfinished_work_is_found_in_comments_and_code() {
        let path = "crates/flows/src/a.rs";
        for text in ["// TODO: later", "fn a() { todo!() }", "dbg!(a);", "#[ignore]", "#[ignore = \"slow\"]"] {
            assert_eq!(check(unfinished_work, path, text), 1, "{text}");
        }
        assert_eq!(check(unfinished_work, path, "// done\nlet message = \"TODO list\";"), 0);
    }

    #[test]
    fn unwrap_is_for_tests() {
        let path = "crates/flows/src/a.rs";
        assert_eq!(check(unwrap, path, "a.unwrap();"), 1);
        assert_eq!(check(unwrap, path, "a.unwrap_or(b);\n#[cfg(test)]\nmod tests { fn t() { a.unwrap(); } }"), 0);
    }

    #[test]
    fn domain_and_flows_read_no_clock() {
        let text = "let now = std::time::SystemTime::now();";
        assert_eq!(check(ambient_clock_and_randomness, "crates/domain/src/a.rs", text), 1);
        assert_eq!(check(ambient_clock_and_randomness, "crates/server/src/clock.rs", text), 0);
        assert_eq!(check(ambient_clock_and_randomness, "crates/flows/src/a.rs", "let now = clock.now();"), 0);
    }
}
