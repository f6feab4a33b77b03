import pLimit from 'p-limit';
import { all } from '../../base/concurrency.js';
import { Deadline, sleep } from '../../base/deadline.js';
import { RclusterError, isRclusterError, messageOf } from '../../base/errors.js';
import { LABEL } from '../../config/labels.js';
import type { ClusterSpec, NodeName, NodeSpec, Port } from '../../config/types.js';
import { neighbourLimit, requireNeighbours } from '../neighbour-table.js';
import { portIsFree, requireFreePorts } from '../ports.js';
import type {
  Activity,
  ClusterRecord,
  HelperPlace,
  HelperResult,
  HelperScript,
  LogOptions,
  NodeSetup,
  Runtime,
  RuntimeNode,
  Server,
} from '../runtime.js';
import {
  connectEngine,
  engineCall,
  engineError,
  engineCallUnlessGone,
  statusOf,
  type Engine,
} from './engine.js';
import { findContainer, requireContainer } from './containers.js';
import { runHelper } from './helper.js';
import { prepareImage, prepareTools } from './images.js';
import { runInteractive } from './interactive.js';
import { followLog, logLines } from './log-stream.js';
import { createNetwork, removeNetwork, renewNetwork } from './networks.js';
import { NodeMaker } from './node-maker.js';
import { listContainers, listVolumes, readRecords } from './records.js';
import { noteResidence } from './residence.js';
import { containerName, helperOptions, volumeName } from './translate.js';

/** How long the engine may take to start a node that it was told to start before. */
const STARTING_MS = 5_000;
const LOOK_EVERY_MS = 100;
/** More are not removed faster, and now and then the engine miscounts the network's endpoints when they are. */
const REMOVED_AT_ONCE = 8;

/** Nodes as containers: one network a cluster, one named volume a node. The engine's labels are the registry. */
export class DockerRuntime implements Runtime {
  readonly kind = 'docker';
  readonly #engine: Engine;
  readonly #maker: NodeMaker;
  /** The image that helpers run, looked for once. */
  #toolsImage: Promise<string> | undefined;

  private constructor(engine: Engine) {
    this.#engine = engine;
    this.#maker = new NodeMaker(engine);
  }

  /** @throws ENGINE_MISSING, ENGINE_FORBIDDEN */
  static async connect(): Promise<DockerRuntime> {
    return new DockerRuntime(await connectEngine());
  }

  /** Where the engine is, for people. */
  get source(): string {
    return this.#engine.host.source;
  }

