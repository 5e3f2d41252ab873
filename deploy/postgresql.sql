-- The portal's role and database; run by an administrator of the server. The role owns the database and nothing else.
\getenv password DEPLOY_DATABASE_PASSWORD
SET password_encryption = 'scram-sha-256';
CREATE ROLE portal LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE portal OWNER portal ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
