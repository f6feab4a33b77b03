#!/usr/bin/env bash
# Runs the commands of the README's session for real, and writes what they print into its marked section.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly COMMANDS=(
  'rcluster up -q'
  'rcluster cli set user:1 hello'
  'rcluster add-master -q'
  'rcluster kill -q --master 7001'
  'rcluster start -q 7001'
  'rcluster down -q'
)
session=$(mktemp)
trap 'rm -f "$session" "$session.md"' EXIT
rcluster() { NO_COLOR=1 node bin/rcluster.js "$@"; }
for command in "${COMMANDS[@]}"; do
  printf '$ %s\n' "${command/ -q/}" >>"$session"
  # shellcheck disable=SC2086
  $command >>"$session" 2>&1
  printf '\n' >>"$session"
done
{
  printf '```console\n'
  sed -e '$ d' "$session"
  printf '```\n'
} >"$session.md"
sed -i -e '/<!-- session:start -->/,/<!-- session:end -->/{/<!-- session:start -->/r '"$session.md"'
/<!-- session:/!d}' README.md
