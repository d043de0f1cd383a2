-- Like users_by_first_name.
CREATE INDEX users_by_last_name ON users (realm_id, lower(last_name) COLLATE "C", username);
