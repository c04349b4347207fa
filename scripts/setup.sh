#!/bin/sh
# Brings a fresh machine to where everything runs and skips what is there. It needs only npm and some Node: the
# project's own Node 24 is the npm package `node`. `npm install --no-save` and not `npm ci`: the lock is kept as
# it is, and registries that lack the optional packages of other platforms still serve.
set -eu
cd "$(dirname "$0")/.."
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
  echo "setup: installing Node 24 and the dependencies (about half a minute) …" >&2
  npm install --no-save --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json node_modules/.installed-lock.json
fi
exec node_modules/.bin/node scripts/setup.ts
