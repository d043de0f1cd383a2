"""Schemathesis on every operation of the OpenAPI document. The names in its paths lead to things that exist: they are made when they
are first needed, and anew once an operation has ended, renamed or spoilt them. What is malformed on purpose is left as it is."""

import atexit
import base64
import collections
import json
import os
import sys

import requests
import schemathesis
from schemathesis.cli import schemathesis as command
from schemathesis.core.parameters import ParameterLocation

SERVER, ADMIN, PASSWORD = (os.environ[name] for name in ("SERVER", "ADMIN_USERNAME", "ADMIN_PASSWORD"))
# Whose the calls to the admin API are: master, realm-admin, view-only or nobody.
CALLER = os.environ["CALLER"]
VIEWS = ["view-realm", "view-clients", "view-users", "view-events", "view-authorization", "view-identity-providers", "query-users"]
# They end or change everything in a realm, so that it is another one's turn.
OF_REALM = "/admin/realms/{realm}"
WHOLE = {OF_REALM + rest for rest in ("", "/logout-all", "/push-revocation", "/partialImport", "/keys/rotate", "/offline-sessions/revoke")}
# Ways of theirs through the API change nothing.
READING = ("explain", "token-policy/preview", "partial-export")
# Not carried out by this way: the mail server of the realm takes no mails, nobody upstream signs a logout token, and credentials are
# changed from the portal's own session only.
UNREACHED = {
    "POST /admin/realms/{realm}/testSMTPConnection",
    "POST /realms/{realm}/account/credentials",
    "POST /realms/{realm}/account/credentials/password",
    "PUT /realms/{realm}/account/notices",
    "POST /realms/{realm}/protocol/openid-connect/logout/backchannel-logout",
}
# What was called with success under such a path changed or ended what it names, or the tokens of somebody.
SPOILING = ("}", "/client-secret", "/reset-password", "/secret")
ENDING = ("logout", "logout-all", "/push-revocation", "/sessions", "/consent", "/revoke", "/revoke-leaked", "/token")
PROVIDER = {"issuer": "https://up.example", "clientId": "us", "useJwksUrl": "true", "jwksUrl": "https://up.example/keys"}
# Where things are made, and the field that names them.
NEW = {
    "/admin/realms": "realm",
    OF_REALM + "/client-scopes": "name",
    OF_REALM + "/clients": "clientId",
    OF_REALM + "/groups": "name",
    OF_REALM + "/resources": "resource",
    OF_REALM + "/users": "username",
}

http = requests.Session()


