import { list } from '../../base/format.js';
import type { CheckupFacts, Unseen } from './facts.js';

/**
 * `error`: data or service is lost, now or with the next failure. `warning`: it will hurt one day. `note`: a choice that
 * somebody should have made on purpose, or what is right for a laboratory alone.
 */
export type CheckupSeverity = 'error' | 'warning' | 'note';

/** The codes are stable: scripts match on them. */
export type CheckupCode =
  | 'NODE_DOWN'
  | 'NODE_SILENT'
  | 'NODE_NOT_MEMBER'
  | 'NODE_NOT_SERVING'
  | 'NODE_SUSPECTED'
  | 'VIEWS_DISAGREE'
  | 'REPLICA_UNLINKED'
  | 'MASTER_EMPTY'
  | 'SLOTS_UNCOVERED'
  | 'SLOT_OPEN'
  | 'TOO_FEW_MASTERS'
  | 'MASTERS_EVEN'
  | 'MASTER_WITHOUT_REPLICA'
  | 'ONE_HOST'
  | 'SHARD_ON_ONE_HOST'
  | 'MAJORITY_ON_ONE_HOST'
  | 'PERSISTENCE_OFF'
  | 'SAVE_FAILED'
  | 'SLOT_SKEW'
  | 'MASTER_SKEW'
  | 'LATENCY_HIGH'
  | 'NODE_TIMEOUT_SHORT'
  | 'NODE_TIMEOUT_LONG'
  | 'MAXMEMORY_UNSET'
  | 'MEMORY_NEARLY_FULL'
  | 'EVICTION_IDLE'
  | 'OVERCOMMIT_OFF'
  | 'HUGE_PAGES_ON'
  | 'SOMAXCONN_LOW'
  | 'FILE_LIMIT_LOW'
  | 'NO_PASSWORD'
  | 'MASTERAUTH_MISSING'
  | 'VERSIONS_DIFFER'
  | 'VERSION_OLD'
  | 'OUTPUT_BUFFER'
  | 'FULL_COVERAGE_REQUIRED'
  | 'READS_WHEN_DOWN'
  | 'FAILOVER_FORBIDDEN'
  | 'STALE_REPLICA_ELIGIBLE'
  | 'BACKLOG_SMALL'
  | 'DRILL_MISSING'
  | 'DRILL_OLD'
  | 'SETTINGS_DIFFER';

/** A CONFIG SET that mends, and destroys nothing. */
export interface Fix {
  readonly node: string;
  readonly parameter: string;
  readonly value: string;
}

/** Something that a checkup found. */
export interface CheckupFinding {
  readonly code: CheckupCode;
  readonly severity: CheckupSeverity;
  /** Whom it concerns, by name; nobody when it concerns the cluster. */
  readonly nodes: readonly string[];
  /** What is so. */
  readonly message: string;
  /** Why that matters. */
  readonly why: string;
  /** What to do about it. */
  readonly mend: string;
  /** What `--fix` does, or would if this were more than a note; empty when it can do nothing. */
  readonly fixes: readonly Fix[];
}

/** What a check has come to: what it found, or why it could not look. */
export type Judgement = readonly CheckupFinding[] | Unseen;

/** One item of the checklist. */
export interface Check {
  /** What is so when nothing is found: `every slot has an owner`. */
  readonly title: string;
  readonly judge: (facts: CheckupFacts) => Judgement;
}

type Optional = 'nodes' | 'fixes';

/** A finding of its own. */
export function finding(
  parts: Omit<CheckupFinding, Optional> & Partial<Pick<CheckupFinding, Optional>>,
): CheckupFinding {
  return { nodes: [], fixes: [], ...parts };
}

/** One finding for all nodes that have the same thing wrong, or none. */
export function findingFor<Node extends { readonly name: string }>(
  nodes: readonly Node[],
  say: (names: string, nodes: readonly Node[]) => Omit<CheckupFinding, 'nodes' | 'fixes'>,
  fix: (node: Node) => Omit<Fix, 'node'> | undefined = () => undefined,
): CheckupFinding[] {
  if (nodes.length === 0) return [];
  const names = nodes.map(({ name }) => name);
  const fixes = nodes.flatMap((node) => {
    const mend = fix(node);
    return mend === undefined ? [] : [{ node: node.name, ...mend }];
  });
  return [{ ...say(namesText(names), nodes), nodes: names, fixes }];
}

/** More names than this are counted instead of listed. */
const NAMES_AT_MOST = 4;

export function namesText(names: readonly string[]): string {
  return names.length > NAMES_AT_MOST
    ? `${names.slice(0, NAMES_AT_MOST - 1).join(', ')} and ${names.length - NAMES_AT_MOST + 1} more`
    : list(names);
}

/** `is`, or of several `are`; `has` or `have`, and so on. */
export const verb = (nodes: readonly unknown[], one: string, many: string) =>
  nodes.length === 1 ? one : many;
