#!/usr/bin/env bash
# Makes a Docker engine answer: finds one, starts one, or installs one, and says which.
#
#   exit 0   an engine answers
#   exit 3   none can be had here; the last line says what is missing
#
# Only Debian's and Ubuntu's own packages are installed, only as root, and only where no engine was chosen with
# DOCKER_HOST.
set -uo pipefail

readonly START_SECONDS=60
readonly SOCKET=/var/run/docker.sock
readonly LOG=/var/log/rcluster-dockerd.log

say() { printf 'engine: %s\n' "$*" >&2; }

give_up() {
  say "no Docker engine: $*"
  exit 3
}

answers() {
  if command -v docker >/dev/null; then
    docker version --format '{{.Server.Version}}' >/dev/null 2>&1
  elif [ -z "${DOCKER_HOST:-}" ]; then
    node -e '
      require("http")
        .get({ socketPath: process.argv[1], path: "/_ping", timeout: 5000 }, (r) => process.exit(r.statusCode === 200 ? 0 : 1))
        .on("error", () => process.exit(1))
        .on("timeout", () => process.exit(1))' "$SOCKET" >/dev/null 2>&1
  else
    return 1
  fi
}

# A child's exit status is the only early sign that dockerd failed; the deadline covers the rest.
wait_until_it_answers() {
  local pid=${1:-} deadline=$((SECONDS + START_SECONDS))
  until answers; do
    if [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; then
      tail -n 5 "$LOG" >&2
      give_up "dockerd ended at once; its log is $LOG"
    fi
    [ "$SECONDS" -lt "$deadline" ] || give_up "dockerd did not answer within $START_SECONDS s; its log is $LOG"
    sleep 0.2
  done
  say "an engine answers"
}

start() {
  if [ -d /run/systemd/system ] && command -v systemctl >/dev/null; then
    say "starting the docker service"
    systemctl start docker || give_up "systemctl start docker failed"
    wait_until_it_answers
  else
    say "starting dockerd (log: $LOG)"
    setsid dockerd >"$LOG" 2>&1 </dev/null &
    wait_until_it_answers $!
  fi
}

install() {
  say "installing docker.io with apt"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends docker.io iptables >/dev/null ||
    give_up "apt could not install docker.io"
}

is_debian_like() {
  local ID='' ID_LIKE=''
  # shellcheck disable=SC1091
  [ -r /etc/os-release ] && . /etc/os-release
  [[ " $ID $ID_LIKE " =~ \ (debian|ubuntu)\  ]] && command -v apt-get >/dev/null
}

if answers; then
  exit 0
fi
[ -z "${DOCKER_HOST:-}" ] || give_up "DOCKER_HOST is set to $DOCKER_HOST and nothing answers there"
if [ "$(id -u)" != 0 ]; then
  if [ -S "$SOCKET" ] && ! [ -w "$SOCKET" ]; then
    give_up "$SOCKET belongs to another user; join its group (usermod -aG docker $(id -un)) and log in again"
  fi
  give_up "start Docker Desktop or dockerd; only root can start or install it here"
fi
if ! command -v dockerd >/dev/null; then
  is_debian_like || give_up "dockerd is not installed, and this is neither Debian nor Ubuntu; install Docker and run this again"
  install
fi
start
