// What Keycloak's own admin client for Node does beyond single fields: whole representations are read, changed and written back, realms
// and parts of them imported and exported, users and clients searched, locked users set free.
import assert from "node:assert/strict";
import KcAdminClient from "@keycloak/keycloak-admin-client";

const { BASE_URL, ADMIN_PASSWORD, KEYCLOAK_REALM } = process.env;
const kc = new KcAdminClient({ baseUrl: BASE_URL, realmName: "master" });
await kc.auth({ grantType: "password", clientId: "admin-cli", username: "admin", password: ADMIN_PASSWORD });
const failsWith = (status) => (error) => error.response?.status === status;
const names = (items, key = "name") => items.map((item) => item[key]).sort();
const realm = "acme";

// Nothing but these fields may change, and what came out once has to go in again.
async function putBack(read, write, changes) {
  for (let time = 0; time < 2; time++) {
    const before = await read();
    await write({ ...before, ...changes });
    assert.deepEqual(await read(), { ...before, ...changes });
  }
}

async function signIn(username, password) {
  const form = new URLSearchParams({ grant_type: "password", client_id: "admin-cli", username, password, scope: "openid" });
  return (await fetch(`${BASE_URL}/realms/${realm}/protocol/openid-connect/token`, { method: "POST", body: form })).status;
}

async function imported() {
  await kc.realms.create(JSON.parse(KEYCLOAK_REALM));
  await assert.rejects(kc.realms.create(JSON.parse(KEYCLOAK_REALM)), failsWith(409));
  kc.setConfig({ realmName: realm });
  assert.ok(names(await kc.users.find({ max: 100 }), "username").includes("carol"));
  await putBack(() => kc.realms.findOne({ realm }), (whole) => kc.realms.update({ realm }, whole), { displayName: "Acme & Söhne" });
  await putBack(() => kc.realms.findOne({ realm }), (whole) => kc.realms.update({ realm }, whole), { accessTokenLifespan: 77 });
}

async function wholeClient() {
  const { id } = await kc.clients.create({
    clientId: "shop",
    secret: "first-secret",
    redirectUris: ["https://shop.example/callback"],
    serviceAccountsEnabled: true,
    attributes: { "client.offline.session.idle.timeout": "86400" },
  });
  const read = () => kc.clients.findOne({ id });
  const write = (whole) => kc.clients.update({ id }, whole);
  await putBack(read, write, { description: "Sells" });
  await putBack(read, write, { webOrigins: ["https://shop.example"] });
  const stale = await read();
  assert.equal(stale.secret, "first-secret");
  const renewed = (await kc.clients.generateNewClientSecret({ id })).value;
  await write({ ...stale, description: "Sells more" });
  assert.equal((await kc.clients.getClientSecret({ id })).value, renewed, "the old secret came back");
  assert.equal((await read()).description, "Sells more");
  await write({ ...(await read()), secret: "chosen-secret" });
  assert.equal((await kc.clients.getClientSecret({ id })).value, "chosen-secret");
  const mapper = {
    name: "plan",
    protocol: "openid-connect",
    protocolMapper: "oidc-hardcoded-claim-mapper",
    config: { "claim.name": "plan", "claim.value": "gold", "access.token.claim": "true" },
  };
  await kc.clients.addProtocolMapper({ id }, mapper);
  const [made] = (await kc.clients.listProtocolMappers({ id })).filter((one) => one.name === "plan");
  await kc.clients.updateProtocolMapper({ id, mapperId: made.id }, { ...made, config: { ...made.config, "claim.value": "silver" } });
  assert.equal((await kc.clients.findProtocolMapperById({ id, mapperId: made.id })).config["claim.value"], "silver");
  await putBack(read, write, { name: "Shop" });
  await kc.clients.delProtocolMapper({ id, mapperId: made.id });
  return id;
}

