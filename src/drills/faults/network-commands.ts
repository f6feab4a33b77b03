import { isIPv4 } from 'node:net';
import { RclusterError } from '../../base/errors.js';
import type { HelperScript } from '../../runtimes/runtime.js';

/**
 * What is run in a node's network, as scripts for its shell and their words. Pure. Full paths, since busybox' shell takes its own tc for
 * any other. Whatever we make carries a mark by which it is found again: a chain's name, a route's metric.
 */

/** Docker calls the interface so in every container. */
export const DEVICE = 'eth0';
const CHAIN_PREFIX = 'RCLUSTER-';
const ROUTE_METRIC = '4242';
const TC = '/usr/sbin/tc';

export const chainOf = (id: string) => `${CHAIN_PREFIX}${id}`;

/** The two that Debian has; which one works is up to the kernel. */
export type Iptables = 'iptables-nft' | 'iptables-legacy';

/** The rules that drop all packets from and to the addresses, or those to them alone. @throws ENGINE_ERROR */
export function dropRules(addresses: readonly string[], ways: 'both' | 'out'): string[][] {
  return addresses
    .map(checked)
    .flatMap((address) => [
      ...(ways === 'both' ? [['-s', address, '-j', 'DROP']] : []),
      ['-d', address, '-j', 'DROP'],
    ]);
}

/** The rule that drops so many of a hundred packets, by chance. */
export function lossRules(percent: number): string[][] {
  const probability = (percent / 100).toFixed(4);
  return [['-m', 'statistic', '--mode', 'random', '--probability', probability, '-j', 'DROP']];
}

/** iptables-restore reads a rule a line: what is no address could be a rule of its own. */
function checked(address: string): string {
  if (isIPv4(address)) return address;
  throw new RclusterError('ENGINE_ERROR', `the engine gives a node the address "${address}", which is none`);
}

const INSERT = 'restore=$1; shift; printf \'%s\\n\' "$@" | "$restore" -w --noflush';

/** Puts the rules into a chain of their own that every packet in and out passes, all at one moment. */
export function insertChain(
  iptables: Iptables,
  chain: string,
  rules: readonly (readonly string[])[],
): HelperScript {
  const lines = [
    '*filter',
    // Made, or emptied where it is there already.
    `:${chain} - [0:0]`,
    ...rules.map((rule) => `-A ${chain} ${rule.join(' ')}`),
    `-I INPUT ! -i lo -j ${chain}`,
    `-I OUTPUT ! -o lo -j ${chain}`,
    'COMMIT',
  ];
  return { script: INSERT, args: [`/usr/sbin/${iptables}-restore`, ...lines] };
}

const BLACKHOLES = `for address; do ip route add blackhole "$address/32" metric ${ROUTE_METRIC} || exit; done`;

/** For images that have busybox' ip alone: nothing is sent to these addresses. @throws ENGINE_ERROR */
export function addBlackholes(addresses: readonly string[]): HelperScript {
  return { script: BLACKHOLES, args: addresses.map(checked) };
}

/** Delays what leaves the device; one delay at a time. */
export function netemArguments(device: string, delayMs: number, jitterMs: number): string[] {
  const jitter = jitterMs > 0 ? [`${jitterMs}ms`] : [];
  return ['qdisc', 'replace', 'dev', device, 'root', 'netem', 'delay', `${delayMs}ms`, ...jitter];
}

export function addDelay(device: string, delayMs: number, jitterMs: number): HelperScript {
  return { script: `exec ${TC} "$@"`, args: netemArguments(device, delayMs, jitterMs) };
}

/** What shall be removed: all that is ours, or what one fault made. */
export interface Removal {
  /** A fault's id; undefined: the chains of all. */
  readonly id?: string;
  readonly chains: boolean;
  readonly routes: boolean;
  readonly delay: boolean;
}

export const EVERYTHING: Removal = { chains: true, routes: true, delay: true };

/** `act` does what its words say, or nothing when it is only looked. Jumps go first: a chain in use cannot be removed. */
const MARKS = `id=$1 chains=$2 routes=$3 delay=$4 remove=$5
failed=0
act() { [ -z "$remove" ] || "$@" || failed=1; }
if [ -n "$chains" ]; then
  for iptables in /usr/sbin/iptables-nft /usr/sbin/iptables-legacy; do
    [ -x $iptables ] && rules=$($iptables -w -S 2>/dev/null) || continue
    for chain in $(echo "$rules" | sed -n 's/^-N \\(${CHAIN_PREFIX}[0-9a-f]*\\)$/\\1/p'); do
      [ -z "$id" ] || [ "$chain" = "${CHAIN_PREFIX}$id" ] || continue
      echo "$rules" | sed -n "s/^-A \\(.* -j $chain\\)\\$/-D \\1/p" | while read -r jump; do
        # shellcheck disable=SC2086
        act $iptables -w $jump
      done
      act $iptables -w -F "$chain"
      act $iptables -w -X "$chain"
      echo "chain $chain"
    done
  done
fi
if [ -n "$routes" ]; then
  for address in $(ip route 2>/dev/null | sed -n 's/^blackhole \\([0-9.]*\\).* metric ${ROUTE_METRIC}.*/\\1/p'); do
    act ip route del blackhole "$address/32" metric ${ROUTE_METRIC}
    echo "route $address"
  done
fi
if [ -n "$delay" ] && [ -x ${TC} ] && ${TC} qdisc show dev ${DEVICE} 2>/dev/null | grep -q netem; then
  act ${TC} qdisc del dev ${DEVICE} root
  echo delay
fi
exit $failed`;

/**
 * Finds what carries our mark and prints a line for each: `chain RCLUSTER-1a2b3c4d`, `route 10.0.0.2`, `delay`.
 *
 * @param remove also removes it; it ends with 1 when something could not be removed
 */
export function findMarks({ id, chains, routes, delay }: Removal, remove: boolean): HelperScript {
  const word = (isSo: boolean) => (isSo ? 'yes' : '');
  return { script: MARKS, args: [id ?? '', ...[chains, routes, delay, remove].map(word)] };
}
