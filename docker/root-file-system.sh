# shellcheck shell=bash
# Sourced by image.sh and nettools.sh after debian-packages.sh: makes a root file system out of what unpack and fetch left in
# $work/unpacked.

# Folders and links as Debian has them.
skeleton() {
  local root=$1
  mkdir -p "$root"/{dev,etc,proc,root,run,sys,tmp,usr/bin,usr/lib,usr/lib64,usr/sbin,var/tmp}
  ln -s usr/bin usr/lib usr/lib64 usr/sbin "$root"
  ln -s ../run "$root/var/run"
  chmod 1777 "$root/tmp" "$root/var/tmp"
  chmod 700 "$root/root"
}

add_loader() {
  local root=$1 folder
  for folder in lib lib64; do
    cp -a "$work"/unpacked/{usr/,}"$folder"/ld-linux* "$root/usr/$folder" 2>/dev/null
  done
}

# A foreign busybox cannot be asked for its applets, but their names follow each other inside it, from [ and [[ to zcat.
applets() {
  tr '\0' '\n' <"$1" | awk '
    $0 == "[[" && last ~ /\[$/ { inside = 1; print "[" }
    inside { print }
    inside && $0 == "zcat" { exit }
    { last = $0 }'
}

# Busybox with its applets, of which these must be among them: add_busybox ROOT NAME...
add_busybox() {
  local root=$1 name
  shift
  cp "$work"/unpacked/{usr/,}bin/busybox "$root/usr/bin" 2>/dev/null
  for name in $(applets "$root/usr/bin/busybox"); do
    # What a package of its own brings is the better one.
    [ -e "$root/usr/bin/$name" ] || [ -e "$root/usr/sbin/$name" ] || ln -s busybox "$root/usr/bin/$name"
  done
  for name; do
    [ -e "$root/usr/bin/$name" ] || give_up "the package busybox-static has no $name"
  done
}

# pack ROOT OUT [./FOLDER]: the folder belongs to the server's user. The tar names the owners, so that nobody needs to be
# root. It appears under its name when it is whole.
pack() {
  local root=$1 out=$2 owned=${3:-} part
  part=$(mktemp "$out.XXXXXX") || give_up "$(dirname "$out") cannot be written"
  leftovers+=("$part")
  if ! quietly tar -C "$root" --numeric-owner --owner=0 --group=0 ${owned:+--exclude="$owned"} -cf "$part" . ||
    { [ -n "$owned" ] &&
      ! quietly tar -C "$root" --numeric-owner --owner=999 --group=999 -rf "$part" "$owned"; }; then
    give_up "$out could not be written: $(why)"
  fi
  chmod 644 "$part"
  mv -f "$part" "$out" || give_up "$out cannot be replaced"
}