async function wholeUser() {
  const credentials = [{ type: "password", value: "eva-secret", temporary: false }];
  const fields = { username: "eva", email: "eva@acme.example", firstName: "Eva", lastName: "Núñez", enabled: true, emailVerified: true };
  const { id } = await kc.users.create({ ...fields, attributes: { team: ["red"] }, credentials });
  const read = () => kc.users.findOne({ id });
  const write = (whole) => kc.users.update({ id }, whole);
  await putBack(read, write, { lastName: "Ñ" });
  await putBack(read, write, { attributes: { team: ["red", "blue"] } });
  assert.equal(await signIn("eva", "eva-secret"), 200, "the password stayed");
  assert.deepEqual(names(await kc.users.getCredentials({ id }), "type"), ["password"]);
  return id;
}

async function wholeOthers(client) {
  const { id } = await kc.clientScopes.create({ name: "orders", protocol: "openid-connect", attributes: { "consent.screen.text": "Orders" } });
  await putBack(() => kc.clientScopes.findOne({ id }), (whole) => kc.clientScopes.update({ id }, whole), { description: "Reads" });
  await kc.roles.create({ name: "seller", description: "Sells", attributes: { grade: ["1"] } });
  const seller = () => kc.roles.findOneByName({ name: "seller" });
  await putBack(seller, (whole) => kc.roles.updateByName({ name: "seller" }, whole), { description: "Sells a lot" });
  const role = await seller();
  await kc.clients.addRealmScopeMappings({ id: client }, [role]);
  assert.deepEqual(names(await kc.clients.listRealmScopeMappings({ id: client })), ["seller"]);
  await kc.clients.delRealmScopeMappings({ id: client }, [role]);
  const config = { issuer: "https://up.example", clientId: "us", useJwksUrl: "true", jwksUrl: "https://up.example/keys" };
  await kc.identityProviders.create({ alias: "up", providerId: "oidc", config });
  const provider = () => kc.identityProviders.findOne({ alias: "up" });
  await putBack(provider, (whole) => kc.identityProviders.update({ alias: "up" }, whole), { displayName: "Up" });
  return role;
}

async function groups(eva, role) {
  const { id } = await kc.groups.create({ name: "shops", attributes: { site: ["x"] } });
  const child = await kc.groups.createChildGroup({ id }, { name: "online" });
  await assert.rejects(kc.groups.create({ name: "shops" }), failsWith(409));
  await putBack(() => kc.groups.findOne({ id }), (whole) => kc.groups.update({ id }, whole), { attributes: { site: ["y"] } });
  assert.deepEqual(names(await kc.groups.listSubGroups({ parentId: id })), ["online"]);
  assert.ok((await kc.groups.count()).count >= 2);
  assert.deepEqual(names(await kc.groups.find({ search: "shop" })), ["shops"]);
  await kc.users.addToGroup({ id: eva, groupId: child.id });
  assert.deepEqual(names(await kc.users.listGroups({ id: eva })), ["online", "sales"], "the file has a default group");
  assert.equal((await kc.users.countGroups({ id: eva })).count, 2);
  assert.deepEqual(names(await kc.groups.listMembers({ id: child.id }), "username"), ["eva"]);
  await kc.groups.addRealmRoleMappings({ id, roles: [role] });
  assert.deepEqual(names(await kc.groups.listRealmRoleMappings({ id })), ["seller"]);
  assert.ok(names(await kc.users.listCompositeRealmRoleMappings({ id: eva })).includes("seller"), "by the group around");
  await kc.groups.delRealmRoleMappings({ id, roles: [role] });
  await kc.users.delFromGroup({ id: eva, groupId: child.id });
  await kc.realms.addDefaultGroup({ realm, id });
  assert.ok(names(await kc.realms.getDefaultGroups({ realm })).includes("shops"));
  await kc.realms.removeDefaultGroup({ realm, id });
  await kc.groups.del({ id });
  assert.equal(await kc.groups.findOne({ id: child.id }), null);
}

