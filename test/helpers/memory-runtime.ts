import { RclusterError } from '../../src/base/errors.js';
import type { ClusterSpec, NodeName, NodeSpec, Port, RuntimeKind } from '../../src/config/types.js';
import {
  CONFIG_FILE,
  type ClusterRecord,
  type HelperPlace,
  type HelperResult,
  type HelperScript,
  type LogOptions,
  type NodeSetup,
  type NodeState,
  type Runtime,
  type RuntimeNode,
  type Server,
} from '../../src/runtimes/runtime.js';

/** A node of the fake: all of it is in this process, and nothing listens on its port. */
class MemoryNode {
  readonly spec: NodeSpec;
  readonly peerHost: string;
  config: string;
  state: NodeState = 'created';
  /** Removed, but for its data. */
  isKept = false;
  starts = 0;
  log: string[] = [];
  #grown = new AbortController();

  constructor(spec: NodeSpec, peerHost: string, config: string) {
    this.spec = spec;
    this.peerHost = peerHost;
    this.config = config;
  }

  get isUp(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  /** Everything but the data goes. */
  remove(): void {
    this.state = 'exited';
    this.isKept = true;
    this.log = [];
  }

  /** Makes it anew around its data; one that is there stays as it is. */
  create(config: string): void {
    this.config = config;
    if (this.isKept) this.state = 'created';
    this.isKept = false;
  }

  write(...lines: readonly string[]): void {
    this.log.push(...lines.map((line) => `1:M 01 Jan 2026 00:00:00.000 * ${line}`));
    const grown = this.#grown;
    this.#grown = new AbortController();
    grown.abort();
  }

  /** Resolves when there are more lines, or when the signal fires. */
  async more(signal: AbortSignal | undefined): Promise<void> {
    const either = signal === undefined ? this.#grown.signal : AbortSignal.any([this.#grown.signal, signal]);
    if (either.aborted) return;
    await new Promise((resolve) => either.addEventListener('abort', resolve, { once: true }));
  }
}

interface MemoryCluster {
  spec: ClusterSpec;
  server: string;
  readonly subnet: number;
  readonly nodes: Map<NodeName, MemoryNode>;
}

type Method = Exclude<keyof Runtime, 'kind'>;

/**
 * A runtime without an engine and without servers, for tests of what is built on runtimes. It keeps the contract of
 * test/contract except for what a server would answer: nodes run, but nothing listens.
 */
export class MemoryRuntime implements Runtime {
  readonly kind: RuntimeKind;
  /** What was asked for so far, in order: `createNodes node-1`, `removeCluster`. Looking is not written down. */
  readonly calls: string[] = [];
  /** What `prepare` answers; undefined: the spec's image. */
  server: Server | undefined;
  /** What a helper's script comes to: as on a kernel that can do everything. */
  helper: (run: { node: NodeName; place: HelperPlace; script: HelperScript }) => HelperResult = () => ({
    code: 0,
    output: '',
  });
  readonly #clusters = new Map<string, MemoryCluster>();
  readonly #held = new Map<Port, string>();
  readonly #failures = new Map<string, Error[]>();
  #subnets = 0;

  constructor(kind: RuntimeKind = 'docker') {
    this.kind = kind;
  }

  // What happens to nodes without the runtime's doing, and what tests look at.

  /** The next such call rejects: `failNext('startNode', error)`, or `failNext('startNode node-2', error)`. */
  failNext(call: Method | `${Method} ${NodeName}`, error: Error): void {
    this.#failures.set(call, [...(this.#failures.get(call) ?? []), error]);
  }

  freeze(cluster: string, node: NodeName): void {
    this.#existing(cluster, node).state = 'paused';
  }

  /** The node ends by itself, with these as the last lines of its log. */
  crash(cluster: string, node: NodeName, ...lines: readonly string[]): void {
    const crashed = this.#existing(cluster, node);
    crashed.write(...lines);
    crashed.state = 'exited';
  }

  writeLog(cluster: string, node: NodeName, ...lines: readonly string[]): void {
    this.#existing(cluster, node).write(...lines);
  }

  /** Something else takes the port. @returns gives it back */
  holdPort(port: Port, holder = 'pid 4242, somebody'): () => void {
    this.#held.set(port, holder);
    return () => this.#held.delete(port);
  }

