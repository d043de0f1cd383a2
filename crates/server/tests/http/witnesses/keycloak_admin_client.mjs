// Keycloak's own admin client for Node manages this server: realms, clients, users, roles, client scopes, consents, sessions.
import assert from "node:assert/strict";
import KcAdminClient from "@keycloak/keycloak-admin-client";

const { BASE_URL, ADMIN_PASSWORD, ALICE, OFFLINE_SESSION } = process.env;
const kc = new KcAdminClient({ baseUrl: BASE_URL, realmName: "master" });
await kc.auth({ grantType: "password", clientId: "admin-cli", username: "admin", password: ADMIN_PASSWORD });
const failsWith = (status) => (error) => error.response?.status === status;

async function realms() {
  await kc.realms.create({ realm: "branch", enabled: true, displayName: "Branch" });
  await assert.rejects(kc.realms.create({ realm: "branch" }), failsWith(409));
  assert.ok((await kc.realms.find()).some((realm) => realm.realm === "branch"));
  await kc.realms.update({ realm: "branch" }, { offlineSessionIdleTimeout: 604800, revokeRefreshToken: true });
  const realm = await kc.realms.findOne({ realm: "branch" });
  assert.equal(realm.offlineSessionIdleTimeout, 604800);
  assert.equal(realm.revokeRefreshToken, true);
  assert.equal(realm.displayName, "Branch", "an absent field is left alone");
  assert.ok((await kc.realms.getKeys({ realm: "branch" })).keys.length > 1);
  await kc.realms.updateConfigEvents({ realm: "branch" }, { eventsEnabled: true });
  assert.equal((await kc.realms.getConfigEvents({ realm: "branch" })).eventsEnabled, true);
  assert.ok(Array.isArray(await kc.realms.findEvents({ realm: "branch", max: 5 })));
  const initial = await kc.realms.createClientsInitialAccess({ realm: "branch" }, { count: 1, expiration: 60 });
  assert.ok(initial.token);
  await kc.realms.delClientsInitialAccess({ realm: "branch", id: initial.id });
  assert.equal(await kc.realms.findOne({ realm: "nowhere" }), null);
}

async function clientScopes() {
  const { id } = await kc.clientScopes.create({ name: "reports", protocol: "openid-connect", description: "Reads" });
  assert.equal((await kc.clientScopes.findOneByName({ name: "reports" })).id, id);
  await kc.clientScopes.update({ id }, { name: "reports", attributes: { "display.on.consent.screen": "true" } });
  const scope = await kc.clientScopes.findOne({ id });
  assert.equal(scope.attributes["display.on.consent.screen"], "true");
  assert.equal(scope.description, "Reads");
  await kc.clientScopes.addDefaultOptionalClientScope({ id });
  assert.ok((await kc.clientScopes.listDefaultOptionalClientScopes()).some((one) => one.id === id));
  await kc.clientScopes.delDefaultOptionalClientScope({ id });
  const role = await kc.roles.findOneByName({ name: "offline_access" });
  assert.ok((await kc.clientScopes.listAvailableRealmScopeMappings({ id })).some((one) => one.id === role.id));
  await kc.clientScopes.addRealmScopeMappings({ id }, [role]);
  assert.equal((await kc.clientScopes.listRealmScopeMappings({ id })).length, 1);
  assert.equal((await kc.clientScopes.listCompositeRealmScopeMappings({ id })).length, 1);
  assert.ok(!(await kc.clientScopes.listAvailableRealmScopeMappings({ id })).some((one) => one.id === role.id));
  await kc.clientScopes.delRealmScopeMappings({ id }, [role]);
  return id;
}

async function clients(scope) {
  const { id } = await kc.clients.create({ clientId: "reporter", serviceAccountsEnabled: true, redirectUris: ["https://app.example/cb"] });
  await assert.rejects(kc.clients.create({ clientId: "reporter" }), failsWith(409));
  assert.equal((await kc.clients.find({ clientId: "reporter" }))[0].id, id);
  await kc.clients.update({ id }, { name: "Reporter" });
  const client = await kc.clients.findOne({ id });
  assert.equal(client.name, "Reporter");
  assert.deepEqual(client.redirectUris, ["https://app.example/cb"]);
  const first = (await kc.clients.getClientSecret({ id })).value;
  const second = (await kc.clients.generateNewClientSecret({ id })).value;
  assert.notEqual(first, second);
  assert.equal((await kc.clients.getServiceAccountUser({ id })).username, "service-account-reporter");
  await kc.clients.addOptionalClientScope({ id, clientScopeId: scope });
  assert.ok((await kc.clients.listOptionalClientScopes({ id })).some((one) => one.id === scope));
  await kc.clients.delOptionalClientScope({ id, clientScopeId: scope });
  await kc.clients.createRole({ id, name: "writer", description: "Writes" });
  const role = await kc.clients.findRole({ id, roleName: "writer" });
  await kc.clients.updateRole({ id, roleName: "writer" }, { name: "author" });
  assert.deepEqual((await kc.clients.listRoles({ id })).map((one) => one.name), ["author"]);
  assert.equal(await kc.clients.findRole({ id, roleName: "writer" }), null);
  return { id, role: { ...role, name: "author" } };
}

