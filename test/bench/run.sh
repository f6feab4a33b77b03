#!/usr/bin/env bash
# npm run bench [-- SUITE...]: measures this project's figures beside its peers', in one run, and keeps the results.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -d node_modules ] || npm ci --no-audit --no-fund
npm run --silent build
bash docker/engine.sh
bash test/helpers/tools.sh
exec npx tsx test/bench/main.ts "$@"
