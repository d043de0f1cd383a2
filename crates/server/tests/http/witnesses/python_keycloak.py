"""What people do to a Keycloak with python-keycloak, done here: the library itself says whether an answer is what it expects."""

import os
import sys
import traceback
from urllib.request import Request, urlopen

from keycloak import KeycloakAdmin, KeycloakOpenID
from keycloak.exceptions import KeycloakError

SERVER = os.environ["SERVER"]
ADMIN = os.environ["ADMIN_USERNAME"], os.environ["ADMIN_PASSWORD"]


def admin_of(realm):
    return KeycloakAdmin(
        server_url=SERVER, username=ADMIN[0], password=ADMIN[1], realm_name=realm, user_realm_name="master", verify=True
    )


def names(items, key="name"):
    return sorted(item[key] for item in items)


def a_second_later():
    """The server's clock stands still: what happens in one instant has no order."""
    headers = {"Content-Type": "application/json"}
    urlopen(Request(f"{SERVER}/test/clock", data=b'{"advance": 1}', headers=headers)).close()


def refused(action, status):
    try:
        action()
    except KeycloakError as error:
        assert error.response_code == status, f"{error.response_code} instead of {status}: {error}"
        return error
    raise AssertionError(f"expected {status}")


def realms(admin):
    admin.create_realm({"realm": "acme", "enabled": True, "displayName": "Acme"})
    assert "acme" in names(admin.get_realms(), "realm")
    refused(lambda: admin.create_realm({"realm": "acme"}), 409)
    admin.update_realm("acme", {"offlineSessionIdleTimeout": 86400, "revokeRefreshToken": True})
    settings = admin.get_realm("acme")
    assert settings["offlineSessionIdleTimeout"] == 86400 and settings["displayName"] == "Acme", settings
    assert refused(lambda: admin.get_realm("nowhere"), 404).error_message is not None
    admin.update_realm("acme", {"revokeRefreshToken": False})


def users(admin):
    fields = {"email": "Ana@Acme.example", "firstName": "Ana", "lastName": "Álvarez", "enabled": True}
    secret = [{"type": "password", "value": "ana-secret", "temporary": False}]
    ana = admin.create_user({"username": "Ana", "credentials": secret, "attributes": {"team": ["red", "blue"]}, **fields})
    assert admin.create_user({"username": "ana"}, exist_ok=True) == ana
    refused(lambda: admin.create_user({"username": "ana"}), 409)
    assert admin.get_user_id("ANA") == ana and admin.users_count() == 1
    user = admin.get_user(ana)
    assert user["email"] == "ana@acme.example" and user["attributes"] == {"team": ["red", "blue"]}, user
    admin.update_user(ana, {"firstName": "Anita"})
    assert admin.get_user(ana)["attributes"] == {"team": ["red", "blue"]}
    for number in range(230):
        admin.create_user({"username": f"user{number:03}", "enabled": True})
    assert len(admin.get_users()) == 231, "every page of 100"
    assert len(admin.get_users({"first": 0, "max": 7})) == 7
    assert names(admin.get_users({"search": "user00"}), "username") == [f"user00{n}" for n in range(10)]
    admin.set_user_password(ana, "ana-other", temporary=False)
    password = admin.get_credentials(ana)
    assert names(password, "type") == ["password"], password
    throwaway = admin.create_user({"username": "throwaway", "credentials": secret})
    admin.delete_credential(throwaway, admin.get_credentials(throwaway)[0]["id"])
    assert admin.get_credentials(throwaway) == []
    admin.delete_user(throwaway)
    admin.disable_user(admin.get_user_id("user000"))
    assert admin.get_user(admin.get_user_id("user000"))["enabled"] is False
    admin.delete_user(admin.get_user_id("user001"))
    assert admin.get_user_id("user001") is None
    return ana


