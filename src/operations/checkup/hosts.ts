import { all } from '../../base/concurrency.js';
import { isRclusterError, messageOf } from '../../base/errors.js';
import { isUnseen, type HostFacts, type Latency, type Unseen } from '../../cluster/checkup/facts.js';
import { infoFields, ping } from '../../redis/commands/index.js';
import type { FoundCluster } from '../../runtimes/detect.js';
import type { Activity } from '../../runtimes/runtime.js';
import type { Connected } from '../connections.js';
import { hostScript, parseHostScript, type Peer } from './host-script.js';

/** Nodes from which is measured: each takes a container for a moment, and from 60 nodes that would be a minute. */
const MEASURED_FROM = 6;
const PINGS = 5;

export interface HostView {
  readonly hosts: ReadonlyMap<string, HostFacts>;
  readonly latencies: readonly Latency[] | Unseen;
}

/**
 * Looks at the nodes' hosts from beside the nodes: a container shares the network of its node, so its round trips are those
 * of the node. Processes share this host, and its loopback device with whoever asks.
 */
export async function lookAtHosts(
  found: FoundCluster,
  connected: readonly Connected[],
  activity: Activity,
): Promise<HostView> {
  const isDocker = found.runtime.kind === 'docker';
  const peers = connected.map(({ node }): Peer => ({ name: node.name, host: node.peerHost }));
  const looks = await all(connected.slice(0, MEASURED_FROM), async (member) => {
    const { name } = member.node;
    const others = isDocker ? peers.filter((peer) => peer.name !== name) : [];
    try {
      const pid = isDocker ? undefined : await pidOf(member);
      const script = hostScript(pid, others);
      const place = isDocker ? 'network' : 'data';
      const { output } = await found.runtime.runHelper(found.record.spec.name, name, place, script, activity);
      return { name, ...parseHostScript(name, output) };
    } catch (error) {
      if (isRclusterError(error, 'INTERRUPTED') || activity.signal?.aborted === true) throw error;
      return { unseen: messageOf(error) };
    }
  });
  const seen = looks.filter((look) => !isUnseen(look));
  const measured = isDocker ? seen.flatMap(({ latencies }) => latencies) : await overLoopback(connected);
  const reason = looks.find(isUnseen)?.unseen ?? 'no node got an answer to its pings';
  return {
    hosts: new Map(seen.map(({ name, host }) => [name, host])),
    latencies: measured.length > 0 ? measured : { unseen: `it could not be measured: ${reason}` },
  };
}

async function pidOf({ connection }: Connected): Promise<number | undefined> {
  const pid = Number((await connection.run(infoFields())).get('process_id'));
  return Number.isInteger(pid) ? pid : undefined;
}

/** From this host, where all of the nodes are. */
async function overLoopback(connected: readonly Connected[]): Promise<Latency[]> {
  const latencies: Latency[] = [];
  for (const { node, connection } of connected) {
    try {
      let ms = Infinity;
      for (let count = 0; count < PINGS; count += 1) {
        const since = performance.now();
        await connection.run(ping());
        ms = Math.min(ms, performance.now() - since);
      }
      latencies.push({ from: 'this host', to: node.name, ms });
    } catch {
      // It has died since; the others are measured all the same.
    }
  }
  return latencies;
}
