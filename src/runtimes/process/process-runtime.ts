import { execFile, spawn } from 'node:child_process';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { writeAtomically } from '../../base/atomic-file.js';
import { all } from '../../base/concurrency.js';
import { Deadline, waitUntilNothingIsMissing } from '../../base/deadline.js';
import { RclusterError, interruption } from '../../base/errors.js';
import { hostOf } from '../../config/announce.js';
import { homeFolder, isClusterName } from '../../config/home.js';
import type { ClusterSpec, NodeName, NodeSpec, Port } from '../../config/types.js';
import { BUS_PORT_OFFSET } from '../../config/types.js';
import { runHostClient } from '../host-client.js';
import { portIsFree, requireFreePorts } from '../ports.js';
import {
  CONFIG_FILE,
  type Activity,
  type ClusterRecord,
  type HelperPlace,
  type HelperResult,
  type HelperScript,
  type LogOptions,
  type NodeSetup,
  type Runtime,
  type RuntimeNode,
  type Server,
} from '../runtime.js';
import { onDisk, requireDisk } from './disk.js';
import { existingFolder, nodeFolder, nodesFolder, realFolder } from './folders.js';
import { followFile, lastLines } from './log-file.js';
import { hasEnded, nodeProcess, signalProcess } from './process-table.js';
import { readRegistration, writeRegistration, type Registration } from './registration.js';
import { findServer, type ServerBinary } from './server.js';

const STOP_GRACE_MS = 10_000;
const KILL_MS = 5_000;
/** An empty node's configuration, log, nodes.conf and append-only file, with room to spare. */
const NODE_BYTES = 256 * 1024;

/** Nodes as local server processes: one folder a node, with its configuration, data, log and pid. */
export class ProcessRuntime implements Runtime {
  readonly kind = 'process';
  readonly #redisServer: string | undefined;

  /** @param redisServer path of the server; undefined: whatever is found */
  constructor(redisServer?: string) {
    this.#redisServer = redisServer;
  }

  async clusters(): Promise<ClusterRecord[]> {
    const names = await readdir(join(homeFolder(), 'clusters')).catch(() => []);
    const records = await all(names.filter(isClusterName).sort(), (name) => this.cluster(name));
    return records.filter((record) => record !== undefined);
  }

  async cluster(name: string): Promise<ClusterRecord | undefined> {
    const registration = await readRegistration(name);
    if (registration === undefined) return undefined;
    const folders = (await readdir(nodesFolder(name))).filter((folder) => /^node-\d+$/.test(folder));
    const nodes = await all(folders, (folder) =>
      observe(registration.spec, Number(folder.slice('node-'.length))),
    );
    nodes.sort((a, b) => a.number - b.number);
    return { spec: registration.spec, runtime: 'process', server: registration.server, nodes };
  }

