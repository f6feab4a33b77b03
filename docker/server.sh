#!/usr/bin/env bash
# Fetches Redis or Valkey from the host's own distribution, to run as a plain process, without Docker and without root:
#
#   server.sh redis:7|redis:8|valkey:9 FOLDER
#
#   exit 0   two lines on stdout: the folder of redis-server and redis-cli, and the LD_LIBRARY_PATH they need
#   exit 3   none can be had here; the last line says what is missing
#
# Nothing is installed: FOLDER holds the programs and those libraries that the host lacks.
set -uo pipefail

# shellcheck source=debian-packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian-packages.sh"

show() {
  local lib
  for lib in "$folder"/usr/lib/*-linux-gnu* "$folder/usr/lib"; do
    [ ! -d "$lib" ] || break
  done
  printf '%s\n' "$folder/usr/bin" "$lib"
}

server=${1:-} folder=${2:-}
name=${server%%:*} major=${server#*:}
if [[ ! $server =~ ^(redis|valkey):[0-9]+$ ]] || [ -z "$folder" ]; then
  say "usage: server.sh redis:7|redis:8|valkey:9 FOLDER"
  exit 2
fi
start "fetching a server"
folder=$(realpath -m -- "$folder")
if [ -x "$folder/usr/bin/redis-server" ]; then
  show
  exit 0
fi

read -r distribution host < <(host_release) || give_up "fetching a server needs Debian or Ubuntu: this is neither"
# The servers count as missing even where they are installed: the folder has to be whole.
awk -v RS= -v ORS='\n\n' '!/^Package: (redis|valkey)/' /var/lib/dpkg/status >"$work/status"
load "$distribution" "$host" "$host" "$(dpkg --print-architecture)"
version=$(version_of "$name-server")
[ "${version%%.*}" = "$major" ] || give_up "$name $major is asked for, and $distribution $host has ${version:-none}"

say "fetching $name $version from $distribution $host"
fetch "$name-server" "$name-tools"
# Another C library than the host's own loader would not start.
rm -f "$work"/cache/archives/libc6_*

mkdir -p "$(dirname "$folder")"
part=$(mktemp -d "$folder.XXXXXX") || give_up "$(dirname "$folder") cannot be written"
leftovers+=("$part")
mkdir -p "$part/usr/lib"
unpack "$part" usr/bin
chmod 755 "$part"
# Somebody else may have been quicker.
mv -T "$part" "$folder" 2>/dev/null || [ -x "$folder/usr/bin/redis-server" ] || give_up "$folder is in the way"
show
