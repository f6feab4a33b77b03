#!/usr/bin/env bash
# Builds an image of Redis or Valkey from the distribution's own packages, for hosts that reach no container registry:
#
#   image.sh redis:7|redis:8|valkey:9 amd64|arm64 OUT.tar
#
#   exit 0   OUT.tar is a root file system for Docker's import call, made to be used like the official image
#   exit 3   none can be built here; the last line says what is missing
#
# Needs neither root nor Docker. The import call has to add what a tar cannot say:
#
#   ENTRYPOINT ["docker-entrypoint.sh"]  CMD ["redis-server"]  WORKDIR /data  VOLUME /data  EXPOSE 6379
#   ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
set -uo pipefail

# shellcheck source=debian-packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian-packages.sh"
# shellcheck source=root-file-system.sh
. "$(dirname "${BASH_SOURCE[0]}")/root-file-system.sh"

# Unstable moves on: a release that stays is the second choice.
debian_releases() {
  case $1 in
    redis:7) echo bookworm ;;
    redis:8) echo sid trixie ;;
    valkey:9) echo sid ;;
  esac
}

entrypoint() {
  cat <<'SH'
#!/bin/sh
set -e

case $1 in
  -* | *.conf) set -- redis-server "$@" ;;
esac

case $1 in
  redis-server | valkey-server)
    if [ "$(id -u)" = 0 ]; then
      find /data ! -user 999 -exec chown 999:999 {} + || true
      exec su -m -s /bin/sh -c 'exec "$0" "$@"' -- USER "$0" "$@"
    fi
    # The official binaries are built with protected mode off, Debian's are not.
    case $* in
      *protected-mode* | *--test-memory*) ;;
      *) grep -qsi '^ *protected-mode' -- "${2:-/dev/null}" || set -- "$@" --protected-mode no ;;
    esac
    ;;
esac

[ "$(umask)" != 0022 ] || umask 0077
exec "$@"
SH
}

build() {
  local root=$1 user=$2 name
  skeleton "$root"
  mkdir -p "$root"/{data,usr/local/bin,usr/local/sbin}
  unpack "$root" usr/local/bin
  for name in redis valkey; do
    [ ! -e "$root/usr/local/bin/$name-server" ] || ln -s "$name-server" "$root/usr/local/bin/$name-sentinel"
  done
  add_loader "$root"
  add_busybox "$root" sh su id find chown ip

  printf '%s\n' root:x:0:0:root:/root:/bin/sh "$user:x:999:999::/data:/bin/sh" \
    nobody:x:65534:65534::/nonexistent:/bin/false >"$root/etc/passwd"
  printf '%s\n' root:x:0: "$user:x:999:" nogroup:x:65534: >"$root/etc/group"
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  entrypoint | sed "s/USER/$user/" >"$root/usr/local/bin/docker-entrypoint.sh"
  chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
}

server=${1:-} arch=${2:-} out=${3:-}
name=${server%%:*} major=${server#*:}
if [ -z "$(debian_releases "$server")" ] || [[ ! ${arch:-amd64} =~ ^(amd64|arm64)$ ]] || [ -z "$out" ]; then
  say "usage: image.sh redis:7|redis:8|valkey:9 amd64|arm64 OUT.tar"
  exit 2
fi

start "building an image"
arch=${arch:-$(dpkg --print-architecture)}
read -r distribution host < <(host_release) || give_up "building an image needs Debian or Ubuntu: this is neither"
releases=$host
[ "$distribution" = Ubuntu ] || releases=$(debian_releases "$server")
for release in $releases; do
  load "$distribution" "$host" "$release" "$arch"
  version=$(version_of "$name-server")
  [ "${version%%.*}" != "$major" ] || break
done
[ "${version%%.*}" = "$major" ] ||
  give_up "$name $major for $arch is asked for, and $distribution $release has ${version:-none}"

say "building $name $version for $arch from $distribution $release"
fetch "$name-server" "$name-tools" busybox-static
build "$work/root" "$name"
pack "$work/root" "$out" ./data