class Stock:
    def __init__(self):
        self.kept, self.count, self.token = {}, 0, None

    def call(self, method, path, body=None, again=True):
        """As the master admin, who sees to it that there is something to call."""
        if self.token is None:
            self.token = sign_in("master", ADMIN, PASSWORD)["access_token"]
        answer = http.request(method, SERVER + path, json=body, headers={"Authorization": f"Bearer {self.token}"})
        if answer.status_code == 401 and again:
            self.token = None
            return self.call(method, path, body, again=False)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def create(self, path, body):
        return self.call("POST", path, body).headers["Location"].rsplit("/", 1)[1]

    def name(self, kind):
        self.count += 1
        return f"stock-{kind}-{os.getpid()}-{self.count}"

    def get(self, kind, *of):
        key = (kind, *of)
        if key not in self.kept:
            self.kept[key] = getattr(self, f"make_{kind}")(*of)
        return self.kept[key]

    def forget(self, values):
        self.kept = {key: value for key, value in self.kept.items() if not {*key[1:], *flat(value)} & values}

    def make_client(self):
        name = self.name("client")
        fields = {"clientId": name, "secret": "stock-secret", "serviceAccountsEnabled": True, "redirectUris": ["https://app.example/"]}
        fields["attributes"] = {"oauth2.device.authorization.grant.enabled": "true"}
        return {"id": self.create("/admin/realms/demo/clients", fields), "clientId": name}

    def make_user(self):
        name = self.name("user")
        secret = [{"type": "password", "value": "stock-password", "temporary": False}]
        fields = {"username": name, "enabled": True, "email": f"{name}@demo.example", "credentials": secret}
        return {"id": self.create("/admin/realms/demo/users", fields), "username": name}

    def make_tokens(self, client_id, username, scope):
        return sign_in("demo", username, "stock-password", client_id, None if client_id == "admin-cli" else "stock-secret", scope)

    def make_scope(self):
        return self.create("/admin/realms/demo/client-scopes", {"name": self.name("scope"), "protocol": "openid-connect"})

    def make_mapper(self, place):
        config = {"claim.name": "plan", "claim.value": "gold", "access.token.claim": "true"}
        fields = {"name": self.name("mapper"), "protocol": "openid-connect", "protocolMapper": "oidc-hardcoded-claim-mapper"}
        return self.create(f"{place}/protocol-mappers/models", {**fields, "config": config})

    def make_role(self, place):
        name = self.name("role")
        self.call("POST", f"{place}/roles", {"name": name})
        return self.call("GET", f"{place}/roles/{name}").json()

    def make_group(self):
        name = self.name("group")
        return {"id": self.create("/admin/realms/demo/groups", {"name": name}), "path": name}

    def make_resource(self):
        return self.create("/admin/realms/demo/resources", {"resource": f"https://{self.name('api')}.example/"})

    def make_webhook(self):
        return self.create("/admin/realms/demo/webhooks", {"url": "https://hooks.example/", "eventTypes": ["*"]})

    def make_delivery(self, webhook):
        return self.call("POST", f"/admin/realms/demo/webhooks/{webhook}/ping").json()["id"]

    def make_credential(self, user):
        return self.call("GET", f"/admin/realms/demo/users/{user}/credentials").json()[0]["id"]

    def make_alias(self):
        name = self.name("provider")
        fields = {"alias": name, "providerId": "oidc", "config": {**PROVIDER, "issuer": f"https://{name}.example"}}
        self.call("POST", "/admin/realms/demo/identity-provider/instances", fields)
        return name

    def make_identity(self, user, alias):
        self.call("POST", f"/admin/realms/demo/users/{user}/federated-identity/{alias}", {"userId": "u", "userName": "u"})
        return alias

    def make_member(self, user, group):
        self.call("PUT", f"/admin/realms/demo/users/{user}/groups/{group}")
        return group

    def make_initial(self):
        return self.call("POST", "/admin/realms/demo/clients-initial-access", {"count": 1, "expiration": 600}).json()

    def make_registration(self):
        headers = {"Authorization": f"Bearer {self.make_initial()['token']}"}
        fields = {"redirect_uris": ["https://app.example/"]}
        answer = http.post(f"{SERVER}/realms/demo/clients-registrations/openid-connect", json=fields, headers=headers)
        assert answer.ok, answer.text
        return answer.json()

    def make_approval(self, client):
        self.call("PUT", f"/admin/realms/demo/admin-consents/{client}", {"scopes": ["openid", "email"]})
        return client

    def make_realm(self):
        name = self.name("realm")
        self.call("POST", "/admin/realms", {"realm": name, "enabled": True})
        return name

    def make_caller(self):
        """Who calls the admin API, signed in."""
        if CALLER == "nobody":
            return None
        if CALLER == "master":
            return sign_in("master", ADMIN, PASSWORD)["access_token"]
        user = self.make_user()
        management = self.call("GET", "/admin/realms/demo/clients?clientId=realm-management").json()[0]["id"]
        wanted = ["realm-admin"] if CALLER == "realm-admin" else VIEWS
        roles = [role for role in self.call("GET", f"/admin/realms/demo/clients/{management}/roles").json() if role["name"] in wanted]
        self.call("POST", f"/admin/realms/demo/users/{user['id']}/role-mappings/clients/{management}", roles)
        return sign_in("demo", user["username"], "stock-password")["access_token"]


def flat(value):
    return {one for one in value.values() if isinstance(one, str)} if isinstance(value, dict) else {value}


def sign_in(realm, username, password, client="admin-cli", secret=None, scope="openid"):
    form = {"grant_type": "password", "client_id": client, "username": username, "password": password, "scope": scope}
    answer = http.post(f"{SERVER}/realms/{realm}/protocol/openid-connect/token", data={**form, "client_secret": secret})
    assert answer.ok, f"{username} at {client}: {answer.text}"
    return answer.json()


stock = Stock()


def offline():
    return stock.get("tokens", stock.get("client")["clientId"], stock.get("user")["username"], "openid offline_access")


def online():
    return stock.get("tokens", stock.get("client")["clientId"], stock.get("user")["username"], "openid")


def portal():
    """A user of the account API, and an app of theirs."""
    return stock.get("tokens", "admin-cli", stock.get("user")["username"], "openid")


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def place_of(path):
    """Where a role or a mapper belongs to."""
    if "/clients/{client}" in path:
        return f"/admin/realms/demo/clients/{stock.get('client')['id']}"
    return f"/admin/realms/demo/client-scopes/{stock.get('scope')}" if "/client-scopes/{scope}" in path else "/admin/realms/demo"


