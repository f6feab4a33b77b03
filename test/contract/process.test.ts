import { execFile, spawn } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { silent } from '../../src/base/events.js';
import { BUS_PORT_OFFSET, nodeSpec, type ClusterSpec, type NodeName } from '../../src/config/types.js';
import { ProcessRuntime } from '../../src/runtimes/process/process-runtime.js';
import { firstPortOf } from '../helpers/ports.js';
import {
  Subject,
  connected,
  contractSpec,
  debugLog,
  describeRuntimeContract,
  failureOf,
  holdPort,
  inChild,
} from './runtime-contract.js';

const IN_ANOTHER_PROCESS = `
  import('./src/runtimes/process/process-runtime.ts').then(({ ProcessRuntime }) => new ProcessRuntime())`;

/** Reached by a symbolic link and with a space in its path, as a home folder may be. */
const folder = await mkdtemp(join(tmpdir(), 'rcluster-contract-'));
const home = join(folder, 'a link');

beforeAll(async () => {
  await mkdir(join(folder, 'real home'));
  await symlink(join(folder, 'real home'), home);
  // Not vi.stubEnv: the configuration undoes that after each test.
  process.env['RCLUSTER_HOME'] = home;
});

afterAll(async () => {
  await sweep();
  await rm(folder, { recursive: true, force: true });
});

/** Ends every process that still works in our folder. */
async function sweep(): Promise<void> {
  const real = await realpath(folder);
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (workingFolder.startsWith(`${real}/`)) process.kill(Number(pid), 'SIGKILL');
  }
  await rm(join(home, 'clusters'), { recursive: true, force: true });
}

const nodeFolder = (spec: ClusterSpec, node: NodeName) => join(home, 'clusters', spec.name, 'nodes', node);

async function pidOf(spec: ClusterSpec, node: NodeName): Promise<number> {
  const number = Number(node.slice('node-'.length));
  return connected({ host: spec.announce, port: nodeSpec(spec, number).port }, async (redis) =>
    Number(/^process_id:(\d+)/m.exec(await redis.info('server'))?.[1]),
  );
}

const PORT = firstPortOf(import.meta.filename);

describeRuntimeContract('process', () => Promise.resolve(new ProcessRuntime()), {
  prefix: 'ct-process-',
  firstPort: PORT,
  image: '',
  answersOverTcp: true,
  inAnotherProcess: IN_ANOTHER_PROCESS,
  outside: {
    freeze: async (spec, node) => void process.kill(await pidOf(spec, node), 'SIGSTOP'),
    writeLog: debugLog,
    holdPort,
    serverExists: async (reference) => {
      const { stdout } = await promisify(execFile)(reference, ['--version']);
      return /server v=\d/.test(stdout);
    },
    sweep,
  },
});

