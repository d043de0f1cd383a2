ALTER TABLE users DROP COLUMN required_actions;