def value_of(name, path, method):
    user = lambda: stock.get("user")["id"]
    if name == "realm":
        return stock.get("realm") if path in WHOLE and method != "GET" else "demo"
    if name in ("client", "container") and "clients-registrations" in path:
        return stock.get("registration")["client_id"]
    if name == "client" and ("/consent" in path):
        offline()
        return stock.get("client")["clientId"]
    if name == "client" and "admin-consents" in path:
        return stock.get("approval", stock.get("client")["id"])
    if name == "container" and "/role-mappings/" in path or name == "container":
        return stock.get("client")["id"]
    if name == "user":
        return user()
    if name == "role":
        role = stock.get("role", place_of(path))
        return role["id"] if "roles-by-id" in path else role["name"]
    if name == "mapper":
        return stock.get("mapper", place_of(path))
    if name == "session":
        wanted = offline() if "offline-sessions" in path else (portal() if "/account/" in path else online())
        return claims(wanted["access_token"])["gid" if "offline-sessions" in path else "sid"]
    if name == "delivery":
        return stock.get("delivery", stock.get("webhook"))
    if name == "credential":
        return stock.get("credential", user())
    if name == "alias":
        return stock.get("identity", user(), stock.get("alias")) if "{user}" in path and method == "DELETE" else stock.get("alias")
    if name == "group":
        group = stock.get("group")["id"]
        return stock.get("member", user(), group) if "{user}" in path and method == "DELETE" else group
    if name == "path":
        return stock.get("group")["path"]
    if name == "id":
        return stock.get("initial")["id"]
    if name == "protocol":
        return "openid-connect"
    found = stock.get(name)
    return found["id"] if isinstance(found, dict) else found


def credentials_of(path):
    """The header that the operation is called with."""
    if path.startswith("/admin/"):
        token = stock.get("caller")
    elif path.endswith("/clients-registrations/openid-connect"):
        token = stock.get("initial")["token"]
    elif "/clients-registrations/" in path:
        token = stock.get("registration")["registration_access_token"]
    elif "/account" in path or path.endswith("/userinfo"):
        token = portal()["access_token"]
    else:
        named = f"{stock.get('client')['clientId']}:stock-secret".encode()
        return f"Basic {base64.b64encode(named).decode()}" if "/protocol/" in path else None
    return token and f"Bearer {token}"


def meaning(method, path):
    """What is to be said for the operation to be carried out, beside or instead of what was made up."""
    new = stock.name("new")
    mapper = {"name": new, "protocol": "openid-connect", "protocolMapper": "oidc-hardcoded-claim-mapper", "config": {"claim.name": "plan"}}
    last = path.rsplit("/", 1)[1]
    if method == "POST" and (path in NEW or last in ("roles", "children")):
        return {NEW.get(path, "name"): f"https://{new}.example/" if last == "resources" else new}
    if last in ("models", "{mapper}"):
        return mapper
    if path.endswith(("/role-mappings/realm", "/scope-mappings/realm", "/clients/{container}", "/composites")):
        of_client = path.endswith("/clients/{container}")
        role = stock.get("role", f"/admin/realms/demo/clients/{stock.get('client')['id']}" if of_client else "/admin/realms/demo")
        return [{"id": role["id"], "name": role["name"]}]
    return {
        "add-models": lambda: [mapper],
        "instances": lambda: {"alias": new, "providerId": "oidc", "config": PROVIDER},
        "webhooks": lambda: {"url": "https://hooks.example/", "eventTypes": ["*"]},
        "revoke": lambda: {"all": True, "dryRun": True} if path in WHOLE else {"token": offline()["refresh_token"]},
        "introspect": lambda: {"token": online()["access_token"]},
        "revoke-leaked": lambda: {"token": online()["access_token"]},
        "explain": lambda: {"token": offline()["refresh_token"]},
        "token": lambda: {"grant_type": "refresh_token", "refresh_token": offline()["refresh_token"]},
        "device": lambda: {"scope": "openid offline_access"},
        "request": lambda: {"response_type": "code", "redirect_uri": "https://app.example/", "scope": "openid"},
        "reset-password": lambda: {"type": "password", "value": "stock-password", "temporary": False},
        "execute-actions-email": lambda: ["UPDATE_PASSWORD"],
        "openid-connect": lambda: {"redirect_uris": ["https://app.example/"]},
        "{alias}": lambda: {"userId": new, "userName": new} if "{user}" in path else {"displayName": new},
        "{resource}": lambda: {"name": new},
        "{user}": lambda: {"firstName": new},
        "{session}": lambda: {"deviceLabel": new},
        "{realm}": lambda: {"displayName": new},
        "{client}": lambda: about_client(path),
        "consent": lambda: {"grantedScopes": []},
        "rotate": lambda: {"kind": "refresh", "dryRun": True},
    }.get(last, dict)()


