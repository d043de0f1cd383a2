//! One operation of the document, built by small words: what it is called with, what it answers, and how it refuses.

use super::schemas::{SchemaOf, Schemas, query_of};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

const JSON: &str = "application/json";

/// Who may call it, and in which shape it refuses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Admin,
    Account,
    /// A client that authenticates, by header or form.
    Client,
    /// A bearer token at a protocol endpoint.
    Token,
    Registration,
    Anyone,
}

/// What a body or answer holds.
enum Content {
    Typed(SchemaOf),
    Given(Value),
}

impl Content {
    fn answered(&self, schemas: &mut Schemas) -> Value {
        match self {
            Self::Typed(of) => schemas.answered(*of),
            Self::Given(schema) => schema.clone(),
        }
    }

    fn accepted(&self, schemas: &mut Schemas) -> Value {
        match self {
            Self::Typed(of) => schemas.accepted(*of),
            Self::Given(schema) => schema.clone(),
        }
    }
}

struct Body {
    media_type: &'static str,
    content: Content,
    required: bool,
}

struct Answer {
    status: u16,
    description: &'static str,
    content: Option<(&'static str, Content)>,
    headers: Map<String, Value>,
}

pub struct Operation {
    pub method: &'static str,
    pub path: String,
    pub access: Access,
    tag: &'static str,
    summary: &'static str,
    parameters: Vec<Value>,
    bodies: Vec<Body>,
    answers: Vec<Answer>,
    /// Statuses of refusals beside those of its access.
    refusals: Vec<u16>,
}

/// The operations of one part of the API.
#[derive(Clone, Copy)]
pub struct Part {
    pub access: Access,
    pub tag: &'static str,
}

impl Part {
    pub fn get(self, path: impl Into<String>, summary: &'static str) -> Operation {
        self.operation("GET", path.into(), summary)
    }

    pub fn post(self, path: impl Into<String>, summary: &'static str) -> Operation {
        self.operation("POST", path.into(), summary)
    }

    pub fn put(self, path: impl Into<String>, summary: &'static str) -> Operation {
        self.operation("PUT", path.into(), summary)
    }

    pub fn patch(self, path: impl Into<String>, summary: &'static str) -> Operation {
        self.operation("PATCH", path.into(), summary)
    }

    pub fn delete(self, path: impl Into<String>, summary: &'static str) -> Operation {
        self.operation("DELETE", path.into(), summary)
    }

    fn operation(self, method: &'static str, path: String, summary: &'static str) -> Operation {
        let (parameters, bodies, answers, refusals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let Self { access, tag } = self;
        Operation { method, path, access, tag, summary, parameters, bodies, answers, refusals }
    }
}

impl Operation {
    /// Every field of the type as a parameter of the query.
    pub fn query<T: JsonSchema>(mut self) -> Self {
        self.parameters.extend(query_of::<T>());
        self
    }

    pub fn param(mut self, name: &str, schema: Value, description: &str) -> Self {
        self.parameters.push(
            json!({"name": name, "in": "query", "required": false, "schema": schema, "description": description}),
        );
        self
    }

    /// `first` and `max`.
    pub fn pages(self) -> Self {
        let count = || json!({"type": "integer", "minimum": 0});
        self.param("first", count(), "How many to leave out").param("max", count(), "How many at most")
    }

    /// `after`, the cursor that a `Link` header gives.
    pub fn goes_on(self) -> Self {
        self.param("after", json!({"type": "string"}), "Cursor: only ever what a Link header gave")
    }

    pub fn search(self) -> Self {
        self.param("search", json!({"type": "string"}), "Part of a name")
    }

    pub fn takes<T: JsonSchema>(self) -> Self {
        self.body(JSON, Content::Typed(|own| own.subschema_for::<T>()), true)
    }

    pub fn may_take<T: JsonSchema>(self) -> Self {
        self.body(JSON, Content::Typed(|own| own.subschema_for::<T>()), false)
    }

    pub fn takes_json(self, schema: Value) -> Self {
        self.body(JSON, Content::Given(schema), true)
    }

    pub fn takes_form(self, schema: Value) -> Self {
        self.body("application/x-www-form-urlencoded", Content::Given(schema), true)
    }

    pub fn may_take_form(self, schema: Value) -> Self {
        self.body("application/x-www-form-urlencoded", Content::Given(schema), false)
    }

    fn body(mut self, media_type: &'static str, content: Content, required: bool) -> Self {
        self.bodies.push(Body { media_type, content, required });
        self
    }

    pub fn gives<T: JsonSchema>(self) -> Self {
        self.gives_at::<T>(200, "OK")
    }

    pub fn gives_at<T: JsonSchema>(self, status: u16, description: &'static str) -> Self {
        self.answer(status, description, Some((JSON, Content::Typed(|own| own.subschema_for::<T>()))))
    }

    pub fn gives_json(self, status: u16, description: &'static str, schema: Value) -> Self {
        self.answer(status, description, Some((JSON, Content::Given(schema))))
    }

