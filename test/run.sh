#!/usr/bin/env bash
# npm test: installs if needed, builds, makes a Docker engine answer, and runs every test.
#   npm test -- test/unit      runs some of them
set -euo pipefail
cd "$(dirname "$0")/.."
[ -d node_modules ] || npm ci --no-audit --no-fund
npm run --silent build
bash docker/engine.sh
bash test/helpers/tools.sh
exec npx vitest run "$@"
