import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keySlot, type CheckupReport, type StatusReport } from '../../src/index.js';
import { scene, until } from '../helpers/cli-scene.js';
import { firstPortOf } from '../helpers/ports.js';
import { HOME, rcluster, rclusterSucceeds, succeed } from '../helpers/run.js';

/**
 * What a real cluster can be made to suffer from; the unit tests of src/cluster/checkup make every finding. Slow
 * links, other hosts and other kernels are in doctor-hosts.test.ts, other versions in upgrade.test.ts.
 */

const NAME = 'id';
const PORT = firstPortOf(import.meta.filename);
const LONG = { timeout: 60_000 };

scene(NAME);

let nodes: Redis[] = [];
/** node-N; 1 to 3 are masters at first. */
const node = (number: number) => nodes[number - 1]!;
const config = (number: number, parameter: string, value: string) =>
  node(number).config('SET', parameter, value);
const configAll = (parameter: string, value: string) =>
  Promise.all(nodes.map((redis) => redis.config('SET', parameter, value)));
const connect = async (password?: string) => {
  for (const redis of nodes) redis.disconnect();
  nodes = Array.from({ length: 6 }, (_, index) => {
    const redis = new Redis({ port: PORT + index, ...(password !== undefined && { password }) });
    // One of them is killed on the way.
    redis.on('error', () => undefined);
    return redis;
  });
  await Promise.all(nodes.map((redis) => redis.ping()));
};

interface Checkup extends CheckupReport {
  readonly codes: readonly string[];
}

const doctor = async (exitCode: number, args: string[] = [], password?: string): Promise<Checkup> => {
  const env = { REDISCLI_AUTH: password };
  const { code, stdout, stderr } = await rcluster(['doctor', '-q', '--json', '-c', NAME, ...args], { env });
  expect(code, `${stderr}\n${stdout}`).toBe(exitCode);
  const report = JSON.parse(stdout) as CheckupReport;
  return { ...report, codes: [...new Set(report.findings.map((finding) => finding.code))] };
};

beforeAll(async () => {
  await rclusterSucceeds(['up', '-q', '-c', NAME, '--base-port', String(PORT)]);
  await connect();
});

afterAll(() => {
  for (const redis of nodes) redis.disconnect();
});

