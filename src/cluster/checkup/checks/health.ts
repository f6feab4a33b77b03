import { findingsOf, type Finding, type ObservedNode } from '../../findings.js';
import type { CheckupFacts, NodeFacts } from '../facts.js';
import { finding, type Check, type CheckupCode, type CheckupFinding } from '../finding.js';

/** What `status` finds as well, told with why it matters. */

type HealthCode = Extract<Finding['code'], CheckupCode>;

interface Advice {
  readonly why: string;
  /** For a cluster that rcluster did not make, which its own commands cannot reach. */
  readonly mend: string;
}

const ADVICE: Readonly<Partial<Record<HealthCode, Advice>>> = {
  NODE_DOWN: {
    why: 'Until it is back, its shard has one copy less, and the next failure may be the one too many.',
    mend: 'start the server again; the end of its log says why it ended',
  },
  NODE_SILENT: {
    why: 'Clients wait for it in vain, and whoever is to take over has not noticed yet.',
    mend: 'look at its log and its load: it may be loading its data, hang, or be cut off from here',
  },
  NODE_NOT_MEMBER: {
    why: 'It costs memory, serves nobody and takes nobody over.',
    mend: 'CLUSTER MEET it, or stop it',
  },
  NODE_NOT_SERVING: {
    why: 'Clients that reach this node get CLUSTERDOWN.',
    mend: 'see which slots or masters it misses: CLUSTER INFO and CLUSTER NODES on that node',
  },
  NODE_SUSPECTED: {
    why: 'It is about to be failed over, or is already; a node that is only slow loses its writes then.',
    mend: 'look at its load, its log, and the network between it and the others',
  },
  VIEWS_DISAGREE: {
    why: 'Clients are sent elsewhere by different nodes, and a failover may lack votes.',
    mend: 'gossip usually settles this within seconds; after that redis-cli --cluster fix',
  },
  REPLICA_UNLINKED: {
    why: 'It falls behind, and loses what it has not got when it takes over.',
    mend: 'its log says why the link is down: a wrong masterauth, a full output buffer, the network',
  },
  MASTER_EMPTY: {
    why: 'It is paid for and does nothing.',
    mend: 'redis-cli --cluster rebalance --cluster-use-empty-masters, or remove it',
  },
  SLOTS_UNCOVERED: {
    why: 'Keys of these slots cannot be read or written; with full coverage required, no key can.',
    mend: 'bring the master of these slots back, or redis-cli --cluster fix',
  },
  SLOT_OPEN: {
    why: 'While a slot is half moved, multi-key commands on it answer TRYAGAIN, and it cannot be moved anew.',
    mend: 'where nothing moves slots right now: redis-cli --cluster fix',
  },
};

function healthCheck(title: string, codes: readonly HealthCode[]): Check {
  return {
    title,
    judge: (facts) =>
      statusFindings(facts).flatMap((found) =>
        (codes as readonly string[]).includes(found.code) ? [told(facts, found)] : [],
      ),
  };
}

export const nodesAreWell = healthCheck('every node answers, serves, and sees what the others see', [
  'NODE_DOWN',
  'NODE_SILENT',
  'NODE_NOT_MEMBER',
  'NODE_NOT_SERVING',
  'NODE_SUSPECTED',
  'VIEWS_DISAGREE',
  'REPLICA_UNLINKED',
  'MASTER_EMPTY',
]);
export const slotsAreCovered = healthCheck('every slot has an owner', ['SLOTS_UNCOVERED']);
export const slotsAreSettled = healthCheck('no slot is half moved', ['SLOT_OPEN']);

function statusFindings(facts: CheckupFacts): Finding[] {
  return findingsOf({
    nodes: facts.nodes.map(observedNode),
    topology: facts.topology,
    replicasWanted: facts.lab?.replicasWanted ?? 0,
  });
}

function observedNode({ name, port, id, state, said }: NodeFacts): ObservedNode {
  const linkUp = said !== undefined && said.info.get('master_link_status') !== 'down';
  return { name, port, id, state, linkUp, serving: said?.serving };
}

function told({ lab }: CheckupFacts, { code, severity, node, message, hint }: Finding): CheckupFinding {
  const advice = ADVICE[code];
  return finding({
    code: code,
    severity,
    nodes: node === undefined ? [] : [node],
    // `10.0.0.7:6379 (6379)` says the port twice.
    message: message.replace(/(\S+:(\d+)) \(\2\)/, '$1'),
    why: advice?.why ?? '',
    mend: (lab === undefined ? undefined : hint) ?? advice?.mend ?? '',
  });
}
