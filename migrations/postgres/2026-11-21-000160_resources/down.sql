DROP TABLE policy_classes;
DROP TABLE resources;
