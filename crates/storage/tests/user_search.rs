//! Searches among so many users that none reads all of their candidates at once: they find what a look at each user finds, page by
//! page, whatever letters names have.

mod support;

use perennial_domain::user::User;
use perennial_domain::{RealmId, UserId};
use perennial_storage::users::{self, UserFilter, UserPage};
use perennial_storage::{Store, bulk};
use support::samples::{self, World, read, write};

/// More than one unit walks past.
const PEOPLE: usize = 17_000;
/// From here on all are called Zoe: more than are looked at before a walk, at the end of it.
const ZOES: usize = 11_000;
const FIRST: [&str; 4] = ["Ana", "María José", "ÁNGEL", "ana-lucía"];
const LAST: [&str; 3] = ["García", "50%_off\\", "O'Neil"];

fn person(number: usize) -> User {
    let email = (!number.is_multiple_of(3)).then(|| format!("m{}.{number}@example.org", ["ail", "aria"][number % 2]));
    User {
        id: UserId(samples::id()),
        username: format!("u{number:05}"),
        email,
        first_name: Some(FIRST[number % 4].to_owned()),
        last_name: Some(if number < ZOES { LAST[number % 3] } else { "Zoe" }.to_owned()),
        enabled: !number.is_multiple_of(500),
        ..samples::user("nobody")
    }
}

async fn people(store: &Store) -> (RealmId, Vec<User>) {
    let world = World::create(store).await;
    let all: Vec<User> = (0..PEOPLE).map(person).collect();
    let (rows, realm, role) = (all.clone(), world.realm.id, world.role.id);
    write(store, move |tx| bulk::insert_users(tx, realm, role, &rows)).await;
    (realm, [vec![world.user], all].concat())
}

fn texts(user: &User) -> Vec<String> {
    let names = [&user.email, &user.first_name, &user.last_name].into_iter().flatten();
    names.chain([&user.username]).map(|text| text.to_lowercase()).collect()
}

fn starts(user: &User, start: &str) -> bool {
    texts(user).iter().any(|text| text.starts_with(start))
}

fn is_called(user: &User, last: &str) -> bool {
    user.last_name.as_deref() == Some(last)
}

struct Asked {
    filter: UserFilter,
    fits: fn(&User) -> bool,
}

fn asked() -> Vec<Asked> {
    let search =
        |text: &str, fits| Asked { filter: UserFilter { search: Some(text.into()), ..UserFilter::default() }, fits };
    let last = |text: &str, exact: bool, fits: fn(&User) -> bool| Asked {
        filter: UserFilter { last_name: Some(text.into()), exact, ..UserFilter::default() },
        fits,
    };
    let disabled = UserFilter { search: Some("zoe".into()), enabled: Some(false), ..UserFilter::default() };
    vec![
        search("ana", |user| starts(user, "ana")),
        search("ANA GARCÍA", |user| starts(user, "ana") && starts(user, "garcía")),
        search("ángel", |user| starts(user, "ángel")),
        search("ÁNGEL zoe", |user| starts(user, "ángel") && starts(user, "zoe")),
        search("zoe", |user| starts(user, "zoe")),
        search("u119", |user| starts(user, "u119")),
        search("maria.7", |user| starts(user, "maria.7")),
        search("*JOSÉ*", |user| texts(user).iter().any(|text| text.contains("josé"))),
        search("\"ana\"", |user| texts(user).contains(&"ana".to_owned())),
        search("50% u00", |user| starts(user, "50%") && starts(user, "u00")),
        search("5_%", |_| false),
        search("alice nobody", |_| false),
        last("%_OFF\\", false, |user| is_called(user, LAST[1])),
        last("50%_off\\", true, |user| is_called(user, LAST[1])),
        last("50%", true, |_| false),
        Asked { filter: disabled, fits: |user| starts(user, "zoe") && !user.enabled },
    ]
}