/** Some 20 KB a second, for as long as `work` takes. */
async function whileWriting<Result>(redis: Redis, work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(() => void redis.append('{all}:grows', 'x'.repeat(2_000)), 100);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

describe('doctor', () => {
  it('finds what is wrong with settings, data and slots, and mends what CONFIG SET mends', LONG, async () => {
    const hot = `{all}:grows`;
    const owner = 1 + Math.floor(keySlot(hot) / 5462);
    const { nodes: before } = JSON.parse(
      await rclusterSucceeds(['status', '--json', '-c', NAME]),
    ) as StatusReport;
    const spare = 1 + (owner % 3);
    // What --fix mends.
    await config(4, 'cluster-replica-no-failover', 'yes');
    await config(5, 'appendonly', 'no');
    await config(spare, 'cluster-node-timeout', '60000');
    await config(spare, 'client-output-buffer-limit', 'replica 1mb 1mb 60 pubsub 0 0 0');
    await config(owner, 'repl-backlog-size', '16384');
    // What it leaves to people.
    await config(6, 'maxmemory', String(Math.round(1.03 * (await usedBy(6)))));
    await config(owner, 'maxmemory', '100mb');
    await config(owner, 'maxmemory-policy', 'volatile-lru');
    await configAll('cluster-replica-validity-factor', '0');
    await configAll('cluster-allow-reads-when-down', 'yes');
    const tagged = node(owner).pipeline();
    for (let index = 0; index < 1_200; index += 1) tagged.set(`{all}:${index}`, 'x');
    await tagged.exec();
    await node(spare).call(
      'CLUSTER',
      'SETSLOT',
      before[spare - 1]!.slots[0]![0],
      'MIGRATING',
      before[owner - 1]!.id,
    );
    // A snapshot is renamed into its place, where a folder is in the way.
    const inTheWay = 'rm -f /data/dump.rdb && mkdir /data/dump.rdb';
    await succeed('docker', ['exec', `${NAME}-node-${spare}`, 'sh', '-c', inTheWay]);
    await node(spare).bgsave();
    await until('the snapshot to fail', async () => await infoOf(spare, 'rdb_last_bgsave_status:err'));

    const ill = await whileWriting(node(owner), () => doctor(1));
    const fixable = [
      ...['FAILOVER_FORBIDDEN', 'PERSISTENCE_OFF', 'NODE_TIMEOUT_LONG', 'OUTPUT_BUFFER', 'BACKLOG_SMALL'],
    ];
    const notes = ['STALE_REPLICA_ELIGIBLE', 'READS_WHEN_DOWN', 'FULL_COVERAGE_REQUIRED', 'MAXMEMORY_UNSET'];
    const left = ['SLOT_OPEN', 'SAVE_FAILED', 'SLOT_SKEW', 'EVICTION_IDLE', 'MEMORY_NEARLY_FULL'];
    expect(ill.codes).toEqual(
      expect.arrayContaining([...fixable, ...notes, ...left, 'SETTINGS_DIFFER', 'ONE_HOST', 'DRILL_MISSING']),
    );
    const skew = ill.findings.find(({ code }) => code === 'SLOT_SKEW');
    expect(skew).toMatchObject({
      nodes: [`node-${owner}`],
      message: expect.stringContaining('{all}') as string,
    });

    const fixed = await whileWriting(node(owner), () => doctor(1, ['--fix']));
    expect(fixed.codes).toEqual(expect.arrayContaining(left));
    expect(fixed.codes.filter((code) => fixable.includes(code))).toEqual([]);
    expect(fixed.fixed.filter(({ error, written }) => error !== null || !written)).toEqual([]);
    // Also the one value that most nodes have, and not the one that merely is not too long.
    expect(await node(spare).config('GET', 'cluster-node-timeout')).toEqual(['cluster-node-timeout', '400']);
    const file = await succeed('docker', ['exec', `${NAME}-node-4`, 'cat', '/data/redis.conf']);
    expect(file).not.toContain('cluster-replica-no-failover yes');

    await node(owner).flushall();
    await configAll('maxmemory', '1gb');
    await configAll('maxmemory-policy', 'noeviction');
    await configAll('cluster-replica-validity-factor', '10');
    await configAll('cluster-allow-reads-when-down', 'no');
    await configAll('cluster-require-full-coverage', 'no');
    await node(spare).call('CLUSTER', 'SETSLOT', before[spare - 1]!.slots[0]![0], 'STABLE');
    await succeed('docker', ['exec', `${NAME}-node-${spare}`, 'rmdir', '/data/dump.rdb']);
    await node(spare).bgsave();
    await until('the snapshot to succeed', async () => await infoOf(spare, 'rdb_last_bgsave_status:ok'));
    const well = await doctor(0);
    expect({ nodes: well.nodes, answered: well.answered }).toEqual({ nodes: 6, answered: 6 });
    // Everything can be looked at here, the round trips from node to node included.
    expect(well.checks.filter(({ result }) => result === 'unseen')).toEqual([]);
    expect(
      well.codes.filter((code) => [...fixable, ...notes, ...left, 'SETTINGS_DIFFER'].includes(code)),
    ).toEqual([]);
  });

  it('finds a node that is down, and remembers the failover that was measured', LONG, async () => {
    const { promoted } = JSON.parse(
      await rclusterSucceeds(['kill', '--master', 'node-3', '-q', '--json', '-c', NAME]),
    ) as { promoted: string };
    const { codes, findings } = await doctor(1);
    expect(codes).toEqual(expect.arrayContaining(['NODE_DOWN', 'MASTER_WITHOUT_REPLICA']));
    expect(codes).not.toContain('DRILL_MISSING');
    const bare = findings.find(({ code }) => code === 'MASTER_WITHOUT_REPLICA');
    expect(bare?.nodes).toEqual([promoted]);
    const memory = join(HOME, 'clusters', NAME, 'passed-drill.json');
    await writeFile(memory, (await readFile(memory, 'utf8')).replace(/"at":\d+/, '"at":1'));

    await rclusterSucceeds(['start', 'node-3', '-q', '-c', NAME]);
    const back = await doctor(0);
    expect(back.codes.filter((code) => ['NODE_DOWN', 'MASTER_WITHOUT_REPLICA'].includes(code))).toEqual([]);
    expect(back.codes).toContain('DRILL_OLD');
    await rclusterSucceeds(['kill', '--master', promoted, '-q', '-c', NAME]);
    expect((await doctor(1)).codes.filter((code) => code.startsWith('DRILL'))).toEqual([]);
    await rclusterSucceeds(['start', promoted, '-q', '-c', NAME]);
  });

  it(
    'looks at a cluster by its address alone, with a password, and tells the password to nobody',
    LONG,
    async () => {
      const url = ['--url', `redis://127.0.0.1:${PORT + 1}`];
      expect((await doctor(1, url)).codes).toContain('NO_PASSWORD');
      await configAll('requirepass', 'sesame');
      await connect('sesame');
      const refused = await rcluster(['doctor', ...url]);
      expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('REDISCLI_AUTH')]);
      const half = await doctor(1, url, 'sesame');
      expect(half.codes).toContain('MASTERAUTH_MISSING');
      expect(half.codes).not.toContain('NO_PASSWORD');
      expect({ nodes: half.nodes, answered: half.answered }).toEqual({ nodes: 6, answered: 6 });
      await configAll('masterauth', 'sesame');
      const whole = await doctor(0, url, 'sesame');
      expect(whole.codes).not.toContain('MASTERAUTH_MISSING');
      expect(JSON.stringify([half, whole])).not.toContain('sesame');
      await configAll('masterauth', '');
      await configAll('requirepass', '');
    },
  );
});

/** Bytes that count towards maxmemory. */
async function usedBy(number: number): Promise<number> {
  const info = await node(number).info('memory');
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  return field('used_memory') - field('mem_not_counted_for_evict');
}

async function infoOf(number: number, line: string): Promise<true | undefined> {
  return (await node(number).info()).includes(line) ? true : undefined;
}
