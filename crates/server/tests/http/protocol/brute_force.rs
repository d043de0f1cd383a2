//! Guessing passwords: bounded by name and by place, the same for names that nobody has, and no harm to who is signed in.

use crate::support::{alices_backup, alices_online, expect_alive, is_signed_out};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Client, Console, Page, TestServer, on_both_databases,
};
use serde_json::{Value, json};

const PASSWORD: &str = "/realms/demo/account/credentials/password";
const WRONG: &str = "Invalid user credentials";
const TOO_MANY: &str = "Too many wrong passwords, please try again later";

/// Three wrong passwords, and each further one costs a minute and more.
async fn strict(server: &TestServer) -> Admin {
    let admin = Admin::sign_in(server).await;
    let rules = json!({"failureFactor": 3, "waitIncrementSeconds": 60, "maxFailureWaitSeconds": 150, "maxDeltaTimeSeconds": 3_600});
    admin.change_realm(rules).await;
    admin
}

async fn guess(client: &Client, username: &str) -> String {
    let answer = client.password_grant(&Person::new(username, "guess"), "openid").await;
    answer.expect_error(400, "invalid_grant").text("error_description")
}

async fn guess_times(client: &Client, username: &str, times: usize) {
    for n in 0..times {
        assert_eq!(guess(client, username).await, WRONG, "guess {n}");
    }
}

/// What the sign-in page says to this person.
async fn try_page(server: &TestServer, person: &Person) -> Page {
    let browser = Browser::new(server);
    let page = browser.open_page(&AuthorizationRequest::photo_frame().url(server)).await;
    browser.submit(&perennial_testkit::authorize::sign_in(&page, person)).await.page()
}

fn status_path(user: &str) -> String {
    format!("/demo/attack-detection/brute-force/users/{user}")
}

async fn status(admin: &Admin, username: &str) -> Value {
    admin.get(&status_path(&admin.user_id(username).await)).await.expect(200).json()
}

