#!/bin/bash
# Makes the passwords of the databases, once: a secret that exists stays as it is. Each lies on a volume of its own, which
# only its owner reads:
#
#   postgres/password        of the superuser
#   SERVICE/password         of the service's role
#   SERVICE/database-url     with that password: what the service is configured with
#
# May be killed anywhere: a file appears whole, by its new name, or not at all.
set -euo pipefail
umask 077

# 192 bits, in characters that a URL takes as they are.
password() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

put() { # FILE MODE, the content from standard input
  # One that a killed run left may be write-protected already.
  rm -f "$1.new"
  cat >"$1.new"
  chmod "$2" "$1.new"
  sync "$1.new"
  mv "$1.new" "$1"
  sync "$(dirname "$1")"
}

# PostgreSQL runs as a user of its own and is alone with its volume.
[ -s /secrets/postgres/password ] || password | put /secrets/postgres/password 444

for service in auth inventory orders; do
  folder=/secrets/$service
  [ -s $folder/password ] || password | put $folder/password 400
  printf 'postgres://%s:%s@postgres:5432/%s\n' $service "$(<$folder/password)" $service | put $folder/database-url 400
done
echo 'the secrets are there'
