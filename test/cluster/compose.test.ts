import { homedir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AddMasterResult, KillResult, NodeResult, StatusReport, UpResult } from '../../src/index.js';
import { removeTraces, tracesOf, volumesOf } from '../helpers/docker.js';
import { firstPortOf } from '../helpers/ports.js';
import {
  commandsAreProcesses,
  folderOfTheFile,
  HOME,
  rcluster,
  rclusterSucceeds,
  run,
  succeed,
} from '../helpers/run.js';

// Whether a command ends when its work is done can be seen of a process alone.
commandsAreProcesses();

/** Clusters of compose under rcluster's commands, and clusters of rcluster under compose's. */

const PORT = firstPortOf(import.meta.filename);
const FORM_DEADLINE_MS = 60_000;
/** Where no registry answers, the first `up` builds an image. */
const IMAGE_DEADLINE_MS = 300_000;

const CACHE = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const COMPOSE_V1 = 'docker-compose';
const COMPOSE_V2 = join(CACHE, 'rcluster', 'test-tools', 'compose-v2', 'docker-compose');

const NODES = [1, 2, 3, 4, 5, 6].map((number) => `node-${number}`);
const FORMED = { exitCode: 0, lastLine: 'the cluster of 6 nodes is ready' };
const HEALTHY = { state: 'ok', findings: [] };

/** The compose file of cmp-a, the same for both generations. */
const FILE = join(folderOfTheFile(), 'compose.yaml');

const PATIENCE = { timeout: 20_000, interval: 100 };

/** The cluster of `rcluster up`. Its image is the one to test with: on this machine it can be had. */
let booted: UpResult;

beforeAll(async () => {
  await Promise.all([removeTraces('cmp-a'), removeTraces('cmp-b')]);
  const up = await rclusterSucceeds(
    ['up', '--cluster', 'cmp-b', '--base-port', String(PORT + 20), '--json'],
    {
      timeoutMs: IMAGE_DEADLINE_MS,
    },
  );
  booted = JSON.parse(up) as UpResult;
  const options = ['--image', booted.image, '--cluster', 'cmp-a', '--base-port', String(PORT), '-o', FILE];
  await rclusterSucceeds(['compose', ...options]);
}, IMAGE_DEADLINE_MS);

afterAll(async () => {
  await Promise.all([removeTraces('cmp-a'), removeTraces('cmp-b')]);
});

describe('a cluster of rcluster up', () => {
  test('is a project to docker compose', async () => {
    const ls = await succeed(COMPOSE_V2, ['ls', '--format', 'json']);
    expect(JSON.parse(ls)).toContainEqual(expect.objectContaining({ Name: 'cmp-b', Status: 'running(6)' }));
    const ps = await succeed(COMPOSE_V2, ['-p', 'cmp-b', 'ps', '--services']);
    expect(linesOf(ps).sort()).toEqual(NODES);
  });

  test('goes on under the compose file that up kept', async () => {
    const kept = join(HOME, 'clusters', 'cmp-b', 'compose.yaml');
    await succeed(COMPOSE_V1, ['-f', kept, '-p', 'cmp-b', 'up', '-d']);
    expect(await formation('cmp-b')).toEqual(FORMED);
    const ids = booted.nodes.map(({ id }) => ({ id }));
    await vi.waitFor(
      async () => expect(await status('cmp-b')).toMatchObject({ ...HEALTHY, nodes: ids }),
      PATIENCE,
    );
  });

  test('goes away with docker compose down -v', async () => {
    const volumes = await volumesOf('cmp-b');
    const { code, stderr } = await run(COMPOSE_V2, ['-p', 'cmp-b', 'down', '-v']);
    // Docker 20.10 now and then miscounts the endpoints of a network whose containers are removed all at once, as compose
    // does. Until it is restarted nobody can remove that network.
    const isMiscounted = stderr.includes('has active endpoints');
    if (!isMiscounted) expect(code, stderr).toBe(0);
    const left = await tracesOf('cmp-b', volumes);
    expect(left.filter((trace) => !isMiscounted || !trace.includes('network'))).toEqual([]);
    if (!isMiscounted) expect(await rcluster(['status', '-c', 'cmp-b'])).toMatchObject({ code: 2 });
  });
});