def clients(admin):
    app = admin.create_client(
        {
            "clientId": "app",
            "secret": "app-secret",
            "redirectUris": ["https://app.example/callback"],
            "serviceAccountsEnabled": True,
            "directAccessGrantsEnabled": True,
            "consentRequired": False,
        }
    )
    assert admin.get_client_id("app") == app and admin.get_client_id("none") is None
    assert admin.create_client({"clientId": "app"}, skip_exists=True) == app
    refused(lambda: admin.create_client({"clientId": "app"}), 409)
    admin.update_client(app, {"description": "An app"})
    assert admin.get_client(app)["description"] == "An app"
    assert admin.get_client_secrets(app)["value"] == "app-secret"
    renewed = admin.generate_client_secrets(app)["value"]
    assert renewed != "app-secret" and admin.get_client_secrets(app)["value"] == renewed
    assert admin.get_client_service_account_user(app)["username"] == "service-account-app"
    gone = admin.create_client({"clientId": "gone"})
    admin.delete_client(gone)
    refused(lambda: admin.get_client(gone), 404)
    assert admin.create_initial_access_token(count=2, expiration=60)["token"]
    return app, renewed


def roles(admin, ana, app):
    assert admin.create_realm_role({"name": "editor", "description": "Edits"}) == "editor"
    assert admin.create_realm_role({"name": "editor"}, skip_exists=True) == "editor"
    admin.create_realm_role({"name": "chief"})
    editor, chief = admin.get_realm_role("editor"), admin.get_realm_role("chief")
    assert admin.get_realm_role_by_id(editor["id"])["name"] == "editor"
    admin.add_composite_realm_roles_to_role("chief", [editor])
    assert names(admin.get_composite_realm_roles_of_role("chief")) == ["editor"]
    assert names(admin.get_role_composites_by_id(chief["id"])) == ["editor"]
    assert admin.get_role_client_level_children(app, chief["id"]) == []
    admin.assign_realm_roles(ana, [chief])
    assert "chief" in names(admin.get_realm_roles_of_user(ana))
    assert "editor" in names(admin.get_composite_realm_roles_of_user(ana))
    available = names(admin.get_available_realm_roles_of_user(ana))
    assert "editor" in available and "chief" not in available, available
    assert names(admin.get_realm_role_members("chief"), "username") == ["ana"]
    admin.update_realm_role("editor", {"name": "editor", "description": "Edits texts"})
    assert admin.get_realm_role("editor")["description"] == "Edits texts"
    assert admin.create_client_role(app, {"name": "reader"}) == "reader"
    reader = admin.get_client_role(app, "reader")
    assert admin.get_client_role_id(app, "reader") == reader["id"] and names(admin.get_client_roles(app)) == ["reader"]
    admin.assign_client_role(ana, app, [reader])
    assert names(admin.get_client_roles_of_user(ana, app)) == ["reader"]
    assert names(admin.get_client_role_members(app, "reader"), "username") == ["ana"]
    assert names(admin.get_composite_client_roles_of_user(ana, app)) == ["reader"]
    assert admin.get_available_client_roles_of_user(ana, app) == []
    everything = admin.get_all_roles_of_user(ana)
    assert names(everything["clientMappings"]["app"]["mappings"]) == ["reader"], everything
    admin.delete_realm_roles_of_user(ana, [chief])
    admin.delete_client_roles_of_user(ana, app, [reader])
    assert admin.get_client_roles_of_user(ana, app) == []
    defaults = names(admin.get_realm_default_roles())
    assert "offline_access" in defaults, defaults
    admin.add_realm_default_roles([editor])
    assert "editor" in names(admin.get_realm_default_roles())
    admin.remove_realm_default_roles([editor])
    admin.delete_realm_role("chief")
    refused(lambda: admin.get_realm_role("chief"), 404)


MAPPER = {
    "name": "team",
    "protocol": "openid-connect",
    "protocolMapper": "oidc-usermodel-attribute-mapper",
    "config": {
        "user.attribute": "team",
        "claim.name": "org.team",
        "jsonType.label": "String",
        "multivalued": "true",
        "access.token.claim": "true",
        "id.token.claim": "true",
        "userinfo.token.claim": "true",
    },
}


