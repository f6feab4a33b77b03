import { Cluster, Redis } from 'ioredis';
import { keySlot, type StatusReport } from '../../src/index.js';
import { rcluster, shell } from './measure.js';

/** A cluster that both ways work on in turn, with a newcomer that has no slots. */

const AT_ONCE = 1000;
/** redis-cli blocks a node with a huge key for longer than the default, and a failover would be measured along. */
const NODE_TIMEOUT_MS = '5000';

export interface Moved {
  readonly elapsedMs: number;
  /** Of rcluster's process. */
  readonly peakBytes: number;
  /** The longest that a MIGRATE kept a node busy, as rcluster says. */
  readonly longestPauseMs: number;
}

export interface BenchCluster {
  readonly name: string;
  readonly basePort: number;
  /** The newcomer's name. */
  readonly newcomer: string;
  /** Moves the newcomer's share to it, by rcluster. */
  moveIn(): Promise<Moved>;
  /** The same by redis-cli (or its Valkey twin) with further flags. */
  moveInByPeer(...flags: string[]): Promise<void>;
  /** Moves slot 0 to the newcomer. */
  moveSlot(): Promise<Moved>;
  moveSlotByPeer(): Promise<void>;
  /** Back to where it was; not measured. */
  moveOut(): Promise<void>;
  down(): Promise<void>;
}

/** Boots masters with a replica each, and one more without any, which owns nothing. */
export async function bootCluster(
  name: string,
  basePort: number,
  { masters = 3, image = 'redis:7-alpine', peer = 'redis-cli' } = {},
): Promise<BenchCluster> {
  const here = ['-q', '-c', name];
  const count = ['--masters', String(masters), '--base-port', String(basePort)];
  // The newcomer gives its slots back after each run, and must not become a replica for that.
  const lasting = ['--set', 'cluster-allow-replica-migration=no', '--node-timeout', NODE_TIMEOUT_MS];
  await rcluster('up', ...here, ...count, ...lasting, '--image', image, '--wait', '300');
  const { stdout } = await rcluster('add-master', ...here, '--no-rebalance', '--replicas', '0', '--json');
  const { added, nodes } = JSON.parse(stdout) as StatusReport & { added: string[] };
  const newcomer = added[0] ?? '';
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = (await shell('docker', ['inspect', '--format', format, `${name}-node-1`])).trim();
  // Valkey's client is in the image alone.
  const tool = (...args: string[]) =>
    peer === 'redis-cli' ? shell(peer, args) : shell('docker', ['exec', `${name}-node-1`, peer, ...args]);
  const entry = `${address}:${basePort}`;
  const idOf = (node: string) => nodes.find((other) => other.name === node)?.id ?? '';
  const ownerOfSlot0 = async () => {
    const { stdout: text } = await rcluster('status', ...here, '--json');
    const owner = (JSON.parse(text) as StatusReport).nodes.find(({ slots }) => slots[0]?.[0] === 0);
    return owner?.id ?? '';
  };
  const move = async (...args: string[]): Promise<Moved> => {
    const { stdout: text, ...measured } = await rcluster(...args, ...here, '--json');
    return { ...measured, longestPauseMs: (JSON.parse(text) as Moved).longestPauseMs };
  };
  /** The peer's exit code says nothing, so the newcomer is asked what it owns. */
  const requireSlots = async (wanted: number, tolerance = 0) => {
    const client = new Redis({ port: nodes.find((other) => other.name === newcomer)?.port ?? 0 });
    const owned = ownRanges(String(await client.call('CLUSTER', 'NODES')));
    client.disconnect();
    const count = owned.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    if (Math.abs(count - wanted) > tolerance)
      throw new Error(`${newcomer} has ${count} slots, not ${wanted}`);
  };
  return {
    name,
    basePort,
    newcomer,
    async moveIn() {
      const moved = await move('rebalance', '--include-empty');
      await requireSlots(16_384 / (masters + 1), masters);
      return moved;
    },
    async moveInByPeer(...flags) {
      await tool('--cluster', 'rebalance', entry, '--cluster-use-empty-masters', ...flags);
      await requireSlots(16_384 / (masters + 1), masters);
    },
    async moveSlot() {
      const moved = await move('reshard', '--from', 'slot:0', '--to', newcomer, '--slots', '0-0');
      await requireSlots(1);
      return moved;
    },
    async moveSlotByPeer() {
      const ids = ['--cluster-from', await ownerOfSlot0(), '--cluster-to', idOf(newcomer)];
      // Its default is 60 s, which a slot with many keys may take.
      const flags = ['--cluster-slots', '1', '--cluster-yes', '--cluster-timeout', '600000'];
      await tool('--cluster', 'reshard', entry, ...ids, ...flags);
      await requireSlots(1);
    },
    async moveOut() {
      await rcluster('rebalance', ...here, '--weight', `${newcomer}=0`);
    },
    async down() {
      await rcluster('down', ...here);
    },
  };
}

/** The slots of the node that answered CLUSTER NODES. */
function ownRanges(view: string): [number, number][] {
  const own = view.split('\n').find((line) => line.includes('myself')) ?? '';
  return own
    .trim()
    .split(' ')
    .slice(8)
    .filter((range) => /^\d/.test(range))
    .map((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return [first, last];
    });
}

/** Writes `count` strings of `bytes` bytes, to each master in pipelines. */
export async function fill(
  port: number,
  count: number,
  bytes: number,
  keyOf = (number: number) => `bench:${number}`,
): Promise<void> {
  const cluster = new Cluster([{ host: '127.0.0.1', port }]);
  const owners = await slotOwners(cluster);
  const value = 'x'.repeat(bytes);
  const pending = new Map<Redis, string[]>();
  const flush = async (node: Redis) => {
    const keys = pending.get(node) ?? [];
    pending.set(node, []);
    const answers = await node.pipeline(keys.map((key) => ['set', key, value])).exec();
    const failed = answers?.find(([error]) => error !== null);
    if (failed?.[0]) throw failed[0];
  };
  for (let number = 0; number < count; number += 1) {
    const key = keyOf(number);
    const node = owners[keySlot(key)];
    if (node === undefined) throw new Error(`no owner for ${key}`);
    const keys = pending.get(node) ?? [];
    keys.push(key);
    pending.set(node, keys);
    if (keys.length >= AT_ONCE) await flush(node);
  }
  for (const node of pending.keys()) await flush(node);
  cluster.disconnect();
}

async function slotOwners(cluster: Cluster): Promise<(Redis | undefined)[]> {
  await cluster.ping();
  const owners = new Array<Redis | undefined>(16_384).fill(undefined);
  for (const node of cluster.nodes('master')) {
    await node.ping();
    for (const [first, last] of ownRanges(String(await node.call('CLUSTER', 'NODES'))))
      owners.fill(node, first, last + 1);
  }
  return owners;
}

/** Empties every master. */
export async function empty(port: number): Promise<void> {
  const cluster = new Cluster([{ host: '127.0.0.1', port }]);
  await cluster.ping();
  await Promise.all(cluster.nodes('master').map((node) => node.flushall()));
  cluster.disconnect();
}
