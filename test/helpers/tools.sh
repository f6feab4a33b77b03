#!/usr/bin/env bash
# Makes the tools that tests need answer on this machine: redis-cli, redis-server, Chromium and both
# generations of compose.
#
#   exit 0   they are all there
#   exit 3   one cannot be had here; the last line says which
#
# Compose v1 (1.29) is `docker-compose` on the PATH; v2 goes by the same name and has a folder of its own.
set -uo pipefail

# shellcheck source=docker/debian-packages.sh disable=SC1091
. "$(dirname "${BASH_SOURCE[0]}")/../../docker/debian-packages.sh"

readonly V2_FOLDER=${XDG_CACHE_HOME:-$HOME/.cache}/rcluster/test-tools/compose-v2
readonly V2_RELEASE=trixie
readonly POLICY=/usr/sbin/policy-rc.d

# Asking the program itself takes half a second.
has_v1() {
  command -v docker-compose >/dev/null || return
  [[ $(dpkg-query -W -f '${Version}' docker-compose 2>/dev/null) == 1.29.* ]] ||
    docker-compose --version | grep -qF ' 1.29.'
}
has_v2() { [ -x "$V2_FOLDER/docker-compose" ]; }

missing_packages() {
  command -v redis-cli >/dev/null || echo redis-tools
  command -v redis-server >/dev/null || echo redis-server
  command -v chromium >/dev/null || echo chromium
  has_v1 || echo docker-compose
}

# The server's package would start a service on port 6379. A policy that is there already is the administrator's.
install_packages() {
  local apt=(apt-get -qq -y -o DPkg::Lock::Timeout=120)
  say "installing with apt: $*"
  if [ ! -e "$POLICY" ]; then
    leftovers+=("$POLICY")
    printf '#!/bin/sh\nexit 101\n' >"$POLICY"
    chmod 755 "$POLICY"
  fi
  export DEBIAN_FRONTEND=noninteractive
  quietly "${apt[@]}" update || say "apt-get update: $(why)"
  quietly "${apt[@]}" install --no-install-recommends "$@" || give_up "$* cannot be installed: $(why)"
}

# shellcheck disable=SC2154
unpack_v2() {
  local plugin=usr/libexec/docker/cli-plugins/docker-compose part
  say "unpacking compose v2 of Debian $V2_RELEASE into $V2_FOLDER"
  load Debian "$host" "$V2_RELEASE" "$(dpkg --print-architecture)"
  (cd "$work" && private_apt download docker-compose) || give_up "compose v2 cannot be fetched: $(why)"
  quietly dpkg-deb -x "$work"/docker-compose_*.deb "$work/compose" || give_up "compose v2 is damaged: $(why)"
  mkdir -p "$V2_FOLDER"
  part=$(mktemp "$V2_FOLDER/part.XXXXXX") || give_up "$V2_FOLDER cannot be written"
  leftovers+=("$part")
  # It appears under its name when it is whole.
  cp -p "$work/compose/$plugin" "$part" && mv -f "$part" "$V2_FOLDER/docker-compose"
  has_v2 || give_up "compose v2 could not be put into $V2_FOLDER"
}

mapfile -t packages < <(missing_packages)
missing=("${packages[@]}")
has_v2 || missing+=(compose-v2)
[ ${#missing[@]} != 0 ] || exit 0

read -r distribution host < <(host_release)
[ "$distribution" = Debian ] || give_up "missing: ${missing[*]}; only on Debian can this install them"
[ ${#packages[@]} = 0 ] || [ "$(id -u)" = 0 ] || give_up "missing: ${packages[*]}; only root can install them"
[ "$host" = bookworm ] || has_v1 || give_up "missing: docker-compose 1.29; Debian $host has it no longer"
start "installing ${missing[*]}"
[ ${#packages[@]} = 0 ] || install_packages "${packages[@]}"
has_v2 || unpack_v2
