DROP TABLE user_groups;
DROP TABLE group_roles;
DROP TABLE realm_groups;
