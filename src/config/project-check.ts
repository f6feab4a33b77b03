import { isRclusterError } from '../base/errors.js';
import { optionsOf } from './layers.js';
import type { ProjectFile } from './project-file.js';
import { resolveUp, type ResolvedUp } from './resolve.js';
import type { UpOptions } from './schema.js';
import { freeSubnets } from './subnets.js';
import { BUS_PORT_OFFSET } from './types.js';
import { keyOf } from './vocabulary.js';

/** What is wrong with a file whose every part is well formed: each cluster as a whole, and all of them side by side. Pure. */

/** A cluster of the file, with the ports that it takes. */
export interface PlannedCluster {
  readonly cluster: string;
  readonly image: string;
  readonly nodes: number;
  readonly firstPort: number;
  readonly lastPort: number;
}

export interface ProjectReport {
  readonly clusters: readonly PlannedCluster[];
  readonly problems: readonly string[];
}

interface Resolved extends ResolvedUp {
  readonly planned: PlannedCluster;
}

export function checkProject(file: ProjectFile): ProjectReport {
  const problems: string[] = [];
  const clusters: Resolved[] = [];
  for (const [cluster, layer] of file.clusters) {
    const options = optionsOf(layer) as UpOptions;
    try {
      const resolved = resolveUp({ ...options, cluster });
      const { masters, replicas, basePort: firstPort, image } = resolved.spec;
      const nodes = masters * (1 + replicas);
      const planned = { cluster, image, nodes, firstPort, lastPort: firstPort + nodes - 1 };
      clusters.push({ ...resolved, planned });
    } catch (error) {
      if (!isRclusterError(error, 'CONFIG_INVALID')) throw error;
      for (const line of error.details.length > 0 ? error.details : [error.message]) {
        const [, key = '', said = line] = /^(?:--)?([a-z-]+)(?::)? (.*)$/.exec(line) ?? [];
        const path = ['clusters', cluster, key];
        problems.push(`${file.placeOf(path)}: ${path.join('.')}: ${said}`);
      }
    }
  }
  if (file.cluster !== undefined && file.clusters.size > 0 && !file.clusters.has(file.cluster.value)) {
    const names = [...file.clusters.keys()].join(', ');
    problems.push(`${file.cluster.origin}: cluster: "${file.cluster.value}" is none of ${names}`);
  }
  for (const [index, one] of clusters.entries()) {
    for (const other of clusters.slice(index + 1)) problems.push(...clashes(one, other, file));
  }
  return { clusters: clusters.map(({ planned }) => planned), problems };
}

/** Why two clusters cannot be up at the same time; the later one is to blame. */
function clashes(one: Resolved, other: Resolved, file: ProjectFile): string[] {
  const { cluster } = other.planned;
  const place = (option: string) => {
    const path = ['clusters', cluster, keyOf(option)];
    return `${file.placeOf(path)}: ${path.join('.')}:`;
  };
  const problems: string[] = [];
  const port = sharedPort(one, other);
  if (port !== undefined) {
    const free = one.planned.lastPort + 1;
    problems.push(
      `${place('basePort')} port ${port} is also ${one.planned.cluster}'s (${one.planned.firstPort}-${one.planned.lastPort}); such as ${Math.ceil(free / 100) * 100} is free of it`,
    );
  }
  const [a, b] = [one.spec.subnet, other.spec.subnet];
  if (a !== '' && b !== '' && freeSubnets([b], [a]).length === 0)
    problems.push(`${place('subnet')} ${b} meets ${one.planned.cluster}'s ${a}`);
  return problems;
}

/** The first port that both would take: also for the cluster bus, unless the nodes have a network of their own for that. */
function sharedPort(one: Resolved, other: Resolved): number | undefined {
  const everywhere = '0.0.0.0';
  const addresses = [one.spec.bind, other.spec.bind];
  const isApart = one.spec.bind !== other.spec.bind && !addresses.includes(everywhere);
  if (isApart || one.behaviour.anyPort || other.behaviour.anyPort) return undefined;
  const taken = new Set(portsOf(one));
  return portsOf(other).find((port) => taken.has(port));
}

function portsOf({ planned: { firstPort, nodes }, behaviour }: Resolved): number[] {
  const ports = Array.from({ length: nodes }, (_, index) => firstPort + index);
  return behaviour.runtime === 'process' ? [...ports, ...ports.map((port) => port + BUS_PORT_OFFSET)] : ports;
}