  async prepare(spec: ClusterSpec, activity: Activity): Promise<ServerBinary> {
    const registered = await readRegistration(spec.name);
    if (registered !== undefined && this.#redisServer === undefined) {
      return { reference: registered.server, notice: undefined, env: registered.env };
    }
    return findServer(this.#redisServer, activity);
  }

  async checkRoom(spec: ClusterSpec, nodes: readonly NodeSpec[]): Promise<void> {
    const running = (await this.cluster(spec.name))?.nodes.filter((node) => node.state !== 'exited') ?? [];
    const missing = nodes.filter((node) => running.every((other) => other.name !== node.name));
    await requireDisk(missing.length * NODE_BYTES);
    await requireFreePorts(
      spec.bind,
      missing.flatMap(({ port }) => [port, port + BUS_PORT_OFFSET]),
    );
  }

  async portIsFree(spec: ClusterSpec, port: Port): Promise<boolean> {
    const free = await all([port, port + BUS_PORT_OFFSET], (each) => portIsFree(spec.bind, each));
    return free.every(Boolean);
  }

  async createCluster(spec: ClusterSpec): Promise<void> {
    await onDisk(() => mkdir(nodesFolder(spec.name), { recursive: true, mode: 0o700 }));
  }

  async createNodes(spec: ClusterSpec, server: Server, nodes: readonly NodeSetup[]): Promise<string[]> {
    const env = 'env' in server ? (server as ServerBinary).env : {};
    const registration: Registration = { spec, server: server.reference, env };
    await onDisk(async () => {
      for (const { node, files } of nodes) {
        const folder = nodeFolder(spec.name, node.name);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        for (const { name, text } of files) await writeAtomically(join(folder, name), text);
      }
      await writeRegistration(registration);
    });
    return nodes.map(() => peerHostOf(spec));
  }

  async hasData(name: string): Promise<boolean> {
    const { nodes = [] } = (await this.cluster(name)) ?? {};
    return nodes.length > 0;
  }

  async removeCluster(name: string, { keepData }: { keepData: boolean }): Promise<void> {
    const record = await this.cluster(name);
    if (record === undefined) return;
    await all(record.nodes, (node) =>
      keepData ? this.stopNode(name, node.name) : this.#killIfRunning(name, node.name),
    );
    if (!keepData) await rm(nodesFolder(name), { recursive: true, force: true });
  }

  async startNode(cluster: string, node: NodeName): Promise<void> {
    const folder = await existingFolder(cluster, node);
    const running = await nodeProcess(folder);
    if (running?.state === 'paused') signalProcess(running.pid, 'SIGCONT');
    if (running !== undefined) return;
    const registration = await readRegistration(cluster);
    if (registration === undefined)
      throw new RclusterError('CLUSTER_UNKNOWN', `no cluster is called "${cluster}"`);
    await onDisk(async () => {
      const log = await open(join(folder, 'redis.log'), 'a', 0o600);
      try {
        const child = spawn(registration.server, [CONFIG_FILE], {
          cwd: folder,
          detached: true,
          stdio: ['ignore', log.fd, log.fd],
          env: { ...process.env, ...registration.env, TZ: 'UTC' },
        });
        await new Promise<void>((resolve, reject) => {
          child.once('spawn', resolve);
          child.once('error', reject);
        });
        await writeAtomically(join(folder, 'redis.pid'), `${child.pid ?? ''}\n`);
        child.unref();
      } finally {
        await log.close();
      }
    });
  }

  async stopNode(cluster: string, node: NodeName): Promise<void> {
    const running = await nodeProcess(await realFolder(cluster, node));
    if (running === undefined) return;
    if (running.state === 'paused') signalProcess(running.pid, 'SIGCONT');
    signalProcess(running.pid, 'SIGTERM');
    try {
      await this.#untilGone(running.pid, node, STOP_GRACE_MS);
    } catch {
      await this.#killIfRunning(cluster, node);
    }
  }

  async killNode(cluster: string, node: NodeName): Promise<void> {
    const running = await nodeProcess(await realFolder(cluster, node));
    if (running === undefined) throw new RclusterError('NODE_NOT_RUNNING', `${node} is not running`);
    signalProcess(running.pid, 'SIGKILL');
    await this.#untilGone(running.pid, node, KILL_MS);
  }

  async pauseNode(cluster: string, node: NodeName): Promise<void> {
    const folder = await existingFolder(cluster, node);
    const running = await nodeProcess(folder);
    if (running === undefined) throw new RclusterError('NODE_NOT_RUNNING', `${node} is not running`);
    signalProcess(running.pid, 'SIGSTOP');
    // The signal is on its way for a moment, and a resume in that moment would find nothing to do.
    await waitUntilNothingIsMissing(
      async () => ((await nodeProcess(folder))?.state === 'running' ? [`pid ${running.pid} still runs`] : []),
      { deadline: Deadline.after(KILL_MS), what: `${node} to freeze` },
    );
  }

  async resumeNode(cluster: string, node: NodeName): Promise<void> {
    const running = await nodeProcess(await existingFolder(cluster, node));
    if (running?.state === 'paused') signalProcess(running.pid, 'SIGCONT');
  }

  async runHelper(
    cluster: string,
    node: NodeName,
    place: HelperPlace,
    { script, args }: HelperScript,
    { signal }: Activity,
  ): Promise<HelperResult> {
    const cwd = await existingFolder(cluster, node);
    if (place === 'network' || place === 'trial') {
      throw new RclusterError(
        'FAULT_IMPOSSIBLE',
        'the nodes are processes, which share the network of this host',
        { hint: 'a cluster of containers has a network for each node: rcluster up --runtime docker' },
      );
    }
    const { server = '', env: serverEnv } = (await readRegistration(cluster)) ?? {};
    // A bare name was found in PATH, and so is what comes with it.
    const folders = [...(server.includes('/') ? [dirname(server)] : []), process.env['PATH'] ?? ''];
    const env = { ...process.env, ...serverEnv, PATH: folders.join(delimiter) };
    return new Promise((resolve, reject) => {
      execFile('sh', ['-c', script, 'sh', ...args], { cwd, signal, env }, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number') resolve({ code, output: stdout + stderr });
        else reject(signal?.aborted === true ? interruption(signal) : (error ?? new Error('sh did not end')));
      });
    });
  }

  async removeNode(cluster: string, node: NodeName, { keepData = false } = {}): Promise<void> {
    await this.#killIfRunning(cluster, node);
    if (!keepData) await rm(nodeFolder(cluster, node), { recursive: true, force: true });
  }

  async *logs(cluster: string, node: NodeName, options: LogOptions = {}): AsyncIterable<string> {
    const path = join(nodeFolder(cluster, node), 'redis.log');
    const { lines, size } = await lastLines(path, options.tail);
    yield* lines;
    if (options.follow === true) yield* followFile(path, size, options.signal);
  }

  async runClient(
    cluster: string,
    node: NodeName,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<number | undefined> {
    const record = await this.cluster(cluster);
    const registration = await readRegistration(cluster);
    const port = record?.nodes.find((other) => other.name === node)?.port;
    if (record === undefined || registration === undefined || port === undefined) return undefined;
    return runHostClient(
      [dirname(registration.server)],
      { ...registration.env, ...env },
      hostOf(record.spec),
      port,
      args,
    );
  }

  async #killIfRunning(cluster: string, node: NodeName): Promise<void> {
    const running = await nodeProcess(await realFolder(cluster, node));
    if (running === undefined) return;
    signalProcess(running.pid, 'SIGKILL');
    await this.#untilGone(running.pid, node, KILL_MS);
  }

  async #untilGone(pid: number, node: NodeName, ms: number): Promise<void> {
    await waitUntilNothingIsMissing(
      async () => ((await hasEnded(pid)) ? [] : [`pid ${pid} is still there`]),
      { deadline: Deadline.after(ms), what: `${node} to end` },
    );
  }
}

const peerHostOf = (spec: ClusterSpec) => (spec.bind === '0.0.0.0' ? '127.0.0.1' : spec.bind);

async function observe(spec: ClusterSpec, number: number): Promise<RuntimeNode> {
  const name = `node-${number}`;
  const folder = await realFolder(spec.name, name);
  const running = await nodeProcess(folder);
  return {
    name,
    number,
    port: spec.basePort + number - 1,
    state: running?.state ?? 'exited',
    peerHost: peerHostOf(spec),
    handle: running === undefined ? '-' : `pid ${running.pid}`,
  };
}
