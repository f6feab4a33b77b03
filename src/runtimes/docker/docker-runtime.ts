import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { Container, ContainerInfo, VolumeInspectInfo } from 'dockerode';
import { all } from '../../base/concurrency.js';
import { sleep } from '../../base/deadline.js';
import { RclusterError } from '../../base/errors.js';
import { LABEL, specOfLabels } from '../../config/labels.js';
import type { ClusterSpec, NodeName, NodeSpec, Port } from '../../config/types.js';
import { neighbourLimit, requireNeighbours } from '../neighbour-table.js';
import { portIsFree, requireFreePorts } from '../ports.js';
import type { Activity, ClusterRecord, LogOptions, Runtime, Server } from '../runtime.js';
import {
  connectEngine,
  engineCall,
  engineError,
  engineCallUnlessGone,
  statusOf,
  type Engine,
} from './engine.js';
import { prepareImage, serverCommand } from './images.js';
import { runInteractive } from './interactive.js';
import { logLines } from './log-stream.js';
import { createNetwork, findNetwork, subnetOf } from './networks.js';
import { nodeAddress } from '../../config/subnets.js';
import {
  CONFIG_PATH,
  containerName,
  containerOptions,
  nodeOfContainer,
  nodeOfVolume,
  volumeName,
} from './translate.js';

const NEXT_RUN_EVERY_MS = 300;

/** Nodes as containers: one network a cluster, one named volume a node. The engine's labels are the registry. */
export class DockerRuntime implements Runtime {
  readonly kind = 'docker';
  readonly #engine: Engine;
  /** What createNode has to know of the network and the image, asked for once. */
  readonly #facts = new Map<string, Promise<{ subnet: string; command: string }>>();

  private constructor(engine: Engine) {
    this.#engine = engine;
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
    return this.#records(LABEL.cluster);
  }