/// All units of a page.
async fn found(store: &Store, realm: RealmId, filter: &UserFilter, page: UserPage) -> Vec<String> {
    let own = filter.clone();
    let mut part = read(store, move |tx| users::list(tx, realm, &own, &page)).await;
    let mut all = part.found;
    while let Some(rest) = part.rest {
        let own = filter.clone();
        part = read(store, move |tx| users::list_further(tx, realm, &own, &rest)).await;
        all.append(&mut part.found);
    }
    all.into_iter().map(|user| user.username).collect()
}

async fn counted(store: &Store, realm: RealmId, filter: &UserFilter) -> usize {
    let own = filter.clone();
    let (mut sum, mut rest) = read(store, move |tx| users::count_found(tx, realm, &own)).await;
    while let Some(left) = rest {
        let own = filter.clone();
        let (more, next) = read(store, move |tx| users::count_further(tx, realm, &own, &left)).await;
        sum += more;
        rest = next;
    }
    usize::try_from(sum).expect("few")
}

on_both_databases! {
    async fn a_search_finds_who_fits_page_by_page_and_nobody_else(database: Database) {
        let store = database.open().await;
        let (realm, people) = people(&store).await;
        for Asked { filter, fits } in asked() {
            let expected: Vec<&str> = people.iter().filter(|user| fits(user)).map(|user| user.username.as_str()).collect();
            let whole = found(&store, realm, &filter, UserPage { after: None, first: 0, max: 100_000 }).await;
            assert!(whole == expected, "{filter:?}: {} of {}", whole.len(), expected.len());
            assert_eq!(counted(&store, realm, &filter).await, expected.len(), "{filter:?}");
            let middle = expected.len() / 2;
            let end = expected.len().min(middle + 25);
            let skipped = UserPage { after: None, first: middle as i64, max: 25 };
            assert_eq!(found(&store, realm, &filter, skipped).await, expected[middle..end], "{filter:?}: skipped");
            let Some(before) = middle.checked_sub(1) else { continue };
            // As somebody typed it.
            let after = Some(expected[before].to_uppercase());
            let next = UserPage { after, first: 0, max: 25 };
            assert_eq!(found(&store, realm, &filter, next).await, expected[middle..end], "{filter:?}: the next page");
        }
    }

    /// Most are named by two indexes, and the others by the end of one alone.
    async fn whoever_stands_behind_many_that_another_index_has_named_is_found_too(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let person = |number: usize| {
            let (start, first) = if number < 4_000 { ("bia", "Bianca") } else { ("biz", "Zoe") };
            let (email, first_name) = (Some(format!("{start}{number}@example.org")), Some(first.to_owned()));
            User { id: UserId(samples::id()), username: format!("u{number:05}"), email, first_name, ..samples::user("nobody") }
        };
        let all: Vec<User> = (0..4_600).map(person).collect();
        let expected: Vec<String> = all.iter().map(|user| user.username.clone()).collect();
        let (realm, role) = (world.realm.id, world.role.id);
        write(&store, move |tx| bulk::insert_users(tx, realm, role, &all)).await;
        let filter = UserFilter { search: Some("bi".into()), ..UserFilter::default() };
        assert_eq!(counted(&store, realm, &filter).await, expected.len());
        let behind = UserPage { after: Some("u03998".into()), first: 0, max: 1_000 };
        assert_eq!(found(&store, realm, &filter, behind).await, expected[3_999..]);
    }

    async fn users_of_another_realm_are_never_found(database: Database) {
        let store = database.open().await;
        World::create(&store).await;
        let other = World::new("other");
        let inserted = other.clone();
        write(&store, move |tx| inserted.insert(tx)).await;
        for text in ["ali", "*ali*", "alice@"] {
            let filter = UserFilter { search: Some(text.into()), ..UserFilter::default() };
            let page = UserPage { after: None, first: 0, max: 9 };
            assert_eq!(found(&store, other.realm.id, &filter, page).await, ["alice"], "{text}");
            assert_eq!(counted(&store, other.realm.id, &filter).await, 1, "{text}");
        }
    }
}
