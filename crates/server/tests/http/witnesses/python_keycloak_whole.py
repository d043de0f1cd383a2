"""What scripts that were written for Keycloak do with python-keycloak beyond single fields: they read a whole representation, change one
field and write all of it back; they search, import and export, and look at events and locked users."""

import copy
import json
import os
import sys
import traceback

from keycloak import KeycloakAdmin, KeycloakOpenID
from keycloak.exceptions import KeycloakError

SERVER = os.environ["SERVER"]
ADMIN = os.environ["ADMIN_USERNAME"], os.environ["ADMIN_PASSWORD"]
# A realm file as Keycloak writes it.
FILE = json.loads(os.environ["KEYCLOAK_REALM"])


def admin_of(realm):
    return KeycloakAdmin(
        server_url=SERVER, username=ADMIN[0], password=ADMIN[1], realm_name=realm, user_realm_name="master", verify=True
    )


def names(items, key="name"):
    return sorted(item[key] for item in items)


def refused(action, status):
    try:
        action()
    except KeycloakError as error:
        assert error.response_code == status, f"{error.response_code} instead of {status}: {error}"
        return error
    raise AssertionError(f"expected {status}")


def same_but(before, after, **changed):
    """Nothing else may have changed."""
    wanted = {**before, **changed}
    differing = {key: (wanted.get(key), after.get(key)) for key in {*wanted, *after} if wanted.get(key) != after.get(key)}
    assert not differing, differing


def put_back(read, write, **changed):
    """Reads, changes, writes all of it back, reads again; twice, since what came out once has to go in again."""
    for _ in range(2):
        before = read()
        write(copy.deepcopy({**before, **changed}))
        same_but(before, read(), **changed)


def imported():
    """A whole realm of Keycloak's, by the call that Keycloak's scripts make."""
    master = admin_of("master")
    master.import_realm(copy.deepcopy(FILE))
    refused(lambda: master.import_realm(copy.deepcopy(FILE)), 409)
    admin = admin_of("acme")
    assert admin.get_realm("acme")["displayName"] == "Acme"
    assert {user["username"] for user in FILE["users"] if "serviceAccountClientId" not in user} <= set(names(admin.get_users(), "username"))
    taken = {client["clientId"] for client in FILE["clients"] if client.get("protocol") != "saml"}
    assert taken <= set(names(admin.get_clients(), "clientId"))
    assert {role["name"] for role in FILE["roles"]["realm"]} <= set(names(admin.get_realm_roles()))
    return admin


def whole_realm(admin):
    admin.update_realm("acme", {"smtpServer": {"host": "mail.example", "from": "a@acme.example", "auth": "true", "user": "u", "password": "p"}})
    assert "p" != admin.get_realm("acme")["smtpServer"]["password"], "it is not shown"
    put_back(lambda: admin.get_realm("acme"), lambda whole: admin.update_realm("acme", whole), displayName="Acme & Söhne")
    put_back(lambda: admin.get_realm("acme"), lambda whole: admin.update_realm("acme", whole), ssoSessionIdleTimeout=1234)


def whole_client(admin):
    app = admin.create_client(
        {
            "clientId": "shop",
            "name": "Shop",
            "secret": "first-secret",
            "redirectUris": ["https://shop.example/callback"],
            "webOrigins": ["https://shop.example"],
            "serviceAccountsEnabled": True,
            "attributes": {"client.offline.session.idle.timeout": "86400", "use.refresh.tokens": "true"},
        }
    )
    read, write = lambda: admin.get_client(app), lambda whole: admin.update_client(app, whole)
    put_back(read, write, description="Sells")
    put_back(read, write, redirectUris=["https://shop.example/callback", "https://shop.example/other"])
    # Somebody renews the secret while the form of somebody else is open.
    whole = read()
    assert whole["secret"] == "first-secret"
    renewed = admin.generate_client_secrets(app)["value"]
    write({**whole, "description": "Sells more"})
    assert admin.get_client_secrets(app)["value"] == renewed, "the old secret came back"
    assert read()["description"] == "Sells more"
    openid = KeycloakOpenID(server_url=SERVER, realm_name="acme", client_id="shop", client_secret_key=renewed)
    assert openid.token(grant_type="client_credentials")["access_token"]
    stale = KeycloakOpenID(server_url=SERVER, realm_name="acme", client_id="shop", client_secret_key="first-secret")
    refused(lambda: stale.token(grant_type="client_credentials"), 401)
    # Who changes the secret on purpose does.
    write({**read(), "secret": "chosen-secret"})
    assert admin.get_client_secrets(app)["value"] == "chosen-secret"
    put_back(read, write, enabled=False)
    write({**read(), "enabled": True})
    return app


