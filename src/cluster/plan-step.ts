import type { NodeName, Port } from '../config/types.js';
import type { Move } from './rebalance.js';
import type { NodeId } from './topology.js';

/** A node of a plan: its id, or the name of one that the plan boots, which has no id before. */
export type PlannedNode = NodeId;

/** `graceful` waits for the master, `force` does without it, `takeover` without the other masters' votes too. */
export type FailoverKind = 'graceful' | 'force' | 'takeover';

/** One step of any plan that changes a cluster. */
export type PlanStep =
  | { readonly kind: 'boot'; readonly node: NodeName; readonly port: Port }
  /** `node` joins the cluster that `via` is a member of. */
  | { readonly kind: 'meet'; readonly node: PlannedNode; readonly via: PlannedNode }
  | { readonly kind: 'move'; readonly move: Move }
  | { readonly kind: 'replicate'; readonly replica: PlannedNode; readonly master: PlannedNode }
  /** Every other node forgets `node`. */
  | { readonly kind: 'forget'; readonly node: PlannedNode }
  /** The server ends and its data goes. */
  | { readonly kind: 'remove'; readonly node: PlannedNode }
  /** The replica `node` becomes master. */
  | { readonly kind: 'failover'; readonly node: PlannedNode; readonly how: FailoverKind };
