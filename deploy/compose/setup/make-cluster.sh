#!/bin/bash
# Makes PostgreSQL's cluster, once. The image's own way leaves half a cluster when it is killed, and takes it for a whole
# one ever after; here it appears under its name when it is complete.
set -euo pipefail
data=/var/lib/postgresql/data
export PGDATA=$data/cluster

if [ ! -d $PGDATA ]; then
  rm -rf $PGDATA.new
  initdb --pgdata=$PGDATA.new --username=postgres --pwfile=/secrets/postgres/password --data-checksums \
    --encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C >/dev/null
  # A role is let into its own database, the superuser everywhere; inside the container, who is `postgres` there.
  cat >$PGDATA.new/pg_hba.conf <<'HBA'
local all       postgres      peer
host  all       postgres  all scram-sha-256
host  auth      auth      all scram-sha-256
host  inventory inventory all scram-sha-256
host  orders    orders    all scram-sha-256
HBA
  sync $PGDATA.new/pg_hba.conf
  mv $PGDATA.new $PGDATA
  sync $data
fi
echo 'the cluster is there'