def whole_user(admin):
    password = [{"type": "password", "value": "eva-secret", "temporary": False}]
    fields = {"email": "eva@acme.example", "firstName": "Eva", "lastName": "Núñez", "enabled": True, "emailVerified": True}
    eva = admin.create_user({"username": "eva", **fields, "attributes": {"team": ["red"], "site": ["x", "y"]}, "credentials": password})
    read, write = lambda: admin.get_user(eva), lambda whole: admin.update_user(eva, whole)
    put_back(read, write, firstName="Evita")
    put_back(read, write, attributes={"team": ["red", "green"]})
    put_back(read, write, requiredActions=["UPDATE_PASSWORD"])
    put_back(read, write, requiredActions=[])
    openid = KeycloakOpenID(server_url=SERVER, realm_name="acme", client_id="admin-cli")
    assert openid.token("eva", "eva-secret")["access_token"], "the password stayed"
    return eva


def whole_scopes_roles_and_groups(admin):
    scope = admin.create_client_scope(
        {"name": "orders", "protocol": "openid-connect", "description": "Reads", "attributes": {"consent.screen.text": "Your orders"}}
    )
    put_back(lambda: admin.get_client_scope(scope), lambda whole: admin.update_client_scope(scope, whole), description="Reads orders")
    assert admin.get_client_scope(scope)["attributes"]["consent.screen.text"] == "Your orders"
    admin.create_realm_role({"name": "seller", "description": "Sells", "attributes": {"grade": ["1"]}})
    put_back(lambda: admin.get_realm_role("seller"), lambda whole: admin.update_realm_role("seller", whole), description="Sells a lot")
    group = admin.create_group({"name": "shops", "attributes": {"site": ["x"]}})
    put_back(lambda: admin.get_group(group), lambda whole: admin.update_group(group, whole), attributes={"site": ["y"]})
    return scope


def searches(admin):
    for number in range(12):
        fields = {"username": f"clerk{number:02}", "email": f"clerk{number:02}@acme.example", "firstName": "Carla", "lastName": f"Number {number}"}
        admin.create_user({**fields, "enabled": number % 2 == 0, "attributes": {"floor": [str(number % 3)]}})
    clerks = [f"clerk{number:02}" for number in range(12)]
    found = lambda **query: names(admin.get_users(query), "username")
    assert found(search="clerk") == clerks and found(firstName="carla") == clerks
    assert found(username="clerk0") == clerks[:10] and found(username="clerk0", exact=True) == []
    assert found(email="clerk11@acme.example", exact=True) == ["clerk11"]
    assert found(search="clerk", enabled=False) == clerks[1::2]
    assert found(q="floor:2") == clerks[2::3], found(q="floor:2")
    assert found(search="clerk", first=3, max=4) == clerks[3:7]
    assert found(search="*erk1*") == clerks[10:], found(search="*erk1*")
    assert found(search="nobody at all") == []
    assert admin.users_count({"search": "clerk"}) == 12
    assert names(admin.get_users({"search": "clerk00", "briefRepresentation": True}), "username") == ["clerk00"]
    admin.disable_all_users()
    assert found(enabled=True) == []
    admin.enable_all_users()
    assert found(enabled=False) == []
    assert names(admin.get_groups({"search": "shop"})) == ["shops"]
    assert names(admin.get_realm_roles(search_text="sell")) == ["seller"]


