-- Further facts about users: a JSON object of lists of texts, null where there are none.
ALTER TABLE users ADD COLUMN attributes TEXT;