  async cluster(name: string): Promise<ClusterRecord | undefined> {
    return (await this.#records(`${LABEL.cluster}=${name}`))[0];
  }

  async prepare(spec: ClusterSpec, activity: Activity): Promise<Server> {
    return prepareImage(this.#engine, spec.image, activity);
  }

  async checkRoom(spec: ClusterSpec, nodes: readonly NodeSpec[]): Promise<void> {
    if (!this.#engine.isLocal) return;
    const others = (await this.clusters()).filter((record) => record.spec.name !== spec.name);
    const existing = (await this.cluster(spec.name))?.nodes ?? [];
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
    await createNetwork(this.#engine, spec);
  }

  async createNode(spec: ClusterSpec, server: Server, node: NodeSpec, config: string): Promise<string> {
    const { subnet, command } = await this.#factsOf(spec, server);
    const what = `creating ${node.name}`;
    const image = { reference: server.reference, command };
    const address = nodeAddress(subnet, node.number);
    const options = containerOptions(spec, node, image, address);
    let container: Container;
    try {
      container = await this.#engine.docker.createContainer(options);
    } catch (error) {
      if (statusOf(error) !== 409) throw engineError(what, error);
      container = await this.#ours(spec.name, node.name);
    }
    const archive = await archiveOf(CONFIG_PATH.slice(1), config);
    await engineCall(what, () => container.putArchive(archive, { path: '/' }));
    return address;
  }

  async removeCluster(name: string, { keepData }: { keepData: boolean }): Promise<void> {
    const containers = await this.#containers(`${LABEL.cluster}=${name}`);
    await all(containers, async ({ Id }) => {
      const container = this.#engine.docker.getContainer(Id);
      // What stays on the volume must be whole: redis gets the chance to save.
      if (keepData) await engineCallUnlessGone(`stopping ${Id}`, () => container.stop());
      await engineCallUnlessGone(`removing ${Id}`, () => container.remove({ force: true, v: true }));
    });
    if (!keepData) await all(await this.#volumes(name), ({ Name }) => this.#removeVolume(Name));
    const network = await findNetwork(this.#engine, name);
    // With its network the cluster keeps its addresses, which the kept nodes.conf files are full of.
    if (!keepData && network?.Labels?.[LABEL.cluster] === name) {
      await engineCallUnlessGone('removing the network', () =>
        this.#engine.docker.getNetwork(network.Id).remove(),
      );
    }
    this.#facts.delete(name);
  }

  async startNode(cluster: string, node: NodeName): Promise<void> {
    const container = await this.#ours(cluster, node);
    try {
      await container.start();
    } catch (error) {
      if (isPaused(error)) await engineCallUnlessGone(`resuming ${node}`, () => container.unpause());
      else if (statusOf(error) !== 304) throw engineError(`starting ${node}`, error);
    }
  }

  async stopNode(cluster: string, node: NodeName): Promise<void> {
    const container = await this.#find(cluster, node);
    if (container !== undefined) await engineCallUnlessGone(`stopping ${node}`, () => container.stop());
  }

  async killNode(cluster: string, node: NodeName): Promise<void> {
    const container = await this.#ours(cluster, node);
    try {
      await container.kill({ signal: 'SIGKILL' });
    } catch (error) {
      if (statusOf(error) !== 409) throw engineError(`killing ${node}`, error);
      throw new RclusterError('NODE_NOT_RUNNING', `${node} is not running`, { cause: error });
    }
  }

  async removeNode(cluster: string, node: NodeName): Promise<void> {
    const container = await this.#find(cluster, node);
    if (container !== undefined) {
      await engineCallUnlessGone(`removing ${node}`, () => container.remove({ force: true, v: true }));
    }
    // By its label, not by the container's mounts: the container may be gone already, and a volume another's.
    const volumes = await this.#volumes(cluster);
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
    if (isAborted(signal)) return;
    const following = { ...both, follow: true as const, ...(signal && { abortSignal: signal }) };
    try {
      let from: { tail?: number; since?: string } | undefined = last;
      // The engine's answer ends with the container's run; the next one takes up where it ended.
      while (from !== undefined) {
        const options = { ...following, ...from };
        // Leaving the loop, by `break` or by an error, closes the engine's connection.
        const stream = await engineCall(what, () => container.logs(options));
        yield* logLines(stream as AsyncIterable<Buffer>);
        from = await nextRun(container, signal);
      }
    } catch (error) {
      if (!isAborted(signal)) throw error;
    }
  }

  async runClient(cluster: string, node: NodeName, args: readonly string[]): Promise<number | undefined> {
    const container = await this.#ours(cluster, node);
    const { Config } = await engineCall(`looking at ${node}`, () => container.inspect());
    const port = Config.Labels[LABEL.port] ?? '';
    // A person's session may take as long as it likes: no time limit here.
    return runInteractive(this.#engine.docker, container, ['redis-cli', '-p', port, ...args]);
  }

  async #containers(label: string): Promise<ContainerInfo[]> {
    return engineCall('listing containers', () =>
      this.#engine.docker.listContainers({ all: true, filters: { label: [label] } }),
    );
  }

  async #records(label: string): Promise<ClusterRecord[]> {
    const filters = { label: [label] };
    const [containers, networks, { Volumes: volumes }] = await Promise.all([
      this.#containers(label),
      engineCall('listing networks', () => this.#engine.docker.listNetworks({ filters })),
      engineCall('listing volumes', () => this.#engine.docker.listVolumes({ filters })),
    ]);
    const clusterOf = (item: { readonly Labels?: Readonly<Record<string, string>> | undefined }) =>
      item.Labels?.[LABEL.cluster] ?? '';
    const names = new Set([...containers, ...networks].map(clusterOf));
    return [...names].sort().map((name) => {
      const ofCluster = containers.filter(
        // A compose file's one-shot service belongs to the cluster, but is no node.
        (container) => clusterOf(container) === name && container.Labels[LABEL.node] !== undefined,
      );
      const network = networks.find((other) => clusterOf(other) === name);
      const subnet = network === undefined ? undefined : subnetOf(network);
      const nodes = ofCluster.map(nodeOfContainer);
      const kept = ((volumes as VolumeInspectInfo[] | null) ?? [])
        .filter((volume) => clusterOf(volume) === name && volume.Labels[LABEL.node] !== undefined)
        .map((volume) => nodeOfVolume(volume, subnet))
        .filter((node) => nodes.every(({ number }) => number !== node.number));
      const spec = specOfLabels(name, ofCluster[0]?.Labels ?? network?.Labels ?? {});
      return {
        spec,
        runtime: 'docker',
        server: ofCluster[0]?.Image ?? spec.image,
        nodes: [...nodes, ...kept].sort((a, b) => a.number - b.number),
        subnet,
      };
    });
  }

  async #factsOf(spec: ClusterSpec, server: Server): Promise<{ subnet: string; command: string }> {
    const known = this.#facts.get(spec.name);
    if (known !== undefined) return known;
    const facts = (async () => {
      const [network, command] = await Promise.all([
        findNetwork(this.#engine, spec.name),
        serverCommand(this.#engine, server.reference),
      ]);
      if (network === undefined) throw new RclusterError('ENGINE_ERROR', `network ${spec.name} is gone`);
      return { subnet: subnetOf(network), command };
    })();
    this.#facts.set(spec.name, facts);
    // What failed is asked again.
    facts.catch(() => this.#facts.delete(spec.name));
    return facts;
  }

  async #volumes(cluster: string): Promise<VolumeInspectInfo[]> {
    const filters = { label: [`${LABEL.cluster}=${cluster}`] };
    const { Volumes } = (await engineCall('listing volumes', () =>
      this.#engine.docker.listVolumes({ filters }),
    )) as { Volumes: VolumeInspectInfo[] | null };
    return Volumes ?? [];
  }

  /** @throws NODE_UNKNOWN, ENGINE_ERROR when another's container goes by the name */
  async #ours(cluster: string, node: NodeName): Promise<Container> {
    const container = await this.#find(cluster, node);
    if (container === undefined) throw new RclusterError('NODE_UNKNOWN', `"${cluster}" has no ${node}`);
    return container;
  }

  /** @throws ENGINE_ERROR when another's container goes by the name */
  async #find(cluster: string, node: NodeName): Promise<Container | undefined> {
    const name = containerName(cluster, node);
    const container = this.#engine.docker.getContainer(name);
    try {
      const { Config } = await engineCall(`looking at ${name}`, () => container.inspect());
      if (Config.Labels[LABEL.cluster] === cluster) return container;
    } catch (error) {
      if (error instanceof RclusterError && statusOf(error.cause) === 404) return undefined;
      throw error;
    }
    throw new RclusterError('ENGINE_ERROR', `a container called ${name} exists that rcluster did not make`, {
      hint: `--cluster with another name, or docker rm ${name}`,
    });
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
  return error instanceof Error && error.message.includes('paused container');
}

/**
 * Waits until the container runs again.
 *
 * @returns when its last run ended, in seconds since 1970; undefined when the container is gone
 */
async function nextRun(
  container: Container,
  signal: AbortSignal | undefined,
): Promise<{ since: string } | undefined> {
  for (;;) {
    try {
      const { State } = await container.inspect();
      if (State.Running) return { since: (Date.parse(State.FinishedAt) / 1000).toFixed(3) };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw engineError('following a log', error);
    }
    await sleep(NEXT_RUN_EVERY_MS, signal);
  }
}

const isAborted = (signal: AbortSignal | undefined) => signal?.aborted === true;

/** A tar of one file, which the engine unpacks into the container: a bind mount would need a local engine. */
async function archiveOf(name: string, text: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name, mode: 0o644 }, text);
  archive.finalize();
  return buffer(archive);
}
