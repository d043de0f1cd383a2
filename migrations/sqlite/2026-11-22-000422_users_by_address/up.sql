-- Like users_by_first_name; addresses are stored in lower case. The unique index lacks the user names.
CREATE INDEX users_by_address ON users (realm_id, email, username);
