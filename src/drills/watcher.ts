import { sleep } from '../base/deadline.js';
import { mergeTopology, type NodeEntry, type NodeView, type Topology } from '../cluster/topology.js';
import type { ClusterSpec } from '../config/types.js';
import { endpointOf } from '../operations/connections.js';
import { membersOf } from '../operations/observe.js';
import { clusterInfo, clusterNodes, type ClusterInfo } from '../redis/commands/index.js';
import { NodeConnection } from '../redis/connection.js';
import type { RuntimeNode } from '../runtimes/runtime.js';
import type { Look } from './lanes.js';
import { moment } from './moment.js';
import type { TimelineEvent } from './timeline.js';

/** A node that is asked a hundred times a second has less time for others; 60 nodes together have none. */
const LOOK_EVERY_MS = 10;
const MS_A_NODE = 3;
/** A node that takes longer is as good as down: it is frozen, or the machine is. */
const ANSWER_MS = 500;
const RETRY_MS = 20;

/** What a node last said of itself and the others. */
interface Glance {
  readonly view: NodeView;
  readonly info: ClusterInfo;
}

/**
 * Looks at every node all the time, each by itself, so that one that is silent does not hide the others. Its moments are
 * {@link moment}s.
 */
export class Watcher {
  /** How each node was, whenever that changed. */
  readonly looks: Look[] = [];
  /** Suspicions, and when all agreed anew; `atMs` are moments. */
  readonly events: TimelineEvent[] = [];
  readonly #stop = new AbortController();
  readonly #glances = new Map<string, Glance>();
  readonly #lastAnswers = new Map<string, number>();
  readonly #goneAt = new Map<string, number>();
  readonly #suspicions = new Set<string>();
  readonly #shapes = new Map<string, string>();
  readonly #loops = new Map<string, Promise<void>>();
  #hasDisagreed = false;

  constructor(private readonly spec: ClusterSpec) {}

  /** Watches these nodes as well, if they are not watched yet. */
  watch(nodes: readonly Pick<RuntimeNode, 'name' | 'port'>[]): void {
    for (const node of nodes) {
      if (!this.#loops.has(node.name)) this.#loops.set(node.name, this.#follow(node));
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops.values());
  }

  /** The cluster as the nodes that answer see it. */
  topology(): Topology {
    return mergeTopology(membersOf([...this.#glances.values()].map(({ view }) => view)));
  }

  /** By node, of those that answer: whether it says cluster_state:ok. */
  states(): ReadonlyMap<string, boolean> {
    return new Map([...this.#glances].map(([name, { info }]) => [name, info.ok]));
  }

  /** Which nodes say which flag of the node with this id: `fail?`, `fail`. */
  witnesses(id: string, flag: string): string[] {
    return [...this.#glances].flatMap(([name, { view }]) =>
      view.entries.some((entry) => entry.id === id && entry.flags.includes(flag)) ? [name] : [],
    );
  }

  /** When the connection to the node ended last, or else when it answered last. */
  lastSignOf(name: string): { readonly goneAt: number | undefined; readonly answeredAt: number | undefined } {
    return { goneAt: this.#goneAt.get(name), answeredAt: this.#lastAnswers.get(name) };
  }

  async #follow(node: Pick<RuntimeNode, 'name' | 'port'>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const connection = await NodeConnection.open(endpointOf(this.spec, node), ANSWER_MS).catch(
        () => undefined,
      );
      if (connection === undefined) this.#lost(node.name);
      else {
        void connection.closed.then(() => this.#goneAt.set(node.name, moment()));
        await this.#lookThrough(connection, node.name);
        connection.close();
      }
      await sleep(RETRY_MS, signal).catch(() => undefined);
    }
  }

  /** Until the node does not answer any more. */
  async #lookThrough(connection: NodeConnection, name: string): Promise<void> {
    const { signal } = this.#stop;
    const everyMs = Math.max(LOOK_EVERY_MS, MS_A_NODE * this.#loops.size);
    try {
      while (!signal.aborted) {
        const [view, info] = await Promise.all([
          connection.run(clusterNodes()),
          connection.run(clusterInfo()),
        ]);
        this.#heard(name, { view, info });
        await sleep(everyMs, signal);
      }
    } catch {
      if (!signal.aborted) this.#lost(name);
    }
  }

  #heard(name: string, glance: Glance): void {
    const at = moment();
    this.#lastAnswers.set(name, at);
    this.#glances.set(name, glance);
    const self = glance.view.entries.find(({ id }) => id === glance.view.self);
    this.#say(at, name, self?.role ?? 'down');
    this.#noteSuspicions(at, name, glance.view.entries);
    const shape = shapeOf(glance.view.entries);
    if (this.#shapes.get(name) === shape) return;
    this.#shapes.set(name, shape);
    this.#noteAgreement(at);
  }

  #lost(name: string): void {
    this.#glances.delete(name);
    this.#shapes.delete(name);
    this.#say(moment(), name, 'down');
  }

  #say(atMs: number, node: string, state: Look['state']): void {
    if (this.looks.findLast((look) => look.node === node)?.state !== state)
      this.looks.push({ atMs, node, state });
  }

  #noteSuspicions(atMs: number, node: string, entries: readonly NodeEntry[]): void {
    for (const { id, flags } of entries) {
      const key = `${node} ${id}`;
      if (!flags.includes('fail?')) this.#suspicions.delete(key);
      else if (!this.#suspicions.has(key)) {
        this.#suspicions.add(key);
        this.events.push({ atMs, node, kind: 'suspected', event: `suspects ${id} (PFAIL)` });
      }
    }
  }

  #noteAgreement(atMs: number): void {
    const isAgreed = this.topology().disagreements.length === 0;
    if (isAgreed && this.#hasDisagreed)
      this.events.push({
        atMs,
        node: 'rcluster',
        kind: 'agreed',
        event: 'all nodes that answer agree again',
      });
    this.#hasDisagreed = !isAgreed;
  }
}

/** What nodes have to agree on: who is what, and who owns what. */
function shapeOf(entries: readonly NodeEntry[]): string {
  const lines = entries.map(
    ({ id, role, replicaOf, slots }) => `${id} ${role} ${replicaOf ?? ''} ${slots.join(' ')}`,
  );
  return lines.sort().join('\n');
}