on_both_databases! {
    async fn after_too_many_wrong_passwords_not_even_the_right_one_is_looked_at_until_the_wait_is_over(server) {
        strict(&server).await;
        let frame = Client::photo_frame(&server);
        guess_times(&frame, "alice", 3).await;
        assert_eq!(guess(&frame, "alice").await, TOO_MANY);
        let right = frame.password_grant(&Person::alice(), "openid").await.expect_error(400, "invalid_grant");
        assert_eq!(right.text("error_description"), TOO_MANY);
        let page = try_page(&server, &Person::alice()).await;
        assert!(page.text().contains("Too many attempts"), "{page}");
        frame.password_grant(&Person::bob(), "openid").await.expect_tokens();
        server.advance_clock(60).await;
        frame.password_grant(&Person::alice(), "openid").await.expect_tokens();
        // A right password forgets the wrong ones.
        guess_times(&frame, "alice", 3).await;
    }

    async fn waits_grow_up_to_a_longest_and_failures_are_forgotten_in_the_end(server) {
        strict(&server).await;
        let frame = Client::photo_frame(&server);
        guess_times(&frame, "alice", 3).await;
        let mut waits = Vec::new();
        for _ in 0..7 {
            let mut waited = 0;
            while guess(&frame, "alice").await == TOO_MANY {
                server.advance_clock(30).await;
                waited += 30;
            }
            waits.push(waited);
        }
        assert_eq!(waits, [60, 60, 60, 120, 120, 120, 150]);
        server.advance_clock(3_600).await;
        guess_times(&frame, "alice", 3).await;
    }

    async fn a_name_that_nobody_has_is_answered_like_one_that_somebody_has(server) {
        strict(&server).await;
        let frame = Client::photo_frame(&server);
        let mut told = Vec::new();
        for name in ["alice", "nobody", "alice@demo.example", "nobody@demo.example"] {
            let mut answers = Vec::new();
            for _ in 0..5 {
                answers.push(guess(&frame, name).await);
            }
            let page = try_page(&server, &Person::new(name, "guess")).await;
            let problem = page.text().lines().filter(|line| line.contains("attempts")).count();
            told.push((answers, problem));
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");
        assert_eq!(told[0].0[4], TOO_MANY);
        // The same name in another spelling is no second chance.
        assert_eq!(guess(&frame, " NOBODY ").await, TOO_MANY);
    }

    async fn a_users_name_and_address_are_no_two_sets_of_guesses_and_nobody_learns_that_they_are_of_one(server) {
        let admin = strict(&server).await;
        let frame = Client::photo_frame(&server);
        guess_times(&frame, "alice", 2).await;
        guess_times(&frame, "alice@demo.example", 1).await;
        // No longer judged under either, and answered like a wrong one for as long as names that nobody has would be.
        let by_address = Person::new("alice@demo.example", &Person::alice().password);
        for person in [&by_address, &Person::alice()] {
            let refused = frame.password_grant(person, "openid").await.expect_error(400, "invalid_grant");
            assert_eq!(refused.text("error_description"), WRONG);
        }
        assert_eq!(guess(&frame, "alice").await, TOO_MANY);
        assert_eq!(guess(&frame, "alice@demo.example").await, WRONG);
        assert_eq!(guess(&frame, "alice@demo.example").await, TOO_MANY);
        assert_eq!(status(&admin, "alice").await["disabled"], true);
        server.advance_clock(60).await;
        frame.password_grant(&by_address, "openid").await.expect_tokens();
        frame.password_grant(&Person::alice(), "openid").await.expect_tokens();
    }

    async fn many_guesses_at_once_are_judged_no_more_than_as_many_in_turn(server) {
        strict(&server).await;
        let frame = Client::photo_frame(&server);
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..24 {
            let frame = frame.clone();
            all.spawn(async move { guess(&frame, "alice").await });
        }
        let answers = all.join_all().await;
        assert_eq!(answers.iter().filter(|answer| *answer == WRONG).count(), 3, "{answers:?}");
    }

    async fn who_is_signed_in_is_not_locked_out(server) {
        strict(&server).await;
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        let frame = Client::photo_frame(&server);
        guess_times(&frame, "alice", 3).await;
        assert_eq!(guess(&frame, "alice").await, TOO_MANY);
        expect_alive(&client, &offline).await;
        expect_alive(&client, &online).await;
        assert!(client.is_active(&offline.access_token()).await);
        assert!(!is_signed_out(&server, &browser).await);
        portal.get("/realms/demo/account/applications").await.expect(200);
        // Strangers do not keep a user from a new password either.
        let change = json!({"currentPassword": Person::alice().password, "newPassword": "a-new-password"});
        portal.post(PASSWORD, &change).await.expect(204);
    }

    async fn a_stolen_session_does_not_help_to_guess_the_password(server) {
        let admin = strict(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        let wrong = json!({"currentPassword": "guess", "newPassword": "a-new-password"});
        for _ in 0..3 {
            let answer = portal.post(PASSWORD, &wrong).await.expect(400);
            assert!(answer.body.contains("The current password is wrong"), "{answer}");
        }
        let right = json!({"currentPassword": Person::alice().password, "newPassword": "a-new-password"});
        let answer = portal.post(PASSWORD, &right).await.expect(400);
        assert!(answer.body.contains("Too many wrong passwords"), "{answer}");
        let told = admin.events("type=UPDATE_PASSWORD_ERROR").await;
        let blocked = told.iter().filter(|event| event["error"] == "user_temporarily_disabled").count();
        assert_eq!((told.len(), blocked), (4, 1), "{told:?}");
        // Signing in elsewhere is another matter.
        Client::photo_frame(&server).password_grant(&Person::alice(), "openid").await.expect_tokens();
        server.advance_clock(60).await;
        portal.post(PASSWORD, &right).await.expect(204);
    }

    async fn one_place_cannot_try_one_password_on_everybody(server) {
        let frame = Client::photo_frame(&server).from_place([127, 0, 0, 9], "Sprayer");
        let mut judged = 0;
        while guess(&frame, &format!("user{judged}")).await == WRONG {
            judged += 1;
            assert!(judged <= 200, "no end of it");
        }
        assert_eq!(judged, 200);
        let elsewhere = Client::photo_frame(&server).from_place([127, 0, 0, 10], "Home");
        elsewhere.password_grant(&Person::alice(), "openid").await.expect_tokens();
        server.advance_clock(900).await;
        frame.password_grant(&Person::alice(), "openid").await.expect_tokens();
    }

    async fn right_passwords_are_no_guesses(server) {
        strict(&server).await;
        let frame = Client::photo_frame(&server);
        for _ in 0..8 {
            frame.password_grant(&Person::alice(), "openid").await.expect_tokens();
        }
        // Nor are those that are refused for another reason.
        let backup = Client::nightly_backup(&server);
        for _ in 0..8 {
            let refused = backup.password_grant(&Person::alice(), "openid").await.expect_error(400, "invalid_grant");
            assert_eq!(refused.text("error_description"), "Client requires user consent");
        }
        frame.password_grant(&Person::alice(), "openid").await.expect_tokens();
    }

    async fn an_admin_sees_what_was_guessed_and_lets_the_user_in_again(server) {
        let admin = strict(&server).await;
        let nothing = json!({"numFailures": 0, "disabled": false, "lastIPFailure": "n/a", "lastFailure": 0, "failedLoginNotBefore": 0});
        assert_eq!(status(&admin, "alice").await, nothing);
        let frame = Client::photo_frame(&server).from_place([127, 0, 0, 9], "Guesser");
        guess_times(&frame, "alice", 2).await;
        guess_times(&frame, "alice@demo.example", 3).await;
        let seen = status(&admin, "alice").await;
        assert_eq!((&seen["numFailures"], &seen["disabled"], &seen["lastIPFailure"]), (&json!(5), &json!(true), &json!("127.0.0.9")));
        assert_eq!(seen["failedLoginNotBefore"], server.now_s().await + 60);
        let path = status_path(&admin.user_id("alice").await);
        admin.delete(&path).await.expect(204);
        assert_eq!(status(&admin, "alice").await, nothing);
        guess_times(&frame, "alice", 3).await;
        guess_times(&frame, "bob", 3).await;
        admin.delete("/demo/attack-detection/brute-force/users").await.expect(204);
        for person in [Person::alice(), Person::bob()] {
            frame.password_grant(&person, "openid").await.expect_tokens();
        }
        // Who may not manage users forgives nobody.
        let viewer = admin.with_roles(&server, "viewer", &["view-users"]).await;
        viewer.get(&path).await.expect(200);
        viewer.delete(&path).await.expect(403);
        viewer.delete("/demo/attack-detection/brute-force/users").await.expect(403);
        let stranger = admin.with_roles(&server, "stranger", &["view-clients"]).await;
        stranger.get(&path).await.expect(403);
        for unknown in ["nobody", "00000000-0000-7000-8000-000000000000"] {
            admin.get(&status_path(unknown)).await.expect(404);
            admin.delete(&status_path(unknown)).await.expect(404);
        }
    }

    async fn who_manages_users_alone_forgives_neither_those_who_may_do_more_nor_addresses(server) {
        let admin = strict(&server).await;
        let boss = admin.with_roles(&server, "boss", &["realm-admin"]).await;
        let ursula = admin.with_roles(&server, "ursula", &["manage-users"]).await;
        let frame = Client::photo_frame(&server);
        guess_times(&frame, "boss", 3).await;
        guess_times(&frame, "alice", 3).await;
        let sprayer = Client::photo_frame(&server).from_place([127, 0, 0, 9], "Sprayer");
        for n in 0..200 {
            assert_eq!(guess(&sprayer, &format!("user{n}")).await, WRONG, "guess {n}");
        }
        let everybody = "/demo/attack-detection/brute-force/users";
        ursula.delete(everybody).await.expect(204);
        guess_times(&frame, "alice", 1).await;
        assert_eq!(guess(&frame, "boss").await, TOO_MANY);
        assert_eq!(guess(&sprayer, "bob").await, TOO_MANY);
        ursula.delete(&status_path(&admin.user_id("boss").await)).await.expect(403);
        boss.delete(everybody).await.expect(204);
        assert_eq!(guess(&frame, "boss").await, WRONG);
        assert_eq!(guess(&sprayer, "bob").await, WRONG);
    }

    async fn refusals_are_told_with_their_reason_and_only_for_names_that_somebody_has(server) {
        let admin = strict(&server).await;
        for _ in 0..4 {
            try_page(&server, &Person::new("alice", "guess")).await;
            try_page(&server, &Person::new("pass-word-in-the-wrong-field", "guess")).await;
        }
        let told = admin.events("type=LOGIN_ERROR").await;
        let by_alice: Vec<&Value> = told.iter().filter(|event| event["userId"].is_string()).map(|event| &event["error"]).collect();
        assert_eq!(by_alice, ["user_temporarily_disabled", "invalid_user_credentials", "invalid_user_credentials", "invalid_user_credentials"]);
        assert!(!json!(told).to_string().contains("pass-word-in-the-wrong-field"));
    }

    async fn a_realm_can_do_without_it_and_wrong_rules_are_refused(server) {
        let admin = strict(&server).await;
        let shown = admin.realm().await;
        assert_eq!((&shown["bruteForceProtected"], &shown["failureFactor"]), (&json!(true), &json!(3)));
        for wrong in [json!({"failureFactor": 0}), json!({"failureFactor": "3"}), json!({"waitIncrementSeconds": -1}),
            json!({"maxFailureWaitSeconds": 1_000_000}), json!({"maxDeltaTimeSeconds": 0}), json!({"bruteForceProtected": "yes"})] {
            let answer = admin.put("/demo", &wrong).await;
            assert_eq!(answer.status, 400, "{wrong}: {answer}");
        }
        assert_eq!(admin.realm().await["failureFactor"], 3);
        admin.change_realm(json!({"bruteForceProtected": false})).await;
        let frame = Client::photo_frame(&server);
        guess_times(&frame, "alice", 8).await;
        frame.password_grant(&Person::alice(), "openid").await.expect_tokens();
    }

    async fn a_new_realm_is_protected(server) {
        let admin = Admin::sign_in(&server).await;
        let shown = admin.realm().await;
        let rules = ["failureFactor", "waitIncrementSeconds", "maxFailureWaitSeconds", "maxDeltaTimeSeconds"];
        assert_eq!(shown["bruteForceProtected"], true);
        assert_eq!(rules.map(|name| shown[name].as_i64()), [30, 60, 900, 43_200].map(Some));
        // The admins' realm, too: its name is known to everybody.
        let cli = Client::new(&server, demo::MASTER, "admin-cli", perennial_testkit::client::Authentication::None);
        guess_times(&cli, "admin", 30).await;
        assert_eq!(guess(&cli, "admin").await, TOO_MANY);
        admin.get("/demo").await.expect(200);
        let form = [("username", "admin"), ("password", demo::ADMIN_PASSWORD), ("grant_type", "password"), ("client_id", "admin-cli")];
        let url = format!("{}/protocol/openid-connect/token", server.issuer(demo::MASTER));
        Answer::of(server.http().post(url).form(&form)).await.expect(400);
    }
}