describe.each([
  ['1.29', COMPOSE_V1],
  ['2', COMPOSE_V2],
])('a cluster of docker-compose %s', (generation, command) => {
  const up = () => composeUp(command);

  beforeAll(async () => {
    expect(await succeed(command, ['version', '--short'])).toMatch(new RegExp(`^${generation}\\.`));
    await removeTraces('cmp-a');
    await up();
    expect(await formation('cmp-a')).toEqual(FORMED);
  });

  afterAll(() => removeTraces('cmp-a'));

  test('is formed, in the eyes of redis-cli', async () => {
    const check = await run('redis-cli', ['--cluster', 'check', `127.0.0.1:${PORT}`]);
    expect(check).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /in 3 masters[^]*All nodes agree about slots configuration[^]*All 16384 slots covered/,
      ) as string,
    });
  });

  test('takes keys of every master from the host, with no natMap', async () => {
    const client = new Cluster([{ host: '127.0.0.1', port: PORT }], {
      redisOptions: { commandTimeout: 10_000 },
    });
    try {
      const keys = Array.from({ length: 300 }, (_, number) => `user:${number}`);
      await Promise.all(keys.map((key) => client.set(key, `value of ${key}`)));
      expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(
        keys.map((key) => `value of ${key}`),
      );
      const masters = client.nodes('master');
      expect(masters.map(({ options: { host, port } }) => `${host}:${port}`).sort()).toEqual([
        `127.0.0.1:${PORT}`,
        `127.0.0.1:${PORT + 1}`,
        `127.0.0.1:${PORT + 2}`,
      ]);
      const sizes = await Promise.all(masters.map((master) => master.dbsize()));
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(keys.length);
    } finally {
      client.disconnect();
    }
  });

  test('is left alone by a second up', async () => {
    const before = [await containersOf(NODES), await picture(PORT)];
    const formed = await containersOf(['form']);
    await up();
    expect(await formation('cmp-a')).toEqual(FORMED);
    expect(await containersOf(['form'])).not.toEqual(formed);
    expect([await containersOf(NODES), await picture(PORT)]).toEqual(before);
  });

  test('obeys rcluster: status, add-master, kill, start', async () => {
    const first = await status('cmp-a');
    expect(first).toMatchObject({ ...HEALTHY, runtime: 'docker', slotsCovered: 16_384 });
    expect(first.nodes.map(({ name }) => name)).toEqual(NODES);

    const grown = JSON.parse(
      await rclusterSucceeds(['add-master', '--json', '-c', 'cmp-a']),
    ) as AddMasterResult;
    expect(grown).toMatchObject({ ...HEALTHY, added: ['node-7', 'node-8'] });
    expect(grown.nodes.filter(({ role }) => role === 'master').map(({ slotCount }) => slotCount)).toEqual([
      4096, 4096, 4096, 4096,
    ]);

    // Less than the deadline that kill sets itself: a timer that outlives the work would show.
    const kill = ['kill', '--master', String(PORT + 1), '--json', '-c', 'cmp-a'];
    const killed = JSON.parse(await rclusterSucceeds(kill, { timeoutMs: 20_000 })) as KillResult;
    expect(killed).toMatchObject({ victim: 'node-2', promoted: 'node-5' });

    const started = JSON.parse(
      await rclusterSucceeds(['start', String(PORT + 1), '--json'], { env: { RCLUSTER_CLUSTER: 'cmp-a' } }),
    ) as NodeResult;
    expect(started).toMatchObject({ node: { role: 'replica', replicaOf: 'node-5' } });
    await vi.waitFor(async () => expect(await status('cmp-a')).toMatchObject(HEALTHY), PATIENCE);
  });

  test('is gone without a trace after rcluster down', async () => {
    const volumes = await volumesOf('cmp-a');
    await rclusterSucceeds(['down', '-c', 'cmp-a']);
    expect(await tracesOf('cmp-a', volumes)).toEqual([]);
  });
});

/** A one-shot service that was stopped at the wrong moment leaves masters that know each other and follow nobody. */
test('a formation that was cut short is finished by the next', async () => {
  await composeUp(COMPOSE_V2, ...NODES);
  const addresses = linesOf(
    await succeed('docker', [
      'inspect',
      '--format',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
      ...NODES.map((name) => `cmp-a-${name}`),
    ]),
  );
  const ask = (index: number, ...command: string[]) =>
    succeed('redis-cli', ['-e', '-p', String(PORT + index), ...command]);
  await Promise.all(NODES.map((_, index) => vi.waitFor(() => ask(index, 'ping'), PATIENCE)));
  await Promise.all(
    ['0 5460', '5461 10922', '10923 16383'].map((range, index) =>
      ask(index, 'cluster', 'addslotsrange', ...range.split(' ')),
    ),
  );
  for (const [index, address] of addresses.entries()) {
    const others = NODES.map((_, other) => other).filter((other) => other !== index);
    await Promise.all(others.map((other) => ask(other, 'cluster', 'meet', address, String(PORT + index))));
  }
  await vi.waitFor(async () => {
    const views = await Promise.all(NODES.map((_, index) => ask(index, 'cluster', 'info')));
    for (const view of views) expect(view).toContain('cluster_slots_assigned:16384');
  }, PATIENCE);

  await composeUp(COMPOSE_V2);
  expect(await formation('cmp-a')).toEqual(FORMED);
  const { nodes } = await status('cmp-a');
  expect(nodes.slice(3).map(({ replicaOf }) => replicaOf)).toEqual(['node-1', 'node-2', 'node-3']);
});

async function composeUp(command: string, ...services: string[]): Promise<void> {
  await succeed(command, ['-f', FILE, '-p', 'cmp-a', 'up', '-d', ...services]);
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

/** How the one-shot service ends, or has ended. */
async function formation(cluster: string): Promise<typeof FORMED> {
  const form = `${cluster}-form`;
  const exitCode = Number(await succeed('docker', ['wait', form], { timeoutMs: FORM_DEADLINE_MS }));
  const { stdout, stderr } = await run('docker', ['logs', form]);
  return { exitCode, lastLine: linesOf(stdout + stderr).at(-1) ?? '' };
}

/** Anything that compose did to one of these containers of cmp-a would show. */
async function containersOf(services: readonly string[]): Promise<string[]> {
  const format = '{{.Name}} {{.Id}} {{.State.StartedAt}}';
  return linesOf(
    await succeed('docker', ['inspect', '--format', format, ...services.map((name) => `cmp-a-${name}`)]),
  );
}

async function status(cluster: string): Promise<StatusReport> {
  const { stdout } = await rcluster(['status', '--json', '-c', cluster]);
  return JSON.parse(stdout) as StatusReport;
}

/** Who is who in the cluster and holds which slots, as one of its nodes has it. */
async function picture(port: number): Promise<string[]> {
  const nodes = await succeed('redis-cli', ['-p', String(port), 'cluster', 'nodes']);
  return linesOf(nodes)
    .map((line) => {
      const [id, , flags, master, , , , , ...slots] = line.split(' ');
      return [id, flags, master, ...slots].join(' ');
    })
    .sort();
}
