import type { Emit } from '../base/events.js';
import { RclusterError } from '../base/errors.js';
import { findNode } from '../cluster/node-reference.js';
import type { NodeReport, StatusReport } from '../operations/observe.js';
import { observe } from '../operations/observe.js';
import { again, type FoundCluster } from '../runtimes/detect.js';
import { pickTargets, type Fault, type Random } from './faults/index.js';
import { moment } from './moment.js';
import type { TimelineEvent } from './timeline.js';
import type { Watcher } from './watcher.js';
import type { Workload } from './workload/workload.js';

/** A fault in the course of a run, and whom it struck, as they were then. */
export interface Strike {
  readonly name: string | undefined;
  readonly fault: Fault;
  readonly nodes: readonly NodeReport[];
  /** Moments. */
  readonly at: number;
  healedAt: number | undefined;
}

/** A change to the cluster in the course of a run. */
export interface Errand {
  readonly name: string | undefined;
  readonly text: string;
  /** The moment of its beginning. */
  readonly at: number;
  /** Whom it is about, as they were then. */
  nodes: readonly NodeReport[];
  /** Settles when it has ended, either way. */
  ended: Promise<void>;
  /** The moment of its end; undefined before. */
  endedAt: number | undefined;
  /** It has begun to move slots. */
  isMoving: boolean;
  failure: unknown;
}

/** What a run has from its beginning. */
export interface Setting {
  readonly found: FoundCluster;
  /** The cluster as the run began. */
  readonly before: StatusReport;
  /** The masters that owned slots then, by name, and the client profiles that write to them. */
  readonly shards: readonly string[];
  readonly profiles: readonly string[];
  readonly watcher: Watcher;
  readonly workload: Workload;
  readonly random: Random;
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
}

/** All that the steps of a run share. */
export class Stage {
  readonly strikes: Strike[] = [];
  readonly errands: Errand[] = [];
  /** `atMs` are moments. */
  readonly events: TimelineEvent[] = [];
  /** What the reader of the report should know, a sentence each. */
  readonly remarks: string[] = [];
  /** The change in whose course the next fault is to strike. */
  meanwhile: Errand | undefined;
  /** Nodes by the names that steps gave them. */
  readonly #named = new Map<string, readonly string[]>();

  constructor(readonly setting: Setting) {}

  get cluster(): string {
    return this.setting.found.record.spec.name;
  }

  /** The moment that counts as 0: of the first fault, or else of the first change; undefined before. */
  get zero(): number | undefined {
    return this.strikes[0]?.at ?? this.errands[0]?.at;
  }

  say(kind: TimelineEvent['kind'], node: string, event: string, atMs = moment()): void {
    this.events.push({ atMs, node, kind, event });
  }

  /** Later steps may call these nodes so. */
  name(label: string | undefined, nodes: readonly string[]): void {
    if (label !== undefined) this.#named.set(label, nodes);
  }

  async look(): Promise<StatusReport> {
    return observe(await again(this.setting.found));
  }

  /** A target with the names that steps gave replaced by those of the nodes: `replica-of victim`. */
  spelledOut(target: string): string {
    return target.replace(/(?<![\w:-])[a-z][a-z0-9-]*(?![\w:-])/g, (word) => {
      const nodes = this.#named.get(word);
      return nodes === undefined ? word : nodes.join(',');
    });
  }

  /** The nodes that a target means now. @throws NODE_UNKNOWN, NODE_AMBIGUOUS, CONFIG_INVALID */
  nodesOf(target: string, status: StatusReport): NodeReport[] {
    const names = this.spelledOut(target)
      .split(',')
      .flatMap((part) => pickTargets(part, status, this.setting.random));
    return names.map((name) => findNode(status.nodes, name));
  }

  /** @throws CONFIG_INVALID when they are several */
  nodeOf(target: string, status: StatusReport): NodeReport {
    const [node, ...others] = this.nodesOf(target, status);
    if (node !== undefined && others.length === 0) return node;
    throw new RclusterError(
      'CONFIG_INVALID',
      `"${target}" is ${others.length + 1} nodes, where one is needed`,
    );
  }
}
