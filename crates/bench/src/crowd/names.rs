//! What the apps and people of a crowd are called.

const THINGS: [&str; 20] = [
    "Calendar", "Photo", "Mail", "Ledger", "Contacts", "Notes", "Travel", "Fitness", "Recipe", "Garden", "Invoice",
    "Library", "Music", "Weather", "Payroll", "Ticket", "Home", "Podcast", "Archive", "Map",
];
const DOINGS: [&str; 12] = [
    "Sync",
    "Backup",
    "Agent",
    "Mirror",
    "Bridge",
    "Export",
    "Digest",
    "Widget",
    "Assistant",
    "Import",
    "Watch",
    "Studio",
];

pub(super) const MOST_APPS: usize = THINGS.len() * DOINGS.len();

pub(super) const FIRST_NAMES: [&str; 48] = [
    "Ada", "Aisha", "Akira", "Alma", "Amir", "Ana", "Anton", "Aroa", "Bela", "Bruno", "Carmen", "Chidi", "Clara",
    "Dara", "Diego", "Elena", "Elif", "Emil", "Farah", "Femi", "Greta", "Hana", "Hugo", "Ines", "Ivan", "Jamal",
    "Jana", "Joana", "Kai", "Lars", "Leila", "Lucia", "Mateo", "Mei", "Mila", "Nadia", "Noor", "Olga", "Omar", "Paula",
    "Priya", "Rafa", "Rosa", "Sami", "Sofia", "Tomas", "Yara", "Zoe",
];

pub(super) const LAST_NAMES: [&str; 48] = [
    "Abbas", "Adler", "Aguilar", "Almeida", "Anand", "Baker", "Becker", "Bianchi", "Brandt", "Castillo", "Chen",
    "Cohen", "Costa", "Demir", "Diaz", "Eriksen", "Farkas", "Fischer", "Garcia", "Gomez", "Haddad", "Hansen",
    "Ibrahim", "Ito", "Jensen", "Kaur", "Keller", "Kim", "Kowalski", "Kumar", "Lopez", "Marino", "Mbeki", "Meyer",
    "Molina", "Nakamura", "Novak", "Okafor", "Olsen", "Ortiz", "Petrov", "Ramos", "Rossi", "Santos", "Silva", "Tanaka",
    "Weber", "Yilmaz",
];

/// `client_id` and name.
pub(super) fn app(number: usize) -> (String, String) {
    // Neighbours differ in both words: steps without a common divisor.
    let (thing, doing) = (THINGS[number % THINGS.len()], DOINGS[(number + number / 60) % DOINGS.len()]);
    (format!("{}-{}", thing.to_lowercase(), doing.to_lowercase()), format!("{thing} {doing}"))
}