def client_scopes(admin, app):
    scope = admin.create_client_scope({"name": "teams", "protocol": "openid-connect", "attributes": {}})
    assert admin.get_client_scope(scope)["name"] == "teams"
    assert admin.get_client_scope_by_name("offline_access") is not None
    admin.update_client_scope(scope, {"name": "teams", "description": "Which teams", "protocol": "openid-connect"})
    admin.add_mapper_to_client_scope(scope, MAPPER)
    mapper = admin.get_mappers_from_client_scope(scope)[0]
    assert mapper["config"] == MAPPER["config"], mapper
    mapper["config"]["claim.name"] = "teams"
    admin.update_mapper_in_client_scope(scope, mapper["id"], mapper)
    assert admin.get_client_scope(scope)["protocolMappers"][0]["config"]["claim.name"] == "teams"
    assigned = {"realm": "acme", "client": app, "clientScopeId": scope}
    admin.add_client_optional_client_scope(app, scope, assigned)
    assert "teams" in names(admin.get_client_optional_client_scopes(app))
    admin.delete_client_optional_client_scope(app, scope)
    admin.add_client_default_client_scope(app, scope, assigned)
    assert "teams" in names(admin.get_client_default_client_scopes(app))
    admin.add_default_optional_client_scope(scope)
    assert "teams" in names(admin.get_default_optional_client_scopes())
    admin.delete_default_optional_client_scope(scope)
    assert "teams" not in names(admin.get_default_optional_client_scopes())
    other = admin.create_client_scope({"name": "other", "protocol": "openid-connect"})
    admin.add_mapper_to_client_scope(other, MAPPER)
    admin.delete_mapper_from_client_scope(other, admin.get_mappers_from_client_scope(other)[0]["id"])
    assert admin.get_mappers_from_client_scope(other) == []
    admin.delete_client_scope(other)
    refused(lambda: admin.get_client_scope(other), 404)


def client_mappers(admin, app):
    fixed = {
        "name": "plan",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-hardcoded-claim-mapper",
        "config": {"claim.name": "plan", "claim.value": "gold", "access.token.claim": "true"},
    }
    admin.add_mapper_to_client(app, fixed)
    mapper = next(one for one in admin.get_mappers_from_client(app) if one["name"] == "plan")
    mapper["config"]["claim.value"] = "silver"
    admin.update_client_mapper(app, mapper["id"], mapper)
    forged = {**fixed, "name": "forged", "config": {**fixed["config"], "claim.name": "sub"}}
    refused(lambda: admin.add_mapper_to_client(app, forged), 400)
    return mapper["id"]


def groups(admin, ana):
    outer = admin.create_group({"name": "outer", "attributes": {"floor": ["2"]}})
    inner = admin.create_group({"name": "inner"}, parent=outer)
    refused(lambda: admin.create_group({"name": "outer"}), 409)
    assert admin.create_group({"name": "outer"}, skip_exists=True) is None
    assert admin.groups_count()["count"] == 2
    tree = admin.get_groups(full_hierarchy=True)
    assert names(tree[0]["subGroups"]) == ["inner"], tree
    assert admin.get_group_by_path("/outer/inner")["id"] == inner
    assert admin.get_group(outer)["attributes"] == {"floor": ["2"]}
    admin.update_group(outer, {"name": "office"})
    assert names(admin.get_group_children(outer)) == ["inner"]
    admin.group_user_add(ana, inner)
    assert names(admin.get_group_members(inner), "username") == ["ana"]
    assert names(admin.get_user_groups(ana)) == ["inner"]
    admin.assign_group_realm_roles(outer, [admin.get_realm_role("editor")])
    assert names(admin.get_group_realm_roles(outer)) == ["editor"]
    assert names(admin.get_realm_role_groups("editor")) == ["office"]
    app = admin.get_client_id("app")
    admin.assign_group_client_roles(outer, app, [admin.get_client_role(app, "reader")])
    assert names(admin.get_group_client_roles(outer, app)) == ["reader"]
    assert names(admin.get_client_role_groups(app, "reader")) == ["office"]
    admin.delete_group_client_roles(outer, app, [admin.get_client_role(app, "reader")])
    assert admin.get_group_client_roles(outer, app) == []
    return outer, inner


