-- What users and clients did, and what admins changed. Ids are UUIDv7, so their order is that in which things
-- happened, and no instant is stored beside them. Each criterion of a search has an index in the same order.
-- Clients, users and grants are named and not referenced: an event outlives them.

CREATE TABLE events (
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    id BLOB NOT NULL PRIMARY KEY,
    type TEXT NOT NULL,
    client_id TEXT,
    user_id BLOB,
    session_id BLOB,
    grant_id BLOB,
    ip TEXT,
    error TEXT,
    details TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_realm ON events (realm_id, id);
CREATE INDEX events_by_type ON events (realm_id, type, id);
CREATE INDEX events_by_client ON events (realm_id, client_id, id) WHERE client_id IS NOT NULL;
CREATE INDEX events_by_user ON events (realm_id, user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX events_by_ip ON events (realm_id, ip, id) WHERE ip IS NOT NULL;
CREATE INDEX events_by_grant ON events (realm_id, grant_id, id) WHERE grant_id IS NOT NULL;

CREATE TABLE admin_events (
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    id BLOB NOT NULL PRIMARY KEY,
    auth_realm TEXT NOT NULL,
    auth_user_id BLOB NOT NULL,
    auth_client_id TEXT NOT NULL,
    auth_ip TEXT NOT NULL,
    operation TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_path TEXT NOT NULL,
    representation TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX admin_events_by_realm ON admin_events (realm_id, id);
CREATE INDEX admin_events_by_user ON admin_events (realm_id, auth_user_id, id);
CREATE INDEX admin_events_by_client ON admin_events (realm_id, auth_client_id, id);
CREATE INDEX admin_events_by_ip ON admin_events (realm_id, auth_ip, id);
CREATE INDEX admin_events_by_resource ON admin_events (realm_id, resource_type, id);
CREATE INDEX admin_events_by_path ON admin_events (realm_id, resource_path, id);