  async clusters(): Promise<ClusterRecord[]> {
    return readRecords(this.#engine, LABEL.cluster);
  }

  async cluster(name: string): Promise<ClusterRecord | undefined> {
    return (await readRecords(this.#engine, `${LABEL.cluster}=${name}`))[0];
  }

  async prepare(spec: ClusterSpec, activity: Activity): Promise<Server> {
    return prepareImage(this.#engine, spec.image, activity);
  }

  async checkRoom(spec: ClusterSpec, nodes: readonly NodeSpec[]): Promise<void> {
    if (!this.#engine.isLocal) return;
    const deadline = Deadline.after(STARTING_MS);
    for (;;) {
      const existing = (await this.cluster(spec.name))?.nodes ?? [];
      const ours = existing.some(({ name }) => nodes.some((node) => node.name === name));
      try {
        await this.#requireRoom(spec, nodes, existing);
        return;
      } catch (error) {
        // Whoever was killed has left requests behind: a node that is not up yet may have its port already.
        if (!isRclusterError(error, 'PORT_IN_USE') || !ours || deadline.expired) throw error;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #requireRoom(
    spec: ClusterSpec,
    nodes: readonly NodeSpec[],
    existing: readonly RuntimeNode[],
  ): Promise<void> {
    const others = (await this.clusters()).filter((record) => record.spec.name !== spec.name);
    const running = others.map((record) => record.nodes.filter((node) => node.state === 'running').length);
    const names = new Set([...existing, ...nodes].map((node) => node.name));
    requireNeighbours([...running, names.size], await neighbourLimit());
    const up = existing.filter(({ state }) => state !== 'exited' && state !== 'created');
    await requireFreePorts(
      spec.bind,
      nodes.filter((node) => up.every((other) => other.name !== node.name)).map((node) => node.port),
      holdersIn(others),
    );
  }

  async portIsFree(spec: ClusterSpec, port: Port): Promise<boolean> {
    return !this.#engine.isLocal || portIsFree(spec.bind, port);
  }

  async createCluster(spec: ClusterSpec): Promise<void> {
    await noteResidence(spec.name, this.#engine.host.url);
    await createNetwork(this.#engine, spec);
  }

  async createNodes(spec: ClusterSpec, server: Server, nodes: readonly NodeSetup[]): Promise<string[]> {
    return this.#maker.make(spec, server, nodes);
  }

  async hasData(name: string): Promise<boolean> {
    return (await listVolumes(this.#engine, `${LABEL.cluster}=${name}`)).length > 0;
  }

  async removeCluster(
    name: string,
    { keepData, keepNetwork = keepData }: { keepData: boolean; keepNetwork?: boolean },
  ): Promise<void> {
    const containers = await listContainers(this.#engine, `${LABEL.cluster}=${name}`);
    if (keepData) {
      // What stays on the volume must be whole: redis gets the chance to save.
      await all(containers, async ({ Id }) =>
        engineCallUnlessGone(`stopping ${Id}`, () => this.#engine.docker.getContainer(Id).stop()),
      );
    }
    if (keepNetwork) {
      // While there are containers to say what the cluster has become, and to say it again should this fail.
      const record = await this.cluster(name);
      if (record !== undefined) await renewNetwork(this.#engine, record.spec);
    }
    const inTurn = pLimit(REMOVED_AT_ONCE);
    await all(containers, async ({ Id }) => {
      const container = this.#engine.docker.getContainer(Id);
      await inTurn(() =>
        engineCallUnlessGone(`removing ${Id}`, () => container.remove({ force: true, v: true })),
      );
    });
    if (!keepData)
      await all(await listVolumes(this.#engine, `${LABEL.cluster}=${name}`), ({ Name }) =>
        this.#removeVolume(Name),
      );
    // With its network the cluster keeps its addresses, which the kept nodes.conf files are full of.
    if (!keepNetwork) await removeNetwork(this.#engine, name);
    this.#maker.forget(name);
  }

  async startNode(cluster: string, node: NodeName): Promise<void> {
    const container = await requireContainer(this.#engine, cluster, node);
    try {
      await container.start();
    } catch (error) {
      if (isPaused(error)) await engineCallUnlessGone(`resuming ${node}`, () => container.unpause());
      else if (statusOf(error) !== 304) throw engineError(`starting ${node}`, error);
    }
  }

  async stopNode(cluster: string, node: NodeName): Promise<void> {
    const container = await findContainer(this.#engine, cluster, node);
    if (container !== undefined) await engineCallUnlessGone(`stopping ${node}`, () => container.stop());
  }

  async killNode(cluster: string, node: NodeName): Promise<void> {
    const container = await requireContainer(this.#engine, cluster, node);
    try {
      await container.kill({ signal: 'SIGKILL' });
    } catch (error) {
      if (statusOf(error) !== 409) throw engineError(`killing ${node}`, error);
      throw new RclusterError('NODE_NOT_RUNNING', `${node} is not running`, { cause: error });
    }
  }

  async pauseNode(cluster: string, node: NodeName): Promise<void> {
    const container = await requireContainer(this.#engine, cluster, node);
    try {
      await container.pause();
    } catch (error) {
      if (messageOf(error).includes('already paused')) return;
      if (statusOf(error) !== 409) throw engineError(`pausing ${node}`, error);
      throw new RclusterError('NODE_NOT_RUNNING', `${node} is not running`, { cause: error });
    }
  }

  async resumeNode(cluster: string, node: NodeName): Promise<void> {
    const container = await requireContainer(this.#engine, cluster, node);
    try {
      await container.unpause();
    } catch (error) {
      if (!/is not (?:paused|running)/.test(messageOf(error))) throw engineError(`resuming ${node}`, error);
    }
  }

  async runHelper(
    cluster: string,
    node: NodeName,
    place: HelperPlace,
    script: HelperScript,
    activity: Activity,
  ): Promise<HelperResult> {
    const container = await requireContainer(this.#engine, cluster, node);
    const { State, Image } = await engineCall(`looking at ${node}`, () => container.inspect());
    if ((place === 'network' || place === 'server') && !State.Running)
      throw new RclusterError('NODE_NOT_RUNNING', `${node} has ended, and its network with it`);
    const isOwn = place === 'data' || place === 'server';
    const image = isOwn ? Image : await this.#helperImage(Image, activity);
    // Faults are not to be stopped half way; a tool of the server's runs for as long as its user wants.
    const signal = place === 'server' ? (activity.signal ?? new AbortController().signal) : undefined;
    return runHelper(this.#engine, helperOptions(cluster, node, image, place, script), signal);
  }

  async removeNode(cluster: string, node: NodeName, { keepData = false } = {}): Promise<void> {
    const container = await findContainer(this.#engine, cluster, node);
    if (container !== undefined) {
      await engineCallUnlessGone(`removing ${node}`, () => container.remove({ force: true, v: true }));
    }
    if (keepData) return;
    // By its label, not by the container's mounts: the container may be gone already, and a volume another's.
    const volumes = await listVolumes(this.#engine, `${LABEL.cluster}=${cluster}`);
    const own = volumes.filter(({ Name }) => Name === volumeName(cluster, node));
    await all(own, ({ Name }) => this.#removeVolume(Name));
  }

  async *logs(cluster: string, node: NodeName, options: LogOptions = {}): AsyncIterable<string> {
    const { tail, follow = false, signal } = options;
    const container = this.#engine.docker.getContainer(containerName(cluster, node));
    const what = `reading the log of ${node}`;
    const both = { stdout: true, stderr: true };
    const last = tail === undefined ? {} : { tail };
    if (!follow) {
      yield* logLines([await engineCall(what, () => container.logs({ ...both, ...last, follow: false }))]);
      return;
    }
    yield* followLog(container, what, last, signal);
  }

  async runClient(
    cluster: string,
    node: NodeName,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<number | undefined> {
    const container = await requireContainer(this.#engine, cluster, node);
    const { Config } = await engineCall(`looking at ${node}`, () => container.inspect());
    const port = Config.Labels[LABEL.port] ?? '';
    // A person's session may take as long as it likes: no time limit here.
    return runInteractive(this.#engine.docker, container, ['redis-cli', '-p', port, ...args], env);
  }

  /** Where no image with the tools can be had, the node's own may have what is needed. */
  async #helperImage(nodeImage: string, activity: Activity): Promise<string> {
    this.#toolsImage ??= prepareTools(this.#engine, activity);
    try {
      return await this.#toolsImage;
    } catch (error) {
      if (!isRclusterError(error, 'IMAGE_UNAVAILABLE')) {
        this.#toolsImage = undefined;
        throw error;
      }
      return nodeImage;
    }
  }

  async #removeVolume(name: string): Promise<void> {
    await engineCallUnlessGone(`removing volume ${name}`, () => this.#engine.docker.getVolume(name).remove());
  }
}

/** The system would only name the engine's proxy. */
function holdersIn(clusters: readonly ClusterRecord[]): Map<Port, string> {
  const running = clusters.flatMap(({ spec, nodes }) =>
    nodes
      .filter(({ state }) => state === 'running')
      .map(({ name, port }) => [port, `${name} of cluster "${spec.name}"`] as const),
  );
  return new Map(running);
}

/** The engine starts anything but a frozen container, and says so. */
function isPaused(error: unknown): boolean {
  return messageOf(error).includes('paused container');
}
