import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keySlot, type StatusReport } from '../../src/index.js';
import { isInstalled, isLinuxRoot, until } from '../helpers/cli-scene.js';
import { findingsOf } from '../helpers/doctor.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, folderOfTheFile, rclusterSucceeds, succeed } from '../helpers/run.js';

/**
 * Findings of doctor that a cluster in containers of one host does not show: of hosts, kernels and the number of masters. Each is
 * made to happen, and mended.
 */

const FIRST_PORT = firstPortOf(import.meta.filename);
const LONG = { timeout: 120_000 };

describe('processes', () => {
  const NAME = 'doctored';
  const PORT = FIRST_PORT;
  const command = documentsOf(NAME);
  const codes = () => findingsOf('-c', NAME);

  beforeAll(async () => {
    const shape = ['--masters', '2', '--force', '--replicas', '0', '--base-port', String(PORT)];
    // Else a server minds no huge pages.
    shape.push('--set', 'disable-thp=no');
    await rclusterSucceeds(['up', '-q', '-c', NAME, '--runtime', 'process', ...shape]);
  });

  afterAll(async () => {
    await rclusterSucceeds(['down', '-q', '-c', NAME]);
  });

  it('are too few masters, then enough, then an even number', LONG, async () => {
    expect(await codes()).toContain('TOO_FEW_MASTERS');
    const added = ['add-master', '--replicas', '0'];
    await command(...added);
    expect((await codes()).filter((code) => code.includes('MASTERS'))).toEqual([]);
    await command(...added);
    expect(await codes()).toContain('MASTERS_EVEN');
    await command('remove', 'node-4', '--yes');
    expect((await codes()).filter((code) => code.includes('MASTERS'))).toEqual([]);
  });

  it('have masters with far more keys than others', LONG, async () => {
    const { nodes } = await command<StatusReport>('status');
    const ranges = nodes.find(({ name }) => name === 'node-1')?.slots ?? [];
    const isThere = (key: string) =>
      ranges.some(([first, last]) => keySlot(key) >= first && keySlot(key) <= last);
    const client = new Cluster([{ host: '127.0.0.1', port: PORT }]);
    try {
      const keys = Array.from({ length: 6_000 }, (_, index) => `key:${index}`);
      await Promise.all(keys.filter(isThere).map((key) => client.set(key, 'x')));
      expect(await codes()).toContain('MASTER_SKEW');
      await Promise.all(keys.map((key) => client.set(key, 'x')));
      expect(await codes()).not.toContain('MASTER_SKEW');
    } finally {
      client.disconnect();
    }
  });

  it.runIf(isLinuxRoot)('have too few files, and then enough', LONG, async () => {
    const redis = new Redis({ port: PORT });
    const info = await redis.info('server').finally(() => redis.disconnect());
    const pid = /process_id:(\d+)/.exec(info)?.[1] ?? '';
    // The soft one: not even root may everywhere raise the other again.
    const limit = async (files: string) => succeed('prlimit', ['--pid', pid, `--nofile=${files}:`]);
    const before = /Max open files\s+(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'));
    expect(await codes()).not.toContain('FILE_LIMIT_LOW');
    await limit('4096');
    expect(await codes()).toContain('FILE_LIMIT_LOW');
    await limit(before?.[1] ?? '');
    expect(await codes()).not.toContain('FILE_LIMIT_LOW');
  });

  // Of the whole machine, for a moment.
  it.runIf(isLinuxRoot)(
    'live on a kernel that refuses forks, queues too few connections, or gives out huge pages',
    LONG,
    async () => {
      const kernel = [
        ['/proc/sys/vm/overcommit_memory', '0', '1', 'OVERCOMMIT_OFF'],
        ['/proc/sys/net/core/somaxconn', '128', '4096', 'SOMAXCONN_LOW'],
        ['/sys/kernel/mm/transparent_hugepage/enabled', 'always', 'madvise', 'HUGE_PAGES_ON'],
      ] as const;
      for (const [path, bad, good, code] of kernel) {
        const before = readFileSync(path, 'utf8');
        try {
          writeFileSync(path, bad);
          expect(await codes()).toContain(code);
          writeFileSync(path, good);
          expect(await codes()).not.toContain(code);
        } finally {
          // Of several words the one in brackets holds.
          writeFileSync(path, /\[(.*)\]/.exec(before)?.[1] ?? before);
        }
      }
    },
  );
});

describe.runIf(isLinuxRoot && isInstalled('nsenter') && isInstalled('tc'))('containers', () => {
  const NAME = 'doctored-far';
  const PORT = FIRST_PORT + 20;
  /** What twenty clients wait for takes 80 ms, and is queued, not dropped. */
  const SLOW = ['tbf', 'rate', '20mbit', 'burst', '10kb', 'limit', '400kb'];

  beforeAll(async () => {
    // So that the queue makes no node seem to have failed.
    const shape = ['--replicas', '0', '--node-timeout', '15000', '--base-port', String(PORT)];
    await rclusterSucceeds(['up', '-q', '-c', NAME, ...shape]);
  });

  afterAll(async () => {
    await rclusterSucceeds(['down', '-q', '-c', NAME]);
  });

  it('are a slow link apart, until it has room again', LONG, async () => {
    const codes = () => findingsOf('-c', NAME);
    const pid = (await succeed('docker', ['inspect', '-f', '{{.State.Pid}}', `${NAME}-node-1`])).trim();
    const link = async (verb: string, ...words: string[]) =>
      succeed('nsenter', ['-t', pid, '-n', 'tc', '-s', 'qdisc', verb, 'dev', 'eth0', 'root', ...words]);
    // The first master has the first third of the slots.
    const key = ['a', 'b', 'c', 'd', 'e'].find((name) => keySlot(name) < 5461) ?? '';
    const redis = new Redis({ port: PORT });
    await redis.set(key, 'x'.repeat(10_000)).finally(() => redis.disconnect());
    expect(await codes()).not.toContain('LATENCY_HIGH');
    await link('add', ...SLOW);
    const asking = spawn(
      'redis-benchmark',
      ['-p', String(PORT), '-c', '20', '-n', '1000000000', 'get', key],
      {
        stdio: 'ignore',
      },
    );
    try {
      await until('the link to be full', async () =>
        /backlog [1-9]/.test(await link('show')) ? true : undefined,
      );
      expect(await codes()).toContain('LATENCY_HIGH');
    } finally {
      const ended = once(asking, 'exit');
      asking.kill();
      await ended;
      await link('del');
    }
    expect(await codes()).not.toContain('LATENCY_HIGH');
  });
});

/** Servers on three addresses, which are three hosts to whoever knows the cluster by its address alone. */
describe('hosts', () => {
  const PORT = FIRST_PORT + 40;
  const folder = folderOfTheFile();
  const servers: ChildProcess[] = [];
  const clients: Redis[] = [];
  /** The host of server N is 127.0.0.HOSTS[N]: two masters on the first, and of one of them the replica as well. */
  const HOSTS = [1, 1, 2, 1, 3, 3];
  const hostOf = (index: number) => `127.0.0.${HOSTS[index] ?? 0}`;
  const client = (index: number) => clients[index]!;
  const codes = async () =>
    (await findingsOf('--url', `redis://127.0.0.1:${PORT}`)).filter((code) => code.includes('HOST'));

  beforeAll(async () => {
    for (const index of HOSTS.keys()) {
      const dir = join(folder, String(index));
      mkdirSync(dir);
      const place = ['--port', PORT + index, '--bind', hostOf(index), '--dir', dir];
      // Else all are taken to be where their connections come from.
      const words = [...place, '--cluster-enabled', 'yes', '--cluster-announce-ip', hostOf(index)];
      const server = spawn('redis-server', [...words, '--save', '', '--daemonize', 'no'].map(String), {
        stdio: 'ignore',
      });
      servers.push(server);
      const redis = new Redis({ host: hostOf(index), port: PORT + index });
      // Until the server listens.
      redis.on('error', () => undefined);
      clients.push(redis);
    }
    await Promise.all(clients.map((redis) => redis.ping()));
    const bounds = [0, 5461, 10_922, 16_384];
    for (const master of [0, 1, 2])
      await client(master).call('CLUSTER', 'ADDSLOTSRANGE', bounds[master]!, bounds[master + 1]! - 1);
    for (const [index, redis] of clients.entries()) {
      await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      await redis.call('CLUSTER', 'MEET', hostOf(0), PORT);
    }
    await until('all to know each other', async () => {
      const known = await Promise.all(clients.map((redis) => redis.call('CLUSTER', 'INFO')));
      return known.every((text) => String(text).includes('cluster_known_nodes:6')) ? true : undefined;
    });
    await follow(3, 0);
    await follow(4, 1);
    await follow(5, 2);
    await settled();
  }, 60_000);

  afterAll(async () => {
    for (const redis of clients) redis.disconnect();
    await Promise.all(
      servers.map(async (server) => {
        const ended = once(server, 'exit');
        server.kill('SIGKILL');
        await ended;
      }),
    );
  });

  const idOf = async (index: number) => String(await client(index).call('CLUSTER', 'MYID'));
  const follow = async (replica: number, master: number) =>
    client(replica).call('CLUSTER', 'REPLICATE', await idOf(master));
  /** Every server says that all is well, and agrees with the others on who follows whom. */
  const settled = async () =>
    until('all to agree', async () => {
      const views = await Promise.all(
        clients.map(async (redis) => {
          const lines = String(await redis.call('CLUSTER', 'NODES'))
            .trim()
            .split('\n');
          const shapes = lines.map((line) => {
            const [id = '', , flags = '', master = ''] = line.split(' ');
            return [id, flags.replace('myself,', ''), master].join(' ');
          });
          const ok = String(await redis.call('CLUSTER', 'INFO')).includes('cluster_state:ok');
          return ok ? shapes.sort().join('\n') : undefined;
        }),
      );
      return views[0] !== undefined && new Set(views).size === 1 && !views[0].includes('fail')
        ? true
        : undefined;
    });

  it('hold a shard that would die with one of them, until replicas change places', LONG, async () => {
    expect(await codes()).toEqual(expect.arrayContaining(['SHARD_ON_ONE_HOST']));
    await follow(3, 2);
    await follow(5, 0);
    await settled();
    expect(await codes()).not.toContain('SHARD_ON_ONE_HOST');
  });

  it('hold the majority of the masters on one, until a replica elsewhere takes over', LONG, async () => {
    expect(await codes()).toContain('MAJORITY_ON_ONE_HOST');
    await until('the replica to be in sync', async () =>
      (await client(4).info('replication')).includes('master_link_status:up') ? true : undefined,
    );
    await client(4).call('CLUSTER', 'FAILOVER');
    await until('it to take over', async () =>
      (await client(4).info('replication')).includes('role:master') ? true : undefined,
    );
    await settled();
    expect(await codes()).toEqual([]);
  });
});
