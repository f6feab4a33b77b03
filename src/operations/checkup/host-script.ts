import type { HostFacts, Latency } from '../../cluster/checkup/facts.js';
import type { HelperScript } from '../../runtimes/runtime.js';

/** A shell script that looks at a node's host from beside the node, and what it prints. Pure. */

export interface Peer {
  readonly name: string;
  readonly host: string;
}

/** Round trips of which the shortest is taken: the others have waited for a busy processor. */
const PINGS = 8;
const PING_EVERY_S = 0.05;
const PING_TIMEOUT_S = 1;

const SCRIPT = `pid=$1
shift
echo "overcommit $(cat /proc/sys/vm/overcommit_memory 2>/dev/null)"
echo "hugepages $(sed -n 's/.*\\[\\(.*\\)\\].*/\\1/p' /sys/kernel/mm/transparent_hugepage/enabled 2>/dev/null)"
echo "somaxconn $(cat /proc/sys/net/core/somaxconn 2>/dev/null)"
if [ -z "$pid" ]; then
  echo "files $(ulimit -Hn)"
else
  echo "files $(sed -n 's/^Max open files *\\([0-9a-z]*\\) .*/\\1/p' "/proc/$pid/limits" 2>/dev/null)"
fi
while [ $# -gt 1 ]; do
  name=$1 host=$2
  shift 2
  # Either \`round-trip min/avg/max = 0.054/0.103/0.221 ms\` or \`rtt min/avg/max/mdev = ...\`.
  ping -q -c ${PINGS} -i ${PING_EVERY_S} -W ${PING_TIMEOUT_S} -- "$host" 2>/dev/null |
    sed -n 's#.* = \\([0-9.]*\\)/.*#\\1#p' | while read -r ms; do echo "ping $name $ms"; done &
done
wait`;

/**
 * @param pid of the server, where the script sees its process; else the script's own limit is told, which is what the
 *   engine gives to each of its containers
 * @param peers the nodes to which the round trip is measured
 */
export function hostScript(pid: number | undefined, peers: readonly Peer[]): HelperScript {
  return {
    script: SCRIPT,
    args: [pid === undefined ? '' : String(pid), ...peers.flatMap(({ name, host }) => [name, host])],
  };
}

/** @param from the node beside which the script ran */
export function parseHostScript(from: string, output: string): { host: HostFacts; latencies: Latency[] } {
  const fields = new Map<string, string>();
  const latencies: Latency[] = [];
  for (const line of output.split('\n')) {
    const [word = '', value = '', ms] = line.trim().split(' ');
    if (word === 'ping') latencies.push({ from, to: value, ms: Number(ms) });
    else fields.set(word, value);
  }
  const number = (name: string) => {
    const text = fields.get(name) ?? '';
    return /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const hugePages = fields.get('hugepages') ?? '';
  return {
    host: {
      overcommit: number('overcommit'),
      hugePages: hugePages === '' ? undefined : hugePages,
      somaxconn: number('somaxconn'),
      // `unlimited` is no limit.
      fileLimit: number('files'),
    },
    latencies: latencies.filter(({ ms }) => Number.isFinite(ms)),
  };
}
