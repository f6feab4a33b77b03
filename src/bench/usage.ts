import { cpus } from 'node:os';
import { all } from '../base/concurrency.js';
import { resources, type ServerResources } from '../redis/commands/index.js';
import { NodeConnection } from '../redis/connection.js';
import type { TargetNode } from './target.js';
import { wireCounts, wiresTo, type Wire, type WireCounts } from './wires.js';

/** What has been used up to a moment, of everything that has a part in a benchmark. */
export interface Snapshot {
  /** By the node's place. */
  readonly nodes: readonly ServerResources[];
  /** Of this process, with the threads of the load. */
  readonly loadCpuSeconds: number;
  /** Of all cores together, since the machine's start. */
  readonly busySeconds: number;
  readonly idleSeconds: number;
  readonly cores: number;
  readonly wires: readonly (Wire & WireCounts)[];
}

/**
 * Connections to all nodes for as long as `work` takes, and a way to look at what they have used. Of a node that has ended in
 * the meantime it is what it had used when it was last looked at.
 */
export async function withSnapshots<Result>(
  nodes: readonly TargetNode[],
  work: (look: () => Promise<Snapshot>) => Promise<Result>,
): Promise<Result> {
  const connections = await all(nodes, (node) => NodeConnection.open(node));
  try {
    const wires = await wiresTo(nodes);
    const known = new Map<NodeConnection, ServerResources>();
    const ask = async (connection: NodeConnection) => {
      try {
        const answer = await connection.run(resources());
        known.set(connection, answer);
        return answer;
      } catch (error) {
        const last = known.get(connection);
        if (last === undefined) throw error;
        return last;
      }
    };
    return await work(async () => ({
      nodes: await all(connections, ask),
      wires: await all(wires, async (wire) => ({ ...wire, ...(await wireCounts(wire)) })),
      ...machineUsage(),
    }));
  } finally {
    for (const connection of connections) connection.close();
  }
}

function machineUsage(): Omit<Snapshot, 'nodes' | 'wires'> {
  const { user, system } = process.cpuUsage();
  const cores = cpus();
  const sum = (of: (times: (typeof cores)[number]['times']) => number) =>
    cores.reduce((total, { times }) => total + of(times), 0) / 1000;
  return {
    cores: cores.length,
    loadCpuSeconds: (user + system) / 1e6,
    busySeconds: sum((times) => times.user + times.nice + times.sys + times.irq),
    idleSeconds: sum(({ idle }) => idle),
  };
}
