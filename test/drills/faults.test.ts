import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFailed,
  onTestFinished,
  test,
} from 'vitest';
import { silent } from '../../src/base/events.js';
import { clusterFolder } from '../../src/config/home.js';
import { faultOf, healFault, injectFault, seededRandom, type Fault } from '../../src/drills/faults/index.js';
import { kill } from '../../src/drills/faults/kill.js';
import { recordFault } from '../../src/drills/faults/ledger.js';
import { cut, mendCut } from '../../src/drills/faults/network-cut.js';
import type { ActiveFault, BreakResult, HealResult, StatusReport } from '../../src/index.js';
import { observe } from '../../src/operations/observe.js';
import { findCluster, type FoundCluster } from '../../src/runtimes/detect.js';
import type { HelperPlace } from '../../src/runtimes/runtime.js';
import { RunningCommand, failure, isLinuxRoot, scene, until } from '../helpers/cli-scene.js';
import { findingsOf } from '../helpers/doctor.js';
import { judge } from '../helpers/judge.js';
import { firstPortOf } from '../helpers/ports.js';
import { HOME, documentsOf, rcluster, rclusterSucceeds, run, succeed } from '../helpers/run.js';

/** Every fault on real nodes: what it does is looked at from outside, and nothing of it is left when it is healed. */

const NAME = 'flt';
const PORT = firstPortOf(import.meta.filename);
const LOCAL = 'flt-local';
const LOCAL_PORT = PORT + 20;

// The faults are injected from here as well as by commands.
process.env['RCLUSTER_HOME'] = HOME;
scene(NAME, LOCAL);

const command = documentsOf(NAME);
const activity = { emit: silent, signal: undefined };
const portOf = (name: string) => PORT + Number(name.slice('node-'.length)) - 1;

