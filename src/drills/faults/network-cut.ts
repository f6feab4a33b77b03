import type { NodeName } from '../../config/types.js';
import { atBothEnds, type Cut } from './cuts.js';
import type { FaultContext } from './fault.js';
import { addBlackholes, chainOf, dropRules, insertChain } from './network-commands.js';
import { changeNetworks, chooseMeans, mendNetworks, type Means } from './network.js';

type CutMeans = 'iptables-nft' | 'iptables-legacy' | 'routes';

/** Never anybody's address (RFC 5737). */
const NOBODY = '192.0.2.1';

const rulesOf = (name: 'iptables-nft' | 'iptables-legacy'): Means<CutMeans> => ({
  name,
  trial: insertChain(name, chainOf('0'), dropRules([NOBODY], 'both')),
});

/**
 * Packet filters cut a pair at one end, and at one moment. Routes, which images with busybox have, stop only what a node
 * sends; where the kernel filters by the reverse path they stop what comes in as well, so they cannot cut one way alone.
 */
export async function chooseCutMeans(
  context: FaultContext,
  node: NodeName,
  oneWay: boolean,
): Promise<CutMeans> {
  const means = [rulesOf('iptables-nft'), rulesOf('iptables-legacy')];
  const routes: Means<CutMeans> = { name: 'routes', trial: addBlackholes([NOBODY]) };
  return chooseMeans(context, node, 'drop packets between nodes', oneWay ? means : [...means, routes]);
}

/** The host's address is nobody's peer, so it goes on reaching every node by its published port. */
export async function cut(
  context: FaultContext,
  id: string,
  cuts: readonly Cut[],
  oneWay: boolean,
  means: CutMeans,
): Promise<void> {
  const addressOf = new Map(context.found.record.nodes.map(({ name, peerHost }) => [name, peerHost]));
  const scripts = (means === 'routes' ? atBothEnds(cuts) : cuts).map(({ node, peers }) => {
    const addresses = peers.flatMap((peer) => addressOf.get(peer) ?? []);
    const rules = dropRules(addresses, oneWay ? 'out' : 'both');
    return [
      node,
      means === 'routes' ? addBlackholes(addresses) : insertChain(means, chainOf(id), rules),
    ] as const;
  });
  await changeNetworks(context, new Map(scripts));
}

/** Takes the cuts away: at the nodes where they were made, and with routes at the other ends as well. */
export async function mendCut(context: FaultContext, id: string, cuts: readonly Cut[]): Promise<void> {
  const removal = { id, chains: true, routes: true, delay: false };
  const ends = cuts.map(({ node }) => node);
  const removed = await mendNetworks(context, ends, removal);
  if (removed.includes(`chain ${chainOf(id)}`)) return;
  const others = atBothEnds(cuts).map(({ node }) => node);
  await mendNetworks(
    context,
    others.filter((node) => !ends.includes(node)),
    removal,
  );
}