def about_client(path):
    if "clients-registrations" in path:
        return {"client_id": stock.get("registration")["client_id"], "redirect_uris": ["https://app.example/"]}
    if "admin-consents" in path:
        return {"scopes": ["openid"]}
    return {"grantedClientScopes": ["openid", "offline_access"]} if "/consents/" in path else {"name": "Stock"}


def true_body(method, path, body, turn):
    """In turn what means something and nothing else, both together, and only what was made up."""
    if turn % 3 == 2:
        return body
    meant = meaning(method, path)
    if isinstance(meant, list) or not meant:
        return meant or body
    return {**(body if turn % 3 and isinstance(body, dict) else {}), **meant}


@schemathesis.hook
def before_call(context, case, kwargs):
    path, method, turn = case.operation.path, case.method.upper(), turns[case.operation.label]
    turns[case.operation.label] += 1
    malformed = case.meta.is_negative_at if case.meta else lambda location: False
    if case.path_parameters and not malformed(ParameterLocation.PATH):
        case.path_parameters = {name: value_of(name, path, method) for name in case.path_parameters}
    if case.media_type and not malformed(ParameterLocation.BODY):
        body = true_body(method, path, case.body, turn)
        # Setting what is there already would have no body at all judged as a malformed one.
        if body is not case.body:
            case.body = body
    if case.query and turn % 3 == 0 and not malformed(ParameterLocation.QUERY):
        case.query = {}
    if not malformed(ParameterLocation.HEADER):
        header = credentials_of(path) if CALLER != "nobody" else None
        headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "authorization"}
        case.headers = {**headers, "Authorization": header} if header else headers


turns = collections.Counter()
seen = collections.defaultdict(collections.Counter)
refusals = {}


@schemathesis.hook
def after_call(context, case, response):
    seen[case.operation.label][response.status_code] += 1
    if response.status_code in (400, 404):
        refusals[case.operation.label] = response.text
    if response.status_code == 401 and not (case.meta and case.meta.is_negative_at(ParameterLocation.HEADER)):
        # Whoever called may have been signed out, or taken their roles away, by what was called before.
        stock.kept = {key: value for key, value in stock.kept.items() if key[0] not in ("caller", "tokens", "registration", "initial")}
    path, names = case.operation.path, case.path_parameters or {}
    done = case.method.upper() != "GET" and response.status_code < 300
    # Making realms takes long, and one that was changed is as good as before.
    spoilt = done and path.endswith(SPOILING) and (path != OF_REALM or case.method.upper() == "DELETE")
    if response.status_code in (404, 409) or spoilt:
        stock.forget({value for value in names.values() if value not in ("demo", "openid-connect")})
    if "session" in names or (done and path.endswith(SPOILING + ENDING)):
        stock.kept = {key: value for key, value in stock.kept.items() if key[0] != "tokens"}


def expected():
    """What each caller must have been answered, and never."""
    for label, codes in sorted(seen.items()):
        method, path = label.split(" ", 1)
        done = any(code < 300 for code in codes)
        secured = path.startswith("/admin/") or "/account" in path
        if CALLER == "master" and not done and label not in UNREACHED:
            yield f"{label} was never carried out: {dict(codes)}, {refusals.get(label)}"
        if CALLER == "nobody" and secured and done:
            yield f"{label} was carried out for nobody"
        if CALLER == "view-only" and path.startswith("/admin/") and method != "GET" and done and not path.endswith(READING):
            yield f"{label} was carried out for who may only look"


def report():
    for label, codes in sorted(seen.items()):
        print(f"{label}: {dict(sorted(codes.items()))}")
    wrong = list(expected())
    print(f"{sum(codes.total() for codes in seen.values())} calls of {len(seen)} operations")
    print("\n".join(wrong) or "AS EXPECTED", flush=True)


stock.call("PUT", "/admin/realms/demo", {"smtpServer": {"host": "127.0.0.1", "port": "2", "from": "no-reply@demo.example"}})
atexit.register(report)
arguments = ["--config-file", os.environ["CONFIG"], "run", f"{SERVER}/openapi.json", "--phases", os.environ["PHASES"]]
sys.argv = ["st", *arguments, "--warnings", "off", "--no-color"]
command()
