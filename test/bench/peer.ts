import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { shell, timed } from './measure.js';

/**
 * Today's way: a compose file, `redis-cli --cluster create`, and a wait until every node agrees and every replica is
 * linked. The usual recipe, mended just as far as it must be to work at all (protected mode, addresses, names).
 */
export interface Peer {
  up(): Promise<void>;
  down(): Promise<void>;
  /** Boots the nodes by docker-compose 1.29, and says how long that takes to remove them, in milliseconds. */
  downByV1(): Promise<number>;
}

const PROJECT = 'bench-peer';
const BASE_PORT = 17_000;
const IMAGE = 'rcluster/redis:7';
const COMPOSE = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'rcluster/test-tools/compose-v2/docker-compose',
);

export async function makePeer(nodes: number): Promise<Peer & { dispose(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'rcluster-bench-'));
  const file = join(folder, 'compose.yaml');
  const numbers = Array.from({ length: nodes }, (_, index) => index + 1);
  const addressOf = (number: number) => `10.201.7.${number + 10}`;
  const portOf = (number: number) => BASE_PORT + number - 1;
  const services = numbers.map((number) =>
    [
      `  redis-node-${number}:`,
      `    image: ${IMAGE}`,
      `    command: redis-server --port ${portOf(number)} --cluster-enabled yes --cluster-node-timeout 5000 --appendonly yes --protected-mode no`,
      `    ports: ["127.0.0.1:${portOf(number)}:${portOf(number)}"]`,
      `    volumes: ["data-${number}:/data"]`,
      `    networks: { default: { ipv4_address: ${addressOf(number)} } }`,
    ].join('\n'),
  );
  const text = [
    'services:',
    ...services,
    'networks: { default: { ipam: { config: [{ subnet: 10.201.7.0/24 }] } } }',
    'volumes:',
    ...numbers.map((number) => `  data-${number}: {}`),
  ].join('\n');
  await writeFile(file, text);
  const project = ['-f', file, '-p', PROJECT];
  const compose = (...args: string[]) => shell(COMPOSE, [...project, ...args]);
  const v1 = (...args: string[]) => shell('docker-compose', [...project, ...args]);
  const cli = (number: number, ...args: string[]) =>
    shell('redis-cli', ['-p', String(portOf(number)), ...args]);
  return {
    async up() {
      await compose('up', '-d');
      await until(async () =>
        (await Promise.all(numbers.map((number) => cli(number, 'ping').catch(() => '')))).every((text) =>
          text.startsWith('PONG'),
        ),
      );
      const addresses = numbers.map((number) => `${addressOf(number)}:${portOf(number)}`);
      await shell('redis-cli', [
        '--cluster',
        'create',
        ...addresses,
        '--cluster-replicas',
        '1',
        '--cluster-yes',
      ]);
      await until(() => agree(numbers, cli));
    },
    async down() {
      await compose('down', '-v');
    },
    async downByV1() {
      await v1('up', '-d');
      return timed(() => v1('down', '-v'));
    },
    async dispose() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function agree(
  numbers: readonly number[],
  cli: (number: number, ...args: string[]) => Promise<string>,
): Promise<boolean> {
  const views = new Set<string>();
  for (const number of numbers) {
    const info = await cli(number, 'cluster', 'info');
    const replication = await cli(number, 'info', 'replication');
    if (!info.includes('cluster_state:ok') || !info.includes(`cluster_known_nodes:${numbers.length}`))
      return false;
    if (replication.includes('role:slave') && !replication.includes('master_link_status:up')) return false;
    const nodes = await cli(number, 'cluster', 'nodes');
    views.add(
      nodes
        .split('\n')
        .map((line) => line.split(' '))
        .map(([id, , , master, , , , , ...slots]) => [id, master, ...slots].join(' '))
        .sort()
        .join('\n'),
    );
  }
  return views.size === 1;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 180_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('the peer did not get ready within 180 s');
    await sleep(50);
  }
}