async function searches() {
  for (let number = 0; number < 6; number++) {
    const fields = { username: `clerk${number}`, email: `clerk${number}@acme.example`, firstName: "Carla", enabled: number % 2 === 0 };
    await kc.users.create({ ...fields, attributes: { floor: [String(number % 3)] } });
  }
  const found = async (query) => names(await kc.users.find(query), "username");
  assert.equal((await found({ search: "clerk" })).length, 6);
  assert.deepEqual(await found({ search: "clerk", first: 2, max: 2 }), ["clerk2", "clerk3"]);
  assert.deepEqual(await found({ email: "clerk4@acme.example", exact: true }), ["clerk4"]);
  assert.deepEqual(await found({ firstName: "carla", enabled: false }), ["clerk1", "clerk3", "clerk5"]);
  assert.deepEqual(await found({ q: "floor:1" }), ["clerk1", "clerk4"]);
  assert.equal(await kc.users.count({ search: "clerk" }), 6);
  assert.deepEqual(names(await kc.clients.find({ clientId: "sho", search: true }), "clientId"), ["shop"]);
  assert.deepEqual(await kc.clients.find({ clientId: "sho" }), []);
  assert.equal((await kc.clients.find({ first: 0, max: 2 })).length, 2);
  assert.deepEqual(names(await kc.roles.find({ search: "sell", max: 5 })), ["seller"]);
}

async function files() {
  const users = [{ username: "imported", enabled: true }];
  const part = { ifResourceExists: "FAIL", users, clients: [{ clientId: "imported-app" }], roles: { realm: [{ name: "imported-role" }] } };
  assert.equal((await kc.realms.partialImport({ realm, rep: part })).added, 3);
  await assert.rejects(kc.realms.partialImport({ realm, rep: part }), failsWith(409));
  assert.equal((await kc.realms.partialImport({ realm, rep: { ...part, ifResourceExists: "SKIP" } })).skipped, 3);
  assert.equal((await kc.realms.partialImport({ realm, rep: { ...part, ifResourceExists: "OVERWRITE" } })).overwritten, 3);
  const whole = await kc.realms.export({ realm, exportClients: true, exportGroupsAndRoles: true });
  assert.ok(names(whole.clients, "clientId").includes("shop") && names(whole.roles.realm).includes("seller"));
  assert.ok(!JSON.stringify(whole).includes("chosen-secret"));
}

async function eventsAndLockedUsers(eva) {
  const { enabledEventTypes } = await kc.realms.getConfigEvents({ realm });
  await kc.realms.updateConfigEvents({ realm }, { eventsEnabled: true, enabledEventTypes: [...new Set([...enabledEventTypes, "LOGIN", "LOGIN_ERROR"])] });
  await kc.realms.update({ realm }, { bruteForceProtected: true, failureFactor: 3 });
  for (let time = 0; time < 4; time++) assert.equal(await signIn("eva", "wrong"), 400);
  assert.equal((await kc.attackDetection.findOne({ id: eva })).disabled, true);
  assert.equal(await signIn("eva", "eva-secret"), 400);
  await kc.attackDetection.del({ id: eva });
  assert.equal((await kc.attackDetection.findOne({ id: eva })).disabled, false);
  assert.equal(await signIn("eva", "eva-secret"), 200);
  await kc.attackDetection.delAll();
  const wrong = await kc.realms.findEvents({ realm, type: "LOGIN_ERROR", user: eva });
  assert.ok(wrong.length >= 3 && wrong.every((event) => event.userId === eva), JSON.stringify(wrong));
  assert.equal((await kc.realms.findEvents({ realm, max: 1 })).length, 1);
  const [made] = await kc.realms.findAdminEvents({ realm, operationTypes: "CREATE", resourceTypes: "CLIENT", max: 1 });
  assert.equal(made.operationType, "CREATE");
  await kc.realms.clearEvents({ realm });
  assert.deepEqual(await kc.realms.findEvents({ realm }), []);
  await kc.realms.clearAdminEvents({ realm });
}

await imported();
const client = await wholeClient();
const eva = await wholeUser();
const role = await wholeOthers(client);
await groups(eva, role);
await searches();
await files();
await eventsAndLockedUsers(eva);
kc.setConfig({ realmName: "master" });
await kc.realms.del({ realm });
assert.equal(await kc.realms.findOne({ realm }), null);