describe('nodes as processes', { timeout: 30_000 }, () => {
  let clusters = 0;

  async function made(): Promise<Subject> {
    clusters += 1;
    const runtime = new ProcessRuntime();
    const spec = contractSpec({
      name: `ct-process-x${clusters}`,
      basePort: PORT + 140 + 2 * clusters,
      image: '',
    });
    onTestFinished(() => runtime.removeCluster(spec.name, { keepData: false }), 10_000);
    const server = await runtime.prepare(spec, { emit: silent, signal: undefined });
    return new Subject(runtime, spec, server).createCluster();
  }

  test('survive the process that started them', async () => {
    const subject = await made();
    const child = await inChild(
      IN_ANOTHER_PROCESS,
      subject,
      `await runtime.createNodes(spec, server, [setup]);
       await runtime.startNode(spec.name, node.name);
       console.log('started');`,
    );
    expect(child).toEqual({ code: 0, stdout: 'started\n', stderr: '' });
    const node = await subject.node(1);
    expect(node).toMatchObject({ state: 'running', handle: `pid ${await pidOf(subject.spec, 'node-1')}` });
    await subject.kill(1);
    expect(await subject.state(1)).toBe('exited');
  });

  /** No signal is sent, whatever the runtime is told to do with the node; it is seen as ended. */
  async function leavesAlone(subject: Subject): Promise<void> {
    // A signal to the wrong process could be one to this one.
    const signals = vi.spyOn(process, 'kill').mockReturnValue(true);
    try {
      expect(await subject.state(1)).toBe('exited');
      await subject.stop(1);
      expect((await failureOf(subject.kill(1))).code).toBe('NODE_NOT_RUNNING');
      await subject.remove(1);
      expect(signals).not.toHaveBeenCalled();
    } finally {
      signals.mockRestore();
    }
  }

  async function withPidFile(text: string): Promise<Subject> {
    const subject = await made();
    await subject.create(1);
    await writeFile(join(nodeFolder(subject.spec, 'node-1'), 'redis.pid'), text);
    return subject;
  }

  test('a pid file that names this very process is not believed', async () => {
    await leavesAlone(await withPidFile(`${process.pid}\n`));
  });

  test('a pid that the system has handed out again is not believed', async () => {
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore', cwd: folder });
    onTestFinished(() => void bystander.kill('SIGKILL'));
    await leavesAlone(await withPidFile(`${bystander.pid}\n`));
    expect(bystander.exitCode).toBeNull();
  });

  test("a pid that is now another node's is not believed", async () => {
    const other = await (await made()).boot(1);
    const subject = await withPidFile(`${await pidOf(other.spec, 'node-1')}\n`);
    await leavesAlone(subject);
    expect(await other.state(1)).toBe('running');
  });

  test.each(['', 'redis\n', '0\n', '-1\n', '4194305\n'])('the pid file %j is no pid', async (text) => {
    await leavesAlone(await withPidFile(text));
  });

  test('a stale pid file does not keep a node from starting', async () => {
    const subject = await withPidFile(`${process.pid}\n`);
    await subject.start(1);
    await subject.reaches(1, 'running');
    const pid = await pidOf(subject.spec, 'node-1');
    const file = await readFile(join(nodeFolder(subject.spec, 'node-1'), 'redis.pid'), 'utf8');
    expect(Number(file)).toBe(pid);
  });

  test('a node that ended by itself is seen as ended, and starts again', async () => {
    const subject = await (await made()).boot(1);
    process.kill(await pidOf(subject.spec, 'node-1'), 'SIGKILL');
    await subject.reaches(1, 'exited');
    await subject.start(1);
    await subject.reaches(1, 'running');
  });

  test('have freed their port when killNode returns, time and again', async () => {
    const subject = await made();
    await subject.create(1);
    const { runtime, spec } = subject;
    // The first thread of a process is gone before the last one, which closes the socket.
    for (let round = 1; round <= 20; round += 1) {
      await subject.start(1);
      await subject.runId(1);
      await subject.kill(1);
      expect([round, await runtime.portIsFree(spec, spec.basePort)]).toEqual([round, true]);
    }
  });

  test('a server that was named by a relative path is found from anywhere', async () => {
    const { stdout } = await promisify(execFile)('which', ['redis-server']);
    const path = relative(process.cwd(), stdout.trim());
    const { spec } = await made();
    const runtime = new ProcessRuntime(path);
    const server = await runtime.prepare(spec, { emit: silent, signal: undefined });
    const subject = await new Subject(runtime, spec, server).boot(1);
    await subject.runId(1);
    expect(await subject.state(1)).toBe('running');
  });

  test('a taken bus port is found as well', async () => {
    const { runtime, spec } = await made();
    const busPort = spec.basePort + BUS_PORT_OFFSET;
    onTestFinished(await holdPort(busPort));
    const error = await failureOf(runtime.checkRoom(spec, [nodeSpec(spec, 1)]));
    expect(error.code).toBe('PORT_IN_USE');
    expect(error.message).toContain(`127.0.0.1:${busPort} is taken (pid ${process.pid}`);
    expect(await runtime.portIsFree(spec, spec.basePort)).toBe(false);
  });

  test('removing a cluster removes its folder of nodes', async () => {
    const subject = await (await made()).boot(1);
    await subject.removeCluster();
    expect(await readdir(join(home, 'clusters', subject.spec.name))).toEqual([]);
  });
});
