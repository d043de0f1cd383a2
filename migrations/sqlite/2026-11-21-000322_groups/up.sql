-- Groups of users, in a tree; their members have their roles, and those of the groups around.

CREATE TABLE realm_groups (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    parent_id BLOB REFERENCES realm_groups (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX groups_at_the_top ON realm_groups (realm_id, name) WHERE parent_id IS NULL;
CREATE UNIQUE INDEX groups_of_a_group ON realm_groups (parent_id, name) WHERE parent_id IS NOT NULL;

CREATE TABLE group_roles (
    group_id BLOB NOT NULL REFERENCES realm_groups (id) ON DELETE CASCADE,
    role_id BLOB NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, role_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_roles_by_role ON group_roles (role_id);

CREATE TABLE user_groups (
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    group_id BLOB NOT NULL REFERENCES realm_groups (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_groups_by_group ON user_groups (group_id, user_id);
