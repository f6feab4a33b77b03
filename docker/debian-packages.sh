# shellcheck shell=bash
# Sourced by image.sh and server.sh: fetches packages of Debian or Ubuntu without root, for any architecture, and without
# touching the host's own apt. Mirror and keyring are those of the host's apt sources, with the release replaced; proxies,
# transports and the like in the host's apt.conf.d stay in force. Nothing that was fetched is run.

export LC_ALL=C
umask 022

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; }

give_up() {
  say "$*"
  exit 3
}

# A job that still writes into a folder would keep it from being removed.
clean_up() {
  [ -z "$job" ] || { kill -KILL -- "-$job" && wait "$job"; } 2>/dev/null
  rm -rf "${leftovers[@]}" 2>/dev/null || { sleep 0.2 && rm -rf "${leftovers[@]}"; }
}

# Anything added to `leftovers` is gone when the script ends, however it ends.
start() {
  local tool
  for tool in apt-get dpkg-deb awk; do
    command -v "$tool" >/dev/null || give_up "$1 needs Debian or Ubuntu: there is no $tool here"
  done
  leftovers=() job=''
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  work=$(mktemp -d) || give_up "no temporary folder can be made in ${TMPDIR:-/tmp}"
  leftovers+=("$work")
}

# As a job, so that a signal is heeded at once and not when the command is done; in a process group of its own, so that
# what the command started ends with it.
quietly() {
  local status
  set -m
  "$@" </dev/null >"$work/log" 2>&1 &
  job=$!
  set +m
  wait "$job"
  status=$?
  job=''
  return "$status"
}

private_apt() { quietly apt-get -qq -y -c "$work/apt.conf" "$@"; }

why() { grep -m 1 '^E:' "$work/log" || grep -m 1 'Failed to fetch' "$work/log" || tail -n 1 "$work/log"; }

# Says which distribution and release the host runs, or is derived from: "Debian bookworm".
host_release() (
  ID='' ID_LIKE='' VERSION_CODENAME='' DEBIAN_CODENAME='' UBUNTU_CODENAME=''
  # shellcheck disable=SC1091
  [ -r /etc/os-release ] && . /etc/os-release
  if [ -n "$UBUNTU_CODENAME" ]; then
    echo "Ubuntu $UBUNTU_CODENAME"
  elif [[ " $ID $ID_LIKE " == *" debian "* ]]; then
    VERSION_CODENAME=${DEBIAN_CODENAME:-$VERSION_CODENAME}
    echo "Debian ${VERSION_CODENAME:-sid}"
  fi
)

# Every source of the host's release, in apt's one-line format and in its deb822 format, for another release: sources_for
# HOST_CODENAME RELEASE ARCH. Updates and security fixes come along, where the other release has them.
sources_for() {
  local dir file main=/etc/apt/sources.list parts=/etc/apt/sources.list.d
  eval "$(apt-config shell main Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
  dir=$work/sources.d
  mkdir -p "$dir"
  for file in "$main" "$parts"/*.list "$parts"/*.sources; do
    [ -r "$file" ] || continue
    awk -v host="$1" -v release="$2" -v arch="$3" -v deb822="$([[ $file == *.sources ]] && echo 1)" '
      function renamed(suites,    all, count, i, found, out) {
        count = split(suites, all, /[ \t\n]+/)
        for (i = 1; i <= count; i++) {
          if (all[i] !~ "^(" host "|oldstable|stable|testing|unstable|sid)(-updates|-security)?$") continue
          sub(/^[^-]*/, release, all[i])
          if (all[i] !~ /^sid-/ && !found[all[i]]++) out = out " " all[i]
        }
        return out
      }
      function stanza(    i, name, value, suites, other, binary, wanted, off) {
        for (i = 1; i <= fields; i++) {
          name = value = field[i]
          sub(/:.*/, "", name)
          sub(/^[^:]*:/, "", value)
          name = tolower(name)
          if (name == "types" && value ~ /(^|[ \t])deb([ \t]|$)/) binary = 1
          else if (name == "suites") suites = renamed(value)
          else if (name == "components" && value ~ /(^|[ \t])(main|universe)([ \t]|$)/) wanted = 1
          else if (name == "enabled" && value ~ /no|false|0/) off = 1
          if (name !~ /^(types|suites|architectures|targets)$/) other = other field[i] "\n"
        }
        if (binary && suites != "" && wanted && !off)
          print "Types: deb\nSuites:" suites "\nArchitectures: " arch "\nTargets: Packages\n" other
        fields = 0
      }
      /^[ \t]*#/ { next }
      deb822 && /^[ \t]*$/ { stanza(); next }
      deb822 && /^[ \t]/ { field[fields] = field[fields] "\n" $0; next }
      deb822 { field[++fields] = $0; next }
      /^[ \t]*deb[ \t]/ && !/cdrom:/ {
        options = ""
        sub(/^[ \t]*deb[ \t]+/, "")
        if (match($0, /^\[[^]]*\]/)) {
          options = substr($0, 2, RLENGTH - 2)
          gsub(/(arch|target)[+-]?=[^ ]*/, "", options)
          $0 = substr($0, RLENGTH + 1)
        }
        suite = renamed($2)
        if (suite != "" && / (main|universe)( |$)/) {
          address = $1
          $1 = $2 = ""
          print "deb [arch=" arch " target=Packages " options "] " address suite $0
        }
      }
      END { if (deb822) stanza() }' "$file" >"$dir/$(basename "$file")"
  done
}

