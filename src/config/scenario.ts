import type { Expectation } from './expectation.js';
import type { ResolvedFault } from './fault-schema.js';

/** A drill as it was written down, after validation; times are milliseconds, sizes bytes. */
export interface Scenario {
  readonly name: string;
  /** What it answers, in one sentence. */
  readonly question: string;
  readonly needs: Needs;
  /** Server settings, by their redis.conf names, that hold for as long as the drill runs. */
  readonly settings: Readonly<Record<string, string>>;
  readonly load: Load;
  readonly steps: readonly Step[];
  readonly expectations: readonly Expectation[];
}

/** What the cluster has to be like at least. */
export interface Needs {
  readonly masters: number;
  /** Of each master. */
  readonly replicas: number;
}

/** The clients' load; what is left out is the workload's own default. */
export interface Load {
  readonly rate?: number | undefined;
  readonly clients?: number | undefined;
  readonly readRatio?: number | undefined;
  readonly valueBytes?: number | undefined;
  readonly keys?: number | undefined;
  readonly hashTags?: boolean | undefined;
  readonly waitReplicas?: number | undefined;
}

export type Step = LoadStep | FaultStep | WaitStep | CheckStep | HealStep | CommandStep | RepeatStep;

/** Nothing but the load, for a while. */
export interface LoadStep {
  readonly kind: 'load';
  readonly ms: number;
}

export interface FaultStep {
  readonly kind: 'fault';
  readonly fault: ResolvedFault;
  /** By which later steps mean the fault, and the nodes that it struck. */
  readonly as: string | undefined;
}

/** What can be waited for, and checked. */
export const CONDITIONS = {
  suspected: 'some node suspects the struck ones (PFAIL)',
  failed: 'a majority calls the struck nodes failed (FAIL)',
  promoted: 'others own the slots of the struck masters',
  rejoined: 'the struck nodes run, and take part in the cluster again',
  writable: 'every shard has acknowledged a write of every client profile',
  'state-ok': 'every node that answers says cluster_state:ok',
  'state-fail': 'a node that answers says cluster_state:fail',
  'topology-agreed': 'every node that answers says the same of slots and roles',
  migrating: 'slots are on their way',
  finished: 'the command in the background has ended',
  healthy: 'there is nothing to find fault with',
} as const;

export type Condition = keyof typeof CONDITIONS;

export interface WaitStep {
  readonly kind: 'wait-for';
  readonly condition: Condition;
  readonly withinMs: number;
  /** The name of the fault or command that is meant; otherwise the last one. */
  readonly of: string | undefined;
}

export interface CheckStep {
  readonly kind: 'check';
  readonly condition: Condition;
  readonly of: string | undefined;
}

export interface HealStep {
  readonly kind: 'heal';
  /** The fault's name, or `all`. */
  readonly name: string;
}

/** A change to the cluster. A node is named as on the command line, as a fault's target, or by an earlier step. */
export type TopologyCommand =
  | { readonly command: 'add-master'; readonly count: number; readonly replicas: number | undefined }
  | { readonly command: 'add-replica'; readonly count: number; readonly of: string | undefined }
  | { readonly command: 'remove'; readonly nodes: readonly string[] }
  | {
      readonly command: 'rebalance';
      readonly weights: Readonly<Record<string, number>>;
      readonly includeEmpty: boolean;
    }
  | { readonly command: 'failover'; readonly node: string; readonly how: 'graceful' | 'force' | 'takeover' }
  | { readonly command: 'start'; readonly node: string };

export interface CommandStep {
  readonly kind: 'command';
  readonly command: TopologyCommand;
  readonly as: string | undefined;
  /** The next step begins at once. */
  readonly background: boolean;
}

export interface RepeatStep {
  readonly kind: 'repeat';
  /** So many times, or once for each node of the kind, which its steps call `each`. */
  readonly times: number | undefined;
  readonly each: 'node' | 'master' | 'replica' | undefined;
  readonly steps: readonly Step[];
}
