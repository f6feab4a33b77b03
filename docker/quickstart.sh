#!/usr/bin/env bash
# npm run quickstart: from a fresh clone to a cluster that has survived the death of a master, and stays up.
set -euo pipefail
cd "$(dirname "$0")/.."

rcluster() { node bin/rcluster.js "$@"; }
show() { printf '\n$ rcluster %s\n' "$*" && rcluster "$@"; }

[ -d node_modules ] || npm ci --no-audit --no-fund
npm run --silent build

runtime=()
if ! bash docker/engine.sh; then
  echo 'No Docker engine is to be had here: going on with local redis-server processes.'
  runtime=(--runtime process)
fi

# Ports may be taken on a machine we know nothing of.
show up --any-port "${runtime[@]}"
# Whoever owns this key now: on a second run it may be another node than on the first.
show kill --master key:hello
# A node is down, and status says so with its exit code.
show status || true

cat <<'TEXT'

The cluster stays up. What now:
  node bin/rcluster.js status --watch     look on
  node bin/rcluster.js start NODE         bring the killed node back
  node bin/rcluster.js add-master         grow
  node bin/rcluster.js down               take it down
TEXT