# Packages that a bare server can do without, as a package database that says they are here. Otherwise apt fetches them, and
# all they depend on.
pretend_installed() {
  local name fields='Status: install ok installed\nArchitecture: all\nMulti-Arch: foreign\nVersion: 99:0'
  for name in adduser debconf init-system-helpers lsb-base passwd perl perl-base procps systemd sysvinit-utils; do
    grep -qsx "Package: $name" "$1" || printf 'Package: %s\n%b\n\n' "$name" "$fields" >>"$1"
  done
}

# Loads a release's package lists: load DISTRIBUTION HOST_CODENAME RELEASE ARCH. What counts as installed is in $work/status.
load() {
  rm -rf "$work/sources.d"
  sources_for "$2" "$3" "$4"
  mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial"
  touch "$work/status"
  pretend_installed "$work/status"
  # The host may have a vendor's repository with a server of the same name.
  printf 'Package: *\nPin: release o=%s\nPin-Priority: 990\n' "$1" >"$work/preferences"
  cat >"$work/apt.conf" <<CONF
#clear APT::Architectures;
#clear APT::Default-Release;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Architecture "$4";
APT::Architectures { "$4"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "10";
Acquire::https::Timeout "10";
Dir::State "$work/state";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$work/sources.d";
Dir::Etc::preferences "$work/preferences";
Dir::Etc::preferencesparts "/dev/null";
CONF
  [ -n "$(cat "$work/sources.d"/*)" ] || give_up "the host's apt sources name no package mirror of $1 $2"
  # A vendor's repository that lacks the release fails the update; all that matters is what did arrive.
  private_apt update
  compgen -G "$work/state/lists/*_Packages*" >/dev/null ||
    give_up "the package mirror gave no package list for $1 $3: $(why)"
}

# The version a release has of a package, without epoch and revision; nothing when it has none.
version_of() {
  apt-cache -c "$work/apt.conf" show --no-all-versions "$1" 2>/dev/null |
    sed -n '/^Version: /{s///;s/^[0-9]*://;s/[-+~].*//;p;q}'
}

fetch() {
  private_apt --download-only install "$@" || give_up "packages could not be fetched: $(why)"
}

# Unpacks what was fetched: libraries to FOLDER/usr/lib/<triplet>, programs to FOLDER/BIN. Documentation, units, converters
# and loadable modules stay behind. Leaves everything in $work/unpacked, too.
unpack() {
  local deb from folder=$1 bin=$1/$2 name
  for deb in "$work"/cache/archives/*.deb; do
    quietly dpkg-deb -x "$deb" "$work/unpacked" || give_up "$(basename "$deb") could not be unpacked: $(why)"
  done
  mkdir -p "$bin"
  cp -a "$work"/unpacked/usr/bin/{redis,valkey}-* "$bin" 2>/dev/null
  for from in "$work"/unpacked/{usr/,}lib/*-linux-gnu*; do
    [ -d "$from" ] || continue
    mkdir -p "$folder/usr/lib/${from##*/}"
    cp -a "$from"/*.so* "$folder/usr/lib/${from##*/}" || give_up "no room in $folder"
  done
  for name in server cli benchmark check-rdb check-aof; do
    [ ! -e "$bin/valkey-$name" ] || ln -sf "valkey-$name" "$bin/redis-$name"
  done
  for name in server cli; do
    [ -x "$bin/redis-$name" ] || give_up "the packages hold no redis-$name"
  done
}
