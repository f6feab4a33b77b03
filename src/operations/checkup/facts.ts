import type { CheckupFacts, HostFacts, NodeAnswers, NodeFacts } from '../../cluster/checkup/facts.js';
import { mergeTopology, type Topology } from '../../cluster/topology.js';
import type { ClusterUrl } from '../../config/doctor-schema.js';
import type { FoundCluster } from '../../runtimes/detect.js';
import type { Activity } from '../../runtimes/runtime.js';
import type { Connected } from '../connections.js';
import { lastPassedDrill } from '../drill-memory.js';
import { membersOf } from '../observe.js';
import { askNodes } from './answers.js';
import { lookAtHosts } from './hosts.js';
import { isGuarded } from './foreign.js';
import type { Subject } from './subject.js';

/** Everything that the checkup goes by, of a cluster that rcluster made, which is not changed. */
export async function collectFacts(
  found: FoundCluster,
  connected: readonly Connected[],
  activity: Activity,
): Promise<CheckupFacts> {
  const { record } = found;
  const { replicas, persistence, bind, name } = record.spec;
  const subjects = record.nodes.map((node): Subject => {
    const connection = connected.find((other) => other.node.name === node.name)?.connection;
    return { name: node.name, port: node.port, state: node.state, connection };
  });
  const [answers, view, drill] = await Promise.all([
    askNodes(subjects, activity.signal),
    lookAtHosts(found, connected, activity),
    lastPassedDrill(name),
  ]);
  return {
    cluster: name,
    lab: { replicasWanted: replicas, persistence, bind },
    ...nodesAndTopology(subjects, answers, view.hosts),
    // A password among the ACLs is not among the settings.
    guarded: record.spec.access === 'password',
    latencies: view.latencies,
    drill,
    now: Date.now(),
  };
}

/** The same of a cluster that somebody else made, as far as its nodes can tell. */
export async function collectForeignFacts(
  url: ClusterUrl,
  subjects: readonly Subject[],
  signal: AbortSignal | undefined,
): Promise<CheckupFacts> {
  const [answers, guarded] = await Promise.all([askNodes(subjects, signal), isGuarded(url)]);
  return {
    cluster: `${url.host}:${url.port}`,
    lab: undefined,
    ...nodesAndTopology(subjects, answers, new Map()),
    guarded,
    latencies: {
      unseen:
        'nodes do not tell it, and only their hosts can measure it: redis-cli --latency -h PEER on each',
    },
    drill: { unseen: 'only drills of clusters that rcluster made are known' },
    now: Date.now(),
  };
}

function nodesAndTopology(
  subjects: readonly Subject[],
  answers: ReadonlyMap<string, NodeAnswers>,
  hosts: ReadonlyMap<string, HostFacts>,
): { nodes: NodeFacts[]; topology: Topology } {
  const topology = mergeTopology(membersOf([...answers.values()].map(({ view }) => view)));
  const nodes = subjects.map(({ name, port, id: knownId, state }): NodeFacts => {
    const said = answers.get(name);
    // A node that is down cannot say its id; the others still know which port it was at.
    const id =
      said?.view.self ??
      knownId ??
      topology.nodes.find((other) => !other.answered && other.port === port)?.id;
    return { name, port, id, state, said, host: hosts.get(name) };
  });
  return { nodes, topology };
}