def scope_mappings(admin, app, scope):
    seller = admin.get_realm_role("seller")
    admin.create_client_role(app, {"name": "cashier"})
    cashier = admin.get_client_role(app, "cashier")
    admin.assign_realm_roles_to_client_scope(app, [seller])
    assert names(admin.get_realm_roles_of_client_scope(app)) == ["seller"]
    admin.delete_realm_roles_of_client_scope(app, [seller])
    admin.assign_client_roles_to_client_scope(app, app, [cashier])
    assert names(admin.get_client_roles_of_client_scope(app, app)) == ["cashier"]
    admin.delete_client_roles_of_client_scope(app, app, [cashier])
    assert admin.get_realm_roles_of_client_scope(app) == [] and admin.get_client_roles_of_client_scope(app, app) == []
    admin.add_client_specific_roles_to_client_scope(scope, app, [cashier])
    assert names(admin.get_client_specific_roles_of_client_scope(scope, app)) == ["cashier"]
    admin.remove_client_specific_roles_of_client_scope(scope, app, [cashier])
    admin.create_client_role(app, {"name": "till"})
    admin.add_composite_client_roles_to_role(app, "cashier", [admin.get_client_role(app, "till")])
    assert names(admin.get_composite_client_roles_of_role(app, "cashier")) == ["till"]
    admin.add_composite_realm_roles_to_role("seller", [cashier])
    assert "cashier" in names(admin.get_role_composites_by_id(seller["id"]))
    admin.remove_composite_client_roles_from_role(app, "cashier", [admin.get_client_role(app, "till")])
    admin.remove_composite_realm_roles_to_role("seller", [cashier])
    assert admin.get_role_composites_by_id(seller["id"]) == []
    admin.update_role_by_id(seller["id"], {**admin.get_role_by_id(seller["id"]), "description": "By id"})
    assert admin.get_realm_role("seller")["description"] == "By id"
    admin.update_client_role(app, "cashier", {**cashier, "description": "Takes money"})
    assert admin.get_client_role(app, "cashier")["description"] == "Takes money"
    admin.delete_client_role(app, "cashier")
    refused(lambda: admin.get_client_role(app, "cashier"), 404)


def providers(admin, eva):
    config = {"issuer": "https://up.example", "clientId": "us", "useJwksUrl": "true", "jwksUrl": "https://up.example/keys"}
    admin.create_idp({"alias": "up", "providerId": "oidc", "displayName": "Up", "config": config})
    assert names(admin.get_idps(), "alias").count("up") == 1
    put_back(lambda: admin.get_idp("up"), lambda whole: admin.update_idp("up", whole), displayName="Up there")
    admin.add_user_social_login(eva, "up", "subject-1", "eva.up")
    assert names(admin.get_user_social_logins(eva), "userId") == ["subject-1"]
    admin.delete_user_social_login(eva, "up")
    assert admin.get_user_social_logins(eva) == []
    admin.delete_idp("up")
    refused(lambda: admin.get_idp("up"), 404)


def partial_imports(admin):
    part = {
        "ifResourceExists": "FAIL",
        "users": [{"username": "imported", "enabled": True, "email": "imported@acme.example"}],
        "clients": [{"clientId": "imported-app", "redirectUris": ["https://imported.example/"]}],
        "roles": {"realm": [{"name": "imported-role"}]},
    }
    first = admin.partial_import_realm("acme", part)
    assert first["added"] == 3, first
    refused(lambda: admin.partial_import_realm("acme", part), 409)
    again = admin.partial_import_realm("acme", {**part, "ifResourceExists": "SKIP"})
    assert (again["added"], again["skipped"]) == (0, 3), again
    part["users"][0]["firstName"] = "Replaced"
    third = admin.partial_import_realm("acme", {**part, "ifResourceExists": "OVERWRITE"})
    assert third["overwritten"] == 3, third
    assert admin.get_user(admin.get_user_id("imported"))["firstName"] == "Replaced"


