import { execFile } from 'node:child_process';
import { createServer, isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { RclusterError } from '../../src/base/errors.js';
import { silent } from '../../src/base/events.js';
import { renderRedisConf } from '../../src/compose/redis-conf.js';
import { readTemplate } from '../../src/config/templates.js';
import { nodeSpec, type ClusterSpec, type NodeName, type Port } from '../../src/config/types.js';
import {
  CONFIG_FILE,
  type HelperPlace,
  type LogOptions,
  type NodeSetup,
  type NodeState,
  type Runtime,
  type RuntimeNode,
  type Server,
} from '../../src/runtimes/runtime.js';

/** What happens to nodes and ports without the runtime's doing: the tests' own hands. */
export interface Outside {
  /** Freezes a running node: SIGSTOP, or `docker pause`. */
  freeze(spec: ClusterSpec, node: NodeName): Promise<void>;
  /** Has a running node write these lines into its log, each at the end of a line of its own. */
  writeLog(spec: ClusterSpec, node: NodeName, lines: readonly string[]): Promise<void>;
  /** Takes a port of 127.0.0.1. @returns gives it back */
  holdPort(port: Port): Promise<() => Promise<void>>;
  /** Whether what `prepare` refers to is really there. */
  serverExists(reference: string): Promise<boolean>;
  /** Removes what a test or an earlier run left behind, without the runtime's help. */
  sweep(): Promise<void>;
}

export interface ContractOptions {
  /** All cluster names of the suite start with it. */
  readonly prefix: string;
  /** The suite uses the hundred ports from here on. */
  readonly firstPort: Port;
  /** `redis:7-alpine`; the process runtime takes no heed of it. */
  readonly image: string;
  /** The nodes are real servers: whether they answer and keep their keys is part of the contract. False for a fake. */
  readonly answersOverTcp: boolean;
  /** A JavaScript expression that makes such a runtime in another process; needed where nodes answer over TCP. */
  readonly inAnotherProcess?: string;
  readonly outside: Outside;
}

const READY_MS = 15_000;
/** Longer than any state takes to show; a wait that gets here has failed. */
const SETTLE_MS = 10_000;
/** What is to end at once, with room for a busy machine. */
const AT_ONCE_MS = 3_000;
/** A first `prepare` may have to build the image. */
const PREPARE_MS = 240_000;

/**
 * A server that takes keys at once, for tests of what is on disk: a master of a cluster refuses them for its first two
 * seconds whatever happens (redis/cluster.c CLUSTER_WRITABLE_DELAY). The runtime knows no difference.
 */
const PLAIN = { set: { 'cluster-enabled': 'no' } };

/** A cluster under test: the runtime's calls with names for numbers. */
export class Subject {
  readonly runtime: Runtime;
  readonly spec: ClusterSpec;
  readonly server: Server;

  constructor(runtime: Runtime, spec: ClusterSpec, server: Server) {
    this.runtime = runtime;
    this.spec = spec;
    this.server = server;
  }

  /** As operations/nodes.ts renders it. */
  async config(number: number): Promise<string> {
    const listenOn = this.runtime.kind === 'docker' ? '* -::*' : this.spec.bind;
    const template = await readTemplate('redis.conf');
    return renderRedisConf(template, this.spec, nodeSpec(this.spec, number), listenOn);
  }

  async createCluster(): Promise<this> {
    await this.runtime.createCluster(this.spec);
    return this;
  }

  /** What createNodes is given of a node. @param more further lines of redis.conf */
  async setup(number: number, more = ''): Promise<NodeSetup> {
    const text = `${await this.config(number)}${more}\n`;
    return { node: nodeSpec(this.spec, number), files: [{ name: CONFIG_FILE, text }] };
  }

  /** @param more further lines of redis.conf @returns the node's peer address */
  async create(number: number, more = ''): Promise<string> {
    const setup = await this.setup(number, more);
    const [address = ''] = await this.runtime.createNodes(this.spec, this.server, [setup]);
    return address;
  }

  async start(number: number): Promise<void> {
    await this.runtime.startNode(this.spec.name, `node-${number}`);
  }

  async stop(number: number): Promise<void> {
    await this.runtime.stopNode(this.spec.name, `node-${number}`);
  }

  async kill(number: number): Promise<void> {
    await this.runtime.killNode(this.spec.name, `node-${number}`);
  }

  async remove(number: number): Promise<void> {
    await this.runtime.removeNode(this.spec.name, `node-${number}`);
  }

  async removeKeepingData(number: number): Promise<void> {
    await this.runtime.removeNode(this.spec.name, `node-${number}`, { keepData: true });
  }

  async removeCluster(options = { keepData: false }): Promise<void> {
    await this.runtime.removeCluster(this.spec.name, options);
  }

  /** Creates and starts nodes, in turn. */
  async boot(...numbers: number[]): Promise<this> {
    for (const number of numbers) {
      await this.create(number);
      await this.start(number);
    }
    return this;
  }

  async nodes(): Promise<readonly RuntimeNode[]> {
    return (await this.runtime.cluster(this.spec.name))?.nodes ?? [];
  }

  async node(number: number): Promise<RuntimeNode | undefined> {
    return (await this.nodes()).find((node) => node.number === number);
  }

  async state(number: number): Promise<NodeState | undefined> {
    return (await this.node(number))?.state;
  }

  /** Waits until the node is in that state. */
  async reaches(number: number, state: NodeState): Promise<void> {
    await expect.poll(() => this.state(number), { timeout: SETTLE_MS }).toBe(state);
  }

  /** Reads a log that ends by itself. */
  async log(number: number, options: LogOptions = {}): Promise<string[]> {
    return within(SETTLE_MS, collect(this.runtime.logs(this.spec.name, `node-${number}`, options)));
  }

  /** Works with a connection to the node, as soon as it answers. */
  async connected<Result>(number: number, work: (redis: Redis) => Promise<Result>): Promise<Result> {
    return connected({ host: this.spec.announce, port: nodeSpec(this.spec, number).port }, work);
  }

  /** Identifies one run of the server: another one after each start. */
  async runId(number: number): Promise<string> {
    return this.connected(number, async (redis) => {
      const info = await redis.info('server');
      return /^run_id:(\w+)/m.exec(info)?.[1] ?? '';
    });
  }

  /** What the node is called in its cluster, kept in its nodes.conf. */
  async clusterId(number: number): Promise<string> {
    return this.connected(number, (redis) => redis.cluster('MYID'));
  }

  /** Writes a key, as soon as the node takes keys. */
  async write(number: number, key: string, value: string): Promise<void> {
    await this.connected(number, async (redis) => {
      if (this.spec.set['cluster-enabled'] !== 'no') await redis.cluster('ADDSLOTSRANGE', 0, 16_383);
      await vi.waitFor(() => redis.set(key, value), { timeout: READY_MS, interval: 50 });
    });
  }

  /** Undefined when the node has no keys at all. */
  async read(number: number, key: string): Promise<string | null | undefined> {
    return this.connected(number, async (redis) =>
      (await redis.dbsize()) === 0 ? undefined : redis.get(key),
    );
  }
}

/** Connects as soon as the server answers PING; a server that is down or loading is tried again. */
export async function connected<Result>(
  address: { readonly host: string; readonly port: Port },
  work: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const redis = await vi.waitFor(
    async () => {
      const attempt = new Redis({
        ...address,
        lazyConnect: true,
        connectTimeout: 1_000,
        commandTimeout: 2_000,
        retryStrategy: () => null,
        maxRetriesPerRequest: 0,
        enableReadyCheck: false,
      });
      // Without a listener ioredis prints it; the rejection below carries it anyway.
      attempt.on('error', () => undefined);
      try {
        await attempt.connect();
        expect(await attempt.ping()).toBe('PONG');
        return attempt;
      } catch (error) {
        attempt.disconnect();
        throw error;
      }
    },
    { timeout: READY_MS, interval: 20 },
  );
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** The promise's value, or an error after `ms` milliseconds. */
export async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing happened within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = [];
  for await (const line of lines) collected.push(line);
  return collected;
}

/** What the promise rejects with: one of our errors, or the test fails. */
export async function failureOf(promise: Promise<unknown>): Promise<RclusterError> {
  const outcome = await promise.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(RclusterError);
  return outcome as RclusterError;
}

export interface ChildResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a module's text in a Node.js process of its own, with `subject` in scope: what the runtime is told there.
 *
 * @param runtime the expression that makes the runtime
 */
export async function inChild(runtime: string, subject: Subject, body: string): Promise<ChildResult> {
  const { spec, server } = subject;
  const setup = await subject.setup(1);
  const script = `
    const { spec, server, setup } = JSON.parse(process.argv[1]);
    const { node } = setup;
    const runtime = await (${runtime});
    ${body}
  `;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const input = JSON.stringify({ spec, server, setup });
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...args, input],
      { cwd: fileURLToPath(new URL('../..', import.meta.url)), timeout: SETTLE_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** Holds a port in this very process. */
export async function holdPort(port: Port): Promise<() => Promise<void>> {
  const holder = createServer();
  await new Promise<void>((resolve, reject) => {
    holder.once('error', reject);
    holder.listen(port, '127.0.0.1', resolve);
  });
  return () => new Promise((resolve) => holder.close(() => resolve()));
}

/** Has a real server write lines into its log, by way of DEBUG LOG. */
export async function debugLog(spec: ClusterSpec, node: NodeName, lines: readonly string[]): Promise<void> {
  const number = Number(node.slice('node-'.length));
  const address = { host: spec.announce, port: nodeSpec(spec, number).port };
  await connected(address, async (redis) => {
    const pipeline = redis.pipeline();
    for (const line of lines) pipeline.call('DEBUG', 'LOG', line);
    const failed = (await pipeline.exec())?.find(([error]) => error !== null);
    expect(failed).toBeUndefined();
  });
}

/** The spec that the suites use: data on disk at once, and DEBUG LOG to write into the log. */
export function contractSpec(changes: Pick<ClusterSpec, 'name' | 'basePort'> & Partial<ClusterSpec>) {
  const spec: ClusterSpec = {
    version: 1,
    masters: 3,
    replicas: 0,
    image: 'redis:7-alpine',
    nodeTimeout: 1_000,
    persistence: 'aof',
    maxmemory: 0,
    memory: 0,
    nodes: {},
    bind: '127.0.0.1',
    announce: '127.0.0.1',
    subnet: '',
    ...changes,
    set: {
      appendfsync: 'always',
      // After a restart the key is to be read at once, not after the two seconds of a master's silence.
      'cluster-allow-reads-when-down': 'yes',
      'enable-debug-command': 'yes',
      ...changes.set,
    },
  };
  return spec;
}

/**
 * What every runtime owes its callers (src/runtimes/runtime.ts).
 *
 * @param makeRuntime a runtime as a new command gets it; two of them share nothing but what is on this host
 */
export function describeRuntimeContract(
  name: string,
  makeRuntime: () => Promise<Runtime>,
  options: ContractOptions,
): void {
  const { prefix, firstPort, image, answersOverTcp, inAnotherProcess, outside } = options;

  describe(`the ${name} runtime`, { timeout: 40_000 }, () => {
    let server: Server;
    let clusters = 0;

    beforeAll(async () => {
      await outside.sweep();
      const spec = contractSpec({ name: `${prefix}none`, basePort: firstPort, image });
      server = await (await makeRuntime()).prepare(spec, { emit: silent, signal: undefined });
    }, PREPARE_MS);

    afterAll(() => outside.sweep(), SETTLE_MS);

    /** With a name and ports of its own. */
    function numberedSpec(changes: Partial<ClusterSpec> = {}): ClusterSpec {
      clusters += 1;
      const basePort = firstPort + (clusters - 1) * 2;
      return contractSpec({ name: `${prefix}${clusters}`, basePort, image, ...changes });
    }

    /** A cluster that has yet to be made. */
    async function planned(changes: Partial<ClusterSpec> = {}): Promise<Subject> {
      const spec = numberedSpec(changes);
      onTestFinished(async () => {
        const runtime = await makeRuntime();
        await runtime.removeCluster(spec.name, { keepData: false });
      }, SETTLE_MS);
      return new Subject(await makeRuntime(), spec, server);
    }

    async function made(changes: Partial<ClusterSpec> = {}): Promise<Subject> {
      return (await planned(changes)).createCluster();
    }

    /** The same cluster, as the next command sees it. */
    async function again({ spec }: Subject): Promise<Subject> {
      return new Subject(await makeRuntime(), spec, server);
    }

    /** Waits until they answer: SIGTERM before a container's server handles it is lost. */
    async function ready(subject: Subject, ...numbers: number[]): Promise<void> {
      if (answersOverTcp) await Promise.all(numbers.map((number) => subject.runId(number)));
    }

    async function held(...ports: Port[]): Promise<void> {
      for (const port of ports) {
        const release = await outside.holdPort(port);
        onTestFinished(release);
      }
    }

    const namesOf = (nodes: readonly RuntimeNode[]) => nodes.map((node) => node.name);
    const clusterNames = async (runtime: Runtime) => (await runtime.clusters()).map(({ spec }) => spec.name);

    test('prepare answers with a reference to something that is there', async () => {
      const { runtime, spec } = await planned();
      const { reference } = await runtime.prepare(spec, { emit: silent, signal: undefined });
      expect(reference).toBe(server.reference);
      expect(await outside.serverExists(reference)).toBe(true);
    });

    describe('making', () => {
      test('a cluster that nobody made is undefined and not listed', async () => {
        const { runtime, spec } = await planned();
        expect(await runtime.cluster(spec.name)).toBeUndefined();
        expect(await clusterNames(runtime)).not.toContain(spec.name);
      });

      test('a created node is listed and does not run; its address is an IP, since MEET takes no names', async () => {
        const subject = await made();
        const peerHost = await subject.create(2);
        expect(isIP(peerHost)).not.toBe(0);
        const record = await subject.runtime.cluster(subject.spec.name);
        expect(record).toMatchObject({ runtime: subject.runtime.kind, server: server.reference });
        const [node, ...others] = record?.nodes ?? [];
        expect(others).toEqual([]);
        const port = subject.spec.basePort + 1;
        expect(node).toMatchObject({ name: 'node-2', number: 2, port, peerHost });
        expect(node?.state).not.toBe('running');
        expect(await clusterNames(subject.runtime)).toContain(subject.spec.name);

        // Once more, as an `up` that was interrupted does it.
        await subject.createCluster();
        expect(await subject.create(2)).toBe(peerHost);
        const next = await (await again(subject)).createCluster();
        expect(await next.create(2)).toBe(peerHost);
        expect(await subject.runtime.cluster(subject.spec.name)).toEqual(record);
      });

      test('nodes may be made at the same time and in any order, and are listed by number', async () => {
        const subject = await made();
        const numbers = [10, 4, 3, 1, 2];
        const created = await Promise.all(
          numbers.map(async (number) => [number, await subject.create(number)] as const),
        );
        const expected = created.sort(([a], [b]) => a - b);
        expect((await subject.nodes()).map(({ number, peerHost }) => [number, peerHost])).toEqual(expected);
      });

      test('the spec comes back as it was given', async () => {
        const set = {
          'proc-title-template': '"{title} it\'s \\"$HOME\\" $PATH $$ {listen-addr}"',
          'notify-keyspace-events': '""',
          'client-output-buffer-limit': 'replica 256mb 64mb 60',
        };
        const subject = await made({
          masters: 4,
          replicas: 1,
          nodeTimeout: 1_234,
          persistence: 'rdb',
          maxmemory: 12_345_678,
          memory: 123_456_789,
          set,
        });
        await subject.create(1);
        const record = await (await makeRuntime()).cluster(subject.spec.name);
        expect(record?.spec).toStrictEqual(subject.spec);
        if (!answersOverTcp) return;
        await subject.start(1);
        const title = await subject.connected(1, (redis) => redis.config('GET', 'proc-title-template'));
        expect(title).toEqual(['proc-title-template', `{title} it's "$HOME" $PATH $$ {listen-addr}`]);
      });
    });

    // One node for all of these; whatever a test does to it, the next one has it running.
    describe('a node', () => {
      let subject: Subject;

      beforeAll(async () => {
        subject = new Subject(await makeRuntime(), numberedSpec(PLAIN), server);
        await (await subject.createCluster()).boot(1);
      }, SETTLE_MS);

      beforeEach(async () => {
        await subject.start(1);
        await subject.reaches(1, 'running');
        await ready(subject, 1);
      }, READY_MS);

      afterAll(() => subject.removeCluster(), SETTLE_MS);

      test('that is started runs, and the next command sees it', async () => {
        if (answersOverTcp) expect(await subject.connected(1, (redis) => redis.ping())).toBe('PONG');
        const record = await subject.runtime.cluster(subject.spec.name);
        const next = await makeRuntime();
        expect(await next.cluster(subject.spec.name)).toEqual(record);
        expect((await next.clusters()).find(({ spec }) => spec.name === subject.spec.name)).toEqual(record);
      });

      test('that runs is left as it is by createNodes and startNode', async () => {
        const before = await subject.node(1);
        const runId = answersOverTcp ? await subject.runId(1) : '';
        await subject.create(1);
        await subject.start(1);
        await (await again(subject)).start(1);
        expect(await subject.node(1)).toEqual(before);
        expect(before?.state).toBe('running');
        if (answersOverTcp) expect(await subject.runId(1)).toBe(runId);
      });

      async function freeze(): Promise<void> {
        await outside.freeze(subject.spec, 'node-1');
        await subject.reaches(1, 'paused');
      }

      test('that is frozen is resumed by startNode, and it is the same run of the server', async () => {
        const runId = answersOverTcp ? await subject.runId(1) : '';
        const before = await subject.node(1);
        await freeze();
        await subject.start(1);
        await subject.reaches(1, 'running');
        expect((await subject.node(1))?.handle).toBe(before?.handle);
        if (answersOverTcp) expect(await subject.runId(1)).toBe(runId);
      });

      test('that is paused answers nothing until it is resumed, and it is the same run of the server', async () => {
        const { runtime, spec } = subject;
        const before = await subject.node(1);
        const runId = answersOverTcp ? await subject.runId(1) : '';
        await runtime.pauseNode(spec.name, 'node-1');
        await subject.reaches(1, 'paused');
        // Whoever heals does not know how far another has got.
        await runtime.pauseNode(spec.name, 'node-1');
        expect(await subject.state(1)).toBe('paused');
        await runtime.resumeNode(spec.name, 'node-1');
        await subject.reaches(1, 'running');
        await runtime.resumeNode(spec.name, 'node-1');
        expect((await subject.node(1))?.handle).toBe(before?.handle);
        if (answersOverTcp) expect(await subject.runId(1)).toBe(runId);
      });

      test('that has ended cannot be paused, and is not started by resumeNode', async () => {
        const { runtime, spec } = subject;
        await subject.kill(1);
        expect((await failureOf(runtime.pauseNode(spec.name, 'node-1'))).code).toBe('NODE_NOT_RUNNING');
        await runtime.resumeNode(spec.name, 'node-1');
        expect(await subject.state(1)).toBe('exited');
        expect((await failureOf(runtime.pauseNode(spec.name, 'node-3'))).code).toBe('NODE_UNKNOWN');
        expect((await failureOf(runtime.resumeNode(spec.name, 'node-3'))).code).toBe('NODE_UNKNOWN');
      });

      const helper = (node: NodeName, place: HelperPlace, script: string, ...args: string[]) =>
        subject.runtime.runHelper(
          subject.spec.name,
          node,
          place,
          { script, args },
          {
            emit: silent,
            signal: undefined,
          },
        );

      if (answersOverTcp) {
        test('has helpers beside its data, running or not: what they write and their exit code are handed on', async () => {
          const script = 'ls redis.conf; echo "it\'s $((1 + 1))" "$1"; exit 3';
          // What a shell would run stays a word.
          const word = '$(echo run) `echo run`; exit 7';
          const expected = { code: 3, output: `redis.conf\nit's 2 ${word}` };
          const outcome = async () => {
            const { code, output } = await helper('node-1', 'data', script, word);
            return { code, output: output.trimEnd() };
          };
          expect(await outcome()).toEqual(expected);
          await subject.kill(1);
          expect(await outcome()).toEqual(expected);
          expect((await failureOf(helper('node-3', 'data', script))).code).toBe('NODE_UNKNOWN');
        });
      }

      test('has helpers in its network, or the runtime says that nodes have none of their own', async () => {
        const outcome = await helper('node-1', 'trial', 'exit 0').catch((error: unknown) => error);
        if (outcome instanceof RclusterError) {
          expect(outcome.code).toBe('FAULT_IMPOSSIBLE');
          expect((await failureOf(helper('node-1', 'network', 'exit 0'))).code).toBe('FAULT_IMPOSSIBLE');
          return;
        }
        expect((await helper('node-1', 'network', 'exit 0')).code).toBe(0);
        await subject.kill(1);
        expect((await failureOf(helper('node-1', 'network', 'exit 0'))).code).toBe('NODE_NOT_RUNNING');
      });

      test('that does not exist cannot be started', async () => {
        expect((await failureOf(subject.start(3))).code).toBe('NODE_UNKNOWN');
        expect(namesOf(await subject.nodes())).not.toContain('node-3');
      });

      test('that is killed has ended; what is on disk is there after the next start', async () => {
        if (answersOverTcp) await subject.write(1, 'kill', 'value');
        await subject.kill(1);
        expect(await subject.state(1)).toBe('exited');
        await subject.start(1);
        await subject.reaches(1, 'running');
        if (answersOverTcp) expect(await subject.read(1, 'kill')).toBe('value');
      });

      const lastLine = async () => (await subject.log(1, { tail: 1 })).at(-1);

      test('that is stopped may save and say so; what it held is there after the next start', async () => {
        // Saved on the way out alone: what an append-only file holds would be there in any case.
        if (answersOverTcp) {
          await subject.connected(1, async (redis) => {
            await redis.config('SET', 'appendonly', 'no', 'save', '3600 1');
          });
          await subject.create(1, 'appendonly no\nsave 3600 1');
          await subject.write(1, 'stop', 'value');
        }
        await subject.stop(1);
        expect(await subject.state(1)).toBe('exited');
        expect(await lastLine()).toMatch(/bye bye/);
        await subject.start(1);
        await subject.reaches(1, 'running');
        if (answersOverTcp) expect(await subject.read(1, 'stop')).toBe('value');
      });

      test('that is frozen is stopped as well, and gently', async () => {
        await freeze();
        await subject.stop(1);
        expect(await subject.state(1)).toBe('exited');
        expect(await lastLine()).toMatch(/bye bye/);
      });

      test('that is frozen is killed as well', async () => {
        await freeze();
        await subject.kill(1);
        expect(await subject.state(1)).toBe('exited');
      });

      test('that does not run is no matter to stopNode, and an error to killNode', async () => {
        const expectDown = async (number: number) => {
          await subject.stop(number);
          expect((await failureOf(subject.kill(number))).code).toBe('NODE_NOT_RUNNING');
          expect(await subject.state(number)).not.toBe('running');
        };
        await subject.create(2);
        await expectDown(2);
        await subject.kill(1);
        await expectDown(1);
        await subject.start(1);
        await ready(subject, 1);
        await subject.stop(1);
        await expectDown(1);
      });

      if (inAnotherProcess !== undefined) {
        test('has a client beside it: its output and its exit code are handed on', async () => {
          const child = await inChild(
            inAnotherProcess,
            subject,
            `const run = (...args) => runtime.runClient(spec.name, node.name, args);
             const first = await run('echo', 'a "quoted" $word');
             const second = await run('-e', 'no-such-command');
             console.log(first, second);`,
          );
          expect(child.code).toBe(0);
          expect(child.stdout).toMatch(/^a "quoted" \$word\n/);
          expect(child.stdout + child.stderr).toContain("unknown command 'no-such-command'");
          expect(child.stdout).toMatch(/\n0 1\n$/);
        });
      }

      const write = (...lines: readonly string[]) => outside.writeLog(subject.spec, 'node-1', lines);

      /** `WHAT 1`, `WHAT 2`, ... */
      const numbered = (what: string, count: number) =>
        Array.from({ length: count }, (_, index) => `${what} ${index + 1}`);

      /** Those of the lines, without what the server writes before them. */
      const only = (what: string, lines: readonly string[]) =>
        lines.flatMap((line) => new RegExp(`${what} \\d+$`).exec(line)?.[0] ?? []);

      test('has a log with every line in order; tail gives the last ones', async () => {
        const written = numbered('whole', 50);
        await write(...written);
        await expect.poll(lastLine, { timeout: AT_ONCE_MS }).toMatch(/whole 50$/);
        const whole = await subject.log(1);
        expect(only('whole', whole)).toEqual(written);
        expect(whole.length).toBeGreaterThan(50);
        expect(await subject.log(1, { tail: 7 })).toEqual(whole.slice(-7));
        expect(await subject.log(1, { tail: 1 })).toEqual(whole.slice(-1));
        expect(await subject.log(1, { tail: 0 })).toEqual([]);
        expect(await subject.log(1, { tail: 100_000 })).toEqual(whole);
      });

      test('that has never run has an empty log', async () => {
        await subject.create(2);
        expect(await subject.log(2)).toEqual([]);
      });

      /** Follows the log from its last line on, which has been read when this returns. */
      async function followed(signal: AbortSignal) {
        await write('so far 1');
        await expect.poll(lastLine, { timeout: AT_ONCE_MS }).toMatch(/so far 1$/);
        const lines = subject.runtime.logs(subject.spec.name, 'node-1', { tail: 1, follow: true, signal });
        const iterator = lines[Symbol.asyncIterator]();
        const first = await within(AT_ONCE_MS, iterator.next());
        expect(first.value).toMatch(/so far 1$/);
        return iterator;
      }

      test('has a log to follow: what is written later comes, until the signal fires', async () => {
        const stop = new AbortController();
        const lines = await followed(stop.signal);
        for (const words of numbered('later', 3)) {
          const next = lines.next();
          await write(words);
          expect((await within(AT_ONCE_MS, next)).value).toContain(words);
        }
        const end = lines.next();
        stop.abort();
        expect(await within(AT_ONCE_MS, end)).toEqual({ done: true, value: undefined });
      });

      test('has a log whose following ends at once when the signal has fired already', async () => {
        const signal = AbortSignal.abort();
        const lines = subject.runtime.logs(subject.spec.name, 'node-1', { follow: true, signal });
        await within(AT_ONCE_MS, collect(lines));
      });

      if (inAnotherProcess !== undefined) {
        test('has a log that keeps nobody waiting who stops following it', async () => {
          const child = await inChild(
            inAnotherProcess,
            subject,
            `for await (const line of runtime.logs(spec.name, node.name, { follow: true })) break;
             console.log('broke off');`,
          );
          expect(child).toEqual({ code: 0, stdout: 'broke off\n', stderr: '' });
        });
      }

      test('has a log that stays when it ends, and goes on with its next start', async () => {
        await write('run 1');
        await subject.kill(1);
        expect(only('run', await subject.log(1))).toEqual(['run 1']);
        await subject.start(1);
        await write('run 2');
        await expect
          .poll(async () => only('run', await subject.log(1)), { timeout: AT_ONCE_MS })
          .toEqual(['run 1', 'run 2']);
      });

      test('has a log to follow over its end and its next start', async () => {
        const stop = new AbortController();
        onTestFinished(() => stop.abort());
        const lines = await followed(stop.signal);
        const found = (async () => {
          for (;;) {
            const next = await lines.next();
            if (next.done === true) return 'the log ended';
            if (next.value.includes('afterwards 1')) return next.value;
          }
        })();
        await subject.kill(1);
        await subject.start(1);
        await write('afterwards 1');
        expect(await within(SETTLE_MS, found)).toContain('afterwards 1');
        await lines.return?.();
      });

      test('may have a long log', async () => {
        const written = numbered('long', 12_000);
        await write(...written);
        await expect.poll(lastLine, { timeout: SETTLE_MS }).toMatch(/long 12000$/);
        expect(only('long', await subject.log(1))).toEqual(written);
      });
    });

    if (answersOverTcp) {
      test('a server that ends at once leaves a log that says why', async () => {
        const subject = await made();
        await subject.create(1, 'no-such-setting yes');
        await subject.start(1);
        await expect.poll(() => subject.state(1), { timeout: SETTLE_MS }).toMatch(/exited|restarting/);
        const text = async () => (await subject.log(1)).join('\n');
        await expect.poll(text, { timeout: SETTLE_MS }).toContain('no-such-setting');
        await subject.stop(1);
        await subject.reaches(1, 'exited');
      });
    }

    describe('removing', () => {
      test('removeNode removes that node and its data alone; twice is fine', async () => {
        const subject = await (await made(PLAIN)).boot(1, 2);
        if (answersOverTcp) {
          await Promise.all([subject.write(1, 'key', 'one'), subject.write(2, 'key', 'two')]);
        }
        const kept = await subject.node(1);
        await subject.remove(2);
        expect(await subject.nodes()).toEqual([kept]);
        await subject.remove(2);
        expect(await subject.nodes()).toEqual([kept]);
        await subject.boot(2);
        if (!answersOverTcp) return;
        expect(await subject.read(2, 'key')).toBeUndefined();
        expect(await subject.read(1, 'key')).toBe('one');
      });

      test('removeNode with keepData removes the node alone; the next one has its data and address', async () => {
        const subject = await (await made(PLAIN)).boot(1, 2);
        const before = await subject.nodes();
        if (answersOverTcp) await subject.write(1, 'key', 'value');
        await subject.stop(1);
        await subject.removeKeepingData(1);
        expect(await subject.state(1)).toBe('exited');
        expect(await subject.node(2)).toEqual(before[1]);
        await subject.boot(1);
        expect((await subject.node(1))?.peerHost).toBe(before[0]?.peerHost);
        if (answersOverTcp) expect(await subject.read(1, 'key')).toBe('value');
      });

      test('removeCluster removes all of it, whatever state it is in; twice is fine', async () => {
        const subject = await (await made(PLAIN)).boot(1, 2);
        await subject.create(3);
        if (answersOverTcp) await subject.write(1, 'key', 'value');
        await outside.freeze(subject.spec, 'node-2');
        await subject.reaches(2, 'paused');
        await subject.removeCluster();
        expect(await subject.runtime.cluster(subject.spec.name)).toBeUndefined();
        expect(await clusterNames(subject.runtime)).not.toContain(subject.spec.name);
        await subject.removeCluster();
        await (await again(subject)).removeCluster();
        for (const number of [1, 2]) {
          const { port } = nodeSpec(subject.spec, number);
          expect(await subject.runtime.portIsFree(subject.spec, port)).toBe(true);
        }
        // The very same runtime makes it anew, with nothing of the old one.
        await (await subject.createCluster()).boot(1);
        if (answersOverTcp) expect(await subject.read(1, 'key')).toBeUndefined();
      });

      test('removeCluster of a cluster without nodes leaves nothing', async () => {
        const subject = await made();
        await subject.removeCluster();
        expect(await subject.runtime.cluster(subject.spec.name)).toBeUndefined();
      });

      test('removeCluster with keepData ends the nodes; the next ones find data and addresses', async () => {
        const subject = await (await made(PLAIN)).boot(1);
        await subject.create(2);
        const addresses = (await subject.nodes()).map(({ peerHost }) => peerHost);
        if (answersOverTcp) await subject.write(1, 'key', 'value');
        await subject.removeCluster({ keepData: true });
        // Data is still a node: whoever makes another one must not take its number.
        const kept = await subject.nodes();
        expect(kept.map(({ name, state, peerHost }) => [name, state, peerHost])).toEqual([
          ['node-1', 'exited', addresses[0]],
          ['node-2', 'exited', addresses[1]],
        ]);
        expect(kept.map(({ port }) => port)).toEqual([subject.spec.basePort, subject.spec.basePort + 1]);
        expect(await subject.runtime.portIsFree(subject.spec, subject.spec.basePort)).toBe(true);
        await subject.removeCluster({ keepData: true });

        const next = await (await again(subject)).createCluster();
        await next.create(2);
        await next.boot(1);
        expect((await next.nodes()).map(({ peerHost }) => peerHost)).toEqual(addresses);
        if (answersOverTcp) expect(await next.read(1, 'key')).toBe('value');

        // What was kept goes with the next removal that does not keep it.
        await next.removeCluster({ keepData: true });
        await subject.removeCluster();
        expect(await subject.runtime.cluster(subject.spec.name)).toBeUndefined();
      });
    });

    test('address and id stay the same whatever happens to a node', async () => {
      const subject = await (await made()).boot(1, 2);
      const addresses = async () => (await subject.nodes()).map(({ peerHost }) => peerHost);
      const ids = async () =>
        answersOverTcp ? Promise.all([subject.clusterId(1), subject.clusterId(2)]) : [];
      const before = { addresses: await addresses(), ids: await ids() };
      await subject.stop(1);
      await subject.kill(2);
      expect(await addresses()).toEqual(before.addresses);
      // The other way round: an engine that hands out addresses would swap them.
      await subject.start(2);
      await subject.start(1);
      expect({ addresses: await addresses(), ids: await ids() }).toEqual(before);
      await subject.remove(1);
      expect(await subject.create(1)).toBe(before.addresses[0]);
    });

    test('two clusters side by side do not see each other', async () => {
      const one = await (await made()).boot(1);
      // One name begins with the other, and a node of the one is called as the other cluster's would be.
      const two = await (await made({ name: `${one.spec.name}-node-1` })).boot(1);
      expect(namesOf(await one.nodes())).toEqual(['node-1']);
      expect(namesOf(await two.nodes())).toEqual(['node-1']);
      expect((await one.runtime.cluster(one.spec.name))?.spec).toEqual(one.spec);
      expect((await one.runtime.cluster(two.spec.name))?.spec).toEqual(two.spec);
      const names = [one.spec.name, two.spec.name];
      expect((await clusterNames(one.runtime)).filter((each) => names.includes(each))).toEqual(names);
      await one.kill(1);
      expect(await two.state(1)).toBe('running');
      await one.removeCluster();
      expect(await one.runtime.cluster(one.spec.name)).toBeUndefined();
      expect(await two.state(1)).toBe('running');
      if (answersOverTcp) expect(await two.connected(1, (redis) => redis.ping())).toBe('PONG');
    });

    describe('room', () => {
      const nodesOf = ({ spec }: Subject, ...numbers: number[]) =>
        numbers.map((number) => nodeSpec(spec, number));

      test('checkRoom is content where the ports are free, and makes nothing', async () => {
        const subject = await planned();
        await subject.runtime.checkRoom(subject.spec, nodesOf(subject, 1, 2));
        expect(await subject.runtime.cluster(subject.spec.name)).toBeUndefined();
      });

      test('checkRoom names every taken port, and who holds it', async () => {
        const subject = await planned();
        const { basePort } = subject.spec;
        await held(basePort, basePort + 1);
        const error = await failureOf(subject.runtime.checkRoom(subject.spec, nodesOf(subject, 1, 2, 3)));
        expect(error.code).toBe('PORT_IN_USE');
        expect(error.message).toContain(`127.0.0.1:${basePort} `);
        expect(error.message).toContain(`pid ${process.pid}`);
        expect(error.details.join('\n')).toContain(`127.0.0.1:${basePort + 1} `);
        expect(error.hint).toContain('--base-port');
      });

      test("checkRoom minds another cluster's nodes, not its own ones, running or frozen", async () => {
        const subject = await (await made()).boot(1, 2);
        await ready(subject, 1, 2);
        await outside.freeze(subject.spec, 'node-2');
        await subject.reaches(2, 'paused');
        await subject.runtime.checkRoom(subject.spec, nodesOf(subject, 1, 2, 3));
        const other = await planned({ basePort: subject.spec.basePort });
        const error = await failureOf(other.runtime.checkRoom(other.spec, nodesOf(other, 1, 2, 3)));
        expect(error.code).toBe('PORT_IN_USE');
        const text = [error.message, ...error.details].join('\n');
        const taken = [1, 2, 3].filter((number) => text.includes(`:${nodeSpec(other.spec, number).port} `));
        expect(taken).toEqual([1, 2]);
      });

      test('portIsFree, and checkRoom for a node that has ended, tell whether the port is free', async () => {
        const subject = await (await made()).boot(1);
        const { runtime, spec } = subject;
        await ready(subject, 1);
        expect(await runtime.portIsFree(spec, spec.basePort)).toBe(false);
        await subject.stop(1);
        expect(await runtime.portIsFree(spec, spec.basePort)).toBe(true);
        await runtime.checkRoom(spec, nodesOf(subject, 1));
        await held(spec.basePort);
        expect(await runtime.portIsFree(spec, spec.basePort)).toBe(false);
        const error = await failureOf(runtime.checkRoom(spec, nodesOf(subject, 1)));
        expect(error.code).toBe('PORT_IN_USE');
        expect(error.message).toContain(`pid ${process.pid}`);
      });
    });
  });
}
