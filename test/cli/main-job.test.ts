import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { DownResult, KillResult, NodeResult, StatusReport, UpResult } from '../../src/index.js';
import { judge } from '../helpers/judge.js';
import { firstPortOf } from '../helpers/ports.js';
import { commandsAreProcesses, HOME, rcluster, rclusterSucceeds, run } from '../helpers/run.js';

commandsAreProcesses();

interface Runtime {
  readonly runtime: 'docker' | 'process';
  readonly port: number;
}

const PORT = firstPortOf(import.meta.filename);

const RUNTIMES: Runtime[] = [
  { runtime: 'docker', port: PORT },
  { runtime: 'process', port: PORT + 20 },
];

const nameOf = ({ runtime }: Runtime) => `job-${runtime}`;

afterAll(async () => {
  for (const each of RUNTIMES) await rcluster(['down', '-q', '-c', nameOf(each)]);
});

describe.each(RUNTIMES)('the main job on $runtime', (each) => {
  const { runtime, port } = each;
  const name = nameOf(each);
  const json = async <Document>(...args: string[]) =>
    JSON.parse(await rclusterSucceeds([...args, '--json', '-q', '-c', name])) as Document & {
      version: number;
    };

  it('boots six nodes and says how to connect', async () => {
    const { code, stdout, stderr } = await rcluster([
      'up',
      '-c',
      name,
      '--base-port',
      String(port),
      '--runtime',
      runtime,
    ]);
    expect(stderr).toContain('booting 6 nodes');
    expect(code).toBe(0);
    expect(stdout).toContain(`"${name}" is ready: 6 nodes in`);
    expect(stdout).toContain('16384 slots of 16384 covered');
    expect(stdout).toContain(`on ${runtime}: --runtime ${runtime}`);
    expect(stdout).toContain(`redis-cli -c -h 127.0.0.1 -p ${port}`);
    expect(stdout).not.toContain('\u001b[');
  });

  it('reports its status in the fields that scripts rely on', async () => {
    const status = await json<StatusReport>('status');
    expect(status).toMatchObject({
      version: 1,
      cluster: name,
      runtime,
      state: 'ok',
      slotsCovered: 16_384,
      findings: [],
    });
    expect(status.nodes.map((node) => [node.port, node.role, node.replicaOf, node.slots])).toEqual([
      [port, 'master', null, [[0, 5460]]],
      [port + 1, 'master', null, [[5461, 10_922]]],
      [port + 2, 'master', null, [[10_923, 16_383]]],
      [port + 3, 'replica', 'node-1', []],
      [port + 4, 'replica', 'node-2', []],
      [port + 5, 'replica', 'node-3', []],
    ]);
    expect(Object.keys(status.nodes[0]!)).toEqual(
      expect.arrayContaining([
        'name',
        'port',
        'endpoint',
        'id',
        'role',
        'replicaOf',
        'slots',
        'slotCount',
        'state',
        'keys',
        'memoryBytes',
        'linkUp',
      ]),
    );
  });

  it('changes nothing when it is up already', async () => {
    const again = await json<UpResult>('up', '--base-port', String(port));
    expect(again.changed).toBe(false);
    expect(await rclusterSucceeds(['up', '-c', name])).toContain('is up already; nothing was changed');
  });

  it('runs redis-cli beside a node, and across the cluster', async () => {
    expect(await rclusterSucceeds(['cli', '-c', name, String(port), '--', 'ping'])).toBe('PONG\n');
    for (const key of ['a', 'b', 'c', 'd']) {
      expect(await rclusterSucceeds(['cli', '-c', name, 'set', key, 'x'])).toBe('OK\n');
    }
    expect(await rclusterSucceeds(['cli', '-c', name, '--', 'get', 'a'])).toBe('x\n');
  });

  it('kills a master and measures the failover', async () => {
    const victimPort = port + 1;
    const killed = await json<KillResult>('kill', '--master', String(victimPort));
    expect(killed).toMatchObject({ version: 1, victim: 'node-2', role: 'master', promoted: 'node-5' });
    expect(killed.outageMs).toBeGreaterThan(400);
    expect(killed.detectMs! + killed.electMs! + killed.recoverMs!).toBe(killed.outageMs);
    const kinds = killed.timeline.map(({ kind }) => kind);
    for (const kind of ['killed', 'suspected', 'failed', 'promoted', 'first-write', 'all-slots'])
      expect(kinds).toContain(kind);
    expect(killed.timeline.map(({ atMs }) => atMs)).toEqual(
      [...killed.timeline.map(({ atMs }) => atMs)].sort((a, b) => a - b),
    );
    expect(killed.writes!.attempted).toBe(killed.writes!.acknowledged + killed.writes!.failed);
    expect(killed.writes!.failed).toBeGreaterThan(0);

    const { code, stdout } = await rcluster(['status', '-c', name]);
    expect(code).toBe(1);
    expect(stdout).toContain('node-2');
    expect(stdout).toContain(`rcluster start ${victimPort}`);
    const leftOver = await rclusterSucceeds(['cli', '-c', name, String(port + 4), 'dbsize']);
    expect(Number(leftOver)).toBeLessThan(5);
  });

  it('says which masters there are when asked to kill one that is none', async () => {
    const { code, stderr } = await rcluster(['kill', '--master', String(port + 3), '-c', name]);
    expect(code).toBe(2);
    expect(stderr).toContain('error[NOT_A_MASTER]');
    expect(stderr).toContain(`${port + 4}  node-5`);
  });

  it('brings the node back as a replica', async () => {
    const back = await json<NodeResult>('start', 'node-2');
    expect(back.node).toMatchObject({ role: 'replica', replicaOf: 'node-5', linkUp: true });
    expect((await json<StatusReport>('status')).state).toBe('ok');
  });

  it('kills a replica without an outage', async () => {
    const killed = await json<KillResult>('kill', '--replica', String(port + 3));
    expect(killed).toMatchObject({ victim: 'node-4', role: 'replica', promoted: null });
    expect(killed.writes).toMatchObject({ failed: 0, lost: 0 });
    await json('start', 'node-4');
  });

  it('stops a node gently, and starts it again', async () => {
    expect((await json<NodeResult>('stop', 'node-6')).node.state).toBe('exited');
    const log = await rclusterSucceeds(['logs', 'node-6', '-c', name, '--tail', '20']);
    expect(log).toContain('Redis is now ready to exit, bye bye');
    await json('start', 'node-6');
  });

  it('adds a master', async () => {
    await json('add-master', '--replicas', '0');
    if (runtime === 'docker') {
      const { isClean, text } = await judge(name, port);
      expect(isClean, text).toBe(true);
    }
    expect((await json<StatusReport>('status')).nodes).toHaveLength(7);
  });

  it('lists the cluster', async () => {
    const { clusters } = JSON.parse(await rclusterSucceeds(['ls', '--json'])) as { clusters: object[] };
    expect(clusters).toContainEqual(
      expect.objectContaining({ cluster: name, runtime, nodes: 7, running: 7 }),
    );
  });

  it('follows the log of all nodes until it is interrupted', async () => {
    const follower = spawn(process.execPath, ['bin/rcluster.js', 'logs', '-f', '--tail', '1', '-c', name], {
      env: { ...process.env, RCLUSTER_HOME: HOME },
    });
    let text = '';
    follower.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => follower.once('exit', resolve));
    await until(() => new Set(text.match(/^node-\d/gm)).size === 7);
    await rclusterSucceeds(['cli', '-c', name, String(port), 'bgrewriteaof']);
    await until(() => text.includes('Background append only file rewriting started'));
    follower.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  it('ends with whoever reads the log', async () => {
    const command = `"${process.execPath}" bin/rcluster.js logs -f --tail 0 -c ${name} | head -n 1`;
    const pipe = spawn('bash', ['-c', command], { env: { ...process.env, RCLUSTER_HOME: HOME } });
    let isOver = false;
    pipe.once('exit', () => (isOver = true));
    await until(async () => {
      // So that there is something to read; refused while the last one goes on.
      await rcluster(['cli', '-c', name, String(port), 'bgrewriteaof']);
      return isOver;
    });
  });

  it('keeps its data over down --keep-data', async () => {
    await rclusterSucceeds(['cli', '-c', name, 'set', 'kept', 'yes']);
    expect(await json<DownResult>('down', '--keep-data')).toMatchObject({ keptData: true });
    await json('up', '--runtime', runtime);
    expect(await rclusterSucceeds(['cli', '-c', name, 'get', 'kept'])).toBe('yes\n');
  });

  it('goes down without a trace, and stays down', async () => {
    await json<DownResult>('down');
    expect((await json<DownResult>('down')).removed).toEqual([]);
    for (const what of ['ps -a', 'network ls', 'volume ls']) {
      const { stdout } = await run('docker', [
        ...what.split(' '),
        '-q',
        '--filter',
        `label=rcluster.cluster=${name}`,
      ]);
      expect(stdout).toBe('');
    }
    const { stdout } = await run('pgrep', ['-f', `redis-server .*:${port}`]);
    expect(stdout).toBe('');
  });
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it did not come to pass within 20 s');
    await delay(50);
  }
}
