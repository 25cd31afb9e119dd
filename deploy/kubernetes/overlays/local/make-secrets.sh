#!/bin/sh
# Makes the passwords of the local overlay, once, with the job that docker-compose.yml has for it. They lie beside this
# file in a folder that git ignores; what exists stays as it is. Needs the image: docker compose build
set -eu
umask 077
cd "$(dirname "$0")"
for owner in postgres auth inventory orders; do mkdir -p "made-by-make-secrets.sh/$owner"; done
exec docker run --rm --network none --user "$(id -u):$(id -g)" \
  --volume "$PWD/made-by-make-secrets.sh:/secrets" "${SETUP_IMAGE:-duet/setup}" make-secrets.sh