    /// Rows of RFC 4180, as a file.
    pub fn gives_csv(self) -> Self {
        let text = Content::Given(json!({"type": "string"}));
        self.answer(200, "OK", Some(("text/csv", text))).with_header("Content-Disposition", "Its name as a file", true)
    }

    /// A page of a list, with the address of the next one in a header.
    pub fn lists<T: JsonSchema>(self) -> Self {
        let link = "Where more follows: <address>; rel=\"next\" (RFC 8288)";
        self.gives::<Vec<T>>().with_header("Link", link, false)
    }

    pub fn creates(self) -> Self {
        self.answer(201, "Created", None).with_header("Location", "The address of what was made", true).refuses(409)
    }

    pub fn changes(self) -> Self {
        self.done().refuses(409)
    }

    pub fn done(self) -> Self {
        self.answer(204, "Done", None)
    }

    pub fn accepted(self) -> Self {
        self.answer(202, "Queued", None)
    }

    /// Something that admins change: its tag, for their `If-Match`.
    pub fn shows<T: JsonSchema>(self) -> Self {
        self.gives::<T>().with_header("ETag", "For If-Match, when it is changed", true)
    }

    /// Changes only what still has the tag, where one is sent.
    pub fn overwrites(mut self) -> Self {
        let told = "The ETag of what was read: refused with 412 where it was changed since";
        let schema = json!({"type": "string"});
        self.parameters.push(
            json!({"name": "If-Match", "in": "header", "required": false, "schema": schema, "description": told}),
        );
        self.changes().refuses(412)
    }

    pub fn refuses(mut self, status: u16) -> Self {
        self.refusals.push(status);
        self
    }

    fn answer(mut self, status: u16, description: &'static str, content: Option<(&'static str, Content)>) -> Self {
        self.answers.push(Answer { status, description, content, headers: Map::new() });
        self
    }

    pub fn with_header(mut self, name: &str, description: &str, required: bool) -> Self {
        if let Some(last) = self.answers.last_mut() {
            let header = json!({"description": description, "required": required, "schema": {"type": "string"}});
            last.headers.insert(name.to_owned(), header);
        }
        self
    }

    pub fn describe(self, schemas: &mut Schemas) -> Value {
        let mut answers = Map::new();
        for status in super::refusals::statuses(self.access, !self.bodies.is_empty(), &self.refusals) {
            answers.insert(status.to_string(), super::refusals::reference(self.access, status));
        }
        for answer in &self.answers {
            let mut told = json!({"description": answer.description});
            if let Some((media_type, content)) = &answer.content {
                told["content"] = json!({*media_type: {"schema": content.answered(schemas)}});
            }
            if !answer.headers.is_empty() {
                told["headers"] = Value::Object(answer.headers.clone());
            }
            answers.insert(answer.status.to_string(), told);
        }
        let parameters: Vec<Value> = path_parameters(&self.path).chain(self.parameters).collect();
        let mut told = json!({
            "operationId": operation_id(self.method, &self.path),
            "tags": [self.tag],
            "summary": self.summary,
            "security": security(self.access),
            "parameters": parameters,
            "responses": answers
        });
        if let Some(first) = self.bodies.first() {
            let mut content = Map::new();
            for body in &self.bodies {
                content.insert(body.media_type.to_owned(), json!({"schema": body.content.accepted(schemas)}));
            }
            told["requestBody"] = json!({"required": first.required, "content": content});
        }
        told
    }
}

/// The names in braces. Ids are UUIDs; a realm, an identity provider, a role below its name, and a client in consents go by their
/// names.
fn path_parameters(path: &str) -> impl Iterator<Item = Value> + '_ {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    names.map(move |name| {
        let by_name = ["realm", "path", "protocol", "alias"].contains(&name)
            || (name == "role" && !path.contains("roles-by-id"))
            || (name == "client" && (path.contains("/consent") || path.contains("/clients-registrations/")));
        let by_name = by_name && !(name == "client" && path.contains("/admin-consents/"));
        let schema = match by_name {
            true => json!({"type": "string", "minLength": 1}),
            false => json!({"type": "string", "format": "uuid"}),
        };
        json!({"name": name, "in": "path", "required": true, "schema": schema})
    })
}

/// `getAdminRealmsRealmUsers`
fn operation_id(method: &str, path: &str) -> String {
    let mut id = method.to_lowercase();
    for word in path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        id.push_str(&first.to_ascii_uppercase());
        id.push_str(rest);
    }
    id
}

fn security(access: Access) -> Value {
    match access {
        Access::Admin => json!([{"bearer": []}, {"adminConsole": []}]),
        Access::Account => json!([{"bearer": []}, {"accountConsole": []}]),
        Access::Client => json!([{"clientBasic": []}, {}]),
        Access::Token => json!([{"bearer": []}]),
        Access::Registration => json!([{"registration": []}, {}]),
        Access::Anyone => json!([]),
    }
}