def offline_tokens(admin, ana, app, secret, mapper):
    openid = KeycloakOpenID(server_url=SERVER, realm_name="acme", client_id="app", client_secret_key=secret)
    assert openid.well_known()["issuer"] == f"{SERVER}/realms/acme"
    tokens = openid.token("ana", "ana-other", scope="openid offline_access")
    claims = openid.decode_token(tokens["access_token"])
    assert claims["teams"] == ["red", "blue"] and claims["plan"] == "silver", claims
    assert "editor" in claims["realm_access"]["roles"], "by the group around the user's own"
    assert openid.userinfo(tokens["access_token"])["teams"] == ["red", "blue"]
    assert openid.introspect(tokens["access_token"])["active"] is True
    admin.remove_client_mapper(app, mapper)
    for _ in range(3):
        tokens = openid.refresh_token(tokens["refresh_token"])
    assert "plan" not in openid.decode_token(tokens["access_token"])
    consents = admin.user_consents(ana)
    assert consents[0]["additionalGrants"] == [{"client": app, "key": "Offline Token"}], consents
    stats = admin.get_client_sessions_stats()
    assert next(one for one in stats if one["clientId"] == "app")["offline"] == "1", stats
    path = f"admin/realms/acme/clients/{app}"
    assert admin.connection.raw_get(f"{path}/offline-session-count").json()["count"] == 1
    sessions = admin.connection.raw_get(f"admin/realms/acme/users/{ana}/offline-sessions/{app}").json()
    assert [session["username"] for session in sessions] == ["ana"], sessions
    # An ordinary session beside it, which ends alone.
    online = openid.token("ana", "ana-other")
    assert len(admin.get_sessions(ana)) == 1 and len(admin.get_client_all_sessions(app)) == 1
    openid.logout(online["refresh_token"])
    assert admin.get_sessions(ana) == []
    refused(lambda: openid.refresh_token(online["refresh_token"]), 400)
    tokens = openid.refresh_token(tokens["refresh_token"])
    admin.revoke_consent(ana, "app")
    refused(lambda: openid.refresh_token(tokens["refresh_token"]), 400)
    assert openid.introspect(tokens["access_token"]) == {"active": False}
    assert refused(lambda: admin.revoke_consent(ana, "app"), 404)
    refused(lambda: openid.token("ana", "wrong"), 400)
    online = openid.token("ana", "ana-other")
    a_second_later()
    admin.user_logout(ana)
    refused(lambda: openid.refresh_token(online["refresh_token"]), 400)


def events_and_keys(admin):
    admin.set_events({"eventsEnabled": True, "enabledEventTypes": ["LOGIN", "LOGIN_ERROR"], "eventsListeners": []})
    assert isinstance(admin.get_events(), list) and isinstance(admin.get_admin_events(), list)
    assert {key["algorithm"] for key in admin.get_keys()["keys"]} >= {"RS256", "ES256"}


def endings(admin, ana, outer, inner):
    admin.group_user_remove(ana, inner)
    assert admin.get_user_groups(ana) == []
    admin.delete_group_realm_roles(outer, [admin.get_realm_role("editor")])
    admin.delete_group(outer)
    refused(lambda: admin.get_group(inner), 404)
    admin.delete_user(ana)
    refused(lambda: admin.get_user(ana), 404)
    admin.delete_realm("acme")
    assert "acme" not in names(admin.get_realms(), "realm")


def main():
    realms(admin_of("master"))
    admin = admin_of("acme")
    ana = users(admin)
    app, secret = clients(admin)
    roles(admin, ana, app)
    client_scopes(admin, app)
    mapper = client_mappers(admin, app)
    outer, inner = groups(admin, ana)
    offline_tokens(admin, ana, app, secret, mapper)
    events_and_keys(admin)
    endings(admin, ana, outer, inner)
    print("WITNESSED")


try:
    main()
except Exception:  # the test shows what was printed
    traceback.print_exc()
    sys.exit(1)
