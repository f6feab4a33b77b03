import { all } from '../../base/concurrency.js';
import { silent } from '../../base/events.js';
import { processIsAlive } from '../../base/process-is-alive.js';
import type { NodeName } from '../../config/types.js';
import { again, findCluster, type FoundCluster } from '../../runtimes/detect.js';
import type { FaultKind, FaultRecord } from './fault.js';
import { mayBeOnItsWay, readLedger, strikeOut, type LedgerEntry } from './ledger.js';
import { chainOf } from './network-commands.js';
import { marksIn } from './network.js';

/** Something that is broken now. */
export interface ActiveFault {
  /** Undefined for what was found without being in the ledger, and says too little of itself. */
  readonly fault: FaultKind | undefined;
  readonly nodes: readonly NodeName[];
  readonly text: string;
  /** ISO 8601; undefined when nobody wrote it down. */
  readonly since: string | undefined;
  /** Who injected it, if that process is still there. */
  readonly pid: number | undefined;
}

/** What is broken on purpose, by the ledger and by the looks of it. @throws CLUSTER_UNKNOWN */
export async function activeFaults(cluster: string): Promise<ActiveFault[]> {
  const found = await findCluster(cluster);
  const entries = await currentEntries(found);
  const seen = [...pausedBeside(found, entries), ...(await networkBeside(found, entries))];
  return [...entries.map(activeOf), ...seen];
}

/** The ledger without what is over by itself: a killed node that was started again by hand. That is struck out. */
export async function currentEntries(found: FoundCluster): Promise<LedgerEntry[]> {
  const entries = await readLedger(found.record.spec.name);
  if (entries.length === 0) return [];
  // Looked at before it was struck, a node would pass for one that is back.
  const { record } = await again(found);
  const isOver = ({ fault }: LedgerEntry) => {
    const states = nodesOf(fault).map((name) => record.nodes.find((node) => node.name === name)?.state);
    if (fault.fault === 'kill' || fault.fault === 'stop')
      return states.every((state) => state === 'running' || state === undefined);
    return fault.fault === 'pause' && states.every((state) => state !== 'paused');
  };
  const over = entries.filter((entry) => isOver(entry) && !mayBeOnItsWay(entry));
  await all(over, ({ id }) => strikeOut(record.spec.name, id));
  return entries.filter((entry) => !over.includes(entry));
}

export function nodesOf(record: FaultRecord): readonly NodeName[] {
  if (record.fault === 'settings') return Object.keys(record.previous);
  return record.fault === 'partition' ? record.groups.flat() : record.nodes;
}

function activeOf({ fault, text, injectedAt, pid }: LedgerEntry): ActiveFault {
  return {
    fault: fault.fault,
    nodes: nodesOf(fault),
    text,
    since: injectedAt,
    pid: processIsAlive(pid) ? pid : undefined,
  };
}

function pausedBeside({ record }: FoundCluster, entries: readonly LedgerEntry[]): ActiveFault[] {
  const known = new Set(entries.flatMap(({ fault }) => (fault.fault === 'pause' ? fault.nodes : [])));
  return record.nodes
    .filter(({ name, state }) => state === 'paused' && !known.has(name))
    .map(({ name }) => seen('pause', name, `pause ${name}`));
}

async function networkBeside(found: FoundCluster, entries: readonly LedgerEntry[]): Promise<ActiveFault[]> {
  if (found.runtime.kind === 'process') return [];
  const chains = new Set(entries.map(({ id }) => `chain ${chainOf(id)}`));
  const touches = (...kinds: FaultKind[]) =>
    new Set(entries.flatMap(({ fault }) => (kinds.includes(fault.fault) ? nodesOf(fault) : [])));
  const delayed = touches('latency');
  const isCut = entries.some(({ fault }) => fault.fault === 'partition' || fault.fault === 'isolate');
  const up = found.record.nodes.filter(({ state }) => state === 'running' || state === 'paused');
  const marks = await all(up, async ({ name }) => {
    const lines = await marksIn({ found, emit: silent, signal: undefined }, name, false);
    return lines
      .filter((line) => !chains.has(line))
      .filter((line) => !(line === 'delay' && delayed.has(name)))
      .filter((line) => !(line.startsWith('route ') && isCut))
      .map((line) => seen(line === 'delay' ? 'latency' : undefined, name, `${name}: ${line}`));
  });
  return marks.flat();
}

function seen(fault: FaultKind | undefined, node: NodeName, text: string): ActiveFault {
  return { fault, nodes: [node], text: `${text} (nobody wrote it down)`, since: undefined, pid: undefined };
}
