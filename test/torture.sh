#!/usr/bin/env bash
# npm run torture [-- RUNS [SEED]]: scaling commands that are killed at random moments under live writes (100), and drills
# (half as many).
set -euo pipefail
cd "$(dirname "$0")"
export TORTURE_RUNS=${1:-100}
export TORTURE_DRILLS=$(((TORTURE_RUNS + 1) / 2))
if [ $# -ge 2 ]; then export TORTURE_SEED=$2; fi
# One after the other: what is killed shall be all that disturbs a cluster.
exec bash run.sh --no-file-parallelism test/cluster/torture.test.ts test/drills/torture.test.ts
