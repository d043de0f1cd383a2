-- What a user must do at the next sign-in: a JSON list of names, null where there is nothing.
ALTER TABLE users ADD COLUMN required_actions TEXT;
