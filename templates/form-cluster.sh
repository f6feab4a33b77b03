# Forms the cluster, once, from inside its network. Running it again on a formed cluster changes nothing.
#   NODES     host:port of every node, the masters first
#   MASTERS   how many of them are masters
#   SECONDS_AT_MOST
set -eu

cli() {
  address=$1
  shift
  redis-cli -e -h "${address%:*}" -p "${address#*:}" "$@"
}

started=$(date +%s)
# Every wait ends: "$1" says what was still missing.
pause() {
  if [ $(($(date +%s) - started)) -ge "$SECONDS_AT_MOST" ]; then
    echo "timed out after $SECONDS_AT_MOST s: $1" >&2
    exit 1
  fi
  sleep 0.1
}

node_id() { cli "$1" CLUSTER MYID; }
says() { cli "$1" "$2" "$3" | tr -d '\r' | grep -qx "$4"; }
# More than the file's own, when masters were added since.
knows_enough() {
  known=$(cli "$1" CLUSTER INFO | tr -d '\r' | sed -n 's/^cluster_known_nodes://p')
  [ "${known:-0}" -ge "$count" ]
}
# A master without slots, which every node is at first: nothing follows the last word of its line.
is_unused() { cli "$1" CLUSTER NODES | tr -d '\r' | grep 'myself,master' | grep -q 'connected$'; }

count=0
for node in $NODES; do
  count=$((count + 1))
  until cli "$node" PING >/dev/null 2>&1; do pause "$node does not answer"; done
done

# Each step is skipped where it has been done, so that a formation that was cut short is finished.
index=0
met=''
for node in $NODES; do
  if [ $index -lt "$MASTERS" ] && says "$node" CLUSTER INFO cluster_slots_assigned:0; then
    cli "$node" CLUSTER SET-CONFIG-EPOCH $((index + 1)) >/dev/null 2>&1 || true
    # Rounded to the nearest, as rcluster does.
    first=$(((2 * index * 16384 + MASTERS) / (2 * MASTERS)))
    last=$(((2 * (index + 1) * 16384 + MASTERS) / (2 * MASTERS) - 1))
    cli "$node" CLUSTER ADDSLOTSRANGE $first $last >/dev/null
  fi
  if ! says "$node" CLUSTER INFO "cluster_known_nodes:$count"; then
    for other in $met; do
      cli "$node" CLUSTER MEET "${other%:*}" "${other#*:}" >/dev/null
    done
  fi
  met="$met $node"
  index=$((index + 1))
done

for node in $NODES; do
  until knows_enough "$node"; do pause "$node does not know all nodes"; done
done

index=0
for node in $NODES; do
  if [ $index -ge "$MASTERS" ] && is_unused "$node"; then
    # The replica's master is the one at the same place in line, round and round.
    place=$((index % MASTERS + 1))
    # shellcheck disable=SC2086
    set -- $NODES
    shift $((place - 1))
    master=$(node_id "$1")
    until cli "$node" CLUSTER REPLICATE "$master" >/dev/null 2>&1; do pause "$node cannot follow $1"; done
  fi
  index=$((index + 1))
done

for node in $NODES; do
  until says "$node" CLUSTER INFO cluster_state:ok; do pause "$node does not serve"; done
  if says "$node" INFO replication role:slave; then
    until says "$node" INFO replication master_link_status:up; do pause "$node is not linked to its master"; done
  fi
done
echo "the cluster of $count nodes is ready"
