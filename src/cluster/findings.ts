import { SLOT_COUNT, formatRanges, toRanges, countSlots } from './slots.js';
import { masters, replicasOf, uncoveredSlots, type NodeId, type Topology } from './topology.js';

export type Severity = 'error' | 'warning';

/** Something about the cluster that a user should know of. The codes are stable. */
export interface Finding {
  readonly code:
    | 'NODE_DOWN'
    | 'NODE_SILENT'
    | 'NODE_NOT_MEMBER'
    | 'NODE_NOT_SERVING'
    | 'SLOTS_UNCOVERED'
    | 'SLOT_OPEN'
    | 'VIEWS_DISAGREE'
    | 'REPLICA_UNLINKED'
    | 'NODE_SUSPECTED'
    | 'MASTER_EMPTY'
    | 'MASTER_WITHOUT_REPLICA'
    | 'TOO_FEW_MASTERS';
  readonly severity: Severity;
  /** The name of the node concerned, if it is one. */
  readonly node: string | undefined;
  readonly message: string;
  readonly hint: string | undefined;
}

export type ClusterState = 'ok' | 'degraded' | 'fail';

/** A node as the runtime and the cluster together know it. */
export interface ObservedNode {
  readonly name: string;
  readonly port: number;
  /** What the runtime says: `running`, `exited`, `paused`, ... */
  readonly state: string;
  readonly id: NodeId | undefined;
  /** For a replica: whether its link to the master is up. */
  readonly linkUp: boolean;
  /** What the node itself says (cluster_state); undefined when it does not answer. */
  readonly serving: boolean | undefined;
}

export interface Observation {
  readonly nodes: readonly ObservedNode[];
  readonly topology: Topology;
  /** Replicas that each master is meant to have. */
  readonly replicasWanted: number;
}

/** Everything that is wrong with the cluster, worst first. Pure. */
export function findingsOf(observation: Observation): Finding[] {
  const findings = [
    ...nodeFindings(observation),
    ...slotFindings(observation),
    ...viewFindings(observation),
    ...masterFindings(observation),
  ];
  return findings.sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
}

/** `fail`: some keys cannot be served. `degraded`: all can, but something is wrong. */
export function stateOf(observation: Observation, findings: readonly Finding[]): ClusterState {
  const down = new Set(
    observation.nodes
      .filter((node) => node.state !== 'running' || node.serving !== true)
      .map((node) => node.id),
  );
  const unserved = masters(observation.topology).some(
    (node) => node.slots.length > 0 && (down.has(node.id) || node.health === 'fail'),
  );
  if (unserved || uncoveredSlots(observation.topology).length > 0) return 'fail';
  return findings.some((finding) => finding.severity === 'error') ? 'degraded' : 'ok';
}

function finding(
  code: Finding['code'],
  severity: Severity,
  node: string | undefined,
  message: string,
  hint?: string,
): Finding {
  return { code, severity, node, message, hint };
}

function nameOf(observation: Observation, id: NodeId): string {
  return observation.nodes.find((node) => node.id === id)?.name ?? id.slice(0, 8);
}

function nodeFindings(observation: Observation): Finding[] {
  return observation.nodes.flatMap((node): Finding[] => {
    if (node.state !== 'running') {
      const hint =
        node.state === 'paused'
          ? `rcluster start ${node.port}`
          : `rcluster start ${node.port} brings it back`;
      return [finding('NODE_DOWN', 'error', node.name, `${node.name} (${node.port}) is ${node.state}`, hint)];
    }
    const member = observation.topology.nodes.find((other) => other.id === node.id);
    if (node.serving === undefined && (member?.health ?? 'ok') === 'ok') {
      return [
        finding(
          'NODE_SILENT',
          'error',
          node.name,
          `${node.name} (${node.port}) runs but does not answer`,
          `it may be loading its data; rcluster logs ${node.port} says more`,
        ),
      ];
    }
    if (member === undefined) {
      return [
        finding(
          'NODE_NOT_MEMBER',
          'error',
          node.name,
          `${node.name} (${node.port}) runs but is not part of the cluster`,
          'rcluster up, or rcluster add-master, finishes what was interrupted',
        ),
      ];
    }
    if (member.health !== 'ok') {
      return [
        finding(
          'NODE_SUSPECTED',
          'error',
          node.name,
          `${node.name} (${node.port}) does not answer some of the others`,
        ),
      ];
    }
    if (node.serving === false) {
      return [
        finding(
          'NODE_NOT_SERVING',
          'error',
          node.name,
          `${node.name} (${node.port}) refuses commands: its cluster_state is fail`,
          'a master says so for 2 s after its start, and for as long as slots or a majority of masters are missing',
        ),
      ];
    }
    if (member.role === 'replica' && !node.linkUp) {
      return [
        finding(
          'REPLICA_UNLINKED',
          'error',
          node.name,
          `${node.name} (${node.port}) has no link to its master`,
          `rcluster logs ${node.port} says why`,
        ),
      ];
    }
    return [];
  });
}

function slotFindings(observation: Observation): Finding[] {
  const found: Finding[] = [];
  const uncovered = toRanges(uncoveredSlots(observation.topology));
  if (uncovered.length > 0) {
    const what =
      countSlots(uncovered) === SLOT_COUNT
        ? 'no slot has an owner'
        : `slots ${formatRanges(uncovered)} have no owner`;
    found.push(
      finding('SLOTS_UNCOVERED', 'error', undefined, what, 'rcluster up finishes an interrupted up'),
    );
  }
  for (const node of observation.topology.nodes) {
    if (node.openSlots.length === 0) continue;
    const name = nameOf(observation, node.id);
    const slots = formatRanges(toRanges(node.openSlots.map((open) => open.slot)));
    found.push(
      finding(
        'SLOT_OPEN',
        'error',
        name,
        `slots ${slots} are half moved on ${name}`,
        'rcluster fix finishes the move, or takes it back',
      ),
    );
  }
  return found;
}

function viewFindings(observation: Observation): Finding[] {
  return observation.topology.disagreements.map(({ viewer, about }) => {
    const message = about.replace(/[0-9a-f]{40}/, (id) => nameOf(observation, id));
    const name = nameOf(observation, viewer);
    return finding(
      'VIEWS_DISAGREE',
      'error',
      name,
      `${name} ${message}`,
      'gossip usually settles this within seconds; rcluster fix mends what it does not',
    );
  });
}

function masterFindings(observation: Observation): Finding[] {
  const { topology, replicasWanted } = observation;
  const living = masters(topology).filter((node) => node.health !== 'fail');
  const found: Finding[] = [];
  for (const master of living) {
    const name = nameOf(observation, master.id);
    if (master.slots.length === 0) {
      found.push(
        finding(
          'MASTER_EMPTY',
          'warning',
          name,
          `${name} (${master.port}) is a master without slots`,
          'rcluster rebalance --include-empty gives it its share',
        ),
      );
    } else if (
      replicasWanted > 0 &&
      replicasOf(topology, master.id).every((replica) => replica.health === 'fail')
    ) {
      found.push(
        finding(
          'MASTER_WITHOUT_REPLICA',
          'warning',
          name,
          `${name} (${master.port}) has no replica that could take over`,
          'rcluster start NODE brings a stopped one back',
        ),
      );
    }
  }
  const owning = masters(topology).filter((node) => node.slots.length > 0).length;
  if (owning > 0 && owning < 3) {
    found.push(
      finding(
        'TOO_FEW_MASTERS',
        'warning',
        undefined,
        `${owning === 1 ? '1 master owns' : `${owning} masters own`} slots: no majority is left when one fails`,
      ),
    );
  }
  return found;
}
