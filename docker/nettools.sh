#!/usr/bin/env bash
# Builds an image of iptables and tc from the distribution's own packages, to run for a moment in a node's network:
#
#   nettools.sh amd64|arm64 OUT.tar
#
#   exit 0   OUT.tar is a root file system for Docker's import call
#   exit 3   none can be built here; the last line says what is missing
#
# Needs neither root nor Docker. The import call has to add what a tar cannot say:
#
#   CMD ["sh"]  ENV PATH=/usr/sbin:/usr/bin
set -uo pipefail

# shellcheck source=debian-packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian-packages.sh"
# shellcheck source=root-file-system.sh
. "$(dirname "${BASH_SOURCE[0]}")/root-file-system.sh"

build() {
  local root=$1 deb folder name
  skeleton "$root"
  for deb in "$work"/cache/archives/*.deb; do
    quietly dpkg-deb -x "$deb" "$work/unpacked" || give_up "$(basename "$deb") could not be unpacked: $(why)"
  done
  rm -rf "$work"/unpacked/usr/share
  for folder in bin sbin lib lib64; do
    cp -a "$work/unpacked/$folder"/. "$work/unpacked/usr/$folder"/. "$root/usr/$folder" 2>/dev/null
  done
  # The packages leave the choice between the two to dpkg; both are asked for by their full names.
  for name in iptables-nft iptables-legacy tc ip; do
    [ -e "$root/usr/sbin/$name" ] || [ -e "$root/usr/bin/$name" ] || give_up "the packages hold no $name"
  done
  add_busybox "$root" sh grep sed
}

arch=${1:-} out=${2:-}
if [[ ! $arch =~ ^(amd64|arm64)$ ]] || [ -z "$out" ]; then
  say "usage: nettools.sh amd64|arm64 OUT.tar"
  exit 2
fi

start "building an image"
read -r distribution host < <(host_release) || give_up "building an image needs Debian or Ubuntu: this is neither"
# On Debian the release that the servers come from as well.
release=bookworm
[ "$distribution" = Debian ] || release=$host
load "$distribution" "$host" "$release" "$arch"
say "building iptables $(version_of iptables) and iproute2 $(version_of iproute2) for $arch from $distribution $release"
fetch iptables iproute2 busybox-static
build "$work/root"
pack "$work/root" "$out"