  /** The text of a node's redis.conf, as it was given last. */
  configOf(cluster: string, node: NodeName): string {
    return this.#existing(cluster, node).config;
  }

  // The runtime.

  clusters(): Promise<ClusterRecord[]> {
    return this.#looking('clusters', () =>
      [...this.#clusters.keys()].sort().flatMap((name) => this.#record(name) ?? []),
    );
  }

  cluster(name: string): Promise<ClusterRecord | undefined> {
    return this.#looking('cluster', () => this.#record(name));
  }

  prepare(spec: ClusterSpec): Promise<Server> {
    return this.#doing('prepare', undefined, () => {
      return this.server ?? { reference: spec.image, notice: undefined };
    });
  }

  checkRoom(spec: ClusterSpec, nodes: readonly NodeSpec[]): Promise<void> {
    return this.#looking('checkRoom', () => {
      const own = this.#clusters.get(spec.name)?.nodes;
      const missing = nodes.filter(({ name }) => own?.get(name)?.isUp !== true);
      const [first, ...others] = missing.flatMap(({ port }) => {
        const holder = this.#holderOf(port);
        return holder === undefined ? [] : [`${spec.bind}:${port} is taken (${holder})`];
      });
      if (first === undefined) return;
      throw new RclusterError('PORT_IN_USE', first, { details: others, hint: '--base-port, or --any-port' });
    });
  }

  portIsFree(_spec: ClusterSpec, port: Port): Promise<boolean> {
    return this.#looking('portIsFree', () => this.#holderOf(port) === undefined);
  }

  createCluster(spec: ClusterSpec): Promise<void> {
    return this.#doing('createCluster', undefined, () => {
      if (this.#clusters.has(spec.name)) return;
      this.#subnets += 1;
      this.#clusters.set(spec.name, {
        spec,
        server: spec.image,
        subnet: this.#subnets,
        nodes: new Map(),
      });
    });
  }

  createNodes(spec: ClusterSpec, server: Server, nodes: readonly NodeSetup[]): Promise<string[]> {
    return Promise.all(
      nodes.map(({ node, files }) => {
        const config = files.find(({ name }) => name === CONFIG_FILE)?.text ?? '';
        return this.#createNode(spec, server, node, config);
      }),
    );
  }

  #createNode(spec: ClusterSpec, server: Server, node: NodeSpec, config: string): Promise<string> {
    return this.#doing('createNodes', node.name, () => {
      const cluster = this.#clusters.get(spec.name);
      if (cluster === undefined) throw new RclusterError('ENGINE_ERROR', `network ${spec.name} is gone`);
      const peerHost = `10.0.${cluster.subnet}.${10 + node.number}`;
      const made = cluster.nodes.get(node.name) ?? new MemoryNode(node, peerHost, config);
      made.create(config);
      cluster.spec = spec;
      cluster.server = server.reference;
      cluster.nodes.set(node.name, made);
      return made.peerHost;
    });
  }

  hasData(name: string): Promise<boolean> {
    return this.#looking('hasData', () => (this.#clusters.get(name)?.nodes.size ?? 0) > 0);
  }

  removeCluster(name: string, { keepData }: { keepData: boolean }): Promise<void> {
    return this.#doing('removeCluster', undefined, () => {
      if (!keepData) this.#clusters.delete(name);
      else for (const node of this.#clusters.get(name)?.nodes.values() ?? []) node.remove();
    });
  }

  startNode(cluster: string, node: NodeName): Promise<void> {
    return this.#doing('startNode', node, () => {
      const started = this.#existing(cluster, node);
      if (!started.isUp) {
        started.starts += 1;
        started.write('Ready to accept connections');
      }
      started.state = 'running';
    });
  }

  stopNode(cluster: string, node: NodeName): Promise<void> {
    return this.#doing('stopNode', node, () => {
      const stopped = this.#clusters.get(cluster)?.nodes.get(node);
      if (stopped?.isUp !== true) return;
      stopped.write('User requested shutdown...', 'Redis is now ready to exit, bye bye...');
      stopped.state = 'exited';
    });
  }

  killNode(cluster: string, node: NodeName): Promise<void> {
    return this.#doing('killNode', node, () => {
      const killed = this.#clusters.get(cluster)?.nodes.get(node);
      if (killed?.isUp !== true) throw new RclusterError('NODE_NOT_RUNNING', `${node} is not running`);
      killed.state = 'exited';
    });
  }

  pauseNode(cluster: string, node: NodeName): Promise<void> {
    return this.#doing('pauseNode', node, () => {
      const paused = this.#existing(cluster, node);
      if (!paused.isUp) throw new RclusterError('NODE_NOT_RUNNING', `${node} is not running`);
      paused.state = 'paused';
    });
  }

  resumeNode(cluster: string, node: NodeName): Promise<void> {
    return this.#doing('resumeNode', node, () => {
      const resumed = this.#existing(cluster, node);
      if (resumed.isUp) resumed.state = 'running';
    });
  }

  /** Nothing is run: what it would answer is in `helper`. */
  runHelper(
    cluster: string,
    node: NodeName,
    place: HelperPlace,
    script: HelperScript,
  ): Promise<HelperResult> {
    return this.#doing('runHelper', node, () => {
      const { isUp } = this.#existing(cluster, node);
      if (place === 'network' && !isUp)
        throw new RclusterError('NODE_NOT_RUNNING', `${node} has ended, and its network with it`);
      return this.helper({ node, place, script });
    });
  }

  removeNode(cluster: string, node: NodeName, { keepData = false } = {}): Promise<void> {
    return this.#doing('removeNode', node, () => {
      if (!keepData) this.#clusters.get(cluster)?.nodes.delete(node);
    });
  }

  async *logs(cluster: string, node: NodeName, options: LogOptions = {}): AsyncIterable<string> {
    const { tail, follow = false, signal } = options;
    await this.#looking('logs', () => undefined);
    const source = this.#existing(cluster, node);
    let next = tail === undefined ? 0 : Math.max(0, source.log.length - tail);
    for (;;) {
      for (let line = source.log[next]; line !== undefined; line = source.log[next]) {
        next += 1;
        yield line;
      }
      if (!follow || signal?.aborted === true) return;
      await source.more(signal);
    }
  }

  /** There is no client here. */
  runClient(_cluster: string, node: NodeName): Promise<number | undefined> {
    return this.#doing('runClient', node, () => undefined);
  }

  #record(name: string): ClusterRecord | undefined {
    const cluster = this.#clusters.get(name);
    if (cluster === undefined) return undefined;
    const nodes = [...cluster.nodes.values()]
      .sort((a, b) => a.spec.number - b.spec.number)
      .map(({ spec, state, peerHost, starts }): RuntimeNode => ({
        ...spec,
        state,
        peerHost,
        handle: `start ${starts} of ${name}-${spec.name}`,
      }));
    return { spec: cluster.spec, runtime: this.kind, server: cluster.server, nodes };
  }

  /** @throws NODE_UNKNOWN */
  #existing(cluster: string, node: NodeName): MemoryNode {
    const existing = this.#clusters.get(cluster)?.nodes.get(node);
    if (existing === undefined || existing.isKept) {
      throw new RclusterError('NODE_UNKNOWN', `"${cluster}" has no ${node}`);
    }
    return existing;
  }

  #holderOf(port: Port): string | undefined {
    for (const { nodes } of this.#clusters.values()) {
      for (const { spec, isUp } of nodes.values()) if (isUp && spec.port === port) return spec.name;
    }
    return this.#held.get(port);
  }

  async #doing<Result>(method: Method, node: NodeName | undefined, act: () => Result): Promise<Result> {
    const call = node === undefined ? method : `${method} ${node}`;
    this.calls.push(call);
    return this.#acting(method, call, act);
  }

  async #looking<Result>(method: Method, look: () => Result): Promise<Result> {
    return this.#acting(method, method, look);
  }

  /** Later, as any runtime would: whoever forgets to wait is found out. */
  async #acting<Result>(method: Method, call: string, act: () => Result): Promise<Result> {
    await new Promise((resolve) => setImmediate(resolve));
    const failure = this.#failures.get(call)?.shift() ?? this.#failures.get(method)?.shift();
    if (failure !== undefined) throw failure;
    return act();
  }
}