async function asked<Result>(
  port: number,
  work: (redis: Redis) => Promise<Result>,
  commandTimeout = 2_000,
): Promise<Result> {
  const redis = new Redis({
    ...{ host: '127.0.0.1', port, lazyConnect: true, commandTimeout, connectTimeout: 2_000 },
    ...{ retryStrategy: () => null, maxRetriesPerRequest: 0, enableReadyCheck: false },
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** What the node at one port says of the node at another. */
async function flagsOf(viewer: number, other: number): Promise<string> {
  const nodes = await asked(viewer, (redis) => redis.cluster('NODES'));
  const line = String(nodes)
    .split('\n')
    .find((entry) => entry.includes(`:${other}@`));
  return line?.split(' ')[2] ?? '';
}

async function masterOfSlot0(): Promise<string> {
  const { nodes } = await command<StatusReport>('status');
  return nodes.find(({ slots }) => slots.some(([first]) => first === 0))!.name;
}

const faultFiles = async (cluster = NAME) =>
  (await readdir(clusterFolder(cluster))).filter((name) => name.startsWith('fault-'));

async function expectWell(): Promise<void> {
  expect(await faultFiles()).toEqual([]);
  const status = await until('the cluster to be well', async () => {
    const result = await rcluster(['status', '--json', '-c', NAME]);
    return result.code === 0 ? (JSON.parse(result.stdout) as StatusReport) : undefined;
  });
  expect(status.findings).toEqual([]);
  const { isClean, text } = await judge(NAME, PORT);
  expect(isClean, text).toBe(true);
}

/** Injects a fault for as long as `work` takes. */
async function during(description: object, work: (fault: Fault, found: FoundCluster) => Promise<void>) {
  const found = await findCluster(NAME);
  const fault = faultOf(description, await observe(found), seededRandom(1));
  await injectFault(found, fault, activity);
  try {
    await work(fault, found);
  } finally {
    await healFault(found, fault, activity);
  }
  expect(await faultFiles()).toEqual([]);
}

async function beside(
  found: FoundCluster,
  node: string,
  place: HelperPlace,
  script: string,
  ...args: string[]
): Promise<string> {
  return (await found.runtime.runHelper(NAME, node, place, { script, args }, activity)).output;
}

/** How many of `count` pings from one node arrive at the other, and how many are answered. */
async function pings(found: FoundCluster, from: string, to: string, count = 5) {
  const address = found.record.nodes.find(({ name }) => name === to)!.peerHost;
  const received = async () => {
    // In the node itself: a helper beside it takes several times as long to start.
    const snmp = await succeed('docker', ['exec', `${NAME}-${to}`, 'grep', '^Icmp:', '/proc/net/snmp']);
    const [names = [], values = []] = snmp.split('\n').map((line) => line.split(' '));
    return Number(values[names.indexOf('InEchos')]);
  };
  const before = await received();
  const output = await beside(found, from, 'network', `ping -c ${count} -i 0.02 -W 1 ${address}`);
  return {
    arrived: (await received()) - before,
    // A packet that is dropped on its way out is an error to the one who sends it.
    answered: Number(/(\d+) (?:packets )?received/.exec(output)?.[1] ?? 0),
    fastestMs: Number(/min\/avg\/max\S* = ([\d.]+)/.exec(output)?.[1] ?? NaN),
  };
}

/** One failure shall not be the next test's. */
beforeEach(() => {
  onTestFailed(async ({ task }) => {
    const cluster = task.suite?.name === 'as processes' ? LOCAL : NAME;
    await rcluster(['heal', '-q', '-c', cluster]);
  });
});

describe('in containers', () => {
  beforeAll(async () => {
    await rclusterSucceeds(['up', '-q', '-c', NAME, '--base-port', String(PORT)], { timeoutMs: 110_000 });
  });

  afterAll(async () => {
    await rcluster(['down', '-q', '-c', NAME]);
  });

  test('a cut-off master still answers this host, and the others call it failed; another command heals', async () => {
    const master = await masterOfSlot0();
    const port = portOf(master);
    const other = PORT + 1 === port ? PORT : PORT + 1;
    const broken = await command<BreakResult>('partition', `${port}/rest`);
    expect(broken).toMatchObject({ fault: 'partition', healed: false });
    await until('the others to call it failed', async () =>
      (await flagsOf(other, port)).split(',').includes('fail') ? true : undefined,
    );
    expect(await asked(port, (redis) => redis.ping())).toBe('PONG');
    await until('it to suspect the others', async () =>
      (await flagsOf(port, other)).includes('fail?') ? true : undefined,
    );
    await until('a replica to take over', async () =>
      (await masterOfSlotAt(other)) === port ? undefined : true,
    );
    expect(await findingsOf('-c', NAME)).toContain('NODE_SUSPECTED');

    expect(await command('faults')).toMatchObject({ faults: [{ fault: 'partition', text: broken.text }] });
    const { stderr } = await rcluster(['rebalance', '--dry-run', '-c', NAME]);
    expect(stderr).toContain(`${broken.text}; rcluster heal mends it`);

    const { healed } = await command<HealResult>('heal');
    expect(healed).toEqual([broken.text]);
    await expectWell();
    expect(await findingsOf('-c', NAME)).not.toContain('NODE_SUSPECTED');
    expect(await command('faults')).toMatchObject({ faults: [] });
    expect((await command<HealResult>('heal')).healed).toEqual([]);
  });

  async function masterOfSlotAt(viewer: number): Promise<number | undefined> {
    const nodes = String(await asked(viewer, (redis) => redis.cluster('NODES')));
    const line = nodes.split('\n').find((entry) => entry.includes(' connected 0-'));
    return Number(/:(\d+)@/.exec(line ?? '')?.[1]);
  }

  test('what a killed rcluster left is healed by the next', async () => {
    const master = await masterOfSlot0();
    const drill = new RunningCommand(['partition', `${master}/rest`, '--for', '60s', '-c', NAME]);
    await drill.untilItSays('for 60 s');
    drill.signal('SIGKILL');
    await drill.ended;
    expect(await faultFiles()).toHaveLength(1);
    expect((await command<HealResult>('heal')).healed).toHaveLength(1);
    await expectWell();
  });

  test('what the engine does only after its asker was killed is healed as well', async () => {
    // As the asker leaves it: written down, and the request sent.
    await recordFault(NAME, kill(['node-6']));
    const healing = new RunningCommand(['heal', '-c', NAME]);
    await delay(1_500);
    await succeed('docker', ['kill', `${NAME}-node-6`]);
    const { code, stderr } = await healing.ended;
    expect(code, stderr).toBe(0);
    await expectWell();
  });

  test('what nobody wrote down is found by the looks of it', async () => {
    await command('partition', 'node-1/node-2');
    await command('pause', 'node-6');
    for (const file of await faultFiles()) await rm(join(clusterFolder(NAME), file));
    const { faults } = await command<{ faults: ActiveFault[] }>('faults');
    expect(faults.map(({ text }) => text)).toEqual([
      'pause node-6 (nobody wrote it down)',
      expect.stringMatching(/^node-1: chain RCLUSTER-[0-9a-f]{8} /),
    ]);
    const { healed } = await command<HealResult>('heal');
    expect(healed).toEqual([expect.stringMatching(/^node-1: chain RCLUSTER-/), 'pause node-6']);
    await expectWell();
  });

  test('one way, what is sent does not arrive, and the other way round it does', async () => {
    await during({ fault: 'partition', groups: 'node-1/node-2', oneWay: true }, async (_, found) => {
      expect(await pings(found, 'node-1', 'node-2')).toMatchObject({ arrived: 0, answered: 0 });
      expect(await pings(found, 'node-2', 'node-1')).toMatchObject({ arrived: 5, answered: 0 });
    });
    expect(await pings(await findCluster(NAME), 'node-1', 'node-2')).toMatchObject({
      arrived: 5,
      answered: 5,
    });
  });

  test('where images have no packet filter routes cut a pair at both ends, and are found and healed', async () => {
    const found = await findCluster(NAME);
    const context = { found, ...activity };
    const pair = [{ node: 'node-1', peers: ['node-2'] }];
    await cut(context, '0badcafe', pair, false, 'routes');
    expect(await pings(found, 'node-1', 'node-2')).toMatchObject({ arrived: 0, answered: 0 });
    expect(await pings(found, 'node-2', 'node-1')).toMatchObject({ arrived: 0, answered: 0 });
    expect(await pings(found, 'node-3', 'node-1')).toMatchObject({ arrived: 5, answered: 5 });
    const { faults } = await command<{ faults: ActiveFault[] }>('faults');
    expect(faults.map(({ text }) => text.replace(/[\d.]+ .*/, ''))).toEqual([
      'node-1: route ',
      'node-2: route ',
    ]);
    await mendCut(context, '0badcafe', pair);
    expect(await pings(found, 'node-1', 'node-2')).toMatchObject({ arrived: 5, answered: 5 });
    await cut(context, '0badcafe', pair, false, 'routes');
    expect((await command<HealResult>('heal')).healed).toHaveLength(2);
    await expectWell();
  });

  test('an isolated node reaches nobody, and nobody it', async () => {
    await during({ fault: 'isolate', target: 'random-replica' }, async ({ nodes: [victim = ''] }, found) => {
      const other = victim === 'node-1' ? 'node-2' : 'node-1';
      expect(await pings(found, other, victim)).toMatchObject({ arrived: 0, answered: 0 });
      expect(await pings(found, victim, other)).toMatchObject({ arrived: 0, answered: 0 });
      expect(await asked(portOf(victim), (redis) => redis.ping())).toBe('PONG');
    });
  });

  test('of a lossy network some packets arrive', async () => {
    await during({ fault: 'loss', target: 'node-6', percent: 40 }, async (_, found) => {
      const { arrived } = await pings(found, 'node-1', 'node-6', 60);
      expect(arrived).toBeGreaterThan(10);
      expect(arrived).toBeLessThan(55);
    });
  });

  test('latency delays what is sent, or the kernel is said to lack what it takes', async () => {
    const found = await findCluster(NAME);
    const fault = faultOf(
      { fault: 'latency', target: 'node-6', delay: '80ms' },
      await observe(found),
      seededRandom(1),
    );
    if ((await fault.impossible({ found, ...activity })) === undefined) {
      await during({ fault: 'latency', target: 'node-6', delay: '80ms' }, async () => {
        expect((await pings(found, 'node-1', 'node-6')).fastestMs).toBeGreaterThan(75);
      });
      return;
    }
    await expect(injectFault(found, fault, activity)).rejects.toMatchObject({
      code: 'FAULT_IMPOSSIBLE',
      message: expect.stringContaining('sch_netem') as string,
    });
    expect(await faultFiles()).toEqual([]);
  });

  const stateOf = async (name: string) =>
    (await succeed('docker', ['inspect', '--format', '{{.State.Status}}', `${NAME}-${name}`])).trim();

  test('a paused node is silent for as long as it was to be, and back then', async () => {
    const pausing = new RunningCommand(['pause', 'node-5', '--for', '2500ms', '-c', NAME]);
    await pausing.untilItSays('for 2.5 s');
    expect(await stateOf('node-5')).toBe('paused');
    await expect(asked(portOf('node-5'), (redis) => redis.ping(), 300)).rejects.toThrow(/timed out|closed/);
    expect(await pausing.ended).toMatchObject({ code: 0 });
    expect(await stateOf('node-5')).toBe('running');
    expect(await faultFiles()).toEqual([]);
  });

  test('Ctrl-C heals; resume ends a pause that has no end', async () => {
    const pausing = new RunningCommand(['pause', 'node-5', '--for', '60s', '-c', NAME]);
    await pausing.untilItSays('for 60 s');
    pausing.signal('SIGINT');
    expect(await pausing.ended).toMatchObject({ code: 130 });
    expect(await stateOf('node-5')).toBe('running');
    await command('pause', 'node-5');
    expect(await stateOf('node-5')).toBe('paused');
    expect(await command('resume', 'node-5')).toMatchObject({ node: { name: 'node-5', state: 'running' } });
    await expectWell();
  });

  test.each(['kill', 'stop'])('after %s a node is down, and healing brings it back', async (kind) => {
    await during({ fault: kind, target: 'node-6' }, async () =>
      expect(await stateOf('node-6')).toBe('exited'),
    );
    expect(await stateOf('node-6')).toBe('running');
    expect(await asked(portOf('node-6'), (redis) => redis.ping())).toBe('PONG');
  });

  test('a node that is restarted is another run of the server; one that is down cannot be struck', async () => {
    const runId = async () =>
      /run_id:(\w+)/.exec(await asked(portOf('node-6'), (redis) => redis.info('server')))?.[1];
    const before = await runId();
    await during({ fault: 'restart', target: 'node-6' }, () => Promise.resolve());
    expect(await runId()).not.toBe(before);
    await during({ fault: 'kill', target: 'node-6' }, async () => {
      const error = await failure([3, 'FAULT_IMPOSSIBLE'], ['pause', 'node-6', '-c', NAME]);
      expect(error.message).toContain('node-6 is exited');
    });
  });

  test('a full memory refuses writes; afterwards keys and limit are as they were', async () => {
    const master = await masterOfSlot0();
    const look = () =>
      asked(portOf(master), async (redis) => [await redis.dbsize(), await redis.config('GET', 'maxmemory')]);
    const write = () => asked(portOf(master), (redis) => redis.set('{3560}', 'x'.repeat(10_000)));
    const before = await look();
    await during({ fault: 'fill', target: master, room: 4 }, async () => {
      await expect(write()).rejects.toThrow(/OOM/);
    });
    await expect(write()).resolves.toBe('OK');
    await asked(portOf(master), (redis) => redis.del('{3560}'));
    expect(await look()).toEqual(before);
  });

  test('a slow node keeps clients waiting, now and then', async () => {
    const slowest = async () => {
      let longest = 0;
      await asked(portOf('node-6'), async (redis) => {
        for (const end = performance.now() + 600; performance.now() < end;) {
          const sentAt = performance.now();
          await redis.ping();
          longest = Math.max(longest, performance.now() - sentAt);
        }
      });
      return longest;
    };
    await during({ fault: 'slow', target: 'node-6', busy: '150ms', every: '250ms' }, async () => {
      expect(await slowest()).toBeGreaterThan(100);
    });
    // A busy machine keeps a client waiting as well, but not in every 600 ms; the fault would.
    await until('a time in which nobody has to wait', async () =>
      (await slowest()) < 100 ? true : undefined,
    );
  });

  test('a disk that the host shares is never filled', async () => {
    const found = await findCluster(NAME);
    const fault = faultOf({ fault: 'disk-full', target: 'node-1' }, await observe(found), seededRandom(1));
    await expect(injectFault(found, fault, activity)).rejects.toMatchObject({
      code: 'FAULT_IMPOSSIBLE',
      message: expect.stringMatching(
        /^"disk-full node-1" cannot be injected here: node-1: its data is on/,
      ) as string,
    });
    await expectWell();
  });
});

test('a cluster that nobody made is not to be broken', async () => {
  await failure([2, 'CLUSTER_UNKNOWN'], ['pause', 'node-1', '-c', 'flt-none']);
  await failure([2, 'CLUSTER_UNKNOWN'], ['heal', '-c', 'flt-none']);
});

describe('as processes', () => {
  const local = documentsOf(LOCAL);
  /** A file system of its own for the data of one node. */
  const small = join(HOME, 'clusters', LOCAL, 'nodes', 'node-3');

  beforeAll(async () => {
    if (isLinuxRoot) {
      await mkdir(small, { recursive: true });
      await succeed('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', small]);
    }
    const options = ['--runtime', 'process', '--replicas', '0', '--base-port', String(LOCAL_PORT)];
    await rclusterSucceeds(['up', '-q', '-c', LOCAL, ...options], { timeoutMs: 110_000 });
  });

  afterAll(async () => {
    if (isLinuxRoot) {
      await rcluster(['stop', 'node-3', '-q', '-c', LOCAL]);
      await run('umount', ['--lazy', small]);
    }
    await rcluster(['down', '-q', '-c', LOCAL]);
  });

  let found: FoundCluster;
  beforeEach(async () => {
    found = await findCluster(LOCAL);
  });

  test('a node is paused and resumed; what nobody wrote down is healed as well', async () => {
    await local('pause', 'node-2');
    const states = async () => (await local<StatusReport>('faults'), (await findCluster(LOCAL)).record.nodes);
    expect((await states()).map(({ state }) => state)).toEqual(['running', 'paused', 'running']);
    for (const file of await faultFiles(LOCAL)) await rm(join(clusterFolder(LOCAL), file));
    expect(await local('heal')).toMatchObject({ healed: ['pause node-2'] });
    expect((await states()).map(({ state }) => state)).toEqual(['running', 'running', 'running']);
  });

  test.each([
    { fault: 'partition', groups: `${LOCAL_PORT}/rest` },
    { fault: 'isolate', target: 'node-1' },
    { fault: 'latency', target: 'node-1' },
    { fault: 'loss', target: 'node-1' },
  ])('$fault cannot be, and why is said', async (description) => {
    const fault = faultOf(description, await observe(found), seededRandom(1));
    await expect(injectFault(found, fault, activity)).rejects.toMatchObject({
      code: 'FAULT_IMPOSSIBLE',
      message: expect.stringContaining('share the network of this host') as string,
    });
    expect(await faultFiles(LOCAL)).toEqual([]);
  });

  test.runIf(isLinuxRoot)('a small disk of its own is filled, and emptied again', async () => {
    const fault = faultOf({ fault: 'disk-full', target: 'node-3' }, await observe(found), seededRandom(1));
    onTestFinished(() => healFault(found, fault, activity));
    await injectFault(found, fault, activity);
    const available = async () =>
      Number((await succeed('df', ['-Pk', small])).split('\n')[1]?.split(/\s+/)[3]);
    expect(await available()).toBe(0);
    // What cannot be appended to the file is refused.
    await until('the server to notice', () =>
      asked(LOCAL_PORT + 2, (redis) => redis.set('foo', 'x'.repeat(100_000))).then(
        () => undefined,
        (error: unknown) => (String(error).includes('MISCONF') ? true : undefined),
      ),
    );
    for (const file of await faultFiles(LOCAL)) await rm(join(clusterFolder(LOCAL), file));
    expect(await local('heal')).toMatchObject({ healed: ['disk-full node-3'] });
    expect(await available()).toBeGreaterThan(10_000);
  });
});
