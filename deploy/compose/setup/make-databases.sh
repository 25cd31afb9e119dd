#!/bin/bash
# Makes a database and a role for each service, and lets no role into another's database. Repeatable: each step looks at
# what is there, so a run that was killed is completed by the next; a password follows its secret.
set -euo pipefail

export PGHOST=postgres PGUSER=postgres PGDATABASE=postgres PGCONNECT_TIMEOUT=5
PGPASSWORD=$(</secrets/postgres/password)
export PGPASSWORD

for SERVICE in auth inventory orders; do
  export SERVICE
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set name=$SERVICE <<'SQL'
\set password `cat /secrets/$SERVICE/password`
-- A statement that fails is logged with its text, and that has the password.
SET log_min_error_statement = panic;
SELECT format('CREATE ROLE %I', :'name')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
-- Until it is closed to everybody else, a new database takes no connections at all.
SELECT format('CREATE DATABASE %I OWNER %I ALLOW_CONNECTIONS false', :'name', :'name')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
ALTER DATABASE :"name" ALLOW_CONNECTIONS true;
SQL
done
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
SQL
echo 'the databases are there'