async function roles(client) {
  await kc.roles.create({ name: "auditor", description: "Looks" });
  const auditor = await kc.roles.findOneByName({ name: "auditor" });
  await kc.roles.updateByName({ name: "auditor" }, { name: "auditor", description: "Looks closely" });
  assert.equal((await kc.roles.findOneById({ id: auditor.id })).description, "Looks closely");
  await kc.roles.createComposite({ roleId: auditor.id }, [client.role]);
  assert.equal((await kc.roles.getCompositeRoles({ id: auditor.id })).length, 1);
  assert.equal((await kc.roles.getCompositeRolesForClient({ id: auditor.id, clientId: client.id })).length, 1);
  assert.equal((await kc.roles.getCompositeRolesForRealm({ id: auditor.id })).length, 0);
  await kc.roles.delCompositeRoles({ id: auditor.id }, [client.role]);
  assert.equal((await kc.roles.find({ search: "audit" })).length, 1);
  return auditor;
}

async function users(client, auditor) {
  const { id } = await kc.users.create({ username: "carol", enabled: true, email: "carol@example.org" });
  await assert.rejects(kc.users.create({ username: "carol" }), failsWith(409));
  assert.equal((await kc.users.find({ username: "carol", exact: true }))[0].id, id);
  assert.ok((await kc.users.count()) >= 1);
  await kc.users.update({ id }, { firstName: "Carol" });
  const carol = await kc.users.findOne({ id });
  assert.equal(carol.firstName, "Carol");
  assert.equal(carol.email, "carol@example.org");
  await kc.users.resetPassword({ id, credential: { type: "password", value: "a-long-password", temporary: false } });
  assert.ok((await kc.users.listAvailableRealmRoleMappings({ id })).some((role) => role.id === auditor.id));
  await kc.users.addRealmRoleMappings({ id, roles: [auditor] });
  assert.ok((await kc.users.listRealmRoleMappings({ id })).some((role) => role.name === "auditor"));
  assert.ok((await kc.users.listCompositeRealmRoleMappings({ id })).some((role) => role.name === "offline_access"));
  assert.deepEqual((await kc.roles.findUsersWithRole({ name: "auditor" })).map((user) => user.id), [id]);
  await kc.users.delRealmRoleMappings({ id, roles: [auditor] });
  const ofClient = { id, clientUniqueId: client.id };
  assert.equal((await kc.users.listAvailableClientRoleMappings(ofClient)).length, 1);
  await kc.users.addClientRoleMappings({ ...ofClient, roles: [client.role] });
  assert.equal((await kc.users.listClientRoleMappings(ofClient)).length, 1);
  assert.equal((await kc.users.listAvailableClientRoleMappings(ofClient)).length, 0);
  assert.deepEqual((await kc.clients.findUsersWithRole({ id: client.id, roleName: "author" })).map((user) => user.id), [id]);
  await kc.users.delClientRoleMappings({ ...ofClient, roles: [client.role] });
  await kc.users.del({ id });
  assert.equal(await kc.users.findOne({ id }), null);
}

async function sessionsAndConsents() {
  kc.setConfig({ realmName: "demo" });
  const [client] = await kc.clients.find({ clientId: "nightly-backup" });
  const sessions = await kc.clients.listOfflineSessions({ id: client.id });
  assert.deepEqual(sessions.map((session) => [session.id, session.username]), [[OFFLINE_SESSION, "alice"]]);
  assert.equal((await kc.clients.getOfflineSessionCount({ id: client.id })).count, 1);
  assert.ok(Array.isArray(await kc.clients.listSessions({ id: client.id })));
  assert.equal(typeof (await kc.clients.getSessionCount({ id: client.id })).count, "number");
  const stats = await kc.realms.getClientSessionStats({ realm: "demo" });
  assert.equal(stats.find((one) => one.clientId === "nightly-backup").offline, "1");
  assert.equal((await kc.users.listOfflineSessions({ id: ALICE, clientId: client.id })).length, 1);
  assert.ok(Array.isArray(await kc.users.listSessions({ id: ALICE })));
  const [consent] = await kc.users.listConsents({ id: ALICE });
  assert.equal(consent.clientId, "nightly-backup");
  assert.ok(consent.additionalGrants.some((grant) => grant.key === "Offline Token" && grant.client === client.id));
  await kc.users.revokeConsent({ id: ALICE, clientId: "nightly-backup" });
  assert.equal((await kc.clients.listOfflineSessions({ id: client.id })).length, 0);
  await kc.realms.deleteSession({ realm: "demo", session: OFFLINE_SESSION, isOffline: true }).catch(failsWith(404));
  await kc.users.logout({ id: ALICE });
  assert.deepEqual(await kc.users.listSessions({ id: ALICE }), []);
  await kc.realms.pushRevocation({ realm: "demo" });
  await kc.realms.logoutAll({ realm: "demo" });
  assert.ok((await kc.realms.findAdminEvents({ realm: "demo" })).length > 0);
}

await realms();
kc.setConfig({ realmName: "branch" });
const scope = await clientScopes();
const client = await clients(scope);
const auditor = await roles(client);
await users(client, auditor);
await kc.roles.delById({ id: auditor.id });
await kc.clients.delRole({ id: client.id, roleName: "author" });
await kc.clients.del({ id: client.id });
await kc.clientScopes.del({ id: scope });
await sessionsAndConsents();
kc.setConfig({ realmName: "master" });
await kc.realms.del({ realm: "branch" });
assert.equal(await kc.realms.findOne({ realm: "branch" }), null);