def export(admin):
    written = admin.export_realm(export_clients=True, export_groups_and_role=True)
    assert written["realm"] == "acme" and "shop" in names(written["clients"], "clientId")
    assert "shops" in names(written["groups"]) and "seller" in names(written["roles"]["realm"])
    assert "chosen-secret" not in json.dumps(written)
    slim = admin.export_realm()
    assert not slim.get("clients") and not slim.get("groups"), slim.keys()
    # What was exported is read again, as another realm.
    text = json.dumps(written).replace(written["id"], "")
    moved = {**json.loads(text), "realm": "moved", "id": None}
    admin_of("master").import_realm({key: value for key, value in moved.items() if value is not None})
    assert "shop" in names(admin_of("moved").get_clients(), "clientId")
    admin_of("master").delete_realm("moved")


def events(admin):
    types = ["LOGIN", "LOGIN_ERROR", "CLIENT_LOGIN", "REFRESH_TOKEN"]
    admin.set_events({"eventsEnabled": True, "adminEventsEnabled": True, "adminEventsDetailsEnabled": True, "enabledEventTypes": types})
    openid = KeycloakOpenID(server_url=SERVER, realm_name="acme", client_id="admin-cli")
    openid.refresh_token(openid.token("eva", "eva-secret")["refresh_token"])
    refused(lambda: openid.token("eva", "wrong"), 400)
    eva = admin.get_user_id("eva")
    of_type = lambda *kinds: [event["type"] for event in admin.get_events({"type": list(kinds)})]
    # whole_user() signed in once before.
    assert of_type("LOGIN") == ["LOGIN"] * 2 and of_type("LOGIN_ERROR") == ["LOGIN_ERROR"], admin.get_events()
    assert sorted(of_type("LOGIN", "LOGIN_ERROR")) == ["LOGIN", "LOGIN", "LOGIN_ERROR"]
    mine = admin.get_events({"user": eva, "client": "admin-cli", "max": 1})
    assert len(mine) == 1 and mine[0]["userId"] == eva and mine[0]["clientId"] == "admin-cli", mine
    assert mine[0]["realmId"] and mine[0]["ipAddress"] and mine[0]["time"] > 10**12
    admin.create_realm_role({"name": "watched"})
    made = admin.get_admin_events({"operationTypes": ["CREATE"], "resourceTypes": ["REALM_ROLE"]})
    assert made[0]["resourcePath"] == "roles/watched" and made[0]["authDetails"]["realmId"], made
    assert json.loads(made[0]["representation"])["name"] == "watched"


def locked_users(admin, eva):
    admin.update_realm("acme", {"bruteForceProtected": True, "failureFactor": 3})
    openid = KeycloakOpenID(server_url=SERVER, realm_name="acme", client_id="admin-cli")
    assert admin.get_bruteforce_detection_status(eva)["numFailures"] == 0
    for _ in range(4):
        refused(lambda: openid.token("eva", "wrong"), 400)
    status = admin.get_bruteforce_detection_status(eva)
    assert status["disabled"] is True and status["numFailures"] >= 3 and status["lastIPFailure"], status
    refused(lambda: openid.token("eva", "eva-secret"), 400)
    admin.clear_bruteforce_attempts_for_user(eva)
    assert admin.get_bruteforce_detection_status(eva)["numFailures"] == 0
    assert openid.token("eva", "eva-secret")["access_token"]
    refused(lambda: openid.token("eva", "wrong"), 400)
    admin.clear_all_bruteforce_attempts()
    assert admin.get_bruteforce_detection_status(eva)["numFailures"] == 0


def main():
    admin = imported()
    whole_realm(admin)
    app = whole_client(admin)
    eva = whole_user(admin)
    scope = whole_scopes_roles_and_groups(admin)
    searches(admin)
    scope_mappings(admin, app, scope)
    providers(admin, eva)
    partial_imports(admin)
    export(admin)
    events(admin)
    locked_users(admin, eva)
    admin_of("master").delete_realm("acme")
    print("WITNESSED")


try:
    main()
except Exception:  # the test shows what was printed
    traceback.print_exc()
    sys.exit(1)
