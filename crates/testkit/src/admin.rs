//! An admin as a program: a bearer token of `admin-cli` in the realm `master`, and the admin REST API.

use crate::answer::Answer;
use crate::client::{Authentication, Client};
use crate::demo::{self, Person};
use crate::server::TestServer;
use reqwest::Method;
use serde_json::{Value, json};

pub struct Admin {
    base: String,
    bearer: String,
    http: reqwest::Client,
}

impl Admin {
    /// Signs in by the password grant.
    pub async fn sign_in(server: &TestServer) -> Self {
        let cli = Client::new(server, demo::MASTER, "admin-cli", Authentication::None);
        let bearer = cli.password_grant(&Person::admin(), "openid").await.expect_tokens().access_token();
        Self::with_bearer(server, &bearer)
    }

    /// Whoever's token this is.
    pub fn with_bearer(server: &TestServer, bearer: &str) -> Self {
        Self { base: server.node_url(), bearer: bearer.to_owned(), http: server.http().clone() }
    }

    /// A request below `/admin/realms`.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.request_at(method, &format!("/admin/realms{path}"))
    }

    /// At a whole path, written in whatever way.
    pub fn request_at(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.bearer)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(body)).await
    }

    /// The demo realm's representation.
    pub async fn realm(&self) -> Value {
        self.get("/demo").await.expect(200).json()
    }

    /// Changes fields of the demo realm and leaves the others alone.
    pub async fn change_realm(&self, fields: Value) {
        self.put("/demo", &fields).await.expect(204);
    }

    /// Every refresh token is replaced at every use, also those of clients that authenticate.
    pub async fn rotate_always(&self) {
        self.change_realm(json!({"rotation": "always"})).await;
    }

    /// The UUID of a client of the demo realm.
    pub async fn client_uuid(&self, client_id: &str) -> String {
        self.client(client_id).await["id"].as_str().expect("a client has an id").to_owned()
    }

    pub async fn client(&self, client_id: &str) -> Value {
        let clients = self.get(&format!("/demo/clients?clientId={client_id}")).await.expect(200).json();
        let all = clients.as_array().expect("a list of clients");
        let found = all.iter().find(|client| client["clientId"] == client_id);
        found.unwrap_or_else(|| panic!("no client {client_id} in {clients}")).clone()
    }

    /// Changes fields of a client of the demo realm.
    pub async fn change_client(&self, client_id: &str, fields: Value) {
        let uuid = self.client_uuid(client_id).await;
        self.put(&format!("/demo/clients/{uuid}"), &fields).await.expect(204);
    }

    /// Creates a client of the demo realm; its UUID.
    pub async fn create_client(&self, fields: Value) -> String {
        self.post("/demo/clients", &fields).await.created_id()
    }

    /// The secret of a client of the demo realm.
    pub async fn client_secret(&self, client_id: &str) -> String {
        let uuid = self.client_uuid(client_id).await;
        self.get(&format!("/demo/clients/{uuid}/client-secret")).await.expect(200).text("value")
    }

    /// Deletes a client of the demo realm.
    pub async fn delete_client(&self, client_id: &str) {
        let uuid = self.client_uuid(client_id).await;
        self.delete(&format!("/demo/clients/{uuid}")).await.expect(204);
    }

    /// The UUID of a user of the demo realm.
    pub async fn user_id(&self, username: &str) -> String {
        let users = self.get(&format!("/demo/users?username={username}")).await.expect(200).json();
        let all = users.as_array().expect("a list of users");
        let found = all.iter().find(|user| user["username"] == username);
        found.unwrap_or_else(|| panic!("no user {username} in {users}"))["id"].as_str().expect("an id").to_owned()
    }

    /// Creates a protected resource (RFC 8707) of the demo realm; its UUID.
    pub async fn create_resource(&self, uri: &str, mut fields: Value) -> String {
        fields["resource"] = json!(uri);
        let created = self.post("/demo/resources", &fields).await.expect(201);
        created.header("location").rsplit('/').next().expect("a path").to_owned()
    }

    pub async fn change_resource(&self, id: &str, fields: Value) {
        self.put(&format!("/demo/resources/{id}"), &fields).await.expect(204);
    }

    pub async fn delete_resource(&self, id: &str) {
        self.delete(&format!("/demo/resources/{id}")).await.expect(204);
    }

    /// Creates a user of the demo realm; the id.
    pub async fn create_user(&self, fields: Value) -> String {
        self.post("/demo/users", &fields).await.created_id()
    }

    /// Creates somebody who can sign in to the demo realm.
    pub async fn create_person(&self, username: &str) -> Person {
        let person = Person::new(username, &format!("{username}-password"));
        let credentials = json!([{"type": "password", "value": person.password}]);
        self.create_user(json!({"username": username, "enabled": true, "credentials": credentials})).await;
        person
    }

    /// Changes fields of a user of the demo realm.
    pub async fn change_user(&self, username: &str, fields: Value) {
        let id = self.user_id(username).await;
        self.put(&format!("/demo/users/{id}"), &fields).await.expect(204);
    }

    /// A realm role of the demo realm.
    pub async fn realm_role(&self, name: &str) -> Value {
        self.get(&format!("/demo/roles/{name}")).await.expect(200).json()
    }

    pub async fn give_realm_role(&self, username: &str, role: &str) {
        let path = format!("/demo/users/{}/role-mappings/realm", self.user_id(username).await);
        self.post(&path, &json!([self.realm_role(role).await])).await.expect(204);
    }

    pub async fn take_realm_role(&self, username: &str, role: &str) {
        let path = format!("/demo/users/{}/role-mappings/realm", self.user_id(username).await);
        self.delete_with(&path, &json!([self.realm_role(role).await])).await.expect(204);
    }

    /// A DELETE whose body says what to take away.
    pub async fn delete_with(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::DELETE, path).json(body)).await
    }

    /// The id of a client scope of the demo realm.
    pub async fn scope_id(&self, name: &str) -> String {
        let scopes = self.get("/demo/client-scopes").await.expect(200).json();
        let all = scopes.as_array().expect("a list of scopes");
        let found = all.iter().find(|scope| scope["name"] == name);
        found.unwrap_or_else(|| panic!("no scope {name} in {scopes}"))["id"].as_str().expect("an id").to_owned()
    }

    /// Assigns a client scope: `kind` is `default` or `optional`.
    pub async fn assign_scope(&self, client_id: &str, kind: &str, scope: &str) {
        let (client, scope) = (self.client_uuid(client_id).await, self.scope_id(scope).await);
        let path = format!("/demo/clients/{client}/{kind}-client-scopes/{scope}");
        Answer::of(self.request(Method::PUT, &path)).await.expect(204);
    }

    /// Takes a client scope away from a client.
    pub async fn withdraw_scope(&self, client_id: &str, kind: &str, scope: &str) {
        let (client, scope) = (self.client_uuid(client_id).await, self.scope_id(scope).await);
        self.delete(&format!("/demo/clients/{client}/{kind}-client-scopes/{scope}")).await.expect(204);
    }

    /// An admin of the demo realm with these roles of `realm-management` and no more.
    pub async fn with_roles(&self, server: &TestServer, username: &str, roles: &[&str]) -> Self {
        let person = self.create_person(username).await;
        let management = self.client_uuid("realm-management").await;
        let path = format!("/demo/users/{}/role-mappings/clients/{management}", self.user_id(username).await);
        let named: Vec<Value> = roles.iter().map(|role| json!({"name": role})).collect();
        self.post(&path, &json!(named)).await.expect(204);
        let cli = Client::new(server, demo::REALM, "admin-cli", Authentication::None);
        let bearer = cli.password_grant(&person, "openid").await.expect_tokens().access_token();
        Self::with_bearer(server, &bearer)
    }

    /// The client's offline sessions, as its tab lists them.
    pub async fn offline_sessions(&self, client_id: &str) -> Vec<Value> {
        let uuid = self.client_uuid(client_id).await;
        let answer = self.get(&format!("/demo/clients/{uuid}/offline-sessions")).await.expect(200);
        answer.json().as_array().expect("a list of sessions").clone()
    }

    /// Events of the demo realm, the newest first; `query` without its `?`.
    pub async fn events(&self, query: &str) -> Vec<Value> {
        let answer = self.get(&format!("/demo/events?{query}")).await.expect(200);
        answer.json().as_array().expect("a list of events").clone()
    }

    /// The one event of its type.
    pub async fn event(&self, event_type: &str) -> Value {
        let mut found = self.events(&format!("type={event_type}")).await;
        assert_eq!(found.len(), 1, "events of type {event_type}: {found:?}");
        found.remove(0)
    }

    /// Admin events of the demo realm, the newest first.
    pub async fn admin_events(&self, query: &str) -> Vec<Value> {
        let answer = self.get(&format!("/demo/admin-events?{query}")).await.expect(200);
        answer.json().as_array().expect("a list of admin events").clone()
    }

    /// Changes which events the demo realm stores.
    pub async fn configure_events(&self, fields: Value) {
        self.put("/demo/events/config", &fields).await.expect(204);
    }

    /// Ends one offline session.
    pub async fn end_offline_session(&self, id: &str) -> Answer {
        self.delete(&format!("/demo/sessions/{id}?isOffline=true")).await
    }
}
