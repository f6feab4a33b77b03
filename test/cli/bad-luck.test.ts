import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ClusterListing, StatusReport, UpPlan, UpResult } from '../../src/index.js';
import {
  PROGRAM,
  containersOf,
  endProcesses,
  errorIn,
  expectCheckedClean,
  failure,
  isLinuxRoot,
  leftoversOf,
  linesOf,
  scene,
} from '../helpers/cli-scene.js';
import { newFolder } from '../helpers/folders.js';
import { HOME, rcluster, rclusterSucceeds, run, succeed } from '../helpers/run.js';

/** What whole commands do on a machine, or with arguments, that are not as they should be. Ports 7850 to 7939, below those of all other files. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

scene('bl-a', 'bl-one', 'bl-six', 'bl-twins', 'bl-disk', 'bl-kept');

/** A folder in which everybody may do anything. */
async function openFolder(): Promise<string> {
  const folder = newFolder();
  await chmod(folder, 0o777);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function listenAt(where: number | string): Promise<void> {
  const server = createServer((socket) => socket.end());
  onTestFinished(() => void server.close());
  await once(
    typeof where === 'string' ? server.listen(where) : server.listen(where, '127.0.0.1'),
    'listening',
  );
}

describe('no cluster can be made', () => {
  test('where no engine answers', async () => {
    const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const error = await failure([3, 'ENGINE_MISSING'], ['up', '-c', 'bl-a'], { env });
    expect(error.message).toContain('unix:///nowhere/docker.sock (DOCKER_HOST)');
    expect(error.hint).toContain('--runtime process');
    expect(await leftoversOf('bl-a')).toEqual([]);
  });

  test.runIf(isLinuxRoot)('where the engine refuses this user', async () => {
    const folder = await openFolder();
    const socket = join(folder, 'docker.sock');
    await listenAt(socket);
    await chmod(socket, 0o600);
    const result = await run(
      'setpriv',
      [
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        process.execPath,
        PROGRAM,
        'up',
        '-c',
        'bl-a',
        '--json',
      ],
      { env: { DOCKER_HOST: `unix://${socket}`, RCLUSTER_HOME: join(folder, 'home') } },
    );
    const error = errorIn(result);
    expect([result.code, error.code]).toEqual([3, 'ENGINE_FORBIDDEN']);
    expect(error.message).toContain(socket);
    expect(error.hint).toMatch(/docker.*--runtime process/);
    expect(await leftoversOf('bl-a', join(folder, 'home'))).toEqual([]);
  });

  test('of an image that nobody has', async () => {
    const error = await failure(
      [3, 'IMAGE_UNAVAILABLE'],
      ['up', '-c', 'bl-a', '--image', 'localhost:9/bl-none:1', '--base-port', '7850'],
    );
    expect(error.message).toContain('localhost:9/bl-none:1');
    expect(error.details.join('\n')).toContain('localhost:9');
    expect(error.hint).toMatch(/docker pull.*--image/);
    expect(await leftoversOf('bl-a')).toEqual([]);
  });

  test('with too few masters, or a port too high for the bus, or both', async () => {
    const few = await failure([2, 'CONFIG_INVALID'], ['up', '-c', 'bl-a', '--masters', '2']);
    expect(few.message).toMatch(/--masters: 2 is too few.*no majority.*--force/);
    const high = await failure([2, 'CONFIG_INVALID'], ['up', '-c', 'bl-a', '--base-port', '55531']);
    expect(high.message).toMatch(/--base-port: 55531 is too high for 6 nodes.*bus.*65536.*at most 55530/);
    const both = await failure(
      [2, 'CONFIG_INVALID'],
      ['up', '-c', 'bl-a', '--masters', '2', '--base-port', '65000'],
    );
    expect(both.details.map((line) => line.split(':')[0])).toEqual(['--masters', '--base-port']);
    expect(await leftoversOf('bl-a')).toEqual([]);
  });

  test('of malformed options, which are all told at once and in plain text', async () => {
    const { code, stdout, stderr } = await rcluster([
      'up',
      ...['-c', 'Bl-A', '--masters', 'many', '--replicas', '-1', '--base-port', '0', '--persistence', 'tape'],
      ...['--maxmemory', 'lots', '--bind', 'here', '--subnet', '10.0.0.0', '--wait', 'long'],
      ...['--set', 'bogus', '--set', 'port=1', '--node-timeout', '5'],
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const lines = linesOf(stderr);
    expect(lines[0]).toBe('error[CONFIG_INVALID]: 12 options are wrong');
    const flags = lines.slice(1).map((line) => /^ {2}(--[a-z-]+)/.exec(line)?.[1]);
    const wrong = 'cluster masters replicas base-port persistence maxmemory bind subnet wait node-timeout';
    expect(flags.sort()).toEqual(
      [...wrong.split(' ').map((option) => `--${option}`), '--set', '--set'].sort(),
    );
  });

  test.runIf(isLinuxRoot)('of more nodes than the kernel can keep apart', async () => {
    // In a mount namespace of its own, so that other clusters of this machine keep their limit.
    const limit = join(await openFolder(), 'limit');
    await writeFile(limit, '1024\n');
    const result = await run(
      'unshare',
      [
        '--mount',
        'sh',
        '-c',
        'mount --bind "$0" /proc/sys/net/ipv4/neigh/default/gc_thresh3 && exec "$@"',
        limit,
        process.execPath,
        PROGRAM,
        ...['up', '-c', 'bl-a', '--masters', '20', '--base-port', '7850', '--json'],
      ],
      { env: { RCLUSTER_HOME: HOME } },
    );
    const error = errorIn(result);
    expect([result.code, error.code]).toEqual([3, 'NEIGHBOUR_TABLE']);
    expect(error.message).toMatch(/40 nodes need \d+ entries.*holds 1024/);
    expect(error.hint).toMatch(/^sysctl -w net\.ipv4\.neigh\.default\.gc_thresh3=\d+$/);
    expect(result.stderr).not.toContain('booting');
    expect(await leftoversOf('bl-a')).toEqual([]);
  });
});

describe('a port that somebody listens at', () => {
  test('is refused with who it is; --any-port takes others', async () => {
    await listenAt(7852);
    const error = await failure([3, 'PORT_IN_USE'], ['up', '-c', 'bl-one', '--base-port', '7850']);
    const comm = readFileSync(`/proc/${process.pid}/comm`, 'utf8').trim();
    expect(error.message).toBe(`127.0.0.1:7852 is taken (pid ${process.pid}, ${comm})`);
    expect(error.hint).toMatch(/--base-port \d+, or --any-port/);
    expect(await leftoversOf('bl-one')).toEqual([]);

    const six = ['up', '-c', 'bl-one', '--base-port', '7850', '--any-port', '--json'];
    const plan = JSON.parse(await rclusterSucceeds([...six, '--dry-run'])) as UpPlan;
    expect(plan.nodes).toHaveLength(6);
    expect(plan.nodes.map(({ port }) => port)).not.toContain(7852);
    expect(await leftoversOf('bl-one')).toEqual([]);

    const single = ['--masters', '1', '--replicas', '0', '--force', '--base-port', '7852', '--any-port'];
    const up = JSON.parse(await rclusterSucceeds(['up', '-c', 'bl-one', ...single, '--json'])) as UpResult;
    expect(up).toMatchObject({ state: 'ok', slotsCovered: 16_384, nodes: [{ endpoint: '127.0.0.1:7853' }] });
    expect(up.findings.map(({ code }) => code)).toEqual(['TOO_FEW_MASTERS']);
    await rclusterSucceeds(['down', '-c', 'bl-one']);
    expect(await leftoversOf('bl-one')).toEqual([]);
  });
});

describe('nodes that end by themselves', () => {
  const bad = ['--set', 'maxmemory-policy=nonsense', '--base-port', '7856'];

  test.each(['docker', 'process'])('are told with their last words, and removed: %s', async (runtime) => {
    const error = await failure([4, 'NODE_FAILED'], ['up', '-c', 'bl-a', '--runtime', runtime, ...bad]);
    expect(error.message).toMatch(/^node-\d \(78\d\d\) ended by itself$/);
    expect(error.details.join('\n')).toMatch(/'maxmemory-policy nonsense'[^]*must be one of/);
    expect(await leftoversOf('bl-a')).toEqual([]);
  });

  test('stay with --retain', async () => {
    const single = ['--masters', '1', '--replicas', '0', '--force', '--runtime', 'docker', '--retain'];
    await failure([4, 'NODE_FAILED'], ['up', '-c', 'bl-a', ...single, ...bad]);
    expect([...(await containersOf('bl-a')).keys()]).toEqual(['bl-a-node-1']);
    expect(await leftoversOf('bl-a')).toEqual([
      'container bl-a-node-1',
      'network bl-a',
      'volume bl-a-node-1',
      'file bl-a',
    ]);
    await rclusterSucceeds(['down', '-c', 'bl-a']);
    expect(await leftoversOf('bl-a')).toEqual([]);
  });
});

describe('kept data whose network was pruned', () => {
  test('does not go with an up that fails, and goes with down', { timeout: 120_000 }, async () => {
    const single = ['-c', 'bl-kept', '--masters', '1', '--replicas', '0', '--force', '--runtime', 'docker'];
    const at = ['--base-port', '7856'];
    await rclusterSucceeds(['up', ...single, ...at]);
    await rclusterSucceeds(['cli', '-c', 'bl-kept', 'set', 'kept', 'here']);
    await rclusterSucceeds(['down', '-c', 'bl-kept', '--keep-data']);
    await succeed('docker', ['network', 'rm', 'bl-kept']);
    await failure([4, 'NODE_FAILED'], ['up', ...single, ...at, '--set', 'maxmemory-policy=nonsense']);
    expect(await leftoversOf('bl-kept')).toEqual(['volume bl-kept-node-1', 'file bl-kept']);
    await rclusterSucceeds(['up', ...single, ...at]);
    expect(await rclusterSucceeds(['cli', '-c', 'bl-kept', 'get', 'kept'])).toBe('here\n');
    await rclusterSucceeds(['down', '-c', 'bl-kept', '--keep-data']);
    await succeed('docker', ['network', 'rm', 'bl-kept']);
    await rclusterSucceeds(['down', '-c', 'bl-kept']);
    expect(await leftoversOf('bl-kept')).toEqual([]);
  });
});

describe('an address that nobody can reach', () => {
  test('ends with the deadline, which is told with what to do', async () => {
    const startedAt = performance.now();
    const error = await failure(
      [4, 'TIMEOUT'],
      // An address for documentation (RFC 5737).
      ['up', '-c', 'bl-a', '--announce', '192.0.2.1', '--wait', '5', '--base-port', '7856'],
    );
    expect(performance.now() - startedAt).toBeLessThan(25_000);
    expect(error.message).toMatch(/^node-\d did not answer within 5.0 s$/);
    expect(error.details[0]).toMatch(/^192\.0\.2\.1:78\d\d cannot be reached/);
    expect(error.details.join('\n')).toContain('Ready to accept connections');
    expect(error.hint).toMatch(/--announce/);
    expect(await leftoversOf('bl-a')).toEqual([]);
  });
});

describe.runIf(isLinuxRoot)('a full disk', () => {
  test.each([
    ['for what rcluster writes', '12k'],
    ['for what the nodes write', '64k'],
  ])('%s', async (_, size) => {
    const home = join(await openFolder(), 'home');
    await mkdir(home);
    await succeed('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', home]);
    onTestFinished(async () => {
      await run('umount', ['--lazy', home]);
    });
    const args = ['up', '-c', 'bl-disk', '--runtime', 'process', '--base-port', '7856', '--wait', '10'];
    const error = await failure([3, 'DISK_FULL'], args, { env: { RCLUSTER_HOME: home } });
    expect(error.message).toContain(home);
    expect(error.hint).toContain('RCLUSTER_HOME');
    expect(await leftoversOf('bl-disk', home)).toEqual([]);
  });
});

describe('nodes that cannot be told apart', () => {
  test('are all named', async () => {
    const options = ['--masters', '1', '--replicas', '1', '--force', '--runtime', 'process', '--base-port'];
    const up = JSON.parse(
      await rclusterSucceeds(['up', '-c', 'bl-twins', ...options, '7858', '--json']),
    ) as UpResult;
    // Ids are the nodes' own choice, so two that begin alike have to be written into their files.
    await rclusterSucceeds(['down', '-c', 'bl-twins', '--keep-data']);
    const nodes = join(HOME, 'clusters', 'bl-twins', 'nodes');
    for (const name of (await readdir(nodes)).filter((entry) => entry.startsWith('node-'))) {
      const path = join(nodes, name, 'nodes.conf');
      const text = await readFile(path, 'utf8');
      await writeFile(
        path,
        up.nodes.reduce((all, { id }) => all.replaceAll(id, `cafe${id.slice(4)}`), text),
      );
    }
    await rclusterSucceeds(['up', '-c', 'bl-twins']);
    const error = await failure([2, 'NODE_AMBIGUOUS'], ['stop', '-c', 'bl-twins', 'cafe']);
    expect(error.message).toBe('"cafe" matches 2 nodes');
    expect(error.details).toEqual([
      expect.stringMatching(/^7858 {2}node-1 {2}cafe/),
      expect.stringMatching(/^7859 {2}node-2 {2}cafe/),
    ]);
    expect(await statusOf('bl-twins')).toMatchObject({ state: 'ok' });
    await rclusterSucceeds(['down', '-c', 'bl-twins']);
    expect(await leftoversOf('bl-twins')).toEqual([]);
  });
});

async function statusOf(cluster: string): Promise<StatusReport> {
  return JSON.parse((await rcluster(['status', '-c', cluster, '--json'])).stdout) as StatusReport;
}

describe('a running cluster', () => {
  const PORTS = [7860, 7861, 7862, 7863, 7864, 7865];
  let before: ReadonlyMap<string, string>;

  beforeAll(async () => {
    await rclusterSucceeds(['up', '-c', 'bl-six', '--base-port', '7860']);
    before = await containersOf('bl-six');
    expect(before.size).toBe(6);
  });

  afterAll(async () => {
    await rcluster(['down', '-c', 'bl-six']);
  });

  test('stays as it is when it is asked for again', async () => {
    const text = await rclusterSucceeds(['up', '-c', 'bl-six', '--masters', '3', '--base-port', '7860']);
    expect(text).toMatch(/^"bl-six" is up already; nothing was changed$/m);
    const document = JSON.parse(await rclusterSucceeds(['up', '-c', 'bl-six', '--json'])) as UpResult;
    expect(document).toMatchObject({ changed: false, state: 'ok' });
    expect(await containersOf('bl-six')).toEqual(before);
  });

  test('is not made into another one', async () => {
    const error = await failure(
      [2, 'CLUSTER_DIFFERS'],
      ['up', '-c', 'bl-six', '--masters', '4', '--replicas', '1', '--set', 'lazyfree-lazy-expire=yes'],
    );
    expect(error.message).toContain('"bl-six"');
    expect(error.details).toEqual([
      '--masters: asked for 4, the cluster has 3',
      '--set: asked for {"lazyfree-lazy-expire":"yes"}, the cluster has {}',
    ]);
    expect(error.hint).toContain('rcluster down --cluster bl-six');
  });

  test('is not made a second time in another runtime', async () => {
    onTestFinished(async () => {
      // Else such a second one would be in the way of all that follows.
      await endProcesses(HOME);
      await rm(join(HOME, 'clusters', 'bl-six', 'nodes'), { recursive: true, force: true });
    });
    const error = await failure(
      [2, 'CLUSTER_DIFFERS'],
      ['up', '-c', 'bl-six', '--runtime', 'process', '--any-port'],
    );
    expect(error.details).toEqual(['--runtime: asked for process, the cluster has docker']);
  });

  test('keeps its ports to itself', async () => {
    const error = await failure([3, 'PORT_IN_USE'], ['up', '-c', 'bl-a', '--base-port', '7863']);
    expect([error.message, ...error.details]).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:7863 is taken \(node-4 of cluster "bl-six"\)$/),
      expect.stringMatching(/^127\.0\.0\.1:7864 is taken/),
      expect.stringMatching(/^127\.0\.0\.1:7865 is taken/),
    ]);
    expect(await leftoversOf('bl-a')).toEqual([]);
  });

  test('is named where there is none of the name', async () => {
    const commands = ['status', 'kill --node 7860', 'add-master', 'start 7860'];
    const errors = await Promise.all(
      commands.map((command) => failure([2, 'CLUSTER_UNKNOWN'], [...command.split(' '), '-c', 'bl-nobody'])),
    );
    for (const error of errors) {
      expect(error.message).toBe('no cluster is called "bl-nobody"');
      expect(error.hint).toMatch(/there is .*bl-six.*--cluster/);
    }
    expect(await leftoversOf('bl-nobody')).toEqual([]);
  });

  test('has its nodes named to whoever names none of them', async () => {
    for (const command of [
      ['kill', '--master', '7999'],
      ['start', 'node-7'],
      ['stop', 'slot:16384'],
    ]) {
      const error = await failure([2, 'NODE_UNKNOWN'], [...command, '-c', 'bl-six']);
      expect(error.message).toContain(`"${command.at(-1) ?? ''}"`);
      expect(error.details.map((line) => Number(line.split(' ')[0]))).toEqual(PORTS);
      expect(error.hint).toMatch(/port.*name.*id.*slot:N.*key:NAME/);
    }
  });

  test('tells masters from replicas', async () => {
    const replica = await failure([2, 'NOT_A_MASTER'], ['kill', '-c', 'bl-six', '--master', '7863']);
    expect(replica.message).toBe('node-4 (7863) is a replica');
    expect(replica.details).toEqual(['the masters are:', '7860  node-1', '7861  node-2', '7862  node-3']);
    expect(replica.hint).toBe('rcluster kill --master 7860');
    const master = await failure([2, 'NOT_A_REPLICA'], ['kill', '-c', 'bl-six', '--replica', '7862']);
    expect(master.details).toEqual(['the replicas are:', '7863  node-4', '7864  node-5', '7865  node-6']);
  });

  test('is unharmed by all that', async () => {
    expect(await containersOf('bl-six')).toEqual(before);
    expect(await statusOf('bl-six')).toMatchObject({ state: 'ok', findings: [] });
  });

  test('goes on without the state folder, and does not lose its last copy of a slot unasked', async () => {
    await rm(HOME, { recursive: true });
    expect(await statusOf('bl-six')).toMatchObject({ state: 'ok', cluster: 'bl-six', runtime: 'docker' });
    const { clusters } = JSON.parse(await rclusterSucceeds(['ls', '--json'])) as {
      clusters: ClusterListing[];
    };
    expect(clusters).toContainEqual(expect.objectContaining({ cluster: 'bl-six', nodes: 6, running: 6 }));

    await rclusterSucceeds(['kill', '-c', 'bl-six', '--replica', 'node-6', '--no-wait']);
    const dead = await failure([2, 'NODE_NOT_RUNNING'], ['kill', '-c', 'bl-six', '--node', 'node-6']);
    expect(dead).toMatchObject({ message: 'node-6 (7865) is exited already', hint: 'rcluster start 7865' });

    const alone = await failure([1, 'UNHEALTHY'], ['kill', '-c', 'bl-six', '--master', '7862']);
    expect(alone.message).toBe('nobody would take over: node-3 (7862) has no linked replica');
    expect(alone.hint).toContain('--no-wait');
    expect((await statusOf('bl-six')).nodes[2]).toMatchObject({ name: 'node-3', state: 'running' });

    await rclusterSucceeds(['kill', '-c', 'bl-six', '--master', '7862', '--no-wait']);
    const failed = await rcluster(['status', '-c', 'bl-six', '--json']);
    expect([failed.code, (JSON.parse(failed.stdout) as StatusReport).state]).toEqual([1, 'fail']);

    await rm(HOME, { recursive: true });
    await rclusterSucceeds(['start', '-c', 'bl-six', '7862']);
    await rclusterSucceeds(['start', '-c', 'bl-six', '7865']);
    expect(await statusOf('bl-six')).toMatchObject({ state: 'ok', findings: [] });
    await expectCheckedClean('bl-six', 7860);

    await rm(HOME, { recursive: true });
    await rclusterSucceeds(['down', '-c', 'bl-six']);
    expect(await leftoversOf('bl-six')).toEqual([]);
  });
});
