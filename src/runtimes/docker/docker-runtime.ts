import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { Container, ContainerInfo, VolumeInspectInfo } from 'dockerode';
import { all } from '../../base/concurrency.js';
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
  splitStreams,
  statusOf,
  type Engine,
} from './engine.js';
import { prepareImage, serverCommand } from './images.js';
import { runInteractive } from './interactive.js';
import { createNetwork, findNetwork, subnetOf } from './networks.js';
import { nodeAddress } from '../../config/subnets.js';
import { CONFIG_PATH, containerName, containerOptions, nodeOfContainer, nodeOfVolume } from './translate.js';

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
    await requireFreePorts(
      spec.bind,
      nodes.filter((node) => existing.every((other) => other.name !== node.name)).map((node) => node.port),
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
    const { Volumes } = await engineCall('listing volumes', () =>
      this.#engine.docker.listVolumes({ filters: { label: [`${LABEL.cluster}=${name}`] } }),
    );
    if (!keepData) await all(Volumes, ({ Name }) => this.#removeVolume(Name));
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
    const container = this.#engine.docker.getContainer(containerName(cluster, node));
    try {
      await container.start();
    } catch (error) {
      if (isPaused(error)) await engineCallUnlessGone(`resuming ${node}`, () => container.unpause());
      else if (statusOf(error) !== 304) throw engineError(`starting ${node}`, error);
    }
  }

  async stopNode(cluster: string, node: NodeName): Promise<void> {
    const container = this.#engine.docker.getContainer(containerName(cluster, node));
    await engineCallUnlessGone(`stopping ${node}`, () => container.stop());
  }

  async killNode(cluster: string, node: NodeName): Promise<void> {
    const container = this.#engine.docker.getContainer(containerName(cluster, node));
    await engineCall(`killing ${node}`, () => container.kill({ signal: 'SIGKILL' }));
  }

  async removeNode(cluster: string, node: NodeName): Promise<void> {
    const container = await this.#ours(cluster, node).catch(() => undefined);
    if (container === undefined) return;
    const { Mounts } = await engineCall(`looking at ${node}`, () => container.inspect());
    await engineCallUnlessGone(`removing ${node}`, () => container.remove({ force: true, v: true }));
    await all(Mounts, async ({ Name }) => Name !== undefined && this.#removeVolume(Name));
  }

  async *logs(cluster: string, node: NodeName, options: LogOptions = {}): AsyncIterable<string> {
    const container = this.#engine.docker.getContainer(containerName(cluster, node));
    const output = new PassThrough();
    const selection = {
      stdout: true,
      stderr: true,
      ...(options.tail !== undefined && { tail: options.tail }),
    };
    if (options.follow === true) {
      const stream = await engineCall(`reading the log of ${node}`, () =>
        container.logs({ ...selection, follow: true }),
      );
      splitStreams(this.#engine.docker, stream, output, output);
      stream.once('end', () => output.end());
      stream.once('error', () => output.end());
      options.signal?.addEventListener(
        'abort',
        () => ('destroy' in stream ? (stream.destroy as () => void)() : undefined, output.end()),
      );
    } else {
      const text = await engineCall(`reading the log of ${node}`, () =>
        container.logs({ ...selection, follow: false }),
      );
      const source = new PassThrough();
      splitStreams(this.#engine.docker, source, output, output);
      source.end(text, () => output.end());
    }
    yield* createInterface({ input: output, crlfDelay: Infinity });
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
      const nodes = ofCluster.map(nodeOfContainer);
      const kept = ((volumes as VolumeInspectInfo[] | null) ?? [])
        .filter((volume) => clusterOf(volume) === name && volume.Labels[LABEL.node] !== undefined)
        .map((volume) => nodeOfVolume(volume, network === undefined ? undefined : subnetOf(network)))
        .filter((node) => nodes.every(({ number }) => number !== node.number));
      const spec = specOfLabels(name, ofCluster[0]?.Labels ?? network?.Labels ?? {});
      return {
        spec,
        runtime: 'docker',
        server: ofCluster[0]?.Image ?? spec.image,
        nodes: [...nodes, ...kept].sort((a, b) => a.number - b.number),
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
    return facts;
  }

  /** @throws ENGINE_ERROR when another's container goes by the name */
  async #ours(cluster: string, node: NodeName): Promise<Container> {
    const name = containerName(cluster, node);
    const container = this.#engine.docker.getContainer(name);
    const { Config } = await engineCall(`looking at ${name}`, () => container.inspect());
    if (Config.Labels[LABEL.cluster] !== cluster) {
      throw new RclusterError(
        'ENGINE_ERROR',
        `a container called ${name} exists that rcluster did not make`,
        {
          hint: `--cluster with another name, or docker rm ${name}`,
        },
      );
    }
    return container;
  }

  async #removeVolume(name: string): Promise<void> {
    await engineCallUnlessGone(`removing volume ${name}`, () => this.#engine.docker.getVolume(name).remove());
  }
}

/** The engine starts anything but a frozen container, and says so. */
function isPaused(error: unknown): boolean {
  return error instanceof Error && error.message.includes('paused container');
}

/** A tar of one file, which the engine unpacks into the container: a bind mount would need a local engine. */
async function archiveOf(name: string, text: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name, mode: 0o644 }, text);
  archive.finalize();
  return buffer(archive);
}
